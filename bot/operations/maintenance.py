"""Work of the leader: what a new version changes for everybody, and what is deleted every hour."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col

from bot.config import Settings
from bot.database.engine import Database
from bot.database.models import EntryChange, FailedUpdate, InboxRow, Relief, Revocation, Stranger
from bot.database.upgrade_copy import remove_old_copies
from bot.dispatch.replanning import (
    follow_new_rules,
    give_back_what_is_to_come,
    plan_far_ones_anew,
    send_after_all,
    try_again_now,
)
from bot.identity.refusals import KEPT as STRANGERS_KEPT
from bot.identity.revocations import KEPT as REVOCATIONS_KEPT
from bot.local_time.tz_database import rules_version
from bot.operations.batches import MayGoOn, Task
from bot.operations.removed_entries import empty_removed_entries
from bot.telegram.inbox import IDS_KEPT

FAILED_UPDATES_KEPT = timedelta(days=7)
CHANGES_KEPT = timedelta(days=30)
"""How long a change of an entry can be undone."""
RELIEFS_KEPT = timedelta(days=2)
DELETED_AT_ONCE = 500
"""Rows that one transaction deletes of one table."""


def new_time_zone_rules() -> Task:
    """Plan everybody's reminders again when tzdata has changed: stored instants may be wrong.

    A reminder that comes due before its turn is sent at the right time all the same, because the
    claim computes its instant again (see ``due_occurrences.come_due``). One whose right instant is
    earlier than the stored one is late, and the rules for late reminders apply.
    """
    return Task("time_zone_rules", rules_version(), follow_new_rules)


async def plan_far_reminders_anew(database: Database, now: datetime, may_go_on: MayGoOn) -> None:
    """Plan reminders again that a wrong clock has planned too far ahead; some in each transaction.

    Args:
        database: the database.
        now: the current instant (aware, UTC).
        may_go_on: asked before each transaction, for example whether this process still leads.
    """
    is_left = True
    while is_left and may_go_on():
        async with database.transaction() as session:
            is_left = await give_back_what_is_to_come(session, now)
    position: tuple[datetime, int] | None = None
    while may_go_on():
        begun = time.perf_counter()
        async with database.transaction() as session:
            position = await plan_far_ones_anew(session, now, position)
        if position is None:
            break
        await asyncio.sleep(time.perf_counter() - begun)  # meanwhile others have the database
    if may_go_on():
        async with database.transaction() as session:
            await try_again_now(session, now)
            await send_after_all(session, now)


async def remove_upgrade_copies(settings: Settings, now: datetime) -> None:
    """Delete the copy that was kept before an upgrade of an SQLite file, once it is a week old."""
    if settings.sqlite_path is not None:
        await asyncio.to_thread(remove_old_copies, settings.sqlite_path, now)


async def delete_expired(database: Database, now: datetime, may_go_on: MayGoOn) -> None:
    """Delete what is old: ids of updates, failed updates, changes and removed entries, and more.

    Args:
        database: the database.
        now: the current instant (aware, UTC).
        may_go_on: asked before each transaction, for example whether this process still leads.
    """
    # Written as the condition of the partial index, which is used only then.
    is_done = col(InboxRow.state) == sa.literal_column("'done'")
    received_at = col(InboxRow.received_at)
    await _delete_before(database, InboxRow, received_at, now - IDS_KEPT, may_go_on, is_done)
    failed_at, answered_at = col(FailedUpdate.failed_at), col(Stranger.answered_at)
    await _delete_before(database, FailedUpdate, failed_at, now - FAILED_UPDATES_KEPT, may_go_on)
    made_at = col(EntryChange.made_at)
    await _delete_before(database, EntryChange, made_at, now - CHANGES_KEPT, may_go_on)
    await empty_removed_entries(database, now, may_go_on)
    started_at = col(Relief.started_at)
    await _delete_before(database, Relief, started_at, now - RELIEFS_KEPT, may_go_on)
    revoked_at = col(Revocation.revoked_at)
    await _delete_before(database, Revocation, revoked_at, now - REVOCATIONS_KEPT, may_go_on)
    # The ids of groups are negative. A group is notified once, so its record stays.
    is_person = col(Stranger.user_id) > 0
    before = now - STRANGERS_KEPT
    await _delete_before(database, Stranger, answered_at, before, may_go_on, is_person)


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
