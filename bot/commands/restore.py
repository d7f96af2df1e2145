"""``python -m bot restore FILE``: replace the database by a backup; the bot must be stopped.

On SQLite the backup is copied, checked and upgraded beside the database first, and then renamed
over it. On PostgreSQL it is loaded in one transaction. Killed at any moment, a restore leaves
the whole old or the whole new database.
"""

import glob
import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot import age_files
from bot.commands import pg_dump
from bot.commands.backup import BackupError, backup, database_file, private_folder, timestamp
from bot.commands.copy_check import UnusableError, check_database, weakened_words
from bot.commands.revoke_again import UNFINISHED, Known, known_before, list_beside, revoke_again
from bot.config import ConfigError, Settings
from bot.database import last_seen
from bot.database.errors import DatabaseUnreachableError
from bot.database.exclusive_lock import refuse_other_connections, sqlite_lock
from bot.database.migrate import known_revisions, migrate, newest_revision
from bot.database.read_only import reading
from bot.database.schema_check import weakened_table
from bot.database.sqlite_copy import (
    PART_SUFFIX,
    connected,
    copy_database,
    describe,
    in_thread,
    part_file,
    remove_with_side_files,
    sync,
)
from bot.database.sqlite_files import SIDE_FILES, make_private, side_files
from bot.identity.revocation_text import to_text
from bot.operations import revocation_list

log = logging.getLogger(__name__)


async def restore(
    settings: Settings, source: Path, now: datetime, identity: Path | None = None
) -> Path | None:
    """Replace the database by a backup, and keep the present one under another name.

    Args:
        settings: name the database.
        source: the backup.
        now: aware; becomes part of the name under which the present database is kept.
        identity: the file with the private key of age, if the backup is encrypted.

    Returns:
        The file that holds the database as it was before; None when there was none.

    Raises:
        ConfigError: the bot runs, or the file is not a backup that this version can use.
        BackupError: the disk is full and the like; the present database is unchanged.
    """
    _require_file(source)
    with private_folder(settings) if _is_encrypted(source) else nullcontext() as folder:
        readable = source
        if folder is not None:
            readable = folder / source.name.removesuffix(age_files.SUFFIX)
            await _decrypt(source, readable, identity)
        if settings.is_sqlite:
            return await _restore_sqlite(settings, readable, source, now)
        return await _restore_postgres(settings, readable, source, now)


def _is_encrypted(source: Path) -> bool:
    try:
        return age_files.is_encrypted(source)
    except OSError as error:
        raise ConfigError(f"{source}: cannot be read ({describe(error)})") from None


async def _decrypt(source: Path, readable: Path, identity: Path | None) -> None:
    if identity is None:
        raise ConfigError(f"{source}: is encrypted; give --identity FILE with its private key")
    if not os.access(identity, os.R_OK):
        raise ConfigError(f"{identity}: the file with the private key cannot be read")
    try:
        await in_thread(lambda stop: age_files.decrypt(source, readable, identity, stop))
    except age_files.AgeError as error:
        raise ConfigError(f"{source}: {error}") from None
    except OSError as error:
        raise BackupError(f"{source}: could not be decrypted ({describe(error)})") from None


async def _restore_sqlite(
    settings: Settings, source: Path, named_source: Path, now: datetime
) -> Path | None:
    named = database_file(settings)
    path = named.resolve()
    _refuse_source(source, path)
    with sqlite_lock(named):
        new = path.with_name(f".{path.name}.restoring")
        try:
            known = await known_before(settings, list_beside(named_source))
            url = sa.make_url(settings.database_url).set(database=str(new))
            address = url.render_as_string(hide_password=False)
            await _prepare(source, new, address)
            await _revoke_again(new, address, known, now)
            return await in_thread(lambda stop: _swap(path, new, now, stop))
        except (sqlite3.Error, OSError) as error:
            raise BackupError(f"{path.name}: not restored ({describe(error)})") from None
        finally:
            remove_with_side_files(new)


def _refuse_source(source: Path, path: Path) -> None:
    if path.exists() and source.samefile(path):
        raise ConfigError(f"{source}: is the database itself, not a backup")


def _require_file(source: Path) -> None:
    if not source.is_file():
        raise ConfigError(f"{source}: there is no such file")


# Preparing the new database -------------------------------------------------------------------


