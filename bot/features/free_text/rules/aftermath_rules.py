"""Rules for sentences about a past cramp without numbers: how long it was, what is left. Pure."""

from bot.features.free_text.meanings.further_values import Correct, Said, Talk
from bot.features.free_text.rules.cramp_fields import SIDES, SITES
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood, asked

_LENGTHS = {"LONG": ("gt_10min", "5_10min"), "SHORT": ("lt_1min", "1_5min")}
"""Concept → the lengths that it may mean, the likelier first."""


def length_in_words(rest: Remainder, _situation: Situation) -> Understood:
    """ "lasted ages", "only a short one": which length is meant is asked."""
    said = set(rest.take(*_LENGTHS))
    rest.take("FOR", "ABOUT", "CRAMP", "HOW_BAD", "1", "LET_GO", "MAYBE", "NO")
    if len(said) != 1 or not rest.is_accounted_for:
        return None
    return asked([Correct((("duration", code),)) for code in _LENGTHS[said.pop()]])


def aftermath(rest: Remainder, _situation: Situation) -> Understood:
    """ "still a bit sore": a muscle may be, after a strong cramp."""
    rest.take(
        "SORE", "HURTS", "NOW", "TODAY", "THIS_MORNING", "MORNING", "MAYBE", "AGAIN", "LET_GO"
    )
    rest.take(*SITES, *SIDES, "HOW_BAD", "AFTER", "CRAMP", "THIS", "THIS_NIGHT", "LAST_NIGHT")
    return Said(Talk.SORE) if rest.is_accounted_for else None
