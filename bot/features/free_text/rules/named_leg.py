"""Reads a leg and an hour without a word for a cramp: "right leg around 5". Pure."""

from collections.abc import Sequence

from bot.features.free_text.meanings.values import LogCramp, Unclear
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES
from bot.features.free_text.understanding.sentence import Situation, asked
from bot.features.free_text.understanding.whole_sentence import read_tokens, readings_of
from bot.i18n.vocabulary.tokens import Token

_NO_CRAMP = frozenset({*EVENTS, "HURTS", "SORE", "LET_GO", "NOT", "UNREAL", "MEANT", "WRONG"})


def named_leg(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "right leg around 5 in the morning": a leg and an hour and no more are a cramp, asked."""
    kinds = {token.kind for token in tokens}
    is_leg = "LEG" in kinds and len(kinds & set(SIDES)) == 1 and kinds.isdisjoint(_NO_CRAMP)
    if not is_leg or not all(token.is_known for token in tokens):
        return None
    found = readings_of(read_tokens([*tokens, Token("CRAMP", "")], situation))
    is_past = all(isinstance(one, LogCramp) and one.at < situation.said_at for one in found)
    return asked(found) if found and is_past else None
