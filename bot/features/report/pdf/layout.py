"""Distributes the blocks of a report over its pages, and shortens it until they are few enough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.features.report.model import Line, Report, Section, shortened
from bot.features.report.pdf.blocks import (
    Block,
    count_lists,
    gap,
    heading,
    histogram,
    line_block,
    paragraph,
    short_lines,
)
from bot.features.report.pdf.fonts import REPLACEMENT, printable
from bot.features.report.pdf.sheet import BOTTOM, GREY, HEADING, HEIGHT, SMALL, TITLE, TOP, Sheet
from bot.features.report.pdf.week_table import week_table
from bot.i18n.translator import Translator

SECTION_GAP = 2.8
RUNNING_HEAD = 8.0
"""Height of the line at the top of every page but the first, in millimeters."""
KEEP_TOGETHER = 32.0
"""A section up to this height, in millimeters, is not broken across pages."""
FEW = {"pattern": 7, "notes": 2, "habits": 6, "rules": 6, "noted": 8, "relief": 6, "results": 6}
FEWER = {"pattern": 5, "notes": 1, "habits": 3, "rules": 3, "noted": 5, "relief": 4, "results": 4}
SHORTENING_STEPS: tuple[tuple[int, Mapping[str, int]], ...] = (
    *((2, {"notes": limit}) for limit in (30, 20, 14, 10, 7)),
    (2, {"pattern": 8, "notes": 5, "habits": 10, "rules": 8}),
    (2, {"pattern": 8, "notes": 4, "habits": 8, "rules": 7, "medicines": 20, "twitch": 8}),
    (2, FEW | {"medicines": 16, "twitch": 6}),
    (3, {"notes": 14}),
    (3, FEW | {"notes": 7, "medicines": 24, "twitch": 8}),
    (3, FEWER | {"medicines": 20, "twitch": 5, "tests": 5, "warning": 24}),
    (3, FEWER | {"medicines": 12, "twitch": 4, "tests": 3, "warning": 16, "conditions": 20}),
    (3, FEWER | {"medicines": 6, "twitch": 3, "tests": 2, "warning": 12, "conditions": 16}),
)
"""How many pages are meant, and limits of lines per section (see :func:`shortened`), tried in order
until the report fits.

