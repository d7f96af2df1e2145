"""Parts a cramp from what was drunk before it: "3 pints last night then cramp at 4". Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.features.free_text.meanings.values import LogCramp
from bot.features.free_text.rules.cramp_fields import EVENTS, SITES
from bot.features.free_text.understanding.sentence import Remainder
from bot.features.free_text.understanding.whole_sentence import counted
from bot.i18n.vocabulary.tokens import Token

_EVENING_BEFORE = r"(?:(?:ON )?(?:LAST_NIGHT|YESTERDAY (?:EVENING|NIGHT)|YESTERDAY|TONIGHT))"
_DRINK = r"(?:DRANK )?(?:[0-9]{1,2} )?(?:(?:DRANK|OF|1) )*ALCOHOL(?: (?:DRANK|ALSO))*"
DRINKS = re.compile(
    rf"(?:{_EVENING_BEFORE} )?(?:AFTER )?{_DRINK}(?: (?:(?:AND|,) )?{_DRINK})*"
    rf"(?: {_EVENING_BEFORE})?(?: AND| ,)?"
)
"""What was drunk, and the evening on which it was: the cramp came in the night after it."""
NOTED = ("trigger", "alcohol_evening")
_NOT_DRUNK = frozenset({"NOT", "UNREAL", "ASKING", "HELPING", "?", "NO_CRAMP", "CAFFEINE_FREE"})
"""With one of these concepts nothing was drunk, or that is not told."""
_OF_CRAMPS = frozenset({*EVENTS, "WOKE"})
_OF_HOURS = frozenset({"AT", "ABOUT", "MORNING", "HRS", "OCLOCK"})
_BEFORE_STRENGTH = frozenset({"AT", "ABOUT", "STRENGTH", "HOW_BAD", ",", ":", ".", *EVENTS})


def without_drinks(tokens: Sequence[Token]) -> list[Token] | None:
    """Tokens of a cramp without what was drunk before it; None when that is not mentioned.

    A place at an hour is a cramp, too: "two beers last night and at three my left calf".
    """
    kinds = {token.kind for token in tokens}
    is_place_at_hour = bool(kinds & _OF_HOURS) and not SITES.keys().isdisjoint(kinds)
    if _OF_CRAMPS.isdisjoint(kinds) and not is_place_at_hour:
        return None
    rest = Remainder(counted(tokens))
    return rest.tokens if list(rest.pull(DRINKS)) else None


def tells_of_alcohol(kinds: Collection[str]) -> bool:
    """Whether alcohol was drunk, by the concepts of a sentence."""
    return "ALCOHOL" in kinds and _NOT_DRUNK.isdisjoint(kinds)


def with_alcohol(cramp: LogCramp) -> LogCramp:
    """A cramp for which it is noted that there was alcohol that evening."""
    return replace(cramp, told=tuple(sorted({*cramp.told, NOTED})))


def without_amounts(tokens: Sequence[Token]) -> list[Token]:
    """Tokens of a cramp without the number of an unknown thing, which is never a strength."""
    if _OF_CRAMPS.isdisjoint(token.kind for token in tokens):
        return list(tokens)
    pairs = zip(["", *(token.kind for token in tokens)], tokens, [*tokens[1:], None], strict=False)
    return [
        token
        for before, token, after in pairs
        if not (
            token.kind.isdigit()
            and after is not None
            and not after.is_known
            and before not in _BEFORE_STRENGTH
            and not before.isdigit()
        )
    ]
