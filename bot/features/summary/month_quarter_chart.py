"""Draws a month as a calendar of nights, and 13 weeks as columns.

All words are passed in, translated. Only what the figures have is drawn and explained, from the
first night of the diary to the newest one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.drawing.canvas import MARGIN, WIDTH, Card, LegendItem
from bot.drawing.shapes import block, disc, pill, stroke, tick
from bot.drawing.themes import DARK, Theme
from bot.features.summary.comparisons import Baseline, WeekRow
from bot.features.summary.month_quarter import MonthFigures, QuarterFigures
from bot.features.summary.stats import AHEAD, NIGHTS, Night, NightState

GRID_TOP = 240
"""Where the nights begin when the title and the headline take one line each."""
CELL_HEIGHT = 128
CELL_GAP = 8
CELL_WIDTH = (WIDTH - 2 * MARGIN) / NIGHTS
BARS_TOP, BARS_BOTTOM = 254, 778
"""Where the columns begin and end when title and headline take one line each."""
BARS_LEFT = 108
DATE_WIDTH = 180
"""Room for the date below a column."""
FREE_MARK = 26
"""Diameter of a night without cramps."""


@dataclass(frozen=True)
class MonthLabels:
    """Every word of the month's picture, translated."""

    title: str
    headline: str
    weekdays: tuple[str, ...]
    """Short names of the days, in the order of the columns."""
    cramp: str
    cramp_unknown: str
    several: str
    """Legend of "×2"."""
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


# Month -------------------------------------------------------------------------------------------


class MonthDrawing:
    """One picture of a month: a row is a week, a cell is a night.

    ``first_weekday`` is the weekday of the first column (0 = Monday).
    """

    def __init__(
        self,
        figures: MonthFigures,
        labels: MonthLabels,
        first_weekday: int = 0,
        theme: Theme = DARK,
    ) -> None:
        self.figures, self.labels, self.theme = figures, labels, theme
        self.card = Card(theme)
        self.lead = (figures.nights[0].night_on.weekday() - first_weekday) % NIGHTS
        self.first_row, self.last_row = self._rows()

    def _rows(self) -> tuple[int, int]:
        """The first and the last week that have a night of which anything can be known."""
        known = [
            (self.lead + number) // NIGHTS
            for number, night in enumerate(self.figures.nights)
            if night.state not in AHEAD
        ]
        if known:
            return known[0], known[-1]
        return 0, (self.lead + len(self.figures.nights) - 1) // NIGHTS

    def drawn(self) -> Card:
        """The card with everything on it."""
        card, labels = self.card, self.labels
        top = max(card.head(labels.title, labels.headline) + 76, GRID_TOP)
        for column, name in enumerate(labels.weekdays):
            x, muted = MARGIN + CELL_WIDTH * (column + 0.5), self.theme.muted
            card.text((x, top - 34), name, 36, width=CELL_WIDTH - 6, colour=muted, anchor="mm")
        nights = zip(self.figures.nights, self.figures.strongest, strict=True)
        for number, (night, strongest) in enumerate(nights, self.lead):
            row, column = divmod(number, NIGHTS)
            if self.first_row <= row <= self.last_row:
                left = MARGIN + CELL_WIDTH * column + CELL_GAP / 2
                above = top + CELL_HEIGHT * (row - self.first_row) + CELL_GAP / 2
                self._night(left, above, night, strongest)
        bottom = top + CELL_HEIGHT * (self.last_row - self.first_row + 1)
        card.legend(self.legend(), bottom + 24)
        return card

    def _night(self, left: float, top: float, night: Night, strongest: int | None) -> None:
        card, theme = self.card, self.theme
        width, height = CELL_WIDTH - CELL_GAP, CELL_HEIGHT - CELL_GAP
        middle = (left + width / 2, top + height / 2)
        is_cramp = night.state is NightState.CRAMPS
        if night.state not in AHEAD:
            dashes = theme.faint if night.state is NightState.NO_ENTRY else None
            fill = theme.strength(strongest) if is_cramp else None if dashes else theme.panel
            card.paste(pill(int(width), int(height), fill, dashes), middle)
        ink = theme.ink if is_cramp else theme.muted
        day = str(night.night_on.day)
        card.text((left + 14, top + 28), day, 34, width=width / 2 - 14, colour=ink)
        if night.state is NightState.NONE:
            card.paste(tick(56, theme.free), (middle[0], middle[1] + 20))
        if is_cramp:
            at = (middle[0], middle[1] + 22)
            shown = "•" if strongest is None else str(strongest)
            card.text(at, shown, 50, width=width, colour=ink, weight=650, anchor="mm")
        if is_cramp and night.cramps > 1:
            corner, words = (left + width - 12, top + 28), f"×{night.cramps}"
            card.text(corner, words, 34, width=width / 2 - 6, colour=ink, anchor="rm")

    def legend(self) -> list[LegendItem]:
        """The marks that are in this picture, and only those."""
        labels, theme = self.labels, self.theme
        nights = list(zip(self.figures.nights, self.figures.strongest, strict=True))
        states = {night.state for night, _strongest in nights}
        cramps = [one for one in nights if one[0].state is NightState.CRAMPS]
        told = [strongest for _night, strongest in cramps if strongest is not None]
        found: list[tuple[bool, Callable[[tuple[float, float]], None], str]] = [
            (bool(told), partial(self._sample, strongest=max(told, default=0)), labels.cramp),
            (len(told) < len(cramps), partial(self._sample, strongest=None), labels.cramp_unknown),
            (any(night.cramps > 1 for night, _ in cramps), self._times, labels.several),
            (
                NightState.NONE in states,
                partial(self.card.paste, tick(46, theme.free)),
                labels.none,
            ),
            (
                NightState.NO_ENTRY in states,
                partial(self.card.paste, pill(46, 42, None, theme.faint)),
                labels.no_entry,
            ),
        ]
        return [LegendItem(draw, words) for is_there, draw, words in found if is_there]

    def _sample(self, centre: tuple[float, float], strongest: int | None) -> None:
        self.card.paste(disc(48, self.theme.strength(strongest)), centre)
        shown = "•" if strongest is None else str(strongest)
        self.card.text(centre, shown, 34, width=46, colour=self.theme.ink, weight=650, anchor="mm")

    def _times(self, centre: tuple[float, float]) -> None:
        self.card.text(centre, "×2", 36, width=60, anchor="mm")


