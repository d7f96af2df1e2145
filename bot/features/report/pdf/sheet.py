"""The PDF document that the report is typeset on: page geometry, type sizes and text primitives.

Lengths are in millimeters, type sizes in points.
"""

from collections.abc import Mapping
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 18.0
TOP, BOTTOM = 16.0, 20.0
TEXT_WIDTH = WIDTH - 2 * MARGIN
BODY, SMALL, HEADING, TITLE = 9.0, 7.6, 9.8, 16.0
LEADING = 0.47
"""Line height in millimeters per point of type size."""
ROW = 4.7
"""Height of a table row."""
GREY, RULE, HAIRLINE, BAR = 90, 120, 215, 110
"""Shades of grey, from 0 (black) to 255 (white)."""
FONT_FAMILY = "Noto Sans"


class Sheet(FPDF):
    """A PDF document with the fonts of the report.

    Args:
        fonts: Style of fpdf2 → font file.
    """

    def __init__(self, fonts: Mapping[str, Path]) -> None:
        super().__init__("portrait", "mm", "A4")
        for style, path in fonts.items():
            self.add_font(FONT_FAMILY, style, path)
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(auto=False)
        self.c_margin = 0
        self._heights: dict[tuple[str, float, float, str], float] = {}

    def close(self) -> None:
        """Close the font files."""
        for font in self.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]

    def use(self, size: float, style: str = "", grey: int = 0) -> None:
        """Select the type size, style and shade for the text that follows."""
        self.set_font(FONT_FAMILY, style, size)
        self.set_text_color(grey)

    def height_of(self, text: str, width: float, size: float, style: str = "") -> float:
        """The height of a text that is wrapped to a width."""
        key = (text, width, size, style)
        if key not in self._heights:
            self.use(size, style)
            leading = size * LEADING
            height = self.multi_cell(
                width, leading, text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT
            )
            self._heights[key] = float(height)  # type: ignore[arg-type]
        return self._heights[key]

    def column(
        self, x: float, width: float, text: str, size: float, style: str = "", grey: int = 0
    ) -> None:
        """Print a text that is wrapped to a width, from the current vertical position down."""
        self.use(size, style, grey)
        self.set_x(x)
        self.multi_cell(width, size * LEADING, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def fitted(
        self, x: float, y: float, width: float, text: str, size: float, align: str = "L"
    ) -> None:
        """Print one line of text, in a smaller size when it is too long for the width."""
        self.set_font_size(size)
        while self.get_string_width(text) > width and size > 4:
            size -= 0.2
            self.set_font_size(size)
        self.set_xy(x, y)
        self.cell(width, ROW, text, align=align)

    def rule(self, y: float, grey: int, thickness: float = 0.15) -> None:
        """Draw a horizontal line across the text width."""
        self.set_draw_color(grey)
        self.set_line_width(thickness)
        self.line(MARGIN, y, WIDTH - MARGIN, y)
