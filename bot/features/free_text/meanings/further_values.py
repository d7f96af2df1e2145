"""Meanings of sentences that look at the diary, correct it, or only talk. Pure.

Meanings that log cramps or are about reminders are in ``values.py``.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from bot.features.cramps.told_codes import decode_told, encode_told


@dataclass(frozen=True)
class Undo:
    """Undo what was done last."""


@dataclass(frozen=True)
class RemoveEntry:
    """Remove the newest entry, or the one that is on screen."""


@dataclass(frozen=True)
class WasWrong:
    """What was done last is wrong, without a word about what is right."""


@dataclass(frozen=True)
class Correct:
    """Change the newest entry, or the one that is on screen: "no, the right leg", "it was an 8"."""

    told: tuple[tuple[str, str], ...] = ()
    """Field and code of :mod:`bot.features.cramps.values`, in the order of the fields' names."""
    clock: time | None = None
    """The right time of day, if one is said."""
    is_dial: bool = False
    """Whether the time may as well be twelve hours later."""
    is_other_side: bool = False
    """Whether the other side than the entry's is meant; then nothing else is said."""


@dataclass(frozen=True)
class MoveToNight:
    """The newest entry, or the one that is on screen, is of another night: "it was Tuesday"."""

    nights: tuple[date, ...]
    """The nights that the day may mean, by their evenings."""


@dataclass(frozen=True)
class LetGo:
    """The cramp for which relief was asked has let go."""


class Span(StrEnum):
    """A span of nights that a question is about."""

    NIGHT = "n"
    """One night."""
    WEEK = "w"
    """A calendar week, counted back from the present one."""
    MONTH = "m"
    """A calendar month."""
    DAYS = "d"
    """The last nights, as many as are said."""
    SINCE = "s"
    """All nights since a day."""
    ALL = "a"
    """The whole diary."""


@dataclass(frozen=True)
class AskNights:
    """A question about the cramps of a span of nights: whether, how many, how it was."""

    span: Span
    on: date | None = None
    """The evening of the night, the first day of the month, or the day of SINCE."""
    number: int = 0
    """Weeks back, or how many nights."""


@dataclass(frozen=True)
class AskLast:
    """When the last entry of a type was, and how it was."""

    event_type: str = "cramp"


@dataclass(frozen=True)
class AskWorst:
    """The strongest cramp of a span of nights, both ends included; None: without an end."""

    first_on: date | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class AskTrend:
    """Whether it gets better: the last 13 weeks, without a judgement."""


@dataclass(frozen=True)
class AskHelped:
    """What the diary says has helped against cramps."""


@dataclass(frozen=True)
class AskInARow:
    """How many nights in a row had cramps, or none, and which night was the last one without."""


@dataclass(frozen=True)
class OpenCard:
    """A card of Learn, by its name."""

    name: str


@dataclass(frozen=True)
class SetLanguage:
    """The bot speaks this language from now on."""

    code: str


@dataclass(frozen=True)
class SetHours:
    """Clock times with 12 or 24 hours."""

    hours: int


@dataclass(frozen=True)
class SendFile:
    """The diary as a file of this format."""

    file_format: str


@dataclass(frozen=True)
class HadCaffeine:
    """Something with caffeine was drunk at an instant (aware UTC)."""

    at: datetime


@dataclass(frozen=True)
class DidHabit:
    """A habit of an evening, as with the buttons of its reminder: stretched, drank."""

    habit: str
    evening_on: date


class Talk(StrEnum):
    """Something friendly that asks for nothing."""

    HELLO = "hello"
    THANKS = "thanks"
    FINE = "fine"
    GOOD_NIGHT = "night"
    BYE = "bye"
    ALCOHOL = "alcohol"
    """Somebody tells of alcohol, which the diary does not keep."""
    MEDICINE = "medicine"
    """Somebody tells of a medicine or magnesium, which the diary does not keep."""
    PET = "pet"
    """Somebody tells of a cramp of their dog or cat."""
    SORE = "sore"
    """A muscle is sore after a cramp."""
    LOOKS = "looks"
    """Somebody wants larger letters, or other colours."""
    VOICE = "voice"
    """Somebody wants to speak, or to be spoken to."""


