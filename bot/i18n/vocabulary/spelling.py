"""Corrects the spelling of typed sentences, as a guess that nothing is done by without a tap."""

from difflib import get_close_matches
from functools import lru_cache

from bot.i18n.vocabulary.lexicon import lex, phrases_of

SHORTEST_WORD = 4
"""Letters of a known word that a misspelt one may mean; shorter ones are too much alike."""
LEAST_SIMILARITY = 0.8
"""Ratio of difflib, from 0 to 1, from which on a typing error is assumed."""
MOST_UNKNOWN = 4
"""Unknown words of a sentence that is still guessed at. It bounds the work for one message."""


def corrected(text: str, language: str, longest: int) -> str | None:
    """Replace unknown words by the known ones that are nearest, and leave out the others.

    Args:
        text: what was typed.
        language: such as ``pt_BR``.
        longest: the most characters of the text.

    Returns:
        The sentence with only known words; None when too much of it is unknown.
    """
    tokens = lex(text, language, longest)
    unknown = [token for token in tokens if not token.is_known]
    if not tokens or len(unknown) > MOST_UNKNOWN:
        return None
    joined = _joined_phrases(language)
    words = [
        token.source
        if token.is_known
        else joined.get(token.source) or nearest_word(token.source, language) or ""
        for token in tokens
    ]
    return " ".join(word for word in words if word)


def nearest_word(word: str, language: str) -> str | None:
    """Return the known word that a misspelt one most likely means; None when there is none."""
    found = get_close_matches(word, _known_words(language), n=1, cutoff=LEAST_SIMILARITY)
    return found[0] if found else None


@lru_cache(maxsize=16)
def _joined_phrases(language: str) -> dict[str, str]:
    """Return phrases of a language by what they are without their apostrophe, such as "dont"."""
    return {
        "".join(phrase): " ".join(phrase)
        for phrase in phrases_of(language)
        if len(phrase) == 2 and min(map(len, phrase)) <= 2
    }


@lru_cache(maxsize=16)
def _known_words(language: str) -> tuple[str, ...]:
    """Return the single words of a language's phrases, sorted."""
    pieces = {piece for phrase in phrases_of(language) for piece in phrase}
    return tuple(sorted(one for one in pieces if one.isalpha() and len(one) >= SHORTEST_WORD))
