"""A drawing above a few words in letters that can be read at night without glasses.

The words are below, because a phone shows the end of a message first.
"""

import io
from functools import lru_cache

from PIL import Image

from bot.drawing.canvas import MARGIN, WIDTH, Card
from bot.drawing.stretches import draw
from bot.drawing.themes import DARK, Theme
from bot.drawing.typesetting import font

LARGEST, SMALLEST = 116, 72
"""Font sizes: on a phone that is 360 CSS pixels wide, a third of these."""
WEIGHT = 700
LINE_HEIGHT = 1.16
"""The height of a line, in font sizes."""
TOP, BOTTOM = 128, 628
"""The part of a drawing that is shown, in pixels from its top."""
SCALE = 0.8
"""The scale of the drawing, so that the words need no scrolling on a small phone."""
CACHED = 64


def broken(words: str, size: int, width: float) -> tuple[str, ...] | None:
    """The words in as few lines as they need, at most two; None: they do not fit in this size."""
    face, parts = font(size, WEIGHT), words.split()
    if face.getlength(words) <= width:
        return (words,)
    ways = [(" ".join(parts[:cut]), " ".join(parts[cut:])) for cut in range(1, len(parts))]
    fitting = [way for way in ways if max(map(face.getlength, way)) <= width]
    # A break after a sentence reads best, then lines of about one length.
    return min(
        fitting,
        key=lambda way: (way[0][-1] not in ".,!?", max(map(face.getlength, way))),
        default=None,
    )


@lru_cache(maxsize=CACHED)
def with_words(words: str, drawing: str | None, theme: Theme = DARK) -> bytes:
    """A PNG, 1080 pixels wide. Cached and thread-safe.

    Args:
        words: about five.
        drawing: the name of a drawing of ``stretches.py``; None: the words alone.
        theme: the colours.
    """
    width = WIDTH - 2 * MARGIN
    sizes = range(LARGEST, SMALLEST - 1, -4)
    fitting = ((size, broken(words, size, width)) for size in sizes)
    size, lines = next(((size, one) for size, one in fitting if one), (SMALLEST, (words,)))
    step = round(size * LINE_HEIGHT)
    top = 0 if drawing is None else round((BOTTOM - TOP) * SCALE)
    card = Card(theme)
    card.height = top + step * len(lines) + MARGIN
    if drawing is not None:
        picture = Image.open(io.BytesIO(draw(drawing, theme))).convert("RGB")
        picture = picture.crop((0, TOP, WIDTH, BOTTOM))
        shown = picture.resize((round(WIDTH * SCALE), top), Image.Resampling.LANCZOS)
        card.image.paste(shown, ((WIDTH - shown.width) // 2, 0))
    for number, line in enumerate(lines):
        middle = top + MARGIN / 2 + step * (number + 0.5)
        card.text((WIDTH / 2, middle), line, size, width=width, weight=WEIGHT, anchor="mm")
    return card.png()
