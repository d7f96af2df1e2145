"""Work of the leader: what a new version changes for everybody, and what is deleted every hour."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col

from bot.clock import Clock
from bot.config import Settings
from bot.database.engine import Database, Session
from bot.database.models import FailedUpdate, InboxRow, Stranger
from bot.database.upgrade_copy import remove_old_copies
from bot.dispatch.replanning import follow_new_rules
from bot.identity.refusals import KEPT as STRANGERS_KEPT
from bot.local_time.tz_database import rules_version
from bot.operations import batches
from bot.operations.batches import Task
from bot.telegram.inbox import IDS_KEPT

log = logging.getLogger(__name__)

FAILED_UPDATES_KEPT = timedelta(days=7)
DELETED_AT_ONCE = 500
"""Rows that one transaction deletes of one table."""
RETENTION = "retention"
"""Name of the task that deletes what is older than ``RETENTION_DAYS``."""

MayGoOn = Callable[[], bool]
DeleteOld = Callable[[Session, Sequence[int], date, datetime], Awaitable[bool]]
"""Deletes diary rows of some people before a local date, and those of them who blocked the bot
before an instant (UTC); returns whether there are none left."""


def new_time_zone_rules() -> Task:
    """Plan everybody's reminders again when tzdata has changed: stored instants may be wrong.

    A reminder that comes due before its turn is right all the same: the claim computes its
    instant again (see ``due_occurrences.come_due``). One whose right instant is earlier than the
    stored one is late until then, and the rules for late reminders decide about it.
    """
    return Task("time_zone_rules", rules_version(), follow_new_rules)


async def remove_upgrade_copies(settings: Settings, now: datetime) -> None:
    """Delete the copy that was kept before an upgrade of an SQLite file, once it is a week old."""
    if settings.sqlite_path is not None:
        await asyncio.to_thread(remove_old_copies, settings.sqlite_path, now)


async def delete_expired(
    settings: Settings,
    database: Database,
    delete_old: DeleteOld,
    clock: Clock,
    may_go_on: MayGoOn,
) -> None:
    """Delete what is old: failed updates, ids of updates, strangers, and what exceeds retention.

    Args:
        settings: say how long diaries are kept.
        database: the database.
        delete_old: deletes diaries; the feature that owns them hands it in.
        clock: says what is old.
        may_go_on: asked between two transactions, for example whether this process still leads.
    """
    now = clock.now()
    is_done, received_at = (
        col(InboxRow.state) == sa.literal_column("'done'"),
        col(InboxRow.received_at),
    )
    await _delete_before(database, InboxRow, received_at, now - IDS_KEPT, may_go_on, is_done)
    failed_at, answered_at = col(FailedUpdate.failed_at), col(Stranger.answered_at)
    await _delete_before(database, FailedUpdate, failed_at, now - FAILED_UPDATES_KEPT, may_go_on)
    # The ids of groups are negative. A group is notified once, so its record stays.
    is_person = col(Stranger.user_id) > 0
    before = now - STRANGERS_KEPT
    await _delete_before(database, Stranger, answered_at, before, may_go_on, is_person)
    if settings.retention_days:
        kept = timedelta(days=settings.retention_days)
        first_on = (now - kept).date()
        work = partial(_delete_old, delete_old, first_on, now - kept)
        await batches.run(database, clock, Task(RETENTION, f"{first_on}", work), may_go_on)


async def _delete_old(
    delete_old: DeleteOld,
    first_on: date,
    blocked_before: datetime,
    session: Session,
    people: Sequence[int],
    _now: datetime,
) -> bool:
    return await delete_old(session, people, first_on, blocked_before)


async def _delete_before(
    database: Database,
    table: type[SQLModel],
    column: Mapped[Any],
    before: datetime,
    may_go_on: MayGoOn,
    *conditions: sa.ColumnElement[bool],
) -> None:
    """Delete the rows whose column is before an instant, some hundred in each transaction."""
    (key,) = table.__table__.primary_key.columns  # type: ignore[attr-defined]
    oldest = sa.select(key).where(column < before, *conditions).order_by(column)
    while may_go_on():
        async with database.transaction() as session:
            deleted = await session.exec(
                sa.delete(table).where(key.in_(oldest.limit(DELETED_AT_ONCE)))
            )
        if deleted.rowcount < DELETED_AT_ONCE:
            return
