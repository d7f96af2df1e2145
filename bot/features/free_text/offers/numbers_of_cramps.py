"""Keeps the number of cramps apart from a strength: "had two on Tuesday". Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.features.free_text.meanings.values import LogCramp, LogTwo, Meaning

_COUNTED_DAY = "(?:DAY[0-6]|YESTERDAY|LAST_NIGHT|THIS_NIGHT)"
_COUNTED = re.compile(
    rf"(?<!\S)(?<!AT )(?P<number>[23]) (?:ON |AT )?{_COUNTED_DAY}(?!\S)"
    rf"|(?<!\S)(?:ON )?{_COUNTED_DAY} (?P<after>[23])(?= (?:AND|,) )"
)
""" "Two on Tuesday", "am Dienstag zwei und seitdem keine": how many there were."""
OF_STRENGTH = frozenset({"STRENGTH", "OUT_OF", "/"})


def without_their_number(
    meaning: Meaning, meanings: Sequence[Meaning], kinds: Sequence[str]
) -> Meaning:
    """A reading whose number of cramps is no strength.

    For example: "two in the night, one at 1 and another at 4", "had two on Tuesday".
    """
    if not OF_STRENGTH.isdisjoint(kinds):
        return meaning
    if isinstance(meaning, LogTwo):
        return LogTwo(_unless_rated_2(meaning.first), _unless_rated_2(meaning.second))
    if not isinstance(meaning, LogCramp):
        return meaning
    if any(isinstance(one, LogTwo) for one in meanings):
        return _unless_rated_2(meaning)
    counted = _COUNTED.search(" ".join(kinds))
    rated = ("strength", counted["number"] or counted["after"]) if counted else None
    if rated is None or rated not in meaning.told:
        return meaning
    told = {*meaning.told, ("count", rated[1])} - {rated}
    return replace(meaning, told=tuple(sorted(told)))


def _unless_rated_2(cramp: LogCramp) -> LogCramp:
    return replace(cramp, told=tuple(one for one in cramp.told if one != ("strength", "2")))


def unrated(meaning: Meaning) -> Meaning | None:
    """Two cramps whose strength may be their number, without it: "two, one at 1, one at 5"."""
    if not isinstance(meaning, LogTwo) or "strength" not in dict(meaning.first.told):
        return None
    told = tuple(one for one in meaning.first.told if one[0] != "strength")
    return LogTwo(replace(meaning.first, told=told), replace(meaning.second, told=told))
