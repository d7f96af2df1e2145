"""Rows of the diary as facts, and the stored summaries. No Telegram, no commit."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import Cramp, Delivery, Kind, NightCheck, NightStatus, User, WeeklySummary
from bot.dispatch.planning import weekdays_of
from bot.features.diary.queries import set_status
from bot.features.reminders.queries import reminder_of
from bot.features.summary.periods import EARLIER_WEEKS, RECENT_WEEKS
from bot.features.summary.stats import NIGHTS
from bot.local_time.nights import local_time, night_of
from bot.local_time.person import zone_of

SUNDAY = 6
TREND_NIGHTS = (RECENT_WEEKS + EARLIER_WEEKS) * NIGHTS
LIMITED = ("no", "a_bit", "a_lot")
"""Answers to "Did cramps limit you this week?"."""
BEFORE, WEEK = timedelta(days=TREND_NIGHTS - NIGHTS), timedelta(days=NIGHTS - 1)
TELLS_OF = sa.exists().where(
    col(WeeklySummary.user_id) == sa.bindparam("user_id"),
    col(WeeklySummary.week_on).between(sa.bindparam("first_week"), sa.bindparam("last_week")),
)
"""Whether a summary of these weeks (see ``weeks_around``) is stored; made once, as all of its kind
that every tap asks: putting a question together takes longer than the answer."""


def started_on(user: User) -> date:
    """The night on which the person met the bot."""
    return night_of(local_time(user.created_at, zone_of(user)))


async def begun_on(session: Session, user: User) -> date:
    """The night from which the diary is kept, so that one without entry counts as such.

    That of the meeting; or an earlier one of which a morning was told or a reminder came, as a
    file from another account brings them. A cramp of before alone does not begin a diary.
    """
    found = [started_on(user)]
    for table in (NightCheck, Delivery):
        rows = await session.exec(
            select(sa.func.min(table.night_on)).where(table.user_id == user.id)
        )
        earliest: date | None = rows.one()
        found += [] if earliest is None else [earliest]
    return min(found)


async def first_night(session: Session, user: User) -> date:
    """The first night with anything to show: of the beginning, or of a cramp told afterwards."""
    found = await session.exec(
        select(sa.func.min(Cramp.night_on)).where(
            Cramp.user_id == user.id, col(Cramp.deleted_at).is_(None)
        )
    )
    earliest: date | None = found.one()
    begun = await begun_on(session, user)
    return begun if earliest is None else min(earliest, begun)


async def summary_weekday(session: Session, user_id: int) -> int:
    """The day on which the person's summary comes (0 = Monday)."""
    reminder = await reminder_of(session, user_id, Kind.SUMMARY)
    days = weekdays_of(reminder.weekdays) if reminder else frozenset[int]()
    return min(days, default=SUNDAY)


async def store(
    session: Session,
    user_id: int,
    week_on: date,
    figures: dict[str, Any],
    caption: str,
    now: datetime,
) -> None:
    """Store a week's figures and words; there is one row for a person and a week."""
    insert = insert_for(session)(WeeklySummary).values(
        user_id=user_id,
        week_on=week_on,
        figures=figures,
        caption=caption,
        created_at=now,
        updated_at=now,
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "week_on"],
            set_={"figures": figures, "caption": caption, "updated_at": now},
        )
    )


async def note_message(
    session: Session, user_id: int, week_on: date, message_id: int | None, now: datetime
) -> None:
    """Note which message shows a week. A message shows one week: the others let go of it."""
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
    """A message shows no week any more: no correction may turn it back into one."""
    if message_id is not None:
        await session.exec(
            sa.update(WeeklySummary)
            .where(
                col(WeeklySummary.user_id) == user_id, col(WeeklySummary.message_id) == message_id
            )
            .values(message_id=None)
        )


async def limited_in(session: Session, user_id: int, week_on: date) -> str | None:
    """Whether the person said that cramps limited them in a week."""
    found = await session.exec(
        select(WeeklySummary.limited).where(
            WeeklySummary.user_id == user_id, WeeklySummary.week_on == week_on
        )
    )
    return found.one_or_none()


async def set_limited(
    session: Session, user_id: int, week_on: date, limited: str, now: datetime
) -> None:
    """Note whether cramps limited the person in a week that was shown. Set, so twice is once."""
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
    """Whether this very week was shown before, by whatever day the weeks began then."""
    found = await session.exec(
        select(WeeklySummary.id).where(
            WeeklySummary.user_id == user_id, WeeklySummary.week_on == week_on
        )
    )
    return found.one_or_none() is not None


async def stored_weeks(session: Session, user_id: int, nights: set[date]) -> list[WeeklySummary]:
    """The stored summaries that tell of one of the nights: in their week, or in their trend."""
    rows = await session.exec(
        select(WeeklySummary).where(
            WeeklySummary.user_id == user_id,
            col(WeeklySummary.week_on).between(*weeks_around(nights)),
        )
    )
    return [
        row
        for row in rows
        if any(row.week_on - BEFORE <= night <= row.week_on + WEEK for night in nights)
    ]


def weeks_around(nights: set[date]) -> tuple[date, date]:
    """The first and the last week (by their Monday) whose summary may tell of one of the nights."""
    return min(nights) - WEEK, max(nights) + BEFORE


async def set_none(
    session: Session, user_id: int, night_on: date, is_none: bool, now: datetime
) -> None:
    """Set or clear "no cramps that night"."""
    status = NightStatus.NONE_LAST_NIGHT
    if not is_none:
        await session.exec(
            sa.delete(NightCheck).where(
                col(NightCheck.user_id) == user_id,
                col(NightCheck.night_on) == night_on,
                col(NightCheck.status) == status,
            )
        )
        return
    await set_status(session, user_id, night_on, status, now)
