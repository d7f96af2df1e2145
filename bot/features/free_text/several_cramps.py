"""A cramp in a sentence that says more than one: several times, sides or places. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.features.free_text.cramp_rules import EVENTS, SIDES, SITES, cramp
from bot.features.free_text.patterns import CLOCK
from bot.features.free_text.rules import readings_of
from bot.features.free_text.sentence import Remainder, Situation, Understood, asked
from bot.features.free_text.values import Meaning
from bot.i18n.vocabulary.tokens import Token

JOINING = frozenset({"AND", ",", ";"})
_PLACES = frozenset({*SITES, *SIDES})
_ONE_OF_SEVERAL = re.compile(r"(?<!\S)(?<!AT )1(?= AT(?!\S))")
_CLOCKS = re.compile(rf"(?<!\S)(?:{CLOCK.pattern})(?!\S)")
_EITHER_SIDE = ("LEFT", "RIGHT")


def _counts(tokens: Sequence[Token]) -> Iterator[int]:
    """The positions of numbers of cramps, which those at one of several times are not."""
    for at, (number, counted_thing) in enumerate(pairwise(tokens)):
        if number.kind.isdigit() and counted_thing.kind == "CRAMPS":
            yield at


def one_of_several(rest: Remainder, situation: Situation) -> Understood:
    """A cramp; of several times, each may be meant: "two cramps, one at 1 and one at 4"."""
    if not rest.has(*EVENTS):  # a place that hurts, or a waking at night
        rest.take("HURTS")
        rest = rest.joined_by("CRAMP")
    rest.take_spelt_ones(_ONE_OF_SEVERAL)
    tokens = [
        token
        for at, token in enumerate(rest.tokens)
        if not (token.kind in EVENTS and token.kind in rest.kinds[:at])  # "cramp cramp cramp"
    ]
    joined = tokens
    tokens = [token for token in tokens if token.kind not in JOINING]
    if {"OR", *_EITHER_SIDE} <= {token.kind for token in tokens}:
        return asked(list(_of_each_side(tokens, situation)))
    found = cramp(Remainder(tokens), situation)
    if readings_of(found):
        return found
    places = [one for part in _of_each_place(joined) for one in _read_cramp(part, situation)]
    if places:
        return asked(places)
    kinds = " ".join(token.kind for token in tokens)
    clocks = [
        range(kinds[: match.start()].count(" "), kinds[: match.end()].count(" ") + 1)
        for match in _CLOCKS.finditer(kinds)
    ]
    readings: list[Meaning] = []
    for chosen in clocks if len(clocks) > 1 else ():
        others = {at for one in clocks if one != chosen for at in one}
        others.update(_counts(tokens))
        one = [token for at, token in enumerate(tokens) if at not in others]
        readings += readings_of(cramp(Remainder(one), situation))
    return asked(readings) if readings else found


def _read_cramp(tokens: Sequence[Token], situation: Situation) -> tuple[Meaning, ...]:
    return readings_of(cramp(Remainder(tokens), situation))


def _of_each_side(tokens: Sequence[Token], situation: Situation) -> Iterator[Meaning]:
    """ "left or right, I do not remember": as if each were the only one."""
    for other in reversed(_EITHER_SIDE):
        yield from _read_cramp(
            [token for token in tokens if token.kind not in ("OR", other)], situation
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
