"""Draws the picture of a week: seven nights, their cramps by the hour, and answers to reminders.

All words are passed in, translated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.drawing.canvas import (
    AHEAD,
    CREAM,
    FAINT,
    INK,
    LINE,
    MARGIN,
    MINT,
    MUTED,
    NIGHT_SKY,
    PANEL,
    RAMP,
    SLEEP,
    WIDTH,
    Card,
    disc,
    font,
    pill,
    strength_colour,
    tick,
)
from bot.features.summary.stats import KindFigures, Night, NightState, ReminderOutcome, WeekFigures

LABELS = 190
"""Width of the column of labels at the left, in pixels."""
COLUMN = (WIDTH - MARGIN - LABELS) / 7
TOP = 262
HOUR = 37
FIRST_HOUR, LAST_HOUR = 8.0, 22.0
"""The hours that are drawn, in hours after noon: 20:00 to 10:00. Other cramps go into the strip."""
BOTTOM = int(TOP + (LAST_HOUR - FIRST_HOUR) * HOUR)
STRIP = BOTTOM + 14
STRIP_HEIGHT = 58
KINDS_TOP = STRIP + STRIP_HEIGHT + 34
KIND_ROW = 66
LEGEND = 128
MOST_KINDS = 4
"""Kinds of reminders that get a row."""
CROWDED = 52
"""Pixels. Cramps that are nearer to each other would overlap."""
HOUR_LINES = (8, 10, 12, 14, 16, 18, 20, 22)


@dataclass(frozen=True)
class WeekLabels:
    """Every word of the picture, translated."""

    title: str
    headline: str
    weekdays: tuple[str, ...]
    """Short weekday names of the seven nights."""
    days: tuple[str, ...]
    """Days of the month."""
    hours: Mapping[int, str]
    """Hours after noon → time of day, for the lines of the grid."""
    other_times: str
    kinds: Mapping[str, str]
    cramp: str
    none: str
    no_entry: str
    done: str
    skipped: str
    no_answer: str
    empty: str | None = None
    """A sentence across the picture when nothing was logged."""
    bed_hours: float | None = None
    """Bedtime in hours after noon. With ``wake_hours`` it gives the shaded hours of sleep."""
    wake_hours: float | None = None


def _column(number: int) -> float:
    """The horizontal center of a night's column."""
    return LABELS + COLUMN * (number + 0.5)


def height_for(kinds: int) -> int:
    """The height in pixels of a picture with this number of kinds of reminders."""
    shown = min(kinds, MOST_KINDS)
    return KINDS_TOP + (shown * KIND_ROW + 18 if shown else 0) + LEGEND


def position_of(night: int, hours_after_noon: float) -> tuple[float, float]:
    """Where a cramp of a night (0 to 6) is drawn: in the grid, or in the strip below it."""
    if FIRST_HOUR <= hours_after_noon <= LAST_HOUR:
        return _column(night), TOP + (hours_after_noon - FIRST_HOUR) * HOUR
    return _column(night), STRIP + STRIP_HEIGHT / 2


def draw_week(figures: WeekFigures, labels: WeekLabels) -> bytes:
    """Draw a week as a PNG, 1080 pixels wide. Deterministic and thread-safe."""
    order = {kind: place for place, kind in enumerate(labels.kinds)}
    kinds = sorted(figures.kinds, key=lambda kind: order.get(kind.kind, len(order)))[:MOST_KINDS]
    card = Card(height_for(len(kinds)))
    card.text((MARGIN, 66), labels.title, 46, width=WIDTH - 2 * MARGIN, weight=650)
    card.text((MARGIN, 128), labels.headline, 36, width=WIDTH - 2 * MARGIN, colour=MUTED)
    for number, night in enumerate(figures.nights):
        _draw_night(card, number, night, labels)
    _draw_sleep(card, figures, labels)
    _draw_hours(card, labels)
    for number, night in enumerate(figures.nights):
        _draw_inside(card, number, night)
    if labels.empty:
        _draw_empty(card, labels.empty)
    for row, kind in enumerate(kinds):
        _draw_kind(card, KINDS_TOP + row * KIND_ROW, kind, labels)
    _draw_legend(card, labels, has_kinds=bool(kinds))
    return card.png()


def _draw_night(card: Card, number: int, night: Night, labels: WeekLabels) -> None:
    middle = _column(number)
    is_ahead = night.state in {NightState.TO_COME, NightState.BEFORE_START}
    colour = FAINT if is_ahead else CREAM
    card.text(
        (middle, 192), labels.weekdays[number], 32, width=COLUMN - 6, colour=colour, anchor="mm"
    )
    card.text(
        (middle, 232),
        labels.days[number],
        30,
        width=COLUMN - 6,
        colour=FAINT if is_ahead else MUTED,
        anchor="mm",
    )
    dashed = night.state is NightState.NO_ENTRY
    fill = None if dashed else AHEAD if is_ahead else PANEL
    for top, bottom in ((TOP - 6, BOTTOM + 6), (STRIP, STRIP + STRIP_HEIGHT)):
        column = pill(int(COLUMN) - 10, bottom - top, fill, dashed)
        card.paste(column, (middle, (top + bottom) / 2))


def _draw_sleep(card: Card, figures: WeekFigures, labels: WeekLabels) -> None:
    """Shade the hours between bed and wake time in the nights that are known."""
    bed, wake = labels.bed_hours, labels.wake_hours
    if bed is None or wake is None:
        return
    top = TOP + (min(max(bed, FIRST_HOUR), LAST_HOUR) - FIRST_HOUR) * HOUR
    bottom = TOP + (min(max(wake, FIRST_HOUR), LAST_HOUR) - FIRST_HOUR) * HOUR
    if bottom <= top:
        return
    for number, night in enumerate(figures.nights):
        if night.state in {NightState.CRAMPS, NightState.NONE}:
            left = int(_column(number) - (int(COLUMN) - 10) / 2) + 2
            card.draw.rectangle((left, top, left + int(COLUMN) - 15, bottom), fill=SLEEP)


