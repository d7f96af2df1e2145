"""How bad a cramp was, in words that are no number. Pure.

No number is made of them: they become the note of the entry, whose card asks how strong it was.
"""

from itertools import groupby

from bot.features.free_text.once_rules import words_as_typed
from bot.features.free_text.rules import LONGEST_SENTENCE
from bot.i18n.vocabulary.lexicon import degrees, lex

_ALONE = frozenset({"HOW_BAD", "FILLER", "AND", ",", ".", "LEG", "CRAMP", "MEANT", "RATHER"})
"""Concepts beside which nothing else is said."""


def felt_words(text: str, language: str) -> str:
    """The words of a sentence for how bad it was, as typed; "" when there are none.

    Words such as "quite" or "damned" say nothing alone.
    """
    tokens = lex(text, language, LONGEST_SENTENCE)
    little = degrees(language)
    kept: list[int] = []
    for is_felt, run in groupby(range(len(tokens)), lambda at: tokens[at].kind == "HOW_BAD"):
        places = list(run)
        if is_felt and not all(tokens[at].source in little for at in places):
            kept += places
    return words_as_typed(text, tokens, kept) if kept else ""


def says_only_how_bad(text: str, language: str) -> bool:
    """Whether a text says how bad it was, and nothing else: "it was really bad"."""
    kinds = {token.kind for token in lex(text, language, LONGEST_SENTENCE)}
    return kinds <= _ALONE and bool(felt_words(text, language))
