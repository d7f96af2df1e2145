"""Reads two wishes in one sentence: "no cramps last night and pause until friday". Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.features.free_text.meanings.act_values import Mute, SetDays, SetSound, SleepTimes
from bot.features.free_text.meanings.further_values import (
    AskHelped,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    DidHabit,
    HadCaffeine,
    OpenCard,
    SetHours,
    SetLanguage,
)
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    NoCramps,
    Pause,
    Resume,
    Show,
    TurnReminder,
    Unclear,
    Why,
)
from bot.features.free_text.understanding.sentence import Situation, asked
from bot.features.free_text.understanding.whole_sentence import read_tokens, readings_of
from bot.i18n.vocabulary.tokens import Token

_BETWEEN = frozenset({"AND", ",", ";", ".", "MEANT"})
_DENIES = frozenset({"NO", "MAYBE"})
"""Concepts with which it is uncertain what the other half of a sentence is about."""
SAFE = (
    LogCramp
    | NoCramps
    | MoveReminder
    | TurnReminder
    | Pause
    | Resume
    | Show
    | DidHabit
    | HadCaffeine
    | SleepTimes
    | Mute
    | SetDays
    | SetSound
    | SetLanguage
    | SetHours
    | AskLast
    | AskNights
    | AskTrend
    | AskHelped
    | AskInARow
    | AskInARow
    | AskWorst
    | OpenCard
)
"""Meanings whose button can be tapped twice without a second effect."""


def two_wishes(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """Both wishes of a sentence, each to be tapped; None when it does not have two."""
    kinds = [token.kind for token in tokens]
    if not _DENIES.isdisjoint(kinds) or not all(token.is_known for token in tokens):
        return None
    for at in (at for at, kind in enumerate(kinds) if kind in _BETWEEN):
        first, second = (_wish(one, situation) for one in (tokens[:at], tokens[at + 1 :]))
        if not (first and second and _differ(first[0], second[0])):
            continue
        both = asked(sorted([*first, *second], key=lambda one: isinstance(one, Show)))
        if both.candidates:
            is_each = len(first) == len(second) == 1
            return replace(both, why=Why.BOTH) if is_each else both
    return None


def _wish(tokens: Sequence[Token], situation: Situation) -> Sequence[Meaning]:
    """The readings of one wish, if all of them can be tapped twice."""
    found = readings_of(read_tokens(tokens, situation)) if tokens else ()
    return found if all(isinstance(one, SAFE) for one in found) else ()


def _differ(first: Meaning, second: Meaning) -> bool:
    """Whether two wishes are about different things: of two cramps, each needs its own message."""
    if type(first) is not type(second):
        return True
    about = [getattr(one, "kind", getattr(one, "habit", None)) for one in (first, second)]
    return about[0] != about[1]
