"""Reads and writes the part of callback data that names a reminder."""

from dataclasses import dataclass

from bot.database.models import Kind
from bot.telegram.message import Tap

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
