"""The report's pages: a plain plan set on A4, as a clinic would print it.

Black on white, real text, no picture of text; equal plans give equal bytes. Measures are in
millimetres, type sizes in points.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.i18n import Translator
from bot.report.contents import (
    MOST_LINES,
    Counts,
    Line,
    Report,
    Section,
    Table,
    shortened,
)

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 18.0
TOP, BOTTOM = 16.0, 18.0
TEXT = WIDTH - 2 * MARGIN
BODY, SMALL, HEAD, TITLE = 9.4, 7.6, 10.6, 17.0
LEADING = 4.5
SECTION_GAP = 2.8
GREY, RULE, BAR = 95, 190, 120
MOST_PAGES = 2
FAMILY = "Noto Sans"
WEIGHTS = {"": 400, "B": 650}
USUAL = frozenset(
    [chr(code) for code in range(0x20, 0x7F)]
    + [chr(code) for code in range(0xA0, 0x180)]
    + list("–—…‘’“”•·×\ufffd")
)
"""Characters that every font is made with, so that most reports share one."""
MISSING = "\ufffd"
"""Stands for a character that the font does not have: nothing is dropped unseen."""
FONT_MADE = 3_786_912_000
"""Seconds from 1904 to 2024: the same in every file, so that equal reports are equal bytes."""
PREVIEW_SCALE = 1.9
"""Pixels of the preview per point: about 1130 pixels across."""


def _font_path() -> str:
    return str(files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf")


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    with TTFont(_font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """The text with a box for every character that cannot be printed."""
    return "".join(
        one if ord(one) in _known() else MISSING for one in text if one.isprintable() or one == " "
    )


@lru_cache(maxsize=16)
def _font(weight: int, characters: frozenset[str]) -> bytes:
    """One weight of the variable font with these characters, as a font of its own."""
    options = subset.Options()
    options.layout_features = ["kern", "tnum", "lnum"]
    options.hinting = False
    options.notdef_outline = True
    buffer = io.BytesIO()
    with TTFont(_font_path(), recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(characters)))
        subsetter.subset(font)
        static = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100})
        static["head"].modified = static["head"].created = FONT_MADE
        static.save(buffer)
    return buffer.getvalue()


class _Page(FPDF):
    """A document in the making; the footer is set on every page."""

    def __init__(self, report: Report, total: int) -> None:
        super().__init__("portrait", "mm", "A4")
        self.report = report
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(auto=True, margin=BOTTOM + 4)
        self.total = total
        self.c_margin = 0

    def use(self, size: float, style: str = "", grey: int = 0) -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(grey)

    def footer(self) -> None:
        """Who made it and which page it is."""
        self.set_y(-BOTTOM + 4)
        self.use(SMALL, grey=GREY)
        pages = self.report.page_words.format(number=self.page_no(), total=self.total)
        self.cell(TEXT / 2, 4, printable(self.report.made))
        self.cell(TEXT / 2, 4, pages, align="R")

    def paragraph(self, text: str, size: float = BODY, style: str = "", grey: int = 0) -> None:
        """A text as wide as the page."""
        self.use(size, style, grey)
        self.multi_cell(
            TEXT,
            LEADING * size / BODY,
            printable(text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def room(self, height: float) -> None:
        """Begin a new page unless so much fits on this one."""
        if self.get_y() + height > HEIGHT - BOTTOM - 4:
            self.add_page()


def _characters(report: Report) -> frozenset[str]:
    texts = [report.title, report.period, report.statement, report.information, report.made]
    texts += [report.page_words, *(line.text for line in report.who)]
    for section in report.sections:
        texts += [section.title, *(line.text for line in section.lines)]
        if section.table is not None:
            texts += [*section.table.heads, *(cell for row in section.table.rows for cell in row)]
        for counts in (*section.counts, *([section.histogram] if section.histogram else [])):
            texts += [counts.title, *(name for name, _count in counts.pairs)]
    return USUAL | frozenset(printable("".join(texts)))


def make_pdf(tr: Translator, report: Report, made_at: datetime) -> bytes:
    """Set a report on one page or two; longer lists are cut and say so.

    Args:
        tr: for the words that say so.
        report: what it says.
        made_at: the instant that stands in the file as its making.
    """
    with TemporaryDirectory(prefix="calmcalf-") as folder:  # fonts are read from files only
        for most in (MOST_LINES, 10, 7, 5, 3, 1):
            shown = shortened(tr, report, most)
            total = _set(shown, made_at, 1, folder)[1]
            if total <= MOST_PAGES:
                break
        return _set(shown, made_at, total, folder)[0]


def _set(report: Report, made_at: datetime, total: int, folder: str) -> tuple[bytes, int]:
    """The bytes and the number of pages."""
    page = _Page(report, total)
    characters = _characters(report)
    for style, weight in WEIGHTS.items():
        path = Path(folder) / f"{weight}.ttf"
        path.write_bytes(_font(weight, characters))
        page.add_font(FAMILY, style, path)
    page.set_title(printable(report.title))
    page.set_creator("CalmCalf")
    page.set_lang(report.language.replace("_", "-"))
    page.set_creation_date(made_at)
    page.add_page()
    _heading(page, report)
    for section in report.sections:
        _section(page, section)
    page.room(14)
    page.ln(SECTION_GAP)
    page.paragraph(report.information, SMALL, grey=GREY)
    content = bytes(page.output())
    for font in page.fonts.values():
        font.ttfont.close()  # type: ignore[union-attr]
    return content, page.pages_count


def _heading(page: _Page, report: Report) -> None:
    page.use(TITLE, "B")
    page.cell(TEXT, 9, printable(report.title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.paragraph(report.period, HEAD)
    if report.who:
        page.paragraph(" · ".join(line.text for line in report.who), HEAD)
    page.ln(1.2)
    page.paragraph(report.statement, SMALL, grey=GREY)


def _section(page: _Page, section: Section) -> None:
    page.room(_least_height(section))
    page.ln(SECTION_GAP)
    page.use(HEAD, "B")
    page.cell(TEXT, 5, printable(section.title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.set_draw_color(RULE)
    page.set_line_width(0.2)
    page.line(MARGIN, page.get_y() + 0.4, WIDTH - MARGIN, page.get_y() + 0.4)
    page.ln(1.4)
    if section.table is not None:
        _table(page, section.table)
    _lines(page, section.lines, SMALL if section.table is not None else BODY)
    if section.histogram is not None:
        _histogram(page, section.histogram)
    if section.counts:
        _groups(page, section.counts)


def _least_height(section: Section) -> float:
    """What must fit with the heading, so that none stands alone at the foot of a page."""
    height = SECTION_GAP + 7 + 2 * LEADING
    if section.table is not None:
        height += 4.4 * (len(section.table.rows) + 1)
    if section.histogram is not None:
        height += 30
    if section.counts:
        height += LEADING * (1 + max(len(group.pairs) for group in section.counts))
    return height


def _lines(page: _Page, lines: Sequence[Line], size: float) -> None:
    for line in lines:
        page.paragraph(line.text, size, grey=0 if size == BODY else GREY)


def _table(page: _Page, table: Table) -> None:
    first = 26.0
    rest = (TEXT - first) / (len(table.heads) - 1)
    widths = (first, *(rest for _head in table.heads[1:]))
    page.use(SMALL, grey=GREY)
    for head, width in zip(table.heads, widths, strict=True):
        page.cell(width, 4.4, printable(head), align="L" if width == first else "R")
    page.ln(4.4)
    for row in table.rows:
        page.use(BODY)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            page.cell(width, 4.4, printable(cell), align="R" if place else "L")
        page.ln(4.4)
        page.set_draw_color(225)
        page.line(MARGIN, page.get_y(), WIDTH - MARGIN, page.get_y())
    page.ln(0.8)


def _histogram(page: _Page, counts: Counts) -> None:
    """Bars side by side, each with its number above and its hours below."""
    page.ln(1.0)
    page.use(SMALL, grey=GREY)
    page.cell(TEXT, 4, printable(counts.title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    top, height = page.get_y() + 3.6, 14.0
    width = TEXT / len(counts.pairs)
    most = max(count for _name, count in counts.pairs)
    for place, (name, count) in enumerate(counts.pairs):
        x = MARGIN + width * place
        tall = height * count / most if most else 0.0
        page.set_fill_color(BAR)
        page.rect(x + width * 0.2, top + height - tall, width * 0.6, max(tall, 0.2), style="F")
        page.use(SMALL)
        page.set_xy(x, top + height - tall - 3.6)
        page.cell(width, 3.4, str(count), align="C")
        page.use(SMALL, grey=GREY)
        page.set_xy(x, top + height + 0.6)
        page.cell(width, 3.6, printable(name), align="C")
    page.set_xy(MARGIN, top + height + 5.0)


def _groups(page: _Page, groups: Sequence[Counts]) -> None:
    """Lists side by side: names on the left, numbers on the right."""
    gap = 6.0
    width = (TEXT - gap * (len(groups) - 1)) / len(groups)
    top = page.get_y() + 0.6
    lowest = top
    for place, group in enumerate(groups):
        x = MARGIN + (width + gap) * place
        page.set_xy(x, top)
        page.use(SMALL, grey=GREY)
        page.cell(width, 4.2, printable(group.title))
        for row, (name, count) in enumerate(group.pairs, 1):
            page.set_xy(x, top + 4.2 * row)
            page.use(SMALL + 1)
            page.cell(width - 8, 4.2, printable(name))
            page.cell(8, 4.2, str(count), align="R")
        lowest = max(lowest, top + 4.2 * (len(group.pairs) + 1))
    page.set_xy(MARGIN, lowest)


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def preview(pdf: bytes, number: int) -> bytes:
    """A page (from 0) as a PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[min(number, len(document) - 1)]
        picture = page.render(scale=PREVIEW_SCALE).to_pil().convert("L")
    finally:
        document.close()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False, compress_level=4)
    return buffer.getvalue()
