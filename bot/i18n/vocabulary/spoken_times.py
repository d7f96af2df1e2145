"""Times of day as people say them: "half past ten", "halb elf", "diez menos cuarto". Pure.

Concepts of such a time are replaced by those of a written one: ``10 DIAL 30``. DIAL stands for a
colon between an hour and minutes of which the half of the day is not said.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

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
_BARE_MINUTES = frozenset(range(10, 60))
_BY_FIVE = frozenset(range(5, 30, 5))


_ELSEWHERE = {"TO": "FILLER", "PAST": "AFTER"}
"""Concept of a spoken time → what the same word means outside of a time of day."""
_ELSEWHERE_IN = {"uk": _ELSEWHERE | {"LESS": "IN"}}
"""The same table for languages that differ: Ukrainian "за" can mean "in" as well, "за дві
години"."""
_TO_HOURS = frozenset({"es", "pt_br"})
"""Languages in which "to the" before an hour means "at": "pras 10"."""


def with_times(tokens: Sequence[Token], language: str) -> list[Token]:
    """Replace spoken times among tokens by written ones."""
    is_slavic = language in _WITH_TURNED_UNITS
    found = list(tokens)
    if language in _TO_HOURS:
        found = _with_hours_to_come(found)
    if is_slavic:
        found = _period_last(_with_afternoon(_unit_last(_with_ones(_with_parts_of_hours(found)))))
    if any(token.kind.isdigit() or token.kind in _NAMED for token in found):
        for time in _TIMES:
            if not time.languages or language in time.languages:
                found = _replaced(found, time)
    if language == "uk":
        found = _with_nights(_with_hours(found))
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
    is_bare = re.fullmatch(r"[0-9]+ [0-9]+", match[0]) is not None
    if is_bare and (minute not in _BARE_MINUTES or hour > 23):
        return None
    if " TO " in match[0] and minute not in _BY_FIVE and " MIN " not in match[0]:
        return None
    if minutes < 0:
        hour, minutes = (hour - 1 or 12) if hour <= 12 else hour - 1, minutes + 60
        hour = 23 if hour < 0 else hour
    is_open = named is None and 1 <= hour < _EVENING_ONLY
    return [str(hour), "DIAL" if is_open else ":", f"{minutes:02}"]


_WITH_TURNED_UNITS = frozenset({"ru", "uk"})
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


_TURNED_ROUND = frozenset({"SEC", "MIN", "HRS", "DAYS", "WEEK", "TIMES"})
_NOT_TURNED_ROUND = frozenset({":", ".", "/", "DIAL", "OUT_OF", "ORDINAL", *_TURNED_ROUND})


def _unit_last(tokens: list[Token]) -> list[Token]:
    """Put a number before its unit, where the other order says "about": "минут 20 назад"."""
    found = _without_on(tokens)
    for at in range(len(found) - 2):
        unit, word, number = found[at : at + 3]
        is_about = unit.kind in _LENGTHS and word.kind in _AHEAD and number.kind.isdigit()
        if is_about and not (at and found[at - 1].kind.isdigit()):  # "минут через 5"
            found[at : at + 3] = [word, number, unit]
    for at in range(len(found) - 1):
        before = found[at - 1].kind if at else ""
        after = found[at + 2].kind if at + 2 < len(found) else ""
        is_turned = found[at].kind in _TURNED_ROUND and found[at + 1].kind.isdigit()
        if is_turned and not before.isdigit() and after not in _NOT_TURNED_ROUND:
            unit, number = found[at : at + 2]
            found[at : at + 2] = [Token("ABOUT", "~"), number, unit]
    return found


_PARTS_OF_HOURS = {"начале": 10, "початку": 10, "конце": 50, "кінці": 50, "наприкінці": 50}
"""Words for the beginning and the end of an hour, and a minute of it."""
_BEFORE_PARTS = frozenset({"AT", "ON", "ABOUT"})


