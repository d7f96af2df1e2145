"""Reads a sentence that holds the person's own words, such as those of a reminder. Pure.

No list has such words, so a sentence of a subject that the bot knows is asked about: "remind me to
stretch at ten" may be a reminder of the person's own, or the time of the one that there is.
"""

import re

from bot.features.free_text.meanings.act_values import AskPlace, Travel, own_words
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import Meaning, MoveReminder, Unclear, Why
from bot.features.free_text.offers.nearest import nearest
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.reminder_rules import KINDS
from bot.features.free_text.understanding.doubts import as_question
from bot.features.free_text.understanding.sentence import (
    MOST_CANDIDATES,
    Situation,
    Understood,
    asked,
)
from bot.features.free_text.understanding.whole_sentence import (
    LONGEST_SENTENCE,
    in_own_words,
    read_tokens,
    readings_of,
)
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.spelling import guessed, nearest_words
from bot.i18n.vocabulary.tokens import Token

MOST_BEFORE_ORDER = 4
"""Words at the beginning of a sentence among which a misspelt "remind" is looked for."""
_SUBJECTS = frozenset(
    {
        *(*KINDS, *EVENTS, "NO_CRAMP", "PAUSE", "RESUME", "MUTE", "AWAY", "BEDTIME", "GET_UP"),
        *("LET_GO", "QUIET", "BACK_HOME", "UNDO", "DELETE", "ERASE", "LANGUAGE", "DRANK"),
        "STRETCHED",
    }
)
"""With one of these concepts, the person's own words may hold a second wish."""
_AROUND_KIND = frozenset(
    {"FILLER", "HELPING", "LATER", "SOONER", "ABOUT", "AFTER", "AT", "NOW", ","}
)
_BETWEEN_WISHES = frozenset({"AND", ",", ";"})
_UNITS = frozenset({"MIN", "HOUR", "HRS", "H", "DAYS", "WEEK"})


def read_own_words(text: str, tokens: list[Token], situation: Situation) -> Understood:
    """Read a sentence in the person's own words; ask if it may also be about something else."""
    found = in_own_words(text, tokens, situation)
    if isinstance(found, Unclear) and found.why is Why.FEW_DAYS:
        return found
    if isinstance(found, Unclear) and found.candidates:
        moved = _moved(own_words(found.candidates[0]), tokens, situation)
        if moved:
            return asked([*moved, *found.candidates][:MOST_CANDIDATES])
        return asked([*found.candidates, *_wish_after(tokens, situation)])
    if found is None or isinstance(found, Unclear):
        return found
    kinds = [token.kind for token in tokens if token.kind not in ("FILLER", "REMIND")]
    orders = sum(token.kind == "REMIND" for token in tokens)
    words = kinds_of(own_words(found), situation.language)
    is_mixed = orders > 1 or not _SUBJECTS.isdisjoint(kinds)
    near = {
        kind
        for token in tokens
        if not token.is_known and (one := nearest_words(token.source, situation.language))
        for kind in kinds_of(one, situation.language)
    }
    has_time = any(kind.isdigit() or kind in _UNITS for kind in words)
    is_near = any(kind in _SUBJECTS or kind in _UNITS or kind[-1:].isdigit() for kind in near)
    if is_mixed or has_time or is_near:
        moved = _moved(own_words(found), tokens, situation)
        return asked([*moved, found, *_wish_after(tokens, situation)][:MOST_CANDIDATES])
    return found


def misspelt_order(text: str, tokens: list[Token], situation: Situation) -> Understood:
    """ "remnid me to take my tablets at 9pm": asked, with the person's own words as typed."""
    for token in tokens[:MOST_BEFORE_ORDER]:
        near = None if token.is_known else nearest_words(token.source, situation.language)
        if near is None:
            continue
        fixed = re.sub(rf"\b{re.escape(token.source)}\b", near, text, count=1, flags=re.IGNORECASE)
        read = lex(fixed, situation.language, LONGEST_SENTENCE)
        if any(one.kind == "REMIND" for one in read):
            found = in_own_words(fixed, read, situation)
            return None if found == Unclear() else as_question(found)
    return None


def _moved(own: str, tokens: list[Token], situation: Situation) -> list[MoveReminder]:
    """What "remind me about stretching a bit later, at ten" means for the reminder of that kind."""
    words = kinds_of(own, situation.language)
    about = words & KINDS.keys()
    if len(about) != 1 or not words <= about | _AROUND_KIND:
        return []
    found = nearest(tokens, situation, MOST_CANDIDATES)
    return [one for one in found if isinstance(one, MoveReminder)]


def _wish_after(tokens: list[Token], situation: Situation) -> tuple[Meaning, ...]:
    """What the end of a sentence may mean by itself: "… and cramp left calf"."""
    ends = [at for at, token in enumerate(tokens) if token.kind in _BETWEEN_WISHES]
    rest = tokens[ends[-1] + 1 :] if ends else []
    if not rest or not all(token.is_known for token in rest):
        return ()
    found = readings_of(read_tokens(rest, situation))
    is_more = any(isinstance(one, Correct) for one in found)  # ", at 9:00" is one more time
    return () if is_more else found


def with_misspelt(own: Understood, tokens: list[Token], situation: Situation) -> Understood:
    """A sentence in the person's own words, or what it means if they are only misspelt."""
    guess = guessed(tokens, situation.language)
    near = None if guess is None or guess.unknown else read_tokens(guess.tokens, situation)
    found = [*readings_of(near), *readings_of(own)] if near is not None else []
    found.sort(key=lambda one: not isinstance(one, AskPlace | Travel))  # a name is rarely a slip
    return asked(found) if found and readings_of(near) else own


def kinds_of(words: str, language: str) -> set[str]:
    """The concepts of some words."""
    return {token.kind for token in lex(words, language, LONGEST_SENTENCE)}
