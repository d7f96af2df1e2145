"""Times of day as people say them: "half past ten", "halb elf", "diez menos cuarto". Pure.

Concepts of such a time are replaced by those of a written one: ``10 DIAL 30``. DIAL stands for a
colon between an hour and minutes of which the half of the day is not said.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.i18n.vocabulary.slavic_times import BARE_MINUTES, in_written_order, with_ukrainian_hours
from bot.i18n.vocabulary.tokens import Token

_H = r"(?P<h>[0-9]{1,2}|MIDNIGHT|NOON)"
_NAMED = {"MIDNIGHT": 0, "NOON": 12}
_M = r"(?P<m>[0-9]{1,2})"
_NO_UNIT = r"(?! (?:SEC|MIN|HOUR|DAYS|WEEK|CRAMPS|TIMES|OUT_OF|STRENGTH(?! [0-9])|DIAL|/|:|[0-9]))"
_O = r"(?: ORDINAL)?(?: (?:OCLOCK|HRS|H))?"
_MINUTES = r"(?: MIN)?"
_OF_AN_HOUR = ("HALF_", "QUARTER_")
"""Concepts before an hour that keep it from being a number of cramps: "at half past three cramps in
my leg"."""
_EVENING_ONLY = 13
_HOURS = 24


class SpokenTime(NamedTuple):
    """A pattern of concepts, and the minutes after the hour ``h`` that it means."""

    pattern: re.Pattern[str]
    minutes: Callable[[int], int]
    """From the number ``m`` (0 when there is none) to minutes, which may be negative."""
    languages: frozenset[str] = frozenset()
    """The only languages in which it is said; empty for all."""
    is_in_words: bool = False
    """Whether only numbers in words mean it: in figures it may be two times."""


def _spoken(
    pattern: str, minutes: Callable[[int], int], *, spoken: str = "", in_words: bool = False
) -> SpokenTime:
    unit = _NO_UNIT.replace("CRAMPS|", "") if pattern.startswith(_OF_AN_HOUR) else _NO_UNIT
    bounded = re.compile(rf"(?<!\S){pattern}{unit}(?!\S)")
    return SpokenTime(bounded, minutes, frozenset(spoken.split()), in_words)


