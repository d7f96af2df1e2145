"""How bad a cramp was, in words instead of a number. Pure.

No number is made of them: they become the note of the entry, whose card asks how strong it was.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from bot.features.free_text.rules.cramp_fields import EVENTS, SITES
from bot.features.free_text.rules.once_rules import words_as_typed
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import degrees
from bot.i18n.vocabulary.tokens import Token

_ALONE = frozenset({"HOW_BAD", "FILLER", "AND", ",", ".", "LEG", "CRAMP", "MEANT", "RATHER"})
"""The only concepts of a text that says nothing but how bad it was."""


_CLAUSE_ENDS = frozenset({"AND", "MEANT", ",", ".", ";", "-"})
_CRAMP = EVENTS.keys() | SITES.keys()
_NIGHT = frozenset({"NIGHT", "SLEEP", "THIS_NIGHT", "LAST_NIGHT"})
_NIGHT_WAS = re.compile(rf"(?<!\S)(?:{'|'.join(sorted(_NIGHT))}) (?:FILLER )+HOW_BAD")
""" "the night was awful"; alone, a word for the night mostly says when it was."""


def _is_of_cramp(tokens: Sequence[Token]) -> list[bool]:
    """For each token whether it is said of the cramp: "mild cramp, and the night was awful".

    A clause without its own subject is about that of the clause before it.
    """
    clauses = [list(run) for _, run in groupby(tokens, lambda one: one.kind in _CLAUSE_ENDS)]
    kinds = [[one.kind for one in clause] for clause in clauses]
    of_cramps = [one for one in kinds if not _CRAMP.isdisjoint(one)]
    has_own_word = any("HOW_BAD" in one for one in of_cramps)
    found: list[bool] = []
    is_of_cramp = True
    for clause in kinds:
        if clause in of_cramps:
            is_of_cramp = True
        elif of_cramps and not _NIGHT.isdisjoint(clause):
            is_of_cramp = not (has_own_word or _NIGHT_WAS.search(" ".join(clause)))
        found += [is_of_cramp] * len(clause)
    return found


def felt_words(text: str, language: str) -> str:
    """The words of a sentence for how bad it was, as typed; "" when there are none.

    Words such as "quite" or "damned" say nothing alone.
    """
    tokens = lex(text, language, LONGEST_SENTENCE)
    little = degrees(language)
    is_of_cramp = _is_of_cramp(tokens)
    kept: list[int] = []
    for is_felt, run in groupby(range(len(tokens)), lambda at: tokens[at].kind == "HOW_BAD"):
        places = [at for at in run if is_of_cramp[at]]
        if is_felt and not all(tokens[at].source in little for at in places):
            kept += places
    return words_as_typed(text, tokens, kept) if kept else ""


def says_only_how_bad(text: str, language: str) -> bool:
    """Whether a text says how bad it was, and nothing else: "it was really bad"."""
    said = lex(text, language, LONGEST_SENTENCE)
    kinds = {one.kind for one in said if one.kind != "1" or one.source.isdigit()}  # "that one"
    return kinds <= _ALONE and bool(felt_words(text, language))
