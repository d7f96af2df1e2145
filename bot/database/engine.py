"""Engines and sessions. SQLite: one connection, BEGIN IMMEDIATE. PostgreSQL: asyncpg."""

import logging
import os
import sqlite3
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import metrics
from bot.config import ConfigError
from bot.database import sqlite_driver

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

log = logging.getLogger(__name__)

Session = AsyncSession

PRAGMAS: tuple[str, ...] = (
    "journal_mode=WAL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    # FULL makes "committed" mean "survives a power cut"; it costs about a fifth of the write rate.
    "synchronous=FULL",
)
STORE_ERRORS = (InterfaceError, OperationalError, PoolTimeout, ConnectionError)
"""What a database that cannot be reached raises, unless a code of its own says more."""
SQLITE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""Primary result codes of a file that cannot be read or written; any other blames the query."""
POSTGRES_TROUBLE = ("08", "25006", "40", "53", "57P", "58")
"""How the codes of errors (SQLSTATE) begin that a later try may not meet: no connection, a standby
that is read-only, a deadlock, no room or memory left, starting or stopping, the disk."""
POSTGRES_BLAMES_VALUES = ("22", "23")
"""How the codes of errors (SQLSTATE) begin that quote values."""
CONNECT_SECONDS = 5.0
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


def make_usable(path: Path) -> None:
    """As ``make_private``, for the file that the settings name.

    Raises:
        ConfigError: there can be no such file.
    """
    if path.exists() and not path.is_file():
        raise ConfigError(f"DATABASE_URL: {path} is not a file")
    try:
        make_private(path)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise ConfigError(f"DATABASE_URL: {path} cannot be made ({why})") from None


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
        engine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=5,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"timeout": CONNECT_SECONDS},
        )
        sa.event.listen(engine.sync_engine, "do_connect", _connect)
        sa.event.listen(engine.sync_engine, "handle_error", _hide_values)
        return engine
    # One connection: SQLite has one writer anyway, and a queue of tasks is fairer than its lock.
    engine = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=8, hide_parameters=True
    )
    sa.event.listen(engine.sync_engine, "do_connect", _connect_sqlite)
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _hide_values(context: sa.engine.ExceptionContext) -> None:
    """PostgreSQL quotes what it was given when it does not like it; a log shows the code alone."""
    causes = tuple(_causes(context.original_exception))
    code = next(filter(None, (getattr(one, "sqlstate", None) for one in causes)), "")
    is_refused_here = any(isinstance(one, ValueError) for one in causes)
    if code.startswith(POSTGRES_BLAMES_VALUES) or is_refused_here:
        for error in filter(None, (context.sqlalchemy_exception, *causes)):
            if isinstance(getattr(error, "detail", None), str):
                vars(error)["detail"] = None
            error.args = (f"the values are at fault ({code or 'no column takes them'})",)


class StoreUnreachableError(ConnectionError):
    """No connection comes about, for whatever reason: a socket or name that is gone, a time-out,
    a server that starts, a password that was changed."""


def _connect(dialect: Any, _record: object, arguments: Any, settings: Any) -> Any:
    try:
        return dialect.connect(*arguments, **settings)
    except Exception as error:
        raise StoreUnreachableError(f"cannot connect ({type(error).__name__})") from error


def _connect_sqlite(dialect: Any, _record: object, arguments: Any, settings: Any) -> Any:
    return dialect.connect(*arguments, async_creator_fn=sqlite_driver.connect, **settings)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    connection.connection.driver_connection.begin()  # type: ignore[union-attr]


def is_sqlite(session: Session) -> bool:
    """Whether a session is SQLite's; PostgreSQL's otherwise."""
    return session.get_bind().dialect.name == "sqlite"


def insert_for(session: Session) -> "type[sqlite.Insert] | type[postgresql.Insert]":
    """The database's own INSERT, which knows ON CONFLICT."""
    if is_sqlite(session):
        return sqlite.Insert
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - three megabytes, unused on SQLite

    return postgresql.Insert


async def lock_until_commit(session: Session, key: int) -> None:
    """Keep other replicas out of the same work; on SQLite every transaction does so already."""
    if not is_sqlite(session):
        await (await session.connection()).execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


class Database:
    """An engine and its transactions."""

    def __init__(self, url: str) -> None:
        path = sa.make_url(url).database
        self.is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite and path and path != ":memory:":
            make_usable(Path(path))
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


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def is_store_unreachable(error: BaseException | None) -> bool:
    """Whether an exception says that the database cannot be reached, not that a query is wrong.

    A full disk counts: nothing can be stored now, and waiting may help.
    """
    causes = tuple(_causes(error))
    if any(isinstance(one, StoreUnreachableError) for one in causes):
        return True
    if any(isinstance(one, ValueError) for one in causes):
        return False  # asyncpg has an InterfaceError for values that no column takes, too
    for one in causes:
        code = getattr(one.orig if isinstance(one, DBAPIError) else one, "sqlite_errorcode", None)
        if code is not None:
            return code & 0xFF in SQLITE_TROUBLE
        if (getattr(one, "sqlstate", None) or "").startswith(POSTGRES_TROUBLE):
            return True
        if isinstance(one, DBAPIError) and one.connection_invalidated:
            return True
        if type(one).__name__ == "InternalClientError":  # asyncpg's, of a connection that breaks
            return True
        if isinstance(one, STORE_ERRORS):
            return True
    return False
