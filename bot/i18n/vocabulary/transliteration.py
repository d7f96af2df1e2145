"""Russian and Ukrainian typed in Latin letters: "sudoroga v levoj ikre". Pure.

People spell by ear, in several ways. A letter that this misses is left to the correction of
misspelt words.
"""

import re
from collections.abc import Mapping

_PAIRS = {
    pair: letter
    for letter, pairs in {
        "щ": ("shch", "sch"),
        "ж": ("zh",),
        "х": ("kh",),
        "ц": ("ts",),
        "ч": ("ch",),
        "ш": ("sh",),
        "ю": ("yu", "ju", "iu"),
        "я": ("ya", "ja", "ia"),
    }.items()
    for pair in pairs
}
_SINGLE = dict(zip("abcdefgjklmnopqrstuvwxz'’", "абцдефгйклмнопкрстуввхзьь", strict=True))
_LETTERS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        **_PAIRS,
        **_SINGLE,
        **dict.fromkeys(("ye", "je"), "е"),
        **dict.fromkeys(("yo", "jo"), "ё"),
        "h": "х",
        "i": "и",
        "y": "ы",
    },
    "uk": {
        **_PAIRS,
        **_SINGLE,
        **dict.fromkeys(("ye", "je", "ie"), "є"),
        **dict.fromkeys(("yi", "ji"), "ї"),
        **dict.fromkeys(("yo", "jo"), "йо"),
        "h": "г",
        "i": "і",
        "y": "и",
    },
}
"""Language → letters and pairs of letters as they are typed, and what they stand for."""
_PIECES = {
    language: re.compile("|".join(sorted(map(re.escape, letters), key=len, reverse=True)))
    for language, letters in _LETTERS.items()
}
_CYRILLIC = re.compile("[а-яёєіїґ]")
_LATIN = re.compile("[a-z]")
_SHORT_I = re.compile(r"(?<=[аеиоуяюыі])[ыи]\b")
"""The last letter of "levoy", "levyy", "liviy"."""


_HARD_END = re.compile(r"(?<=[аеёиоуыюяі])т\b")
"""The end of an infinitive, such as "zhit", of which few people type the soft sign."""


def spellings(text: str) -> tuple[str, ...]:
    """Return what a text in Latin letters may be in either language; () for any other text."""
    written = [in_cyrillic(text, language) for language in _LETTERS]
    found = [one for one in written if one is not None]
    return tuple(dict.fromkeys([*found, *(_HARD_END.sub("ть", one) for one in found[:1])]))


def in_cyrillic(text: str, language: str) -> str | None:
    """Return a text in Latin letters as the language writes it; None for any other text."""
    said = text.casefold()
    if language not in _LETTERS or _CYRILLIC.search(said) or not _LATIN.search(said):
        return None
    letters = _LETTERS[language]
    written = _PIECES[language].sub(lambda piece: letters[piece[0]], said)
    return _SHORT_I.sub("й", written)
