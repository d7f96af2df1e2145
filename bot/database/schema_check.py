"""Whether the tables of a database are those of its revision, and what to do if they are not.

Before version 1.0.0, an upgrade on SQLite was not one transaction. One that was killed has left new
tables without rows and new columns without values in a database that is still at its old revision,
and a later upgrade ended with "table experiments already exists". ``remove_half_made`` removes
them. Nothing is removed that contains anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bot.config import ConfigError

Tables = Mapping[str, frozenset[str]]
"""Table → the names of its columns."""

REVISION_TABLE = "alembic_version"
TEMPORARY = "_alembic_tmp_"
"""Prefix of the table to which Alembic copies the rows of one that it changes."""


@dataclass(frozen=True)
class HalfMade:
    """What an upgrade that was cut off has left: tables, and pairs of a table and its column."""

    tables: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> str:
        """All names for the operator, such as ``experiments, users.hour_cycle``."""
        return ", ".join((*self.tables, *(f"{table}.{column}" for table, column in self.columns)))

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns)


def tables_of(connection: sa.Connection) -> Tables:
    """The tables of a database, except the one that Alembic keeps for itself."""
    columns = sa.inspect(connection).get_multi_columns()
    return {
        name: frozenset(column["name"] for column in found)
        for (_, name), found in columns.items()
        if name != REVISION_TABLE
    }


def newest_tables() -> Tables:
    """The tables of the newest revision, as the models have them."""
    from sqlmodel import SQLModel  # noqa: PLC0415 - most starts compare nothing

    import bot.database.models  # noqa: F401, PLC0415  (fills the metadata)

    return {
        table.name: frozenset(table.columns.keys()) for table in SQLModel.metadata.sorted_tables
    }


def weakened_table(connection: sa.Connection) -> str | None:
    """The first table that does not lose its rows with their owner as the models say; None: all do.

    Somebody who has changed a backup may have left out what makes an erasure complete.
    """
    from sqlmodel import SQLModel  # noqa: PLC0415 - as above

    inspector = sa.inspect(connection)
    for table in SQLModel.metadata.sorted_tables:
        expected = {
            (tuple(key.column_keys), key.referred_table.name, key.ondelete)
            for key in table.foreign_key_constraints
        }
        found = {
            (
                tuple(key["constrained_columns"]),
                key["referred_table"],
                key.get("options", {}).get("ondelete"),
            )
            for key in inspector.get_foreign_keys(table.name)
        }
        if found != expected:
            return table.name
    return None


def refuse_missing(found: Tables, expected: Tables, revision: str | None) -> None:
    """Refuse a database that lacks a table or a column of its revision.

    Raises:
        ConfigError: naming what is missing.
    """
    missing = [
        *sorted(expected.keys() - found.keys()),
        *(
            f"{table}.{column}"
            for table in sorted(expected.keys() & found.keys())
            for column in sorted(expected[table] - found[table])
        ),
    ]
    if missing:
        raise ConfigError(
            f"DATABASE_URL: is at revision {revision}, but lacks {', '.join(missing)}; "
            "stop the bot and restore a backup"
        )


def find_half_made(found: Tables, expected: Tables) -> HalfMade:
    """The tables and columns of a database that belong to later revisions only.

    Tables and columns that no revision knows are somebody else's and do not count.

    Args:
        found: the tables of the database.
        expected: the tables of its revision.
    """
    later = newest_tables()
    return HalfMade(
        tuple(
            name
            for name in sorted(found.keys() - expected.keys())
            if name in later or name.startswith(TEMPORARY)
        ),
        tuple(
            (table, column)
            for table in sorted(expected.keys() & found.keys() & later.keys())
            for column in sorted((found[table] - expected[table]) & later[table])
        ),
    )


def remove_half_made(connection: sa.Connection, expected: Tables, revision: str | None) -> None:
    """Remove what an upgrade of an older version has left on SQLite when it was cut off.

    Args:
        connection: in the transaction of the upgrade; foreign keys are off.
        expected: the tables of the database's revision.
        revision: of the database; None when it never had one.

    Raises:
        ConfigError: something is missing, or would be lost.
    """
    found = tables_of(connection)
    refuse_missing(found, expected, revision)
    half_made = find_half_made(found, expected)
    refuse_filled(connection, half_made, revision)
    for table in half_made.tables:
        connection.exec_driver_sql(f'DROP TABLE "{table}"')
    for table, column in half_made.columns:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


def refuse_filled(connection: sa.Connection, half_made: HalfMade, revision: str | None) -> None:
    """Refuse a database in which what looks half-made contains something.

    Raises:
        ConfigError: naming the first table or column.
    """
    for table in half_made.tables:
        # The rows of a temporary table are still in the table that they were copied from.
        if not table.startswith(TEMPORARY) and _exists(connection, f'SELECT 1 FROM "{table}"'):  # noqa: S608
            raise _filled(table, revision)
    for table, column in half_made.columns:
        default = _default(connection, table, column)
        if _exists(
            connection,
            f'SELECT 1 FROM "{table}" '  # noqa: S608
            f'WHERE "{column}" IS NOT NULL AND "{column}" IS NOT ({default})',
        ):
            raise _filled(f"{table}.{column}", revision)


def _filled(name: str, revision: str | None) -> ConfigError:
    return ConfigError(
        f"DATABASE_URL: is at revision {revision or 'none'}, but {name} of a later revision "
        "contains data; stop the bot and restore a backup"
    )


def _default(connection: sa.Connection, table: str, column: str) -> str:
    """The default of a column as an SQL expression."""
    rows = connection.exec_driver_sql(f'PRAGMA table_info("{table}")').mappings()
    return next(str(row["dflt_value"] or "NULL") for row in rows if row["name"] == column)


def _exists(connection: sa.Connection, query: str) -> bool:
    return bool(connection.exec_driver_sql(f"SELECT EXISTS ({query})").scalar())
