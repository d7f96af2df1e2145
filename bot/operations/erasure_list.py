"""The list of erasures as text, outside of what a restore replaces.

It lies beside an SQLite database and in ``BACKUP_DIR``. It holds keyed hashes and instants, but not
the key, and also those of an installation whose database was lost, until a backup of it is back.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.database.engine import Database
from bot.database.sqlite_copy import part_file, sync
from bot.identity import erasures
from bot.identity.erasures import Records

log = logging.getLogger(__name__)

SUFFIX = ".erasures"
FILE_NAME = f"calmcalf{SUFFIX}"


def places(settings: Settings) -> list[Path]:
    """Where the list is kept; nowhere for PostgreSQL without ``BACKUP_DIR``."""
    found = []
    if (path := settings.sqlite_path) is not None:
        found.append(path.with_name(path.name + SUFFIX))
    if settings.backup_dir is not None:
        found.append(settings.backup_dir / FILE_NAME)
    return found


def read(files: Iterable[Path]) -> dict[tuple[str, str], datetime]:
    """Everybody on any of these lists; a list that is missing or cannot be read has nobody."""
    lists = []
    for file in files:
        try:
            lists.append(erasures.from_text(file.read_text(encoding="utf-8", errors="replace")))
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("%s: the list of erasures cannot be read (%s)", file, error.strerror)
    return erasures.merged(*lists)


def write(file: Path, records: Records) -> None:
    """Replace a list; it is durable and can be read by its owner only.

    Raises:
        OSError: it cannot be written; the one before is still there.
    """
    with part_file(file) as part:
        part.write_text(erasures.to_text(records), encoding="utf-8")
        sync(part)
        part.replace(file)
        sync(file.parent)


class ErasureList:
    """Brings the lists up to date with the table."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._places = places(settings)
        self._database = database
        self._newest: datetime | None = None

    async def update(self, now: datetime, *, is_full: bool) -> None:
        """Add who was erased since the last time, and leave out what is too old.

        Args:
            now: the current instant (aware, UTC).
            is_full: whether to compare everything, also when nobody was erased meanwhile.

        Raises:
            Exception: the database cannot be reached, or a list cannot be written.
        """
        if not self._places:
            return
        async with self._database.transaction() as session:
            newest = await erasures.newest(session)
            if newest == self._newest and not is_full:
                return
            records = await erasures.listed(session)
        await asyncio.to_thread(self._write, records, now)
        self._newest = newest

    def _write(self, records: Records, now: datetime) -> None:
        for file in self._places:
            if not file.parent.is_dir():  # the nightly backup makes its folder
                continue
            before = read([file])
            both = erasures.merged(before, records)
            kept = {who: at for who, at in both.items() if now - at < erasures.KEPT}
            if kept != before:
                write(file, kept)
