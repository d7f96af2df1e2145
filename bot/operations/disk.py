"""What the bot's folders hold: free space, and the newest backup."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot import metrics
from bot.config import Settings

BACKUPS = "calmcalf-????-??-??.*"
"""The files of nightly backups."""


def free_bytes(settings: Settings) -> Iterator[tuple[str, int]]:
    """The free space of each place that the bot writes to, by the place's name."""
    file = settings.sqlite_path
    folders = {"database": file.parent if file else None, "backups": settings.backup_dir}
    for name, folder in folders.items():
        if folder is not None and folder.is_dir():
            yield name, shutil.disk_usage(folder).free


def backups(folder: Path) -> list[Path]:
    """The nightly backups in a folder, the newest last."""
    return sorted(folder.glob(BACKUPS))


def last_backup_at(settings: Settings) -> datetime | None:
    """When the newest nightly backup was made (aware, UTC); None: there is none."""
    folder = settings.backup_dir
    found = backups(folder) if folder is not None and folder.is_dir() else []
    return datetime.fromtimestamp(found[-1].stat().st_mtime, UTC) if found else None


def update_disk_metrics(settings: Settings) -> None:
    """Measure the free space and the age of the newest backup."""
    for place, free in free_bytes(settings):
        metrics.DISK_FREE.labels(place).set(free)
    made_at = last_backup_at(settings)
    metrics.LAST_BACKUP.set(0 if made_at is None else made_at.timestamp())
