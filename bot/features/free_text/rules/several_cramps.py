"""Reads sentences that tell of several cramps, or of several times, sides or places. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import LogCramp, Meaning, Unclear
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.cramp_rules import cramp, two_of, without_sites
from bot.features.free_text.rules.cramp_times import ASLEEP_FROM, ASLEEP_UNTIL, moment_of_night
from bot.features.free_text.rules.how_many_cramps import (
    NIGHTS,
    count_or_hour,
    either_count,
    two_or_three,
)
from bot.features.free_text.understanding.patterns import ANY_DAY, CLOCK
from bot.features.free_text.understanding.sentence import (
    MOST_CANDIDATES,
    Remainder,
    Situation,
    Understood,
    asked,
)
from bot.features.free_text.understanding.whole_sentence import read_tokens, readings_of
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import local_time

JOINING = frozenset({"AND", ",", ";"})
_PLACES = frozenset({*SITES, *SIDES})
_ONE_OF_SEVERAL = re.compile(r"(?<!\S)(?<!AT )1(?= AT(?!\S))")
_CLOCKS = re.compile(rf"(?<!\S)(?:{CLOCK.pattern}|[0-9]{{1,2}} H)(?!\S)")
_EMPTY = re.compile(r"(?<=AND )LATER(?= (?:ABOUT )?AT [0-9])|(?<=[0-9] CRAMPS )TIMES")
""" "At 1 and then at 4" is no wish for later."""
_FIRST = re.compile(r"(?:1 ORDINAL|1|FILLER) (?=(?:AT|ABOUT) )")
_SECOND = re.compile(
    r"(?<=[0-9] )AGAIN(?= AT [0-9])"
    r"|(?:(?<=AND )|(?<=[,;] ))(?:(?:FILLER|LATER|AFTER|MAYBE) )*"
    r"(?:AGAIN|OTHER_ONE|(?:1|2 ORDINAL|COMMON|FILLER)(?= (?:(?:AT|ABOUT) )*[0-9]))(?!\S)"
)
"""What begins the second of two cramps: "and then another", "and one at 2"."""
_AGAIN_AT = re.compile(rf"(?<!\S)(?:AGAIN (?:{CLOCK.pattern})|(?:AT [0-9]{{1,2}}) AGAIN)$")
_OF_STRENGTH = frozenset({"STRENGTH", "OUT_OF", "/"})
_EITHER_DAY = re.compile(
    rf"(?<!\S)(?P<second>{ANY_DAY.pattern}) OR (?P<first>{ANY_DAY.pattern})(?!\S)"
)
_ALSO = frozenset({"ALSO", "OTHER_ONE"})
_BESIDE_ALSO = frozenset({"FILLER", "LEG", "AND", "ON", "IN", "NOW", "AGAIN"})
_AFTER_TWO = frozenset({*NIGHTS, *JOINING, "AT", "ABOUT", "TIMES"})
_ANOTHER = frozenset({"AGAIN", "OTHER_ONE"})
_OF_TWO = frozenset(
    {
        *(*NIGHTS, *_ANOTHER, *JOINING, *_PLACES, "AT", "ABOUT", "ON", "IN", "OF"),
        *(":", ".", "H", "HRS", "OCLOCK", "DIAL", "AM", "PM", "MORNING", "MIDNIGHT", "ONCE"),
    }
)
"""The only concepts of a sentence that tells of two cramps without naming them."""
_NUMBERS = frozenset(str(number) for number in range(60))
_BESIDE_ANOTHER = frozenset({"FILLER", "LEG", "LATER", "AFTER", "MAYBE"})
_OF_ANOTHER = _OF_TWO | EVENTS.keys() | {"EVENING"}
_EITHER_HOUR = re.compile(
    r"(?<!\S)(?<!FOR )(?<!OF )(?<!AGO )(?P<hour>1?[0-9]) OR 1?[0-9] (?:HRS|OCLOCK)(?!\S)(?! AGO)"
)
_SLASHED = re.compile(r"(?<!\S)(?:AT|ABOUT) (?P<hour>[1-9]) / [2-9](?!\S)(?! /)")
""" "At 3/4", which is no strength."""
_EITHER_SIDE = ("LEFT", "RIGHT")
_ONE_OF_THEM = frozenset({"OR", "BETWEEN", "UNTIL"})
_BEFORE_HOUR = frozenset({"OR", *JOINING})
_AFTER_HOUR = frozenset({"", "OR", "DIAL", ":", *JOINING})


def several(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """Ask about another cramp besides a known one, or about two of which little is told."""
    return (
        also(tokens, situation)
        or two_unnamed(tokens, situation)
        or then_again(tokens, situation)
        or then_another(tokens, situation)
        or either_count(tokens, situation)
        or two_or_three(tokens, situation)
        or count_or_hour(tokens, situation)
        or either_hour(tokens, situation)
    )


def then_another(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "one in my thigh at 2 and then another in the foot": both, each with its own hour.

    So is "one at 1 and one at half past 2 in the foot".
    """
    kinds = [token.kind for token in tokens]
    seconds = list(_SECOND.finditer(" ".join(kinds)))
    others = {*_BESIDE_ANOTHER, *_ANOTHER, "COMMON", "ORDINAL"}
    if len(seconds) != 1 or not set(kinds) <= _OF_ANOTHER | _NUMBERS | others:
        return None
    if "BOTH" in kinds or (seconds[0][0] == "FILLER" and SITES.keys().isdisjoint(kinds)):
        return None  # "at 9 and then at 10" may be about reminders
    cut, end = (" ".join(kinds)[:place].count(" ") for place in seconds[0].span())
    opening = _FIRST.match(" ".join(kinds))
    begin = opening[0].count(" ") if opening else 0
    first, second = (
        [one for one in part if one.kind not in _BESIDE_ANOTHER]
        for part in (tokens[begin:cut], tokens[end + 1 :])
    )
    days = [one for one in first if one.kind in NIGHTS]
    found: list[LogCramp] = []
    for part in (first, second):
        read = _read_cramp(_as_cramp(part, days), situation)
        cramps = [one for one in _one_of_part(read, situation) if isinstance(one, LogCramp)]
        is_rated = any("strength" in dict(one.told) for one in cramps)  # of "two, one at 1"
        if len(cramps) != 1 or is_rated or not _has_place_or_hour(part):
            return None
        found += cramps
    both = two_of(found) if all(one.precision != "night_only" for one in found) else None
    return asked([*([both] if both else []), *found])


