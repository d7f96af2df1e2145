"""Text in pictures: the font, what it can draw, and how text is fitted and broken into lines.

Nothing is smaller than 11 CSS pixels when a picture is shown 360 CSS pixels wide
(:data:`SMALLEST`). What does not fit is set narrower or broken into lines, not cut off.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import ImageFont

from bot.drawing.fonts import NOTO_SANS

WIDTH = 1080
"""Width of every picture, in pixels."""
SMALLEST = 33
"""The smallest font size: 11 CSS pixels in a picture that is shown 360 CSS pixels wide."""
STRETCHES = (100, 92, 84, 76, 68)
"""Widths of the letters, in percent, that a text is set in until it fits."""
LINE_HEIGHT = 1.3
"""Height of a line, in font sizes."""
MISSING = "…"
"""Replaces characters that the font has no glyph for."""
VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
MOST_FONTS = 12
"""Fonts that are kept: each takes up to a megabyte and is opened in 0.06 ms; a week needs six."""
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Unicode categories: control, format, unassigned, private use and surrogate."""
NONCHARACTER = "\U0010ffff"
"""No font has a glyph for it, so it is drawn as the missing-glyph box."""


@lru_cache(maxsize=MOST_FONTS)
def font(size: int, weight: int = 400, stretch: int = 100) -> ImageFont.FreeTypeFont:
    """Return the font in a size (pixels), a weight (100 to 900) and a width (62 to 100 %)."""
    # Opened by path: opened from bytes, each size would hold its own copy of the file in memory.
    face = ImageFont.truetype(str(NOTO_SANS), size)
    face.set_variation_by_axes([weight, stretch])
    return face


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    face = font(24)
    mask, missing = face.getmask(character), face.getmask(NONCHARACTER)
    return (mask.size, bytes(mask)) != (missing.size, bytes(missing))


def _is_mark(character: str) -> bool:
    """Return whether a character is a combining mark, such as an accent."""
    return unicodedata.category(character) == "Mn"


def drawable(text: str) -> str:
    """Replace characters that the font lacks by "…", so that no missing-glyph box is drawn.

    What people type may be in any script. Several such characters in a row become one "…";
    invisible characters (joiners, direction marks, variation selectors) are removed.
    """
    visible = [
        one if one == " " or _has_glyph(one) else "" if _is_mark(one) else MISSING
        for one in " ".join(unicodedata.normalize("NFC", text).split())
        if unicodedata.category(one) not in INVISIBLE_CATEGORIES and one not in VARIATION_SELECTORS
    ]
    return re.sub(rf"{MISSING}(\s*{MISSING})*", MISSING, "".join(visible))


@dataclass(frozen=True)
class Fitted:
    """A line of text as it is drawn."""

    text: str
    size: int
    """The size of the font, in pixels."""
    stretch: int = 100
    """Width of the letters, in percent."""
    is_cut: bool = False


def length(text: str, size: int, weight: int = 400, stretch: int = 100) -> float:
    """The width of a text in pixels."""
    return font(size, weight, stretch).getlength(text)


@lru_cache(maxsize=1024)
def fit(text: str, size: int, width: float, weight: int = 400) -> Fitted:
    """Fit a line into a width: smaller, down to :data:`SMALLEST`, then with narrower letters.

    A line that still does not fit is cut off; what may be long belongs into :func:`wrap`.
    """
    text = drawable(text)
    for smaller in range(max(size, SMALLEST), SMALLEST - 1, -1):
        if length(text, smaller, weight) <= width:
            return Fitted(text, smaller)
    for stretch in STRETCHES[1:]:
        if length(text, SMALLEST, weight, stretch) <= width:
            return Fitted(text, SMALLEST, stretch)
    narrowest = STRETCHES[-1]
    while text and length(f"{text}…", SMALLEST, weight, narrowest) > width:
        text = text[:-1].rstrip()
    return Fitted(f"{text}…", SMALLEST, narrowest, is_cut=True)


@lru_cache(maxsize=512)
def wrap(text: str, size: int, width: float, weight: int = 400) -> tuple[str, ...]:
    """Break a text into lines that fit a width; a longer word goes on in the next line."""
    size, lines = max(size, SMALLEST), [""]
    for word in drawable(text).split():
        longer = f"{lines[-1]} {word}".lstrip()
        if length(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if lines[-1] and length(lines[-1] + letter, size, weight) > width:
                lines.append("")
            lines[-1] += letter
    return tuple(line for line in lines if line) or ("",)


def line_height(size: int) -> int:
    """The height of a line of text in pixels."""
    return round(max(size, SMALLEST) * LINE_HEIGHT)
