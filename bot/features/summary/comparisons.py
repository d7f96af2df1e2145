"""Comparisons: trend over six weeks, nights with and without a habit, the baseline. Pure.

Definitions follow the health reference, section (h). Rates are cramp nights per covered night, as
exact fractions; a night without an entry is never counted as free of cramps.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from bot.features.diary.facts import Facts
from bot.features.summary.periods import period_figures
from bot.features.summary.stats import FULL_COVERAGE, NIGHTS

RECENT_WEEKS, EARLIER_WEEKS = 2, 4
"""The trend compares the newest two weeks with the four before them."""
BAND = Fraction(1, 4)
"""A change of less than a quarter is "about the same"; a quarter is the responder line of a
Cochrane review (Magnesium for skeletal muscle cramps, 2020)."""
ENOUGH_NIGHTS = 10
"""Nights with the habit, and nights without it, that a side-by-side comparison needs at least
(health reference, section h)."""
BASELINE_NIGHTS = 14
"""Covered nights that make the baseline."""


@dataclass(frozen=True)
class WeekRow:
    """The counts of one week."""

    week_on: date
    covered: int
    cramp_nights: int
    cramps: int
    at_least: bool
    median_intensity: float | None
    woke: int
    woke_answered: int

    @property
    def is_partial(self) -> bool:
        """Fewer than five of its seven nights are covered."""
        return self.covered < FULL_COVERAGE


def week_rows(facts: Facts, first_on: date, last_on: date) -> tuple[WeekRow, ...]:
    """Whole weeks, counted back from ``last_on`` and not before ``first_on``; oldest first."""
    number = ((last_on - first_on).days + 1) // NIGHTS
    ends = [last_on - timedelta(days=NIGHTS * back) for back in range(number)]
    return tuple(_week_row(facts, end) for end in reversed(ends))


def _week_row(facts: Facts, last_on: date) -> WeekRow:
    figures = period_figures(facts, last_on - timedelta(days=NIGHTS - 1), last_on)
    return WeekRow(
        figures.first_on,
        figures.covered,
        figures.cramp_nights,
        figures.cramps,
        figures.at_least,
        figures.median_intensity,
        figures.woke,
        figures.woke_answered,
    )


class Direction(StrEnum):
    """How the last two weeks compare with the four before."""

    FEWER = "fewer"
    SAME = "same"
    MORE = "more"


@dataclass(frozen=True)
class Trend:
    """Cramp nights of the last two weeks against the four before."""

    direction: Direction
    recent_cramp_nights: int
    recent_covered: int
    earlier_cramp_nights: int
    earlier_covered: int


def trend(facts: Facts, last_on: date) -> Trend | None:
    """The trend of the six weeks that end with ``last_on``; None when one of them is partial."""
    weeks = RECENT_WEEKS + EARLIER_WEEKS
    rows = week_rows(facts, last_on - timedelta(days=weeks * NIGHTS - 1), last_on)
    if any(row.is_partial for row in rows):
        return None
    earlier, recent = rows[:EARLIER_WEEKS], rows[EARLIER_WEEKS:]
    found = (
        sum(row.cramp_nights for row in recent),
        sum(row.covered for row in recent),
        sum(row.cramp_nights for row in earlier),
        sum(row.covered for row in earlier),
    )
    return Trend(_direction(*found), *found)


def _direction(recent: int, recent_covered: int, earlier: int, earlier_covered: int) -> Direction:
    now, before = Fraction(recent, recent_covered), Fraction(earlier, earlier_covered)
    if now <= before * (1 - BAND) and now < before:
        return Direction.FEWER
    if now >= before * (1 + BAND) and now > before:
        return Direction.MORE
    return Direction.SAME


# Habits and the baseline -------------------------------------------------------------------------


@dataclass(frozen=True)
class SideBySide:
    """Nights with and without a habit, and how many of each had cramps. No statistics."""

    habit: str
    with_nights: int
    with_cramps: int
    without_nights: int
    without_cramps: int


def side_by_side(facts: Facts, habit: str) -> SideBySide | None:
    """Count the covered nights whose habit is known; None with fewer than ten of either sort."""
    covered, cramps = facts.covered_nights(), facts.cramp_nights()
    done = facts.habit_nights(habit, done=True) & covered
    left_out = facts.habit_nights(habit, done=False) & covered
    if min(len(done), len(left_out)) < ENOUGH_NIGHTS:
        return None
    return SideBySide(habit, len(done), len(done & cramps), len(left_out), len(left_out & cramps))


@dataclass(frozen=True)
class Baseline:
    """The first 14 covered nights of a diary."""

    first_on: date
    last_on: date
    covered: int
    cramp_nights: int


def baseline(facts: Facts) -> Baseline | None:
    """The baseline of a whole diary; None while it has fewer than 14 covered nights."""
    nights = sorted(facts.covered_nights())[:BASELINE_NIGHTS]
    if len(nights) < BASELINE_NIGHTS:
        return None
    return Baseline(
        nights[0], nights[-1], len(nights), len(facts.cramp_nights().intersection(nights))
    )