Notes are shortened first, medicines and warning signs last: rather than to cut these much, a third
page is used.
"""


def fit_to_pages(tr: Translator, report: Report, sheet: Sheet) -> tuple[Report, list[list[Block]]]:
    """A report that is shortened as little as possible, and the blocks of each of its pages.

    Args:
        tr: The language of the report.
        report: The complete report.
        sheet: A document to measure on; nothing is drawn on it.
    """
    sheet.add_page()
    for most, limits in SHORTENING_STEPS:
        fitted = shortened(tr, report, limits)
        pages = _lay_out(sheet, fitted)
        if len(pages) <= most:
            break
    return fitted, pages


def _lay_out(sheet: Sheet, report: Report) -> list[list[Block]]:
    layout = _PageLayout()
    layout.add([_Piece(block) for block in _title_blocks(sheet, report)], 0)
    for section in report.sections:
        words = report.continued.format(title=section.title)
        layout.add(_section_pieces(sheet, section), SECTION_GAP, heading(sheet, words))
    last = [paragraph(sheet, report.information, SMALL, grey=GREY)]
    if any(REPLACEMENT in printable(text) for text in all_texts(report)):
        words = report.missing_characters.format(sign=REPLACEMENT)
        last.insert(0, paragraph(sheet, words, SMALL, grey=GREY))
    layout.add([_Piece(block) for block in last], SECTION_GAP)
    return layout.pages


@dataclass(frozen=True)
class _Piece:
    """A block, and what is drawn in its place when it is the first of its section on a page."""

    block: Block
    on_new_page: Block | None = None
    """None: the block itself."""

    @property
    def first(self) -> Block:
        """The block for the top of a page."""
        return self.on_new_page or self.block


def _title_blocks(sheet: Sheet, report: Report) -> list[Block]:
    blocks = [paragraph(sheet, report.title, TITLE, "B")]
    blocks.append(paragraph(sheet, report.period, HEADING, above=0.6))
    if report.who:
        blocks.append(paragraph(sheet, " · ".join(line.words for line in report.who), HEADING))
    blocks.append(paragraph(sheet, report.statement, SMALL + 0.6, above=1.4))
    return blocks


def _section_pieces(sheet: Sheet, section: Section) -> list[_Piece]:
    """The heading and the blocks below it."""
    pieces = [_Piece(heading(sheet, section.title))]
    if section.table is not None:
        pieces += [_Piece(row, first) for row, first in week_table(sheet, section.table)]
    pieces += _line_pieces(sheet, section.lines)
    if section.histogram is not None:
        pieces.append(_Piece(histogram(section.histogram)))
    if section.counts:
        pieces.append(_Piece(count_lists(section.counts)))
    return pieces


def _line_pieces(sheet: Sheet, lines: Sequence[Line]) -> list[_Piece]:
    """Lines one below the other, short ones two side by side.

    A label that repeats the one above it is left out, but not at the top of a page.
    """
    pieces: list[_Piece] = []
    previous: Line | None = None
    for is_short, some in groupby(lines, key=lambda line: line.is_short):
        if is_short:
            pieces += [_Piece(block) for block in short_lines(list(some))]
            previous = None
            continue
        for line in some:
            pieces.append(_Piece(line_block(sheet, line, previous), line_block(sheet, line, None)))
            previous = line
    return pieces


class _PageLayout:
    """Fills pages with blocks.

    A heading is never the last block of a page, and the last line of a section is never alone on
    the next one. A section that runs over the page begins with its heading there, too.
    """

    def __init__(self) -> None:
        self.pages: list[list[Block]] = [[]]
        self._room = HEIGHT - TOP - BOTTOM

    def add(self, pieces: Sequence[_Piece], gap_before: float, again: Block | None = None) -> None:
        """Add a section; it is broken between its blocks unless it is small.

        Args:
            pieces: its heading and what is below it.
            gap_before: the space above it, in millimeters.
            again: its heading for the next page; None: there it has none.
        """
        whole = sum(piece.block.height for piece in pieces)
        beginning = sum(piece.block.height for piece in pieces[:3])
        need = whole if whole <= KEEP_TOGETHER else beginning
        if self.pages[-1] and gap_before + need > self._room:
            self._start_page()
        elif self.pages[-1]:
            self._put(gap(gap_before))
        for number, piece in enumerate(pieces):
            is_second_last = len(pieces) - 2 == number > 2
            need = piece.block.height + (pieces[-1].block.height if is_second_last else 0)
            block = piece.block
            if need > self._room and number:
                self._start_page()
                block = piece.first
                if again is not None:
                    self._put(again)
            self._put(block)

    def _start_page(self) -> None:
        self.pages.append([])
        self._room = HEIGHT - TOP - BOTTOM - RUNNING_HEAD

    def _put(self, block: Block) -> None:
        self.pages[-1].append(block)
        self._room -= block.height


def all_texts(report: Report) -> Iterable[str]:
    """Every text of a report in the order of printing, without page headers and footers."""
    yield report.title
    yield report.period
    yield from (line.words for line in report.who)
    yield report.statement
    for section in report.sections:
        yield section.title
        table = section.table
        if table is not None:
            yield from table.heads
            yield from (cell for row in table.rows for cell in row)
            if table.strip is not None:
                yield from (*table.strip.heads, table.strip.title)
                yield from (words for _mark, words in table.strip.legend)
        yield from (text for line in section.lines for text in (line.label, line.text) if text)
        for counts in (*([section.histogram] if section.histogram else []), *section.counts):
            yield counts.title
            yield from (f"{name} {count}" for name, count in counts.pairs)
    yield report.information
