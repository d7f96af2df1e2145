"""An index from the names of places, in many languages, to time zones.

``python -m tools.make_place_index`` makes the index, because that takes half a second of
processor time: ``data/place_index.tsv``.
"""

import unicodedata
from functools import lru_cache

from bot.local_time.data_files import place_index

LONGEST_TEXT = 64
"""Characters that are read. It bounds the work that a stranger's text can cause."""
_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_APOSTROPHES = str.maketrans("", "", "'’‘ʼʻ`´.")


def fold(text: str) -> str:
    """Normalize text for look-up: no case, accents or punctuation, words separated by a space."""
    lowered = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    plain = unicodedata.normalize("NFKD", lowered.translate(_NOT_DECOMPOSED))
    letters = "".join(
        character if character.isalnum() else " "
        for character in plain.translate(_APOSTROPHES)
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )
    return " ".join(letters.split())[:LONGEST_TEXT].strip()


@lru_cache(maxsize=1)
def zones_by_place() -> dict[str, tuple[str, ...]]:
    """Return the zones that each folded name may mean, the most populous first."""
    return dict(place_index())
