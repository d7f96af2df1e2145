"""The list of who was erased or took back their consent, kept outside of what a restore replaces.

It lies beside an SQLite database and in ``BACKUP_DIR``. It holds keyed hashes, instants and
signatures, but not the key. It also keeps the lines of an installation whose database was lost,
until a backup of that is restored.
"""

import asyncio
import logging
import os
import stat
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.database.engine import Database
from bot.database.installation_secret import secret_of
from bot.database.sqlite_copy import part_file, sync
from bot.identity import revocations
from bot.identity.revocation_text import BrokenListError, Read, Records, from_text, merged, to_text

log = logging.getLogger(__name__)

SUFFIX = ".revocations"
FILE_NAME = f"calmcalf{SUFFIX}"
REFUSED_SUFFIX = ".refused"
LARGEST_BYTES = 100_000_000
"""A line has 120 bytes, so this is more than everybody of a large installation needs."""


def places(settings: Settings) -> list[Path]:
    """Where the list is kept; nowhere for PostgreSQL without ``BACKUP_DIR``."""
    found = []
    if (path := settings.sqlite_path) is not None:
        found.append(beside_database(path))
    if settings.backup_dir is not None:
        found.append(settings.backup_dir / FILE_NAME)
    return found


def beside_database(path: Path) -> Path:
    """The list beside an SQLite database."""
    return path.with_name(path.name + SUFFIX)


# Reading --------------------------------------------------------------------------------------


def text_of(file: Path) -> str:
    """The text of a list; empty if there is none.

    Raises:
        BrokenListError: it cannot be read or is not a plain file: whoever can write to the folder
            may have put a link or a pipe there.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise BrokenListError(f"{file}: cannot be read ({error.strerror})") from None
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode) or state.st_size > LARGEST_BYTES:
        os.close(handle)
        raise BrokenListError(f"{file}: is no list of who was erased")
    with os.fdopen(handle, "rb") as opened:
        return opened.read(LARGEST_BYTES).decode(errors="replace")


def texts_of(files: Iterable[Path]) -> dict[Path, str]:
    """The texts of several lists.

    Raises:
        BrokenListError: one of them cannot be read.
    """
    return {file: text_of(file) for file in files}


def read(texts: Mapping[Path, str], secrets: Collection[str]) -> Read:
    """What several lists say together.

    Raises:
        BrokenListError: one of them was changed or is damaged.
    """
    found = [_read_one(file, text, secrets) for file, text in texts.items()]
    others = {line: at for one in found for line, at in one.others.items()}
    return Read(merged(*(one.records for one in found)), others)


def _read_one(file: Path, text: str, secrets: Collection[str]) -> Read:
    try:
        found = from_text(text, secrets)
    except BrokenListError as error:
        raise BrokenListError(f"{file}: {error}") from None
    if found.is_cut_off:
        log.warning("%s: the last line has no end and is left out; is all of the file there?", file)
    return found


def read_or_set_aside(file: Path, secrets: Collection[str]) -> Read:
    """Read a list; one that was changed or is damaged is renamed and treated as empty."""
    try:
        return _read_one(file, text_of(file), secrets)
    except BrokenListError as error:
        log.error("%s; nobody is erased by it, and it is renamed to *%s", error, REFUSED_SUFFIX)
    try:
        file.replace(file.with_name(file.name + REFUSED_SUFFIX))
    except OSError as error:
        log.error("%s: cannot be renamed (%s)", file, error.strerror)
    return Read({})


# Writing --------------------------------------------------------------------------------------


def write(file: Path, text: str) -> None:
    """Replace a list; it is durable and can be read by its owner only.

    Raises:
        OSError: it cannot be written; the one before is still there.
    """
    with part_file(file) as part:
        part.write_text(text, encoding="utf-8")
        sync(part)
        part.replace(file)
        sync(file.parent)


class RevocationList:
    """Brings the lists up to date with the table."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._places = places(settings)
        self._database = database
        self._newest: datetime | None = None

    async def update(self, now: datetime, *, is_full: bool) -> None:
        """Add what was revoked since the last time, and leave out what is too old.

        Args:
            now: the current instant (aware, UTC).
            is_full: whether to compare everything, also when nothing was revoked meanwhile.

        Raises:
            Exception: the database cannot be reached, or a list cannot be written.
        """
        if not self._places:
            return
        async with self._database.transaction() as session:
            newest = await revocations.newest(session)
            if newest == self._newest and not is_full:
                return
            records = await revocations.listed(session)
            secret = await secret_of(session)
        await asyncio.to_thread(self._write, records, secret, now)
        self._newest = newest

    def _write(self, records: Records, secret: str, now: datetime) -> None:
        for file in self._places:
            if not file.parent.is_dir():  # the nightly backup makes its folder
                continue
            before = read_or_set_aside(file, {secret})
            # An instant in the future comes from a clock that was ahead. The table may have the
            # right one.
            sure = {
                who: at for who, at in before.records.items() if at <= now or who not in records
            }
            both = merged(sure, records)
            kept = {who: at for who, at in both.items() if now - at < revocations.KEPT}
            others = [line for line, at in before.others.items() if now - at < revocations.KEPT]
            text = to_text(kept, {secret}, others)
            if before.is_cut_off or text != to_text(before.records, {secret}, before.others):
                write(file, text)
