"""The stored summaries, and where the diary begins. No Telegram, no commit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Cramp,
    Delivery,
    Experiment,
    Habit,
    Kind,
    NightCheck,
    NightStatus,
    ReminderNight,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.dispatch.planning import weekdays_of
from bot.features.diary.queries import set_status
from bot.features.diary.trend import TREND_NIGHTS
from bot.features.reminders.queries import reminder_of
from bot.features.summary.stats import NIGHTS
from bot.features.warning_signs.findings import Weeks
from bot.local_time.nights import local_time, night_of
from bot.local_time.person import zone_of

SUNDAY = 6
LIMITED = ("no", "a_bit", "a_lot")
"""Answers to "Did cramps limit you this week?"."""
TREND_BEFORE = timedelta(days=TREND_NIGHTS - NIGHTS)
"""How long before its own week the trend of a summary begins."""
WEEK = timedelta(days=NIGHTS - 1)
"""From the first night of a week to its last."""
HAS_SUMMARY_AROUND = sa.exists().where(
    col(WeeklySummary.user_id) == sa.bindparam("user_id"),
    col(WeeklySummary.week_on).between(sa.bindparam("first_week"), sa.bindparam("last_week")),
)
"""Whether a summary of the weeks from ``first_week`` to ``last_week`` is stored.

:func:`weeks_around` gives both. The expression is built once, because every tap needs it and
building a statement takes longer than running it."""


def started_on(user: User) -> date:
    """The night on which the person started the bot: the coming one if they had slept by then."""
    return night_of(local_time(user.created_at, zone_of(user)))


class Beginning(NamedTuple):
    """Where a person's diary begins."""

    begun_on: date
    """From this night on, a night without an entry is a gap.

    It is the night on which the person started the bot, or an earlier one with an answer about the
    night or a reminder; an imported file brings those. A cramp that was entered for an earlier
    night does not move it."""
    first_night: date
    """The first night with anything to show: ``begun_on``, or an earlier cramp."""


def _earliest(night_on: Mapped[date], *conditions: sa.ColumnElement[bool]) -> Any:
    whose = night_on.class_.user_id == sa.bindparam("user_id")  # type: ignore[attr-defined]
    return sa.select(sa.func.min(night_on)).where(whose, *conditions).scalar_subquery()


_EARLIEST = sa.select(
    _earliest(col(NightCheck.night_on)),
    _earliest(col(Delivery.night_on)),
    _earliest(col(ReminderNight.night_on)),
    _earliest(col(Cramp.night_on), col(Cramp.deleted_at).is_(None)),
)
"""The first nights of a person in each table; built once."""


_IS_LOGGED = sa.or_(
    sa.exists().where(
        col(Cramp.user_id) == sa.bindparam("user_id"),
        col(Cramp.night_on) == sa.bindparam("tonight"),
        col(Cramp.deleted_at).is_(None),
        col(Cramp.same_as_id).is_(None),
    ),
    sa.exists().where(
        col(NightCheck.user_id) == sa.bindparam("user_id"),
        col(NightCheck.night_on) == sa.bindparam("tonight"),
        col(NightCheck.status) == NightStatus.NONE_LAST_NIGHT,
    ),
)
"""Whether the night ``tonight`` has an entry, or was said to be free of cramps."""
_EARLIEST_AND_TONIGHT = _EARLIEST.add_columns(_IS_LOGGED)


async def beginning(session: Session, user: User) -> Beginning:
    """Where the diary begins."""
    await session.flush()
    found = await (await session.connection()).execute(_EARLIEST, {"user_id": user.id})
    return _beginning(user, found.one())


def _beginning(user: User, earliest: Sequence[date | None]) -> Beginning:
    *answers, cramp = earliest
    begun = min([started_on(user), *(night for night in answers if night is not None)])
    return Beginning(begun, begun if cramp is None else min(begun, cramp))


async def beginning_and_tonight(
    session: Session, user: User, tonight: date
) -> tuple[Beginning, bool]:
    """Where the diary begins, and whether something is logged in tonight, in one statement."""
    await session.flush()
    given = {"user_id": user.id, "tonight": tonight}
    found = await (await session.connection()).execute(_EARLIEST_AND_TONIGHT, given)
    *earliest, is_logged = found.one()
    return _beginning(user, earliest), bool(is_logged)


async def begun_on(session: Session, user: User) -> date:
    """The night with which the diary begins; see ``Beginning.begun_on``."""
    return (await beginning(session, user)).begun_on


async def first_night(session: Session, user: User) -> date:
    """The first night with anything to show: the diary's beginning, or an earlier cramp."""
    return (await beginning(session, user)).first_night


async def tested_habit(session: Session, user_id: int) -> Habit | None:
    """The habit of the running fair test; its nights are not compared before the test ends."""
    found = await session.exec(
        select(Experiment.habit)
        .where(Experiment.user_id == user_id, Experiment.status == TrialStatus.RUNNING)
        .limit(1)
    )
    habit = found.one_or_none()
    return None if habit is None else Habit(habit)


async def summary_weekday(session: Session, user_id: int) -> int:
    """The weekday on which the person's summary is sent (0 = Monday)."""
    reminder = await reminder_of(session, user_id, Kind.SUMMARY)
    days = weekdays_of(reminder.weekdays) if reminder else frozenset[int]()
    return min(days, default=SUNDAY)


