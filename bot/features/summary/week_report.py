"""A week: rows loaded and counted, ready to be put into words and drawn."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.database.engine import Session
from bot.database.models import Habit, User
from bot.features.diary.facts import Facts
from bot.features.diary.queries import facts_between
from bot.features.summary import queries
from bot.features.summary.comparisons import (
    EARLIER_WEEKS,
    RECENT_WEEKS,
    SideBySide,
    Trend,
    side_by_side,
    trend,
)
from bot.features.summary.periods import PeriodFigures, period_figures
from bot.features.summary.stats import (
    NIGHTS,
    NightState,
    WeekFigures,
    reference_night,
    summarise,
    week_of,
)
from bot.features.warning_signs.queries import shown_nudge
from bot.features.warning_signs.selection import Nudge
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

TREND_WEEKS = RECENT_WEEKS + EARLIER_WEEKS
COMPARED_HABITS = (Habit.STRETCH_DONE, Habit.CAFFEINE_AFTER_CUTOFF)
"""Habits whose nights are shown side by side with the nights without them."""
MORNING = time(5, 0)
NOON = time(12, 0)


@dataclass(frozen=True)
class WeekReport:
    """The figures of a week, and what else its message needs."""

    figures: WeekFigures
    weekday: int
    """The weekday on which weeks begin now (0 = Monday). A week that was shown before the person
    moved the summary to another day keeps the weekday it had."""
    first_week_on: date
    """The first night of the diary's first week."""
    current_week_on: date
    """The first night of the current week."""
    last_night_on: date | None
    """Last night, between 05:00 and noon, when it can already be marked as free of cramps."""
    bed_time: time | None
    wake_time: time | None
    nudge: Nudge | None = None
    """The warning sign that is mentioned in this week's summary."""
    trend: Trend | None = None
    """The trend of the six weeks that end with this one; None while it is not over."""
    limited: str | None = None
    """The person's answer to whether cramps limited them: no, a_bit or a_lot."""

    @property
    def week_on(self) -> date:
        """The week's first night."""
        return self.figures.week_on

    @property
    def is_over(self) -> bool:
        """Whether all seven nights are over."""
        return all(night.state is not NightState.TO_COME for night in self.figures.nights)

    @property
    def earlier_on(self) -> date | None:
        """The first night of the week before; None before the diary's first week."""
        earlier = week_of(self.week_on - timedelta(days=1), self.weekday)
        return earlier if earlier >= self.first_week_on else None

    @property
    def later_on(self) -> date | None:
        """The first night of the week after; None after the current week."""
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
    """Load and count a week.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        now: an instant with a time zone.
        week_on: the first night of a week that has a stored summary: it keeps its seven nights
            even if the summary has moved to another weekday since. Any other date is a night of
            the wanted week, moved into the span from the diary's first week to the current one.
            None is the current week.
        is_known: ``week_on`` is the first night of a week although no summary is stored yet.
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
        nudge=await shown_nudge(session, user.id, wanted + timedelta(days=NIGHTS)),
        trend=trend(facts, last_on) if is_over else None,
        limited=await queries.limited_in(session, user.id, wanted),
    )


@dataclass(frozen=True)
class WeekDetails:
    """What was noted about a week's cramps, and habits side by side over the whole diary."""

    report: WeekReport
    figures: PeriodFigures
    pairs: tuple[SideBySide, ...]


async def build_details(session: Session, user: User, report: WeekReport) -> WeekDetails:
    """Load and count the details of a week; the diary counts up to the week's last night."""
    last_on = report.week_on + timedelta(days=NIGHTS - 1)
    facts = await whole_diary(session, user, last_on)
    figures = period_figures(facts, report.week_on, last_on)
    return WeekDetails(report, figures, compared_habits(facts))


async def whole_diary(session: Session, user: User, last_on: date) -> Facts:
    """The facts of all nights up to one."""
    first_on = await queries.first_night(session, user)
    return await facts_between(session, user.id, min(first_on, last_on), last_on)


def compared_habits(facts: Facts) -> tuple[SideBySide, ...]:
    """The habits for which enough nights with and without are known."""
    found = (side_by_side(facts, habit) for habit in COMPARED_HABITS)
    return tuple(pair for pair in found if pair is not None)
