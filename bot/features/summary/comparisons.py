"""Counts beside each other: week by week, nights with and without something, the baseline. Pure.

Definitions follow the health reference, section (h). A night without an entry is never counted as
free of cramps. Whether cramp nights became more or fewer is decided in ``diary/trend.py``.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.features.diary.every_night import ENOUGH_NIGHTS, is_told_alike
from bot.features.diary.facts import Facts
from bot.features.summary.periods import period_figures
from bot.features.summary.stats import FULL_COVERAGE, NIGHTS

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
    """Count the covered nights whose habit is known.

    Returns:
        None with fewer than ten nights of either sort, or if quiet nights and those with cramps
        were not told alike.
    """
    covered, cramps = facts.covered_nights(), facts.cramp_nights()
    done = facts.habit_nights(habit, done=True) & covered
    left_out = facts.habit_nights(habit, done=False) & covered
    if min(len(done), len(left_out)) < ENOUGH_NIGHTS:
        return None
    if not is_told_alike(done | left_out, covered, cramps):
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
