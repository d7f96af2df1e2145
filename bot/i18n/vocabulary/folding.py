"""Normalizes what people type, so that each word is listed once."""

import re
import unicodedata

_MERIDIEM_DOTS = re.compile(r"\b([ap])\.\s?m\b\.?")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])['’ʼ`´\-‐‑](?=[^\W\d_])")


def fold(text: str) -> str:
    """Normalize text: no capitals, accents, hyphens within words, odd spaces or invisible signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp") else character
        for character in folded
        # Format characters such as direction marks are invisible: nobody types them on purpose.
        if unicodedata.category(character) != "Cf"
    )
    dotless = _MERIDIEM_DOTS.sub(r"\1m", " ".join(visible.split()))
    bare = "".join(
        character
        for character in unicodedata.normalize("NFD", dotless)
        if unicodedata.category(character) != "Mn"
    )
    return _BETWEEN_LETTERS.sub(" ", bare)
