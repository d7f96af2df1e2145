"""How many reminders are due and not sent yet; for the metrics, the alerts and ``stats``."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot import metrics
from bot.database.engine import Database
from bot.database.models import (
    Delivery,
    DeliveryStatus,
    FailedUpdate,
    InboxRow,
    Job,
    Reminder,
)
from bot.telegram.job_rows import FAILED_KEPT

COUNT_LIMIT = 10_000
"""Due reminders are counted up to this number for each priority, so that the query stays cheap."""


@dataclass(frozen=True)
class Backlog:
    """What is due and not sent yet, at one instant."""

    due: int
    """Reminders that no process has claimed yet; see ``COUNT_LIMIT``."""
    on_their_way: int
    """Deliveries that are claimed or being sent, without those that a person has put off."""
    oldest_seconds: int
    """How long ago the oldest of all these was due."""
    failed_updates: int
    """Updates that are kept for replay after a bug."""
    given_up_jobs: int
    """Jobs that failed three times, within the last week."""
    open_updates: int
    """Updates in the inbox that are not finished."""
    oldest_update_seconds: int
    """How long ago the oldest update came that is not yet finished."""


async def count_backlog(connection: AsyncConnection, now: datetime) -> Backlog:
    """Count what is due and not sent yet at an instant (aware, UTC)."""
    due, oldest_due = await _count_due(connection, now)
    in_flight, oldest_in_flight = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.min(col(Delivery.send_at))).where(
                col(Delivery.status).in_((DeliveryStatus.CLAIMED, DeliveryStatus.SENDING)),
                col(Delivery.send_at) <= now,
            )
        )
    ).one()
    failed = await connection.scalar(sa.select(sa.func.count()).select_from(FailedUpdate)) or 0
    given_up = await connection.scalar(
        sa.select(sa.func.count()).where(
            col(Job.state) == sa.literal_column("'failed'"),
            col(Job.finished_at) > now - FAILED_KEPT,
        )
    )
    open_updates, oldest_received = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.min(col(InboxRow.received_at))).where(
                col(InboxRow.state) != sa.literal_column("'done'")
            )
        )
    ).one()
    oldest_update: datetime | None = oldest_received
    oldest = min((one for one in (oldest_due, oldest_in_flight) if one is not None), default=now)
    return Backlog(
        due=due,
        on_their_way=in_flight,
        oldest_seconds=int((now - oldest).total_seconds()),
        failed_updates=failed,
        given_up_jobs=given_up or 0,
        open_updates=open_updates,
        oldest_update_seconds=int((now - (oldest_update or now)).total_seconds()),
    )


async def update_backlog_metrics(database: Database, now: datetime) -> None:
    """Set the gauges of the backlog."""
    async with database.transaction() as session:
        connection = await session.connection()
        due, oldest_due = await _count_due(connection, now)
        backlog = await count_backlog(connection, now)
    metrics.OVERDUE.set(due)
    metrics.OLDEST_OVERDUE.set((now - oldest_due).total_seconds() if oldest_due else 0)
    metrics.FAILED_UPDATES.set(backlog.failed_updates)
    metrics.OLDEST_UPDATE.set(backlog.oldest_update_seconds)


async def _count_due(connection: AsyncConnection, now: datetime) -> tuple[int, datetime | None]:
    """The number of unclaimed due reminders, and the instant at which the oldest was due."""
    overdue = sa.union_all(
        *(
            sa.select(
                sa.select(col(Reminder.next_at))
                .where(col(Reminder.priority) == priority, col(Reminder.next_at) <= now)
                .order_by(col(Reminder.next_at))
                .limit(COUNT_LIMIT)
                .subquery()
            )
            for priority in (0, 1)
        )
    ).subquery()
    count, oldest = (
        await connection.execute(sa.select(sa.func.count(), sa.func.min(overdue.c.next_at)))
    ).one()
    return count, oldest
