"""Alembic's environment: async engines, and every table from ``bot.database.models``."""

import asyncio
from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.config import load_settings


def _url() -> str:
    given = context.config.attributes.get("url")
    return str(given) if given else load_settings().database_url


def _migrate(connection: sa.Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=is_sqlite,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite:
        _check_references(connection)


def _check_references(connection: sa.Connection) -> None:
    # Foreign keys are off while SQLite rebuilds tables (on, it would delete the children), so
    # what they would have refused is looked for afterwards.
    broken: list[Any] = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if broken:
        raise RuntimeError(f"{len(broken)} rows refer to rows that are gone")


async def _run() -> None:
    engine = create_async_engine(_url(), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


asyncio.run(_run())
