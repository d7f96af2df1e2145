"""Antialiased shapes, cached; Pillow's own have jagged edges."""

from functools import lru_cache

from PIL import Image, ImageDraw

from bot.drawing.themes import Colour

OVERSAMPLE = 4
"""Shapes are drawn this many times larger and scaled down, which smooths their edges."""


@lru_cache(maxsize=256)
def disc(diameter: int, fill: Colour | None, outline: Colour | None = None) -> Image.Image:
    """Return a disc or ring."""
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
def pill(width: int, height: int, fill: Colour | None, dashes: Colour | None = None) -> Image.Image:
    """Return a column with round ends; with a dashed border for a night without an entry."""
    sprite = Image.new("RGBA", (width * 2, height * 2))
    draw = ImageDraw.Draw(sprite)
    box = (4, 4, width * 2 - 5, height * 2 - 5)
    draw.rounded_rectangle(box, 36, fill=fill, outline=dashes, width=5)
    if dashes is not None:
        for y in range(24, height * 2 - 24, 40):
            draw.rectangle((0, y, width * 2, y + 18), fill=(0, 0, 0, 0))
    return sprite.resize((width, height), Image.Resampling.LANCZOS)


@lru_cache(maxsize=64)
def block(
    width: int, height: int, fill: Colour | None, outline: Colour | None = None, border: int = 3
) -> Image.Image:
    """Return a rectangle with round corners, filled or with a border (its width in half pixels)."""
    sprite = Image.new("RGBA", (width * 2, height * 2))
    box = (2, 2, width * 2 - 3, height * 2 - 3)
    ImageDraw.Draw(sprite).rounded_rectangle(box, 20, fill=fill, outline=outline, width=border)
    return sprite.resize((width, height), Image.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def stroke(width: int, height: int, colour: Colour, dash: int = 0) -> Image.Image:
    """Return a horizontal line; dashed with ``dash`` pixels on and nearly as many off."""
    sprite = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(sprite)
    for left in range(0, width, dash * 2 - 2 if dash else width):
        draw.rectangle((left, 0, min(left + (dash or width), width) - 1, height - 1), fill=colour)
    return sprite
