"""Queries for changes of entries that can be undone. They use no Telegram and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from bot.database.cramp_values import TimePrecision
from bot.database.engine import Session
from bot.database.models import Cramp, EntryChange
from bot.features.cramps import values
from bot.features.cramps.changes import Value

_FIELDS = {values.column_of(field): field for field in values.SINGLE}


async def change_of(session: Session, user_id: int, change_id: int | None) -> EntryChange | None:
    """The change with this id; None when this person has none, or it is too long ago."""
    if change_id is None:
        return None
    found = await session.exec(
        select(EntryChange).where(EntryChange.id == change_id, EntryChange.user_id == user_id)
    )
    return found.one_or_none()


async def change_by_message(session: Session, user_id: int, message_id: int) -> EntryChange | None:
    """The last change that a message of the person made."""
    found = await session.exec(
        select(EntryChange)
        .where(EntryChange.user_id == user_id, EntryChange.message_id == message_id)
        .order_by(col(EntryChange.id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def changes_by_message(
    session: Session, cramp: Cramp, message_id: int
) -> Sequence[EntryChange]:
    """The changes of an entry that a message made and that are not undone, the last one first."""
    found = await session.exec(
        select(EntryChange)
        .where(
            EntryChange.user_id == cramp.user_id,
            EntryChange.message_id == message_id,
            EntryChange.cramp_id == cramp.id,
            col(EntryChange.undone).is_(False),
        )
        .order_by(col(EntryChange.id).desc())
    )
    return found.all()


async def words_of_message(session: Session, user_id: int, message_id: int) -> str | None:
    """The words that a message of the person has in a note now; None when that is undone."""
    found = await session.exec(
        select(EntryChange.words)
        .where(
            EntryChange.user_id == user_id,
            EntryChange.message_id == message_id,
            col(EntryChange.words).is_not(None),
            col(EntryChange.undone).is_(False),
        )
        .order_by(col(EntryChange.id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def last_change(session: Session, cramp_id: int) -> EntryChange | None:
    """The last change of an entry."""
    found = await session.exec(
        select(EntryChange)
        .where(EntryChange.cramp_id == cramp_id)
        .order_by(col(EntryChange.id).desc())
        .limit(1)
    )
    return found.one_or_none()


async def change_to_undo(session: Session, cramp_ids: Sequence[int]) -> EntryChange | None:
    """The last change of any of these entries that is not undone yet."""
    found = await session.exec(
        select(EntryChange)
        .where(col(EntryChange.cramp_id).in_(cramp_ids), col(EntryChange.undone).is_(False))
        .order_by(col(EntryChange.id).desc())
    )
    return next((one for one in found if one.before), None)


def set_codes(cramp: Cramp, told: Sequence[tuple[str, str]]) -> None:
    """Set fields of an entry to stated codes; multiple-value fields get a further one."""
    for name, code in told:
        column = values.column_of(name)
        if name in values.MANY:
            known = values.parse_codes(getattr(cramp, column))
            codes = values.with_code(name, known, code, present=True)
            setattr(cramp, column, values.format_codes(name, codes))
        else:
            setattr(cramp, column, values.stored(name, code))


def apply(cramp: Cramp, state: Mapping[str, Value]) -> None:
    """Set columns of an entry to values as :mod:`bot.features.cramps.changes` has them."""
    for column, value in state.items():
        setattr(cramp, column, _stored(column, value))


def _stored(column: str, value: Value) -> Any:
    match column:
        case "occurred_at":
            return datetime.fromisoformat(str(value))
        case "night_on":
            return date.fromisoformat(str(value))
        case "time_precision":
            return TimePrecision(str(value))
    field = _FIELDS.get(column)
    return values.stored(field, value) if field is not None and isinstance(value, str) else value
