"""The figures of a month and of the last 13 weeks. Pure.

Definitions follow the health reference, section (h).
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact, Facts
from bot.features.summary.comparisons import Baseline, WeekRow, baseline, week_rows
from bot.features.summary.periods import PeriodFigures, period_figures
from bot.features.summary.stats import AHEAD, NIGHTS, Night, summarise
from bot.local_time.nights import NOON_TO_NOON, Nights

QUARTER_WEEKS = 13


@dataclass(frozen=True)
class MonthFigures:
    """A calendar month, night by night."""

    year: int
    month: int
    nights: tuple[Night, ...]
    strongest: tuple[int | None, ...]
    """The highest strength of each night's cramps; None when no strength was entered."""
    figures: PeriodFigures

    @property
    def known_nights(self) -> int:
        """The number of nights that are over or logged, since the diary began."""
        return sum(night.state not in AHEAD for night in self.nights)


def month_edges(year: int, month: int) -> tuple[date, date]:
    """The first and the last night of a calendar month."""
    days = calendar.monthrange(year, month)[1]
    return date(year, month, 1), date(year, month, days)


def month_figures(
    facts: Facts,
    year: int,
    month: int,
    *,
    started_on: date,
    local_now: datetime,
    nights_of_person: Nights = NOON_TO_NOON,
) -> MonthFigures:
    """Count the nights whose evenings are in a calendar month.

    Args:
        facts: the facts of the month; facts of other nights are ignored.
        year: the month's year.
        month: 1 to 12.
        started_on: the night with which the diary begins.
        local_now: the person's current wall-clock time (naive).
        nights_of_person: when their nights begin and end.
    """
    first_on, last_on = month_edges(year, month)
    days = last_on.day
    nights: list[Night] = []
    for offset in range(0, days, NIGHTS):
        week = summarise(
            first_on + timedelta(days=offset),
            facts.cramps,
            facts.checks,
            (),
            started_on=started_on,
            local_now=local_now,
            nights_of_person=nights_of_person,
        )
        nights += week.nights
    return MonthFigures(
        year,
        month,
        tuple(nights[:days]),
        tuple(_strongest(facts.cramps, night.night_on) for night in nights[:days]),
        period_figures(facts, first_on, last_on),
    )


def _strongest(cramps: Iterable[CrampFact], night_on: date) -> int | None:
    strengths = [
        fact.intensity
        for fact in cramps
        if fact.night_on == night_on
        and fact.event_type in COUNTED_CRAMPS
        and fact.intensity is not None
    ]
    return max(strengths, default=None)


# The last 13 weeks -------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuarterFigures:
    """Thirteen weeks, and the baseline that they are compared with."""

    weeks: tuple[WeekRow, ...]
    baseline: Baseline | None
    figures: PeriodFigures
    begun_on: date
    """The first night of the diary."""

    @property
    def known_nights(self) -> int:
        """The number of nights of the span since the diary began."""
        first_on = max(self.figures.first_on, self.begun_on)
        return max((self.figures.last_on - first_on).days + 1, self.figures.covered)


def quarter_begins(last_on: date) -> date:
    """The first night of the 13 weeks that end with ``last_on``."""
    return last_on - timedelta(days=QUARTER_WEEKS * NIGHTS - 1)


def quarter_figures(facts: Facts, last_on: date, begun_on: date) -> QuarterFigures:
    """Count the 13 weeks that end with ``last_on``.

    Args:
        facts: the whole diary: the baseline is its beginning.
        last_on: the last night.
        begun_on: the first night of the diary.
    """
    first_on = quarter_begins(last_on)
    return QuarterFigures(
        week_rows(facts, first_on, last_on),
        baseline(facts),
        period_figures(facts, first_on, last_on),
        begun_on,
    )
