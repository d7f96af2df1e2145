"""Prepared statements go past SQLAlchemy's execution, but not past what it promises."""

import asyncio
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.database import sqlite_driver
from bot.database.engine import Database
from bot.database.models import User
from bot.database.prepared import Prepared
from bot.identity import people
from tests.support.statements import Statements

NOW = datetime(2027, 1, 10, 3, 12, tzinfo=UTC)
ANN = 5_000_000_001
INSERT = Prepared(
    sa.insert(User).values(
        id=sa.bindparam("user_id"),
        language=sa.bindparam("language"),
        created_at=sa.bindparam("now"),
        spread_seconds=0,
        paused=False,
    )
)
NEW: dict[str, Any] = {"user_id": ANN, "language": "secret", "now": NOW}


async def begun(database: Database) -> None:
    async with database.transaction() as session:
        session.add(User(id=ANN, created_at=NOW))


async def test_an_error_is_sqlalchemys_and_rolls_back(database: Database) -> None:
    """No parameter is in its text."""
    await begun(database)

    async def change_and_fail() -> None:
        async with database.transaction() as session:
            await session.exec(sa.update(User).values(language="uk"))
            await INSERT.count(session, NEW)

    with pytest.raises(IntegrityError) as caught:
        await change_and_fail()
    assert "secret" not in str(caught.value)
    async with database.transaction() as session:
        assert (await session.get_one(User, ANN)).language == "en"


async def test_an_error_in_a_savepoint_leaves_the_transaction_usable(database: Database) -> None:
    await begun(database)
    async with database.transaction() as session:
        await session.exec(sa.update(User).values(language="uk"))
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await INSERT.count(session, NEW)
        person = await people.get(session, ANN, locks=True)
        assert person is not None
        assert person.language == "uk"


async def test_who_listens_to_executions_hears_of_it(database: Database) -> None:
    with Statements.recorded() as statements:
        async with database.transaction() as session:
            assert await people.get(session, ANN, locks=True) is None
    [found] = [one for one in statements.parameters if "FROM users" in one]
    assert list(statements.parameters[found]) == [ANN]


async def test_a_cancelled_statement_leaves_no_transaction_open(postgres_url: str) -> None:
    """The connection is given up: what it still answers belongs to nobody."""
    postgres = Database(postgres_url)
    sleeping = Prepared(sa.select(sa.func.pg_sleep(sa.bindparam("seconds", type_=sa.Float))))
    await begun(postgres)
    is_asked = asyncio.Event()

    async def interrupted() -> None:
        async with postgres.transaction() as session:
            await session.exec(sa.update(User).values(language="uk"))
            is_asked.set()
            await sleeping.rows(session, {"seconds": 60.0})

    task = asyncio.create_task(interrupted())
    await is_asked.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(10), postgres.transaction() as session:
        person = await people.get(session, ANN, locks=True)
        assert person is not None
        assert person.language == "en"
    await postgres.close()


async def test_sqlite_runs_it_at_once_while_the_transaction_is_in_hand(sqlite_url: str) -> None:
    """The first statement waits for the write lock, so it is for the driver's thread. So is one
    while the thread still works, as for a task that was cancelled."""
    database, asking = Database(sqlite_url), Prepared(sa.select(sa.func.which_thread()))
    async with database.transaction() as session:
        raw = await (await session.connection()).get_raw_connection()
        driver = raw.driver_connection
        assert isinstance(driver, sqlite_driver.Connection)
        await driver.create_function("which_thread", 0, threading.get_ident)
    async with database.transaction() as session:
        first = await asking.rows(session, {})
        second = await asking.rows(session, {})
        busy = asyncio.create_task(driver.run(lambda _connection: time.sleep(0.05)))
        await asyncio.sleep(0)
        third = await asking.rows(session, {})
        await busy
    here, thread = [[threading.get_ident()]], [[driver._thread.ident]]
    assert (first, second, third) == (thread, here, thread)
    await database.close()
