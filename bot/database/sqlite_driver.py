"""aiosqlite with one thread switch per statement.

An aiosqlite connection works in a thread of its own. SQLAlchemy makes that thread do up to six
things for each statement, and waits for each: BEGIN, create a cursor, execute, fetch, close the
cursor, and a rollback after a commit. Each wait costs more than a small statement. This driver does
all of it in one go, and sends BEGIN together with the first statement of a transaction.
"""

import asyncio
import resource
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Self

import aiosqlite

BEGIN = "BEGIN IMMEDIATE"
"""Takes the write lock at once. A transaction that reads first and writes later would fail at its
first write if another process has written meanwhile."""
WAIT = "busy_timeout=5000"
"""How long (milliseconds) a statement waits while another process writes."""
SLOW_SECONDS, SLOW_FOR_SECONDS = 0.01, 60.0
"""After a statement that waited this long for the disk, the driver's thread runs all of them for a
minute."""
_OF_THIS_THREAD = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
"""Linux counts reads for each thread; other systems only for the whole process."""
ITERATION_CHUNK = 64
"""aiosqlite's default for iterating over a cursor, which SQLAlchemy never does."""


class PrivateParts(aiosqlite.Connection):
    """Everything that this project uses of aiosqlite without being documented by it.

    A test fails in plain words when a new version of aiosqlite changes one of these.
    """

    async def _run_in_thread(self, work: Callable[[], object]) -> None:
        """Call a function in the connection's thread and wait for its end."""
        await self._execute(work)  # type: ignore[no-untyped-call]

    @property
    def _sqlite(self) -> sqlite3.Connection:
        """The connection of the standard library; only the thread may use it."""
        return self._conn

    def make_daemon(self) -> None:
        """Let the process end although the thread still runs.

        SQLAlchemy does so with connections that it creates itself.
        """
        self._thread.daemon = True


class Cursor:
    """The part of aiosqlite's cursor that SQLAlchemy uses. It holds all rows of its statement."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Run one statement and fetch all of its rows."""
        await self._connection.run(partial(self._work, sqlite3.Cursor.execute, sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run one statement for each set of parameters."""
        many = sqlite3.Cursor.executemany
        await self._connection.run(partial(self._work, many, sql, parameters))
        return self

    def _work(
        self,
        method: Callable[..., Any],
        sql: str,
        parameters: Any,
        connection: sqlite3.Connection,
    ) -> None:
        cursor = connection.cursor()
        try:
            method(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def fetchall(self) -> Sequence[Any]:
        """The rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: the cursor in the thread is closed after each statement."""


class Connection(PrivateParts):
    """aiosqlite's connection with cursors of our own and transactions that begin lazily."""

    _must_begin = False
    """Whether BEGIN has to be sent with the next statement."""
    _is_idle = True
    """Whether the thread has certainly finished its work. After a task was cancelled it may still
    run."""
    _blocks_read = 0
    """How many blocks this thread had read from the disk when that was last checked."""
    _slow_until = 0.0
    """Until when no statement runs on the event loop (monotonic seconds)."""
    _is_stopped = False
    _stopping: asyncio.Future[Any] | None = None

    def in_hand(self) -> sqlite3.Connection | None:
        """The ``sqlite3`` connection for use on the event loop; None while that is not possible.

        Its transaction has begun. It is meant for statements that read or write a few rows by an
        index: handing one to the thread takes longer than running it, unless the disk is slow. It
        cannot be used while the thread works, or while another process holds the write lock.
        """
        if not self._is_idle or time.monotonic() < self._slow_until:
            return None
        if self._must_begin:
            self._begin_at_once()
        return self._sqlite if not self._must_begin and self.in_transaction else None

    def _begin_at_once(self) -> None:
        """Begin the transaction, unless another process writes: waiting is left to the thread."""
        self._sqlite.execute("PRAGMA busy_timeout=0").close()
        with suppress(sqlite3.Error):  # the thread tries it again
            self._sqlite.execute(BEGIN).close()
            self._must_begin = False
        self._sqlite.execute(f"PRAGMA {WAIT}").close()

    def has_read_from_disk(self) -> bool:
        """Whether this thread has read from the disk since the last time it was asked."""
        before = self._blocks_read
        self._blocks_read = resource.getrusage(_OF_THIS_THREAD).ru_inblock
        return self._blocks_read > before

    def took(self, seconds: float) -> None:
        """Note how long a statement took on the event loop, which it blocked.

        If it waited for the disk, not for the processor, the thread runs the next ones.
        """
        if seconds > SLOW_SECONDS and self.has_read_from_disk():
            self._slow_until = time.monotonic() + SLOW_FOR_SECONDS

    def begin(self) -> None:
        """Begin a transaction with the next statement."""
        self._must_begin = True

    def cursor(self) -> Cursor:  # type: ignore[override]
        """A cursor, created without a thread switch."""
        return Cursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Call a function with the ``sqlite3`` connection, in the thread, inside a transaction."""
        await self._run_and_note(partial(self._in_transaction, work))

    def _in_transaction(self, work: Callable[[sqlite3.Connection], object]) -> None:
        if self._must_begin:
            self._sqlite.execute(BEGIN).close()
            self._must_begin = False
        work(self._sqlite)

    async def _run_and_note(self, work: Callable[[], None]) -> None:
        self._is_idle = False
        try:
            await self._run_in_thread(work)
        except Exception:  # no CancelledError: the thread still works then
            self._is_idle = True
            raise
        self._is_idle = True

    async def truncate_log(self) -> None:
        """Move the write-ahead log into the database file and empty it.

        It needs no transaction. While somebody else reads, the log stays as it is.
        """

        def work() -> None:
            self._sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

        await self._run_and_note(work)

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread; a second call changes nothing.

        SQLAlchemy closes the connection of a cancelled task, and stops it as well when that task is
        cancelled again meanwhile. aiosqlite would then wait for ever for a thread that has ended,
        and with it the event loop, which waits for its last tasks.
        """
        if not self._is_stopped:
            self._is_stopped = True
            self._stopping = super().stop()
        return self._stopping

    async def commit(self) -> None:
        """Commit the transaction, if one has begun."""
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        """Roll the transaction back, if one has begun."""
        await self._end(sqlite3.Connection.rollback)

    async def _end(self, method: Callable[[sqlite3.Connection], None]) -> None:
        if self._is_idle and not self.in_transaction:
            self._must_begin = False
            return

        def end() -> None:
            self._must_begin = False
            method(self._sqlite)

        await self._run_and_note(end)


def connect(*arguments: Any, **settings: Any) -> Connection:
    """A connection, which has to be awaited; the arguments are those of ``sqlite3.connect``."""
    connection = Connection(partial(sqlite3.connect, *arguments, **settings), ITERATION_CHUNK)
    connection.make_daemon()
    connection.has_read_from_disk()
    return connection