def _draw_hours(card: Card, labels: WeekLabels) -> None:
    for hour in HOUR_LINES:
        y = TOP + (hour - FIRST_HOUR) * HOUR
        card.draw.line((LABELS, y, WIDTH - MARGIN, y), fill=LINE, width=1)
        card.text(
            (LABELS - 18, y), labels.hours[hour], 30, width=LABELS - 40, colour=MUTED, anchor="rm"
        )
    card.text(
        (LABELS - 18, STRIP + STRIP_HEIGHT / 2),
        labels.other_times,
        28,
        width=LABELS - 40,
        colour=MUTED,
        anchor="rm",
    )


def _draw_inside(card: Card, number: int, night: Night) -> None:
    if night.state is NightState.NONE:
        card.paste(tick(64, MINT), (_column(number), (TOP + BOTTOM) / 2))
    drawn = sorted(
        (
            (position_of(number, mark.hours_after_noon if mark.has_time else -1.0), mark)
            for mark in night.marks
        ),
        key=lambda placed: placed[0][1],
    )
    places = _side_by_side([place for place, _mark in drawn])
    for place, (_, mark) in zip(places, drawn, strict=True):
        _draw_cramp(card, place, mark.intensity)


def _side_by_side(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Move cramps at nearly the same time apart, so that none hides another."""
    moved: list[tuple[float, float]] = []
    start = 0
    for end in range(1, len(places) + 1):
        if end < len(places) and places[end][1] - places[end - 1][1] < CROWDED:
            continue
        group = places[start:end]
        step = min(COLUMN - 62, 58 * (len(group) - 1)) / max(len(group) - 1, 1)
        first = -step * (len(group) - 1) / 2
        moved += [(x + first + step * place, y) for place, (x, y) in enumerate(group)]
        start = end
    return moved


def _draw_cramp(card: Card, centre: tuple[float, float], intensity: int | None) -> None:
    diameter = 46 if intensity is None else 42 + 3 * min(max(intensity, 0), 10)
    card.paste(disc(diameter + 8, NIGHT_SKY), centre)
    card.paste(disc(diameter, strength_colour(intensity)), centre)
    if intensity is not None:
        card.text(centre, str(intensity), 32, width=diameter, colour=INK, weight=650, anchor="mm")


def _draw_empty(card: Card, sentence: str) -> None:
    words, lines = sentence.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if font(38, 500).getlength(longer) <= WIDTH - LABELS - 160:
            lines[-1] = longer
        else:
            lines.append(word)
    middle = LABELS + COLUMN * 3.5
    height = 56 * len(lines) + 56
    top = (TOP + BOTTOM) / 2 - height / 2
    card.draw.rounded_rectangle(
        (LABELS + 40, top, WIDTH - MARGIN - 20, top + height),
        28,
        fill=PANEL,
        outline=FAINT,
        width=2,
    )
    for row, line in enumerate(lines):
        card.text(
            (middle, top + 56 + 56 * row),
            line,
            38,
            width=WIDTH - LABELS - 140,
            weight=500,
            anchor="mm",
        )


def _draw_kind(card: Card, top: float, kind: KindFigures, labels: WeekLabels) -> None:
    y = top + KIND_ROW / 2
    card.draw.line((MARGIN, top, WIDTH - MARGIN, top), fill=LINE, width=1)
    name = labels.kinds.get(kind.kind, kind.kind)
    card.text((MARGIN, y), name, 32, width=LABELS - MARGIN - 8)
    for number, outcome in enumerate(kind.by_night):
        _draw_outcome(card, (_column(number), y), outcome)


def _draw_outcome(card: Card, centre: tuple[float, float], outcome: ReminderOutcome | None) -> None:
    if outcome is ReminderOutcome.DONE:
        card.paste(disc(44, MINT), centre)
        card.paste(tick(36, INK), centre)
    elif outcome is ReminderOutcome.SKIPPED:
        card.paste(disc(44, None, MUTED), centre)
        x, y = centre
        card.draw.line((x - 9, y, x + 9, y), fill=MUTED, width=4)
    elif outcome is ReminderOutcome.NO_ANSWER:
        card.paste(disc(16, FAINT), centre)


def _draw_legend(card: Card, labels: WeekLabels, *, has_kinds: bool) -> None:
    first = card.image.height - (86 if has_kinds else 64)
    width = (WIDTH - 2 * MARGIN) / 3
    rows: list[list[tuple[str, str]]] = [
        [("cramp", labels.cramp), ("none", labels.none), ("no_entry", labels.no_entry)]
    ]
    if has_kinds:
        rows.append(
            [("done", labels.done), ("skipped", labels.skipped), ("no_answer", labels.no_answer)]
        )
    for row, entries in enumerate(rows):
        for place, (mark, text) in enumerate(entries):
            x, y = MARGIN + width * place + 24, first + 50 * row
            if mark == "cramp":
                card.paste(disc(36, RAMP[6]), (x, y))
            elif mark == "none":
                card.paste(tick(40, MINT), (x, y))
            elif mark == "no_entry":
                card.paste(pill(30, 40, None, dashed=True), (x, y))
            else:
                _draw_outcome(card, (x, y), ReminderOutcome(mark))
            card.text((x + 34, y), text, 28, width=width - 66, colour=MUTED)
