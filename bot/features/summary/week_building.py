"""Loads and counts a week: from rows to its report. No Telegram, no commit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.database.engine import Session
from bot.database.models import Habit, User
from bot.features.diary.facts import Facts
from bot.features.diary.queries import facts_between
from bot.features.diary.trend import TREND_NIGHTS, Trend, is_look, trend
from bot.features.summary import queries
from bot.features.summary.comparisons import SideBySide, side_by_side
from bot.features.summary.periods import period_figures
from bot.features.summary.stats import NIGHTS, NightState, WeekFigures, summarise
from bot.features.summary.week_report import WeekDetails, WeekReport
from bot.features.summary.weeks import ThisWeek, newest_night, this_week, week_of
from bot.features.warning_signs.queries import shown_nudges
from bot.i18n.preferences import first_weekday_for
from bot.local_time.nights import Nights, local_time, nights_of
from bot.local_time.person import zone_of

TREND = timedelta(days=TREND_NIGHTS)
"""The nights that a trend counts, up to the last one of its week."""
COMPARED_HABITS = (Habit.STRETCH_DONE, Habit.CAFFEINE_AFTER_CUTOFF)
"""Habits whose nights are shown side by side with the nights without them."""
MORNING = time(5, 0)
NOON = time(12, 0)


async def build_week(
    session: Session,
    user: User,
    now: datetime,
    week_on: date | None = None,
    *,
    night_on: date | None = None,
    is_known: bool = False,
    shown_from_on: date | None = None,
) -> WeekReport:
    """Load and count a week.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        now: an instant with a time zone.
        week_on: the first night of seven that are stored: they stay these, on whichever weekday
            they begin. Any other date is a night of the wanted week, which begins as in the
            person's country, moved into the span from the diary's first week to the newest one.
            None is "this week": the last seven nights while the week has only begun.
        night_on: a night of the wanted week, instead of ``week_on``: a stored week may begin with
            it on another weekday than weeks do in the person's country.
        is_known: ``week_on`` is the first night of a week although no summary is stored yet.
        shown_from_on: the first night that the reader may see; the diary seems to begin with it.
    """
    calendar = await _calendar(session, user, now)
    if shown_from_on is not None:
        calendar = calendar.without_earlier(shown_from_on)
    if week_on is not None and (is_known or await queries.is_stored(session, user.id, week_on)):
        wanted = week_on
    elif (meant_on := night_on or week_on) is not None:
        wanted = week_of(meant_on, calendar.weekday)
        wanted = min(max(wanted, calendar.first), calendar.current)
    else:
        wanted = calendar.this_week.first_on
    if wanted + timedelta(days=NIGHTS) <= calendar.shown_from_on:
        wanted = calendar.first
    (report,) = await _build(session, user, calendar, [wanted])
    return report


async def build_stored_weeks(
    session: Session, user: User, now: datetime, weeks: Sequence[date]
) -> list[WeekReport]:
    """Load and count weeks that have a stored summary, with as many statements as for one.

    Args:
        session: an open transaction; nothing is changed in it.
        user: whose diary it is.
        now: an instant with a time zone.
        weeks: their first nights.
    """
    return await _build(session, user, await _calendar(session, user, now), weeks)


@dataclass(frozen=True)
class _Calendar:
    """The weeks of a person's diary."""

    weekday: int
    """On which weeks begin in the person's country."""
    summary_weekday: int
    """On which the weeks of the summaries begin."""
    first: date
    """The first night of the diary's first week."""
    current: date
    """The first night of the newest week with something to show."""
    newest: date
    """The newest night with something to show."""
    this_week: ThisWeek
    begun_on: date
    first_night_on: date
    """The first night with anything to show."""
    local_now: datetime
    nights: Nights
    """When the person's nights begin and end."""
    shown_from_on: date = date.min
    """The first night whose rows are read."""

    def without_earlier(self, night_on: date) -> "_Calendar":
        """The calendar of a diary that seems to begin with a night."""
        first = max(self.first, week_of(night_on, self.weekday))
        return replace(
            self,
            first=first,
            current=max(self.current, first),
            begun_on=max(self.begun_on, night_on),
            first_night_on=max(self.first_night_on, night_on),
            shown_from_on=night_on,
        )


