"""What all pictures are drawn with: colours, fonts, smooth shapes, and a card to put them on.

A dark card looks right in light and dark chats and does not glare at night. Strength is told by
size, brightness and a number, so no colour alone carries meaning, and there is no red.
"""

import io
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1080
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
UNKNOWN_STRENGTH = (206, 200, 222)

Colour = tuple[int, int, int]
OVERSAMPLE = 4
MISSING = "…"
VARIANTS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They choose between the looks of the sign before."""
NEVER_SEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Unicode categories: controls, directions, and what is not assigned."""
NOT_IN_ANY_FONT = "\U0010ffff"


@lru_cache(maxsize=64)
def font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    file = files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
    face = ImageFont.truetype(str(file), size)  # by name: read as bytes each size would be a copy
    face.set_variation_by_axes([weight, 100])
    return face


@lru_cache(maxsize=256)
def disc(diameter: int, fill: Colour | None, outline: Colour | None = None) -> Image.Image:
    """A smooth disc or ring; Pillow's own circles have jagged edges."""
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
    big = size * OVERSAMPLE
    sprite = Image.new("RGBA", (big, big))
    points = [(0.2 * big, 0.54 * big), (0.42 * big, 0.75 * big), (0.82 * big, 0.28 * big)]
    ImageDraw.Draw(sprite).line(points, fill=colour, width=int(0.11 * big), joint="curve")
    return sprite.resize((size, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def pill(width: int, height: int, fill: Colour | None, dashed: bool) -> Image.Image:
    """A column with round ends; dashed for a night without an entry."""
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
    """A small block with round corners; a faint outline when there is nothing to fill it with.

    With an outline of its own it is a hollow block, drawn boldly.
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
    mask, missing = face.getmask(character), face.getmask(NOT_IN_ANY_FONT)
    return (mask.size, bytes(mask)) != (missing.size, bytes(missing))


def _is_mark(character: str) -> bool:
    """Whether it only changes another sign, as an accent does."""
    return unicodedata.category(character) == "Mn"


def drawable(text: str) -> str:
    """The text with dots in the place of what the font has no letters for, never with boxes.

    What people write themselves may be in any script; what is never seen (joiners, directions of
    writing, the shades of an emoji) is left away.
    """
    seen = [
        one if one == " " or _has_glyph(one) else "" if _is_mark(one) else MISSING
        for one in " ".join(unicodedata.normalize("NFC", text).split())
        if unicodedata.category(one) not in NEVER_SEEN and one not in VARIANTS
    ]
    return re.sub(rf"{MISSING}(\s*{MISSING})*", MISSING, "".join(seen))


@lru_cache(maxsize=1024)
def fit(text: str, size: int, width: float, weight: int = 400) -> tuple[str, int]:
    """The text and font size with which it fits into a width; shortened when nothing else helps."""
    text = drawable(text)
    for smaller in range(size, max(20, int(size * 0.7)) - 1, -2):
        if font(smaller, weight).getlength(text) <= width:
            return text, smaller
    while text and font(smaller, weight).getlength(f"{text}…") > width:
        text = text[:-1].rstrip()
    return f"{text}…", smaller


@lru_cache(maxsize=1024)
def _words(text: str, size: int, weight: int, anchor: str) -> tuple[Image.Image, int, int]:
    """A text's mask and where its corner lies from the anchor. Most texts come again and again."""
    face = font(size, weight)
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text, anchor=anchor))
    mask = Image.new("L", (max(right - left, 1) + 2, max(bottom - top, 1) + 2))
    ImageDraw.Draw(mask).text((-left + 1, -top + 1), text, fill=255, font=face, anchor=anchor)
    return mask, left - 1, top - 1


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two: ``share`` 0 is the one, 1 the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    """All colours with their smooth edges: 256 colours are written five times faster."""
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
    """A picture in the making, as wide as a phone's screen. Positions and sizes are in pixels."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), NIGHT_SKY)
        self.draw = ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        """The finished picture; equal drawings give equal bytes."""
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
        shown, fitted = fit(text, size, width, weight)
        mask, left, top = _words(shown, fitted, weight, anchor)
        self.image.paste(colour, (round(at[0]) + left, round(at[1]) + top), mask)

    def paste(self, sprite: Image.Image, centre: tuple[float, float]) -> None:
        corner = (int(centre[0] - sprite.width / 2), int(centre[1] - sprite.height / 2))
        self.image.paste(sprite, corner, sprite)


def strength_colour(intensity: int | None) -> Colour:
    """The colour of a cramp of this strength (0 to 10)."""
    return UNKNOWN_STRENGTH if intensity is None else RAMP[min(max(intensity, 0), 10)]
