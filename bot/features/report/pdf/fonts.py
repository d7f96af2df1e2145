"""The font of the report: which characters it can print, and subsets of it for each report."""

import io
import unicodedata
from functools import lru_cache

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from bot.drawing.fonts import NOTO_SANS

WEIGHTS = {"": 400, "B": 650}
"""Style of fpdf2 → weight of the variable font."""
COMMON_CHARACTERS = frozenset(
    [chr(code) for code in range(0x20, 0x7F)]
    + [chr(code) for code in range(0xA0, 0x180)]
    + list("–—…‘’“”•·×\ufffd")
)
"""Characters in every subset, so that most reports can use the same cached subset."""
REPLACEMENT = "\ufffd"
"""Printed in place of a character that the font does not have."""
_UNUSED_TABLES = ("GSUB", "GPOS", "GDEF", "STAT", "MVAR", "gasp", "prep")
"""Font tables that the pages do not need; without them subsetting takes a tenth of the time."""
_FONT_CREATED = 3_786_912_000
"""The creation date in every subset: 2024-01-01, in seconds since 1904 as TrueType counts.

It is constant, so that equal reports are equal byte for byte.
"""


@lru_cache(maxsize=1)
def _code_points() -> frozenset[int]:
    with TTFont(NOTO_SANS, lazy=True) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """The text with a replacement sign for every character that cannot be printed.

    Invisible characters (controls, joiners, text direction marks) are removed, and white space is
    collapsed.
    """
    collapsed = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(
        character if ord(character) in _code_points() else REPLACEMENT
        for character in collapsed
        if character.isprintable() or character == " "
    )


@lru_cache(maxsize=16)
def font_subset(weight: int, characters: frozenset[str]) -> bytes:
    """A static TrueType font of one weight that has only these characters."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    buffer = io.BytesIO()
    with TTFont(NOTO_SANS, recalcTimestamp=False, lazy=True) as font:
        for table in _UNUSED_TABLES:
            if table in font:
                del font[table]
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(characters)))
        subsetter.subset(font)
        static = instancer.instantiateVariableFont(
            font, {"wght": weight, "wdth": 100}, inplace=True
        )
        static["head"].modified = static["head"].created = _FONT_CREATED
        static.save(buffer)
    return buffer.getvalue()
