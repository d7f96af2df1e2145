"""The report's pages: a plain plan set on A4, as a clinic would print it.

Black on white, real text, no picture of text; equal plans give equal bytes. Everything is measured
before anything is set, so that pages break where they should. Measures are in millimetres, type
sizes in points.
"""

import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import pypdfium2
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from bot.drawing.fonts import NOTO_SANS
from bot.features.report.plan import (
    OR_MORE,
    PARTIAL,
    Counts,
    Line,
    NightMark,
    Report,
    Section,
    Strip,
    Table,
    shortened,
)
from bot.i18n.translator import Translator

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 18.0
TOP, BOTTOM = 16.0, 20.0
TEXT = WIDTH - 2 * MARGIN
LABEL = 40.0
"""Width of the labels in front of lines."""
BODY, SMALL, HEAD, TITLE = 9.2, 7.6, 10.4, 17.0
LEADING = 0.47
"""Millimetres of line height per point of type size."""
ROW = 4.7
SECTION_GAP = 3.6
RUNNING_HEAD = 8.0
GREY, RULE, HAIR, BAR = 90, 120, 215, 110
MOST_PAGES = 2
TOGETHER = 32.0
"""A section of up to this height is not broken."""
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
UNUSED_TABLES = ("GSUB", "GPOS", "GDEF", "STAT", "MVAR", "gasp", "prep")
"""What the pages do without; the rest is made into a font in a tenth of the time."""
FONT_MADE = 3_786_912_000
"""Seconds from 1904 to 2024: the same in every file, so that equal reports are equal bytes."""
PREVIEW_SCALE = 2.0
"""Pixels of the preview per point: 1190 across."""
SHORTER: tuple[Mapping[str, int], ...] = (
    {"where": 8},
    *({"where": 8, "notes": most} for most in (30, 20, 14, 10, 7, 4)),
    *({"where": 6, "notes": 4, "medicines": most} for most in (20, 14, 10, 7)),
    {"where": 5, "notes": 3, "medicines": 7, "habits": 8, "symptoms": 18},
    {"where": 5, "notes": 2, "medicines": 5, "habits": 6, "symptoms": 14},
    {"where": 4, "notes": 1, "medicines": 4, "habits": 4, "symptoms": 11},
    {"where": 4, "notes": 1, "medicines": 3, "habits": 3, "symptoms": 8, "questions": 3},
    {"where": 3, "notes": 1, "medicines": 2, "habits": 2, "symptoms": 5, "questions": 1}
    | {"relief": 2, "conditions": 8},
)
"""What is shortened, step by step, until two pages are enough: notes first, signs late."""

_PDFIUM = Lock()
"""PDFium takes one caller at a time, whatever the document."""


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    with TTFont(NOTO_SANS, lazy=True) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """The text with a sign for every character that cannot be printed.

    What is never seen (controls, joiners, directions of writing) is left away.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(
        one if ord(one) in _known() else MISSING
        for one in spaced
        if one.isprintable() or one == " "
    )


@lru_cache(maxsize=16)
def _font(weight: int, characters: frozenset[str]) -> bytes:
    """One weight of the variable font with these characters, as a font of its own."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    buffer = io.BytesIO()
    with TTFont(NOTO_SANS, recalcTimestamp=False, lazy=True) as font:
        for table in UNUSED_TABLES:
            if table in font:
                del font[table]
        subsetter = subset.Subsetter(options)
        subsetter.populate(text="".join(sorted(characters)))
        subsetter.subset(font)
        static = instancer.instantiateVariableFont(
            font, {"wght": weight, "wdth": 100}, inplace=True
        )
        static["head"].modified = static["head"].created = FONT_MADE
        static.save(buffer)
    return buffer.getvalue()


