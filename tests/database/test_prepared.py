"""Prepared statements go past SQLAlchemy's execution, but not past what it promises."""

import asyncio
import resource
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
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


async def test_sqlalchemys_adapter_of_asyncpg_has_the_private_parts_that_are_used(
    postgres_url: str,
) -> None:
    postgres = Database(postgres_url)
    async with postgres.transaction() as session:
        inner: Any = (await session.connection()).sync_connection
        adapted = inner.connection.dbapi_connection
        used = {
            *("_execute_mutex", "_transaction", "_start_transaction", "_prepare"),
            *("_handle_exception", "_handle_dbapi_exception"),
        }
        missing = used - {*dir(adapted), *dir(inner)}
    assert not missing, "gone from this version of SQLAlchemy: adapt bot/database/prepared.py"
    await postgres.close()


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


@asynccontextmanager
async def thread_asked(sqlite_url: str) -> AsyncIterator[tuple[Database, sqlite_driver.Connection]]:
    """A database whose function ``which_thread`` tells where a statement runs, and its driver."""
    database = Database(sqlite_url)
    async with database.transaction() as session:
        raw = await (await session.connection()).get_raw_connection()
        driver = raw.driver_connection
        assert isinstance(driver, sqlite_driver.Connection)
        await driver.create_function("which_thread", 0, threading.get_ident)
    yield database, driver
    await database.close()


ASKING = Prepared(sa.select(sa.func.which_thread()))


async def where(database: Database) -> int:
    """The thread that runs the first statement of a transaction."""
    async with database.transaction() as session:
        [[found]] = await ASKING.rows(session, {})
    assert isinstance(found, int)
    return found


async def test_sqlite_runs_it_at_once_unless_the_thread_still_works(sqlite_url: str) -> None:
    """The thread works on, for example, for a task that was cancelled."""
    async with thread_asked(sqlite_url) as (database, driver), database.transaction() as session:
        first = await ASKING.rows(session, {})
        busy = asyncio.create_task(driver.run(lambda _connection: time.sleep(0.05)))
        await asyncio.sleep(0)
        second = await ASKING.rows(session, {})
        await busy
        assert (first, second) == ([[threading.get_ident()]], [[driver._thread.ident]])


async def test_while_another_process_writes_the_thread_waits_for_it(sqlite_url: str) -> None:
    path = sa.make_url(sqlite_url).database
    async with thread_asked(sqlite_url) as (database, driver):
        other = sqlite3.connect(str(path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        asked = asyncio.create_task(where(database))
        while driver._is_idle:  # noqa: ASYNC110 - nothing tells when the thread begins
            await asyncio.sleep(0)
        other.execute("COMMIT")
        other.close()
        assert await asked == driver._thread.ident
        assert await where(database) == threading.get_ident()


async def test_after_a_wait_for_the_disk_the_thread_runs_them_for_a_while(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the disk counts: with many other processes any statement takes long now and then."""
    here, usage = threading.get_ident(), resource.getrusage(resource.RUSAGE_SELF)
    long, read = sqlite_driver.SLOW_SECONDS * 2, usage.ru_inblock
    monkeypatch.setattr(resource, "getrusage", lambda _whose: SimpleNamespace(ru_inblock=read))
    async with thread_asked(sqlite_url) as (database, driver):
        driver.took(long)
        assert await where(database) == here
        read += 8
        driver.took(sqlite_driver.SLOW_SECONDS / 2)
        assert await where(database) == here
        driver.took(long)
        assert await where(database) == driver._thread.ident
        monkeypatch.setattr(driver, "_slow_until", time.monotonic())
        assert await where(database) == here
