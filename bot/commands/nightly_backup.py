"""The backup that a running bot makes every night into ``BACKUP_DIR``, and its rotation.

The number of files that are kept is the setting ``BACKUP_KEEP`` (``backup_keep`` in
``bot/config.py``).
"""

import asyncio
import logging
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot import age_files
from bot.commands.backup import BackupError, backup, remove_left_private_folders
from bot.config import ConfigError, Settings
from bot.database.sqlite_copy import PART_SUFFIX, describe

log = logging.getLogger(__name__)

FILE_NAME = re.compile(r"calmcalf-(\d{4}-\d{2}-\d{2})\.(db|dump)(\.age)?")
PART_NAME = re.compile(rf"\.{FILE_NAME.pattern}\..+{re.escape(PART_SUFFIX)}(-wal|-shm|-journal)?")
PART_ABANDONED_AFTER = timedelta(days=1)


class NightlyBackup:
    """Makes the backup of each day (in UTC) once, as a job of a running bot."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made_on: date | None = None

    async def run_if_due(self, now: datetime) -> bool | None:
        """Make the backup of the day unless this process has made it. Never raises.

        Returns:
            Whether it was made; None when there was nothing to do.
        """
        today = now.astimezone(UTC).date()
        if self._settings.backup_dir is None or self._made_on == today:
            return None
        try:
            await make_nightly_backup(self._settings, now)
        except (BackupError, ConfigError) as error:
            log.error("no backup was made and it will be tried again: %s", error)
            return False
        except Exception:
            log.exception("no backup was made and it will be tried again")
            return False
        self._made_on = today
        return True


async def make_nightly_backup(settings: Settings, now: datetime) -> Path | None:
    """Make the backup of the day (in UTC) and remove the oldest ones beyond ``BACKUP_KEEP``.

    A second backup of the same day replaces the first. When no backup could be made, none is
    removed.

    Returns:
        The new file; None when nightly backups are off.

    Raises:
        ConfigError: the folder cannot be used.
        BackupError: there is no new backup, or old ones could not be removed.
    """
    folder = settings.backup_dir
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"BACKUP_DIR: cannot be made ({describe(error)})") from None
    suffix = "db" if settings.is_sqlite else "dump"
    if settings.backup_age_recipient is not None:
        suffix += age_files.SUFFIX
    target = folder / f"calmcalf-{now.astimezone(UTC).date()}.{suffix}"
    await backup(settings, target, replace=True)
    try:
        await asyncio.to_thread(_rotate, folder, target, settings.backup_keep, now)
        await asyncio.to_thread(remove_left_private_folders, settings, now)
    except OSError as error:
        raise BackupError(f"BACKUP_DIR: old backups stay ({describe(error)})") from None
    return target


def _rotate(folder: Path, newest: Path, keep: int, now: datetime) -> None:
    """Remove the oldest backups, and partial files of nightly backups that were killed."""
    older = sorted(
        (file for file in folder.iterdir() if _is_nightly_backup(file) and file != newest),
        key=lambda file: file.name,
        reverse=True,
    )
    for file in older[keep - 1 :]:
        file.unlink()
        log.info("removed an old backup: %s", file.name)
    for file in folder.iterdir():
        if PART_NAME.fullmatch(file.name) and _is_abandoned(file, now):
            file.unlink()


def _is_nightly_backup(file: Path) -> bool:
    match = FILE_NAME.fullmatch(file.name)
    if match is None or file.is_symlink() or not file.is_file():
        return False
    try:
        date.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def _is_abandoned(file: Path, now: datetime) -> bool:
    return now - datetime.fromtimestamp(file.stat().st_mtime, UTC) > PART_ABANDONED_AFTER