class _Sheet(FPDF):
    """A document in the making, with the type sizes of the report."""

    def __init__(self, fonts: Mapping[str, Path]) -> None:
        super().__init__("portrait", "mm", "A4")
        for style, path in fonts.items():
            self.add_font(FAMILY, style, path)
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(auto=False)
        self.c_margin = 0
        self._heights: dict[tuple[str, float, float, str], float] = {}

    def close(self) -> None:
        """Let go of the font files."""
        for font in self.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]

    def use(self, size: float, style: str = "", grey: int = 0) -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(grey)

    def height_of(self, text: str, width: float, size: float, style: str = "") -> float:
        """How high a text is in a column of a width."""
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
        """A text in a column, from the present height on."""
        self.use(size, style, grey)
        self.set_x(x)
        self.multi_cell(width, size * LEADING, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def fitted(
        self, x: float, y: float, width: float, text: str, size: float, align: str = "L"
    ) -> None:
        """One line of text, set smaller when it is too long for its place."""
        self.set_font_size(size)
        while self.get_string_width(text) > width and size > 4:
            size -= 0.2
            self.set_font_size(size)
        self.set_xy(x, y)
        self.cell(width, ROW, text, align=align)

    def rule(self, y: float, grey: int, width: float = 0.15) -> None:
        self.set_draw_color(grey)
        self.set_line_width(width)
        self.line(MARGIN, y, WIDTH - MARGIN, y)


@dataclass(frozen=True)
class _Block:
    """A piece that is not broken: its height, and how it is drawn from a height on."""

    height: float
    draw: Callable[[_Sheet, float], None]


# Pieces ------------------------------------------------------------------------------------------


def _paragraph(
    sheet: _Sheet, text: str, size: float = BODY, style: str = "", grey: int = 0, above: float = 0
) -> _Block:
    """A text as wide as the page."""
    words = printable(text)
    height = sheet.height_of(words, TEXT, size, style)

    def draw(sheet: _Sheet, y: float) -> None:
        sheet.set_y(y + above)
        sheet.column(MARGIN, TEXT, words, size, style, grey)

    return _Block(height + above, draw)


def _line(sheet: _Sheet, line: Line, before: Line | None) -> _Block:
    """A line, its label in a column of its own; a label is not said twice in a row."""
    if line.is_remark:
        return _paragraph(sheet, line.text, SMALL, grey=GREY, above=0.8)
    if not line.label and (before is None or not before.label):
        return _paragraph(sheet, line.text)
    label, words = printable(line.label), printable(line.text)
    is_new = before is None or before.label != line.label
    own = sheet.height_of(label, LABEL - 3, BODY) if is_new else 0.0
    height = max(sheet.height_of(words, TEXT - LABEL, BODY), own)

    def draw(sheet: _Sheet, y: float) -> None:
        if is_new:
            sheet.set_y(y)
            sheet.column(MARGIN, LABEL - 3, label, BODY, grey=GREY)
        sheet.set_y(y)
        sheet.column(MARGIN + LABEL, TEXT - LABEL, words, BODY)

    return _Block(height + 0.35, draw)


def _narrow(lines: Sequence[Line]) -> list[_Block]:
    """Short lines, two side by side."""
    half = TEXT / 2

    def pair(two: Sequence[Line]) -> _Block:
        def draw(sheet: _Sheet, y: float) -> None:
            for place, line in enumerate(two):
                x = MARGIN + half * place
                sheet.use(BODY, grey=GREY)
                sheet.fitted(x, y, LABEL - 2, printable(line.label), BODY)
                sheet.use(BODY)
                sheet.fitted(x + LABEL, y, half - LABEL - 4, printable(line.text), BODY)

        return _Block(ROW, draw)

    return [pair(lines[start : start + 2]) for start in range(0, len(lines), 2)]


def _heading(sheet: _Sheet, title: str) -> _Block:
    words = printable(title)
    height = sheet.height_of(words, TEXT, HEAD, "B")

    def draw(sheet: _Sheet, y: float) -> None:
        sheet.set_y(y)
        sheet.column(MARGIN, TEXT, words, HEAD, "B")
        sheet.rule(y + height + 0.5, RULE, 0.25)

    return _Block(height + 1.7, draw)


SQUARE, STEP = 2.5, 3.5


def _mark(sheet: _Sheet, x: float, y: float, mark: NightMark) -> None:
    """A night: a full square, an empty one, or a dot; told apart without colour."""
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


def _table(sheet: _Sheet, table: Table) -> _Block:
    """Rows with thin rules; figures stand right, their signs hang behind them."""
    first = 20.0
    strip = STEP * 7 + 3.0 if table.strip is not None else 0.0
    rest = (TEXT - first - strip) / max(1, len(table.heads) - 1)
    sheet.use(BODY)
    hang = max(sheet.get_string_width(sign) for sign in (OR_MORE, PARTIAL))
    legend = 0.0 if table.strip is None else 5.0
    height = ROW * (len(table.rows) + 1) + legend

    def draw(sheet: _Sheet, y: float) -> None:
        sheet.use(SMALL, grey=GREY)
        for place, head in enumerate(table.heads):
            if place == 0:
                sheet.fitted(MARGIN, y, first, printable(head), SMALL)
                continue
            x = MARGIN + first + strip + rest * (place - 1)
            sheet.fitted(x + 2, y, rest - 2 - hang, printable(head), SMALL, "R")
        if table.strip is not None:
            for day, name in enumerate(table.strip.heads):
                x = MARGIN + first + STEP * day
                sheet.fitted(x - 0.5, y, SQUARE + 1, printable(name), SMALL, "C")
        for number, row in enumerate(table.rows, 1):
            top = y + ROW * number
            sheet.rule(top, HAIR)
            sheet.use(BODY)
            sheet.fitted(MARGIN, top, first, printable(row[0]), BODY)
            if table.strip is not None:
                for day, mark in enumerate(table.strip.rows[number - 1]):
                    _mark(sheet, MARGIN + first + STEP * day, top + (ROW - SQUARE) / 2, mark)
            for place, cell in enumerate(row[1:]):
                number_only = cell.rstrip(OR_MORE + PARTIAL)
                right = MARGIN + first + strip + rest * (place + 1) - hang
                sheet.use(BODY)
                wide = sheet.get_string_width(number_only)
                sheet.set_xy(right - wide, top)
                sheet.cell(wide + hang, ROW, printable(cell))
        sheet.rule(y + ROW * (len(table.rows) + 1), HAIR)
        if table.strip is not None:
            _legend(sheet, table.strip, y + height - legend + 0.9)

    return _Block(height, draw)


def _legend(sheet: _Sheet, strip: Strip, y: float) -> None:
    x = MARGIN
    sheet.use(SMALL, grey=GREY)
    title = printable(f"{strip.title}:")
    sheet.set_xy(x, y)
    wide = sheet.get_string_width(title)
    sheet.cell(wide, 3.6, title)
    x += wide + 2.5
    for mark, name in strip.legend:
        _mark(sheet, x, y + 0.6, mark)
        words = printable(name)
        sheet.use(SMALL, grey=GREY)
        sheet.set_xy(x + SQUARE + 1.2, y)
        wide = sheet.get_string_width(words)
        sheet.cell(wide, 3.6, words)
        x += SQUARE + 1.2 + wide + 4.5


BARS = 13.0


def _histogram(counts: Counts) -> _Block:
    """Bars side by side, each with its number above and its hours below."""
    most = max(1, *(count for _name, count in counts.pairs))
    width = TEXT / len(counts.pairs)

    def draw(sheet: _Sheet, y: float) -> None:
        sheet.use(SMALL, grey=GREY)
        sheet.set_xy(MARGIN, y + 1.2)
        sheet.cell(TEXT, 4, printable(counts.title))
        bottom = y + 9.6 + BARS
        sheet.rule(bottom, RULE)
        for place, (name, count) in enumerate(counts.pairs):
            x, tall = MARGIN + width * place, BARS * count / most
            if count:
                sheet.set_fill_color(BAR)
                sheet.rect(x + width * 0.2, bottom - tall, width * 0.6, tall, style="F")
            sheet.use(SMALL, grey=GREY)  # the name goes first: this is the order of reading aloud
            sheet.fitted(x + 1, bottom + 0.1, width - 2, printable(name), SMALL, "C")
            sheet.use(SMALL)
            sheet.set_xy(x, bottom - tall - 3.9)
            sheet.cell(width, 3.6, str(count), align="C")

    return _Block(14.8 + BARS, draw)


def _groups(groups: Sequence[Counts]) -> _Block:
    """Lists side by side: names on the left, numbers on the right."""
    gap, number = 7.0, 7.0
    width = (TEXT - gap * (len(groups) - 1)) / len(groups)
    rows = 1 + max(len(group.pairs) for group in groups)

    def draw(sheet: _Sheet, y: float) -> None:
        y += 0.6
        for place, group in enumerate(groups):
            x = MARGIN + (width + gap) * place
            sheet.use(SMALL, grey=GREY)
            sheet.fitted(x, y, width, printable(group.title), SMALL)
            sheet.set_draw_color(HAIR)
            sheet.set_line_width(0.15)
            sheet.line(x, y + ROW, x + width, y + ROW)
            for row, (name, count) in enumerate(group.pairs, 1):
                sheet.use(BODY)
                sheet.fitted(x, y + ROW * row, width - number, printable(name), BODY)
                sheet.use(BODY)
                sheet.set_xy(x + width - number, y + ROW * row)
                sheet.cell(number, ROW, str(count), align="R")

    return _Block(ROW * rows + 1.4, draw)


# Pages -------------------------------------------------------------------------------------------


def _section(sheet: _Sheet, section: Section) -> list[_Block]:
    """The pieces of a section; the first one is its heading."""
    pieces = [_heading(sheet, section.title)]
    if section.table is not None:
        pieces.append(_table(sheet, section.table))
    if section.is_narrow:
        pieces += _narrow(section.lines)
    else:
        befores = (None, *section.lines)
        pieces += [
            _line(sheet, line, before) for line, before in zip(section.lines, befores, strict=False)
        ]
    if section.histogram is not None:
        pieces.append(_histogram(section.histogram))
    if section.counts:
        pieces.append(_groups(section.counts))
    return pieces


def _top(sheet: _Sheet, report: Report) -> list[_Block]:
    pieces = [_paragraph(sheet, report.title, TITLE, "B")]
    pieces.append(_paragraph(sheet, report.period, HEAD, above=0.6))
    if report.who:
        pieces.append(_paragraph(sheet, " · ".join(line.words for line in report.who), HEAD))
    pieces.append(_paragraph(sheet, report.statement, SMALL + 0.6, above=1.4))
    return pieces


def _gap(height: float) -> _Block:
    return _Block(height, lambda _sheet, _y: None)


class _Pages:
    """Pieces on their pages; a heading never stands alone, nor a single line of a list."""

    def __init__(self) -> None:
        self.pages: list[list[_Block]] = [[]]
        self.room = HEIGHT - TOP - BOTTOM

    def _turn(self) -> None:
        self.pages.append([])
        self.room = HEIGHT - TOP - BOTTOM - RUNNING_HEAD

    def _put(self, piece: _Block) -> None:
        self.pages[-1].append(piece)
        self.room -= piece.height

    def add(self, pieces: Sequence[_Block], gap: float) -> None:
        """A section: whole if it is small, otherwise broken between its pieces."""
        whole = sum(piece.height for piece in pieces)
        head = sum(piece.height for piece in pieces[:3])
        need = whole if whole <= TOGETHER else head
        if self.pages[-1] and gap + need > self.room:
            self._turn()
        elif self.pages[-1]:
            self._put(_gap(gap))
        for number, piece in enumerate(pieces):
            last_two = len(pieces) - 2 == number > 2
            need = piece.height + (pieces[-1].height if last_two else 0)
            if need > self.room and number:
                self._turn()
            self._put(piece)


def _laid_out(sheet: _Sheet, report: Report) -> list[list[_Block]]:
    pages = _Pages()
    pages.add(_top(sheet, report), 0)
    for section in report.sections:
        pages.add(_section(sheet, section), SECTION_GAP)
    last = [_paragraph(sheet, report.information, SMALL, grey=GREY)]
    if any(MISSING in printable(text) for text in texts_of(report)):
        words = report.missing.format(sign=MISSING)
        last.insert(0, _paragraph(sheet, words, SMALL, grey=GREY))
    pages.add(last, SECTION_GAP)
    return pages.pages


def texts_of(report: Report) -> Iterable[str]:
    """Every text of the pages but their running heads, in the order in which they are set."""
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


def _characters(report: Report) -> frozenset[str]:
    texts = [*texts_of(report), report.made, report.page_words, report.missing]
    return USUAL | frozenset(printable("".join(texts)))


def make_pdf(tr: Translator, report: Report, made_at: datetime) -> bytes:
    """Set a report on one page or two; longer lists are cut and say so.

    Args:
        tr: for the words that say so.
        report: what it says.
        made_at: the instant that stands in the file as its making.
    """
    characters = _characters(report)
    with TemporaryDirectory(prefix="calmcalf-") as folder:  # fonts are read from files only
        fonts = {style: Path(folder) / f"{weight}.ttf" for style, weight in WEIGHTS.items()}
        for style, path in fonts.items():
            path.write_bytes(_font(WEIGHTS[style], characters))
        pages = _fitting(tr, report, fonts)
        with closing(_Sheet(fonts)) as sheet:
            sheet.set_title(printable(report.title))
            sheet.set_creator("CalmCalf")
            sheet.set_lang(report.language.replace("_", "-"))
            sheet.set_creation_date(made_at)
            for number, pieces in enumerate(pages, 1):
                _draw(sheet, report, pieces, number, len(pages))
            return bytes(sheet.output())


def _fitting(tr: Translator, report: Report, fonts: Mapping[str, Path]) -> list[list[_Block]]:
    """The pages of the report, shortened as far as it must be; measured on a sheet of its own."""
    with closing(_Sheet(fonts)) as sheet:
        sheet.add_page()
        for most in SHORTER:
            pages = _laid_out(sheet, shortened(tr, report, most))
            if len(pages) <= MOST_PAGES:
                break
    return pages


def _draw(sheet: _Sheet, report: Report, pieces: Iterable[_Block], number: int, total: int) -> None:
    """One page, with its number and, after the first, whose page it is."""
    sheet.add_page()
    y = TOP
    if number > 1:
        parts = [report.title, report.period, *(line.words for line in report.who[:1])]
        sheet.use(SMALL, grey=GREY)
        sheet.fitted(MARGIN, y - 1, TEXT, printable(" · ".join(parts)), SMALL)
        y += RUNNING_HEAD
    for piece in pieces:
        piece.draw(sheet, y)
        y += piece.height
    sheet.use(SMALL, grey=GREY)
    foot = HEIGHT - BOTTOM + 6
    words = report.page_words.format(number=number, total=total)
    sheet.fitted(MARGIN, foot, TEXT / 2, printable(report.made), SMALL)
    sheet.fitted(MARGIN + TEXT / 2, foot, TEXT / 2, printable(words), SMALL, "R")


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _PDFIUM, closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document)


def preview(pdf: bytes, number: int) -> bytes:
    """A page (from 0; the last one if there are fewer) as a PNG."""
    with _PDFIUM, closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[min(number, len(document) - 1)]
        picture = page.render(scale=PREVIEW_SCALE).to_pil().convert("L")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False, compress_level=4)
    return buffer.getvalue()
