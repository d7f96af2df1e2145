"""Column types and naming rules that all tables share."""

from enum import StrEnum
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import SQLModel

# Constraint names must not depend on the database, or migrations could not name what they change.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""The type of numbered primary keys: SQLite numbers rows by itself only in an INTEGER column."""


def enum_type(kind: type[StrEnum], length: int = 20, *, checked_as: str | None = None) -> Any:
    """The type of a column that stores an enum's values as text.

    Args:
        kind: the enum.
        length: the longest value that the column takes.
        checked_as: the name of the CHECK constraint that keeps other values out, without the
            ``ck_<table>_`` that comes before it; None: there is no constraint.
    """
    return sa.Enum(
        kind,
        name=checked_as,
        native_enum=False,
        create_constraint=checked_as is not None,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def partial_index(name: str, *columns: str, where: str) -> sa.Index:
    """An index on the rows for which an SQL condition holds, the same on both databases."""
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def new_uid() -> str:
    """A random name of a row, 32 hexadecimal digits."""
    return uuid4().hex


def owner_column(*, indexed: bool = True) -> Any:
    """The column that says whose row it is; the row is deleted with its owner.

    Args:
        indexed: False if an index of the table begins with it already.
    """
    return sa.Column(
        sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=indexed
    )


def owner_key() -> Any:
    """The primary key of a table that has at most one row for each person: the owner's id."""
    return sa.Column(
        sa.BigInteger,
        sa.ForeignKey("users.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
