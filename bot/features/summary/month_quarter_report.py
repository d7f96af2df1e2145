"""A month or the last 13 weeks: rows loaded and counted, ready to be put into words and drawn."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import User
from bot.features.diary.queries import facts_between
from bot.features.diary.trend import Trend, latest_look, trend
from bot.features.summary import queries
from bot.features.summary.month_quarter import (
    QUARTER_WEEKS,
    MonthFigures,
    QuarterFigures,
    month_edges,
    month_figures,
    quarter_figures,
)
from bot.features.summary.stats import NIGHTS
from bot.features.summary.weeks import newest_night
from bot.i18n.preferences import first_weekday_for
from bot.local_time.nights import local_time, nights_of
from bot.local_time.person import zone_of

Month = tuple[int, int]
"""A year, and a month from 1 to 12."""


@dataclass(frozen=True)
class MonthReport:
    """A month of nights, and the months before and after it that have something to show."""

    figures: MonthFigures
    earlier: Month | None
    later: Month | None
    first_weekday: int = 0
    """On which weeks begin in the person's country (0 = Monday)."""
    light: bool | None = None
    """Whether the person chose light pictures."""


@dataclass(frozen=True)
class QuarterReport:
    """The last 13 weeks, and the trend that is told with them."""

    figures: QuarterFigures
    trend: Trend
    """What the newest summary that looked for a direction found, or the counts up to now."""
    trend_last_on: date
    """The last night that the trend counts."""
    earlier_on: date | None = None
    """The last night of the 13 weeks before; None when the diary has nothing in them."""
    later_on: date | None = None
    """The last night of the 13 weeks after; None when these are the last ones."""
    light: bool | None = None
    """Whether the person chose light pictures."""


async def build_month(
    session: Session, user: User, now: datetime, month: Month | None
) -> MonthReport:
    """Load and count a month.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        now: an instant with a time zone.
        month: the wanted month, moved into the span that the diary covers; None is the month of
            the newest night with something to show.
    """
    local_now = local_time(now, zone_of(user))
    nights = nights_of(user)
    tonight = nights.first_unfinished(local_now)
    (begun_on, first_night), is_logged = await queries.beginning_and_tonight(session, user, tonight)
    last = newest_night(tonight, is_logged=is_logged)
    first = min(first_night, last)
    wanted = min(max(month or _month(last), _month(first)), _month(last))
    facts = await facts_between(session, user.id, *month_edges(*wanted))
    return MonthReport(
        month_figures(
            facts, *wanted, started_on=begun_on, local_now=local_now, nights_of_person=nights
        ),
        earlier=_shifted(wanted, -1) if wanted > _month(first) else None,
        later=_shifted(wanted, 1) if wanted < _month(last) else None,
        first_weekday=first_weekday_for(user),
        light=user.light_pictures,
    )


def _month(day: date) -> Month:
    return day.year, day.month


def _shifted(month: Month, by: int) -> Month:
    number = month[0] * 12 + month[1] - 1 + by
    return number // 12, number % 12 + 1


async def build_quarter(
    session: Session, user: User, now: datetime, last_on: date | None = None
) -> QuarterReport:
    """Load and count 13 weeks.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        now: an instant with a time zone.
        last_on: their last night, moved into the span that the diary covers; None is last night,
            or tonight if it has an entry.
    """
    tonight = nights_of(user).first_unfinished(local_time(now, zone_of(user)))
    first_night = await queries.first_night(session, user)
    facts = await facts_between(session, user.id, min(first_night, tonight), tonight)
    covered, cramps = facts.covered_nights(), facts.cramp_nights()
    newest = newest_night(tonight, is_logged=tonight in covered)
    end = min(max(last_on or newest, min(first_night, newest)), newest)
    figures = quarter_figures(facts, end, first_night)
    weekday = await queries.summary_weekday(session, user.id)
    looked_on = latest_look(min(end, tonight - timedelta(days=1)), first_night, weekday)
    counted_to = looked_on or end
    found = trend(covered, cramps, counted_to, looks=looked_on is not None)
    span = timedelta(days=NIGHTS * QUARTER_WEEKS)
    return QuarterReport(
        figures,
        found,
        counted_to,
        earlier_on=end - span if end - span >= first_night else None,
        later_on=min(end + span, newest) if end < newest else None,
        light=user.light_pictures,
    )
