"""Errors of the database: which ones mean that it is unreachable, and that none shows values."""

import resource
import sqlite3
import traceback
from contextlib import closing

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.database.engine import Database
from bot.database.errors import is_database_unreachable, reason
from bot.database.models import Cramp, User
from tests.support.what_happens import assert_said


@pytest.mark.parametrize(
    "value",
    [2**70, 10**17, "\ud800", "a\x00b", "word"],
    ids=["huge", "wide", "half", "nul", "word"],
)
async def test_a_value_that_no_column_takes_is_no_unreachable_database(
    database: Database, value: object
) -> None:
    """Otherwise an update with such a value would be retried for ever and block all others."""
    raised: list[Exception] = []
    for column in (User.id, Cramp.message_id, Cramp.note):
        try:
            async with database.transaction() as session:
                await session.exec(select(column).where(col(column) == value))
        except Exception as error:
            raised.append(error)
    assert [error for error in raised if is_database_unreachable(error)] == []
    assert raised or database.is_sqlite


SECRET = "calf in knots"
ASKED = {
    "a key that is there": "INSERT INTO facts (name, value) VALUES (:words, :words)",
    "a word for a number": "SELECT CAST(CAST(:words AS VARCHAR) AS INTEGER)",
    "what no column takes": "SELECT 1 + CAST(:words AS INTEGER)",
    "too long": "UPDATE facts SET name = repeat(:words, 100)",
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
async def test_no_error_quotes_what_was_given(postgres_url: str, asked: str) -> None:
    database = Database(postgres_url)
    async with database.engine.begin() as connection:
        await connection.execute(sa.text(ASKED["a key that is there"]), {"words": SECRET})
    with pytest.raises(DBAPIError, match="the values are at fault") as caught:
        async with database.engine.begin() as connection:
            await connection.execute(sa.text(asked), {"words": SECRET})
    shown = "".join(traceback.format_exception(caught.value))
    assert "asyncpg" in shown
    assert SECRET not in shown
    await database.close()


async def test_an_error_in_our_sql_is_shown(postgres_url: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(DBAPIError, match="no_such_table"):
        async with database.engine.begin() as connection:
            await connection.execute(sa.text("SELECT * FROM no_such_table"))
    await database.close()


async def test_a_refused_connection_means_unreachable() -> None:
    database = Database("postgresql+asyncpg://postgres@127.0.0.1:1/nowhere")
    with pytest.raises(OSError, match=r"refused|[Cc]onnect") as caught:
        async with database.transaction() as session:
            await session.exec(select(User.id))
    assert is_database_unreachable(caught.value)
    await database.close()


def test_what_is_said_of_a_file_that_cannot_be_written(sqlite_url: str) -> None:
    path = sa.make_url(sqlite_url).database
    assert path is not None
    with closing(sqlite3.connect(path)) as holder, closing(sqlite3.connect(path, timeout=0)) as one:
        holder.execute("BEGIN IMMEDIATE")
        said = said_of(one, "BEGIN IMMEDIATE")
        assert said == "another program has locked the file (SQLITE_BUSY)"
        assert_said("another program keeps the database file locked", [said])
        holder.rollback()
        one.execute("PRAGMA max_page_count=1")
        insert = "INSERT INTO facts (name, value) VALUES ('large', zeroblob(100000))"
        assert said_of(one, insert) == "the disk is full (SQLITE_FULL)"
        one.execute("PRAGMA max_page_count=1000000")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))  # no file can be written any more
        try:
            said = said_of(one, insert)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert_said("the file system becomes read-only after an error of the disk", [said])
        one.execute("PRAGMA query_only=ON")
        assert said_of(one, "DELETE FROM facts") == "the file may not be written (SQLITE_READONLY)"


def said_of(connection: sqlite3.Connection, statement: str) -> str:
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute(statement)
    wrapped = DBAPIError.instance(statement, None, caught.value, sqlite3.Error)
    assert is_database_unreachable(wrapped)
    return reason(wrapped)


async def test_what_is_said_of_a_lock_that_something_else_holds(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    async with other.transaction() as holder:
        await (await holder.connection()).execute(sa.text("LOCK TABLE facts IN EXCLUSIVE MODE"))
        async with AsyncSession(database.engine) as session, session.begin():
            connection = await session.connection()
            await connection.execute(sa.text("SET LOCAL lock_timeout = '20ms'"))
            with pytest.raises(DBAPIError) as caught:
                await connection.execute(sa.text("DELETE FROM facts"))
    assert is_database_unreachable(caught.value)
    assert reason(caught.value) == "LockNotAvailableError"
    for one in (database, other):
        await one.close()


async def test_a_connection_that_ended_while_nothing_used_it_is_replaced(postgres_url: str) -> None:
    database, number = Database(postgres_url), sa.text("SELECT pg_backend_pid()")
    async with database.transaction() as session:
        before = await (await session.connection()).scalar(number)
    await change(postgres_url, f"SELECT pg_terminate_backend({before}, 5000)")
    async with database.transaction() as session:
        assert await (await session.connection()).scalar(number) != before
    await database.close()


async def test_reading_alone_ends_no_trouble_with_writing(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a standby, or on a file system that has become read-only."""
    database, name = Database(postgres_url), sa.make_url(postgres_url).database
    read_only = f'ALTER DATABASE "{name}" SET default_transaction_read_only = '
    await change(postgres_url, f"{read_only}on")
    for _ in range(2):
        with pytest.raises(DBAPIError):
            await change_in(database, "DELETE FROM facts")
        await change_in(database, "SELECT 1")
    assert len(caplog.messages) == 1
    await change(postgres_url, f"SET TRANSACTION READ WRITE; {read_only}off")
    await database.engine.dispose()  # the setting is that of a connection's beginning
    await change_in(database, "SELECT 1")
    begun, ended = caplog.messages
    assert begun == "the database fails: ReadOnlySQLTransactionError"
    assert ended.startswith("the database goes well again")
    await database.close()


async def change_in(database: Database, statement: str) -> None:
    async with database.transaction() as session:
        await (await session.connection()).execute(sa.text(statement))


async def change(url: str, statements: str) -> None:
    database = Database(url)
    async with database.engine.connect() as connection:
        for one in statements.split("; "):
            await connection.execute(sa.text(one))
        await connection.commit()
    await database.close()