async def _calendar(session: Session, user: User, now: datetime) -> _Calendar:
    weekday = first_weekday_for(user)
    local_now = local_time(now, zone_of(user))
    nights = nights_of(user)
    tonight = nights.first_unfinished(local_now)
    (begun_on, first_night), is_logged = await queries.beginning_and_tonight(session, user, tonight)
    first = week_of(first_night, weekday)
    newest = newest_night(tonight, is_logged=is_logged)
    return _Calendar(
        weekday,
        await queries.summary_weekday(session, user.id),
        first,
        max(week_of(newest, weekday), first),
        newest,
        this_week(tonight, nights.evening_on(local_now), weekday, is_logged=is_logged),
        begun_on,
        first_night,
        local_now,
        nights,
    )


def _figures(week_on: date, facts: Facts, calendar: _Calendar) -> WeekFigures:
    return summarise(
        week_on,
        facts.cramps,
        facts.checks,
        facts.reminders,
        started_on=calendar.begun_on,
        local_now=calendar.local_now,
        nights_of_person=calendar.nights,
        habits=facts.habits,
    )


async def _build(
    session: Session, user: User, calendar: _Calendar, weeks: Sequence[date]
) -> list[WeekReport]:
    if not weeks:
        return []
    week, local_now = timedelta(days=NIGHTS), calendar.local_now
    last_on = max(weeks) + week - timedelta(days=1)
    first_on = max(min(weeks) + week - TREND, calendar.shown_from_on)
    everything = await facts_between(session, user.id, first_on, last_on)
    nudges = await shown_nudges(session, user.id, [week_on + week for week_on in weeks])
    stored = await queries.stored_in(session, user.id, weeks)
    shown = calendar.this_week
    is_morning = not calendar.nights.is_across_noon and MORNING <= local_now.time() < NOON
    reports = []
    for week_on in weeks:
        last_on = week_on + week - timedelta(days=1)
        facts = everything.between(week_on + week - TREND, last_on)
        figures = _figures(week_on, facts, calendar)
        is_over = all(night.state is not NightState.TO_COME for night in figures.nights)
        known = stored.get(week_on) if week_on >= calendar.shown_from_on else None
        is_summary = week_on.weekday() == calendar.summary_weekday or (
            known is not None and not known.is_view
        )
        reports.append(
            WeekReport(
                figures,
                calendar.weekday,
                calendar.first,
                calendar.current,
                local_now.date() - timedelta(days=1) if is_morning else None,
                user.bed_time,
                user.wake_time,
                calendar.nights.sleep,
                nudge=nudges.get(week_on + week),
                trend=_trend(facts, week_on, calendar, looks=is_summary) if is_over else None,
                limited=None if known is None else known.limited,
                is_compared=is_summary,
                newest_on=calendar.newest,
                is_last_seven=shown.is_last_seven and week_on == shown.first_on,
                light=user.light_pictures,
            )
        )
    return reports


def _trend(facts: Facts, week_on: date, calendar: _Calendar, *, looks: bool) -> Trend:
    """The trend of the 12 weeks that end with a week; a direction only if its summary looks."""
    last_on = week_on + timedelta(days=NIGHTS - 1)
    looks = looks and is_look(week_on, calendar.first_night_on)
    return trend(facts.covered_nights(), facts.cramp_nights(), last_on, looks=looks)


async def build_details(session: Session, user: User, report: WeekReport) -> WeekDetails:
    """Load and count the details of a week; the diary counts up to the week's last night."""
    last_on = report.week_on + timedelta(days=NIGHTS - 1)
    facts = await whole_diary(session, user, last_on)
    figures = period_figures(facts, report.week_on, last_on)
    tested = await queries.tested_habit(session, user.id)
    found = compared_habits(facts)
    pairs = tuple(pair for pair in found if pair.habit != tested)
    return WeekDetails(report, figures, pairs, len(pairs) < len(found))


async def whole_diary(session: Session, user: User, last_on: date) -> Facts:
    """The facts of all nights up to one."""
    first_on = await queries.first_night(session, user)
    return await facts_between(session, user.id, first_on, last_on)


def compared_habits(facts: Facts) -> tuple[SideBySide, ...]:
    """The habits for which enough nights with and without are known."""
    found = (side_by_side(facts, habit) for habit in COMPARED_HABITS)
    return tuple(pair for pair in found if pair is not None)
