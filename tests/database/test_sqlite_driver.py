"""The SQLite driver: transactions begin with their first statement, also after cancellations."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.database import sqlite_driver
from bot.database.engine import Database, Session
from bot.database.errors import is_database_unreachable

SLOW = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
    INSERT INTO notes (text) SELECT max(i) FROM n
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notes.db"


async def opened(path: Path) -> sqlite_driver.Connection:
    connection = sqlite_driver.connect(str(path), isolation_level=None)
    await connection
    return connection


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.transaction() as session:
        await run(session, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR UNIQUE)")
    yield database
    await database.close()


async def run(session: Session, sql: str, parameters: object = None) -> sa.CursorResult[Any]:
    connection = await session.connection()
    return await connection.exec_driver_sql(sql, parameters)  # type: ignore[arg-type]


def stored(path: Path) -> list[str]:
    with sqlite3.connect(path) as other:
        found = [text for (text,) in other.execute("SELECT text FROM notes ORDER BY id")]
    other.close()
    return found


def write_elsewhere(path: Path, text: str) -> None:
    """Write from outside of the driver; fails at once when the file is locked."""
    other = sqlite3.connect(path, timeout=0)
    try:
        with other:
            other.execute("INSERT INTO notes (text) VALUES (?)", (text,))
    finally:
        other.close()


async def test_aiosqlite_still_has_the_private_parts_that_the_driver_uses(path: Path) -> None:
    connection = await opened(path)
    changed = f"changed in aiosqlite {aiosqlite.__version__}: mend PrivateParts in sqlite_driver.py"
    assert callable(getattr(connection, "_execute", None)), f"Connection._execute has {changed}"
    raw, thread = getattr(connection, "_conn", None), getattr(connection, "_thread", None)
    assert isinstance(raw, sqlite3.Connection), f"Connection._conn has {changed}"
    assert isinstance(thread, threading.Thread), f"Connection._thread has {changed}"
    assert thread.daemon
    seen: list[tuple[threading.Thread, object]] = []
    await connection.run(lambda one: seen.append((threading.current_thread(), one)))
    assert seen == [(thread, raw)], f"what Connection._execute calls has {changed}"
    await connection.close()


async def test_sqlalchemy_still_works_with_the_driver_that_it_is_given(store: Database) -> None:
    async with store.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, sqlite_driver.Connection), "create_async_engine(async_creator=...)"


async def test_rows_counts_and_numbers(store: Database) -> None:
    async with store.transaction() as session:
        many = await run(session, "INSERT INTO notes (text) VALUES (?)", [("a",), ("b",), ("c",)])
        assert many.rowcount == 3
        one = await run(session, "INSERT INTO notes (text) VALUES ('d')")
        assert (one.rowcount, one.lastrowid) == (1, 4)
        changed = await run(session, "UPDATE notes SET text = text || '!' WHERE id > 2")
        assert changed.rowcount == 2
        found = await run(session, "SELECT id, text FROM notes ORDER BY id")
        assert list(found.keys()) == ["id", "text"]
        assert found.fetchone() == (1, "a")
        assert list(found.fetchmany(2)) == [(2, "b"), (3, "c!")]
        assert list(found.fetchall()) == [(4, "d!")]
        none = await run(session, "SELECT id FROM notes WHERE id > 99")
        assert (list(none.keys()), none.fetchall()) == (["id"], [])


async def test_a_transaction_without_a_statement_takes_no_lock(store: Database, path: Path) -> None:
    async with store.transaction() as session:
        await session.connection()
        write_elsewhere(path, "theirs")
        await run(session, "SELECT 1")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            write_elsewhere(path, "too late")
    write_elsewhere(path, "theirs again")
    assert stored(path) == ["theirs", "theirs again"]


async def test_an_exception_rolls_back(store: Database, path: Path) -> None:
    async def add_and_fail() -> None:
        async with store.transaction() as session:
            await run(session, "INSERT INTO notes (text) VALUES ('never')")
            raise LookupError

    async def add_what_is_there() -> None:
        async with store.transaction() as session:
            await run(session, "INSERT INTO notes (text) VALUES ('before')")
            await run(session, "INSERT INTO notes (text) VALUES ('theirs')")

    with pytest.raises(LookupError):
        await add_and_fail()
    write_elsewhere(path, "theirs")
    with pytest.raises(IntegrityError):
        await add_what_is_there()
    async with store.transaction() as session:
        await run(session, "INSERT INTO notes (text) VALUES ('mine')")
    assert stored(path) == ["theirs", "mine"]


async def test_an_error_inside_leaves_the_transaction_usable(store: Database, path: Path) -> None:
    async with store.transaction() as session:
        await run(session, "INSERT INTO notes (text) VALUES ('first')")
        with pytest.raises(IntegrityError):
            await run(session, "INSERT INTO notes (text) VALUES ('first')")
        await run(session, "INSERT INTO notes (text) VALUES ('second')")
    assert stored(path) == ["first", "second"]


async def test_a_locked_file_is_unreachable_until_it_is_unlocked(
    store: Database, path: Path
) -> None:
    async with store.transaction() as session:
        await run(session, "PRAGMA busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(2):
        with pytest.raises(OperationalError) as caught:
            async with store.transaction() as session:
                await run(session, "SELECT 1")
        assert is_database_unreachable(caught.value)
    other.execute("COMMIT")
    other.close()
    async with store.transaction() as session:
        await run(session, "INSERT INTO notes (text) VALUES ('mine')")
    assert stored(path) == ["mine"]


@pytest.mark.parametrize("first", [True, False], ids=["in the first statement", "in a later one"])
@pytest.mark.parametrize("after", [0.0, 0.05])
async def test_a_cancelled_task_leaves_no_transaction_open(
    store: Database, path: Path, first: bool, after: float
) -> None:
    """The thread finishes its statement; afterwards no transaction may be open."""
    is_asked = asyncio.Event()

    async def interrupted() -> None:
        async with store.transaction() as session:
            if not first:
                await run(session, "INSERT INTO notes (text) VALUES ('never')")
            is_asked.set()
            await run(session, SLOW)

    task = asyncio.create_task(interrupted())
    await is_asked.wait()
    await asyncio.sleep(after)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.transaction() as session:
        await run(session, "INSERT INTO notes (text) VALUES ('mine')")
    assert stored(path) == ["mine"]
    write_elsewhere(path, "theirs")


def test_a_task_that_is_cancelled_twice_does_not_block_the_end_of_the_loop(tmp_path: Path) -> None:
    """The second cancellation hits while the connection of the first one is being closed."""

    async def interrupted(database: Database, is_asked: asyncio.Event) -> None:
        async with database.transaction() as session:
            await run(session, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text VARCHAR)")
            is_asked.set()
            await run(session, SLOW)

    async def work() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'notes.db'}")
        is_asked = asyncio.Event()
        task = asyncio.create_task(interrupted(database, is_asked))
        await is_asked.wait()
        for _ in range(2):
            await asyncio.sleep(0.05)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    def live() -> None:
        asyncio.run(work())

    loop = threading.Thread(target=live, daemon=True)
    loop.start()
    loop.join(30)
    assert not loop.is_alive()


@pytest.mark.usefixtures("store")
async def test_a_rollback_waits_for_a_cancelled_statement(path: Path) -> None:
    """While the thread is busy, the transaction has not begun yet but must be rolled back."""
    connection = await opened(path)
    is_busy, may_go_on = threading.Event(), threading.Event()

    def wait(_: object) -> None:
        is_busy.set()
        may_go_on.wait(10)

    try:
        keeping_busy = asyncio.create_task(connection.run(wait))
        await asyncio.to_thread(is_busy.wait, 10)
        connection.begin()
        adding = asyncio.create_task(
            connection.cursor().execute("INSERT INTO notes (text) VALUES ('never')")
        )
        await asyncio.sleep(0)
        adding.cancel()
        undoing = asyncio.create_task(connection.rollback())
        await asyncio.sleep(0)
        may_go_on.set()
        await asyncio.gather(keeping_busy, undoing)
        assert not connection.in_transaction
        write_elsewhere(path, "theirs")
    finally:
        await connection.close()
    assert stored(path) == ["theirs"]


async def test_two_tasks_take_turns(store: Database, path: Path) -> None:
    async def add(text: str) -> None:
        async with store.transaction() as session:
            await run(session, "INSERT INTO notes (text) VALUES (?)", (f"{text}1",))
            await asyncio.sleep(0)
            await run(session, "INSERT INTO notes (text) VALUES (?)", (f"{text}2",))

    await asyncio.gather(*(add(text) for text in "abc"))
    assert stored(path) == ["a1", "a2", "b1", "b2", "c1", "c2"]