def _has_place_or_hour(part: Sequence[Token]) -> bool:
    kinds = [one.kind for one in part]
    return not SITES.keys().isdisjoint(kinds) or _CLOCKS.search(" ".join(kinds)) is not None


def then_again(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "left calf 7, then again at 5": one of this night, and another one in the same place."""
    said = [one for one in tokens if one.kind not in {*_BESIDE_ANOTHER, *JOINING}]
    kinds = " ".join(one.kind for one in said)
    again = _AGAIN_AT.search(kinds)
    if again is None or not set(kinds.split()) <= _OF_ANOTHER | _NUMBERS | _OF_STRENGTH:
        return None
    cut = kinds[: again.start()].count(" ")
    first, hour = said[:cut], [one for one in said[cut:] if one.kind != "AGAIN"]
    place = [one for one in first if one.kind in _PLACES]
    seconds = _cramps_of([*place, *hour], situation)
    says_more = any(one.kind.isdigit() for one in first)  # "foot cramp again at 4" is one
    if not (place and says_more) or len(seconds) != 1:
        return None
    firsts = _cramps_of(first, situation)
    if _CLOCKS.search(" ".join(one.kind for one in first)) is None:
        night_on = situation.nights.of(local_time(seconds[0].at, situation.zone))
        at, precision = moment_of_night(night_on, situation)
        before = min(at, seconds[0].at - timedelta(minutes=1))
        firsts = [replace(one, at=before, precision=precision) for one in firsts]
    both = [two_of([one, seconds[0]]) for one in firsts if one.at < seconds[0].at]
    return asked([*(one for one in both if one), *seconds, *firsts]) if both else None


def _cramps_of(part: Sequence[Token], situation: Situation) -> list[LogCramp]:
    """The cramps that a part of a sentence can tell, as if it stood alone."""
    read = _read_cramp(_as_cramp(part, ()), situation)
    return [one for one in _one_of_part(read, situation) if isinstance(one, LogCramp)]


def _as_cramp(part: Sequence[Token], days: Sequence[Token]) -> list[Token]:
    """A part of a sentence as if it stood alone, with the night that the first part names.

    "Yesterday evening one, another at 2": the hour is one of the night that followed.
    """
    own = [one for one in part if one.kind not in EVENTS and one.kind not in JOINING]
    kinds = {one.kind for one in own}
    has_hour = _CLOCKS.search(" ".join(one.kind for one in own)) is not None
    others = [] if not NIGHTS.isdisjoint(kinds) else days
    kept = [one for one in others if not (has_hour and one.kind == "YESTERDAY")]
    return [*kept, *own, Token("CRAMP", "")]


def either_hour(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "3 ou 4 horas, cãibra no pé", "verso le 3/4 crampo": both hours are asked."""
    said = [token for token in tokens if token.kind not in ("FILLER", "MAYBE")]
    kinds = [token.kind for token in said]
    either = _EITHER_HOUR.search(" ".join(kinds)) or _SLASHED.search(" ".join(kinds))
    if either is None or {*EVENTS, *SITES}.isdisjoint(kinds):
        return None
    at = " ".join(kinds)[: either.start("hour")].count(" ")
    first, _or, second, *after = said[at:]
    before = said[: at - 1] if at and kinds[at - 1] == "AT" else said[:at]
    after = after[1:] if after and after[0].kind in ("HRS", "OCLOCK") else after
    found = [
        meaning
        for number in (first, second)
        for meaning in _read_cramp([*before, Token("AT", ""), number, *after], situation)
    ]
    cramps = [one for one in found if isinstance(one, LogCramp)]
    return asked(_by_night(without_sites(cramps), situation)) if cramps else None


def two_unnamed(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "two last night, one at 1 and the other at 4:30": asked, as a reminder has times, too.

    So is "twice last night, once at 1 and once at 5".
    """
    said = [token for token in tokens if token.kind not in ("FILLER", "LEG")]
    is_counted = len(said) > 1 and said[0].kind in ("2", "3") and said[1].kind in _AFTER_TWO
    said = [token for token in said[is_counted:] if not (is_counted and token.kind == "TIMES")]
    kinds = [token.kind for token in said]
    singles = [
        at
        for at, (kind, after) in enumerate(pairwise([*kinds, ""]))
        if kind in _ANOTHER
        or (kind == "ONCE" and after == "AT")
        or (kind == "1" and after == "AT" and said[at].source.isalpha())
    ]
    if not (is_counted or singles) or not set(kinds) <= _OF_TWO | _NUMBERS | {"LATER"}:
        return None
    times = [token for at, token in enumerate(said) if at not in singles]
    found = one_of_several(Remainder([*times, Token("CRAMP", "")]), situation)
    cramps = [one for one in readings_of(found) if isinstance(one, LogCramp)]
    is_plain = not any("strength" in dict(one.told) for one in cramps)  # a number is not an hour
    has_hour = any(token.kind.isdigit() or token.kind == "MIDNIGHT" for token in times)
    is_of_two = has_hour and is_plain and len({one.at for one in cramps}) > 1
    return found if is_of_two and isinstance(found, Unclear) else None


def also(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "the right one, too", "now the other leg as well": both sides, or another cramp."""
    kinds = {token.kind for token in tokens} - _BESIDE_ALSO
    sides, sites = kinds & set(SIDES), kinds & set(SITES)
    is_other = "OTHER_ONE" in kinds
    if "ALSO" not in kinds or len(sides) + is_other != 1 or kinds - sides - sites - _ALSO:
        return None
    besides = [token for token in tokens if token.kind not in _ALSO]
    another = read_tokens([*besides, Token("ALSO", ""), Token("CRAMP", "")], situation)
    return asked([Correct((("side", "both"),)), *readings_of(another)])


def _counts(tokens: Sequence[Token]) -> Iterator[int]:
    """The positions of numbers that count cramps; a cramp at one of several times has none."""
    for at, (number, counted_thing) in enumerate(pairwise(tokens)):
        if number.kind.isdigit() and counted_thing.kind == "CRAMPS":
            yield at


def one_of_several(rest: Remainder, situation: Situation) -> Understood:
    """A cramp; of several times, each may be meant: "two cramps, one at 1 and one at 4"."""
    joined = _of_one_event(rest)
    tokens = [token for token in joined if token.kind not in JOINING]
    while tokens and tokens[-1].kind == "OR":
        tokens.pop()  # "at 1, or a bit later"
    if {"OR", *_EITHER_SIDE} <= {token.kind for token in tokens}:
        return asked(list(_of_each_side(tokens, situation)))
    found = cramp(Remainder(tokens), situation)
    if readings_of(found):
        return found
    if days := list(_of_each_day(tokens, situation)):
        return asked(days)
    at_times = [
        one
        for part in _of_each_time(joined)
        for one in _one_of_part(_read_cramp(part, situation), situation)
    ]
    if at_times:
        both = two_of(at_times) if _is_each(tokens) else None
        return asked([*([both] if both else []), *at_times])
    places = [one for part in _of_each_place(joined) for one in _read_cramp(part, situation)]
    if places:
        return asked(places)
    at_hours = _at_each_hour(tokens, situation)
    return asked(at_hours) if at_hours else found


def _of_one_event(rest: Remainder) -> list[Token]:
    """A sentence in which a cramp is named once, and each of several hours is marked as one."""
    if not rest.has(*EVENTS):  # a place that hurts, or a waking at night
        rest.take("HURTS")
        rest = rest.joined_by("CRAMP")
    rest.take_spelt_ones(_ONE_OF_SEVERAL)
    list(rest.pull(_EMPTY))
    rest = Remainder(_with_hours(rest.tokens))
    if len(list(_CLOCKS.finditer(str(rest)))) > 1 and rest.has(*_EITHER_SIDE):
        rest.take("BOTH")  # "one at 1 and one at 4, both in the left calf"
    tokens = rest.tokens
    kinds = rest.kinds
    return [
        token
        for at, token in enumerate(tokens)
        if not (token.kind in EVENTS and token.kind in kinds[:at])  # "cramp cramp cramp"
    ]


def _at_each_hour(tokens: Sequence[Token], situation: Situation) -> list[Meaning]:
    """The cramps of a sentence with several hours, as if each hour were the only one.

    Unless only one of them is meant, two cramps come first; when these are too many to ask, only
    those by night are left.
    """
    kinds = " ".join(token.kind for token in tokens)
    clocks = [
        range(kinds[: match.start()].count(" "), kinds[: match.end()].count(" ") + 1)
        for match in _CLOCKS.finditer(kinds)
    ]
    readings: list[Sequence[Meaning]] = []
    for chosen in clocks if len(clocks) > 1 else ():
        others = {at for one in clocks if one != chosen for at in one}
        others.update(_counts(tokens))
        one = [token for at, token in enumerate(tokens) if at not in others]
        readings.append(_read_cramp(one, situation))
    by_night = [one for each in readings for one in _by_night(each, situation)]
    both = two_of(by_night) if _is_each(tokens) else None
    every = [meaning for each in readings for meaning in each]
    every = by_night if len(every) + bool(both) > MOST_CANDIDATES else every
    return [*([both] if both else []), *every] if every else []


def _one_of_part(found: Sequence[Meaning], situation: Situation) -> Sequence[Meaning]:
    """The readings of a part of a sentence; the entry's card asks for the exact site of a foot."""
    cramps = [one for one in found if isinstance(one, LogCramp)]
    return _by_night(without_sites(cramps) if len(cramps) > 1 else cramps, situation)


def _by_night(found: Sequence[Meaning], situation: Situation) -> Sequence[Meaning]:
    """Of the two halves of a day, the one in which people sleep."""
    asleep = [
        one
        for one in found
        if isinstance(one, LogCramp)
        and not ASLEEP_UNTIL <= local_time(one.at, situation.zone).time() < ASLEEP_FROM
    ]
    return asleep if len(asleep) == 1 else found


def _of_each_time(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts of "left calf at 1 and right foot at 5", each with a place and an hour."""
    is_place_first = bool(tokens) and tokens[0].kind in _PLACES
    parts: list[list[Token]] = [[]]
    for token in tokens:
        said = {one.kind for one in parts[-1]}
        begins = token.kind in _PLACES if is_place_first else token.kind == "AT"
        is_whole = "AT" in said and not _PLACES.isdisjoint(said)  # "calf at 3 foot at 4"
        if token.kind in JOINING or (begins and is_whole):
            parts.append([])
        if token.kind not in JOINING:
            parts[-1].append(token)
    whole = [
        part
        for part in parts
        if _CLOCKS.search(" ".join(one.kind for one in part))
        and not _PLACES.isdisjoint(one.kind for one in part)
    ]
    for part in whole if len(whole) > 1 else ():
        yield [*(one for one in part if one.kind not in EVENTS), Token("CRAMP", "")]


def _is_each(tokens: Sequence[Token]) -> bool:
    """Whether nothing says that only one of several times is meant."""
    return _ONE_OF_THEM.isdisjoint(token.kind for token in tokens)


def _with_hours(tokens: Sequence[Token]) -> list[Token]:
    """Read further numbers after an hour as hours: "a cramp at 1, 3 and 5", "1:30 and 4"."""
    kinds = ["", *(token.kind for token in tokens), ""]
    found: list[Token] = []
    is_after_hour = is_after_clock = False
    for before, token, after in zip(kinds, tokens, kinds[2:], strict=False):
        is_hour = token.kind.isdigit() and int(token.kind) < 24 and after in _AFTER_HOUR
        is_further = is_after_hour and before in _BEFORE_HOUR
        if is_hour and (is_further or (is_after_clock and before == "AND")):
            found.append(Token("AT", ""))
        is_after_hour |= is_hour and before == "AT"
        is_after_clock |= token.kind in (":", "DIAL") and before.isdigit()
        found.append(token)
    return found


def _read_cramp(tokens: Sequence[Token], situation: Situation) -> tuple[Meaning, ...]:
    return readings_of(cramp(Remainder(tokens), situation))


def _of_each_side(tokens: Sequence[Token], situation: Situation) -> Iterator[Meaning]:
    """ "left or right, I do not remember": as if each were the only one."""
    for other in reversed(_EITHER_SIDE):
        yield from _read_cramp(
            [token for token in tokens if token.kind not in ("OR", other)], situation
        )


def _of_each_day(tokens: Sequence[Token], situation: Situation) -> Iterator[Meaning]:
    """ "on Tuesday or Wednesday": as if each were the only one."""
    kinds = " ".join(token.kind for token in tokens)
    either = _EITHER_DAY.search(kinds)
    if either is None:
        return
    for other in ("first", "second"):
        first, last = kinds[: either.start(other)].count(" "), kinds[: either.end(other)].count(" ")
        left_out = range(first, last + 1)
        yield from _read_cramp(
            [one for at, one in enumerate(tokens) if at not in left_out and one.kind != "OR"],
            situation,
        )


def _of_each_place(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """A sentence about several places, as if each were the only one: "left calf and right foot"."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        parts[-1].append(token)
        if token.kind in JOINING or token.kind == "OR":
            parts.append([])
    placed = [at for at, part in enumerate(parts) if any(one.kind in SITES for one in part)]
    for chosen in placed if len(placed) > 1 else ():
        yield [
            one
            for at, part in enumerate(parts)
            for one in part
            if one.kind not in {*JOINING, "OR"} and (at == chosen or one.kind not in _PLACES)
        ]
