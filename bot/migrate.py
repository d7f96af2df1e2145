"""Bringing the database to the newest schema, safely when two processes start at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.db import make_private

PACKAGE = Path(__file__).parent
MIGRATION_LOCK = 0x0CA1FCA1F
"""Key of the PostgreSQL advisory lock that one migrating process holds."""
LOCK_TIMEOUT_SECONDS = 120


def migrations_folder() -> Path:
    """The migrations beside the package in a checkout, inside it in an installed wheel."""
    beside = PACKAGE.parent / "migrations"
    return beside if (beside / "env.py").exists() else PACKAGE / "_migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database address."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    config.attributes["url"] = url
    return config


def newest_revision(url: str) -> str | None:
    """The revision that this version of the bot needs."""
    return ScriptDirectory.from_config(alembic_config(url)).get_current_head()


def known_revisions(url: str) -> frozenset[str]:
    """Every revision that this version of the bot can upgrade from, and its own."""
    scripts = ScriptDirectory.from_config(alembic_config(url)).walk_revisions()
    return frozenset(script.revision for script in scripts)


async def current_revision(url: str) -> str | None:
    """The revision that the database has; None for an empty one."""
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    finally:
        await engine.dispose()


@asynccontextmanager
async def _only_one(url: str) -> AsyncIterator[None]:
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(str(address.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.migrating", timeout=LOCK_TIMEOUT_SECONDS, thread_local=False)
        await asyncio.to_thread(lock.acquire)
        try:
            make_private(path)
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


async def migrate(url: str) -> str | None:
    """Upgrade the database to the newest schema; a second caller waits and finds it done.

    Returns:
        The revision the database has now.
    """
    async with _only_one(url):
        newest = newest_revision(url)
        if await current_revision(url) != newest:
            await asyncio.to_thread(command.upgrade, alembic_config(url), "head")
        return newest
