"""PostgreSQL behind a connection pooler, such as PgBouncer: how it is detected, and what differs.

A pooler lends the same connection of a server to one client after another: for a session, or for a
transaction only. In the second case nothing that lasts longer than a transaction may be relied on:
no prepared statements, no SET, no advisory locks of a session, no LISTEN. The bot uses none of
these through a pooler, of whichever kind it is.
"""

from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

CONNECT_SECONDS = 5.0
UNPREPARED = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
"""Arguments of a connection that keeps no prepared statement after the transaction."""
SERVER_PROCESS = sa.text("SELECT pg_backend_pid()")


class Pooling(Enum):
    """What is between the bot and PostgreSQL."""

    NONE = "none"
    SESSION = "session"
    TRANSACTION = "transaction"


def create_short_lived_engine(url: str, **more: Any) -> AsyncEngine:
    """An engine without a pool of its own, for commands and for looks at the start.

    Args:
        url: the address of either database.
        more: further arguments of SQLAlchemy.
    """
    is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
    return create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={} if is_sqlite else {"timeout": CONNECT_SECONDS, **UNPREPARED},
        **more,
    )


async def is_behind_pooler(url: str) -> bool:
    """Whether something between the bot and PostgreSQL answers in its place; not on SQLite."""
    if sa.make_url(url).get_backend_name() == "sqlite":
        return False
    engine = create_short_lived_engine(url)
    try:
        async with engine.connect() as connection:
            told = await _told_process(connection)
            return bool(await connection.scalar(SERVER_PROCESS) != told)
    finally:
        await engine.dispose()


async def pooling_of(url: str) -> Pooling:
    """Find out what is between the bot and PostgreSQL.

    Two connections take turns. If one gets the server process of the other, or does not keep its
    own, the pooler lends them for a transaction only.
    """
    if not await is_behind_pooler(url):
        return Pooling.NONE
    engine = create_short_lived_engine(url)
    try:
        async with engine.connect() as one:
            before = await one.scalar(SERVER_PROCESS)
            await one.rollback()
            try:
                async with engine.connect() as other:
                    if await other.scalar(SERVER_PROCESS) == before:
                        return Pooling.TRANSACTION
                    after = await one.scalar(SERVER_PROCESS)
            except TimeoutError:  # the first connection has the only session that there is
                return Pooling.SESSION
            return Pooling.SESSION if after == before else Pooling.TRANSACTION
    finally:
        await engine.dispose()


async def _told_process(connection: AsyncConnection) -> int:
    """The process id of the server that was announced when the connection was made."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return int(driver.get_server_pid())
