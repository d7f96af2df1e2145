"""Engines and sessions. SQLite: one connection, BEGIN IMMEDIATE. PostgreSQL: asyncpg."""

import logging
import os
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import metrics

log = logging.getLogger(__name__)

Session = AsyncSession

PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    # FULL makes "committed" mean "survives a power cut"; it costs about a fifth of the write rate.
    "synchronous=FULL",
)
STORE_ERRORS = (InterfaceError, OperationalError, PoolTimeout, ConnectionError)
"""What a database that cannot be reached raises."""
SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a database, as endings of its name."""
OWNER_ONLY = 0o600


def make_private(path: Path) -> None:
    """Make an SQLite file, or tighten one that exists, so that its owner alone can read it.

    What SQLite makes beside it later gets the same permissions. The folder is left alone.
    """
    path = path.resolve()  # a link may lead to a file that does not exist yet
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
        return
    for file in (path, *side_files(path)):
        # By name: closing a file that was opened here would drop the locks that SQLite has on it.
        with suppress(FileNotFoundError):
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                _tighten(file)


def _tighten(file: Path) -> None:
    try:
        file.chmod(OWNER_ONLY)
    except PermissionError:
        log.warning("%s can be read by others; its owner has to change that", file.name)


def side_files(path: Path) -> list[Path]:
    """What SQLite may keep beside a database, whether it is there or not."""
    return [path.with_name(path.name + ending) for ending in SIDE_FILES]


def create_engine(url: str) -> AsyncEngine:
    """An engine for either database, set up so that two claims can never overlap.

    Its errors never show parameters: they are diary content.
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_size=10, max_overflow=5, pool_pre_ping=True, hide_parameters=True
        )
    # One connection: SQLite has one writer anyway, and a queue of tasks is fairer than its lock.
    engine = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=8, hide_parameters=True
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later would otherwise fail when it comes to writing.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def insert_for(session: Session) -> type[sqlite.Insert] | type[postgresql.Insert]:
    """The database's own INSERT, which knows ON CONFLICT."""
    name = session.get_bind().dialect.name
    return sqlite.Insert if name == "sqlite" else postgresql.Insert


async def lock_until_commit(session: Session, key: int) -> None:
    """Keep other replicas out of the same work; on SQLite every transaction does so already."""
    if session.get_bind().dialect.name != "sqlite":
        await (await session.connection()).execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


class Database:
    """An engine and its transactions."""

    def __init__(self, url: str) -> None:
        path = sa.make_url(url).database
        self.is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite and path and path != ":memory:":
            make_private(Path(path))
        self.engine = create_engine(url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """A session whose work is committed at the end, or undone when an exception leaves it."""
        begun = time.perf_counter()
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
        metrics.DATABASE_SECONDS.observe(time.perf_counter() - begun)

    async def close(self) -> None:
        await self.engine.dispose()


def is_store_unreachable(error: BaseException | None) -> bool:
    """Whether an exception says that the database cannot be reached, not that a query is wrong."""
    while error is not None:
        if isinstance(error, STORE_ERRORS):
            return True
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        error = error.__cause__
    return False
