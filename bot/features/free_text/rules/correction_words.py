"""The words of a correction: what was wrong in an entry, and what is right. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.free_text.rules.cramp_fields import (
    SIDES,
    SITES,
    is_unambiguous,
    known_of,
    stated_fields,
    stated_sites,
)
from bot.features.free_text.understanding.patterns import ABOUT_NUMBER, AGO, ANY_DAY, CLOCK, NUMBER
from bot.features.free_text.understanding.sentence import Piece, Remainder
from bot.local_time.typed_times import PERIODS

SAID_NO = re.compile(r"NOT [,.;]")
"""A word that means both "no" and "not" is the answer no before a comma."""
PLACES = "|".join((*SIDES, *SITES))
_SIDE, _SITE = (rf"(?:ON |OF |IN )?(?:{'|'.join(names)})(?!\S)" for names in (SIDES, SITES))
_NOT_PLACE = re.compile(
    rf"NOT(?: (?:ON|OF|IN|AT))*(?P<said> {_SIDE}(?: {_SITE})?| {_SITE}(?: {_SIDE})?)"
)
"""Of two sides the second is the right one: "not the left one the right one"."""
NOT_PLACE_BUT = re.compile(rf"{_NOT_PLACE.pattern}(?= MEANT)")
_PLACE_NOT = re.compile(rf"^(?:(?:ON|OF|IN|AT) )*(?P<said>(?:{PLACES})(?: (?:{PLACES}))*) NOT ,")
""" "el gemelo no, el pie": in some languages the "not" comes after what it denies."""
_WRONG_PLACE = re.compile(
    rf"(?:(?:{PLACES}) )+(?:MEANT|WRONG)(?: ,)?(?= (?:(?:ON|OF|IN) )?(?:{PLACES})(?!\S))"
)
"""A place that was wrong, before the right one: "left should be right"."""
_NOT_TIME = re.compile(
    r"NOT(?: (?:AT|ABOUT|STRENGTH))* [0-9]{1,2}(?: (?:[:.]|H|OCLOCK|DIAL) [0-9]{2})?"
    rf"(?: (?:H|HRS|OCLOCK|MIN|SEC|STRENGTH|ORDINAL))?(?: (?:{PERIODS}))?"
)
_HOUR = re.compile(r"(?P<hour>[0-9]{1,2}) (?:H|HRS|OCLOCK)")
"""After "not 3h": an hour without a word before it."""
_ABOUT_HOUR = re.compile(rf"ABOUT(?= {_HOUR.pattern})")
_NOT_DAY = re.compile(rf"NOT(?= {ANY_DAY.pattern})")
_RATHER_NO = frozenset({"нет", "ні"})
"""Words that are rather the answer no than a "not": "ні то була ліва"."""
_NOT_NOW = re.compile("NOT NOW(?: ,)?")
_NOT_EVENT = re.compile(r"NOT CRAMPS?")


@dataclass(frozen=True)
class Denied:
    """The words of a sentence that say that an entry is wrong, and what in it."""

    is_marked: bool
    """Whether it has a word that marks it as a correction: "no, …", "I meant …"."""
    places: Sequence[Sequence[str]]
    """Concepts of the sides and sites that are wrong."""
    has_time: bool
    has_event: bool
    """Whether it denies that it was a cramp."""
    is_answer: bool
    """Whether the word is rather the answer no, before what is right."""

    @classmethod
    def pulled(cls, rest: Remainder) -> "tuple[Denied, Remainder]":
        """Remove them from a sentence; what is left."""
        nots = [token.source.split() for token in rest.tokens if token.kind == "NOT"]
        is_answer = any(words[-1] in _RATHER_NO for words in nots if words)
        is_marked = SAID_NO.match(str(rest)) is not None and bool(list(rest.pull(SAID_NO)))
        denied = list(rest.pull(NOT_PLACE_BUT))
        is_marked |= bool(list(rest.pull(_WRONG_PLACE)))
        is_marked |= bool(rest.take("NO", "WRONG", "MEANT", "RATHER"))
        if not rest.has("CRAMP"):
            rest.take("HOW_BAD", *(("HURTS",) if rest.has(*SIDES) else ()))  # "ouch, not left, …"
        rest = Remainder(rest.tokens)  # "strength should be 6"
        denied += [*rest.pull(_PLACE_NOT), *rest.pull(_NOT_PLACE)]
        times = list(rest.pull(_NOT_TIME))
        events = list(rest.pull(_NOT_EVENT))
        is_marked |= bool(list(rest.pull(_NOT_DAY))) | bool(list(rest.pull(_NOT_NOW)))
        places = [piece.match["said"].split() for piece in denied]
        return cls(is_marked, places, bool(times), bool(events), is_answer), rest


@dataclass(frozen=True)
class Right:
    """The words of a correction that say what is right."""

    agos: list[Piece]
    clocks: list[Piece]
    hours: Sequence[int]
    """Hours without a word before them, which follow a time that was denied."""
    numbers: list[int]
    known: dict[str, str]
    """Fields and codes."""
    sites: tuple[str, ...]
    is_that_one: bool
    """Whether "one" stands for the cramp: "the first one"."""

    @classmethod
    def pulled(cls, rest: Remainder, *, has_denied_time: bool) -> "Right | None":
        """Remove them from a sentence; None when it says anything else, or two sides."""
        agos = list(rest.pull(AGO))
        list(rest.pull(ABOUT_NUMBER))
        list(rest.pull(_ABOUT_HOUR) if has_denied_time else ())
        rest = Remainder(rest.tokens)
        clocks = list(rest.pull(CLOCK))
        rest.take(*(("SOONER", "LATER") if clocks else ()))  # "it was earlier, at 2"
        hours = [int(one.match["hour"]) for one in rest.pull(_HOUR)] if has_denied_time else []
        stated, sites = stated_fields(rest), stated_sites(rest)
        rest.take(":", *(("FOR",) if stated["duration"] else ()))
        numbers = list(rest.pull(NUMBER))
        if not rest.is_accounted_for or sites is None or not is_unambiguous(stated):
            return None
        known = known_of(stated)
        is_that_one = any(one.is_spelt_one for one in numbers) and bool(known or sites)
        said = [int(one.match[0]) for one in numbers if not (is_that_one and one.is_spelt_one)]
        return cls(agos, clocks, hours, said, known, sites, is_that_one)
