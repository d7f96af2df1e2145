"""Ids of sent messages: stored together, and only for updates that this process still has."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Database, Session
from bot.database.models import InboxRow, InboxState
from bot.telegram import inbox
from bot.telegram.sent_ids import SentId, SentIdWriter

AT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
REST = b"what is left"


class Note:
    """Stores ids in a list, as long as their transaction is committed; refuses one person."""

    def __init__(self, refused: int = 0) -> None:
        self.batches: list[list[int]] = []
        self._refused = refused

    async def __call__(self, session: Session, sent: Sequence[SentId]) -> None:
        people = [one.user_id for one in sent]
        if self._refused in people:
            raise ValueError("this one cannot be stored")
        self.batches.append(people)
        await session.flush()


async def applied(database: Database, holders: Sequence[str]) -> None:
    """Add an applied update of each person, numbered from 1, with the process that holds it."""
    async with database.transaction() as session:
        for number, holder in enumerate(holders, 1):
            await inbox.add_applied(session, number, number, holder, b"replies", AT)


async def rows(database: Database) -> list[tuple[str, bytes | None]]:
    query = select(InboxRow.state, InboxRow.replies).order_by(col(InboxRow.update_id))
    async with database.transaction() as session:
        return [(state, replies) for state, replies in await session.exec(query)]


async def store(
    writer: SentIdWriter, count: int, rests: dict[int, bytes] | None = None
) -> list[bool | BaseException]:
    """Hand in one id for each update, all at the same moment."""
    return await asyncio.gather(
        *(
            writer.store(number, "shown", SentId(number, "", 77), (rests or {}).get(number))
            for number in range(1, count + 1)
        ),
        return_exceptions=True,
    )


async def test_ids_share_a_transaction_that_marks_their_updates_as_done(
    database: Database,
) -> None:
    note, commits = Note(), 0

    def count(_connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1

    await applied(database, ["me"] * 4)
    writer = SentIdWriter(database, "me", {"shown": note})
    sa.event.listen(database.engine.sync_engine, "commit", count)
    assert await store(writer, 4, {3: REST}) == [True] * 4
    await writer.finish()
    assert (note.batches, commits) == ([[1, 2, 3, 4]], 1)
    done = (InboxState.DONE, None)
    assert await rows(database) == [done, done, (InboxState.APPLIED, REST), done]


async def test_nothing_is_stored_for_what_another_process_has_taken_over(
    database: Database,
) -> None:
    note = Note()
    await applied(database, ["other", "me", "other"])
    writer = SentIdWriter(database, "me", {"shown": note})
    assert await store(writer, 3, {3: REST}) == [False, True, False]
    assert note.batches == [[2]]
    kept = (InboxState.APPLIED, b"replies")
    assert await rows(database) == [kept, (InboxState.DONE, None), kept]


async def test_one_that_cannot_be_stored_keeps_no_other(database: Database) -> None:
    note = Note(refused=2)
    await applied(database, ["me"] * 3)
    writer = SentIdWriter(database, "me", {"shown": note})
    first, second, third = await store(writer, 3)
    assert (first, third) == (True, True)
    assert isinstance(second, ValueError)
    assert note.batches == [[1], [3]]
    states = [state for state, _replies in await rows(database)]
    assert states == [InboxState.DONE, InboxState.APPLIED, InboxState.DONE]
