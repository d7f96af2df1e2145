"""Whether a text only says where else it hurts: "left arm too" after "chest hurts". Pure."""

from functools import lru_cache

from bot.features.emergency.card_answers import covered
from bot.features.emergency.lists import concepts
from bot.features.emergency.patterns import Phrase, patterns_of
from bot.features.emergency.preparation import words_of
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token

_PLACES = frozenset({"ARM", "HAND", "NECK", "BACK"})
"""Where the pain of a heart may go; the shoulder is of NECK. The jaw is no place of a cramp."""
_BESIDE = frozenset(
    {
        *("LEFT", "RIGHT", "BOTH", "AND", "ALSO", "NOW", "STILL", "ON", "IN", "AT", "TO", "OF"),
        *("HURTS", "STRENGTH", "HELPS_NOW", "FILLER", ",", ".", ";", "-", "?"),
    }
)
"""What may be said of it. With any other word the text may be an entry or a wish: a cramp, a clock.
STRENGTH is the word "pain", AT the word for "in" that stands before a clock, too, and HELPS_NOW
"and now"."""


def says_where_else(text: str, language: str) -> bool:
    """Whether a text names an arm, a shoulder, the jaw, the neck or the back, and nothing else."""
    tokens = lex(text, language)
    others = [one for one in tokens if one.kind not in _PLACES and not _is_jaw(one)]
    return len(others) < len(tokens) and all(one.kind in _BESIDE for one in others)


def names_where_else(text: str, language: str) -> bool:
    """Whether a text names one of these places, whatever it says of it: "now my arm is numb"."""
    return any(one.kind in _PLACES or _is_jaw(one) for one in lex(text, language))


def _is_jaw(token: Token) -> bool:
    words = words_of(token.source)
    return bool(words) and len(covered(words, _jaw())) == len(words)


@lru_cache(maxsize=1)
def _jaw() -> tuple[Phrase, ...]:
    """The words for a jaw, in all languages."""
    return tuple(
        phrase
        for listed in concepts().values()
        for pattern in patterns_of(listed["jaw"])
        for group in pattern.groups
        for phrase in group.phrases
    )