async def weeks_of(session: Session, user: User) -> Weeks:
    """What the weeks of a diary are counted from."""
    return Weeks(await first_night(session, user), await summary_weekday(session, user.id))


async def store(
    session: Session,
    user_id: int,
    week_on: date,
    figures: dict[str, Any],
    caption: str,
    now: datetime,
    *,
    is_view: bool = False,
) -> None:
    """Insert or update what was shown of seven nights: one row for each person and first night.

    Args:
        session: an open transaction.
        user_id: whose nights.
        week_on: the first night.
        figures: as ``WeekFigures.to_json`` gives them.
        caption: the words.
        now: the current instant (aware, UTC).
        is_view: they are not a summary's week, only what "This week" showed. A row that was a
            summary once remains one.
    """
    insert = insert_for(session)(WeeklySummary).values(
        user_id=user_id,
        week_on=week_on,
        figures=figures,
        caption=caption,
        is_view=is_view,
        created_at=now,
        updated_at=now,
    )
    changed: dict[str, Any] = {"figures": figures, "caption": caption, "updated_at": now}
    if not is_view:
        changed["is_view"] = False
    await session.exec(
        insert.on_conflict_do_update(index_elements=["user_id", "week_on"], set_=changed)
    )


async def note_message(
    session: Session, user_id: int, week_on: date, message_id: int | None, now: datetime
) -> None:
    """Note which message shows a week. A message shows one week, so other rows lose its id."""
    if message_id is None:
        return
    mine = col(WeeklySummary.user_id) == user_id
    await session.exec(
        sa.update(WeeklySummary)
        .where(mine, col(WeeklySummary.message_id) == message_id)
        .values(message_id=None)
    )
    await session.exec(
        sa.update(WeeklySummary)
        .where(mine, col(WeeklySummary.week_on) == week_on)
        .values(message_id=message_id, sent_at=now)
    )


async def release_message(session: Session, user_id: int, message_id: int | None) -> None:
    """Note that a message no longer shows a week, so that no correction of the diary edits it."""
    if message_id is not None:
        await session.exec(
            sa.update(WeeklySummary)
            .where(
                col(WeeklySummary.user_id) == user_id, col(WeeklySummary.message_id) == message_id
            )
            .values(message_id=None)
        )


class StoredWeek(NamedTuple):
    """What a stored row knows of its week beside the figures."""

    limited: str | None
    """The answer to whether cramps limited the person in it."""
    is_view: bool


async def stored_in(
    session: Session, user_id: int, weeks: Collection[date]
) -> Mapping[date, StoredWeek]:
    """First night of a week → what is stored of it."""
    columns = (col(WeeklySummary.week_on), col(WeeklySummary.limited), col(WeeklySummary.is_view))
    found = await (await session.connection()).execute(
        sa.select(*columns).where(
            col(WeeklySummary.user_id) == user_id, col(WeeklySummary.week_on).in_(weeks)
        )
    )
    return {row.week_on: StoredWeek(row.limited, row.is_view) for row in found}


async def set_limited(
    session: Session, user_id: int, week_on: date, limited: str, now: datetime
) -> None:
    """Store whether cramps limited the person, in the row of a week that was shown. Idempotent."""
    await session.exec(
        sa.update(WeeklySummary)
        .where(
            col(WeeklySummary.user_id) == user_id,
            col(WeeklySummary.week_on) == week_on,
            sa.or_(col(WeeklySummary.limited).is_(None), col(WeeklySummary.limited) != limited),
        )
        .values(limited=limited, limited_at=now)
    )


async def is_stored(session: Session, user_id: int, week_on: date) -> bool:
    """Whether a summary of the week that begins with this night is stored."""
    found = await session.exec(
        select(WeeklySummary.id).where(
            WeeklySummary.user_id == user_id, WeeklySummary.week_on == week_on
        )
    )
    return found.one_or_none() is not None


async def stored_weeks(session: Session, user_id: int, nights: set[date]) -> list[WeeklySummary]:
    """The stored summaries that count one of the nights, in their week or in their trend."""
    rows = await session.exec(
        select(WeeklySummary).where(
            WeeklySummary.user_id == user_id,
            col(WeeklySummary.week_on).between(*weeks_around(nights)),
        )
    )
    return [
        row
        for row in rows
        if any(row.week_on - TREND_BEFORE <= night <= row.week_on + WEEK for night in nights)
    ]


def weeks_around(nights: set[date]) -> tuple[date, date]:
    """The first nights of the first and the last week whose summary may count one of the nights."""
    return min(nights) - WEEK, max(nights) + TREND_BEFORE


async def set_none(
    session: Session, user_id: int, night_on: date, is_none: bool, now: datetime
) -> None:
    """Mark a night as free of cramps, or unmark it. Idempotent.

    How the night was slept stays: it is in the same row, which then says nothing of cramps.
    """
    status = NightStatus.NONE_LAST_NIGHT
    if is_none:
        await set_status(session, user_id, night_on, status, now)
        return
    marked = sa.and_(
        col(NightCheck.user_id) == user_id,
        col(NightCheck.night_on) == night_on,
        col(NightCheck.status) == status,
    )
    slept = col(NightCheck.sleep_quality).is_not(None)
    skipped = {"status": NightStatus.SKIP, "answered_at": now}
    await session.exec(sa.update(NightCheck).where(marked, slept).values(skipped))
    await session.exec(sa.delete(NightCheck).where(marked))
