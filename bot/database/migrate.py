"""Schema migrations with Alembic: all revisions in one transaction, under a lock.

Killed at any moment, an upgrade or downgrade has happened as a whole or not at all. Two processes
can start at once.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.exc import DBAPIError

from bot.background.worker import Worker
from bot.config import ConfigError
from bot.database.errors import is_database_unreachable
from bot.database.poolers import create_short_lived_engine
from bot.database.preflight import refuse_unusable
from bot.database.schema_check import (
    Tables,
    find_half_made,
    newest_tables,
    refuse_filled,
    refuse_missing,
    tables_of,
)
from bot.database.sqlite_copy import describe, in_thread
from bot.database.sqlite_files import make_usable
from bot.database.upgrade_copy import UpgradeError, keep_copy

if TYPE_CHECKING:
    from alembic.config import Config

PACKAGE = Path(__file__).parents[1]
MIGRATION_LOCK = 0x0CA1FCA1F
"""Key of the PostgreSQL advisory lock that the transaction of an upgrade holds."""
LOCK_TIMEOUT_SECONDS = 120
"""How long a start waits for another process that migrates the same SQLite file."""
LONGEST_UPGRADE_SECONDS = 24 * 3600.0
ALEMBIC_LOCK = threading.Lock()
"""Held while Alembic runs, because its environment is global."""
NEWEST = 19
REVISIONS = tuple(f"{number:04}" for number in range(1, NEWEST + 1))
"""All migrations in their order. Listed here because asking Alembic for them would cost every start
10 MB of memory and 0.2 s; a test compares the list with the files."""


def migrations_folder() -> Path:
    """The folder of the migrations: beside the package in a checkout, inside it in a wheel."""
    beside = PACKAGE.parent / "migrations"
    return beside if (beside / "env.py").exists() else PACKAGE / "_migrations"


def alembic_config(url: str) -> "Config":
    """Alembic's configuration for a database address."""
    from alembic.config import Config  # noqa: PLC0415 - only an upgrade needs it; it is large

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    config.attributes["url"] = url
    return config


def newest_revision() -> str:
    """The revision that this version of the bot needs."""
    return REVISIONS[-1]


def known_revisions() -> frozenset[str]:
    """The newest revision, and those that this version of the bot can upgrade from."""
    return frozenset(REVISIONS)


async def current_revision(url: str) -> str | None:
    """The revision of the database's schema; None for an empty database."""
    engine = create_short_lived_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    return ", ".join(sorted(found)) or None


async def require_newest_schema(url: str, purpose: str) -> None:
    """Refuse a database that a command can only read as it is.

    Args:
        url: the address of the database.
        purpose: what the command does with its rows, such as "count".

    Raises:
        ConfigError: there is no database, or it has another schema.
    """
    path = _sqlite_path(url)
    if path is not None and not path.exists():
        raise ConfigError(
            f"DATABASE_URL: there is no such file yet, so there is nothing to {purpose}"
        )
    if await current_revision(url) != newest_revision():
        raise ConfigError("DATABASE_URL: has another schema than this version; see `migrate`")


async def migrate(url: str, *, apart: bool = False, has_copy: bool = False) -> str:
    """Upgrade the database to the newest schema.

    When two processes call this at once, the second one waits and finds nothing left to do.

    Args:
        url: the address of the database.
        apart: upgrade in a process of its own, which keeps the memory of this one small.
        has_copy: whether the caller has a copy of an SQLite file, so that none is made.

    Returns:
        The revision that the database has now.

    Raises:
        ConfigError: this version does not know the revision of the database, or its tables are not
            those of the revision.
        UpgradeError: an SQLite file could not be upgraded, for example because the disk is full.
    """
    return await _bring_to(url, newest_revision(), apart=apart, has_copy=has_copy)


async def migrate_to(url: str, revision: str) -> str:
    """Upgrade or downgrade the database to a revision, such as that of an older version of the bot.

    A downgrade deletes what the older schema has no place for.

    Returns:
        The revision that the database has now.

    Raises:
        ConfigError: there is no such revision, this version does not know the database's, or its
            tables are not those of the revision.
        UpgradeError: an SQLite file could not be changed, for example because the disk is full.
    """
    if revision not in known_revisions():
        raise ConfigError(
            f"--to: there is no revision {revision}; there are {', '.join(REVISIONS)}"
        )
    return await _bring_to(url, revision)


