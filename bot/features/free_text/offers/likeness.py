"""Compares a text with sentences whose topics are known. Pure.

``tools/topic_words.py`` has counted how much more often a word, or its beginning, stands in
sentences about one topic than in others: the logarithm of that ratio is its weight for the topic.
Here, the weights of a text's words are added up. So each result can be explained by its words; see
``docs/decisions/likeness.md``.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import split
from bot.i18n.vocabulary.tokens import Token

FOLDER = Path(__file__).parent / "topic_words"
"""A file for each language: a line has a sign, a tab, and topics with the sign's weights."""
SCALE = 10
"""A file has weights in whole tenths."""
TALK = "talk"
"""The topic of what asks for nothing: the weather, a joke."""
BEGINNINGS = (4, 6)
"""Letters of a word's beginnings that count; shorter words count whole."""
LONGEST_TEXT = 300


def signs_of(text: str, tokens: Iterable[Token]) -> frozenset[str]:
    """What a text is recognized by: short words, beginnings of longer ones, and concepts."""
    pieces = [piece for piece in split(text[:LONGEST_TEXT]) if piece.isalpha()]
    words = {sign for piece in pieces for sign in _signs_of_word(piece)}
    meant = {f"+{token.kind}" for token in tokens if token.is_known and token.kind[0].isalpha()}
    return frozenset(words | meant - {"+FILLER"})


def _signs_of_word(word: str) -> list[str]:
    """A short word whole, or the beginnings of a longer one, the shorter first."""
    begun = [f"^{word[:length]}" for length in BEGINNINGS if len(word) > length]
    return begun or [f"={word}"]


def likeness(text: str, tokens: Iterable[Token], language: str) -> Counter[str]:
    """How much a text resembles the sentences about each topic; other topics are left out.

    Args:
        text: what was typed.
        tokens: of the text, with misspelt words corrected.
        language: such as ``pt_BR``.
    """
    found: Counter[str] = Counter()
    for sign in sorted(signs_of(text, tokens)):  # of two equal topics always the same is first
        for entry in (_weights(sign, language) or "").split():
            topic, _, weight = entry.partition(":")
            found[topic] += int(weight)
    return found


def is_usual(word: str, language: str) -> bool:
    """Whether the known sentences have a word, or one with the same beginning."""
    sign = _signs_of_word(fold(word))[-1]
    return _weights(sign, language) is not None


def _weights(sign: str, language: str) -> str | None:
    """The topics that a sign speaks for, with its weights; None when no known sentence has it."""
    lines, begins = _lines(language), f"{sign}\t".encode()
    at = bisect_left(lines, begins)
    found = at < len(lines) and lines[at].startswith(begins)
    return lines[at][len(begins) :].decode() if found else None


@lru_cache(maxsize=16)
def _lines(language: str) -> list[bytes]:
    """The lines of a language's file, sorted; as bytes, they take a tenth of a dictionary."""
    path = FOLDER / f"{language}.tsv"
    return path.read_bytes().splitlines() if path.exists() else []
