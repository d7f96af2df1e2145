"""A month or the last 13 weeks: rows loaded and counted, ready to be put into words and drawn."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import User
from bot.features.diary.queries import facts_between
from bot.features.diary.trend import Trend, latest_look, trend
from bot.features.summary import queries
from bot.features.summary.month_quarter import (
    MonthFigures,
    QuarterFigures,
    month_figures,
    quarter_figures,
)
from bot.features.summary.stats import reference_night
from bot.features.summary.week_report import whole_diary
from bot.local_time.nights import local_time, night_of
from bot.local_time.person import zone_of

Month = tuple[int, int]
"""A year, and a month from 1 to 12."""


@dataclass(frozen=True)
class MonthReport:
    """A month of nights, and the months before and after it that have something to show."""

    figures: MonthFigures
    earlier: Month | None
    later: Month | None


@dataclass(frozen=True)
class QuarterReport:
    """The last 13 weeks, and the trend that is told with them."""

    figures: QuarterFigures
    trend: Trend
    """What the newest summary that looked for a direction found, or the counts up to now."""
    trend_last_on: date
    """The last night that the trend counts."""


async def build_month(
    session: Session, user: User, now: datetime, month: Month | None
) -> MonthReport:
    """Load and count a month.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        now: an instant with a time zone.
        month: the wanted month, moved into the span that the diary covers; None is the current one.
    """
    local_now = local_time(now, zone_of(user))
    last = reference_night(local_now)
    first = min(await queries.first_night(session, user), last)
    wanted = min(max(month or _month(last), _month(first)), _month(last))
    facts = await facts_between(session, user.id, *_edges(wanted))
    begun_on = await queries.begun_on(session, user)
    return MonthReport(
        month_figures(facts, *wanted, started_on=begun_on, local_now=local_now),
        earlier=_shifted(wanted, -1) if wanted > _month(first) else None,
        later=_shifted(wanted, 1) if wanted < _month(last) else None,
    )


def _month(day: date) -> Month:
    return day.year, day.month


def _shifted(month: Month, by: int) -> Month:
    number = month[0] * 12 + month[1] - 1 + by
    return number // 12, number % 12 + 1


def _edges(month: Month) -> tuple[date, date]:
    return date(*month, 1), date(*_shifted(month, 1), 1) - timedelta(days=1)


async def build_quarter(session: Session, user: User, now: datetime) -> QuarterReport:
    """Load and count the 13 weeks that end with last night, or with tonight if it has an entry."""
    tonight = night_of(local_time(now, zone_of(user)))
    facts = await whole_diary(session, user, tonight)
    last_on = tonight if tonight in facts.covered_nights() else tonight - timedelta(days=1)
    first_night = await queries.first_night(session, user)
    figures = quarter_figures(facts, last_on, first_night)
    weekday = await queries.summary_weekday(session, user.id)
    looked_on = latest_look(tonight - timedelta(days=1), first_night, weekday)
    end, covered, cramps = looked_on or last_on, facts.covered_nights(), facts.cramp_nights()
    found = trend(covered, cramps, end, looks=looked_on is not None)
    return QuarterReport(figures, found, end)