def draw_month(
    figures: MonthFigures, labels: MonthLabels, first_weekday: int = 0, theme: Theme = DARK
) -> bytes:
    """Draw a month as a PNG, 1080 pixels wide: a row is a week, a cell is a night.

    Args:
        figures: the month.
        labels: the words.
        first_weekday: the weekday of the first column (0 = Monday).
        theme: the colours.
    """
    return MonthDrawing(figures, labels, first_weekday, theme).drawn().png()


# 13 weeks ----------------------------------------------------------------------------------------


class QuarterDrawing:
    """One picture of 13 weeks: a column for each week, a cell for each night.

    From the bottom up, a column has the cramp nights as blocks, the nights without cramps as dots,
    and empty cells for nights without an entry. Nothing is extrapolated from a partial week: it is
    drawn hollow, with its number of logged nights above it. The other weeks have two marks, at the
    baseline and at a quarter fewer, scaled to the nights that were logged in that week. Weeks
    before the diary are left out.
    """

    def __init__(self, figures: QuarterFigures, labels: QuarterLabels, theme: Theme = DARK) -> None:
        self.figures, self.labels, self.theme = figures, labels, theme
        self.card = Card(theme)
        columns = list(zip(figures.weeks, labels.weeks, strict=True))
        begun = [one for one in columns if not self._is_before(one[0])]
        self.columns = begun or columns[-1:]
        self.step = (WIDTH - MARGIN - BARS_LEFT) / max(len(self.columns), 5)
        self.top = 0.0

    def _is_before(self, week: WeekRow) -> bool:
        return week.week_on + timedelta(days=NIGHTS) <= self.figures.begun_on

    def _height_of(self, nights: float) -> float:
        return self.top + (BARS_BOTTOM - BARS_TOP) * (1 - nights / NIGHTS)

    def drawn(self) -> Card:
        """The card with everything on it."""
        card, labels, muted = self.card, self.labels, self.theme.muted
        self.top = max(card.head(labels.title, labels.headline) + 90, BARS_TOP)
        bottom = self._height_of(0)
        for nights, words in labels.scale.items():
            at = (BARS_LEFT - 16, self._height_of(nights))
            card.text(at, words, 36, width=BARS_LEFT - 28, colour=muted, anchor="rm")
        every = -(-DATE_WIDTH // int(self.step))
        for number, (week, words) in enumerate(self.columns):
            middle = BARS_LEFT + self.step * (number + 0.5)
            self._week(middle, week)
            if week.is_partial:
                above, coverage = (middle, self.top - 28), f"{week.covered}/{NIGHTS}"
                card.text(above, coverage, 34, width=self.step - 4, colour=muted, anchor="mm")
            self._marks(middle, week)
            self._free_nights(middle, week)
            left = BARS_LEFT + self.step * number + 4
            if number % every == 0 and left + DATE_WIDTH - 8 <= WIDTH:
                room = min(self.step * every, WIDTH - left) - 8
                card.text((left, bottom + 34), words, 34, width=room, colour=muted)
        card.legend(self.legend(), bottom + 76)
        return card

    def _week(self, middle: float, week: WeekRow) -> None:
        """Draw a week's column, from the bottom up."""
        tall = int((BARS_BOTTOM - BARS_TOP) / NIGHTS) - 8
        for night in range(NIGHTS):
            centre = (middle, self._height_of(night + 0.5))
            if night < week.cramp_nights:
                self._cramp(centre, self.step - 10, tall, is_partial=week.is_partial)
            elif night >= week.covered:
                self._no_entry(centre, self.step - 10, tall)

    def _free_nights(self, middle: float, week: WeekRow) -> None:
        """Draw the dots of a week's column. They lie on the marks, which would cut them in half."""
        for night in range(week.cramp_nights, week.covered):
            centre = (middle, self._height_of(night + 0.5))
            self.card.paste(disc(FREE_MARK + 12, self.theme.ground), centre)
            self._free(centre, is_partial=week.is_partial)

    def _cramp(
        self, centre: tuple[float, float], width: float, tall: int, *, is_partial: bool = False
    ) -> None:
        colour = self.theme.cramp
        fill, outline = (None, colour) if is_partial else (colour, None)
        self.card.paste(block(int(width), tall, fill, outline, 12), centre)

    def _free(self, centre: tuple[float, float], *, is_partial: bool = False) -> None:
        colour = self.theme.free
        fill, outline = (None, colour) if is_partial else (colour, None)
        self.card.paste(disc(FREE_MARK, fill, outline), centre)

    def _no_entry(self, centre: tuple[float, float], width: float, tall: int) -> None:
        self.card.paste(block(int(width), tall, None, self.theme.faint, 4), centre)

    def _marks(self, middle: float, week: WeekRow) -> None:
        """Mark the baseline and a quarter fewer, scaled to the logged nights of a whole week."""
        baseline: Baseline | None = self.figures.baseline
        if baseline is None or baseline.cramp_nights == 0 or week.is_partial:
            return
        nights = baseline.cramp_nights / baseline.covered * week.covered
        for share, is_dashed in ((1.0, False), (0.75, True)):
            y = round(self._height_of(nights * share))
            self._line((middle, y), self.step - 6, is_dashed=is_dashed)

    def _line(self, centre: tuple[float, float], width: float, *, is_dashed: bool) -> None:
        ground = stroke(int(width) + 4, 16, self.theme.ground)
        self.card.paste(ground, centre)
        self.card.paste(stroke(int(width), 6, self.theme.text, 10 if is_dashed else 0), centre)

    def legend(self) -> list[LegendItem]:
        """The marks that are in this picture, and only those."""
        labels = self.labels
        weeks = [week for week, _words in self.columns]
        whole = any(not week.is_partial for week in weeks)
        found: list[tuple[bool, Callable[[tuple[float, float]], None], str | None]] = [
            (
                any(week.cramp_nights for week in weeks),
                partial(self._cramp, width=44, tall=34),
                labels.cramp,
            ),
            (any(week.covered > week.cramp_nights for week in weeks), self._free, labels.none),
            (
                any(week.covered < NIGHTS for week in weeks),
                partial(self._no_entry, width=44, tall=34),
                labels.no_entry,
            ),
            (
                any(week.is_partial for week in weeks),
                partial(self._cramp, width=44, tall=34, is_partial=True),
                labels.partial,
            ),
            (whole, partial(self._line, width=44, is_dashed=False), labels.baseline),
            (whole, partial(self._line, width=44, is_dashed=True), labels.quarter_fewer),
        ]
        return [LegendItem(draw, words) for is_there, draw, words in found if is_there and words]


def draw_quarter(figures: QuarterFigures, labels: QuarterLabels, theme: Theme = DARK) -> bytes:
    """Draw 13 weeks as a PNG, 1080 pixels wide."""
    return QuarterDrawing(figures, labels, theme).drawn().png()
