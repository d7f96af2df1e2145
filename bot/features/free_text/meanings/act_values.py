"""What a typed sentence can ask of reminders and of the day's plan, as plain values. Pure.

A button carries such a meaning as a short code. Words of the person's own do not fit into it: the
question shows them in its last line, and they are read from there (see ``act_messages.py``).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

EVERY_DAY = 0b1111111
"""Bit 0 is Monday, bit 6 Sunday."""
LONGEST_SNOOZE = 12 * 60
"""In minutes."""
_NO_CLOCK = "x"


@dataclass(frozen=True)
class RemindOnce:
    """A reminder at one local time (naive, to the minute), and never again."""

    at: datetime
    words: str = ""
    """What it says."""
    kind: str = ""
    """Set instead of ``words``: it says the same as the reminder of this kind."""


@dataclass(frozen=True)
class RemindDaily:
    """A new reminder in the person's own words, at these local times."""

    times: tuple[time, ...]
    words: str = ""
    weekdays: int = EVERY_DAY


@dataclass(frozen=True)
class TurnOwn:
    """A reminder in the person's own words on or off."""

    words: str
    on: bool


@dataclass(frozen=True)
class SetDays:
    """The weekdays of a reminder, as a bit mask."""

    kind: str
    weekdays: int


@dataclass(frozen=True)
class SetSound:
    """A reminder with sound or silent."""

    kind: str
    on: bool


@dataclass(frozen=True)
class Shift:
    """All times of a reminder earlier (negative) or later, in minutes."""

    kind: str
    minutes: int


@dataclass(frozen=True)
class Reset:
    """A reminder with its default times, days and sound."""

    kind: str


@dataclass(frozen=True)
class Mute:
    """No reminder of this kind until a local date, which is included."""

    kind: str
    until_on: date


@dataclass(frozen=True)
class Snooze:
    """The reminder that came last comes again in some minutes, or at a local time."""

    minutes: int | None = None
    clock: time | None = None


@dataclass(frozen=True)
class Answered:
    """The reminder that came last, or the last one of a kind, was done or skipped."""

    done: bool
    kind: str = ""


@dataclass(frozen=True)
class SleepTimes:
    """When the person goes to bed and gets up; None: that stays."""

    bed: time | None = None
    wake: time | None = None


@dataclass(frozen=True)
class BedTonight:
    """When the person goes to bed tonight, as local time; every other night that stays."""

    at: datetime


@dataclass(frozen=True)
class Travel:
    """The person is at a place, in their words."""

    place: str = ""
    until_on: date | None = None
    """The day on which they are home again, if they said so."""


@dataclass(frozen=True)
class AskPlace:
    """The person will be at a place, in their words: a reminder asks then whether they are."""

    at: datetime
    place: str = ""


@dataclass(frozen=True)
class ComeHome:
    """The person is at home again."""


@dataclass(frozen=True)
class KeepNote:
    """Keep the words as a note to the entry that was just made."""

    words: str = ""
    entry_id: int = 0
    """0: a button of an earlier version, which does not say."""


@dataclass(frozen=True)
class Keep:
    """Nothing is to be stopped or deleted."""

    kind: str = ""
    """The reminder that is to stay as it is; "": whatever there is."""


Act = (
    RemindOnce
    | RemindDaily
    | TurnOwn
    | SetDays
    | SetSound
    | Shift
    | Reset
    | Mute
    | Snooze
    | Answered
    | SleepTimes
    | BedTonight
    | Travel
    | AskPlace
    | ComeHome
    | KeepNote
    | Keep
)
WITH_WORDS = (RemindOnce, RemindDaily, TurnOwn, Travel, AskPlace, KeepNote)
"""Meanings with words of the person's own, which a button does not carry."""


def own_words(meaning: object) -> str:
    """The person's own words in a meaning; "" when there are none."""
    if isinstance(meaning, Travel | AskPlace):
        return meaning.place
    if isinstance(meaning, RemindOnce | RemindDaily | TurnOwn | KeepNote):
        return meaning.words
    return ""


def with_own_words(meaning: Act, words: str) -> Act:
    """The same meaning with these words of the person's own."""
    if isinstance(meaning, Travel | AskPlace):
        return replace(meaning, place=words)
    if isinstance(meaning, RemindOnce | RemindDaily | TurnOwn | KeepNote):
        return replace(meaning, words=words)
    return meaning


def needs_words(meaning: object) -> bool:
    """Whether a meaning was read from a button and lacks the person's own words."""
    is_of_kind = isinstance(meaning, RemindOnce) and bool(meaning.kind)
    return isinstance(meaning, WITH_WORDS) and not is_of_kind and not own_words(meaning)


