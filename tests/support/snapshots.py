"""All rows of a running bot's database, to keep and to bring back, on both databases."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.database import sqlite_driver
from bot.database.engine import Database
from tests.support.shared_bot import rows_of

Tables = dict[str, list[dict[str, Any]]]
"""Table → its rows, in the order of their keys."""


class Snapshots(Protocol):
    """Keeps and brings back the rows of a database."""

    async def keep(self) -> Any:
        """All rows, as :meth:`bring_back` takes them."""
        ...

    async def bring_back(self, kept: Any) -> None:
        """Replace all rows by those that were kept."""
        ...

    async def tables(self) -> Tables:
        """All rows, by the names of their columns."""
        ...

    async def renumber(self) -> None:
        """Let new rows have the numbers that they would have if nothing had been rolled back."""
        ...


def snapshots_of(database: Database) -> Snapshots:
    """The snapshots of a database."""
    return SqliteSnapshots(database) if database.is_sqlite else PostgresSnapshots(database)


class SqliteSnapshots:
    """See :class:`Snapshots`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _do(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        async with self._database.engine.begin() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert isinstance(raw, sqlite_driver.Connection)
            results: list[Any] = []
            await raw.run(lambda sqlite: results.append(work(sqlite)))
        return results[0]

    async def keep(self) -> Any:
        return await self._do(rows_of)

    async def bring_back(self, kept: Any) -> None:
        def write(connection: sqlite3.Connection) -> None:
            connection.execute("PRAGMA defer_foreign_keys=ON")
            for name, rows in kept.items():
                connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608

        await self._do(write)

    async def tables(self) -> Tables:
        def read(connection: sqlite3.Connection) -> Tables:
            found = {}
            for name, rows in rows_of(connection).items():
                columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
                found[name] = [dict(zip(columns, row, strict=True)) for row in rows]
            return found

        found: Tables = await self._do(read)
        return found

    async def renumber(self) -> None:
        """SQLite gives the number after the largest."""


class PostgresSnapshots:
    """See :class:`Snapshots`. Tables are read and written as JSON, each in one statement."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._tables = SQLModel.metadata.sorted_tables
        self._numbers = [
            (table.name, next(iter(table.primary_key.columns)).name)
            for table in self._tables
            if isinstance(table.autoincrement_column, sa.Column)
        ]

    async def keep(self) -> Any:
        parts = []
        for table in self._tables:
            key = ", ".join(f't."{one.name}"' for one in table.primary_key.columns)
            rows = f'SELECT json_agg(t ORDER BY {key}) FROM "{table.name}" t'  # noqa: S608
            parts.append(f"'{table.name}', ({rows})")
        statement = f"SELECT json_build_object({', '.join(parts)})::text"
        async with self._engine.begin() as connection:
            return json.loads(str(await connection.scalar(sa.text(statement))))

    async def bring_back(self, kept: Any) -> None:
        async with self._engine.begin() as connection:
            for table in reversed(self._tables):
                await connection.execute(sa.delete(table))
            for table in self._tables:
                if rows := kept[table.name]:
                    source = f'json_populate_recordset(NULL::"{table.name}", :rows)'
                    insert = f'INSERT INTO "{table.name}" SELECT * FROM {source}'  # noqa: S608
                    await connection.execute(sa.text(insert), {"rows": json.dumps(rows)})
        await self.renumber()

    async def tables(self) -> Tables:
        kept = await self.keep()
        return {name: rows or [] for name, rows in kept.items()}

    async def renumber(self) -> None:
        parts = [
            f"setval(pg_get_serial_sequence('{name}', '{key}'), "  # noqa: S608
            f'(SELECT coalesce(max("{key}"), 0) + 1 FROM "{name}"), false)'
            for name, key in self._numbers
        ]
        async with self._engine.begin() as connection:
            await connection.execute(sa.text(f"SELECT {', '.join(parts)}"))
