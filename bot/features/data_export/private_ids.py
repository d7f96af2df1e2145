"""Replaces ids that could lead back to a Telegram account: in the database, and in sent files.

See ``bot/features/diary/uids.py``. No Telegram, no commit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.database.engine import Session
from bot.database.installation_secret import key_for
from bot.database.models import Cramp, Experiment, Medicine
from bot.features.data_export.reminder_keys import private_slot
from bot.features.data_export.schema import DiaryFile
from bot.features.data_export.schema_types import Row
from bot.features.diary.uids import PURPOSE, TRACEABLE, VERSION_AT, private_uid
from bot.operations.batches import Task

CHANGED_AT_ONCE = 500
"""Rows of one table that one transaction changes."""
TABLES: tuple[Any, ...] = (Cramp, Medicine, Experiment)
WITH_UID = ("entries", "removed_entries", "medicines", "fair_tests")
"""Parts of a file whose rows have a uid."""
WITH_SLOT = ("reminders", "deliveries")


async def exported_ids_key(session: Session) -> bytes:
    """The key of the installation for ids in files."""
    return await key_for(session, PURPOSE)


async def make_uids_private(session: Session, people: Sequence[int], _now: datetime) -> bool:
    """Replace the traceable uids of some people; returns whether that was all."""
    key = await exported_ids_key(session)
    is_all = True
    for table in TABLES:
        columns = table.__table__.c
        is_traceable = sa.func.substr(columns.uid, VERSION_AT + 1, 1) == TRACEABLE
        connection = await session.connection()
        found = await connection.execute(
            sa.select(columns.id, columns.uid)
            .where(columns.user_id.in_(people), is_traceable)
            .limit(CHANGED_AT_ONCE)
        )
        rows = [{"row": number, "new": private_uid(key, uid)} for number, uid in found]
        if rows:
            await connection.execute(
                sa.update(table.__table__)
                .where(columns.id == sa.bindparam("row"))
                .values(uid=sa.bindparam("new")),
                rows,
            )
        is_all = is_all and len(rows) < CHANGED_AT_ONCE
    return is_all


PRIVATE_UIDS = Task("private_uids", "1", make_uids_private)
"""The task that does this once for the rows of earlier versions. Exports and imports do it before
their own work."""


def with_private_ids(key: bytes, diary: DiaryFile) -> DiaryFile:
    """A file, or a slice of it, with the ids that its rows have in this installation."""
    changed = {
        part: tuple(_with_private_id(key, row) for row in getattr(diary, part))
        for part in (*WITH_UID, *WITH_SLOT)
        if getattr(diary, part)
    }
    return diary.model_copy(update=changed)


def _with_private_id(key: bytes, row: Row) -> Row:
    name = "uid" if hasattr(row, "uid") else "slot"
    known = getattr(row, name)
    private = private_uid(key, known) if name == "uid" else private_slot(key, known)
    return row if private == known else row.model_copy(update={name: private})
