"""Alembic's environment: one transaction for all revisions, and the tables of the models.

Alembic's settings can carry attributes: ``url`` of the database, or an open ``connection``; and for
``bot.database.schema_check`` the revision (``current``) and ``tables`` that a database should have.
"""

import asyncio
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.operations import MigrationScript
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.config import load_settings
from bot.database.errors import hide_values
from bot.database.migrate import MIGRATION_LOCK, NEWEST
from bot.database.poolers import create_short_lived_engine
from bot.database.schema_check import remove_half_made

BUSY_TIMEOUT_SECONDS = 30
"""How long SQLite waits for a process that was killed a moment ago, or for a backup."""


def _migrate(connection: sa.Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=is_sqlite,
        compare_server_default=True,
        process_revision_directives=_number,
        # Alembic believes that SQLite cannot do this, because the sqlite3 module by itself begins
        # no transaction for DDL; see _begin.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if is_sqlite:
            _remove_half_made(connection)
        else:
            # Held until the commit. Who comes second finds the newest revision.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        context.run_migrations()
        if is_sqlite:
            _check_references(connection)


def _number(_context: Any, _revision: Any, scripts: list[MigrationScript]) -> None:
    """Give a new migration the number after the newest one."""
    for script in scripts:
        script.rev_id = f"{NEWEST + 1:04}"


def _remove_half_made(connection: sa.Connection) -> None:
    given = context.config.attributes
    # Another process may have upgraded the database meanwhile.
    if "tables" in given and context.get_context().get_current_revision() == given["current"]:
        remove_half_made(connection, given["tables"], given["current"])


def _check_references(connection: sa.Connection) -> None:
    # Foreign keys are off while SQLite rebuilds tables (on, it would delete the children), so
    # what they would have refused is looked for afterwards.
    broken: list[Any] = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if broken:
        raise RuntimeError(f"{len(broken)} rows refer to rows that are gone")


def _run() -> None:
    given = context.config.attributes
    if "connection" in given:
        _migrate(given["connection"])
        return
    url = sa.make_url(given.get("url") or load_settings().database_url)
    if url.get_backend_name() == "sqlite":
        _run_on_sqlite(url)
    else:
        asyncio.run(_run_on_postgres(url))


def _run_on_sqlite(url: sa.URL) -> None:
    # Not by aiosqlite: an error during the clean-up after an error would hide the first one.
    engine = sa.create_engine(
        url.set(drivername="sqlite"),
        poolclass=NullPool,
        hide_parameters=True,  # in the message of an error they would be diary content
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin)
    with engine.connect() as connection:
        _migrate(connection)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the sqlite3 module must not begin transactions by itself


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _run_on_postgres(url: sa.URL) -> None:
    engine = create_short_lived_engine(url.render_as_string(hide_password=False))
    sa.event.listen(engine.sync_engine, "handle_error", hide_values)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


_run()