def _with_parts_of_hours(tokens: Sequence[Token]) -> list[Token]:
    """Read "в начале четвёртого" as about ten past three, and its end as about ten to four."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token, after = tokens[at], [one.kind for one in tokens[at + 1 : at + 3]]
        minute = _PARTS_OF_HOURS.get(token.source.split(" ")[-1])
        is_part = minute is not None and after[1:] == ["ORDINAL"] and after[0].isdigit()
        if not is_part or not 0 < int(after[0]) <= _HOURS // 2:
            found.append(token)
            at += 1
            continue
        while found and found[-1].kind in _BEFORE_PARTS:
            found.pop()
        hour = (int(after[0]) - 1) or _HOURS // 2
        kinds = ("AT", "ABOUT", str(hour), "DIAL", str(minute))
        source = " ".join(one.source for one in tokens[at : at + 3])
        found += [Token(kind, "" if nth else source) for nth, kind in enumerate(kinds)]
        at += 3
        at += at < len(tokens) and tokens[at].kind in {"OCLOCK", "HRS"}
    return found


_LENGTHS = frozenset({"SEC", "MIN"})
_AHEAD = frozenset({"IN", "LESS"})
"""What comes between a unit and its number: "минут через 5", "хвилин за 5"."""
_ONE_OF_A_UNIT = frozenset({"минута", "минуту", "секунду", "секунда", "хвилина", "хвилину"})


def _with_ones(tokens: Sequence[Token]) -> list[Token]:
    """Put a "one" before a unit that has no number: "судорога, минута"."""
    if len(tokens) < 2:
        return list(tokens)
    found: list[Token] = []
    for at, token in enumerate(tokens):
        near = [*tokens[max(at - 1, 0) : at], *tokens[at + 1 : at + 2]]
        has_number = any(one.kind.isdigit() or one.kind in _SAYS_LENGTH for one in near)
        if token.source in _ONE_OF_A_UNIT and token.kind in _LENGTHS and not has_number:
            found.append(Token("1", ""))
        found.append(token)
    return found


_SAYS_LENGTH = frozenset({"HALF_TO", "THIS", "EVER", "DAILY", "AND_HALF", "ON"})


def _with_hours(tokens: Sequence[Token]) -> list[Token]:
    """Read ordinals of the feminine gender as hours where the words beside them say so.

    Ukrainian: "близько третьої", "п'ята ранку"; not "друга судома", nor "до двадцятого".
    """
    found = list(tokens)
    for at in range(1, len(found)):
        number, token = found[at - 1 : at + 1]
        if token.kind != "ORDINAL" or not number.source.endswith(_FEMININE):
            continue
        before = found[at - 2].kind if at > 1 else ""
        after = found[at + 1].kind if at + 1 < len(found) else ""
        is_after_night = before.endswith("NIGHT")
        is_hour = before in _BEFORE_AN_HOUR or is_after_night or after in _PERIODS
        is_hour |= len(found) == 2
        if is_hour and int(number.kind) <= _HOURS and not after.startswith("MONTH"):
            found[at] = Token("OCLOCK", "")
    return found


def _with_nights(tokens: Sequence[Token]) -> list[Token]:
    """Read Ukrainian "вночі" after a day as the night of that day, not as the last one."""
    return [
        Token("NIGHT", token.source)
        if token.kind == "THIS_NIGHT"
        and token.source in _AT_NIGHT
        and before is not None
        and before.kind.startswith(_DAYS_BEFORE)
        else token
        for before, token in zip([None, *tokens], tokens, strict=False)
    ]


_AT_NIGHT = frozenset({"вночі", "уночі"})
_DAYS_BEFORE = ("AGO", "DAY", "YESTERDAY", "MONTH", "TOMORROW")
_FEMININE = ("а", "я", "у", "ю", "оі", "іи")
"""Endings, after folding."""
_BEFORE_AN_HOUR = frozenset({"AT", "ON", "ABOUT", "AFTER", "UNTIL", "BETWEEN"})


def _without_on(tokens: list[Token]) -> list[Token]:
    """Leave "на" out between a length and its number, and before the strength at the end.

    "минуты на две", "хвилин на п'ять"; "судома на 7".
    """
    if any(token.kind in ("CRAMP", "CRAMPS") for token in tokens):
        tokens = without_last_on(tokens)
    return [
        token
        for at, token in enumerate(tokens)
        if not (
            token.source == "на"
            and 0 < at < len(tokens) - 1
            and tokens[at - 1].kind in _LENGTHS
            and not (at > 1 and tokens[at - 2].kind.isdigit())
            and tokens[at + 1].kind.isdigit()
        )
    ]


def without_last_on(tokens: list[Token]) -> list[Token]:
    """Leave "на" out before a number at the end, which is a strength: "это было на 8"."""
    if len(tokens) > 1 and tokens[-1].kind.isdigit() and tokens[-2].source == "на":
        return [*tokens[:-2], tokens[-1]]
    return tokens


_BEFORE_HOURS = frozenset({"AT", "AFTER", "UNTIL"})


def _with_afternoon(tokens: list[Token]) -> list[Token]:
    """Read "days" after an hour as the afternoon: "в 3 дня" is 15:00, "на 3 дня" three days."""
    found = list(tokens)
    for at in range(2, len(found)):
        before, hour, word = found[at - 2 : at + 1]
        is_further = before.kind == "AND" and any(one.kind == "MORNING" for one in found[:at])
        is_after = before.kind in _BEFORE_HOURS or is_further  # "на 11 утра и 4 дня"
        is_hour = is_after and hour.kind.isdigit() and int(hour.kind) <= 6
        if is_hour and word.kind == "DAYS" and word.source == "дня":
            found[at] = Token("AFTERNOON", "часов дня")
    return found


_PERIODS = frozenset({"MORNING", "EVENING", "NIGHT"})
_ABOUT_HOUR = frozenset({"ABOUT", "AT"})
_COUNTED = frozenset({"SEC", "MIN", "TIMES", "CRAMPS"})
"""Concepts after which a number is not an hour."""
_OF_HOUR = frozenset({"HRS", "H", "OCLOCK", "ORDINAL", ":", ".", "DIAL"})


def _period_last(tokens: list[Token]) -> list[Token]:
    """Move a part of the day behind the hour that follows it: "ночью часа в два", "под утро в 5".

    Inside a phrase it belongs to the day that is named: "позапрошлой ночью".
    """
    found = list(tokens)
    for at, token in enumerate(tokens):
        hour = at + 1
        while hour < len(found) and found[hour].kind in _ABOUT_HOUR:
            hour += 1
        is_hour = hour < len(found) and found[hour].kind.isdigit()
        is_hour &= hour + 1 >= len(found) or found[hour + 1].kind not in _COUNTED
        is_of_day = at > 0 and not token.source
        if token.kind not in _PERIODS or hour == at + 1 or not is_hour or is_of_day:
            continue
        end = hour + 1
        while end < len(found) and (found[end].kind in _OF_HOUR or _is_minute(found, end)):
            end += 1
        is_said = end < len(found) and found[end].kind in _PERIODS | {"AFTERNOON", "DAYS"}
        if not is_said and len({one.kind for one in found} & _PERIODS) == 1:
            return [*found[:at], *found[at + 1 : end], token, *found[end:]]
    return found


def _is_minute(tokens: Sequence[Token], at: int) -> bool:
    """Whether a number follows a sign between hours and minutes, or a bare hour."""
    return tokens[at].kind.isdigit() and (
        tokens[at - 1].kind in _OF_HOUR or int(tokens[at].kind) in _BARE_MINUTES
    )
