"""Copies of the database while the bot runs, and the way back. Nothing here is done half."""

import asyncio
import contextlib
import glob
import logging
import os
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.commands import pg_dump
from bot.config import ConfigError, Settings
from bot.database.engine import SIDE_FILES, StoreUnreachableError, make_private, side_files
from bot.database.exclusive_lock import has_other_connections, sqlite_lock
from bot.database.migrate import known_revisions, migrate, newest_revision

log = logging.getLogger(__name__)

Outcome = TypeVar("Outcome")

PAGES_AT_ONCE = 4096
"""Copied between two looks at whether to stop: 16 MB, some 20 ms."""
STEPS_AT_ONCE = 100_000
"""Of SQLite's own between two such looks while it checks."""
BUSY_SECONDS = 5
ROWS_READ = 200
"""Of every table, by the models: enough to see that this version understands the columns."""
PART = ".part"
NIGHTLY_NAME = re.compile(r"calmcalf-(\d{4}-\d{2}-\d{2})\.(db|dump)")
ABANDONED_NAME = re.compile(rf"\.{NIGHTLY_NAME.pattern}\..+\.part(-wal|-shm|-journal)?")
ABANDONED_AFTER = timedelta(days=1)


class BackupError(Exception):
    """It did not work, by nobody's wrong setting; the message is one line."""


class _UnusableError(Exception):
    """A database file is not what it should be; says how, in a few words."""


async def backup(settings: Settings, target: Path, *, replace: bool = False) -> None:
    """Write all that is committed at this moment into a file of its own, checked and durable.

    The bot may run meanwhile. The file appears under its name when it is complete, and can be
    read by its owner only.

    Raises:
        ConfigError: there is nothing to copy, or the file exists and is not to be replaced.
        BackupError: the disk is full, the database is damaged, and the like.
    """
    _refuse_target(target, replace=replace)
    if not settings.is_sqlite:
        await _make_dump(settings.database_url, target, replace=replace)
        return
    path = _database_file(settings)
    if not path.exists():
        raise ConfigError(f"DATABASE_URL: {path.name} does not exist, so there is nothing to copy")
    try:
        await _in_thread(lambda stop: _make(path, target, stop, replace=replace))
    except _UnusableError as error:
        raise BackupError(f"{path.name}: no backup was made, the database {error}") from None
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{target}: no backup was made ({_words(error)})") from None


