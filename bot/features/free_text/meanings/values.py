"""The meanings of typed sentences as plain values, and their encoding in callback data. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from bot.database.cramp_values import TimePrecision
from bot.features.cramps.told_codes import LETTER_OF, PRECISION_OF, decode_told, encode_told
from bot.features.cramps.values import STRONGEST
from bot.features.free_text.meanings.act_values import Act, decode_act, encode_act
from bot.features.free_text.meanings.further_values import (
    FurtherMeaning,
    decode_further,
    encode_further,
)

KINDS = ("stretch", "caffeine", "dinner_caffeine", "hydration", "meal", "check_in", "summary")
"""The kinds of reminders that a sentence can name."""
_LONGEST_CODE = 64


@dataclass(frozen=True)
class LogCramp:
    """A cramp at an instant (aware, UTC), which with ``night_only`` only tells the night."""

    at: datetime
    precision: str
    told: tuple[tuple[str, str], ...] = ()
    """Field and code of :mod:`bot.features.cramps.values`, in the order of the fields' names."""


@dataclass(frozen=True)
class LogTwo:
    """Two cramps, the earlier one first."""

    first: LogCramp
    second: LogCramp


@dataclass(frozen=True)
class MoveReminder:
    """A reminder at these local times every day; of caffeine: none after that time."""

    kind: str
    times: tuple[time, ...]


@dataclass(frozen=True)
class TurnReminder:
    """A reminder on or off."""

    kind: str
    on: bool


@dataclass(frozen=True)
class Pause:
    """Reminders rest for the night, until a local date, or (neither) until further notice."""

    until_on: date | None = None
    tonight: bool = False
    clock: time | None = None
    """The local time of that date at which they go on; None: when the person gets up."""


@dataclass(frozen=True)
class Resume:
    """Reminders go on."""


@dataclass(frozen=True)
class NoCramps:
    """A night without cramps, by its evening's date."""

    night_on: date
    sleep: int | None = None
    """How the night was slept, if that is said, too: 0, the best, to 10, the worst."""


class Page(StrEnum):
    """A page that a sentence can ask for, by the name of its command, if it has one."""

    SUMMARY = "summary"
    HISTORY = "history"
    REMINDERS = "reminders"
    HELP = "help"
    STOP = "stop"
    """The page with everything that can be stopped."""
    PAUSE = "pause"
    """The question for how long reminders shall rest."""
    GUIDED_STRETCH = "guided_stretch"
    RELIEF = "relief"
    MONTH = "month"
    SETTINGS = "settings"
    LANGUAGE = "language"
    EXPORT = "export"
    REPORT = "report"
    PRIVACY = "privacy"
    ERASE = "delete"
    LEARN = "learn"
    WARNINGS = "warnings"
    PROFILE = "profile"
    CAREGIVER = "caregiver"
    FAIR_TEST = "experiment"
    BEDTIME = "bedtime"
    """The question for the bedtime."""
    GETTING_UP = "getting_up"
    PLACE = "place"
    """Where the person is."""


@dataclass(frozen=True)
class Show:
    """Something to look at."""

    page: Page


Meaning = (
    LogCramp
    | LogTwo
    | MoveReminder
    | TurnReminder
    | Pause
    | Resume
    | NoCramps
    | Show
    | Act
    | FurtherMeaning
)


class Why(StrEnum):
    """Why a sentence that is meant for the bot is not understood."""

    WHICH = "which"
    """It may mean several things, or is said shorter than is clear."""
    BOTH = "both"
    """It says several things, and each of the candidates is meant."""
    FEW_DAYS = "few_days"
    """A reminder is wished for every few days; the candidates come nearest to that."""
    ONE_DAY = "one_day"
    """Another time of getting up is wished for one day; the candidates are what can be done."""
    BAD_NIGHT = "bad_night"
    """Somebody slept badly, or not at all; whether there was a cramp, is asked."""
    TO_COME = "to_come"
    TOO_LONG_AGO = "too_long_ago"


@dataclass(frozen=True)
class Unclear:
    """Meant for the bot, but not clear; the candidates are the likely readings."""

    candidates: tuple[Meaning, ...] = ()
    why: Why = Why.WHICH


def encode(meaning: Meaning) -> str:
    """A meaning as one part of callback data."""
    match meaning:
        case LogCramp(at, precision, told):
            letter = LETTER_OF[TimePrecision(precision)]
            return f"c.{int(at.timestamp())}.{letter}.{encode_told(told)}"
        case LogTwo(first, second):
            later = int(second.at.timestamp())
            both = f"{encode(first)}.{later}.{LETTER_OF[TimePrecision(second.precision)]}"
            return both if first.told == second.told else f"{both}.{encode_told(second.told)}"
        case MoveReminder(kind, times):
            return ".".join(("m", kind, *(f"{slot:%H%M}" for slot in times)))
        case TurnReminder(kind, on):
            return f"o.{kind}.{int(on)}"
        case Pause(until_on, tonight, clock):
            day = "o" if until_on is None else f"{until_on:%Y%m%d}"
            end = "n" if tonight else day
            return f"p.{end}" if clock is None else f"p.{end}.{clock:%H%M}"
        case Resume():
            return "r"
        case NoCramps(night_on, sleep):
            return f"n.{night_on:%Y%m%d}" if sleep is None else f"n.{night_on:%Y%m%d}.{sleep}"
        case Show(page):
            return f"s.{page.value}"
    if isinstance(meaning, FurtherMeaning):
        return encode_further(meaning)
    return encode_act(meaning)


def decode(code: str | None) -> Meaning | None:
    """The meaning in a part of callback data; None if no button of ours has it."""
    head, *rest = (code or "")[:_LONGEST_CODE].split(".")
    try:
        meaning = _decoded(head, rest)
        return meaning if meaning is not None and encode(meaning) == code else None
    except (ValueError, KeyError, IndexError, OverflowError, OSError):
        return None


def _decoded(head: str, rest: list[str]) -> Meaning | None:
    match head, rest:
        case "c", [seconds, precision, codes]:
            at = datetime.fromtimestamp(int(seconds), UTC)
            return LogCramp(at, PRECISION_OF[precision], decode_told(codes))
        case "c", [at, letter, codes, *parts] if len(parts) in (2, 3):
            first = _decoded(head, [at, letter, codes])
            second = _decoded(head, [*parts, codes][:3])
            if isinstance(first, LogCramp) and isinstance(second, LogCramp):
                return LogTwo(first, second)
        case "m", [kind, *clocks] if kind in KINDS and clocks:
            return MoveReminder(kind, tuple(time(int(c[:2]), int(c[2:])) for c in clocks))
        case "o", [kind, on] if kind in KINDS:
            return TurnReminder(kind, on == "1")
        case "p", ["n"]:
            return Pause(tonight=True)
        case "p", ["o"]:
            return Pause()
        case "p", [day]:
            return Pause(_day(day))
        case "p", [day, clock]:
            return Pause(_day(day), clock=time(int(clock[:2]), int(clock[2:])))
        case "r", []:
            return Resume()
        case "n", [day]:
            return NoCramps(_day(day))
        case "n", [day, sleep] if 0 <= int(sleep) <= STRONGEST:
            return NoCramps(_day(day), int(sleep))
        case "s", [page]:
            return Show(Page(page))
        case "x", [*parts]:
            return decode_further(parts)
    return decode_act(head, rest, KINDS)


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
