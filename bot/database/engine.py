"""Engines, sessions and transactions.

SQLite has one connection, and its transactions begin with BEGIN IMMEDIATE. PostgreSQL has a pool of
asyncpg connections.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSessionTransaction,
    create_async_engine,
)
from sqlalchemy.orm import Mapped
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import metrics
from bot.database import sqlite_driver
from bot.database.errors import (
    DatabaseUnreachableError,
    NewerSchemaError,
    hide_values,
    is_database_unreachable,
    reason,
)
from bot.database.poolers import CONNECT_SECONDS, UNPREPARED, Pooling
from bot.database.sqlite_files import make_usable
from bot.trouble_log import TroubleLog, name_of

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

log = logging.getLogger(__name__)

PRAGMAS: tuple[str, ...] = (
    "journal_mode=WAL",
    sqlite_driver.WAIT,
    "foreign_keys=ON",
    # What is deleted is overwritten. Some builds of SQLite do so anyway, others do not.
    "secure_delete=ON",
    # FULL makes "committed" mean "survives a power cut"; it costs about a fifth of the write rate.
    "synchronous=FULL",
)
POOL_SECONDS = 8
"""How long a task waits for a connection: on SQLite for the only one."""
ANSWER_SECONDS = 15.0
"""How long the bot waits for PostgreSQL to answer. A server that vanishes without closing its
connections would otherwise be waited for without end."""
LOCK_SECONDS = 4
"""How long a statement of the bot waits for a lock in PostgreSQL."""
IDLE_SECONDS = 30
"""After this time PostgreSQL ends an idle transaction, because the process that holds it hangs."""


class Session(AsyncSession):
    """A session with one transaction, which skips steps that would do nothing."""

    _kept: AsyncConnection | None = None

    async def connection(self, *arguments: Any, **options: Any) -> AsyncConnection:
        """The transaction's connection, cached because nearly every statement asks for it."""
        if self._kept is None:
            self._kept = await super().connection(*arguments, **options)
        return self._kept

    def begin_nested(self) -> AsyncSessionTransaction:
        """Begin a savepoint.

        SQLAlchemy sends it when the connection is asked for again, so the cached connection is
        dropped.
        """
        self._kept = None
        return super().begin_nested()

    async def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write changed objects, if there are any."""
        if self.new or self.dirty or self.deleted:
            await super().flush(objects)

    async def __aexit__(self, *raised: Any) -> None:
        """Close the session.

        After a commit the connection is back in the pool, so nothing is awaited.
        """
        if self.in_transaction():
            await super().__aexit__(*raised)
        else:
            self.sync_session.close()


def create_engine(
    url: str, *, is_impatient: bool = False, keeps_statements: bool = False
) -> AsyncEngine:
    """An engine for either database, on which two claims can never overlap.

    Its errors never show the parameters of a query, because they are diary content.

    Args:
        url: the address of the database.
        is_impatient: give up when PostgreSQL does not answer, or a lock is not free, in time. A
            running bot wants this, because it retries everything; a command does not, because it
            may take long.
        keeps_statements: keep prepared statements for later transactions, which is faster, but does
            not work through a pooler.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return _create_sqlite_engine(address)
    engine = create_async_engine(
        url,
        pool_size=10,
        max_overflow=5,
        pool_timeout=POOL_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": ANSWER_SECONDS if is_impatient else None,
            **({} if keeps_statements else UNPREPARED),
        },
    )
    if is_impatient and keeps_statements:
        sa.event.listen(engine.sync_engine, "connect", _set_time_limits)
    elif is_impatient:
        sa.event.listen(engine.sync_engine, "begin", _set_time_limits_of_transaction)
    # SQLAlchemy's own ping begins a transaction, sends a query and rolls back: three more round
    # trips.
    engine.dialect.do_ping = _begin_as_ping  # type: ignore[method-assign]
    sa.event.listen(engine.sync_engine, "do_connect", _connect_postgres)
    sa.event.listen(engine.sync_engine, "handle_error", hide_values)
    return engine


