"""Rows that a process looks after: when it looks at all, and what it takes over."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.clock import SystemClock
from bot.config import load_settings
from bot.database import leases
from bot.database.engine import Database
from bot.database.models import Relief, User
from bot.telegram.context import Deps
from bot.telegram.held_rows import HeldRows

AT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)


def deps_of(database: Database) -> Deps:
    return Deps(load_settings(None, bot_token="1:sandbox-token"), database, SystemClock())


async def look(rows: HeldRows, divisor: int = 1) -> None:
    async with rows.looking():
        assert 1 / divisor


def awake(rows: HeldRows) -> bool:
    return rows.is_awake


async def held(database: Database) -> list[str | None]:
    async with database.transaction() as session:
        rows = await session.exec(select(Relief.held_by).order_by(Relief.id))  # type: ignore[arg-type]
        return list(rows)


async def test_the_rows_of_processes_that_ended_are_taken_over(database: Database) -> None:
    me, other = deps_of(database), deps_of(database)
    async with database.transaction() as session:
        session.add(User(id=1, language="en", created_at=AT))
        await session.flush()
        for name in ("dead", other.process, me.process, None):
            session.add(Relief(user_id=1, move="foot", way="lying", started_at=AT, held_by=name))
        await leases.renew(session, other.process)
    rows = HeldRows(me, Relief)
    async with rows.looking():
        pass
    others = me.process if database.is_sqlite else other.process  # on SQLite there is one process
    assert await held(database) == [me.process, others, me.process, None]
    assert not awake(rows)
    me.wake_ups.note_living({me.process, other.process})
    assert not awake(rows)
    async with database.transaction() as session:
        await leases.release(session, other.process)
    me.wake_ups.note_living({me.process})
    assert awake(rows), "a process has ended"
    await look(rows)
    assert await held(database) == [me.process, me.process, me.process, None]


async def test_a_look_that_fails_is_made_again(database: Database) -> None:
    rows = HeldRows(deps_of(database), Relief)
    with pytest.raises(ZeroDivisionError):
        await look(rows, 0)
    assert awake(rows)