async def _prepare(source: Path, new: Path, url: str) -> None:
    """Make a checked copy of a backup at the newest revision, ready to be renamed."""
    remove_with_side_files(new)  # left by a restore that was killed
    make_private(new)
    try:
        await in_thread(lambda stop: copy_database(source, _read_options(source), new, stop))
        revision = await in_thread(lambda stop: check_database(new, stop))
    except UnusableError as error:
        raise ConfigError(f"{source}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise _error_for(source, error) from None
    if revision != newest_revision():
        await _upgrade(source, url, new)


async def _revoke_again(new: Path, url: str, known: Known, now: datetime) -> None:
    await revoke_again(url, known, now)
    await in_thread(lambda stop: _one_file(new, stop))
    await in_thread(lambda _stop: sync(new))


def _one_file(path: Path, stop: threading.Event) -> None:
    """Leave nothing of a database in its write-ahead log, because only the file is renamed."""
    with connected(path, "mode=rw", stop) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def _read_options(source: Path) -> str:
    # "immutable" makes SQLite create no files beside a backup, which may be on a read-only disk.
    has_side_files = any(file.exists() for file in side_files(source))
    return "mode=ro" if has_side_files else "mode=ro&immutable=1"


def _error_for(source: Path, error: sqlite3.DatabaseError) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_NOTADB:
        return ConfigError(f"{source}: is not a database")
    if code is not None and code & 0xFF == sqlite3.SQLITE_CORRUPT:
        return ConfigError(f"{source}: is damaged")
    return BackupError(f"{source}: could not be copied ({describe(error)})")


async def _upgrade(source: Path, url: str, new: Path) -> None:
    try:
        await migrate(url, has_copy=True)
        await in_thread(lambda stop: check_database(new, stop))
    except Exception as error:
        log.debug("the upgrade failed", exc_info=error)
        raise ConfigError(f"{source}: cannot be brought to the newest schema") from None
    finally:
        new.with_name(f"{new.name}.migrating").unlink(missing_ok=True)


# Swapping the files; all of this runs in a thread ---------------------------------------------


def _swap(path: Path, new: Path, now: datetime, stop: threading.Event) -> Path | None:
    """Keep the present database under another name and rename the new one over it."""
    _remove_leftovers(path)
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.before-restore-{timestamp(now)}")
        _keep(path, kept, stop)
    last_seen.forget(path)
    # Before the rename: SQLite would apply the WAL of the old database to the new one.
    for file in side_files(path):
        file.unlink(missing_ok=True)
    new.replace(path)
    sync(path.parent)
    return kept


def _remove_leftovers(path: Path) -> None:
    """Remove what a killed restore left: a second name of the database, and partial copies."""
    kept_names = f"{glob.escape(path.name)}.before-restore-*Z"
    for other in path.parent.glob(kept_names):
        if path.exists() and other.samefile(path):
            remove_with_side_files(other)
    for suffix in SIDE_FILES:
        for other in path.parent.glob(f"{kept_names}{suffix}"):
            if not other.with_name(other.name.removesuffix(suffix)).exists():
                other.unlink()
    for other in path.parent.glob(f".{kept_names}*{PART_SUFFIX}"):
        other.unlink()


def _keep(path: Path, kept: Path, stop: threading.Event) -> None:
    """Give the database a second name. The first name goes to the new database later."""
    make_private(path)
    # Copied before SQLite opens the file: it may delete the WAL of a damaged database.
    copies = [
        (file, other)
        for file, other in zip(side_files(path), side_files(kept), strict=True)
        if file.exists() and not file.name.endswith("-shm")
    ]
    for file, other in copies:
        _copy_bytes(file, other)
    is_intact = False
    try:
        is_intact = _checkpoint(path, stop)
        try:
            os.link(path, kept)
        except FileExistsError:
            raise
        except OSError:  # the file system has no hard links
            _copy_bytes(path, kept)
    finally:
        if is_intact or not kept.exists():
            for _, other in copies:
                other.unlink()
    sync(path.parent)


def _checkpoint(path: Path, stop: threading.Event) -> bool:
    """Move the WAL into the database file, so that one file is all of the database.

    Returns:
        False when the database is damaged and the WAL stays.

    Raises:
        ConfigError: another program has the database open; it would go on writing to a file
            that has lost its name.
    """
    try:
        with connected(path, "mode=rw", stop) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA journal_mode=DELETE")
        return True
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise ConfigError(
                f"DATABASE_URL: another program has {path.name} open; close it first"
            ) from None
        raise
    except sqlite3.DatabaseError:
        log.warning("the present database is damaged; it is kept with what lies beside it")
        return False


def _copy_bytes(file: Path, other: Path) -> None:
    with part_file(other) as part:
        shutil.copyfile(file, part)
        sync(part)
        part.replace(other)


# PostgreSQL -----------------------------------------------------------------------------------


async def _restore_postgres(
    settings: Settings, source: Path, named_source: Path, now: datetime
) -> Path | None:
    url = settings.database_url
    pg_dump.require_tools("pg_restore", "psql", "pg_dump")
    try:
        revision = await pg_dump.revision_of(source)
        foreign = await pg_dump.foreign_part(source)
    except pg_dump.DumpError as error:
        raise ConfigError(f"{source}: {error}") from None
    if revision is None:
        raise ConfigError(f"{source}: is not of CalmCalf")
    if revision not in known_revisions():
        raise ConfigError(f"{source}: is at revision {revision}, which this version does not know")
    if foreign is not None:
        raise ConfigError(f"{source}: contains {foreign}, which the bot never makes")
    try:
        await refuse_other_connections(url)
        kept = None
        if not await pg_dump.is_empty(url):
            suffix = age_files.SUFFIX if settings.backup_age_recipient else ""
            name = f"calmcalf.before-restore-{timestamp(now)}.dump{suffix}"
            kept = named_source.with_name(name)
            await backup(settings, kept)
        known = await known_before(settings, list_beside(named_source))
        with _kept_beside(named_source, known):
            await pg_dump.load(url, source, mark=UNFINISHED)
            await migrate(url)
            await _refuse_weakened(url, source)
            await revoke_again(url, known, now)
    except (pg_dump.DumpError, DatabaseUnreachableError, OSError) as error:
        raise BackupError(f"{source}: not restored ({error})") from None
    return kept


async def _refuse_weakened(url: str, source: Path) -> None:
    async with reading(url) as connection:
        table = await connection.run_sync(weakened_table)
    if table is not None:
        raise ConfigError(
            f"{source}: {weakened_words(table)}; the bot does not start before another backup is "
            "restored"
        )


@contextmanager
def _kept_beside(source: Path, known: Known) -> Iterator[None]:
    """Keep what is known beside a backup until it is restored, in case this is killed."""
    file = list_beside(source)
    before = known.texts[file]
    found = known.read(known.secrets)
    if text := to_text(found.records, known.secrets, found.others):
        revocation_list.write(file, text)
    yield
    if before:
        revocation_list.write(file, before)
    else:
        file.unlink(missing_ok=True)