def _connect_postgres(dialect: Any, _record: object, arguments: Any, settings: Any) -> Any:
    try:
        return dialect.connect(*arguments, **settings)
    except Exception as error:
        cause = error.__cause__ or error  # SQLAlchemy's own names say nothing
        raise DatabaseUnreachableError(f"cannot connect ({name_of(cause)})") from error


def _begin_as_ping(dbapi_connection: Any) -> bool:
    """Begin the transaction for which a connection is taken from the pool.

    When that fails, the pool replaces the connection, which died while nobody used it.
    """
    begin = dbapi_connection._start_transaction  # noqa: SLF001 - nothing public only begins
    dbapi_connection.run_async(lambda _driver: begin())
    return True


def _set_time_limits(connection: Any, _record: object) -> None:
    """Set time limits for the session: a pooler may refuse them among the start-up parameters."""
    limits = (
        f"SET lock_timeout = '{LOCK_SECONDS}s'; "
        f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'"
    )
    connection.run_async(lambda driver: driver.execute(limits))


def _set_time_limits_of_transaction(connection: sa.Connection) -> None:
    """Set time limits through a pooler: for each transaction, which may run in another session."""
    connection.exec_driver_sql(
        f"SELECT set_config('lock_timeout', '{LOCK_SECONDS}s', true), "
        f"set_config('idle_in_transaction_session_timeout', '{IDLE_SECONDS}s', true)"
    )