_TIMES: tuple[SpokenTime, ...] = (
    # Five to half past ten: "fünf vor halb elf".
    _spoken(rf"{_M}{_MINUTES} (?:TO|AGO) HALF_TO {_H}{_O}", lambda m: -30 - m),
    _spoken(rf"{_M}{_MINUTES} (?:PAST|AFTER) HALF_TO {_H}{_O}", lambda m: m - 30),
    _spoken(rf"HALF_TO {_H}{_O}", lambda _m: -30),
    _spoken(rf"HALF_PAST {_H}{_O}", lambda _m: 30),
    # "woke at 4 hours": at four o'clock, as many say whose first language is another.
    _spoken(rf"(?<=AT ){_H} HOUR(?! AGO)", lambda _m: 0, spoken="en"),
    _spoken(rf"QUARTER_PAST {_H}{_O}", lambda _m: 15),
    _spoken(rf"QUARTER_TO {_H}{_O}", lambda _m: -15),
    _spoken(rf"QUARTER_OF {_H}{_O}", lambda _m: -45),
    _spoken(rf"LESS {_M}{_MINUTES} {_H}{_O}", lambda m: -m, spoken="ru uk"),
    _spoken(rf"{_M} MIN {_H} ORDINAL", lambda m: m - 60, spoken="ru"),
    # "в 2-15": not a range, as a clock has no fifteenth hour.
    _spoken(rf"(?<=AT ){_H} [-–] (?P<m>1[3-9]|[2-5][0-9])", lambda m: m, spoken="ru uk"),
    # "na verdade foi 2 e 20": after what corrects, no two numbers.
    _spoken(rf"(?<=MEANT ){_H} AND (?P<m>[1-5][0-9])", lambda m: m, spoken="pt_br es it"),
    _spoken(
        rf"{_M}{_MINUTES} (?:AT|ON) {_H} ORDINAL", lambda m: m - 60, spoken="uk", in_words=True
    ),
    _spoken(rf"{_H}{_O} LESS_QUARTER", lambda _m: -15),
    _spoken(rf"{_H}{_O} AND_QUARTER", lambda _m: 15),
    _spoken(rf"{_H}{_O} AND_HALF", lambda _m: 30, spoken="de en es fr it pt_br"),
    _spoken(rf"(?<=AT ){_H}{_O} AND_HALF", lambda _m: 30, spoken="ru uk"),
    _spoken(rf"{_H}{_O} LESS {_M}", lambda m: -m, spoken="es fr it pt_br"),
    _spoken(rf"{_M}{_MINUTES} (?:TO|AGO) {_H}{_O}", lambda m: -m, spoken="de"),
    _spoken(rf"{_M}{_MINUTES} TO {_H}{_O}", lambda m: -m),
    _spoken(rf"(?<!STRENGTH ){_M}{_MINUTES} PAST {_H}{_O}", lambda m: m),
    _spoken(rf"(?<!STRENGTH ){_M}{_MINUTES} AFTER {_H}{_O}", lambda m: m, spoken="de"),
    _spoken(rf"(?<!STRENGTH ){_M} AFTER {_H}{_O}", lambda m: m, in_words=True),
    _spoken(rf"{_H}{_O} AND {_M}(?: MIN)?", lambda m: m, spoken="es pt_br it", in_words=True),
    _spoken(rf"(?<=AT ){_H}{_O} AND (?P<m>15|[2-5][05])", lambda m: m, spoken="es pt_br it"),
    # "3 e 20 da manhã": no two hours, as none in the morning has the number 20.
    _spoken(
        rf"{_H} AND (?P<m>1[3-9]|[2-5][0-9])(?= (?:MORNING|SMALL_HOURS|AM|NIGHT|AFTERNOON))",
        lambda m: m,
        spoken="es pt_br",
    ),
    _spoken(rf"(?<!BETWEEN ){_H} (?:OCLOCK|HRS) (?:AND )?{_M}", lambda m: m),
    _spoken(rf"{_H} (?:OCLOCK|HRS) (?:AND )?{_M} MIN", lambda m: m, in_words=True),
    _spoken(rf"(?<=AT ){_H}{_O} 0 {_M}", lambda m: m),
    _spoken(rf"(?<=AT ){_H} {_M}", lambda m: m),
    _spoken(rf"(?<=ON )(?P<h>1[1-9]|2[0-3]) {_M}", lambda m: m, spoken="ru uk"),  # "на 22 15"
    _spoken(rf"{_H} 0 {_M}", lambda m: m, in_words=True),
    _spoken(rf"{_H} {_M}", lambda m: m, in_words=True),
)
_ONE_OF_SEVERAL = frozenset({"одна", "одну", "друга", "другу"})
"""Words that are no minutes where no "minute" is said: "в час и одна в три" tells of two cramps."""
_BY_FIVE = frozenset(range(5, 30, 5))
_ELSEWHERE = {"TO": "FILLER", "PAST": "AFTER"}
"""Concept of a spoken time → what the same word means outside of a time of day."""
_ELSEWHERE_IN = {"uk": _ELSEWHERE | {"LESS": "IN"}}
"""The same table for languages that differ: Ukrainian "за" can mean "in" as well, "за дві
години"."""
_SLAVIC = frozenset({"ru", "uk"})
_TO_HOURS = frozenset({"es", "pt_br"})
"""Languages in which "to the" before an hour means "at": "pras 10"."""


def with_times(tokens: Sequence[Token], language: str) -> list[Token]:
    """Replace spoken times among tokens by written ones."""
    found = list(tokens)
    if language in _TO_HOURS:
        found = _with_hours_to_come(found)
    if language in _SLAVIC:
        found = in_written_order(found)
    if any(token.kind.isdigit() or token.kind in _NAMED for token in found):
        for time in _TIMES:
            if not time.languages or language in time.languages:
                found = _replaced(found, time)
    if language == "uk":
        found = with_ukrainian_hours(found)
    elsewhere = _ELSEWHERE_IN.get(language, _ELSEWHERE)
    return [Token(elsewhere.get(one.kind, one.kind), one.source) for one in _about_first(found)]


