"""A parser for the times of day that people type, in all their languages.

A text that could mean two things is unclear: the result is None (or an empty list), and the person
is asked again. English is understood besides the person's own language; a text that means one
thing in their language and another in English is unclear too.

The text is first split into concepts by ``i18n/vocabulary/lexer.py``; the patterns below match
concepts, joined by spaces. Days, nights and past moments are in ``typed_days.py``.
"""

import re
from collections.abc import Callable
from datetime import time
from typing import TypeVar

from bot.i18n.vocabulary.lexer import LONGEST_TEXT, lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE

Parsed = TypeVar("Parsed")
Parser = Callable[[str], Parsed | None]
"""A function from concepts, joined by spaces, to their meaning; None when that is unclear."""

PERIODS = "AM|PM|MORNING|SMALL_HOURS|AFTERNOON|EVENING|NIGHT"
_PERIOD_BEFORE = re.compile(rf"({PERIODS}) ((?:AT |ABOUT )*[0-9].*)")
_NAMED_TIMES = {"MIDNIGHT": time(0, 0), "NOON": time(12, 0)}
STATED_HALVES = frozenset({*PERIODS.split("|"), *_NAMED_TIMES})
_CLOCK = re.compile(
    r"(?:AT )?([0-9]{1,2})(?: (?:[:.]|H|HRS|OCLOCK|DIAL) ([0-9]{2}))?(?: (?:H|HRS|OCLOCK))?"
    rf"(?: ({PERIODS}))?(?: \.)?"
)
_COMPACT = re.compile(rf"(?:AT )?([0-9]{{1,2}})([0-9]{{2}})(?: (?:H|OCLOCK))?(?: ({PERIODS}))?")
_CLOCKS = re.compile(rf"(?:{_CLOCK.pattern}|{_COMPACT.pattern}|MIDNIGHT|NOON)(?= |$)")
_PERIOD_HOURS = {
    "MORNING": (frozenset(range(1, 12)), range(0)),
    "SMALL_HOURS": (frozenset(range(7)), range(0)),
    "AFTERNOON": (frozenset(range(12, 21)), range(1, 9)),
    "EVENING": (frozenset(range(16, 24)), range(4, 12)),
    "NIGHT": (frozenset((*range(6), *range(19, 24))), range(7, 12)),
}
"""For each period: hours that are taken as they are, and hours that mean 12 hours later."""


def _concepts(text: str, language: str, longest: int = LONGEST_TEXT) -> str:
    tokens = lex(text, language, longest)
    # Russian "вчера ночью" is last night, perhaps: the doubt does not matter for the time.
    return " ".join(one.kind for one in tokens if one.source or one.kind != "MAYBE")


def parse_in_either(
    parse: Parser[Parsed], text: str, language: str, longest: int = LONGEST_TEXT
) -> Parsed | None:
    """Parse a text in the person's language and in English; None when the meanings differ."""
    own = parse(_concepts(text, language, longest))
    if language == SOURCE_LANGUAGE:
        return own
    english = parse(_concepts(text, SOURCE_LANGUAGE, longest))
    if own is None or english is None:
        return english if own is None else own
    return own if own == english else None


def _clock(hour: int, minute: int, period: str | None) -> time | None:
    """Return the time of an hour and a minute, in the half of the day that ``period`` means.

    None when there is no such time, as for 15 o'clock in the morning.
    """
    if period in ("AM", "PM"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if period == "PM" else 0)
    elif period is not None:
        unchanged, plus_twelve = _PERIOD_HOURS[period]
        if hour == 12 and period in ("NIGHT", "SMALL_HOURS"):
            hour = 0
        elif hour in plus_twelve:
            hour += 12
        elif hour not in unchanged:
            return None
    if hour > 23 or minute > 59:
        return None
    return time(hour, minute)


def clock_of(concepts: str, period: str | None = None) -> time | None:
    """Read one clock time from concepts.

    Args:
        concepts: of nothing but the time.
        period: taken from elsewhere in the text; used when the concepts contain none.
    """
    if before := _PERIOD_BEFORE.fullmatch(concepts):  # "at night at 3"
        period, concepts = before[1], before[2]
    wanted = concepts.removesuffix(" FILLER").removeprefix("AT ").removeprefix("ABOUT ")
    if wanted in _NAMED_TIMES:
        return _NAMED_TIMES[wanted]
    match = _CLOCK.fullmatch(wanted) or _COMPACT.fullmatch(wanted)
    if match is None:
        return None
    return _clock(int(match[1]), int(match[2] or 0), match[3] or period)


def parse_clock(text: str, language: str = SOURCE_LANGUAGE) -> time | None:
    """Parse a local clock time to the minute: "22:45", "10.30 pm", "2245", "22h" or "noon".

    A bare number is an hour of the 24-hour clock. None when the text is not a time or is unclear.
    """
    return parse_in_either(clock_of, text, language)


def is_half_of_day_stated(text: str, language: str = SOURCE_LANGUAGE) -> bool:
    """Whether a typed time says its half of the day: "8 am", "half past ten at night", "noon"."""
    said = f"{_concepts(text, language)} {_concepts(text, SOURCE_LANGUAGE)}"
    return not STATED_HALVES.isdisjoint(said.split())


def is_spoken_on_dial(text: str, language: str = SOURCE_LANGUAGE) -> bool:
    """Whether a time is said as on a clock with twelve hours: "half past ten", "halb elf"."""
    said = f"{_concepts(text, language)} {_concepts(text, SOURCE_LANGUAGE)}".split()
    return "DIAL" in said and not is_half_of_day_stated(text, language)


def times_of(concepts: str) -> list[time] | None:
    """Read several clock times from concepts of nothing else; None when any is unclear."""
    parts = [part.strip() for part in re.split(r" ?(?:,|;|\+|/|AND) ?", concepts)]
    parts = [part for part in parts if part]
    if len(parts) == 1 and clock_of(parts[0]) is None:
        parts = split_clocks(parts[0])
    clear = {moment for part in parts if (moment := clock_of(part)) is not None}
    is_clear = bool(parts) and all(clock_of(part) is not None for part in parts)
    return sorted(clear) if is_clear else None


def split_clocks(concepts: str) -> list[str]:
    """Split clock times with only spaces between them; a rest that is not one is the last part."""
    parts: list[str] = []
    while concepts:
        match = _CLOCKS.match(concepts)
        parts.append(match[0] if match else concepts)
        concepts = concepts[len(parts[-1]) :].lstrip()
    return parts


def parse_times(text: str, language: str = SOURCE_LANGUAGE) -> list[time]:
    """Parse several clock times; they are sorted and deduplicated.

    [] when any part of the text is unclear. The text may be four times as long as for one time.
    """
    return parse_in_either(times_of, text, language, 4 * LONGEST_TEXT) or []
