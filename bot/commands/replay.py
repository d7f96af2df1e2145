"""``python -m bot replay``: give updates that were set aside to the bot once more.

An update is set aside when its handler has failed three times, or has killed the process three
times. Once the bug is mended it can be replayed: it goes back into the inbox, and the running bot,
or the next one that starts, handles it as if it had just come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.config import Settings
from bot.database.engine import Database, Session
from bot.database.migrate import require_newest_schema
from bot.database.models import FailedUpdate
from bot.telegram import inbox
from bot.telegram.raw_update import kind_of
from bot.telegram.replayed import ASKED_THEN, UNKNOWN


@dataclass(frozen=True)
class SetAside:
    """An update that was set aside, without anything that its sender wrote."""

    update_id: int
    kind: str
    error: str
    """The class of the error, or ``Killed``."""
    failed_at: datetime


async def _rows(session: Session, update_id: int | None) -> Sequence[FailedUpdate]:
    """Updates that were set aside, in the order in which they came."""
    statement = select(FailedUpdate).order_by(col(FailedUpdate.update_id))
    if update_id is not None:
        statement = statement.where(FailedUpdate.update_id == update_id)
    return (await session.exec(statement)).all()


async def listed(settings: Settings) -> list[SetAside]:
    """What could be replayed.

    Raises:
        ConfigError: there is no database, or it has another schema.
    """
    await require_newest_schema(settings.database_url, "replay")
    database = Database(settings.database_url)
    try:
        async with database.transaction() as session:
            return [
                SetAside(
                    row.update_id,
                    kind_of(row.raw),
                    row.error,
                    row.failed_at,
                )
                for row in await _rows(session, None)
            ]
    finally:
        await database.close()


async def replay(settings: Settings, update_id: int | None, now: datetime) -> int:
    """Put updates back into the inbox.

    Args:
        settings: which database.
        update_id: the one update; None: all of them.
        now: the current instant (aware, UTC).

    Returns:
        How many there were.

    Raises:
        ConfigError: there is no database, or it has another schema.
    """
    await require_newest_schema(settings.database_url, "replay")
    database = Database(settings.database_url)
    try:
        async with database.transaction() as session:
            rows = await _rows(session, update_id)
            for row in rows:
                await inbox.put_back(session, row, {ASKED_THEN: UNKNOWN, **row.raw}, now)
                await session.delete(row)
            return len(rows)
    finally:
        await database.close()
