"""Rules for a night that is named and nothing else, and for nights in a row. Pure."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.features.free_text.meanings.values import LogCramp, NoCramps, Unclear, Why
from bot.features.free_text.rules.cramp_times import TimeWords, moment_of_night
from bot.features.free_text.understanding.patterns import ANY_DAY
from bot.features.free_text.understanding.sentence import (
    MOST_CANDIDATES,
    Remainder,
    Situation,
    Understood,
    asked,
    to_confirm,
)
from bot.i18n.vocabulary.tokens import Token

NIGHTS = frozenset(
    {"LAST_NIGHT", "THIS_NIGHT", "TONIGHT", "NIGHT", "THIS_MORNING", "YESTERDAY"}
) | {
    "DAY_BEFORE_YESTERDAY",
    "AGO",
}


def night_alone(rest: Remainder, situation: Situation) -> Understood:
    """ "last night": it is asked whether there was a cramp.

    A night that was bad is left to other rules.
    """
    is_bad = bool(rest.take("HOW_BAD"))
    days = list(rest.pull(ANY_DAY))
    if len(days) != 1 or not rest.is_accounted_for:
        return None
    nights = TimeWords(day=days[0]).nights(situation)
    if isinstance(nights, Unclear) or not nights:
        return None
    last = situation.nights.last_night(situation.local)
    over = [night for night in nights if night <= last]
    moments = [(night, moment_of_night(night, situation)) for night in over[:2]]
    return (
        asked(
            [
                meaning
                for night, moment in moments
                for meaning in (LogCramp(*moment), NoCramps(night))
                if not (is_bad and isinstance(meaning, NoCramps))
            ]
        )
        if moments
        else None
    )


_IN_A_ROW = re.compile(
    r"(?:(?:FOR|SINCE|AT|DIAL|LAST) )*(?P<number>[0-9]+) (?:NIGHT|HISTORY|DAYS) IN_A_ROW"
)
_OTHERWISE = frozenset({"HOW_MANY", "NO_CRAMP", "QUIET"})
"""Concepts with which nights in a row are asked for, or were without cramps."""


def without_nights_in_a_row(tokens: Sequence[Token]) -> tuple[list[Token], int]:
    """The tokens without "three nights in a row", and how many nights that says; 0 for none.

    The number is no hour, though "three at night" has the same concepts.
    """
    rest = Remainder(tokens)
    if rest.has(*_OTHERWISE):
        return list(tokens), 0
    numbers = [int(one.match["number"]) for one in rest.pull(_IN_A_ROW)]
    return (rest.tokens, numbers[0]) if len(numbers) == 1 else (list(tokens), 0)


def in_each_night(found: Understood, number: int, situation: Situation) -> Understood:
    """What was in several nights in a row: it is asked, a cramp without an hour for each night."""
    if not isinstance(found, LogCramp) or found.at != situation.said_at:
        return to_confirm(found)
    last = situation.nights.last_night(situation.local)
    nights = (last - timedelta(days=back) for back in range(min(number, MOST_CANDIDATES)))
    moments = (moment_of_night(night, situation) for night in nights)
    return Unclear(tuple(LogCramp(*one, found.told) for one in moments), Why.BOTH)
