"""Draws the picture of a week: seven nights, their cramps by the hour, and answers to reminders.

All words are passed in, translated. Only what the figures have is drawn and explained.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import hypot
from typing import NamedTuple

from bot.drawing.canvas import MARGIN, WIDTH, Card, LegendItem
from bot.drawing.shapes import disc, pill, stroke, tick
from bot.drawing.themes import DARK, Theme
from bot.drawing.typesetting import fit, line_height, wrap
from bot.features.summary.reminder_figures import KindFigures, ReminderOutcome
from bot.features.summary.stats import AHEAD, Night, NightState, WeekFigures

LABELS = 200
"""Width of the column of labels at the left, in pixels."""
COLUMN = (WIDTH - MARGIN - LABELS) / 7
TOP = 278
"""Where the hours begin when the title and the headline take one line each."""
HOUR = 37
FIRST_HOUR, HOURS_DRAWN = 8, 14
"""The hours that are drawn for who sleeps at night, in hours after noon: 20:00 to 10:00. Cramps at
other hours go into the strip."""
STRIP_HEIGHT = 70
KIND_ROW = 76
NAME_SIZE = 34
NARROWEST_NAME = 84
"""A name set narrower than this (in percent) gets a line of its own, above its row."""
APART = 29
"""How far a disc moves from the middle of its column, in pixels, where others are in its way."""
RING = 4
"""The width of the ring around a disc, in pixels."""
HOUR_STEP = 2
KNOWN = frozenset({NightState.CRAMPS, NightState.NONE})


class Disc(NamedTuple):
    """A cramp in the picture: larger and deeper when it was stronger, with its strength in it."""

    x: float
    """Of the centre, in pixels."""
    y: float
    intensity: int | None

    @property
    def diameter(self) -> int:
        """In pixels, without the ring around it."""
        return 50 if self.intensity is None else 48 + 2 * min(max(self.intensity, 0), 10)


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
    """Hours after noon → time of day, for the lines of the grid, from the first to the last."""
    other_times: str
    kinds: Mapping[str, str]
    """Kind of reminder → its name, in their order."""
    cramp: str
    """Legend of a cramp with its strength."""
    cramp_unknown: str
    """Legend of a cramp whose strength was not told."""
    none: str
    no_entry: str
    done: str
    skipped: str
    no_answer: str
    counted: str
    """Legend of "2/3": done of those that were sent."""
    in_bed: str
    """Legend of the lines at bed and wake time."""
    elsewhere: str
    """Legend of the strip below the hours."""
    empty: str | None = None
    """A sentence across the picture when nothing was logged."""
    bed_hours: float | None = None
    """Bedtime in hours after noon. With ``wake_hours`` it gives the hours of sleep."""
    wake_hours: float | None = None

    @property
    def first_hour(self) -> int:
        """The first hour that is drawn, in hours after noon."""
        return min(self.hours, default=FIRST_HOUR)


def column_x(number: int) -> float:
    """The horizontal center of a night's column."""
    return LABELS + COLUMN * (number + 0.5)


