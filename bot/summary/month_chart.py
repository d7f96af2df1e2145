"""A month as a calendar of nights, and three months as bars of weeks; the look of the week."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.drawing import (
    AHEAD,
    CREAM,
    FAINT,
    INK,
    LINE,
    MARGIN,
    MINT,
    MUTED,
    PANEL,
    WIDTH,
    Card,
    disc,
    pill,
    strength_colour,
    tick,
)
from bot.summary.periods import MonthFigures, QuarterFigures
from bot.summary.stats import NIGHTS, Night, NightState

GRID_TOP = 226
CELL_HEIGHT = 128
CELL_GAP = 8
CELL_WIDTH = (WIDTH - 2 * MARGIN) / NIGHTS
LEGEND = 108
"""Room for the legend, below the last row."""

BARS_TOP, BARS_BOTTOM = 236, 760
BARS_LEFT = 132
QUARTER_HEIGHT = 960
HOLLOW = 4


@dataclass(frozen=True)
class MonthLabels:
    """Every word of the month's picture, translated."""

    title: str
    headline: str
    weekdays: tuple[str, ...]
    """Short names of the days, in the order of the columns."""
    cramp: str
    none: str
    no_entry: str


@dataclass(frozen=True)
class QuarterLabels:
    """Every word of the three months' picture, translated."""

    title: str
    headline: str
    scale: Mapping[int, str]
    """Nights of seven → the words beside that line."""
    weeks: tuple[str, ...]
    """Below every bar: its first night."""
    partial: str
    """What a hollow bar means."""
    baseline: str | None = None
    quarter_fewer: str | None = None


