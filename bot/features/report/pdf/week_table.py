"""The table of weeks with its strip of nights, as a block of the report."""

from bot.features.report.model import OR_MORE, PARTIAL, NightMark, NightStrip, Table
from bot.features.report.pdf.blocks import Block
from bot.features.report.pdf.fonts import printable
from bot.features.report.pdf.sheet import (
    BODY,
    GREY,
    HAIRLINE,
    MARGIN,
    ROW,
    SMALL,
    TEXT_WIDTH,
    Sheet,
)

SQUARE, STEP = 2.5, 3.5
"""Side of a night's mark, and distance from one mark to the next, in millimeters."""
FIRST_COLUMN = 20.0
LEGEND = 5.0
"""Height of the legend, in millimeters."""


def week_table(sheet: Sheet, table: Table) -> Block:
    """Rows with thin rules. Numbers are right-aligned, their signs stand to the right of them."""
    strip_width = STEP * 7 + 3.0 if table.strip is not None else 0.0
    column = (TEXT_WIDTH - FIRST_COLUMN - strip_width) / max(1, len(table.heads) - 1)
    sheet.use(BODY)
    sign_width = max(sheet.get_string_width(sign) for sign in (OR_MORE, PARTIAL))
    legend = 0.0 if table.strip is None else LEGEND
    height = ROW * (len(table.rows) + 1) + legend

    def draw(sheet: Sheet, y: float) -> None:
        sheet.use(SMALL, grey=GREY)
        for place, head in enumerate(table.heads):
            if place == 0:
                sheet.fitted(MARGIN, y, FIRST_COLUMN, printable(head), SMALL)
                continue
            x = MARGIN + FIRST_COLUMN + strip_width + column * (place - 1)
            sheet.fitted(x + 2, y, column - 2 - sign_width, printable(head), SMALL, "R")
        if table.strip is not None:
            for day, name in enumerate(table.strip.heads):
                x = MARGIN + FIRST_COLUMN + STEP * day
                sheet.fitted(x - 0.5, y, SQUARE + 1, printable(name), SMALL, "C")
        for number, row in enumerate(table.rows, 1):
            top = y + ROW * number
            sheet.rule(top, HAIRLINE)
            sheet.use(BODY)
            sheet.fitted(MARGIN, top, FIRST_COLUMN, printable(row[0]), BODY)
            if table.strip is not None:
                for day, mark in enumerate(table.strip.rows[number - 1]):
                    x = MARGIN + FIRST_COLUMN + STEP * day
                    _draw_mark(sheet, x, top + (ROW - SQUARE) / 2, mark)
            for place, cell in enumerate(row[1:], 1):
                right = MARGIN + FIRST_COLUMN + strip_width + column * place - sign_width
                _draw_cell(sheet, right, top, cell, sign_width)
        sheet.rule(y + ROW * (len(table.rows) + 1), HAIRLINE)
        if table.strip is not None:
            _draw_legend(sheet, table.strip, y + height - legend + 0.9)

    return Block(height, draw)


def _draw_cell(sheet: Sheet, right: float, top: float, cell: str, sign_width: float) -> None:
    """Print a cell so that its number, without a sign after it, ends at ``right``."""
    sheet.use(BODY)
    width = sheet.get_string_width(cell.rstrip(OR_MORE + PARTIAL))
    sheet.set_xy(right - width, top)
    sheet.cell(width + sign_width, ROW, printable(cell))


def _draw_mark(sheet: Sheet, x: float, y: float, mark: NightMark) -> None:
    """Draw a filled square, an empty square or a dot: they differ without color."""
    sheet.set_draw_color(0)
    sheet.set_fill_color(0)
    sheet.set_line_width(0.2)
    match mark:
        case NightMark.CRAMPS:
            sheet.rect(x, y, SQUARE, SQUARE, style="DF")
        case NightMark.NONE:
            sheet.rect(x, y, SQUARE, SQUARE)
        case NightMark.NO_ENTRY:
            sheet.rect(x + SQUARE / 2 - 0.25, y + SQUARE / 2 - 0.25, 0.5, 0.5, style="F")


def _draw_legend(sheet: Sheet, strip: NightStrip, y: float) -> None:
    x = MARGIN
    sheet.use(SMALL, grey=GREY)
    title = printable(f"{strip.title}:")
    sheet.set_xy(x, y)
    width = sheet.get_string_width(title)
    sheet.cell(width, 3.6, title)
    x += width + 2.5
    for mark, name in strip.legend:
        _draw_mark(sheet, x, y + 0.6, mark)
        words = printable(name)
        sheet.use(SMALL, grey=GREY)
        sheet.set_xy(x + SQUARE + 1.2, y)
        width = sheet.get_string_width(words)
        sheet.cell(width, 3.6, words)
        x += SQUARE + 1.2 + width + 4.5
