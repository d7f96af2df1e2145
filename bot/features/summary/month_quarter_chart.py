"""Draws a month as a calendar of nights, and the last 13 weeks as bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.drawing.canvas import (
    AHEAD,
    CREAM,
    FAINT,
    INK,
    MARGIN,
    MINT,
    MUTED,
    NIGHT_SKY,
    PANEL,
    WIDTH,
    Card,
    Colour,
    blend,
    block,
    disc,
    pill,
    strength_colour,
    tick,
)
from bot.features.summary.comparisons import Baseline, WeekRow
from bot.features.summary.month_quarter import MonthFigures, QuarterFigures
from bot.features.summary.stats import NIGHTS, Night, NightState

GRID_TOP = 226
CELL_HEIGHT = 128
CELL_GAP = 8
CELL_WIDTH = (WIDTH - 2 * MARGIN) / NIGHTS
LEGEND = 108
"""Height of the legend, below the last row."""
FREE = blend(PANEL, MINT, 0.4)
"""Color of a night that was free of cramps."""
BARS_TOP, BARS_BOTTOM = 236, 760
BARS_LEFT = 132
LEGEND_LINE = 46
CRAMP = strength_colour(6)


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
    """Every word of the picture of 13 weeks, translated."""

    title: str
    headline: str
    scale: Mapping[int, str]
    """Number of nights → the label at that height of the scale."""
    weeks: tuple[str, ...]
    """The first night of each column, written below it."""
    cramp: str
    none: str
    no_entry: str
    partial: str
    """Legend of the hollow columns."""
    baseline: str | None = None
    quarter_fewer: str | None = None


def draw_month(figures: MonthFigures, labels: MonthLabels, first_weekday: int = 0) -> bytes:
    """Draw a month as a PNG, 1080 pixels wide: a row is a week, a cell is a night.

    Args:
        figures: the month.
        labels: the words.
        first_weekday: the weekday of the first column (0 = Monday).
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


# The last 13 weeks -------------------------------------------------------------------------------


def draw_quarter(figures: QuarterFigures, labels: QuarterLabels) -> bytes:
    """Draw 13 weeks as a PNG: a column for each week, a cell for each night.

    From the bottom up, a column has the cramp nights, the nights without cramps, and empty cells
    for nights without an entry. Nothing is extrapolated from a partial week: it is drawn hollow,
    with its number of logged nights above it. The other weeks have two marks, at the baseline and
    at a quarter fewer, scaled to the nights that were logged in that week.
    """
    legend = _quarter_legend(figures, labels)
    card = Card(BARS_BOTTOM + 138 + LEGEND_LINE * len(legend))
    card.text((MARGIN, 66), labels.title, 46, width=WIDTH - 2 * MARGIN, weight=650)
    card.text((MARGIN, 128), labels.headline, 36, width=WIDTH - 2 * MARGIN, colour=MUTED)
    for nights, words in labels.scale.items():
        y = _height_of(nights)
        card.text((BARS_LEFT - 16, y), words, 28, width=BARS_LEFT - 28, colour=MUTED, anchor="rm")
    step = (WIDTH - MARGIN - BARS_LEFT) / len(figures.weeks)
    for number, week in enumerate(figures.weeks):
        middle = BARS_LEFT + step * (number + 0.5)
        is_before = _is_before(figures, week)
        _draw_week(card, middle, step, week, is_before=is_before)
        if week.is_partial and not is_before:
            at = (middle, BARS_TOP - 24)
            coverage = f"{week.covered}/{NIGHTS}"
            card.text(at, coverage, 26, width=step - 6, colour=MUTED, anchor="mm")
        _draw_marks(card, middle, step, week, figures.baseline)
        if number % 2 == 0:
            card.text(
                (middle, BARS_BOTTOM + 34),
                labels.weeks[number],
                24,
                width=step * 2 - 8,
                colour=MUTED,
                anchor="mm",
            )
    _draw_quarter_legend(card, labels, legend)
    return card.png()


def _height_of(nights: float) -> float:
    return BARS_BOTTOM - (BARS_BOTTOM - BARS_TOP) * nights / NIGHTS


def _draw_week(card: Card, middle: float, step: float, week: WeekRow, *, is_before: bool) -> None:
    """Draw a week's column. Before the diary began, its cells are faint instead of empty."""
    width, height = int(step) - 10, int((BARS_BOTTOM - BARS_TOP) / NIGHTS) - 8
    for night in range(NIGHTS):
        centre = (middle, _height_of(night + 0.5))
        if night >= week.covered:
            card.paste(block(width, height, AHEAD if is_before else None), centre)
            continue
        is_cramp = night < week.cramp_nights
        if week.is_partial:
            cell = block(width, height, None, CRAMP if is_cramp else MINT)
        else:
            cell = block(width, height, CRAMP if is_cramp else FREE)
        card.paste(cell, centre)


def _is_before(figures: QuarterFigures, week: WeekRow) -> bool:
    return week.week_on + timedelta(days=NIGHTS) <= figures.begun_on


def _draw_marks(
    card: Card, middle: float, step: float, week: WeekRow, baseline: Baseline | None
) -> None:
    """Mark the baseline and a quarter fewer, scaled to the logged nights of a whole week."""
    if baseline is None or baseline.cramp_nights == 0 or week.is_partial:
        return
    nights = baseline.cramp_nights / baseline.covered * week.covered
    left, right = middle - step / 2 + 3, middle + step / 2 - 3
    for share, colour in ((1.0, CREAM), (0.75, MINT)):
        y = round(_height_of(nights * share))
        card.draw.line((left - 2, y, right + 2, y), fill=NIGHT_SKY, width=14)
        card.draw.line((left, y, right, y), fill=colour, width=6)


def _quarter_legend(
    figures: QuarterFigures, labels: QuarterLabels
) -> list[tuple[str, Colour | None]]:
    """The lines of this picture's legend: words, and the color of the mark (None: hollow)."""
    shown: list[tuple[str, Colour | None]] = []
    if any(week.is_partial and not _is_before(figures, week) for week in figures.weeks):
        shown.append((labels.partial, None))
    if labels.baseline is not None:
        shown.append((labels.baseline, CREAM))
    if labels.quarter_fewer is not None:
        shown.append((labels.quarter_fewer, MINT))
    return shown


def _draw_quarter_legend(
    card: Card, labels: QuarterLabels, legend: list[tuple[str, Colour | None]]
) -> None:
    y, width = BARS_BOTTOM + 92, (WIDTH - 2 * MARGIN) / 3
    for place, (fill, text) in enumerate(
        zip((CRAMP, FREE, None), (labels.cramp, labels.none, labels.no_entry), strict=True)
    ):
        x = MARGIN + width * place
        card.paste(block(36, 30, fill), (x + 20, y))
        card.text((x + 50, y), text, 28, width=width - 60, colour=MUTED)
    for number, (words, colour) in enumerate(legend, 1):
        line = y + LEGEND_LINE * number
        if colour is None:
            card.paste(block(36, 30, None, CRAMP), (MARGIN + 20, line))
        else:
            card.draw.line((MARGIN + 2, line, MARGIN + 38, line), fill=colour, width=6)
        card.text((MARGIN + 50, line), words, 28, width=WIDTH - 2 * MARGIN - 50, colour=MUTED)