def draw_month(figures: MonthFigures, labels: MonthLabels, first_weekday: int = 0) -> bytes:
    """Draw a month as a PNG, 1080 pixels wide: a row is a week, a cell is a night.

    Args:
        figures: the month.
        labels: its words.
        first_weekday: the day of the first column (0 = Monday).
    """
    lead = (figures.nights[0].night_on.weekday() - first_weekday) % NIGHTS
    rows = -(-(lead + len(figures.nights)) // NIGHTS)
    card = Card(int(GRID_TOP + rows * CELL_HEIGHT + LEGEND))
    card.text((MARGIN, 66), labels.title, 46, width=WIDTH - 2 * MARGIN, weight=650)
    card.text((MARGIN, 128), labels.headline, 36, width=WIDTH - 2 * MARGIN, colour=MUTED)
    for column, name in enumerate(labels.weekdays):
        x = MARGIN + CELL_WIDTH * (column + 0.5)
        card.text((x, 192), name, 30, width=CELL_WIDTH - 6, colour=MUTED, anchor="mm")
    for number, (night, strongest) in enumerate(
        zip(figures.nights, figures.strongest, strict=True), lead
    ):
        _draw_night(card, number // NIGHTS, number % NIGHTS, night, strongest)
    _draw_month_legend(card, labels)
    return card.png()


def _draw_night(card: Card, row: int, column: int, night: Night, strongest: int | None) -> None:
    left = MARGIN + CELL_WIDTH * column + CELL_GAP / 2
    top = GRID_TOP + CELL_HEIGHT * row + CELL_GAP / 2
    width, height = CELL_WIDTH - CELL_GAP, CELL_HEIGHT - CELL_GAP
    middle = (left + width / 2, top + height / 2)
    is_cramp = night.state is NightState.CRAMPS
    is_ahead = night.state in {NightState.TO_COME, NightState.BEFORE_START}
    dashed = night.state is NightState.NO_ENTRY
    fill = strength_colour(strongest) if is_cramp else AHEAD if is_ahead else PANEL
    cell = pill(int(width), int(height), None if dashed else fill, dashed)
    card.paste(cell, middle)
    ink = INK if is_cramp else FAINT if is_ahead or dashed else MUTED
    card.text((left + 16, top + 26), str(night.night_on.day), 26, width=width - 24, colour=ink)
    if night.state is NightState.NONE:
        card.paste(tick(52, MINT), (middle[0], middle[1] + 14))
    if is_cramp:
        shown = "•" if strongest is None else str(strongest)
        card.text(
            (middle[0], middle[1] + 12), shown, 44, width=width, colour=INK, weight=650, anchor="mm"
        )
        if night.cramps > 1:
            card.text(
                (left + width - 14, top + height - 24),
                f"×{night.cramps}",
                26,
                width=width / 2,
                colour=INK,
                anchor="rm",
            )


def _draw_month_legend(card: Card, labels: MonthLabels) -> None:
    y = card.image.height - 50
    width = (WIDTH - 2 * MARGIN) / 3
    for place, text in enumerate((labels.cramp, labels.none, labels.no_entry)):
        x = MARGIN + width * place + 24
        if place == 0:
            card.paste(disc(40, strength_colour(6)), (x, y))
        elif place == 1:
            card.paste(tick(40, MINT), (x, y))
        else:
            card.paste(pill(40, 40, None, dashed=True), (x, y))
        card.text((x + 34, y), text, 28, width=width - 66, colour=MUTED)


# Three months ------------------------------------------------------------------------------------


def draw_quarter(figures: QuarterFigures, labels: QuarterLabels) -> bytes:
    """Draw three months as a PNG: a bar a week, as high as its cramp nights of seven would be.

    A week with few entries is hollow; the baseline and the line of a quarter fewer lie across.
    """
    card = Card(QUARTER_HEIGHT)
    card.text((MARGIN, 66), labels.title, 46, width=WIDTH - 2 * MARGIN, weight=650)
    card.text((MARGIN, 128), labels.headline, 36, width=WIDTH - 2 * MARGIN, colour=MUTED)
    for nights, words in labels.scale.items():
        y = _height_of(nights / NIGHTS)
        card.draw.line((BARS_LEFT, y, WIDTH - MARGIN, y), fill=LINE, width=1)
        card.text((BARS_LEFT - 16, y), words, 28, width=BARS_LEFT - 28, colour=MUTED, anchor="rm")
    step = (WIDTH - MARGIN - BARS_LEFT) / len(figures.weeks)
    for number, week in enumerate(figures.weeks):
        _draw_bar(
            card,
            BARS_LEFT + step * number,
            step,
            week.cramp_nights,
            week.covered,
            is_partial=week.is_partial,
        )
        if number % 2 == 0:
            x = BARS_LEFT + step * (number + 0.5)
            card.text(
                (x, BARS_BOTTOM + 34),
                labels.weeks[number],
                24,
                width=step * 2 - 8,
                colour=MUTED,
                anchor="mm",
            )
    _draw_lines(card, figures, labels)
    _draw_quarter_legend(card, labels)
    return card.png()


def _height_of(rate: float) -> float:
    return BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * rate


def _draw_bar(
    card: Card, left: float, step: float, cramp_nights: int, covered: int, *, is_partial: bool
) -> None:
    if covered == 0:
        return
    box = (left + step * 0.18, _height_of(cramp_nights / covered), left + step * 0.82, BARS_BOTTOM)
    colour = strength_colour(5)
    if cramp_nights == 0:
        card.paste(tick(30, MINT), (left + step / 2, BARS_BOTTOM - 22))
    elif is_partial:
        card.draw.rectangle(box, outline=colour, width=HOLLOW)
    else:
        card.draw.rectangle(box, fill=colour)
    if is_partial:
        card.text(
            (left + step / 2, box[1] - 22), str(covered), 22, width=step, colour=MUTED, anchor="mm"
        )


def _draw_lines(card: Card, figures: QuarterFigures, labels: QuarterLabels) -> None:
    if figures.baseline is None or labels.baseline is None:
        return
    rate = figures.baseline.cramp_nights / figures.baseline.covered
    for share, colour in ((1.0, CREAM), (0.75, MUTED)):
        y = _height_of(rate * share)
        for x in range(BARS_LEFT, WIDTH - MARGIN, 24):
            card.draw.line((x, y, min(x + 14, WIDTH - MARGIN), y), fill=colour, width=3)


def _draw_quarter_legend(card: Card, labels: QuarterLabels) -> None:
    rows = [("hollow", labels.partial, MUTED)]
    if labels.baseline is not None:
        rows.append(("line", labels.baseline, CREAM))
    if labels.quarter_fewer is not None:
        rows.append(("line", labels.quarter_fewer, MUTED))
    for number, (mark, text, colour) in enumerate(rows):
        y = BARS_BOTTOM + 84 + 42 * number
        if mark == "hollow":
            card.draw.rectangle(
                (MARGIN + 6, y - 13, MARGIN + 34, y + 13), outline=strength_colour(5), width=HOLLOW
            )
        else:
            for x in (MARGIN, MARGIN + 22):
                card.draw.line((x, y, x + 14, y), fill=colour, width=3)
        card.text((MARGIN + 56, y), text, 27, width=WIDTH - 2 * MARGIN - 56, colour=MUTED)
