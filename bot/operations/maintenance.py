"""What is done once at a start or now and then, by one process at a time."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select

from bot import metrics
from bot.config import Settings
from bot.database.engine import Database, Session, lock_until_commit
from bot.database.models import Delivery, DeliveryStatus, Fact, FailedUpdate, Reminder, User
from bot.dispatch.replanning import move_to_zone
from bot.identity import strangers
from bot.local_time.tz_database import rules_version

log = logging.getLogger(__name__)

FAILED_UPDATES_KEPT = timedelta(days=7)
RULES_FACT = "time_zone_rules"
START_LOCK = 0x0CA1F57A
MOST_COUNTED = 10_000


async def follow_new_rules(database: Database, now: datetime) -> None:
    """Move what is planned when the time-zone rules have changed: stored instants are stale.

    What came due since the last start is kept, for the late rules to decide about it.
    """
    async with database.transaction() as session:
        await lock_until_commit(session, START_LOCK)
        fact = await session.get(Fact, RULES_FACT)
        if fact is not None and fact.value == rules_version():
            return
        if fact is None:
            session.add(Fact(name=RULES_FACT, value=rules_version()))
            return
        fact.value = rules_version()
        people = await session.exec(select(User).where(col(User.time_zone).is_not(None)))
        for person in people.all():
            await move_to_zone(session, person, now)


RemoveOld = Callable[[Session, date, datetime], Awaitable[int]]
"""Removes what people logged before a local date, and whoever has blocked the bot since before an
instant; returns how many rows that were."""


async def tidy(
    settings: Settings, database: Database, remove_old: RemoveOld, now: datetime
) -> None:
    """Forget what is too old: updates kept for replay, strangers, diaries past the retention."""
    async with database.transaction() as session:
        await session.exec(
            sa.delete(FailedUpdate).where(col(FailedUpdate.failed_at) < now - FAILED_UPDATES_KEPT)
        )
        await strangers.forget(session, now)
        if settings.retention_days:
            kept = timedelta(days=settings.retention_days)
            gone = await remove_old(session, (now - kept).date(), now - kept)
            log.info("retention: %s rows are gone", gone)


@dataclass(frozen=True)
class Waiting:
    """What is due and has not gone out yet."""

    due: int
    """Reminders that nobody has claimed, counted up to 10,000 of each priority."""
    on_their_way: int
    """Deliveries that are claimed or being sent, put off ones left out."""
    oldest_seconds: int
    """For how long the oldest of all these has been due."""
    failed_updates: int
    """Updates kept for replay after a bug."""


async def count_waiting(connection: AsyncConnection, now: datetime) -> Waiting:
    """What waits at this instant (aware, UTC)."""
    due, oldest = await _count_due(connection, now)
    underway, oldest_underway = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.min(col(Delivery.send_at))).where(
                col(Delivery.status).in_((DeliveryStatus.CLAIMED, DeliveryStatus.SENDING)),
                col(Delivery.send_at) <= now,
            )
        )
    ).one()
    failed = await connection.scalar(sa.select(sa.func.count()).select_from(FailedUpdate))
    begun = min((one for one in (oldest, oldest_underway) if one is not None), default=now)
    return Waiting(due, underway, int((now - begun).total_seconds()), failed or 0)


async def _count_due(connection: AsyncConnection, now: datetime) -> tuple[int, datetime | None]:
    overdue = sa.union_all(
        *(
            sa.select(
                sa.select(col(Reminder.next_at))
                .where(col(Reminder.priority) == priority, col(Reminder.next_at) <= now)
                .order_by(col(Reminder.next_at))
                .limit(MOST_COUNTED)
                .subquery()
            )
            for priority in (0, 1)
        )
    ).subquery()
    count, oldest = (
        await connection.execute(sa.select(sa.func.count(), sa.func.min(overdue.c.next_at)))
    ).one()
    return count, oldest


async def count_what_waits(database: Database, now: datetime) -> Waiting:
    """Bring the gauges of the backlog up to date."""
    async with database.transaction() as session:
        connection = await session.connection()
        count, oldest = await _count_due(connection, now)
        waiting = await count_waiting(connection, now)
    metrics.OVERDUE.set(count)
    metrics.OLDEST_OVERDUE.set((now - oldest).total_seconds() if oldest else 0)
    metrics.FAILED_UPDATES.set(waiting.failed_updates)
    return waiting
