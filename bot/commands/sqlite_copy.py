"""Copies of SQLite databases: made from one snapshot, checked, durable, readable by their owner.

Everything here blocks, so it runs in a thread; see ``in_thread``. The event that it takes as
``stop`` makes it end early with ``sqlite3.OperationalError``.
"""

import asyncio
import contextlib
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.database.migrate import known_revisions, newest_revision
from bot.database.sqlite_files import side_files

Result = TypeVar("Result")

PAGES_PER_STEP = 4096
"""Copied between two checks of ``stop``: 16 MB, about 20 ms."""
OPCODES_PER_STEP = 100_000
"""SQLite instructions between two checks of ``stop`` during a query."""
BUSY_TIMEOUT_SECONDS = 5
ROWS_READ = 200
"""Rows of each table that are read through the models, to see that they match its columns."""
PART_SUFFIX = ".part"
TABLE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"


class UnusableError(Exception):
    """A file is no database that this version can use; the message is the rest of a sentence."""


async def in_thread(work: Callable[[threading.Event], Result]) -> Result:
    """Run blocking work in a thread. When cancelled, set its stop event and wait for its end."""
    stop = threading.Event()
    thread = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(thread, return_exceptions=True)
        raise


@contextlib.contextmanager
def connected(path: Path, options: str, stop: threading.Event) -> Iterator[sqlite3.Connection]:
    """Open a database with URI parameters such as ``mode=ro``, in autocommit mode."""
    address = f"{path.resolve().as_uri()}?{options}"
    with contextlib.closing(
        sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
    ) as connection:
        connection.set_progress_handler(stop.is_set, OPCODES_PER_STEP)
        yield connection


def copy_database(source: Path, options: str, target: Path, stop: threading.Event) -> None:
    """Copy everything committed so far into one file that needs no WAL file.

    Args:
        source: the database; a bot may be writing to it.
        options: URI parameters to open the source with.
        target: an existing empty file.
        stop: ends the copy early.
    """

    def check_stop(_status: int, _remaining: int, _total: int) -> None:
        if stop.is_set():
            raise sqlite3.OperationalError("interrupted")

    with connected(source, options, stop) as reader, connected(target, "mode=rw", stop) as writer:
        writer.execute("PRAGMA synchronous=OFF")  # the finished file gets one fsync instead
        # One read transaction for all steps. Without it, each commit of the bot would restart
        # the copy.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reader.backup(writer, pages=PAGES_PER_STEP, progress=check_stop)
        writer.execute("PRAGMA journal_mode=DELETE")


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


@contextlib.contextmanager
def part_file(target: Path) -> Iterator[Path]:
    """An empty file next to the target, for its owner only; removed unless it was renamed."""
    handle, name = tempfile.mkstemp(
        prefix=f".{target.name}.", suffix=PART_SUFFIX, dir=target.parent
    )
    os.close(handle)
    try:
        yield Path(name)
    finally:
        remove_with_side_files(Path(name))


def remove_with_side_files(path: Path) -> None:
    """Remove a database and what SQLite keeps beside it; missing files are ignored."""
    for file in (path, *side_files(path)):
        file.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Call fsync on a file, or on a folder to make the names in it durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def describe(error: Exception) -> str:
    """An error of SQLite or the operating system in one line for an operator."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return " ".join(str(error).split())
