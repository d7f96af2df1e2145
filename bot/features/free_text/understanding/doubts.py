"""Reads a sentence whose words are all known, and asks if some of them make it doubtful. Pure.

Some words leave a meaning clear but uncertain ("maybe", "again"), and some are often no more than
an adverb (German "gut"). A sentence that no rule explains is read once more without them.
"""

from dataclasses import replace

from bot.features.free_text.meanings.act_values import Keep
from bot.features.free_text.meanings.further_values import (
    AskHelped,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    OpenCard,
    Said,
    Talk,
)
from bot.features.free_text.meanings.values import LogCramp, Page, Show, Unclear
from bot.features.free_text.rules.amount_rules import without_drinks
from bot.features.free_text.rules.cramp_fields import EVENTS, SITES
from bot.features.free_text.rules.named_leg import named_leg
from bot.features.free_text.rules.no_cramp_rules import hedged_none
from bot.features.free_text.rules.several_cramps import several
from bot.features.free_text.rules.somebody_rules import SOMEBODY, whoever_asks
from bot.features.free_text.rules.told_rules import is_told_of_pet
from bot.features.free_text.understanding.sentence import Situation, Understood, to_confirm
from bot.features.free_text.understanding.two_wishes import two_wishes
from bot.features.free_text.understanding.whole_sentence import read_tokens, readings_of
from bot.i18n.vocabulary.tokens import Token

DOUBTS = frozenset(
    {
        *("AGAIN", "MAYBE", "?", "EXERCISE", "DISTANCE", "MEANT", "RATHER", "SLEPT_WELL"),
        *("COMMON", "PET"),
    }
)
"""Concepts that make an otherwise clear sentence uncertain, so that the person is asked."""
_EASED = frozenset(
    {*EVENTS, *SITES, "HURTS", "LET_GO", "STRETCH", "STRETCHED", "HELPING", "REMIND"}
)
"""With these concepts, a walk may be what was done about a cramp."""
_WEAK = frozenset(
    {
        *("HELPING", "TAKE", "HOW_BAD", "FINE", "TURN_ON", "NOW", "ALL", "EVER", "ONCE"),
        *("ASKING", "HELLO", "MOST_OFTEN", "SORE", "LONG", "SHORT", "TO_BED", "NEVER_MIND"),
    }
)
"""Concepts whose words have other meanings, too, such as German "gut": a sentence that is clear
without one of them is asked about, or done where it changes nothing."""
_LOOKS = (AskHelped, AskInARow, AskLast, AskNights, AskTrend, AskWorst, OpenCard)
NEGATIONS = frozenset({"NOT", "UNREAL", "DONT_REMIND", "NO_CRAMP", "NO_CAFFEINE"})


def without_doubts(
    tokens: list[Token], situation: Situation, doubts: frozenset[str] = DOUBTS
) -> Understood:
    """Read tokens; if only words of doubt make them unclear, ask about the meaning without
    these."""
    found = several(tokens, situation) or read_tokens(tokens, situation)
    if found is not None and found != Unclear():
        return found
    if (none := hedged_none(tokens, situation)) is not None:
        return none
    sober = without_drinks(tokens)
    if sober and readings_of(cramps := without_doubts(sober, situation, doubts)):
        return as_question(_after_drinks(cramps))
    rest = tokens
    if _EASED.isdisjoint(token.kind for token in tokens):
        doubts -= {"EXERCISE"}  # "we hiked yesterday" is about no cramp
    if not EVENTS.keys().isdisjoint(token.kind for token in tokens):
        # Where it was, hardly a wish for a pause; and French "tout à l'heure" may be past.
        doubts |= {"AWAY", "LATER", "NIGHT_SHIFT"}
    if is_told_of_pet([token.kind for token in tokens]):
        doubts -= {"PET"}
    if any(token.kind == "OTHER_ONE" for token in tokens):
        doubts -= {"AGAIN"}  # "another one on the other side" corrects nothing
    for words in (doubts & {"MAYBE"}, doubts & {"COMMON", "MAYBE"}, doubts):
        rest = [token for token in tokens if token.kind not in words]
        without = None if len(rest) == len(tokens) else read_tokens(rest, situation)
        if without not in (None, Unclear()):
            return as_question(without)
    weak = named_leg(rest, situation) or _without_weak(rest, situation)
    if weak is None and not SOMEBODY.isdisjoint(token.kind for token in tokens):
        return whoever_asks(tokens, situation) or found
    if weak is None:
        both = two_wishes(tokens, situation)
        return found if both is None else both
    is_asked = weak == Show(Page.CAREGIVER) or len(rest) != len(tokens)  # "got my wife to rub it"
    return weak if changes_nothing(weak) and not is_asked else as_question(weak)


def _after_drinks(found: Understood) -> Understood:
    """The same cramps with the alcohol of the evening before, which is a possible cause."""
    told = ("trigger", "alcohol_evening")
    cramps = [
        replace(one, told=tuple(sorted({*one.told, told}))) if isinstance(one, LogCramp) else one
        for one in readings_of(found)
    ]
    return Unclear(tuple(cramps)) if cramps else found


def _without_weak(tokens: list[Token], situation: Situation) -> Understood:
    """Read tokens without a concept that is often no more than an adverb, then without them all."""
    kinds = {token.kind for token in tokens}
    weak = sorted(kinds & (_WEAK if "ERASE" not in kinds else _WEAK - {"NEVER_MIND"}))
    if not weak or not kinds.isdisjoint(NEGATIONS - {"NO_CRAMP"}):
        return None
    for left_out in dict.fromkeys((*((one,) for one in weak), tuple(weak))):
        found = read_tokens([one for one in tokens if one.kind not in left_out], situation)
        if found is not None and found != Unclear():
            return found
    return None


def changes_nothing(found: Understood) -> bool:
    """Whether a meaning only shows or says something."""
    return isinstance(found, (*_LOOKS, Said, Show, Keep))


def only_looks(found: Understood) -> bool:
    """Whether every reading answers a question and changes nothing."""
    asked_for = readings_of(found)
    return bool(asked_for) and all(isinstance(one, _LOOKS) for one in asked_for)


def as_question(found: Understood) -> Understood:
    """A guessed meaning as a question; a "fine" beside other words is not asked about."""
    return None if found == Said(Talk.FINE) else to_confirm(found)
