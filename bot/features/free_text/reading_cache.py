"""Caches the reading of a typed text, which several handlers of an update need."""

from weakref import WeakKeyDictionary

from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.one_language import Reading
from bot.telegram.context import Context

_MADE: WeakKeyDictionary[Context, tuple[str, Reading]] = WeakKeyDictionary()
"""Update → its text and reading. The weak reference drops both with the update."""


def reading_of(context: Context, text: str) -> Reading:
    """How a typed text is understood; a second call for the same update costs nothing."""
    made = _MADE.get(context)
    if made is not None and made[0] == text:
        return made[1]
    tr = context.tr
    reading = understand(
        text, tr.language, context.written_at, context.zone, tr.hour_cycle, context.nights
    )
    return keep(context, text, reading)


def keep(context: Context, text: str, reading: Reading) -> Reading:
    """Let a reading stand for the rest of the update."""
    _MADE[context] = (text, reading)
    return reading