async def restore(settings: Settings, source: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the present database, which is kept beside it.

    At every moment the database's name leads to the whole old or the whole new one.

    Args:
        now: aware, UTC; becomes part of the name under which the present database is kept.

    Returns:
        That name; None when there was no database.

    Raises:
        ConfigError: the bot runs, or the file is no backup that this version can use.
        BackupError: the disk is full and the like; the present database is as it was.
    """
    if not settings.is_sqlite:
        return await _load_dump(settings.database_url, source, now)
    named = _database_file(settings)
    path = named.resolve()
    _refuse_source(source, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite_lock(named):
        new = path.with_name(f".{path.name}.restoring")
        try:
            await _prepare(settings, source, new)
            return await _in_thread(lambda stop: _swap(path, new, now, stop))
        except (sqlite3.Error, OSError) as error:
            raise BackupError(f"{path.name}: not restored ({_words(error)})") from None
        finally:
            _remove(new)


async def nightly(settings: Settings, now: datetime) -> Path | None:
    """Make the backup of a day (in UTC) in ``BACKUP_DIR``, and let go of the oldest ones.

    Another one of the same day takes the place of the first. Nothing is let go when no backup
    could be made.

    Returns:
        The file; None when nightly backups are off.

    Raises:
        ConfigError: the folder cannot be used.
        BackupError: there is no new backup.
    """
    folder = settings.backup_dir
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"BACKUP_DIR: cannot be made ({_words(error)})") from None
    ending = "db" if settings.is_sqlite else "dump"
    target = folder / f"calmcalf-{now.astimezone(UTC).date()}.{ending}"
    await backup(settings, target, replace=True)
    try:
        await asyncio.to_thread(_let_go, folder, target, settings.backup_keep, now)
    except OSError as error:
        raise BackupError(f"BACKUP_DIR: old backups stay ({_words(error)})") from None
    return target


# What may be asked for ------------------------------------------------------------------------


def _database_file(settings: Settings) -> Path:
    path = settings.sqlite_path
    if path is None:
        raise ConfigError("DATABASE_URL: a database in memory has no backups")
    return path


def _refuse_target(target: Path, *, replace: bool) -> None:
    if not target.parent.is_dir():
        raise ConfigError(f"{target}: its folder does not exist")
    if not replace and os.path.lexists(target):
        raise ConfigError(f"{target}: exists; choose another name")


def _refuse_source(source: Path, path: Path) -> None:
    _need_file(source)
    if path.exists() and source.samefile(path):
        raise ConfigError(f"{source}: is the database itself, not a backup")


def _need_file(source: Path) -> None:
    if not source.is_file():
        raise ConfigError(f"{source}: there is no such file")


def _stamp(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return " ".join(str(error).split())


# Copying and checking; everything below runs in a thread ---------------------------------------


async def _in_thread(work: Callable[[threading.Event], Outcome]) -> Outcome:
    """Work beside the event loop; a cancelled caller makes it stop and waits until it has."""
    stop = threading.Event()
    thread = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.gather(thread, return_exceptions=True)
        raise


@contextlib.contextmanager
def _opened(path: Path, options: str, stop: threading.Event) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?{options}"
    with contextlib.closing(
        sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    ) as connection:
        connection.set_progress_handler(stop.is_set, STEPS_AT_ONCE)
        yield connection


def _make(path: Path, target: Path, stop: threading.Event, *, replace: bool) -> None:
    with _beside(target) as part:
        _copy(path, "mode=ro", part, stop)
        _check(part, stop)
        _publish(part, target, replace=replace)


def _publish(part: Path, target: Path, *, replace: bool) -> None:
    _sync(part)
    _refuse_target(target, replace=replace)  # somebody may have made it meanwhile
    part.replace(target)
    _sync(target.parent)


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """An empty file that its owner alone can read; gone at the end unless it was renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=PART, dir=target.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        _remove(Path(name))


def _remove(path: Path) -> None:
    for file in (path, *side_files(path)):
        file.unlink(missing_ok=True)


def _copy(source: Path, options: str, target: Path, stop: threading.Event) -> None:
    """All that is committed in a database now, as one file that needs no other beside it."""

    def look(_status: int, _left: int, _all: int) -> None:
        if stop.is_set():
            raise sqlite3.OperationalError("interrupted")

    with _opened(source, options, stop) as present, _opened(target, "mode=rw", stop) as copy:
        copy.execute("PRAGMA synchronous=OFF")  # it is made durable once, at the end
        # One snapshot for all slices. Without it, every commit of the bot would begin them anew.
        present.execute("BEGIN")
        present.execute("SELECT count(*) FROM sqlite_master").fetchone()
        present.backup(copy, pages=PAGES_AT_ONCE, progress=look)
        copy.execute("PRAGMA journal_mode=DELETE")


def _check(path: Path, stop: threading.Event) -> str:
    """See that a database is whole and that this version can read it; returns its revision.

    Raises:
        _UnusableError: saying what is wrong with it.
    """
    with _opened(path, "mode=ro", stop) as connection:
        names = {name for (name,) in connection.execute(_TABLE_NAMES)}
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise _UnusableError("is damaged")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise _UnusableError("has rows that refer to rows that are gone")
        revision = _revision(connection, names)
    if revision == newest_revision():
        _read_every_table(path)
    return revision


_TABLE_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def _revision(connection: sqlite3.Connection, names: set[str]) -> str:
    if not {"alembic_version", "users"} <= names:
        raise _UnusableError("is not of CalmCalf")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = str(row[0]) if row else "none"
    if revision not in known_revisions():
        raise _UnusableError(f"is at revision {revision}, which this version does not know")
    return revision


def _read_every_table(path: Path) -> None:
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True),
        poolclass=NullPool,
        hide_parameters=True,
    )
    table = ""
    try:
        with engine.connect() as connection:
            for one in SQLModel.metadata.sorted_tables:
                table = one.name
                connection.execute(sa.select(one).limit(ROWS_READ)).all()
    except (sa.exc.SQLAlchemyError, LookupError, ValueError, TypeError):
        raise _UnusableError(f"has a table {table} that this version cannot read") from None


