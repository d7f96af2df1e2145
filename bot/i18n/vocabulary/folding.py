"""Normalizes what people type, so that each word is listed once."""

import re
import unicodedata

_MERIDIEM_DOTS = re.compile(r"\b([ap])\.\s?m\b\.?")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])['’ʼ`´\-‐‑](?=[^\W\d_])")
_SMILEY = re.compile(r"(?<!\S)[:;=]'?-?[()dpo*/|]+(?!\S)|\A([^(]*[^\W\d_])\s?\)+\Z|\s\(\(+\Z")
"""A face made of signs, or the brackets that stand for one: ":-)", "спасибо)))"."""
_EMPTY = ("Cc", "Zs", "Zl", "Zp", "So", "Sk")
"""Categories of characters that are read as a space; So are emoji, and Sk their skin tones."""


def fold(text: str) -> str:
    """Normalize text: no capitals, accents, hyphens within words, odd spaces or invisible signs.

    Emoji and faces made of signs are left out: they change nothing of what is said.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(
        " " if unicodedata.category(character) in _EMPTY else character
        for character in folded
        # Format characters such as direction marks are invisible: nobody types them on purpose.
        if unicodedata.category(character) != "Cf"
    )
    bare_words = " ".join(_SMILEY.sub(r"\1 ", " ".join(visible.split())).split())
    dotless = _MERIDIEM_DOTS.sub(r"\1m", bare_words)
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", dotless)
        if unicodedata.category(character) != "Mn"
    )
    return _BETWEEN_LETTERS.sub(" ", bare)
