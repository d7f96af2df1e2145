"""SQLite for an event loop, with one change of threads a statement.

aiosqlite works in a thread of its own, and changes to it and back for BEGIN, for making a cursor,
for running the statement, for fetching and for closing; SQLAlchemy rolls back once more after a
commit. Each change costs more than a small statement. Here a statement is one change, and BEGIN
goes along with the first of a transaction.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

BEGIN = "BEGIN IMMEDIATE"
"""A transaction that reads first and writes later would otherwise fail when it comes to writing."""


class Cursor:
    """What SQLAlchemy asks of a cursor of aiosqlite; the rows are here at once."""

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
        await self._connection.in_thread(
            partial(self._work, sqlite3.Cursor.execute, sql, parameters)
        )
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run one statement for each set of parameters."""
        many = sqlite3.Cursor.executemany
        await self._connection.in_thread(partial(self._work, many, sql, parameters))
        return self

    def _work(
        self, how: Callable[..., Any], sql: str, parameters: Any, on: sqlite3.Connection
    ) -> None:
        cursor = on.cursor()
        try:
            how(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    async def fetchall(self) -> Sequence[Any]:
        """The rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open between two statements."""


class Connection(aiosqlite.Connection):
    """aiosqlite's connection with those cursors, and transactions that begin when they must."""

    _begins = False
    """A transaction is wanted: it begins with the next statement."""
    _is_sure = True
    """Nothing is under way in the thread, as it may be after a task was cancelled."""
    _is_stopped = False
    _end_of_thread: asyncio.Future[Any] | None = None

    def begin(self) -> None:
        """Have a transaction begin with the next statement."""
        self._begins = True

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Made without asking the thread."""
        return Cursor(self)

    async def in_thread(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do something with the connection itself, in its thread."""
        await self._surely(partial(self._begun, work))

    def _begun(self, work: Callable[[sqlite3.Connection], object]) -> None:
        if self._begins:
            self._conn.execute(BEGIN).close()
            self._begins = False
        work(self._conn)

    async def _surely(self, work: Callable[[], None]) -> None:
        self._is_sure = False
        try:
            await self._execute(work)  # type: ignore[no-untyped-call]
        except Exception:  # not of a task that was cancelled: the thread goes on then
            self._is_sure = True
            raise
        self._is_sure = True

    def stop(self) -> asyncio.Future[Any] | None:
        """Have the thread end, once.

        SQLAlchemy closes the connection of a task that was cancelled, and stops it when the task
        is cancelled again meanwhile. Closing stops too, and would wait for ever for a thread that
        has ended; so would the event loop, which waits for its last tasks.
        """
        if not self._is_stopped:
            self._is_stopped = True
            self._end_of_thread = super().stop()
        return self._end_of_thread

    async def commit(self) -> None:
        """Commit, if anything was begun."""
        await self._end(sqlite3.Connection.commit)

    async def rollback(self) -> None:
        """Undo what was begun, if anything was."""
        await self._end(sqlite3.Connection.rollback)

    async def _end(self, how: Callable[[sqlite3.Connection], None]) -> None:
        if self._is_sure and not self.in_transaction:
            self._begins = False
            return

        def end() -> None:
            self._begins = False
            how(self._conn)

        await self._surely(end)


def connect(*where: Any, **settings: Any) -> Connection:
    """A connection with what ``sqlite3.connect`` takes; await it."""
    made = Connection(partial(sqlite3.connect, *where, **settings), 64)
    # As SQLAlchemy has it: a connection that was forgotten must not keep the process from ending.
    made._thread.daemon = True  # noqa: SLF001
    return made
