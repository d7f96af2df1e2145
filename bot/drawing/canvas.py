"""The card that pictures are drawn on: as wide as a phone's screen, dark or light."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from bot.drawing.shapes import stroke
from bot.drawing.themes import DARK, Colour, Theme, blend
from bot.drawing.typesetting import SMALLEST, WIDTH, Fitted, fit, font, length, line_height, wrap

MARGIN = 44
TALLEST = 2200
"""Height in pixels of a card before it is cut to what was drawn; it takes 9 MB meanwhile. The
tallest week that tests make up has 1,900, the longest typed text on a card 1,400."""
MOST_TEXTS = 256
"""Drawn texts that are kept: one of a whole line takes 60 KB, a week has forty."""
LEGEND_ROW = 52
LEGEND_SIZE = 34
LEGEND_MARK = 62
"""Room for the mark before a legend's text."""
LEGEND_GAP = 34


@lru_cache(maxsize=MOST_TEXTS)
def _rendered(line: Fitted, weight: int, anchor: str) -> tuple[Image.Image, int, int]:
    """Render a text; return its mask and the offset of the mask's corner from the anchor.

    It is cached, because most texts are drawn again and again.
    """
    face = font(line.size, weight, line.stretch)
    left, top, right, bottom = (int(edge) for edge in face.getbbox(line.text, anchor=anchor))
    mask = Image.new("L", (max(right - left, 1) + 2, max(bottom - top, 1) + 2))
    ImageDraw.Draw(mask).text((-left + 1, -top + 1), line.text, fill=255, font=face, anchor=anchor)
    return mask, left - 1, top - 1


@lru_cache(maxsize=2)
def _palette(theme: Theme) -> Image.Image:
    """Return the palette of all colours of a theme and their antialiased edges.

    A picture with 256 colours is encoded five times faster than one in true colour.
    """
    grounds = (theme.ground, theme.panel, theme.sleep)
    colours = [*grounds, theme.line, theme.faint, theme.muted, theme.text, theme.ink, theme.free]
    colours += [*theme.ramp, theme.unknown]
    for ground in grounds:
        for colour in (theme.faint, theme.muted, theme.text, theme.free, *theme.ramp[::2]):
            colours += [blend(ground, colour, share) for share in (0.2, 0.4, 0.6, 0.8)]
    for colour in (*theme.ramp, theme.free, theme.unknown):
        colours += [blend(theme.ink, colour, share) for share in (0.33, 0.66)]
    image = Image.new("P", (1, 1))
    unique = list(dict.fromkeys(colours))[:256]
    image.putpalette([part for colour in unique for part in colour])
    return image


@dataclass(frozen=True)
class DrawnText:
    """A text on a card, and the room that it had."""

    text: str
    line: Fitted
    width: float
    """The width that it may take."""
    weight: int
    colour: Colour
    ground: Colour
    """What was behind it."""


@dataclass(frozen=True)
class LegendItem:
    """A mark and what it means."""

    draw: Callable[[tuple[float, float]], None]
    """Draws the mark around a centre."""
    words: str


class Card:
    """A picture that is being drawn from the top down. All measures are in pixels."""

    def __init__(self, theme: Theme = DARK) -> None:
        self.theme = theme
        self.image = Image.new("RGB", (WIDTH, TALLEST), theme.ground)
        self.draw = ImageDraw.Draw(self.image)
        self.texts: list[DrawnText] = []
        """Every text that was drawn, in its order."""
        self.height = 0
        """How much of the card is used; the rest is cut off."""

    def png(self) -> bytes:
        """Encode the picture; equal drawings give equal bytes."""
        buffer = io.BytesIO()
        used = self.image.crop((0, 0, WIDTH, min(round(self.height), TALLEST)))
        indexed = used.quantize(palette=_palette(self.theme), dither=Image.Dither.NONE)
        indexed.save(buffer, "PNG", compress_level=3)
        return buffer.getvalue()

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        width: float,
        colour: Colour | None = None,
        weight: int = 400,
        anchor: str = "lm",
    ) -> None:
        """Draw a line of text, made smaller or narrower to fit the width.

        Args:
            at: the position of the anchor.
            text: in any script; see ``drawable``.
            size: of the font, at least ``SMALLEST``.
            width: that the text may take.
            colour: of the text; None is the theme's.
            weight: of the font, 100 to 900.
            anchor: as Pillow defines it: "lm" is left and middle.
        """
        colour = colour or self.theme.text
        line = fit(text, size, width, weight)
        mask, left, top = _rendered(line, weight, anchor)
        corner = (round(at[0]) + left, round(at[1]) + top)
        ground = self._pixel(corner[0], round(at[1]))
        self.texts.append(DrawnText(text, line, width, weight, colour, ground))
        self.image.paste(colour, corner, mask)

    def _pixel(self, x: int, y: int) -> Colour:
        found = self.image.getpixel((min(max(x, 0), WIDTH - 1), min(max(y, 0), TALLEST - 1)))
        red, green, blue = found  # type: ignore[misc]
        return int(red), int(green), int(blue)

    def paragraph(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        *,
        width: float,
        colour: Colour | None = None,
        weight: int = 400,
        anchor: str = "lm",
    ) -> float:
        """Draw a text in as many lines as it needs; ``at`` is the anchor of the first one.

        Returns:
            The vertical position below the last line.
        """
        lines, step = wrap(text, size, width, weight), line_height(size)
        for number, line in enumerate(lines):
            place = (at[0], at[1] + step * number)
            self.text(place, line, size, width=width, colour=colour, weight=weight, anchor=anchor)
        return at[1] + step * len(lines) - step / 2

    def paste(self, sprite: Image.Image, centre: tuple[float, float]) -> None:
        """Draw a shape around a centre."""
        corner = (int(centre[0] - sprite.width / 2), int(centre[1] - sprite.height / 2))
        self.image.paste(sprite, corner, sprite)

    def head(self, title: str, headline: str) -> float:
        """Draw a title and a line below it; returns the vertical position below both."""
        room = WIDTH - 2 * MARGIN
        below = self.paragraph((MARGIN, 66), title, 46, width=room, weight=650)
        muted = self.theme.muted
        return self.paragraph((MARGIN, below + 32), headline, 38, width=room, colour=muted)

    def rule(self, y: float) -> None:
        """Draw a line across the card."""
        line = stroke(WIDTH - 2 * MARGIN, 2, self.theme.line)
        self.paste(line, (WIDTH / 2, y))

    def legend(self, items: Sequence[LegendItem], top: float) -> None:
        """Draw marks and their meaning, as many beside each other as fit, and end the card."""
        room = WIDTH - 2 * MARGIN - LEGEND_MARK
        x, y = float(MARGIN), top + LEGEND_ROW / 2
        for item in items:
            width = min(length(item.words, LEGEND_SIZE), room)
            if x > MARGIN and x + LEGEND_MARK + width > WIDTH - MARGIN:
                x, y = float(MARGIN), y + LEGEND_ROW
            item.draw((x + 24, y))
            at = (x + LEGEND_MARK, y)
            below = self.paragraph(at, item.words, LEGEND_SIZE, width=room)
            if below > y + LEGEND_ROW / 2:  # several lines
                x, y = float(MARGIN), below + LEGEND_ROW / 2
            else:
                x += LEGEND_MARK + width + LEGEND_GAP
        self.height = round((y if x > MARGIN else y - LEGEND_ROW) + LEGEND_ROW / 2 + 24)


__all__ = ["MARGIN", "SMALLEST", "WIDTH", "Card", "DrawnText", "LegendItem"]
