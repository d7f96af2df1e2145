"""``python -m bot backup FILE``: a copy of the database, also while the bot runs.

The copy is made in a temporary file beside FILE, checked, made durable and then renamed, so FILE
is complete or absent.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import age_files
from bot.commands import pg_dump
from bot.commands.copy_check import UnusableError, check_database
from bot.config import ConfigError, Settings
from bot.database.migrate import known_revisions
from bot.database.poolers import Pooling, pooling_of
from bot.database.sqlite_copy import (
    copy_database,
    describe,
    in_thread,
    part_file,
    sync,
)
from bot.database.sqlite_preflight import refuse_folder

NO_DUMPS = (
    "DATABASE_URL leads to a pooler in transaction mode, through which pg_dump does harm; "
    "give the address of PostgreSQL itself, or of a pooler in session mode"
)


PRIVATE_PREFIX = ".calmcalf-private-"
ABANDONED_AFTER = timedelta(days=1)


class BackupError(Exception):
    """A backup or restore failed for a reason other than a setting; the message is one line."""


async def backup(settings: Settings, target: Path, *, replace: bool = False) -> None:
    """Write everything committed so far into a checked file that only its owner can read.

    With ``BACKUP_AGE_RECIPIENT`` it is encrypted.

    Args:
        settings: name the database.
        target: the file to make.
        replace: whether an existing file may be replaced.

    Raises:
        ConfigError: there is nothing to copy, or the file exists and must not be replaced.
        BackupError: the disk is full, the database is damaged, and the like.
    """
    _refuse_target(target, replace=replace)
    recipients = settings.backup_age_recipient
    if recipients is None:
        await _back_up_plain(settings, target, replace=replace)
        return
    with private_folder(settings) as folder:
        await _back_up_plain(settings, folder / target.name, replace=False)
        try:
            await in_thread(
                lambda stop: _encrypt(
                    folder / target.name, target, recipients, stop, replace=replace
                )
            )
        except (age_files.AgeError, OSError) as error:
            raise BackupError(f"{target}: no backup was made ({describe(error)})") from None


@contextmanager
def private_folder(settings: Settings) -> Iterator[Path]:
    """A folder for what is not encrypted yet, or not any more; deleted with everything in it.

    It is where the database is, or in the bot's own folder: not where backups are kept, which may
    be on another machine.

    Raises:
        ConfigError: the folder of the database cannot be used.
        BackupError: there can be no such folder.
    """
    if settings.sqlite_path is not None:
        refuse_folder(settings.sqlite_path)
    try:
        _place(settings).mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix=PRIVATE_PREFIX, dir=_place(settings))
    except OSError as error:
        raise BackupError(f"no private folder can be made ({describe(error)})") from None
    with made as name:
        yield Path(name)


def _place(settings: Settings) -> Path:
    return settings.sqlite_path.parent if settings.sqlite_path is not None else Path()


def remove_left_private_folders(settings: Settings, now: datetime) -> None:
    """Delete what a process has left that was killed more than a day ago; ``now`` is aware.

    Raises:
        OSError: something cannot be deleted.
    """
    for folder in _place(settings).glob(f"{PRIVATE_PREFIX}*"):
        if now - datetime.fromtimestamp(folder.stat().st_mtime, UTC) > ABANDONED_AFTER:
            shutil.rmtree(folder)


def _encrypt(
    plain: Path, target: Path, recipients: str, stop: threading.Event, *, replace: bool
) -> None:
    with part_file(target) as part:
        age_files.encrypt(plain, part, recipients, stop)
        _publish(part, target, replace=replace)


async def _back_up_plain(settings: Settings, target: Path, *, replace: bool) -> None:
    if not settings.is_sqlite:
        await dump_postgres(settings.database_url, target, replace=replace)
        return
    path = database_file(settings)
    if not path.exists():
        raise ConfigError(f"DATABASE_URL: {path.name} does not exist, so there is nothing to copy")
    try:
        await in_thread(lambda stop: _copy_sqlite(path, target, stop, replace=replace))
    except UnusableError as error:
        raise BackupError(f"{path.name}: no backup was made, the database {error}") from None
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{target}: no backup was made ({describe(error)})") from None


async def dump_postgres(url: str, target: Path, *, replace: bool) -> None:
    """Write a checked dump of a PostgreSQL database.

    Raises:
        ConfigError: PostgreSQL's tools are missing, or the file exists and must not be replaced.
        BackupError: there is no dump.
    """
    pg_dump.require_tools("pg_dump", "pg_restore")
    if await _is_pooled_by_transaction(url):  # it would leave its search_path to others
        raise ConfigError(NO_DUMPS)
    try:
        with part_file(target) as part:
            await pg_dump.dump(url, part)
            revision = await pg_dump.revision_of(part)
            if revision not in known_revisions():
                raise BackupError(f"{target}: no backup was made, the database is not of CalmCalf")
            await asyncio.to_thread(_publish, part, target, replace=replace)
    except pg_dump.DumpError as error:
        raise BackupError(f"{target}: no backup was made ({error})") from None
    except OSError as error:
        raise BackupError(f"{target}: no backup was made ({describe(error)})") from None


async def refuse_pooler_for_backups(settings: Settings) -> Pooling:
    """Find out what is between the bot and its database, and whether nightly backups can be made.

    Raises:
        ConfigError: they are wanted, and the pooler is in transaction mode.
        Exception: the database cannot be reached.
    """
    pooling = await pooling_of(settings.database_url)
    if settings.backup_dir is not None and pooling is Pooling.TRANSACTION:
        raise ConfigError(f"BACKUP_DIR: {NO_DUMPS}, or empty BACKUP_DIR")
    return pooling


async def _is_pooled_by_transaction(url: str) -> bool:
    try:
        return await pooling_of(url) is Pooling.TRANSACTION
    except Exception:  # the database cannot be reached, and pg_dump says why
        return False


def database_file(settings: Settings) -> Path:
    """The file of an SQLite database.

    Raises:
        ConfigError: the database is in memory.
    """
    path = settings.sqlite_path
    if path is None:
        raise ConfigError("DATABASE_URL: a database in memory has no backups")
    return path


def timestamp(now: datetime) -> str:
    """An instant (aware) in UTC, as part of a file name."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _copy_sqlite(path: Path, target: Path, stop: threading.Event, *, replace: bool) -> None:
    with part_file(target) as part:
        copy_database(path, "mode=ro", part, stop)
        check_database(part, stop)
        _publish(part, target, replace=replace)


def _publish(part: Path, target: Path, *, replace: bool) -> None:
    """Make a finished file durable and give it its name."""
    sync(part)
    _refuse_target(target, replace=replace)  # another program may have made it meanwhile
    part.replace(target)
    sync(target.parent)


def _refuse_target(target: Path, *, replace: bool) -> None:
    if not target.parent.is_dir():
        raise ConfigError(f"{target}: its folder does not exist")
    if not replace and os.path.lexists(target):
        raise ConfigError(f"{target}: exists; choose another name")
