"""A week's report: rows loaded and summarised, ready to be put into words and drawn."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.database.engine import Session
from bot.database.models import User
from bot.features.diary.queries import facts_between
from bot.features.summary import queries
from bot.features.summary.periods import EARLIER_WEEKS, RECENT_WEEKS, Trend, trend
from bot.features.summary.stats import (
    NIGHTS,
    NightState,
    WeekFigures,
    reference_night,
    summarise,
    week_of,
)
from bot.features.warning_signs.patterns import Nudge
from bot.features.warning_signs.queries import told
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

TREND_WEEKS = RECENT_WEEKS + EARLIER_WEEKS
MORNING = time(5, 0)
NOON = time(12, 0)


@dataclass(frozen=True)
class WeekReport:
    """The figures of a week and where it stands among the others."""

    figures: WeekFigures
    weekday: int
    """The day on which weeks begin now; this one may have been counted to another day."""
    first_week_on: date
    """The week in which the diary begins."""
    current_week_on: date
    last_night_on: date | None
    """Last night, on the morning after, when it can already be said that it was quiet."""
    bed_time: time | None
    wake_time: time | None
    nudge: Nudge | None = None
    """The warning sign that its summary tells of."""
    trend: Trend | None = None
    """Of the six weeks that end with this one, once it is over."""
    limited: str | None = None
    """What the person said: whether cramps limited them (no, a_bit, a_lot)."""

    @property
    def week_on(self) -> date:
        return self.figures.week_on

    @property
    def is_over(self) -> bool:
        """Whether all seven nights are over."""
        return all(night.state is not NightState.TO_COME for night in self.figures.nights)

    @property
    def earlier_on(self) -> date | None:
        """The week before, if the person knew the bot then."""
        earlier = week_of(self.week_on - timedelta(days=1), self.weekday)
        return earlier if earlier >= self.first_week_on else None

    @property
    def later_on(self) -> date | None:
        """The week after, unless it is still to come."""
        later = week_of(self.week_on + timedelta(days=NIGHTS), self.weekday)
        return later if later <= self.current_week_on else None


async def build_week(
    session: Session,
    user: User,
    now: datetime,
    week_on: date | None = None,
    *,
    is_known: bool = False,
) -> WeekReport:
    """Load and summarise a week; the current one when nothing else is asked for.

    Args:
        week_on: the first night of a week that was shown before: it stays as it was counted then,
            though the summary's day may have changed. Any other date is taken as a night of the
            week that is wanted: before the first week it is the first, after the current one the
            current.
        is_known: ``week_on`` is the first night of a week though it was not shown yet.
    """
    weekday = await queries.summary_weekday(session, user.id)
    local_now = local_time(now, zone_of(user))
    current = week_of(reference_night(local_now), weekday)
    first = week_of(await queries.first_night(session, user), weekday)
    current = max(current, first)
    if week_on is not None and (is_known or await queries.is_stored(session, user.id, week_on)):
        wanted = week_on
    else:
        wanted = min(max(week_of(week_on or current, weekday), first), current)
    last_on = wanted + timedelta(days=NIGHTS - 1)
    trend_from = last_on - timedelta(days=TREND_WEEKS * NIGHTS - 1)
    facts = await facts_between(session, user.id, trend_from, last_on)
    figures = summarise(
        wanted,
        facts.cramps,
        facts.checks,
        facts.reminders,
        started_on=await queries.begun_on(session, user),
        local_now=local_now,
    )
    is_over = all(night.state is not NightState.TO_COME for night in figures.nights)
    is_morning = MORNING <= local_now.time() < NOON
    return WeekReport(
        figures,
        weekday,
        first,
        current,
        local_now.date() - timedelta(days=1) if is_morning else None,
        user.bed_time,
        user.wake_time,
        nudge=await told(session, user.id, wanted + timedelta(days=NIGHTS)),
        trend=trend(facts, last_on) if is_over else None,
        limited=await queries.limited_in(session, user.id, wanted),
    )
