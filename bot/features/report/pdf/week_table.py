"""The table of weeks with its strip of nights, as blocks of the report."""

from dataclasses import dataclass

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


def week_table(sheet: Sheet, table: Table) -> list[tuple[Block, Block]]:
    """The rows of the table, each as it stands below the others and as it begins a page.

    Numbers are right-aligned, their signs stand to the right of them. The row at the top of a page
    has the heads above it.
    """
    columns = _Columns.of(sheet, table)
    head = Block(ROW, lambda sheet, y: _draw_head(sheet, y, table, columns))
    rows = []
    for number in range(len(table.rows)):
        row = _row_block(table, number, columns)
        with_head = _stacked(head, row)
        rows.append((row if number else with_head, with_head))
    if table.strip is not None:
        strip = table.strip
        legend = Block(LEGEND, lambda sheet, y: _draw_legend(sheet, strip, y + 0.9))
        last = _stacked(rows[-1][0], legend), _stacked(rows[-1][1], legend)
        rows[-1] = last
    return rows


@dataclass(frozen=True)
class _Columns:
    """Widths in millimeters."""

    strip: float
    """Of the marks of nights; 0 when there are none."""
    number: float
    """Of each column with numbers."""
    sign: float
    """Of the room for a sign to the right of a number."""

    @classmethod
    def of(cls, sheet: Sheet, table: Table) -> "_Columns":
        strip = STEP * 7 + 3.0 if table.strip is not None else 0.0
        number = (TEXT_WIDTH - FIRST_COLUMN - strip) / max(1, len(table.heads) - 1)
        sheet.use(BODY)
        return cls(strip, number, max(sheet.get_string_width(sign) for sign in (OR_MORE, PARTIAL)))


def _stacked(above: Block, below: Block) -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        above.draw(sheet, y)
        below.draw(sheet, y + above.height)

    return Block(above.height + below.height, draw)


def _draw_head(sheet: Sheet, y: float, table: Table, columns: _Columns) -> None:
    sheet.use(SMALL, grey=GREY)
    sheet.fitted(MARGIN, y, FIRST_COLUMN, printable(table.heads[0]), SMALL)
    for place, head in enumerate(table.heads[1:]):
        x = MARGIN + FIRST_COLUMN + columns.strip + columns.number * place
        width = columns.number - 2 - columns.sign
        sheet.fitted(x + 2, y, width, printable(head), SMALL, "R")
    if table.strip is not None:
        for day, name in enumerate(table.strip.heads):
            x = MARGIN + FIRST_COLUMN + STEP * day
            sheet.fitted(x - 0.5, y, SQUARE + 1, printable(name), SMALL, "C")


def _row_block(table: Table, number: int, columns: _Columns) -> Block:
    row = table.rows[number]

    def draw(sheet: Sheet, y: float) -> None:
        sheet.rule(y, HAIRLINE)
        sheet.use(BODY)
        sheet.fitted(MARGIN, y, FIRST_COLUMN, printable(row[0]), BODY)
        if table.strip is not None:
            for day, mark in enumerate(table.strip.rows[number]):
                x = MARGIN + FIRST_COLUMN + STEP * day
                _draw_mark(sheet, x, y + (ROW - SQUARE) / 2, mark)
        for place, cell in enumerate(row[1:], 1):
            right = MARGIN + FIRST_COLUMN + columns.strip + columns.number * place - columns.sign
            _draw_cell(sheet, right, y, cell, columns.sign)
        sheet.rule(y + ROW, HAIRLINE)

    return Block(ROW, draw)


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
    title = printable(strip.label)
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