def _with_hours_to_come(tokens: Sequence[Token]) -> list[Token]:
    """Read "to the" as "at" where no minutes come before it: "muda pras 10 e 15"."""
    found = list(tokens)
    for at, (token, after) in enumerate(pairwise(tokens)):
        before = found[at - 1].kind if at else ""
        is_to = token.kind == "TO" and after.kind.isdigit()
        if is_to and not (before.isdigit() or before in _MINUTES_BEFORE):
            found[at] = Token("AT", token.source)
    return found


_MINUTES_BEFORE = frozenset({"MIN", "LESS", "QUARTER_TO"})


_IN_FIGURES = re.compile(r"(?<=^[0-9]{2}) (?=[0-9]{2}$)")
"""Between the hour and the minutes of a time that was typed without a sign: "22 15"."""


def _replaced(tokens: list[Token], time: SpokenTime) -> list[Token]:
    start = 0
    while True:
        joined = " ".join(token.kind for token in tokens)
        match = time.pattern.search(joined, start)
        if match is None:
            return tokens
        first = joined[: match.start()].count(" ")
        last = first + match[0].count(" ") + 1
        written = _written(match, tokens[first:last], time)
        if written is None:
            start = match.start() + 1
            continue
        source = " ".join(token.source for token in tokens[first:last] if token.source)
        source = _IN_FIGURES.sub(":", source)
        tokens = [
            *tokens[:first],
            *(Token(kind, "" if at else source) for at, kind in enumerate(written)),
            *tokens[last:],
        ]
        start = match.start() + len(" ".join(written))


def _written(match: re.Match[str], tokens: list[Token], time: SpokenTime) -> list[str] | None:
    """The concepts of the written time; None when the numbers are not a time."""
    groups = match.groupdict()
    named = _NAMED.get(groups["h"])
    hour = int(groups["h"]) if named is None else named
    minute = int(groups.get("m") or 0)
    numbers = [token for token in tokens if token.kind.isdigit()]
    in_words = numbers[-1:] if " AND " in match[0] else numbers  # "a las 3 y diez"
    may_be_hour = not (" AND " in match[0] and minute >= _HOURS)  # "4 y 40" is not two hours
    if time.is_in_words and may_be_hour and any(token.source.isdigit() for token in in_words):
        return None
    minutes = time.minutes(minute)
    if hour > 24 or not -59 < minutes < 60:
        return None
    is_bare_minute = "m" in groups and "MIN" not in match[0]
    if is_bare_minute and numbers and numbers[-1].source in _ONE_OF_SEVERAL:
        return None
    is_bare = re.fullmatch(r"[0-9]+ [0-9]+", match[0]) is not None
    if is_bare and (minute not in BARE_MINUTES or hour > 23):
        return None
    if " TO " in match[0] and minute not in _BY_FIVE and " MIN " not in match[0]:
        return None
    if minutes < 0:
        hour, minutes = (hour - 1 or 12) if hour <= 12 else hour - 1, minutes + 60
        hour = 23 if hour < 0 else hour
    is_open = named is None and 1 <= hour < _EVENING_ONLY
    return [str(hour), "DIAL" if is_open else ":", f"{minutes:02}"]


_AFTER_ITS_HOUR = frozenset(
    {
        *(
            "ish",
            "y pico",
            "y algo",
            "e pouco",
            "e pouca",
            "e pouquinho",
            "e tantas",
            "circa",
            "e qualcosa",
        ),
        *("с копеиками", "с чем то", "без чего то", "с хвостиком", "с небольшим"),
        *("з копіиками", "з хвостиком", "з чимось", "з гаком"),
    }
)
"""Phrases, as typed, that say "not exactly" of the hour before them."""
_WITHIN_TIMES = frozenset({"DIAL", ":"})


def _about_first(tokens: list[Token]) -> list[Token]:
    """Put what says "not exactly" before its hour, and keep one of two: "around 3ish"."""
    found: list[Token] = []
    for token in tokens:
        is_after = token.kind == "ABOUT" and token.source in _AFTER_ITS_HOUR and found
        if is_after and found[-1].kind.isdigit():
            first = -3 if len(found) > 2 and found[-2].kind in _WITHIN_TIMES else -1
            is_said = len(found) > -first and found[first - 1].kind == "ABOUT"
            found[first:] = found[first:] if is_said else [token, *found[first:]]
        else:
            found.append(token)
    return found
