"""What differs between two states of an entry, and how a change is undone. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from bot.features.cramps.values import MANY, NEVER_EMPTY, SINGLE, column_of

Value = str | int | None
State = Mapping[str, Value]
"""Column of an entry → its value as JSON has it; instants and dates in ISO format."""

TIME = ("occurred_at", "time_precision", "night_on")
"""Columns that change together only."""
COLUMNS = (*TIME, *map(column_of, (*SINGLE, *MANY)), "note")
"""The columns whose changes can be undone."""


TOLD = tuple(column_of(field) for field in (*SINGLE, *MANY) if field not in NEVER_EMPTY)
"""Columns, other than the note, that are empty until the person tells a value."""


def state_of(entry: object) -> dict[str, Value]:
    """The present values of an entry that has these columns as attributes."""
    return {column: _plain(getattr(entry, column)) for column in COLUMNS}


def _plain(value: object) -> Value:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int):
        return value
    return None if value is None else str(value)


def difference(before: State, after: State) -> tuple[dict[str, Value], dict[str, Value]]:
    """The columns that differ, with their values before and after."""
    changed = {column for column in COLUMNS if before[column] != after[column]}
    if changed & set(TIME):
        changed |= set(TIME)
    return (
        {column: before[column] for column in COLUMNS if column in changed},
        {column: after[column] for column in COLUMNS if column in changed},
    )


def to_set(now: State, wanted: State, expected: State) -> dict[str, Value]:
    """The columns to set so that a change is undone or made again.

    A column that has changed since is left as it is, and all parts of the time with each other.

    Args:
        now: the entry's present state.
        wanted: the values that the columns are to have.
        expected: the values that the columns have if nothing changed since.
    """
    stale = {column for column in wanted if now[column] != expected[column]}
    if stale & set(TIME):
        stale |= set(TIME)
    return {column: value for column, value in wanted.items() if column not in stale}


def fill_in(entry: object, other: object, columns: Iterable[str] = TOLD) -> None:
    """Give an entry the values that another one has in columns where it has none."""
    for column in columns:
        if getattr(entry, column) in {None, ""}:
            setattr(entry, column, getattr(other, column))


def with_added(note: str | None, words: str) -> str:
    """A note with words added on a new line."""
    return words if not note else f"{note}\n{words}"


def with_replaced(note: str | None, words: str | None, others: str) -> str:
    """A note in which words that were once added are replaced.

    If they are not in the note any more, the new words are added.
    """
    lines = f"\n{note or ''}\n"
    if not words or f"\n{words}\n" not in lines:
        return with_added(note, others)
    before, _, after = lines.rpartition(f"\n{words}\n")
    return f"{before}\n{others}\n{after}".strip("\n")
