"""Schema migrations with Alembic, under a lock, so that two processes can start at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.background.worker import Worker
from bot.config import ConfigError
from bot.database.sqlite_files import make_usable

if TYPE_CHECKING:
    from alembic.config import Config

PACKAGE = Path(__file__).parents[1]
MIGRATION_LOCK = 0x0CA1FCA1F
"""Key of the PostgreSQL advisory lock that one migrating process holds."""
LOCK_TIMEOUT_SECONDS = 120
"""How long a start waits for another process that migrates the same SQLite file."""
LONGEST_UPGRADE_SECONDS = 24 * 3600.0
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
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
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


@asynccontextmanager
async def _migration_lock(url: str) -> AsyncIterator[None]:
    """Hold the lock of the one process that may migrate; wait for it first."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        make_usable(path)
        lock = FileLock(f"{path}.migrating", timeout=LOCK_TIMEOUT_SECONDS, thread_local=False)
        await asyncio.to_thread(lock.acquire)
        try:
            yield
        finally:
            lock.release()
        return
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.execute(sa.select(sa.func.pg_advisory_lock(MIGRATION_LOCK)))
            yield
    finally:
        await engine.dispose()


def _upgrade(url: str) -> None:
    from alembic import command  # noqa: PLC0415

    command.upgrade(alembic_config(url), "head")


def _change_to(url: str, revision: str, *, is_downgrade: bool) -> None:
    from alembic import command  # noqa: PLC0415

    (command.downgrade if is_downgrade else command.upgrade)(alembic_config(url), revision)


async def migrate_to(url: str, revision: str) -> str:
    """Upgrade or downgrade the database to a revision, such as that of an older version of the bot.

    A downgrade deletes what the older schema has no place for.

    Returns:
        The revision that the database has now.

    Raises:
        ConfigError: there is no such revision, or this version does not know the database's.
    """
    if revision not in known_revisions():
        raise ConfigError(
            f"--to: there is no revision {revision}; there are {', '.join(REVISIONS)}"
        )
    async with _migration_lock(url):
        current = await current_revision(url)
        _refuse_unknown(current)
        if current != revision:
            is_downgrade = current is not None and (
                REVISIONS.index(revision) < REVISIONS.index(current)
            )
            await asyncio.to_thread(_change_to, url, revision, is_downgrade=is_downgrade)
        return revision


def _refuse_unknown(current: str | None) -> None:
    if current is not None and current not in known_revisions():
        raise ConfigError(
            f"DATABASE_URL: is at revision {current}, which this version does not know; "
            "use the version that made it"
        )


async def _upgrade_in_process(url: str) -> None:
    """Upgrade in a process of its own, because the memory that Alembic takes is never returned."""
    worker = Worker(call_timeout_seconds=LONGEST_UPGRADE_SECONDS)
    work = asyncio.ensure_future(worker.run(_upgrade, url))
    try:
        await asyncio.shield(work)
    finally:
        await asyncio.wait({work})  # also after a cancellation: half an upgrade would be worse
        await worker.stop()


async def migrate(url: str, *, apart: bool = False) -> str:
    """Upgrade the database to the newest schema.

    When two processes call this at once, the second one waits and finds nothing left to do.

    Args:
        url: the address of the database.
        apart: upgrade in a process of its own, which keeps the memory of this one small.

    Returns:
        The revision that the database has now.

    Raises:
        ConfigError: this version does not know the revision of the database.
    """
    async with _migration_lock(url):
        current, newest = await current_revision(url), newest_revision()
        _refuse_unknown(current)
        if current != newest:
            await (_upgrade_in_process(url) if apart else asyncio.to_thread(_upgrade, url))
        return newest
