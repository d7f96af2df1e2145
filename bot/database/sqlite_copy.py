"""Copies of SQLite databases: made from one snapshot, durable, readable by their owner only.

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

from bot.database.sqlite_files import side_files

Result = TypeVar("Result")

PAGES_PER_STEP = 4096
"""Copied between two checks of ``stop``: 16 MB, about 20 ms."""
OPCODES_PER_STEP = 100_000
"""SQLite instructions between two checks of ``stop`` during a query."""
BUSY_TIMEOUT_SECONDS = 5
PART_SUFFIX = ".part"


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