class WeekDrawing:
    """One picture of a week, part by part from the top down."""

    def __init__(self, figures: WeekFigures, labels: WeekLabels, theme: Theme = DARK) -> None:
        self.figures, self.labels = figures, labels
        self.card = Card(theme)
        self.theme = theme
        below = self.card.head(labels.title, labels.headline)
        self.top = max(below + 124, TOP)
        self.bottom = self.top + HOURS_DRAWN * HOUR
        self.has_strip = any(
            self._is_elsewhere(mark.hours_after_noon, mark.has_time)
            for night in figures.nights
            for mark in night.marks
        )
        self.strip = self.bottom + 16
        order = {kind: place for place, kind in enumerate(labels.kinds)}
        self.kinds = sorted(figures.kinds, key=lambda kind: order.get(kind.kind, len(order)))

    def _is_elsewhere(self, hours_after_noon: float, has_time: bool) -> bool:
        first = self.labels.first_hour
        return not has_time or not first <= hours_after_noon <= first + HOURS_DRAWN

    def position_of(
        self, night: int, hours_after_noon: float, *, has_time: bool = True
    ) -> tuple[float, float]:
        """Where a cramp of a night (0 to 6) is drawn: in the grid, or in the strip below it."""
        if self._is_elsewhere(hours_after_noon, has_time):
            return column_x(night), self.strip + STRIP_HEIGHT / 2
        return column_x(night), self.top + (hours_after_noon - self.labels.first_hour) * HOUR

    def drawn(self) -> Card:
        """The card with everything on it."""
        for number, night in enumerate(self.figures.nights):
            self._night(number, night)
        self._hours()
        self._bed_and_wake()
        for number, night in enumerate(self.figures.nights):
            self._inside(number, night)
        if self.labels.empty:
            self._empty(self.labels.empty)
        y = (self.strip + STRIP_HEIGHT if self.has_strip else self.bottom) + 34
        for kind in self.kinds:
            y = self._kind(y, kind)
        self.card.rule(y)
        self.card.legend(self.legend(), y + 20)
        return self.card

    def _night(self, number: int, night: Night) -> None:
        card, middle, colour = self.card, column_x(number), self.theme.text
        if night.state in AHEAD:
            colour = self.theme.muted
        name, day = self.labels.weekdays[number], self.labels.days[number]
        room = COLUMN - 6
        card.text((middle, self.top - 80), name, 36, width=room, colour=colour, anchor="mm")
        muted = self.theme.muted
        card.text((middle, self.top - 36), day, 36, width=room, colour=muted, anchor="mm")
        if night.state in AHEAD:
            return
        dashed = night.state is NightState.NO_ENTRY
        parts = [(self.top - 6, self.bottom + 6)]
        if self.has_strip:
            parts.append((self.strip, self.strip + STRIP_HEIGHT))
        for top, bottom in parts:
            fill, dashes = (None, self.theme.faint) if dashed else (self.theme.panel, None)
            column = pill(int(COLUMN) - 10, int(bottom - top), fill, dashes)
            card.paste(column, (middle, (top + bottom) / 2))

    def sleep_edges(self) -> tuple[float, float] | None:
        """The vertical positions of bed and wake time; None when they are not in the grid."""
        bed, wake = self.labels.bed_hours, self.labels.wake_hours
        if bed is None or wake is None or not any(n.state in KNOWN for n in self.figures.nights):
            return None
        first = self.labels.first_hour
        top, bottom = (
            self.top + (min(max(hours, first), first + HOURS_DRAWN) - first) * HOUR
            for hours in (bed, wake)
        )
        return (top, bottom) if bottom > top else None

    def _bed_and_wake(self) -> None:
        """Shade the hours of sleep in the nights that are known, between two dashed lines."""
        edges = self.sleep_edges()
        if edges is None:
            return
        top, bottom = edges
        for number, night in enumerate(self.figures.nights):
            if night.state not in KNOWN:
                continue
            left = int(column_x(number) - (int(COLUMN) - 10) / 2) + 2
            right = left + int(COLUMN) - 15
            self.card.draw.rectangle((left, top, right, bottom), fill=self.theme.sleep)
            for y in edges:
                line = stroke(right - left, 4, self.theme.muted, dash=9)
                self.card.paste(line, ((left + right) / 2, y))

    def _hours(self) -> None:
        card, muted = self.card, self.theme.muted
        for hour, words in self.labels.hours.items():
            y = self.top + (hour - self.labels.first_hour) * HOUR
            card.draw.line((LABELS, y, WIDTH - MARGIN, y), fill=self.theme.line, width=1)
            at = (LABELS - 16, y)
            card.text(at, words, 36, width=LABELS - 32, colour=muted, anchor="rm")
        if self.has_strip:
            at = (LABELS - 16, self.strip + STRIP_HEIGHT / 2)
            words = self.labels.other_times
            card.text(at, words, 34, width=LABELS - 32, colour=muted, anchor="rm")

    def _inside(self, number: int, night: Night) -> None:
        if night.state is NightState.NONE:
            sign = tick(64, self.theme.free)
            self.card.paste(sign, (column_x(number), (self.top + self.bottom) / 2))
        discs = [
            Disc(
                *self.position_of(number, mark.hours_after_noon, has_time=mark.has_time),
                mark.intensity,
            )
            for mark in night.marks
        ]
        # The strongest is drawn last, so that nothing covers its figure.
        for one in sorted(side_by_side(discs), key=lambda one: (one.diameter, one.y)):
            self._disc((one.x, one.y), one.intensity, one.diameter)

    def _disc(self, centre: tuple[float, float], intensity: int | None, diameter: int) -> None:
        self.card.paste(disc(diameter + 2 * RING, self.theme.ground), centre)
        self.card.paste(disc(diameter, self.theme.strength(intensity)), centre)
        if intensity is not None:
            self.card.text(
                centre,
                str(intensity),
                36,
                width=diameter - 4,
                colour=self.theme.ink,
                weight=650,
                anchor="mm",
            )

    def _empty(self, sentence: str) -> None:
        size, room = 40, WIDTH - LABELS - 160
        height = line_height(size) * len(wrap(sentence, size, room, 500)) + 60
        top = (self.top + self.bottom) / 2 - height / 2
        self.card.draw.rounded_rectangle(
            (LABELS + 40, top, WIDTH - MARGIN - 20, top + height),
            28,
            fill=self.theme.panel,
            outline=self.theme.faint,
            width=2,
        )
        middle = (LABELS + COLUMN * 3.5, top + 30 + line_height(size) / 2)
        self.card.paragraph(middle, sentence, size, width=room, weight=500, anchor="mm")

    def _kind(self, top: float, kind: KindFigures) -> float:
        """A row for a kind of reminder; returns where it ends."""
        self.card.rule(top)
        name, room = self.labels.kinds.get(kind.kind, kind.kind), LABELS - MARGIN - 10
        y = top + KIND_ROW / 2
        if fit(name, NAME_SIZE, room).stretch >= NARROWEST_NAME:
            self.card.text((MARGIN, y), name, NAME_SIZE, width=room)
        else:
            at = (MARGIN, top + 34)
            y = self.card.paragraph(at, name, NAME_SIZE, width=WIDTH - 2 * MARGIN) + 30
        for number, outcome in enumerate(kind.by_night):
            count = kind.several(number)
            if count is not None:
                self._counted((column_x(number), y), *count)
            elif outcome is not None:
                self.outcome((column_x(number), y), outcome)
        return y + KIND_ROW / 2

    def _counted(self, centre: tuple[float, float], done: int, sent: int) -> None:
        colour = self.theme.free if done else self.theme.muted
        words = f"{done}/{sent}"
        self.card.text(centre, words, 38, width=COLUMN - 6, colour=colour, weight=600, anchor="mm")

    def outcome(self, centre: tuple[float, float], outcome: ReminderOutcome) -> None:
        """How the reminders of an evening were answered."""
        if outcome is ReminderOutcome.DONE:
            self.card.paste(disc(46, self.theme.free), centre)
            self.card.paste(tick(38, self.theme.ink), centre)
        elif outcome is ReminderOutcome.SKIPPED:
            self.card.paste(disc(46, None, self.theme.muted), centre)
            self.card.paste(stroke(20, 5, self.theme.muted), centre)
        else:
            self.card.paste(disc(18, self.theme.faint), centre)

    def legend(self) -> list[LegendItem]:
        """The marks that are in this picture, and only those."""
        labels, theme, card = self.labels, self.theme, self.card
        marks = [mark for night in self.figures.nights for mark in night.marks]
        states = {night.state for night in self.figures.nights}
        told = [mark.intensity for mark in marks if mark.intensity is not None]
        outcomes, is_counted = self._outcomes()

        found: list[tuple[bool, Callable[[tuple[float, float]], None], str]] = [
            (
                bool(told),
                partial(self._disc, intensity=max(told, default=0), diameter=52),
                labels.cramp,
            ),
            (
                len(told) < len(marks),
                partial(self._disc, intensity=None, diameter=46),
                labels.cramp_unknown,
            ),
            (
                NightState.NONE in states,
                partial(card.paste, tick(46, theme.free)),
                labels.none,
            ),
            (
                NightState.NO_ENTRY in states,
                partial(card.paste, pill(36, 46, None, theme.faint)),
                labels.no_entry,
            ),
            (
                self.sleep_edges() is not None,
                partial(card.paste, stroke(44, 4, theme.muted, 9)),
                labels.in_bed,
            ),
            (self.has_strip, self._strip_sample, labels.elsewhere),
        ]
        for outcome, words in (
            (ReminderOutcome.DONE, labels.done),
            (ReminderOutcome.SKIPPED, labels.skipped),
            (ReminderOutcome.NO_ANSWER, labels.no_answer),
        ):
            found.append((outcome in outcomes, partial(self.outcome, outcome=outcome), words))
        found.append((is_counted, partial(self._counted, done=2, sent=3), labels.counted))
        return [LegendItem(draw, words) for is_there, draw, words in found if is_there]

    def _strip_sample(self, centre: tuple[float, float]) -> None:
        column = pill(46, 34, self.theme.panel)
        self.card.paste(column, centre)
        self.card.paste(disc(20, self.theme.unknown), centre)

    def _outcomes(self) -> tuple[set[ReminderOutcome], bool]:
        """The outcomes that are drawn as marks, and whether any evening has a count instead."""
        outcomes, is_counted = set(), False
        for kind in self.kinds:
            for number, outcome in enumerate(kind.by_night):
                if kind.several(number) is not None:
                    is_counted = True
                elif outcome is not None:
                    outcomes.add(outcome)
        return outcomes, is_counted