@dataclass(frozen=True)
class Said:
    """A friendly word, which is answered with one."""

    talk: Talk


FurtherMeaning = (
    Undo
    | RemoveEntry
    | WasWrong
    | Correct
    | MoveToNight
    | LetGo
    | AskNights
    | AskLast
    | AskWorst
    | AskTrend
    | AskHelped
    | AskInARow
    | OpenCard
    | SetLanguage
    | SetHours
    | SendFile
    | HadCaffeine
    | DidHabit
    | Said
)
_PLAIN: dict[str, FurtherMeaning] = {
    "u": Undo(),
    "d": RemoveEntry(),
    "w": WasWrong(),
    "g": LetGo(),
    "t": AskTrend(),
    "e": AskHelped(),
    "r": AskInARow(),
    "o": Correct(is_other_side=True),
}
"""Code → meaning without parts."""
_LETTER = "x"
"""The first letter of the codes of all meanings in this module."""
_TYPES = ("cramp", "twitch")
MOST_NIGHTS = 400
"""The highest number of nights, or of weeks back, that a question can name."""
_ABSENT = "-"


def encode_further(meaning: FurtherMeaning) -> str:
    """A meaning as one part of callback data."""
    return ".".join((_LETTER, *_parts(meaning)))


def _parts(meaning: FurtherMeaning) -> tuple[str, ...]:
    match meaning:
        case Correct(is_other_side=True):
            return ("o",)
        case Correct(told, clock, is_dial):
            said = _ABSENT if clock is None else f"{clock:%H%M}"
            return ("c", said, str(int(is_dial)), encode_told(told))
        case MoveToNight(nights):
            return ("n", *map(_date_code, nights))
        case AskNights(span, on, number):
            return ("q", span.value, _date_code(on), str(number))
        case AskLast(event_type):
            return ("l", event_type)
        case AskWorst(first_on, last_on):
            return ("v", _date_code(first_on), _date_code(last_on))
        case OpenCard(name):
            return ("k", name)
        case SetLanguage(code):
            return ("s", code)
        case SetHours(hours):
            return ("h", str(hours))
        case SendFile(file_format):
            return ("f", file_format)
        case HadCaffeine(at):
            return ("b", str(int(at.timestamp())))
        case DidHabit(habit, evening_on):
            return ("a", habit, f"{evening_on:%Y%m%d}")
        case Said(talk):
            return ("y", talk.value)
    return next((code,) for code, plain in _PLAIN.items() if plain == meaning)


def decode_further(parts: list[str]) -> FurtherMeaning | None:
    """The meaning whose code has these parts after its letter; None when there is none.

    Raises:
        ValueError, KeyError, OverflowError, OSError: for parts that no button of ours has.
    """
    match parts:
        case [code] if code in _PLAIN:
            return _PLAIN[code]
        case ["c", said, is_dial, codes]:
            clock = None if said == _ABSENT else time(int(said[:2]), int(said[2:]))
            return Correct(decode_told(codes), clock, is_dial == "1")
        case ["n", *nights]:
            return MoveToNight(tuple(map(_day, nights)))
        case ["q", span, on, number]:
            if not 0 <= int(number) <= MOST_NIGHTS:
                return None
            return AskNights(Span(span), None if on == _ABSENT else _day(on), int(number))
        case ["l", event_type] if event_type in _TYPES:
            return AskLast(event_type)
        case ["v", first, last]:
            return AskWorst(*(None if one == _ABSENT else _day(one) for one in (first, last)))
        case ["k", name]:
            return OpenCard(name)
        case ["s", code]:
            return SetLanguage(code)
        case ["h", hours] if hours in ("12", "24"):
            return SetHours(int(hours))
        case ["f", file_format]:
            return SendFile(file_format)
        case ["b", seconds]:
            return HadCaffeine(datetime.fromtimestamp(int(seconds), UTC))
        case ["a", habit, day]:
            return DidHabit(habit, _day(day))
        case ["y", talk]:
            return Said(Talk(talk))
    return None


def _date_code(day: date | None) -> str:
    return _ABSENT if day is None else f"{day:%Y%m%d}"


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
