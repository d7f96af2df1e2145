"""Errors of the database: which ones mean that it is unreachable, and that none shows values."""

import traceback

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from bot.database.engine import Database
from bot.database.errors import is_database_unreachable
from bot.database.models import Cramp, User


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
