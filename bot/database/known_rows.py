"""Objects of rows whose columns are known already.

The ORM needs several times as long to load an object as to run the statement, and SQLModel even
longer to construct one. What every log tap does takes its columns as plain values instead.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import SQLModel

from bot.database.engine import Session

Row = TypeVar("Row", bound=SQLModel)


async def as_object(session: Session, model: type[Row], values: Mapping[str, Any]) -> Row:
    """The object of a row in a session, as if the session had just loaded it.

    Args:
        session: the transaction in which the row was read or written.
        model: the class of its table.
        values: all of its columns, by their names.
    """
    mapper = sa.inspect(model)
    key = mapper.identity_key_from_primary_key([values[one.key] for one in mapper.primary_key])
    known: Row | None = session.identity_map.get(key)
    if known is not None:
        await session.refresh(known)
        return known
    row: Row = mapper.class_manager.new_instance()
    row.__dict__.update(values)
    make_transient_to_detached(row)
    session.add(row)
    return row


@cache
def defaults_of(model: type[SQLModel]) -> Mapping[str, Any]:
    """The default values of a new row's columns, except those that differ for each row."""
    return {
        name: field.default
        for name, field in model.model_fields.items()
        if not field.is_required() and field.default_factory is None
    }
