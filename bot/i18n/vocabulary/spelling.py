"""Guesses what misspelt words of a sentence mean. A guess has an effect only after a tap."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import is_listed, ordinary, phrases_of, pieces_of
from bot.i18n.vocabulary.tokens import Token

SHORTEST_WORD = 4
"""Letters of a known word that a misspelt one may mean; shorter ones are too much alike."""
SHORTEST_TYPED = 3
LONG_WORD = 7
"""From this many letters on, two edits are assumed; in shorter words, one."""
_SIDES = frozenset({"LEFT", "RIGHT", "BOTH"})
MOST_UNKNOWN = 4
"""The most unknown words of a sentence that is guessed at. It bounds the work for one message."""


class Guess(NamedTuple):
    """A sentence with known words in the place of misspelt ones."""

    tokens: list[Token]
    """Without the words that are still unknown."""
    unknown: tuple[str, ...]
    """Words that are left out, as typed."""
    is_guessed: bool
    """Whether a word was replaced."""


def guessed(tokens: Sequence[Token], language: str) -> Guess | None:
    """Replace unknown words by the nearest known ones, and leave out the others.

    Args:
        tokens: of the sentence.
        language: such as ``pt_BR``.

    Returns:
        None when too much of the sentence is unknown.
    """
    unknown = [token.source for token in tokens if not token.is_known]
    if len(unknown) > MOST_UNKNOWN:
        return None
    meant = {word: _nearest_but_a_side(word, language) for word in unknown}
    words = [token.source if token.is_known else meant[token.source] or "" for token in tokens]
    sentence = " ".join(word for word in words if word)
    read = lex(sentence, language, len(sentence)) if any(meant.values()) else tokens
    strange = {token.source for token in read if not token.is_known}  # pieces of other phrases
    replaced = {word: near for word, near in meant.items() if near and near not in strange}
    left_out = tuple(word for word in unknown if word not in replaced)
    return Guess([token for token in read if token.is_known], left_out, bool(replaced))


def _nearest_but_a_side(word: str, language: str) -> str | None:
    """The known words that a misspelt one most likely means; stricter for "left" and "right".

    With another letter they would often be another word: Ukrainian "лізу" ("I climb") is not "ліву"
    ("left").
    """
    near = nearest_words(word, language)
    if near is None or len(near) >= LONG_WORD or _SIDES.isdisjoint(_kinds_of(near, language)):
        return near
    is_slip = len(near) != len(word) or sorted(near) == sorted(word)
    return near if is_slip and near[0] == word[0] else None


def _kinds_of(words: str, language: str) -> set[str]:
    return {token.kind for token in lex(words, language, len(words))}


def corrected(text: str, language: str, longest: int) -> str | None:
    """Replace misspelt words of a text by known ones, and leave out what is still unknown.

    Args:
        text: what was typed.
        language: such as ``pt_BR``.
        longest: the most characters of the text.

    Returns:
        The sentence with only known words; None when too much of it is unknown.
    """
    found = guessed(lex(text, language, longest), language)
    words = found.tokens if found is not None else []
    return " ".join(token.source for token in words if token.source) or None


def nearest_words(word: str, language: str) -> str | None:
    """Return the known word or words that a misspelt one most likely means.

    None for a word that the language's file calls ordinary: Russian "она" is not "одна".
    """
    if word in ordinary(language):
        return None
    return _joined_phrases(language).get(word) or nearest_word(word, language)


@lru_cache(maxsize=2048)
def nearest_word(word: str, language: str) -> str | None:
    """Return the known word that a misspelt one most likely means; None when there is none."""
    if len(word) < SHORTEST_TYPED:
        return None
    known = _known_words(language)
    most = 2 if len(word) >= LONG_WORD else 1
    if len(word) <= SHORTEST_WORD:  # the first letter of a short word is hardly ever wrong
        known = tuple(one for one in known if one[0] == word[0])
    near = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=8)
    found = [one for one in near if one[1] < 2 or _begins_alike(word, one[0])]
    if not found:
        return None
    return min(found, key=lambda one: _strangeness(word, one[0], one[1], language))[0]


def _begins_alike(typed: str, known: str) -> bool:
    """Whether two words begin with the same letter, or with two that changed places.

    Words that differ in two letters and begin otherwise are others: Russian "дорогой", "судорогой".
    """
    return typed[0] == known[0] or typed[:2] == known[:2][::-1]


def _strangeness(
    typed: str, known: str, distance: float, language: str
) -> tuple[float, bool, bool, bool, float]:
    """A sort key for how unlikely a known word is meant; people rarely miss the first letter.

    A word that is only part of longer phrases is less likely than one that has a meaning alone.
    """
    is_part = not is_listed(known, language)
    is_other_ending = typed[-1] != known[-1]
    return distance, is_part, typed[0] != known[0], is_other_ending, -fuzz.ratio(typed, known)


@lru_cache(maxsize=16)
def _joined_phrases(language: str) -> dict[str, str]:
    """Return phrases of two words by what they are without the space, such as "dont"."""
    return {
        "".join(phrase): " ".join(phrase)
        for phrase in phrases_of(language)
        if len(phrase) == 2 and all(piece.isalpha() for piece in phrase)
    }


@lru_cache(maxsize=16)
def _known_words(language: str) -> tuple[str, ...]:
    """Return the single words of a language's phrases, sorted."""
    pieces = pieces_of(language)
    return tuple(sorted(one for one in pieces if one.isalpha() and len(one) >= SHORTEST_WORD))
