"""Colours, text, antialiased shapes, and the card that pictures are drawn on.

The card is dark: it suits light and dark chats and does not glare at night. Strength is shown by
size, brightness and a number, so that no information depends on colour alone. There is no red.
"""

import io
import re
import unicodedata
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from bot.drawing.fonts import NOTO_SANS

WIDTH = 1080
"""Width of every card, in pixels."""
MARGIN = 44
NIGHT_SKY = (27, 33, 66)
PANEL = (36, 44, 84)
AHEAD = (30, 37, 72)
SLEEP = (45, 54, 102)
LINE = (62, 72, 122)
FAINT = (88, 98, 148)
MUTED = (176, 184, 216)
CREAM = (246, 240, 228)
INK = (32, 30, 48)
MINT = (142, 214, 190)
RAMP = (
    (150, 196, 232),
    (168, 204, 222),
    (190, 212, 208),
    (212, 218, 190),
    (230, 220, 168),
    (244, 218, 146),
    (250, 210, 124),
    (252, 198, 102),
    (252, 184, 82),
    (250, 168, 64),
    (248, 152, 48),
)
"""The colours of strengths 0 to 10."""
UNKNOWN_STRENGTH = (206, 200, 222)

Colour = tuple[int, int, int]
OVERSAMPLE = 4
"""Shapes are drawn this many times larger and scaled down, which smooths their edges."""
MISSING = "…"
"""Replaces characters that the font has no glyph for."""
VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Unicode categories: control, format, unassigned, private use and surrogate."""
NONCHARACTER = "\U0010ffff"
"""No font has a glyph for it, so it is drawn as the missing-glyph box."""


@lru_cache(maxsize=64)
def font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    """Return the font in a size (pixels) and a weight (100 to 900)."""
    # Opened by path: opened from bytes, each size would hold its own copy of the file in memory.
    face = ImageFont.truetype(str(NOTO_SANS), size)
    face.set_variation_by_axes([weight, 100])
    return face


@lru_cache(maxsize=256)
def disc(diameter: int, fill: Colour | None, outline: Colour | None = None) -> Image.Image:
    """Return an antialiased disc or ring; Pillow's own circles have jagged edges."""
    size = diameter * OVERSAMPLE
    sprite = Image.new("RGBA", (size, size))
    ImageDraw.Draw(sprite).ellipse(
        (2, 2, size - 3, size - 3),
        fill=fill,
        outline=outline,
        width=4 * OVERSAMPLE if outline else 0,
    )
    return sprite.resize((diameter, diameter), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def tick(size: int, colour: Colour) -> Image.Image:
    """Return a check mark."""
    big = size * OVERSAMPLE
    sprite = Image.new("RGBA", (big, big))
    points = [(0.2 * big, 0.54 * big), (0.42 * big, 0.75 * big), (0.82 * big, 0.28 * big)]
    ImageDraw.Draw(sprite).line(points, fill=colour, width=int(0.11 * big), joint="curve")
    return sprite.resize((size, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def pill(width: int, height: int, fill: Colour | None, dashed: bool) -> Image.Image:
    """Return a column with round ends; dashed for a night without an entry."""
    sprite = Image.new("RGBA", (width * 2, height * 2))
    draw = ImageDraw.Draw(sprite)
    box = (4, 4, width * 2 - 5, height * 2 - 5)
    draw.rounded_rectangle(box, 36, fill=fill, outline=FAINT if dashed else None, width=4)
    if dashed:
        for y in range(24, height * 2 - 24, 40):
            draw.rectangle((0, y, width * 2, y + 18), fill=(0, 0, 0, 0))
    return sprite.resize((width, height), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def block(
    width: int, height: int, fill: Colour | None, outline: Colour | None = None
) -> Image.Image:
    """Return a rectangle with round corners.

    With ``outline`` its border is bold. With neither ``fill`` nor ``outline`` it has a faint
    border.
    """
    sprite = Image.new("RGBA", (width * 2, height * 2))
    box = (2, 2, width * 2 - 3, height * 2 - 3)
    edge = outline or (FAINT if fill is None else None)
    bold = 3 if outline is None else 10
    ImageDraw.Draw(sprite).rounded_rectangle(box, 20, fill=fill, outline=edge, width=bold)
    return sprite.resize((width, height), Image.Resampling.LANCZOS)


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


@lru_cache(maxsize=1024)
def fit(text: str, size: int, width: float, weight: int = 400) -> tuple[str, int]:
    """Return the text and the font size at which it fits a width; cut off if it still does not."""
    text = drawable(text)
    for smaller in range(size, max(20, int(size * 0.7)) - 1, -2):
        if font(smaller, weight).getlength(text) <= width:
            return text, smaller
    while text and font(smaller, weight).getlength(f"{text}…") > width:
        text = text[:-1].rstrip()
    return f"{text}…", smaller


@lru_cache(maxsize=1024)
def _rendered(text: str, size: int, weight: int, anchor: str) -> tuple[Image.Image, int, int]:
    """Render a text; return its mask and the offset of the mask's corner from the anchor.

    It is cached, because most texts are drawn again and again.
    """
    face = font(size, weight)
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text, anchor=anchor))
    mask = Image.new("L", (max(right - left, 1) + 2, max(bottom - top, 1) + 2))
    ImageDraw.Draw(mask).text((-left + 1, -top + 1), text, fill=255, font=face, anchor=anchor)
    return mask, left - 1, top - 1


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Mix two colours. ``share`` is the weight of ``other``, from 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """Return the palette of all colours and their antialiased edges.

    A picture with 256 colours is encoded five times faster than one in true colour.
    """
    grounds = (NIGHT_SKY, PANEL, SLEEP)
    colours = [*grounds, AHEAD, LINE, FAINT, MUTED, CREAM, INK, MINT, *RAMP, UNKNOWN_STRENGTH]
    for ground in grounds:
        for colour in (FAINT, MUTED, CREAM, MINT, *RAMP[::2], UNKNOWN_STRENGTH):
            colours += [blend(ground, colour, share) for share in (0.2, 0.4, 0.6, 0.8)]
    for colour in (*RAMP, MINT):
        colours += [blend(INK, colour, share) for share in (0.33, 0.66)]
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in dict.fromkeys(colours[:256]) for part in colour])
    return image