def _address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _sync(path: Path) -> None:
    """Make a file or the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# The way back ---------------------------------------------------------------------------------


async def _prepare(settings: Settings, source: Path, new: Path) -> None:
    """A checked copy of a backup at the newest revision, ready to take the database's place."""
    _remove(new)  # of a restoring that was cut off
    make_private(new)
    try:
        await _in_thread(lambda stop: _copy(source, _read_options(source), new, stop))
        revision = await _in_thread(lambda stop: _check(new, stop))
    except _UnusableError as error:
        raise ConfigError(f"{source}: {error}") from None
    except sqlite3.DatabaseError as error:
        raise _refusal(source, error) from None
    url = sa.make_url(settings.database_url).set(database=str(new))
    address = url.render_as_string(hide_password=False)
    if revision != newest_revision():
        await _upgrade(source, address, new)
    await _in_thread(lambda _stop: _sync(new))


def _read_options(source: Path) -> str:
    # Without anything beside it, nothing else need be made: it may lie on a disk that is read-only.
    is_alone = not any(file.exists() for file in side_files(source))
    return "mode=ro&immutable=1" if is_alone else "mode=ro"


def _refusal(source: Path, error: sqlite3.DatabaseError) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_NOTADB:
        return ConfigError(f"{source}: is not a database")
    if code is not None and code & 0xFF == sqlite3.SQLITE_CORRUPT:
        return ConfigError(f"{source}: is damaged")
    return BackupError(f"{source}: could not be copied ({_words(error)})")


async def _upgrade(source: Path, address: str, new: Path) -> None:
    try:
        await migrate(address)
        await _in_thread(lambda stop: _check(new, stop))
    except Exception as error:
        log.debug("the upgrade failed", exc_info=error)
        raise ConfigError(f"{source}: cannot be brought to the newest schema") from None
    finally:
        new.with_name(f"{new.name}.migrating").unlink(missing_ok=True)


def _swap(path: Path, new: Path, now: datetime, stop: threading.Event) -> Path | None:
    _forget_killed(path)
    kept = None
    if path.exists():
        kept = path.with_name(f"{path.name}.before-restore-{_stamp(now)}")
        _keep(path, kept, stop)
    # Before the new one has the name: it must never meet what the old one had not yet taken in.
    for file in side_files(path):
        file.unlink(missing_ok=True)
    new.replace(path)
    _sync(path.parent)
    return kept


def _forget_killed(path: Path) -> None:
    """Remove what a restoring that was cut off left: a second name, and copies half made."""
    begins = f"{glob.escape(path.name)}.before-restore-*Z"
    for other in path.parent.glob(begins):
        if path.exists() and other.samefile(path):
            _remove(other)
    for ending in SIDE_FILES:
        for other in path.parent.glob(f"{begins}{ending}"):
            if not other.with_name(other.name.removesuffix(ending)).exists():
                other.unlink()
    for other in path.parent.glob(f".{begins}*{PART}"):
        other.unlink()


