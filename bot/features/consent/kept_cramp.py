"""A cramp that somebody logged before they agreed that anything is stored.

It is kept in the chat alone: its time is in the callback data of the button that agrees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.database.cramp_values import TimePrecision
from bot.features.cramps.entry_times import FURTHEST_BACK, typed_or_night
from bot.features.cramps.told_codes import (
    LETTER_OF,
    PRECISION_OF,
    Told,
    encode_told,
    told_or_none,
)
from bot.features.free_text.meanings.values import LogCramp
from bot.features.free_text.understanding.every_language import exactly
from bot.local_time.nights import NOON_TO_NOON
from bot.telegram.context import Context
from bot.telegram.message import Tap

FAR_APART = ("Pacific/Pago_Pago", "Pacific/Kiritimati")
"""Two time zones far apart. A typed time that means the same instant in both, such as "10 minutes
ago", needs no time zone."""
Reader = Callable[[Context, str], LogCramp | None]
"""Reads the cramp that a message tells, as written in a time zone."""
TAP, WORDS = "t", "w"
"""Arguments of the button: the cramp was logged with a tap, or told in words."""


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


def kept_cramp(
    context: Context, *, is_log: bool, zone: str | None = None, read: Reader | None = None
) -> KeptCramp | None:
    """The cramp that a message reports; None: it reports none, or one whose time is not clear.

    Args:
        context: of the message.
        is_log: whether it is the log button, or the command that does the same.
        zone: where the cramp was; None: where the person is, if they have said so.
        read: how words are read; None: only what is surely a cramp of the person's own.
    """
    if is_log and not (context.text.startswith("/cramp") and context.argument):
        return KeptCramp(context.message_id, context.written_at)
    zone = zone or context.person.time_zone
    reader = _commanded if is_log else read or _told
    found = _read(context, reader, (zone,) if zone else FAR_APART)
    if found is None or context.written_at - found.at > FURTHEST_BACK:
        return None
    precision = TimePrecision(found.precision)
    return KeptCramp(context.message_id, found.at, precision, found.told, is_tap=False)


def _read(context: Context, read: Reader, zones: Sequence[str]) -> LogCramp | None:
    """The cramp that a text tells, if it is the same in all these time zones."""
    first, *others = (read(context, zone) for zone in zones)
    return first if all(one == first for one in others) else None


def _commanded(context: Context, zone: str) -> LogCramp | None:
    """The cramp that the words after /cramp tell."""
    read = typed_or_night(
        context.argument, context.written_at, zone, context.tr.language, NOON_TO_NOON
    )
    return LogCramp(*read) if isinstance(read, tuple) else None


def _told(context: Context, zone: str) -> LogCramp | None:
    """The cramp that a sentence tells."""
    tr = context.tr
    found = exactly(
        context.text, tr.language, context.written_at, zone, tr.hour_cycle, NOON_TO_NOON
    )
    return found if isinstance(found, LogCramp) else None


def cramp_of(tap: Tap, now: datetime, first: int = 2) -> KeptCramp | None:
    """The cramp in a button's callback data; None: there is none, or its time cannot be true.

    Args:
        tap: the button's callback data.
        now: an aware instant.
        first: where the cramp's arguments begin; in a button that agrees at the third.
    """
    kind, message_id, seconds = tap.word(first), tap.message_id(first + 1), tap.number(first + 2)
    if kind not in {TAP, WORDS} or message_id is None or seconds is None:
        return None
    age = now.timestamp() - seconds
    if not 0 <= age <= FURTHEST_BACK.total_seconds():
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    if kind == TAP:
        return KeptCramp(message_id, at)
    precision, told = PRECISION_OF.get(tap.word(first + 3) or ""), told_or_none(tap.word(first + 4))
    if precision is None or told is None:
        return None
    return KeptCramp(message_id, at, precision, told, is_tap=False)
