"""Longer views made ready: rows loaded and counted, the picture drawn beside the event loop.

Each function reads inside the caller's transaction and returns what is left to do after it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import Habit, User
from bot.features.diary.facts import Facts
from bot.features.diary.queries import facts_between
from bot.features.summary import periods, queries, views
from bot.features.summary.month_chart import draw_month, draw_quarter
from bot.features.summary.periods import MonthFigures, SideBySide
from bot.features.summary.report import WeekReport
from bot.features.summary.sending import picture_of
from bot.features.summary.stats import NIGHTS, reference_night
from bot.i18n import formats
from bot.i18n.preferences import translator_for
from bot.local_time.nights import local_time, night_of
from bot.local_time.person import zone_of
from bot.telegram.message import Message

Drawing = Callable[[], Awaitable[Message]]
COMPARED = (Habit.STRETCH_DONE, Habit.CAFFEINE_AFTER_CUTOFF)
Month = tuple[int, int]


def parse_month(text: str | None) -> Month | None:
    """Year and month of callback data (``202701``), or None."""
    if text is None or len(text) != 6 or not text.isascii() or not text.isdigit():
        return None
    year, month = int(text[:4]), int(text[4:])
    return (year, month) if 2000 <= year < 2100 and 1 <= month <= 12 else None


async def _whole_diary(session: Session, user: User, last_on: date) -> Facts:
    first_on = await queries.first_night(session, user)
    return await facts_between(session, user.id, min(first_on, last_on), last_on)


def _pairs(facts: Facts) -> list[SideBySide]:
    found = (periods.side_by_side(facts, habit) for habit in COMPARED)
    return [pair for pair in found if pair is not None]


async def details_of(session: Session, user: User, report: WeekReport) -> Drawing:
    """The details of a week, with habits side by side up to its end."""
    last_on = report.week_on + timedelta(days=NIGHTS - 1)
    facts = await _whole_diary(session, user, last_on)
    figures, pairs = periods.period_figures(facts, report.week_on, last_on), _pairs(facts)
    tr = translator_for(user)

    async def draw() -> Message:
        return views.details(tr, figures, pairs, await picture_of(tr, report))

    return draw


@dataclass(frozen=True)
class MonthView:
    """A month of nights, and the months before and after it that the diary knows."""

    figures: MonthFigures
    earlier: Month | None
    later: Month | None


async def month_view(session: Session, user: User, now: datetime, month: Month | None) -> MonthView:
    """A month, within those that the diary knows; the current one when nothing is asked for."""
    local_now = local_time(now, zone_of(user))
    last = reference_night(local_now)
    first = min(await queries.first_night(session, user), last)
    wanted = min(max(month or _month(last), _month(first)), _month(last))
    facts = await facts_between(session, user.id, *_edges(wanted))
    begun_on = await queries.begun_on(session, user)
    return MonthView(
        periods.month_figures(facts, *wanted, started_on=begun_on, local_now=local_now),
        earlier=_shifted(wanted, -1) if wanted > _month(first) else None,
        later=_shifted(wanted, 1) if wanted < _month(last) else None,
    )


async def month_of(session: Session, user: User, now: datetime, month: Month | None) -> Drawing:
    """A month as a picture; see ``month_view``."""
    view = await month_view(session, user, now, month)
    figures, tr = view.figures, translator_for(user)

    async def draw() -> Message:
        labels, first_day = views.month_labels(tr, figures), formats.first_weekday(tr)
        picture = await asyncio.to_thread(draw_month, figures, labels, first_day)
        return views.month_message(tr, figures, picture, earlier=view.earlier, later=view.later)

    return draw


def _month(day: date) -> Month:
    return day.year, day.month


def _shifted(month: Month, by: int) -> Month:
    number = month[0] * 12 + month[1] - 1 + by
    return number // 12, number % 12 + 1


def _edges(month: Month) -> tuple[date, date]:
    return date(*month, 1), date(*_shifted(month, 1), 1) - timedelta(days=1)


async def quarter_of(session: Session, user: User, now: datetime) -> Drawing:
    """The 13 weeks that end with the last finished night, or with tonight if it is logged."""
    tonight = night_of(local_time(now, zone_of(user)))
    facts = await _whole_diary(session, user, tonight)
    last_on = tonight if tonight in facts.covered_nights() else tonight - timedelta(days=1)
    begun_on = await queries.first_night(session, user)
    figures = periods.quarter_figures(facts, last_on, begun_on)
    shown = facts.between(figures.figures.first_on, last_on)
    trend, pairs = periods.trend(facts, last_on), _pairs(shown)
    tr = translator_for(user)

    async def draw() -> Message:
        labels = views.quarter_labels(tr, figures)
        picture = await asyncio.to_thread(draw_quarter, figures, labels)
        return views.quarter_message(tr, figures, trend, pairs, picture)

    return draw