def _create_sqlite_engine(address: sa.URL) -> AsyncEngine:
    arguments, settings = address.get_dialect()().create_connect_args(address)

    def connect() -> sqlite_driver.Connection:
        return sqlite_driver.connect(*arguments, **settings)

    # One connection: SQLite has one writer anyway, and a queue of tasks is fairer than its lock.
    engine = create_async_engine(
        address,
        async_creator=connect,
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    # Not a listener for "begin": once there is one, SQLAlchemy looks for listeners at every
    # statement.
    engine.dialect.do_begin = _begin_sqlite  # type: ignore[method-assign]
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the sqlite3 module must not begin transactions by itself
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(dbapi_connection: Any) -> None:
    dbapi_connection.driver_connection.begin()


def is_sqlite(session: Session) -> bool:
    """Whether a session works on SQLite (else on PostgreSQL)."""
    return session.get_bind().dialect.name == "sqlite"


def insert_for(session: Session) -> "type[sqlite.Insert] | type[postgresql.Insert]":
    """The INSERT of the session's database, which has ON CONFLICT."""
    if is_sqlite(session):
        return sqlite.Insert
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 3 MB that SQLite does not need

    return postgresql.Insert


def is_one_of(column: Mapped[Any], codes: Iterable[str]) -> sa.ColumnElement[bool]:
    """``IN`` with codes of this program, which become part of the statement.

    For statements that are built once and run with every update: with a list of parameters,
    SQLAlchemy would write the text anew for each execution.
    """
    return column.in_([sa.literal_column(f"'{code}'") for code in sorted(codes)])


async def lock_until_commit(session: Session, key: int) -> None:
    """Take an advisory lock, so that other replicas wait until this transaction ends.

    On SQLite nothing is to be done: there is one writer at a time.
    """
    if not is_sqlite(session):
        await (await session.connection()).execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


async def count_up_to(session: Session, most: int, *conditions: sa.ColumnElement[bool]) -> int:
    """How many rows of a table meet all conditions, counted up to ``most``."""
    rows = sa.select(sa.literal(1)).where(*conditions).limit(most).subquery()
    query = sa.select(sa.func.count()).select_from(rows)
    return int((await (await session.connection()).execute(query)).scalar_one())


_WRITING_NOTHING_NEW = sa.text("UPDATE alembic_version SET version_num = version_num")


class Database:
    """An engine and its transactions.

    Args:
        url: the address of the database.
        is_impatient: as of :func:`create_engine`.
        revision: the revision of the schema that this process works with; None: any. On PostgreSQL
            the processes of a newer version may change it meanwhile.
    """

    def __init__(
        self, url: str, *, is_impatient: bool = False, revision: str | None = None
    ) -> None:
        path = sa.make_url(url).database
        self.is_sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite and path and path != ":memory:":
            make_usable(Path(path))
        self._url, self._is_impatient = url, is_impatient
        self.engine = create_engine(url, is_impatient=is_impatient)
        self._trouble = TroubleLog(log, "the database")
        self._revision = None if self.is_sqlite else revision
        self._found_revision = self._revision
        self._truncation: asyncio.Task[None] | None = None

    async def keep_statements_if_possible(self, pooling: Pooling) -> None:
        """Prepare statements once for each connection, unless a pooler is between.

        To be called before the first transaction; without it each transaction prepares its own.
        """
        if not self.is_sqlite and pooling is Pooling.NONE:
            await self.engine.dispose()
            self.engine = create_engine(
                self._url, is_impatient=self._is_impatient, keeps_statements=True
            )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """A session that is committed at the end, or rolled back when an exception leaves it.

        Raises:
            DatabaseUnreachableError: the database did not answer in time. A connection on which
                it does not answer is not used again.
            NewerSchemaError: a newer version has changed the schema. A process of that version has
                to do the work.
        """
        self._refuse_newer_schema()
        begun = time.perf_counter()
        async with Session(self.engine, expire_on_commit=False) as session:
            try:
                yield session
                await session.commit()
            except TimeoutError as error:  # inside of a transaction nothing else is waited for
                await session.invalidate()
                self._trouble.happened("no answer in time", logging.ERROR)
                raise DatabaseUnreachableError("no answer in time") from error
            except Exception as error:
                if is_database_unreachable(error):
                    self._trouble.happened(reason(error), logging.ERROR)
                elif isinstance(error, DBAPIError):
                    await self._blame_newer_schema(error)
                raise
        if self._trouble.is_on:
            await self._try_to_write()
        metrics.DATABASE_SECONDS.observe(time.perf_counter() - begun)

    async def _try_to_write(self) -> None:
        """Try to write, to see whether a problem is over.

        Reading can succeed while writing fails. Never raises.
        """
        try:
            async with self.engine.begin() as connection:
                await connection.execute(_WRITING_NOTHING_NEW)
        except Exception as error:
            if is_database_unreachable(error):
                self._trouble.happened(reason(error), logging.ERROR)
                return
        self._trouble.over()

    async def check_revision(self) -> None:
        """Check that the schema is still the one that this process works with.

        Raises:
            NewerSchemaError: it is not.
            Exception: the database cannot be reached.
        """
        if self._revision is None:
            return
        async with self.engine.connect() as connection:
            query = sa.text("SELECT version_num FROM alembic_version")
            found = await connection.scalar(query)
        if found != self._found_revision and found != self._revision:
            log.warning(
                "the database is at revision %s now and this process works with %s: it does "
                "nothing more, so end it",
                found,
                self._revision,
            )
        self._found_revision = found
        self._refuse_newer_schema()

    def _refuse_newer_schema(self) -> None:
        if self._found_revision != self._revision:
            raise NewerSchemaError(f"the schema is at {self._found_revision}")

    async def _blame_newer_schema(self, error: DBAPIError) -> None:
        """After an error, raise NewerSchemaError if the changed schema explains it."""
        try:
            await self.check_revision()
        except NewerSchemaError:
            raise NewerSchemaError(f"the schema is at {self._found_revision}") from error
        except Exception:
            log.debug("the revision could not be read", exc_info=True)

    def truncate_log_soon(self) -> None:
        """Empty SQLite's write-ahead log soon, so that it keeps no copy of what was just erased."""
        if self.is_sqlite and (self._truncation is None or self._truncation.done()):
            self._truncation = asyncio.create_task(self.truncate_log(), name="truncate the log")

    async def truncate_log(self) -> None:
        """Empty SQLite's write-ahead log, which holds pages as they were before. Never raises.

        While another process reads the file, it stays; the hourly maintenance tries again.
        """
        if not self.is_sqlite:
            return
        try:
            async with self.engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                if isinstance(driver, sqlite_driver.Connection):
                    await driver.truncate_log()
        except Exception as error:
            log.warning("the write-ahead log is not truncated yet (%s)", type(error).__name__)

    async def close(self) -> None:
        """Close all connections."""
        if self._truncation is not None:
            await self._truncation
        await self.engine.dispose()
