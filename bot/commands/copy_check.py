"""The check of an SQLite database that was copied: intact, complete, and readable by this version.

Everything here blocks, so it runs in a thread; see ``bot.database.sqlite_copy.in_thread``.
"""

import sqlite3
import threading
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.database.migrate import known_revisions, newest_revision
from bot.database.schema_check import weakened_table
from bot.database.sqlite_copy import connected

ROWS_READ = 200
"""Rows of each table that are read through the models, to see that they match its columns."""
TABLE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"
ACTIVE = "SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index')"
"""Triggers and views: the bot makes none. A trigger could undo what it does, such as erasing."""


DEFINITIONS = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"


class UnusableError(Exception):
    """A file is not a database that this version can use.

    The message continues the name of the file.
    """


def check_database(path: Path, stop: threading.Event) -> str:
    """Check that a database is intact and readable by this version; returns its revision.

    Raises:
        UnusableError: saying what is wrong.
    """
    with connected(path, "mode=ro", stop) as connection:
        names = {name for (name,) in connection.execute(TABLE_NAMES)}
        if (active := connection.execute(ACTIVE).fetchone()) is not None:
            raise UnusableError("has a {} {}, which the bot never makes".format(*active))
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise UnusableError("is damaged")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise UnusableError("has rows that refer to rows that are gone")
        if any("ON CONFLICT" in sql.upper() for (sql,) in connection.execute(DEFINITIONS)):
            raise UnusableError("has a table that keeps or drops rows by itself")
        revision = _revision(connection, names)
    if revision == newest_revision():
        known = {table.name for table in SQLModel.metadata.sorted_tables} | {"alembic_version"}
        foreign = {name for name in names if not name.startswith("sqlite_")} - known
        if foreign:
            raise UnusableError(f"has a table {min(foreign)}, which the bot does not know")
        _read_every_table(path)
    return revision


def weakened_words(table: str) -> str:
    """What is wrong with a file that has a weakened table, in words that continue its name."""
    return f"has a table {table} from which an erasure would not delete everything"


def _revision(connection: sqlite3.Connection, names: set[str]) -> str:
    if not {"alembic_version", "users"} <= names:
        raise UnusableError("is not of CalmCalf")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = str(row[0]) if row else "none"
    if revision not in known_revisions():
        raise UnusableError(f"is at revision {revision}, which this version does not know")
    return revision


def _read_every_table(path: Path) -> None:
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True),
        poolclass=NullPool,
        hide_parameters=True,
    )
    name = ""
    try:
        with engine.connect() as connection:
            for table in SQLModel.metadata.sorted_tables:
                name = table.name
                connection.execute(sa.select(table).limit(ROWS_READ)).all()
            weakened = weakened_table(connection)
    except (sa.exc.SQLAlchemyError, LookupError, ValueError, TypeError):
        raise UnusableError(f"has a table {name} that this version cannot read") from None
    if weakened is not None:
        raise UnusableError(weakened_words(weakened))
