"""Deletes the content of diary entries that were removed some days ago; their rows stay.

Without the row, an import would bring the entry back, and a button of an old message would log it
again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Database, Session
from bot.database.models import REMOVED_KEPT, Cramp, EntryChange
from bot.operations.batches import MayGoOn

EMPTIED_AT_ONCE = 200
"""Entries that one transaction empties."""
KEPT = ("id", "user_id", "message_id", "uid", "night_on", "deleted_at")
"""Columns of an entry whose values stay."""


def _without_content() -> Mapping[str, Any]:
    """Column → its value in an entry of which nothing was told."""
    columns: sa.Table = Cramp.__table__  # type: ignore[attr-defined]
    found = {
        column.name: None if column.nullable else Cramp.model_fields[column.name].default
        for column in columns.columns
        if column.name not in KEPT
    }
    # These have no default. When it was removed says nothing of the cramp.
    times = {"tapped_at": col(Cramp.deleted_at), "occurred_at": col(Cramp.deleted_at)}
    return {**found, **times, "time_zone": "UTC", "is_empty": True}


WITHOUT_CONTENT = _without_content()


async def empty_removed_entries(database: Database, now: datetime, may_go_on: MayGoOn) -> None:
    """Delete the content of entries that cannot be put back any more, and of their changes.

    Args:
        database: the database.
        now: the current instant (aware, UTC).
        may_go_on: asked before each transaction, for example whether this process still leads.
    """
    while may_go_on():
        async with database.transaction() as session:
            count = await _empty_some(session, now - REMOVED_KEPT)
        if count < EMPTIED_AT_ONCE:
            return


async def _empty_some(session: Session, removed_before: datetime) -> int:
    found = await session.exec(
        select(Cramp.id)
        # Written as the condition of the partial index, which is used only then.
        .where(col(Cramp.deleted_at) < removed_before, sa.text("NOT is_empty"))
        .order_by(col(Cramp.deleted_at))
        .limit(EMPTIED_AT_ONCE)
    )
    ids = found.all()
    if ids:
        # An entry that was merged into a removed one does not count either, and nothing shows it.
        await session.exec(sa.delete(Cramp).where(col(Cramp.same_as_id).in_(ids)))
        await session.exec(sa.delete(EntryChange).where(col(EntryChange.cramp_id).in_(ids)))
        await session.exec(
            sa.update(Cramp)
            .where(col(Cramp.id).in_(ids))
            .values(WITHOUT_CONTENT)
            .execution_options(synchronize_session=False)
        )
    return len(ids)
