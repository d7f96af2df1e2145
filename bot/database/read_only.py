"""Read-only engines for commands that can run while the bot runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.database.poolers import create_short_lived_engine

READER = "is_reader"
"""The execution option of connections that cannot write and keep nobody waiting."""


def create_reader(url: str) -> AsyncEngine:
    """An engine that cannot write and never blocks a writer.

    All queries of one transaction see the same state of the database.
    """
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_short_lived_engine(
            url,
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True, READER: True},
        )
    file = Path(str(address.database)).resolve().as_uri()
    engine = create_async_engine(
        address.set(database=file, query={"mode": "ro", "uri": "true"}),
        poolclass=NullPool,
        hide_parameters=True,
        execution_options={READER: True},
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_reader)
    sa.event.listen(engine.sync_engine, "begin", lambda one: one.exec_driver_sql("BEGIN"))
    return engine


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[AsyncConnection]:
    """One transaction of such an engine."""
    engine = create_reader(url)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _prepare_reader(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # otherwise the sqlite3 module begins none for a SELECT
