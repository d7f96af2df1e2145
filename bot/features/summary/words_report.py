"""The nights of a week, a month or 13 weeks, loaded to be told in words."""

from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import User
from bot.features.diary.queries import facts_between
from bot.features.summary import queries
from bot.features.summary.month_quarter import month_edges, quarter_begins
from bot.features.summary.night_words import ToldNights, told_nights
from bot.features.summary.stats import NIGHTS
from bot.local_time.nights import local_time, nights_of
from bot.local_time.person import zone_of

WEEK, MONTH, QUARTER = SPANS = ("week", "month", "quarter")


def span_of(span: str, given_on: date) -> tuple[date, date]:
    """The first and the last night of a span.

    Args:
        span: week, month or quarter.
        given_on: the first night of the week, any night of the month, or the last night of the 13
            weeks.
    """
    if span == WEEK:
        return given_on, given_on + timedelta(days=NIGHTS - 1)
    if span == MONTH:
        return month_edges(given_on.year, given_on.month)
    return quarter_begins(given_on), given_on


async def build_words(
    session: Session, user: User, now: datetime, span: str, given_on: date
) -> ToldNights:
    """Load the nights of a span; nothing is changed.

    Args:
        session: an open transaction.
        user: whose diary it is.
        now: an instant with a time zone.
        span: one of ``SPANS``.
        given_on: see :func:`span_of`.
    """
    tonight = nights_of(user).first_unfinished(local_time(now, zone_of(user)))
    begun_on, first_night = await queries.beginning(session, user)
    earliest = first_night - timedelta(days=NIGHTS)
    first_on, last_on = span_of(span, min(max(given_on, earliest), tonight))
    facts = await facts_between(session, user.id, first_on, last_on)
    nights = told_nights(facts, first_on, last_on, started_on=begun_on, first_unfinished_on=tonight)
    return ToldNights(span, given_on, first_on, last_on, nights)