def draw_week(figures: WeekFigures, labels: WeekLabels, theme: Theme = DARK) -> bytes:
    """Draw a week as a PNG, 1080 pixels wide. Deterministic and thread-safe."""
    return WeekDrawing(figures, labels, theme).drawn().png()


def side_by_side(discs: Sequence[Disc]) -> list[Disc]:
    """Move discs of one column apart to the sides where they would touch. Pure.

    Those at the same time stand in a row, those of successive hours alternate between left and
    right. None leaves its column.

    Returns:
        All of them, from the top down.
    """
    moved: list[Disc] = []
    ordered = sorted(discs, key=lambda one: one.y)
    start = 0
    for end in range(1, len(ordered) + 1):
        if end == len(ordered) or not _touch(ordered[end - 1], ordered[end]):
            moved += _spread(ordered[start:end])
            start = end
    return moved


def _touch(one: Disc, other: Disc) -> bool:
    return hypot(one.x - other.x, one.y - other.y) < (one.diameter + other.diameter) / 2 + RING


def _spread(group: Sequence[Disc]) -> list[Disc]:
    """Give each disc of a group the side where it is farthest from those before it."""
    if len(group) == 1:
        return list(group)
    reach = min(APART, (COLUMN - max(one.diameter for one in group)) / 2)
    sides = [2 * reach * place / (len(group) - 1) - reach for place in range(len(group))]
    spread: list[Disc] = []
    for one in group:
        places = (one._replace(x=one.x + side) for side in sides)
        spread.append(max(places, key=partial(_distance, spread)))
    return spread


def _distance(others: Sequence[Disc], this: Disc) -> float:
    return min((hypot(this.x - one.x, this.y - one.y) for one in others), default=0.0)