async def _bring_to(url: str, revision: str, *, apart: bool = False, has_copy: bool = False) -> str:
    await refuse_unusable(url, creates=False)
    async with _migration_lock(url):
        current = await current_revision(url)
        _refuse_unknown(current)
        if current == revision:
            return revision
        path = _sqlite_path(url)
        if path is None:
            await refuse_unusable(url, creates=True)
        elif current is not None and not has_copy:
            await in_thread(lambda stop: keep_copy(path, revision, stop))
        if apart:
            await _change_in_process(url, current, revision)
        else:
            await asyncio.to_thread(_change, url, current, revision)
        return revision


@asynccontextmanager
async def _migration_lock(url: str) -> AsyncIterator[None]:
    """Let one process after the other work on an SQLite file; wait for it first.

    On PostgreSQL the transaction of the upgrade takes a lock: see ``migrations/env.py``.
    """
    path = _sqlite_path(url)
    if path is None:
        yield
        return
    make_usable(path)
    lock = FileLock(f"{path}.migrating", timeout=LOCK_TIMEOUT_SECONDS, thread_local=False)
    await asyncio.to_thread(lock.acquire)
    try:
        yield
    finally:
        lock.release()


def _sqlite_path(url: str) -> Path | None:
    address = sa.make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    return Path(str(address.database)) if is_sqlite else None


def _refuse_unknown(current: str | None) -> None:
    if current is not None and current not in known_revisions():
        raise ConfigError(
            f"DATABASE_URL: is at revision {current}, which this version does not know; "
            "use the version that made it"
        )


async def _change_in_process(url: str, current: str | None, revision: str) -> None:
    """Upgrade in a process of its own, because the memory that Alembic takes is never returned.

    When this is cancelled, the process is killed, which leaves the database as it was.
    """
    worker = Worker(call_timeout_seconds=LONGEST_UPGRADE_SECONDS)
    try:
        await worker.run(_change, url, current, revision)
    finally:
        await worker.stop()


def _change(url: str, current: str | None, revision: str) -> None:
    """Run Alembic in one transaction; what it needs to know is in the attributes of its settings.

    Another process may have brought the database to the revision meanwhile.
    """
    from alembic import command  # noqa: PLC0415

    path, config = _sqlite_path(url), alembic_config(url)
    config.attributes["current"] = current
    config.attributes["tables"] = expected_tables(current)
    is_downgrade = current is not None and REVISIONS.index(revision) < REVISIONS.index(current)
    try:
        with ALEMBIC_LOCK:
            (command.downgrade if is_downgrade else command.upgrade)(config, revision)
    except DBAPIError as error:
        reason = _disk_error(error)
        if path is None or reason is None:
            raise
        raise UpgradeError(
            f"{path.name}: not brought to revision {revision} ({describe(reason)}); "
            "it is as it was before"
        ) from None


def _disk_error(error: BaseException | None) -> sqlite3.Error | None:
    """The error of SQLite that says that the file cannot be written, such as a full disk.

    Alembic's clean-up after such an error may have failed as well and hide it.
    """
    while error is not None:
        if isinstance(error, sqlite3.Error) and is_database_unreachable(error):
            return error
        error = error.__context__
    return None


def expected_tables(revision: str | None) -> Tables:
    """The tables that a database of a revision has; none if it never had a revision.

    For a revision between the first and the newest one this takes Alembic and half a second.
    """
    if revision is None:
        return {}
    return newest_tables() if revision == newest_revision() else _tables_at(revision)


@cache
def _tables_at(revision: str) -> Tables:
    """Build the schema of a revision in memory and look at it."""
    from alembic import command  # noqa: PLC0415

    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection, ALEMBIC_LOCK:
        config = alembic_config("sqlite://")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        return tables_of(connection)


async def check_schema(url: str) -> str:
    """Compare the tables of a database with those of its revision.

    Returns:
        What is to be known about the schema, in one line.

    Raises:
        ConfigError: this version cannot use the schema.
        UpgradeError: an upgrade of an older version was cut off; the next start mends that.
    """
    await refuse_unusable(url, creates=False)
    current = await current_revision(url)
    _refuse_unknown(current)
    if current != newest_revision():
        await refuse_unusable(url, creates=True)
    expected = await asyncio.to_thread(expected_tables, current)
    engine = create_short_lived_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_check_schema, current, expected)
    finally:
        await engine.dispose()


def _check_schema(connection: sa.Connection, current: str | None, expected: Tables) -> str:
    found, newest = tables_of(connection), newest_revision()
    refuse_missing(found, expected, current)
    if current == newest:
        return f"reachable, at the newest revision {newest}"
    half_made = find_half_made(found, expected)
    if half_made:
        refuse_filled(connection, half_made, current)
        raise UpgradeError(
            f"an upgrade from revision {current or 'none'} was cut off and left "
            f"{half_made.names}; the next start removes this and upgrades to {newest}"
        )
    return f"at revision {current or 'none'}; the next start upgrades it to {newest}"
