"""A week's report: rows loaded and summarised, ready to be put into words and drawn."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.db import Session
from bot.models import User
from bot.nights import local_time
from bot.summary import queries
from bot.summary.stats import WeekFigures, reference_night, summarise, week_of

MORNING = time(5, 0)
NOON = time(12, 0)


@dataclass(frozen=True)
class WeekReport:
    """The figures of a week and where it stands among the others."""

    figures: WeekFigures
    first_week_on: date
    """The week in which the person met the bot."""
    current_week_on: date
    last_night_on: date | None
    """Last night, on the morning after, when it can already be said that it was quiet."""
    bed_time: time | None
    wake_time: time | None

    @property
    def week_on(self) -> date:
        return self.figures.week_on

    @property
    def earlier_on(self) -> date | None:
        """The week before, if the person knew the bot then."""
        earlier = self.week_on - timedelta(days=7)
        return earlier if earlier >= self.first_week_on else None

    @property
    def later_on(self) -> date | None:
        """The week after, unless it is still to come."""
        later = self.week_on + timedelta(days=7)
        return later if later <= self.current_week_on else None


async def build_week(
    session: Session, user: User, now: datetime, week_on: date | None = None
) -> WeekReport:
    """Load and summarise a week; None is the current one. A week to come becomes the current."""
    weekday = await queries.summary_weekday(session, user.id)
    local_now = local_time(now, queries.zone_of(user))
    current = week_of(reference_night(local_now), weekday)
    started = queries.started_on(user)
    first = min(week_of(started, weekday), current)
    # Weeks asked for by a button keep to the calendar of the present summary day.
    wanted = current if week_on is None else min(max(week_of(week_on, weekday), first), current)
    facts = await queries.facts_of_week(session, user.id, wanted)
    figures = summarise(
        wanted,
        facts.cramps,
        facts.checks,
        facts.reminders,
        started_on=started,
        local_now=local_now,
    )
    is_morning = MORNING <= local_now.time() < NOON
    return WeekReport(
        figures,
        first,
        current,
        local_now.date() - timedelta(days=1) if is_morning else None,
        user.bed_time,
        user.wake_time,
    )
