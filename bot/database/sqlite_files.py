"""The files of an SQLite database and their permissions."""

import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

from bot.config import ConfigError

log = logging.getLogger(__name__)

SIDE_FILES = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite may keep beside a database."""
OWNER_ONLY = 0o600


def side_files(path: Path) -> list[Path]:
    """The files that SQLite may keep beside a database, whether they exist or not."""
    return [path.with_name(path.name + suffix) for suffix in SIDE_FILES]


def make_private(path: Path) -> None:
    """Create an SQLite file, or restrict an existing one, so that only its owner can read it.

    SQLite gives the files that it creates beside it the same permissions. The permissions of the
    folder stay as they are.
    """
    path = path.resolve()  # a symbolic link may point to a file that does not exist yet
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
        return
    for file in (path, *side_files(path)):
        # By name: closing a file descriptor here would release SQLite's locks on the file.
        with suppress(FileNotFoundError):
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                _restrict(file)


def make_usable(path: Path) -> None:
    """Call ``make_private`` for the file that the settings name.

    Raises:
        ConfigError: the file cannot be created.
    """
    if path.exists() and not path.is_file():
        raise ConfigError(f"DATABASE_URL: {path} is not a file")
    try:
        make_private(path)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise ConfigError(f"DATABASE_URL: {path} cannot be made ({why})") from None


def _restrict(file: Path) -> None:
    try:
        file.chmod(OWNER_ONLY)
    except PermissionError:
        log.warning("%s can be read by others; its owner has to change that", file.name)
