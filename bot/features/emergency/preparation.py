"""Normalizes typed text before it is searched for words of danger. Pure."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_TEXT = 5_000
"""Characters that are read. Telegram's messages have at most 4,096."""

_JOINED = re.compile("['’‘`´ʼ′＇\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Apostrophes and invisible characters: what stands beside them is one word."""
_ELISION = re.compile(
    "\\b([cdjlmnst]|qu|un|quest|quell|(?:a|da|de|ne|su)ll)['’‘`´ʼ′＇]", re.IGNORECASE
)
"""French and Italian words that lose their vowel before another one."""
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f]+"
)
_SHORT_I = "и\u0306"
_KEPT_I = "\ue000"
_PIECE = re.compile(
    r"(?<!\w)(?:[01]?\d|2[0-3])[.:][0-5]\d(?!\w)"  # 22:30 is no 30
    r"|[^\W_]+|[.,;:!?…\n]"
)
"""A time of day, a word, or what ends a sentence or a part of one."""
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_TWO_LETTERS = re.compile("([aou])e")


def readings_of(text: str) -> Iterator[tuple[list[str], frozenset[int]]]:
    """The words of a text, with the positions before which a part of a sentence ends.

    A second reading has elisions split ("j'arrive": "j", "arrive").
    """
    start = text[:LONGEST_TEXT]
    yield _words_and_breaks(start)
    apart = _ELISION.sub(r"\1 ", start)
    if apart != start:
        yield _words_and_breaks(apart)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without accents (й stays) and apostrophes.

    A letter that stands three times or more in a row counts twice.
    """
    return _words_and_breaks(text)[0]


def _words_and_breaks(text: str) -> tuple[list[str], frozenset[int]]:
    words: list[str] = []
    breaks: set[int] = set()
    for piece in _PIECE.findall(_RUN.sub(r"\1\1", _bare(text)[:LONGEST_TEXT])):
        if piece[0].isalnum():
            words.append(piece)
        else:
            breaks.add(len(words))
    return words, frozenset(breaks)


def _bare(text: str) -> str:
    joined = _JOINED.sub("", text)
    if joined.isascii():
        return joined.lower()
    folded = unicodedata.normalize("NFKC", joined).casefold()
    folded = folded.replace("œ", "oe").replace("æ", "ae")
    apart = unicodedata.normalize("NFD", folded).replace(_SHORT_I, _KEPT_I)
    return _MARKS.sub("", apart).replace(_KEPT_I, "й")


def single_letters(word: str) -> str:
    """The word with every double letter once: "swollen" and "swolen" are the same then."""
    return _DOUBLE.sub(r"\1", word)


def without_umlauts(word: str) -> str:
    """A German word in which ae, oe and ue were typed for ä, ö and ü, as the lists have it."""
    return _TWO_LETTERS.sub(r"\1", word)
