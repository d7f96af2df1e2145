"""``python -m bot move FROM``: copy one database into another and compare every row.

The new database is written in one transaction; the old one is only read. If it is an older copy,
what people revoked since is revoked again in the new one, as after a restore.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.commands.revoke_again import known_before, revoke_in
from bot.config import ConfigError, Settings
from bot.database.engine import Database, Session, create_engine
from bot.database.errors import is_database_unreachable
from bot.database.exclusive_lock import exclusive_use
from bot.database.migrate import current_revision, migrate, newest_revision
from bot.database.read_only import create_reader, reading
from bot.database_address import SQLITE, AddressError, normalized
from bot.operations.revocation_list import beside_database

log = logging.getLogger(__name__)

BATCH_ROWS = 1000
"""Rows that are read and written together."""


class TransferError(Exception):
    """The transfer failed and was rolled back; the message is one line without diary content."""


async def transfer(settings: Settings, source: str, now: datetime) -> dict[str, int]:
    """Copy everything into the empty database of ``DATABASE_URL`` and compare every row.

    Args:
        settings: name the new database, which is created or upgraded first.
        source: the old database, as an SQLite file or an address like ``DATABASE_URL``.
        now: the current instant (aware, UTC).

    Returns:
        The number of rows by table, the same in both databases.

    Raises:
        ConfigError: a database is in use, has another schema, or the new one is not empty; or a
            list of who was erased is damaged.
        TransferError: a row was rejected, or differs between the databases.
    """
    old, new = _address(source), settings.database_url
    if _same(old, new):
        raise ConfigError("FROM: is the database of DATABASE_URL itself")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(exclusive_use(old, "FROM", reads_only=True))
        await stack.enter_async_context(exclusive_use(new))
        await _refuse_source(old)
        await _refuse_target(new)
        known = await known_before(settings, *_lists_beside(old))
        await migrate(new)
        reader, writer = create_reader(old), create_engine(new)
        stack.push_async_callback(reader.dispose)
        stack.push_async_callback(writer.dispose)
        try:
            async with reader.connect() as old_db, writer.begin() as new_db:
                counts = await _transfer(old_db, new_db)
                async with Session(new_db) as session:
                    await revoke_in(session, known, now)
                    await session.flush()
            await _truncate_log(new)
            return counts
        except DBAPIError as error:
            if is_database_unreachable(error):
                raise
            # The error's own message would quote the row.
            kind = type(error.orig).__name__
            raise TransferError(f"the new database did not take a row ({kind})") from None


async def _transfer(old: AsyncConnection, new: AsyncConnection) -> dict[str, int]:
    tables = SQLModel.metadata.sorted_tables
    if new.dialect.name != "sqlite":  # a bot that starts meanwhile waits for the lock
        names = ", ".join(table.name for table in tables)
        await new.execute(sa.text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
    await _refuse_rows(new)
    for table in tables:
        await _copy(table, old, new)
    counts = {table.name: await _compare(table, old, new) for table in tables}
    if new.dialect.name != "sqlite":
        for table in tables:
            await _advance_sequence(table, new)
    return counts


async def _truncate_log(url: str) -> None:
    """Leave nothing in SQLite's log of who was copied and erased again."""
    database = Database(url)
    await database.truncate_log()
    await database.close()


# Checking the arguments -----------------------------------------------------------------------


def _address(source: str) -> str:
    if "://" not in source:
        source = f"{SQLITE}:///{source}"
    try:
        source = normalized(source)
    except AddressError as error:
        raise ConfigError(f"FROM: {error}") from None
    address = sa.make_url(source)
    if address.drivername == SQLITE and not Path(str(address.database)).is_file():
        raise ConfigError("FROM: there is no such file")
    return source


def _lists_beside(url: str) -> list[Path]:
    """The list of who was erased beside an SQLite database."""
    address = sa.make_url(url)
    if address.drivername != SQLITE:
        return []
    return [beside_database(Path(str(address.database)))]


