"""The copy of an SQLite database that is kept beside it before its schema is changed.

The copy is named after the revision that came next, such as ``calmcalf.db.before-0008``. Only the
last one is kept, and a running bot deletes it after a week, because it still contains what people
have erased since. Everything here blocks, so it runs in a thread.
"""

import glob
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.database.sqlite_copy import copy_database, describe, remove_with_side_files, sync
from bot.database.sqlite_files import make_private, side_files

KEPT = timedelta(days=7)
"""The age at which a running bot deletes the copy."""
ROOM = 3
"""How many times its size a database needs on its disk while its schema is changed: for the copy,
for the WAL, and for tables that are written anew before the old ones are dropped."""
REVISION_PATTERN = "[0-9][0-9][0-9][0-9]"
MEGABYTE = 1_000_000


class UpgradeError(Exception):
    """The schema was not changed, for another reason than a setting; the message is one line."""


def copy_path(path: Path, revision: str) -> Path:
    """The copy of a database (a resolved path) that is made before it is brought to a revision."""
    return path.with_name(f"{path.name}.before-{revision}")


def keep_copy(path: Path, revision: str, stop: threading.Event) -> None:
    """Make the copy, durable and readable by its owner only, and remove older ones.

    Killed at any moment, this leaves a whole copy or none, and the next call removes the rest.

    Args:
        path: the database; a symbolic link is followed.
        revision: the one that the database will be brought to.
        stop: ends the copying early.

    Raises:
        UpgradeError: there is too little room for the copy and the upgrade.
    """
    path = path.resolve()
    _refuse_without_room(path)
    new, copy = path.with_name(f".{path.name}.copying"), copy_path(path, revision)
    remove_with_side_files(new)  # left by a process that was killed
    make_private(new)
    try:
        # Writable, because an upgrade that was cut off may first have to be rolled back.
        copy_database(path, "mode=rw", new, stop)
        sync(new)
        new.replace(copy)
        sync(path.parent)
    except (sqlite3.Error, OSError) as error:
        why = describe(error)
        raise UpgradeError(
            f"{path.name}: not brought to revision {revision}, because it cannot be copied "
            f"first ({why})"
        ) from None
    finally:
        remove_with_side_files(new)
    for other in _copies(path):
        if other != copy:
            other.unlink()


def remove_old_copies(path: Path, now: datetime) -> None:
    """Delete the copy of a database if it is older than a week.

    Args:
        path: the database; a symbolic link is followed.
        now: the current instant (aware).
    """
    for copy in _copies(path.resolve()):
        if now - datetime.fromtimestamp(copy.stat().st_mtime, UTC) > KEPT:
            copy.unlink()


def _copies(path: Path) -> Iterator[Path]:
    return path.parent.glob(f"{glob.escape(path.name)}.before-{REVISION_PATTERN}")


def _refuse_without_room(path: Path) -> None:
    size = sum(file.stat().st_size for file in (path, *side_files(path)) if file.exists())
    free = shutil.disk_usage(path.parent).free
    if free < ROOM * size:
        raise UpgradeError(
            f"{path.name}: the upgrade needs {-(-ROOM * size // MEGABYTE)} MB of free disk space, "
            f"and there are {free // MEGABYTE} MB; free some, then start again"
        )
