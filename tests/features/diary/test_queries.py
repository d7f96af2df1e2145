"""The diary as facts, on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.util import await_only
from sqlmodel import col

from bot.database.engine import Database
from bot.database.models import Cramp
from bot.features.diary.queries import ROWS_AT_ONCE, facts_between
from bot.identity import people

ANN = 5_000_000_001
NIGHT_ON = date(2027, 1, 13)
LAST_AT = datetime(2027, 1, 14, 6, tzinfo=UTC)
ENTRIES = 2 * ROWS_AT_ONCE + ROWS_AT_ONCE // 2


async def test_entries_that_move_while_a_long_diary_is_read_are_there_once(
    database: Database, database_url: str
) -> None:
    async with database.transaction() as session:
        await people.get_or_create(session, ANN, LAST_AT, "en")
        session.add_all(map(entry, range(ENTRIES)))
    other = Database(database_url)
    moving: list[asyncio.Task[None]] = []

    def change(_c: object, _cursor: object, statement: str, *_rest: Any) -> None:
        """After the first entries are read, let the first become the last and the last the first.

        SQLite lets it wait until the other transaction is over.
        """
        if "cramps" in statement and not moving:
            moving.append(asyncio.ensure_future(swap(other)))
            if not database.is_sqlite:
                await_only(moving[0])

    async with database.transaction() as session:
        sa.event.listen(database.engine.sync_engine, "after_cursor_execute", change)
        try:
            facts = await facts_between(session, ANN, NIGHT_ON, NIGHT_ON)
        finally:
            sa.event.remove(database.engine.sync_engine, "after_cursor_execute", change)
    await moving[0]
    assert len(facts.cramps) == len({one.entry_id for one in facts.cramps}) == ENTRIES
    times = [one.local_at for one in facts.cramps]
    assert times == sorted(times)
    await other.close()


def entry(number: int) -> Cramp:
    at = LAST_AT - timedelta(seconds=number)
    return Cramp(
        user_id=ANN,
        message_id=-number - 1,
        tapped_at=at,
        occurred_at=at,
        time_zone="Europe/Berlin",
        night_on=NIGHT_ON,
    )


async def swap(database: Database) -> None:
    """Let the first entry become the last and the last the first."""
    async with database.transaction() as session:
        for message_id, at in (
            (-1, LAST_AT - timedelta(hours=2)),
            (-ENTRIES, LAST_AT + timedelta(hours=2)),
        ):
            await (await session.connection()).execute(
                sa.update(Cramp)
                .where(col(Cramp.user_id) == ANN, col(Cramp.message_id) == message_id)
                .values(occurred_at=at)
            )
