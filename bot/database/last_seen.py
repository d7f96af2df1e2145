"""Notices at the start that an SQLite file is not the one that the bot used before.

A file beside the database says which installation it held, how many people, and when the bot last
looked; the database holds the same instant. So a file that was emptied, replaced or cut off, or
that has lost its write-ahead log, is not taken for a new diary.
"""

import asyncio
import json
import logging
import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import col

from bot.config import ConfigError
from bot.database.engine import Database, count_up_to
from bot.database.models import Fact, User
from bot.database.sqlite_files import OWNER_ONLY, side_files

log = logging.getLogger(__name__)

SUFFIX = ".last-seen"
INSTALLATION, SEEN_AT = "installation", "last_seen_at"
"""Names of facts in the database, and in the file beside it."""
PEOPLE = "people"
MOST_COUNTED = 1000
"""People are counted up to this number, so that the count stays quick."""
HEADER_BYTES, PAGE_SIZE_AT, PAGE_COUNT_AT = 100, 16, 28
"""Where the header of an SQLite file has the size of a page (2 bytes) and their number (4)."""


def file_beside(path: Path) -> Path:
    """The file beside a database that says what the bot last saw."""
    return path.with_name(path.name + SUFFIX)


async def record(database: Database, path: Path, now: datetime) -> None:
    """Note in the database, and in the file beside it, that the bot has seen it.

    Raises:
        Exception: the database cannot be reached, or the file cannot be written.
    """
    async with database.transaction() as session:
        known = await session.get(Fact, INSTALLATION)
        installation = known.value if known else uuid4().hex
        await session.merge(Fact(name=INSTALLATION, value=installation))
        await session.merge(Fact(name=SEEN_AT, value=now.isoformat()))
        people = await count_up_to(session, MOST_COUNTED, col(User.id) > 0)
    seen = {INSTALLATION: installation, SEEN_AT: now.isoformat(), PEOPLE: people}
    await asyncio.to_thread(_write, file_beside(path), json.dumps(seen))


def _write(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY), "w") as out:
        out.write(text)
    part.replace(file)


def forget(path: Path) -> None:
    """Forget what was seen, so that the next start accepts the file: a backup was restored."""
    file_beside(path).unlink(missing_ok=True)


def compare(path: Path) -> None:
    """Refuse a database that has lost what the bot saw in it; log if only the end is missing.

    Raises:
        ConfigError: the file is cut off, or it holds nothing of the installation that was there.
    """
    _refuse_cut_off(path)
    seen = _read(file_beside(path))
    if not seen.get(PEOPLE):
        return
    found, seen_at = _facts(path), str(seen.get(SEEN_AT))
    if found.get(INSTALLATION) != seen.get(INSTALLATION):
        count = seen[PEOPLE]
        more = " or more" if count == MOST_COUNTED else ""
        people = "1 person" if count == 1 else f"{count}{more} people"
        raise ConfigError(
            f"DATABASE_URL: {path.name} had {people} on {seen_at[:10]} and has none of them now; "
            f"restore a backup, or delete {file_beside(path).name} to begin a new diary"
        )
    if found.get(SEEN_AT, "") < seen_at:
        log.error(
            "%s is as it was on %s, what was stored until %s is missing: an old copy, or its "
            "-wal file was left behind",
            path.name,
            found.get(SEEN_AT, "an unknown day")[:16],
            seen_at[:16],
        )


def _refuse_cut_off(path: Path) -> None:
    """Refuse a file that is shorter than its header says, unless a log may complete it."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
        size = path.stat().st_size
    except OSError:
        return
    has_log = any(one.exists() and one.stat().st_size for one in side_files(path))
    if len(header) < HEADER_BYTES or has_log:
        return
    page = int.from_bytes(header[PAGE_SIZE_AT : PAGE_SIZE_AT + 2], "big")
    count = int.from_bytes(header[PAGE_COUNT_AT : PAGE_COUNT_AT + 4], "big")
    whole = count * (65536 if page == 1 else page)
    if size < whole:
        raise ConfigError(
            f"DATABASE_URL: {path.name} is cut off, {size} of {whole} bytes are there; "
            "restore a backup"
        )


def _read(file: Path) -> dict[str, Any]:
    """What the file beside the database says; nothing if it is missing or damaged."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _facts(path: Path) -> dict[str, str]:
    """The facts in the database; none if there is no such database."""
    if not path.exists() or not path.stat().st_size:
        return {}
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            return dict(connection.execute("SELECT name, value FROM facts"))
    except sqlite3.DatabaseError:  # damaged, or without such a table
        return {}
