"""Blocks of the report: paragraphs, lines, headings, histograms and lists of counts.

A block is measured before it is drawn, so that the layout can decide where pages break. A page
never breaks inside a block.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.features.report.model import Counts, Line
from bot.features.report.pdf.fonts import printable
from bot.features.report.pdf.sheet import (
    BAR,
    BODY,
    GREY,
    HAIRLINE,
    HEADING,
    MARGIN,
    ROW,
    RULE,
    SMALL,
    TEXT_WIDTH,
    Sheet,
)

LABEL_WIDTH = 40.0
"""Width of the column of labels, in millimeters."""
BAR_HEIGHT = 10.0
"""Height of the highest bar of a histogram, in millimeters."""


@dataclass(frozen=True)
class Block:
    """A part of a page: its height in millimeters, and how to draw it from a position down."""

    height: float
    draw: Callable[[Sheet, float], None]


def gap(height: float) -> Block:
    """Empty space."""
    return Block(height, lambda _sheet, _y: None)


def paragraph(
    sheet: Sheet, text: str, size: float = BODY, style: str = "", grey: int = 0, above: float = 0
) -> Block:
    """A text across the text width, with ``above`` millimeters of space before it."""
    words = printable(text)
    height = sheet.height_of(words, TEXT_WIDTH, size, style)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.set_y(y + above)
        sheet.column(MARGIN, TEXT_WIDTH, words, size, style, grey)

    return Block(height + above, draw)


def heading(sheet: Sheet, title: str) -> Block:
    """The title of a section with a rule below it."""
    words = printable(title)
    height = sheet.height_of(words, TEXT_WIDTH, HEADING, "B")

    def draw(sheet: Sheet, y: float) -> None:
        sheet.set_y(y)
        sheet.column(MARGIN, TEXT_WIDTH, words, HEADING, "B")
        sheet.rule(y + height + 0.5, RULE, 0.25)

    return Block(height + 1.7, draw)


def line_block(sheet: Sheet, line: Line, previous: Line | None) -> Block:
    """A line with its label in a column of its own; a repeated label is printed only once."""
    if line.is_remark:
        remark = paragraph(sheet, line.text, SMALL, grey=GREY, above=0.8)
        return Block(remark.height + 1.2, remark.draw)
    if not line.label and (previous is None or not previous.label):
        return paragraph(sheet, line.text)
    label, words = printable(line.label), printable(line.text)
    is_new = previous is None or previous.label != line.label
    label_height = sheet.height_of(label, LABEL_WIDTH - 3, BODY) if is_new else 0.0
    height = max(sheet.height_of(words, TEXT_WIDTH - LABEL_WIDTH, BODY), label_height)

    def draw(sheet: Sheet, y: float) -> None:
        if is_new:
            sheet.set_y(y)
            sheet.column(MARGIN, LABEL_WIDTH - 3, label, BODY, grey=GREY)
        sheet.set_y(y)
        sheet.column(MARGIN + LABEL_WIDTH, TEXT_WIDTH - LABEL_WIDTH, words, BODY)

    return Block(height + 0.35, draw)


def short_lines(lines: Sequence[Line]) -> list[Block]:
    """Short lines, two side by side."""
    half = TEXT_WIDTH / 2

    def pair(two: Sequence[Line]) -> Block:
        def draw(sheet: Sheet, y: float) -> None:
            for place, line in enumerate(two):
                x = MARGIN + half * place
                sheet.use(BODY, grey=GREY)
                sheet.fitted(x, y, LABEL_WIDTH - 2, printable(line.label), BODY)
                sheet.use(BODY)
                text_width = half - LABEL_WIDTH - 4
                sheet.fitted(x + LABEL_WIDTH, y, text_width, printable(line.text), BODY)

        return Block(ROW, draw)

    return [pair(lines[start : start + 2]) for start in range(0, len(lines), 2)]


def histogram(counts: Counts) -> Block:
    """Vertical bars, each with its number above and its name below."""
    highest = max(1, *(count for _name, count in counts.pairs))
    width = TEXT_WIDTH / len(counts.pairs)

    def draw(sheet: Sheet, y: float) -> None:
        sheet.use(SMALL, grey=GREY)
        sheet.set_xy(MARGIN, y + 1.2)
        sheet.cell(TEXT_WIDTH, 4, printable(counts.title))
        bottom = y + 9.6 + BAR_HEIGHT
        sheet.rule(bottom, RULE)
        for place, (name, count) in enumerate(counts.pairs):
            x, height = MARGIN + width * place, BAR_HEIGHT * count / highest
            if count:
                sheet.set_fill_color(BAR)
                sheet.rect(x + width * 0.2, bottom - height, width * 0.6, height, style="F")
            # The name is written before the number, so that screen readers read it first.
            sheet.use(SMALL, grey=GREY)
            sheet.fitted(x + 1, bottom + 0.1, width - 2, printable(name), SMALL, "C")
            sheet.use(SMALL)
            sheet.set_xy(x, bottom - height - 3.9)
            sheet.cell(width, 3.6, str(count), align="C")

    return Block(14.8 + BAR_HEIGHT, draw)


def count_lists(groups: Sequence[Counts]) -> Block:
    """Lists side by side: names on the left, numbers on the right."""
    between, number_width = 7.0, 7.0
    width = (TEXT_WIDTH - between * (len(groups) - 1)) / len(groups)
    rows = 1 + max(len(group.pairs) for group in groups)

    def draw(sheet: Sheet, y: float) -> None:
        y += 0.6
        for place, group in enumerate(groups):
            x = MARGIN + (width + between) * place
            sheet.use(SMALL, grey=GREY)
            sheet.fitted(x, y, width, printable(group.title), SMALL)
            sheet.set_draw_color(HAIRLINE)
            sheet.set_line_width(0.15)
            sheet.line(x, y + ROW, x + width, y + ROW)
            for row, (name, count) in enumerate(group.pairs, 1):
                sheet.use(BODY)
                sheet.fitted(x, y + ROW * row, width - number_width, printable(name), BODY)
                sheet.use(BODY)
                sheet.set_xy(x + width - number_width, y + ROW * row)
                sheet.cell(number_width, ROW, str(count), align="R")

    return Block(ROW * rows + 1.4, draw)
