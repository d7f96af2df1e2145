"""Why an SQLite file, or the folder that it is in, cannot be used."""

import asyncio
import errno
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from bot.config import ConfigError
from bot.database.sqlite_files import side_files

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
"""Error numbers and result codes of a full disk, which no setting can cause."""
TRIAL_PREFIX = ".calmcalf-trial-"
LONGEST_TRIAL_SECONDS = 60.0
"""A trial database exists for milliseconds; an older one was left by a process that was killed."""
OF_THE_FILE = {
    sqlite3.SQLITE_NOTADB: "is not an SQLite database",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore a backup",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_PERM: "cannot be opened",
}
"""Primary result codes of an existing file → what the operator is told."""


async def refuse_unusable_file(database: str | None, name: str = "DATABASE_URL") -> None:
    """Check whether the bot can work with a file, without changing anything.

    Args:
        database: the path, as in an address; empty or ``:memory:`` is always good.
        name: what the operator calls this database.

    Raises:
        ConfigError: the operator has to change something.
    """
    if database and database != ":memory:":
        await asyncio.to_thread(refuse_file, Path(database), name)


def refuse_file(path: Path, name: str = "DATABASE_URL") -> None:
    """Check a file as :func:`refuse_unusable_file` does, given its path; this blocks."""
    path = path.resolve()
    refuse_folder(path, name)
    for file in (path, *side_files(path)):
        if file.exists() and not file.is_file():
            raise ConfigError(f"{name}: {file} is not a file")
        if file.exists() and not _may(file, os.R_OK | os.W_OK):
            raise ConfigError(f"{name}: {file} cannot be read and written by this account")
    if path.exists() and path.stat().st_size:
        _try_file(path, name)


def refuse_folder(path: Path, name: str = "DATABASE_URL") -> None:
    """Check whether the bot can create and use a database at a path; this blocks.

    Raises:
        ConfigError: the operator has to change something.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise ConfigError(f"{name}: {path} is not a file")
    folder = next(one for one in path.parents if one.exists())
    if not folder.is_dir() or not _may(folder, os.W_OK | os.X_OK):
        if not path.exists():
            raise ConfigError(f"{name}: {path} cannot be made ({folder} is read-only)")
        raise ConfigError(
            f"{name}: the folder {folder} is read-only for this account, and the bot has to write "
            f"files beside {path.name}, too"
        )
    _try_folder(folder, name)


def _may(path: Path, how: int) -> bool:
    return os.access(path, how, effective_ids=True)


def _try_folder(folder: Path, name: str) -> None:
    """Use a small database in the folder as the bot does, and delete it."""
    try:
        with (
            tempfile.TemporaryDirectory(prefix=TRIAL_PREFIX, dir=folder) as trial,
            closing(sqlite3.connect(Path(trial, "trial.db"), isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA synchronous=OFF")
            (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
            connection.execute("CREATE TABLE trial (number)")
            _remove_leftovers(folder, Path(trial))
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) in NO_ROOM:
            return
        raise _no_place(folder, name, str(error)) from None
    except OSError as error:
        if error.errno in FULL:
            return
        raise _no_place(folder, name, os.strerror(error.errno or 0).lower()) from None
    if mode != "wal":
        raise _no_place(folder, name, f"journal mode {mode}")


def _remove_leftovers(folder: Path, present: Path) -> None:
    """Remove the trial databases of processes that were killed."""
    begun = present.stat().st_mtime
    for other in folder.glob(f"{TRIAL_PREFIX}*"):
        with suppress(FileNotFoundError):
            if begun - other.stat().st_mtime > LONGEST_TRIAL_SECONDS:
                shutil.rmtree(other, ignore_errors=True)


def _no_place(folder: Path, name: str, why: str) -> ConfigError:
    return ConfigError(
        f"{name}: the folder {folder} cannot hold a database ({why}); SQLite needs files, locks "
        "and shared memory, as on a disk of this computer, not on a network share"
    )


def _try_file(path: Path, name: str) -> None:
    # Read-only: a connection that may write would move the write-ahead log when it is closed.
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in OF_THE_FILE:
            raise ConfigError(f"{name}: {path.name} {OF_THE_FILE[code]}") from None
