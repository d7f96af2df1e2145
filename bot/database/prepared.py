"""Statements of the hot path, whose SQL text is made once and not for each execution.

At each execution, SQLAlchemy looks a statement up in its cache, collects the values, and finds out
how to read each column. For a statement that runs with every update, this takes several times as
long as the database needs. On SQLite, even handing it to the driver's thread takes longer than
running it, so these statements run on the event loop.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import sqlite_driver
from bot.database.engine import Session

Convert = Callable[[Any], Any]


class _Text(NamedTuple):
    """A statement as the driver of one database takes it."""

    sql: str
    values: Sequence[tuple[str, Convert | None]]
    """The name of each parameter, in the driver's order, and what converts its value for the
    driver."""
    own: Mapping[str, Any]
    """Values that are fixed in the statement, converted for the driver."""
    columns: Sequence[tuple[int, Convert]]
    """The columns whose values have to be converted from the driver's form."""


class _Found(NamedTuple):
    """The result of an execution, as the driver gives it."""

    rows: Sequence[Any]
    changed: int


def _tell_listeners(connection: sa.Connection, sql: str, parameters: Sequence[Any]) -> None:
    """Call the listeners to executions, as SQLAlchemy does before it runs a statement."""
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, None, sql, parameters, None, False)


def _executed(
    connection: sa.Connection, driver: Any, sql: str, parameters: Sequence[Any]
) -> _Found:
    """Have the driver run a statement, bypassing SQLAlchemy's own execution.

    Listeners to executions are called all the same, and errors are SQLAlchemy's, as with any
    statement.
    """
    _tell_listeners(connection, sql, parameters)
    cursor = driver.cursor()
    try:
        cursor.execute(sql, parameters)
        return _Found(cursor.fetchall() if cursor.description else (), cursor.rowcount)
    except BaseException as error:
        # This also invalidates a connection that is lost, or whose task was cancelled during the
        # statement.
        connection._handle_dbapi_exception(error, sql, None, cursor, None)  # noqa: SLF001
    finally:
        cursor.close()


def _run_by_driver(connection: sa.Connection, sql: str, parameters: Sequence[Any]) -> _Found:
    return _executed(connection, connection.connection, sql, parameters)


async def _run_by_asyncpg(
    connection: AsyncConnection, sql: str, parameters: Sequence[Any]
) -> _Found:
    """The same on PostgreSQL: SQLAlchemy's own steps, without its detour through a greenlet."""
    inner: Any = connection.sync_connection
    adapted = inner.connection.dbapi_connection
    _tell_listeners(inner, sql, parameters)
    try:
        async with adapted._execute_mutex:  # noqa: SLF001 - as SQLAlchemy's cursor does
            if adapted._transaction is None:  # noqa: SLF001
                await adapted._start_transaction()  # noqa: SLF001
            statement, _columns = await adapted._prepare(sql, 0)  # noqa: SLF001
            rows = await statement.fetch(*parameters)
            return _Found(rows, _changed(statement.get_statusmsg()))
    except BaseException as error:
        await connection.run_sync(_fail, adapted, error, sql)
        raise


def _changed(status: str) -> int:
    """How many rows a statement has found or changed: the last word of its status."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else -1


def _fail(connection: sa.Connection, adapted: Any, error: BaseException, sql: str) -> None:
    """Raise an error of asyncpg as SQLAlchemy does, which also invalidates a lost connection."""
    try:
        _raise(adapted, error)
    except BaseException as named:
        connection._handle_dbapi_exception(named, sql, None, None, None)  # noqa: SLF001


def _raise(adapted: Any, error: BaseException) -> NoReturn:
    if isinstance(error, Exception):
        adapted._handle_exception(error)  # noqa: SLF001 - raises it under its name in PEP 249
    raise error


class Prepared:
    """A statement that is built once and run often.

    Args:
        statement: the statement, with a ``bindparam`` for each value that differs; none of them may
            be a list.
        columns: of an INSERT without values, the columns that are given.
    """

    def __init__(self, statement: Any, columns: Collection[str] = ()) -> None:
        self._statement, self._columns = statement, columns
        self._texts: dict[str, _Text] = {}

    async def rows(self, session: Session, values: Mapping[str, Any]) -> list[list[Any]]:
        """Run it and return its rows."""
        text, found = await self._run(session, values)
        rows = [list(row) for row in found.rows]
        for row in rows:
            for number, convert in text.columns:
                if row[number] is not None:
                    row[number] = convert(row[number])
        return rows

    async def count(self, session: Session, values: Mapping[str, Any]) -> int:
        """Run it and return how many rows it has changed."""
        _text, found = await self._run(session, values)
        return found.changed

    async def _run(self, session: Session, values: Mapping[str, Any]) -> tuple[_Text, _Found]:
        connection = await session.connection()
        text = self._texts.get(connection.dialect.name)
        if text is None:
            text = self._texts[connection.dialect.name] = self._text(connection.dialect)
        given = {**text.own, **values}
        parameters = tuple(
            [
                given[name] if convert is None else convert(given[name])
                for name, convert in text.values
            ]
        )
        inner: Any = connection.sync_connection
        driver = inner.connection.driver_connection
        if isinstance(driver, sqlite_driver.Connection) and (here := driver.in_hand()) is not None:
            begun = time.perf_counter()
            found = _executed(inner, here, text.sql, parameters)
            driver.took(time.perf_counter() - begun)
            return text, found
        if connection.dialect.name == "postgresql":
            return text, await _run_by_asyncpg(connection, text.sql, parameters)
        return text, await connection.run_sync(_run_by_driver, text.sql, parameters)

    def _text(self, dialect: sa.Dialect) -> _Text:
        statement, columns = self._statement, list(self._columns) or None
        made: Any = statement.compile(dialect=dialect, column_keys=columns)
        writing = {
            name: one.type.dialect_impl(dialect).bind_processor(dialect)
            for name, one in made.binds.items()
        }
        own = {
            name: writing[name](one.value) if writing[name] else one.value
            for name, one in made.binds.items()
            if not one.required
        }
        read = getattr(statement, "selected_columns", ())
        reading = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in read]
        return _Text(
            sql=made.string,
            values=[(name, None if name in own else writing[name]) for name in made.positiontup],
            own=own,
            columns=[(number, convert) for number, convert in enumerate(reading) if convert],
        )