def _same(old: str, new: str) -> bool:
    one, other = sa.make_url(old), sa.make_url(new)
    if {one.drivername, other.drivername} == {SQLITE}:
        return Path(str(one.database)).resolve() == Path(str(other.database)).resolve()
    return one == other


async def _refuse_source(url: str) -> None:
    revision, newest = await current_revision(url), newest_revision()
    if revision is None:
        raise ConfigError("FROM: is not of CalmCalf")
    if revision != newest:
        raise ConfigError(
            f"FROM: is at revision {revision}, this version needs {newest}; "
            "first run `migrate` with DATABASE_URL set to it"
        )


async def _refuse_target(url: str) -> None:
    """Refuse a database with rows before its schema is changed."""
    if not _exists(url):
        return
    async with reading(url) as connection:
        await _refuse_rows(connection)


def _exists(url: str) -> bool:
    address = sa.make_url(url)
    return address.get_backend_name() != "sqlite" or Path(str(address.database)).exists()


async def _refuse_rows(connection: AsyncConnection) -> None:
    existing = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    for name in set(existing) & set(SQLModel.metadata.tables):
        first = await connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)))
        if first.first() is not None:
            raise ConfigError(f"DATABASE_URL: is not empty (table {name}); name an empty database")


# Rows -----------------------------------------------------------------------------------------


async def _rows(
    table: sa.Table, connection: AsyncConnection
) -> AsyncIterator[Sequence[sa.RowMapping]]:
    """Yield all rows in batches, ordered by primary key in the same way on both databases."""
    keys = list(table.primary_key.columns)
    order = [
        key.collate("C") if isinstance(key.type, sa.String) and not _is_sqlite(connection) else key
        for key in keys
    ]
    first = page = sa.select(table).order_by(*order).limit(BATCH_ROWS)
    while batch := (await connection.execute(page)).mappings().all():
        yield batch
        last = [sa.literal(batch[-1][key], key.type) for key in keys]
        page = first.where(sa.tuple_(*order) > sa.tuple_(*last))


def _is_sqlite(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "sqlite"


async def _copy(table: sa.Table, old: AsyncConnection, new: AsyncConnection) -> None:
    """Copy one table.

    Foreign keys into the same table are set by a second statement, because the row that they
    refer to may be inserted later than the row itself.
    """
    own_keys = [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]
    late: list[dict[str, Any]] = []
    async for batch in _rows(table, old):
        await new.execute(sa.insert(table), [{**row, **dict.fromkeys(own_keys)} for row in batch])
        late += [
            _references(table, own_keys, row)
            for row in batch
            if any(row[name] for name in own_keys)
        ]
    if late:
        change = sa.update(table).where(
            *(key == sa.bindparam(f"key_{key.name}") for key in table.primary_key.columns)
        )
        await new.execute(
            change.values({name: sa.bindparam(f"to_{name}") for name in own_keys}), late
        )


def _references(table: sa.Table, own_keys: Sequence[str], row: sa.RowMapping) -> dict[str, Any]:
    keys = {f"key_{key.name}": row[key.name] for key in table.primary_key.columns}
    return keys | {f"to_{name}": row[name] for name in own_keys}


async def _compare(table: sa.Table, old: AsyncConnection, new: AsyncConnection) -> int:
    """Compare all rows of one table and return their number.

    Raises:
        TransferError: a row differs or exists on one side only.
    """
    rows = different = 0
    batches = _rows(table, new)
    async for batch in _rows(table, old):
        other = await anext(batches, None) or []
        different += sum(dict(a or {}) != dict(b or {}) for a, b in zip_longest(batch, other))
        rows += len(batch)
    async for more in batches:
        different += len(more)
    if different:
        raise TransferError(f"table {table.name}: {different} rows differ; nothing was kept")
    log.info("%s: %s rows, all equal", table.name, rows)
    return rows


async def _advance_sequence(table: sa.Table, new: AsyncConnection) -> None:
    """Make PostgreSQL number the next row after the last copied one."""
    for key in table.primary_key.columns:
        if key is table.autoincrement_column:
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            last = sa.select(sa.func.max(key)).scalar_subquery()
            await new.execute(
                sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1), last.is_not(None)))
            )
