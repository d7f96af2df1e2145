"""Distributes the blocks of a report over its pages, and shortens it until two are enough."""

from collections.abc import Iterable, Mapping, Sequence

from bot.features.report.model import Report, Section, shortened
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

MAX_PAGES = 2
SECTION_GAP = 3.6
RUNNING_HEAD = 8.0
"""Height of the line at the top of every page but the first, in millimeters."""
KEEP_TOGETHER = 32.0
"""A section up to this height, in millimeters, is not broken across pages."""
SHORTENING_STEPS: tuple[Mapping[str, int], ...] = (
    {"where": 8},
    *({"where": 8, "notes": limit} for limit in (30, 20, 14, 10, 7, 4)),
    *({"where": 6, "notes": 4, "medicines": limit} for limit in (20, 14, 10, 7)),
    {"where": 5, "notes": 3, "medicines": 7, "habits": 8, "symptoms": 18},
    {"where": 5, "notes": 2, "medicines": 5, "habits": 6, "symptoms": 14},
    {"where": 4, "notes": 1, "medicines": 4, "habits": 4, "symptoms": 11},
    {"where": 4, "notes": 1, "medicines": 3, "habits": 3, "symptoms": 8, "questions": 3},
    {"where": 3, "notes": 1, "medicines": 2, "habits": 2, "symptoms": 5, "questions": 1}
    | {"relief": 2, "conditions": 8},
)
"""Limits of lines per section (see :func:`shortened`), tried in order until the report fits.

Notes are shortened first, symptoms and warning signs late.
"""


def fit_to_pages(tr: Translator, report: Report, sheet: Sheet) -> list[list[Block]]:
    """The blocks of each page, of a report that is shortened as little as possible.

    Args:
        tr: The language of the report.
        report: The complete report.
        sheet: A document to measure on; nothing is drawn on it.
    """
    sheet.add_page()
    for limits in SHORTENING_STEPS:
        pages = _lay_out(sheet, shortened(tr, report, limits))
        if len(pages) <= MAX_PAGES:
            break
    return pages


def _lay_out(sheet: Sheet, report: Report) -> list[list[Block]]:
    layout = _PageLayout()
    layout.add(_title_blocks(sheet, report), 0)
    for section in report.sections:
        layout.add(_section_blocks(sheet, section), SECTION_GAP)
    last = [paragraph(sheet, report.information, SMALL, grey=GREY)]
    if any(REPLACEMENT in printable(text) for text in all_texts(report)):
        words = report.missing_characters.format(sign=REPLACEMENT)
        last.insert(0, paragraph(sheet, words, SMALL, grey=GREY))
    layout.add(last, SECTION_GAP)
    return layout.pages


def _title_blocks(sheet: Sheet, report: Report) -> list[Block]:
    blocks = [paragraph(sheet, report.title, TITLE, "B")]
    blocks.append(paragraph(sheet, report.period, HEADING, above=0.6))
    if report.who:
        blocks.append(paragraph(sheet, " · ".join(line.words for line in report.who), HEADING))
    blocks.append(paragraph(sheet, report.statement, SMALL + 0.6, above=1.4))
    return blocks


def _section_blocks(sheet: Sheet, section: Section) -> list[Block]:
    """The heading and the blocks below it."""
    blocks = [heading(sheet, section.title)]
    if section.table is not None:
        blocks.append(week_table(sheet, section.table))
    if section.has_short_lines:
        blocks += short_lines(section.lines)
    else:
        previous_lines = (None, *section.lines)
        blocks += [
            line_block(sheet, line, previous)
            for line, previous in zip(section.lines, previous_lines, strict=False)
        ]
    if section.histogram is not None:
        blocks.append(histogram(section.histogram))
    if section.counts:
        blocks.append(count_lists(section.counts))
    return blocks


class _PageLayout:
    """Fills pages with blocks.

    A heading is never the last block of a page, and the last line of a section is never alone on
    the next one.
    """

    def __init__(self) -> None:
        self.pages: list[list[Block]] = [[]]
        self._room = HEIGHT - TOP - BOTTOM

    def add(self, blocks: Sequence[Block], gap_before: float) -> None:
        """Add a section; it is broken between its blocks unless it is small."""
        whole = sum(block.height for block in blocks)
        beginning = sum(block.height for block in blocks[:3])
        need = whole if whole <= KEEP_TOGETHER else beginning
        if self.pages[-1] and gap_before + need > self._room:
            self._start_page()
        elif self.pages[-1]:
            self._put(gap(gap_before))
        for number, block in enumerate(blocks):
            is_second_last = len(blocks) - 2 == number > 2
            need = block.height + (blocks[-1].height if is_second_last else 0)
            if need > self._room and number:
                self._start_page()
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
