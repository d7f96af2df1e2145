"""What the database says, and what that means."""

import pytest
from sqlmodel import col, select

from bot.db import Database, is_store_unreachable
from bot.models import Cramp, User


@pytest.mark.parametrize(
    "value",
    [2**70, 10**17, "\ud800", "a\x00b", "word"],
    ids=["huge", "wide", "half", "nul", "word"],
)
async def test_a_value_that_no_column_takes_is_not_a_store_out_of_reach(
    database: Database, value: object
) -> None:
    """An update that brings one would wait for a better day for ever, and all others with it."""
    raised: list[Exception] = []
    for column in (User.id, Cramp.message_id, Cramp.note):
        try:
            async with database.transaction() as session:
                await session.exec(select(column).where(col(column) == value))
        except Exception as error:
            raised.append(error)
    assert [error for error in raised if is_store_unreachable(error)] == []
    assert raised or database.is_sqlite


async def test_a_store_that_is_not_there_is_out_of_reach() -> None:
    database = Database("postgresql+asyncpg://postgres@127.0.0.1:1/nowhere")
    with pytest.raises(OSError, match=r"refused|[Cc]onnect") as caught:
        async with database.transaction() as session:
            await session.exec(select(User.id))
    assert is_store_unreachable(caught.value)
    await database.close()
