"""A cramp that somebody logged before they agreed that anything is stored.

It is kept in the chat alone: its time is in the callback data of the button that agrees.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.database.cramp_values import TimePrecision
from bot.features.cramps.told_codes import (
    LETTER_OF,
    PRECISION_OF,
    Told,
    encode_told,
    told_or_none,
)
from bot.features.cramps.values import FURTHEST_BACK, typed_or_night
from bot.features.free_text.understanding import exactly
from bot.features.free_text.values import LogCramp
from bot.local_time.nights import NOON_TO_NOON
from bot.telegram.context import Context
from bot.telegram.message import Tap

FAR_APART = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
"""A typed time that is the same instant in both needs no time zone: it says how long ago it was."""
TAP, WORDS = "t", "w"
"""Argument of the button: the cramp was logged with a tap, or told in words."""


@dataclass(frozen=True)
class KeptCramp:
    """A cramp whose message waits in the chat."""

    message_id: int
    at: datetime
    """An aware instant."""
    precision: TimePrecision = TimePrecision.EXACT
    told: Told = ()
    is_tap: bool = True

    @property
    def arguments(self) -> tuple[object, ...]:
        """The arguments of the button that agrees."""
        seconds = int(self.at.timestamp())
        if self.is_tap:
            return (TAP, self.message_id, seconds)
        letter, told = LETTER_OF[self.precision], encode_told(self.told)
        return (WORDS, self.message_id, seconds, letter, *((told,) if told else ()))


def kept_cramp(context: Context, *, is_log: bool) -> KeptCramp | None:
    """The cramp that a message reports; None: it reports none, or one whose time is not clear.

    Args:
        context: of the message.
        is_log: whether it is the log button, or the command that does the same.
    """
    if is_log and not (context.text.startswith("/cramp") and context.argument):
        return KeptCramp(context.message_id, context.written_at)
    found = _everywhere(context, _commanded if is_log else _told)
    if found is None or context.written_at - found.at > FURTHEST_BACK:
        return None
    precision = TimePrecision(found.precision)
    return KeptCramp(context.message_id, found.at, precision, found.told, is_tap=False)


def _everywhere(
    context: Context, read: Callable[[Context, str], LogCramp | None]
) -> LogCramp | None:
    """What a text says if it says the same in every time zone."""
    first, second = (read(context, zone) for zone in FAR_APART)
    return first if first == second else None


def _commanded(context: Context, zone: str) -> LogCramp | None:
    """What follows /cramp."""
    read = typed_or_night(
        context.argument, context.written_at, zone, context.tr.language, NOON_TO_NOON
    )
    return LogCramp(*read) if isinstance(read, tuple) else None


def _told(context: Context, zone: str) -> LogCramp | None:
    """What a sentence says."""
    tr = context.tr
    found = exactly(
        context.text, tr.language, context.written_at, zone, tr.hour_cycle, NOON_TO_NOON
    )
    return found if isinstance(found, LogCramp) else None


def cramp_of(tap: Tap, now: datetime) -> KeptCramp | None:
    """The cramp in a button that agrees; None: there is none, or none that can be true.

    Args:
        tap: the button's callback data.
        now: an aware instant.
    """
    kind, message_id, seconds = tap.word(2), tap.number(3), tap.number(4)
    if kind not in {TAP, WORDS} or message_id is None or seconds is None:
        return None
    age = now.timestamp() - seconds
    if not 0 < message_id < 2**31 or not 0 <= age <= FURTHEST_BACK.total_seconds():
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    if kind == TAP:
        return KeptCramp(message_id, at)
    precision, told = PRECISION_OF.get(tap.word(5) or ""), told_or_none(tap.word(6))
    if precision is None or told is None:
        return None
    return KeptCramp(message_id, at, precision, told, is_tap=False)