def encode_act(act: Act) -> str:
    """An act as one part of callback data, without the person's own words."""
    match act:
        case RemindOnce(at, _, kind):
            return f"w1.{at:%Y%m%d%H%M}.{kind}"
        case RemindDaily(times, _, weekdays):
            return ".".join(("wd", str(weekdays), *map(_clock, times)))
        case TurnOwn(_, on):
            return f"wo.{int(on)}"
        case SetDays(kind, weekdays):
            return f"d.{kind}.{weekdays}"
        case SetSound(kind, on):
            return f"s.{kind}.{int(on)}"
        case Shift(kind, minutes):
            return f"h.{kind}.{minutes}"
        case Reset(kind):
            return f"e.{kind}"
        case Mute(kind, until_on):
            return f"u.{kind}.{until_on:%Y%m%d}"
        case Snooze(minutes, clock):
            return f"z.{_NO_CLOCK if minutes is None else minutes}.{_clock(clock)}"
        case Answered(done, kind):
            return f"a.{int(done)}.{kind}"
        case SleepTimes(bed, wake):
            return f"b.{_clock(bed)}.{_clock(wake)}"
        case BedTonight(at):
            return f"bt.{at:%Y%m%d%H%M}"
        case Travel(_place, until_on):
            return "t" if until_on is None else f"t.{until_on:%Y%m%d}"
        case AskPlace(at):
            return f"ta.{at:%Y%m%d%H%M}"
        case ComeHome():
            return "th"
        case KeepNote(_words, entry_id):
            return f"k.{entry_id}" if entry_id else "k"
        case Keep(kind):
            return f"ke.{kind}"


def decode_act(head: str, rest: list[str], kinds: tuple[str, ...]) -> Act | None:
    """The act of a code without the person's own words; None for an unknown code.

    Raises:
        ValueError: for an invalid number, date or time.
    """
    match head, rest:
        case "w1", [at, kind] if kind in ("", *kinds):
            return RemindOnce(datetime.strptime(at, "%Y%m%d%H%M"), kind=kind)  # noqa: DTZ007 local
        case "wd", [weekdays, *clocks] if 0 < int(weekdays) <= EVERY_DAY:
            return RemindDaily(tuple(_time(one) for one in clocks), weekdays=int(weekdays))
        case "wo", [on]:
            return TurnOwn("", on == "1")
        case "d", [kind, weekdays] if kind in kinds and 0 < int(weekdays) <= EVERY_DAY:
            return SetDays(kind, int(weekdays))
        case "s", [kind, on] if kind in kinds:
            return SetSound(kind, on == "1")
        case "h", [kind, minutes] if kind in kinds and abs(int(minutes)) < 24 * 60:
            return Shift(kind, int(minutes))
        case "e", [kind] if kind in kinds:
            return Reset(kind)
        case "u", [kind, day] if kind in kinds:
            return Mute(kind, date(int(day[:4]), int(day[4:6]), int(day[6:])))
        case "z", [minutes, clock]:
            count = None if minutes == _NO_CLOCK else int(minutes)
            if count is not None and not 0 < count <= LONGEST_SNOOZE:
                return None
            return Snooze(count, None if clock == _NO_CLOCK else _time(clock))
        case "a", [done, kind] if kind in ("", *kinds):
            return Answered(done == "1", kind)
        case "b", [bed, wake]:
            return SleepTimes(*(None if one == _NO_CLOCK else _time(one) for one in (bed, wake)))
        case "bt", [at]:
            return BedTonight(datetime.strptime(at, "%Y%m%d%H%M"))  # noqa: DTZ007 local
        case "t", []:
            return Travel()
        case "t", [day]:
            return Travel(until_on=datetime.strptime(day, "%Y%m%d").date())  # noqa: DTZ007 local
        case "ta", [at]:
            return AskPlace(datetime.strptime(at, "%Y%m%d%H%M"))  # noqa: DTZ007 local
        case "th", []:
            return ComeHome()
        case "k", []:
            return KeepNote()
        case "k", [entry_id] if 0 < int(entry_id) < 2**63:
            return KeepNote(entry_id=int(entry_id))
        case "ke", [kind] if kind in ("", *kinds):
            return Keep(kind)
    return None


def _clock(clock: time | None) -> str:
    return _NO_CLOCK if clock is None else f"{clock:%H%M}"


def _time(text: str) -> time:
    return time(int(text[:2]), int(text[2:]))
