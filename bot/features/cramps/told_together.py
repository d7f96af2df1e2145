"""The natural keys of two cramps from one message; for a single cramp it is the message's id."""

from bot.telegram.message import MAX_MESSAGE_ID

_KEYS = 10**11
"""The keys are below the negative of this, where neither the list of nights nor imports (above) nor
the page (below) have theirs."""


def keys_of(message_id: int) -> tuple[int, int]:
    """The keys of both cramps of a message."""
    first = -(_KEYS + 2 * message_id)
    return first, first - 1


def message_of(key: int) -> int | None:
    """The message that a key of :func:`keys_of` belongs to; None for other keys."""
    found = (-key - _KEYS) // 2
    return found if 0 < found <= MAX_MESSAGE_ID else None
