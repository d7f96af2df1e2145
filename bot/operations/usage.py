"""How much the bot is used, as counts without names; for ``stats`` and for admins in the chat."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.config import Settings
from bot.database.migrate import require_newest_schema
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    HabitDay,
    NightCheck,
    SetupStep,
    User,
)
from bot.database.read_only import reading
from bot.operations.backlog import Backlog, count_backlog

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
ANSWERS = (Answer.DONE, Answer.SKIPPED)
COUNTED_STATUSES = (
    DeliveryStatus.SENT,
    DeliveryStatus.MISSED,
    DeliveryStatus.FAILED,
    DeliveryStatus.UNKNOWN,
)


@dataclass(frozen=True)
class People:
    """Numbers of people.

    Active people have logged an entry, answered for a night or a habit, or answered a reminder.
    """

    all: int
    set_up: int
    active_7_days: int
    active_30_days: int
    paused: int
    blocked: int


@dataclass(frozen=True)
class Period:
    """What happened in a period that ends now."""

    sent: int
    answered: int
    """Sent reminders that were answered with Done or Skip."""
    late: int
    """Reminders that were not sent because it was too late for them to be useful."""
    failed: int
    unknown: int
    """Reminders that may have been sent: the connection broke before Telegram answered."""
    cramps: int
    new_people: int
    blocked: int


@dataclass(frozen=True)
class Stats:
    """Everything that is counted."""

    at: datetime
    people: People
    last_24_hours: Period
    last_7_days: Period
    waiting: Backlog


async def count_usage(settings: Settings, now: datetime) -> Stats:
    """Count everything in one snapshot, without blocking a running bot.

    Args:
        settings: name the database.
        now: the end of the periods (aware, UTC).

    Raises:
        ConfigError: there is no database, or it has another schema.
    """
    await require_newest_schema(settings.database_url, "count")
    async with reading(settings.database_url) as connection:
        return Stats(
            at=now,
            people=await _people(connection, now),
            last_24_hours=await _period(connection, now - DAY, now),
            last_7_days=await _period(connection, now - WEEK, now),
            waiting=await count_backlog(connection, now),
        )


async def _count(connection: AsyncConnection, *conditions: sa.ColumnElement[bool]) -> int:
    found = await connection.scalar(sa.select(sa.func.count()).where(*conditions))
    return found or 0


async def _people(connection: AsyncConnection, now: datetime) -> People:
    return People(
        all=await connection.scalar(sa.select(sa.func.count()).select_from(User)) or 0,
        set_up=await _count(connection, col(User.setup_step) == SetupStep.DONE),
        active_7_days=await _active(connection, now - WEEK),
        active_30_days=await _active(connection, now - MONTH),
        paused=await _count(connection, col(User.paused).is_(True)),
        blocked=await _count(connection, col(User.blocked_at).is_not(None)),
    )


async def _active(connection: AsyncConnection, since: datetime) -> int:
    did = sa.union(
        sa.select(col(Cramp.user_id)).where(col(Cramp.tapped_at) > since),
        sa.select(col(NightCheck.user_id)).where(col(NightCheck.answered_at) > since),
        sa.select(col(HabitDay.user_id)).where(col(HabitDay.answered_at) > since),
        sa.select(col(Delivery.user_id)).where(
            col(Delivery.answered_at) > since, col(Delivery.answer).in_(ANSWERS)
        ),
    ).subquery()
    return await connection.scalar(sa.select(sa.func.count()).select_from(did)) or 0


async def _period(connection: AsyncConnection, since: datetime, now: datetime) -> Period:
    # Naming the statuses lets the query use the index on status and send_at.
    rows = await connection.execute(
        sa.select(
            col(Delivery.status),
            sa.func.count(),
            sa.func.count().filter(col(Delivery.answer).in_(ANSWERS)),
        )
        .where(
            col(Delivery.status).in_(COUNTED_STATUSES),
            col(Delivery.send_at) > since,
            col(Delivery.send_at) <= now,
        )
        .group_by(col(Delivery.status))
    )
    found = {status: (count, answered) for status, count, answered in rows}
    sent, answered = found.get(DeliveryStatus.SENT, (0, 0))
    return Period(
        sent=sent,
        answered=answered,
        late=found.get(DeliveryStatus.MISSED, (0, 0))[0],
        failed=found.get(DeliveryStatus.FAILED, (0, 0))[0],
        unknown=found.get(DeliveryStatus.UNKNOWN, (0, 0))[0],
        cramps=await _count(
            connection,
            col(Cramp.tapped_at) > since,
            col(Cramp.event_type) == "cramp",
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
        ),
        new_people=await _count(connection, col(User.created_at) > since),
        blocked=await _count(connection, col(User.blocked_at) > since),
    )