def _keep(path: Path, kept: Path, stop: threading.Event) -> None:
    """Give the database a second name; the first one goes over to the new database later."""
    make_private(path)
    # Before SQLite opens it: what lies beside a damaged database it may throw away.
    beside = [
        (file, other)
        for file, other in zip(side_files(path), side_files(kept), strict=True)
        if file.exists() and not file.name.endswith("-shm")
    ]
    for file, other in beside:
        _copy_bytes(file, other)
    is_whole = False
    try:
        is_whole = _fold(path, stop)
        try:
            os.link(path, kept)
        except FileExistsError:
            raise
        except OSError:  # not every disk can give a file two names
            _copy_bytes(path, kept)
    finally:
        if is_whole or not kept.exists():
            for _, other in beside:
                other.unlink()
    _sync(path.parent)


def _fold(path: Path, stop: threading.Event) -> bool:
    """Let a database take in what lies beside it, so that one file is all of it.

    Returns:
        Whether it could be done; a database that is damaged cannot.

    Raises:
        ConfigError: something else has it open: that would go on in a file without a name.
    """
    try:
        with _opened(path, "mode=rw", stop) as connection:
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
    with _beside(other) as part:
        shutil.copyfile(file, part)
        _sync(part)
        part.replace(other)


# PostgreSQL -----------------------------------------------------------------------------------


async def _make_dump(url: str, target: Path, *, replace: bool) -> None:
    pg_dump.need("pg_dump", "pg_restore")
    try:
        with _beside(target) as part:
            await pg_dump.dump(url, part)
            revision = await pg_dump.revision_of(part)
            if revision not in known_revisions():
                raise BackupError(f"{target}: no backup was made, the database is not of CalmCalf")
            await asyncio.to_thread(_publish, part, target, replace=replace)
    except pg_dump.DumpError as error:
        raise BackupError(f"{target}: no backup was made ({error})") from None
    except OSError as error:
        raise BackupError(f"{target}: no backup was made ({_words(error)})") from None


async def _load_dump(url: str, source: Path, now: datetime) -> Path | None:
    _need_file(source)
    pg_dump.need("pg_restore", "psql", "pg_dump")
    try:
        revision = await pg_dump.revision_of(source)
    except pg_dump.DumpError as error:
        raise ConfigError(f"{source}: {error}") from None
    if revision is None:
        raise ConfigError(f"{source}: is not of CalmCalf")
    if revision not in known_revisions():
        raise ConfigError(f"{source}: is at revision {revision}, which this version does not know")
    try:
        if await has_other_connections(url):
            raise ConfigError("DATABASE_URL: other programs use the database; stop them first")
        kept = None
        if not await pg_dump.is_empty(url):
            kept = source.with_name(f"calmcalf.before-restore-{_stamp(now)}.dump")
            await _make_dump(url, kept, replace=False)
        await pg_dump.load(url, source)
    except (pg_dump.DumpError, StoreUnreachableError) as error:
        raise BackupError(f"{source}: not restored ({error})") from None
    await migrate(url)
    return kept


# Nightly --------------------------------------------------------------------------------------


def _let_go(folder: Path, newest: Path, keep: int, now: datetime) -> None:
    """Remove the oldest of our own files, and what nightly backups that were cut off left."""
    others = sorted(
        (file for file in folder.iterdir() if _is_nightly(file) and file != newest),
        key=lambda file: file.name,
        reverse=True,
    )
    for file in others[keep - 1 :]:
        file.unlink()
        log.info("an old backup is gone: %s", file.name)
    for file in folder.iterdir():
        if ABANDONED_NAME.fullmatch(file.name) and _is_abandoned(file, now):
            file.unlink()


def _is_nightly(file: Path) -> bool:
    match = NIGHTLY_NAME.fullmatch(file.name)
    if match is None or file.is_symlink() or not file.is_file():
        return False
    try:
        date.fromisoformat(match[1])
    except ValueError:
        return False
    return True


def _is_abandoned(file: Path, now: datetime) -> bool:
    return now - datetime.fromtimestamp(file.stat().st_mtime, UTC) > ABANDONED_AFTER