class Card:
    """A picture that is being drawn, as wide as a phone's screen. All measures are in pixels."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), NIGHT_SKY)
        self.draw = ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        """Encode the picture; equal drawings give equal bytes."""
        buffer = io.BytesIO()
        indexed = self.image.quantize(palette=_palette(), dither=Image.Dither.NONE)
        indexed.save(buffer, "PNG", compress_level=3)
        return buffer.getvalue()

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        width: float,
        colour: Colour = CREAM,
        weight: int = 400,
        anchor: str = "lm",
    ) -> None:
        """Draw a line of text, made smaller or cut off to fit the width.

        Args:
            at: the position of the anchor.
            text: in any script; see ``drawable``.
            size: of the font.
            width: that the text may take.
            colour: of the text.
            weight: of the font, 100 to 900.
            anchor: as Pillow defines it: "lm" is left and middle.
        """
        shown, fitted = fit(text, size, width, weight)
        mask, left, top = _rendered(shown, fitted, weight, anchor)
        self.image.paste(colour, (round(at[0]) + left, round(at[1]) + top), mask)

    def paste(self, sprite: Image.Image, centre: tuple[float, float]) -> None:
        """Draw a shape around a centre."""
        corner = (int(centre[0] - sprite.width / 2), int(centre[1] - sprite.height / 2))
        self.image.paste(sprite, corner, sprite)


def strength_colour(intensity: int | None) -> Colour:
    """Return the colour of a strength from 0 to 10; None is an unknown strength."""
    return UNKNOWN_STRENGTH if intensity is None else RAMP[min(max(intensity, 0), 10)]
