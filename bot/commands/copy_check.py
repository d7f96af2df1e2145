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
from bot.database.sqlite_copy import connected

ROWS_READ = 200
"""Rows of each table that are read through the models, to see that they match its columns."""
TABLE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"


class UnusableError(Exception):
    """A file is no database that this version can use; the message is the rest of a sentence."""


def check_database(path: Path, stop: threading.Event) -> str:
    """Check that a database is intact and readable by this version; returns its revision.

    Raises:
        UnusableError: saying what is wrong.
    """
    with connected(path, "mode=ro", stop) as connection:
        names = {name for (name,) in connection.execute(TABLE_NAMES)}
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise UnusableError("is damaged")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise UnusableError("has rows that refer to rows that are gone")
        revision = _revision(connection, names)
    if revision == newest_revision():
        _read_every_table(path)
    return revision


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
    except (sa.exc.SQLAlchemyError, LookupError, ValueError, TypeError):
        raise UnusableError(f"has a table {name} that this version cannot read") from None
