"""What errors of the database mean: unreachable, or a fault of the query."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNREACHABLE = (InterfaceError, OperationalError, PoolTimeout, ConnectionError)
"""Exceptions of a database that cannot be reached, unless an error code says more."""
SQLITE_UNREACHABLE = frozenset(
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
"""Primary result codes of a file that cannot be read or written. All others blame the query."""
POSTGRES_UNREACHABLE = ("08", "25006", "40", "53", "55000", "55P03", "57014", "57P", "58")
"""First characters of the error codes (SQLSTATE) after which another attempt may succeed: no
connection, a read-only standby, a deadlock, out of disk or memory, a database that takes nobody in,
a lock or a statement that took too long, starting up or shutting down, an I/O error."""
POSTGRES_QUOTES_VALUES = ("22", "23")
"""First characters of the error codes (SQLSTATE) whose messages quote values."""


class DatabaseUnreachableError(ConnectionError):
    """No connection could be made, for whatever reason: no socket, an unknown host, a timeout, a
    server that starts up, a wrong password."""


class NewerSchemaError(DatabaseUnreachableError):
    """Another version of the bot has changed the schema while this process ran."""


def is_database_unreachable(error: BaseException | None) -> bool:
    """Whether an exception means that the database cannot be reached, not that a query is wrong.

    A full disk counts as unreachable: nothing can be stored now, and another attempt may succeed.
    """
    causes = tuple(_causes(error))
    if any(isinstance(one, DatabaseUnreachableError) for one in causes):
        return True
    if any(isinstance(one, ValueError) for one in causes):
        return False  # asyncpg also raises an InterfaceError for a value that no column takes
    for one in causes:
        code = getattr(one.orig if isinstance(one, DBAPIError) else one, "sqlite_errorcode", None)
        if code is not None:
            return code & 0xFF in SQLITE_UNREACHABLE
        if (getattr(one, "sqlstate", None) or "").startswith(POSTGRES_UNREACHABLE):
            return True
        if isinstance(one, DBAPIError) and one.connection_invalidated:
            return True
        if type(one).__name__ == "InternalClientError":  # asyncpg, when a connection breaks
            return True
        if isinstance(one, UNREACHABLE):
            return True
    return False


SQLITE_REASONS = {
    sqlite3.SQLITE_BUSY: "another program has locked the file",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_LOCKED: "another program has locked the file",
    sqlite3.SQLITE_NOTADB: "the file is damaged",
    sqlite3.SQLITE_PERM: "the file may not be used",
    sqlite3.SQLITE_READONLY: "the file may not be written",
}
"""SQLite's errors in words for the log."""


def is_damaged(error: BaseException) -> bool:
    """Whether SQLite finds the file damaged, or finds no database in it."""
    codes = (getattr(getattr(one, "orig", one), "sqlite_errorcode", 0) for one in _causes(error))
    return any(code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} for code in codes)


def reason(error: BaseException) -> str:
    """What is logged of a database that cannot be reached: never a text that may quote an address
    or a value, but the driver's own name of the error, such as ``LockNotAvailableError``."""
    if isinstance(error, DatabaseUnreachableError):
        return str(error)
    if isinstance(error, PoolTimeout):
        return "no connection became free in time"
    name = type(error).__name__
    for one in _causes(error):
        cause: Any = one.orig if isinstance(one, DBAPIError) else one
        code = getattr(cause, "sqlite_errorcode", None)
        if code is not None:
            said = SQLITE_REASONS.get(code & 0xFF)
            return f"{said} ({cause.sqlite_errorname})" if said else str(cause.sqlite_errorname)
        if getattr(one, "sqlstate", None):
            name = type(one).__name__
    return name


def hide_values(context: sa.engine.ExceptionContext) -> None:
    """Remove the values that PostgreSQL quotes in an error, because they are diary content.

    A listener of SQLAlchemy's event ``handle_error``. Only the error code is left in the message.
    """
    causes = tuple(_causes(context.original_exception))
    code = next(filter(None, (getattr(one, "sqlstate", None) for one in causes)), "")
    is_refused_by_driver = any(isinstance(one, ValueError) for one in causes)
    if code.startswith(POSTGRES_QUOTES_VALUES) or is_refused_by_driver:
        errors: tuple[Any, ...] = (context.sqlalchemy_exception, *causes)
        for error in filter(None, errors):
            if isinstance(getattr(error, "detail", None), str):
                vars(error)["detail"] = None
            error.args = (f"the values are at fault ({code or 'no column takes them'})",)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
