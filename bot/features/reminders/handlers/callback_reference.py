"""Reads and writes the parts of callback data that name a reminder and its times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from bot.database.stored_values import Kind
from bot.telegram.message import Tap, parse_time

MOST_DIGITS = 9
"""The most digits of a slot in callback data."""


@dataclass(frozen=True)
class Reference:
    """A reminder in callback data: its kind and, for one in own words, its slot."""

    kind: Kind
    slot: int = 0

    def __str__(self) -> str:
        return f"{self.kind}.{self.slot}" if self.slot else str(self.kind)


def reference_in(tap: Tap) -> Reference | None:
    """The reminder that callback data names: ``stretch``, ``custom.4711``; None: no such one."""
    name, _dot, number = (tap.word(0) or "").partition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
    try:
        kind = Kind(name)
    except ValueError:
        return None
    if kind is Kind.CUSTOM:
        return Reference(kind, int(number)) if is_number else None
    return Reference(kind) if not number else None


def times_in(parts: Sequence[str]) -> tuple[time, ...]:
    """The times of day in parts of callback data; empty when any of them is invalid."""
    found = tuple(clock for part in parts if (clock := parse_time(part)) is not None)
    return found if len(found) == len(parts) else ()
