"""Makes the PDF of a report: black on white A4 pages with real text.

Equal reports give equal bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.features.report.model import Report
from bot.features.report.pdf.blocks import Block
from bot.features.report.pdf.fonts import COMMON_CHARACTERS, WEIGHTS, font_subset, printable
from bot.features.report.pdf.layout import RUNNING_HEAD, all_texts, fit_to_pages
from bot.features.report.pdf.sheet import (
    BOTTOM,
    GREY,
    HEIGHT,
    MARGIN,
    SMALL,
    TEXT_WIDTH,
    TOP,
    Sheet,
)
from bot.i18n.translator import Translator


def make_pdf(tr: Translator, report: Report, created_at: datetime) -> bytes:
    """Typeset a report on one or two pages, rarely three; what is cut from long lists is counted.

    Args:
        tr: The language of the report.
        report: The complete report.
        created_at: The creation date in the metadata of the file.
    """
    with _fonts_of(report) as fonts:
        with closing(Sheet(fonts)) as sheet:
            _fitted, pages = fit_to_pages(tr, report, sheet)
        with closing(Sheet(fonts)) as sheet:
            sheet.set_title(printable(report.title))
            sheet.set_creator("CalmCalf")
            sheet.set_lang(report.language.replace("_", "-"))
            sheet.set_creation_date(created_at)
            for number, blocks in enumerate(pages, 1):
                _draw_page(sheet, report, blocks, number, len(pages))
            return bytes(sheet.output())


def fitted_report(tr: Translator, report: Report) -> tuple[Report, int]:
    """What the pages of a report say, with what is cut from long lists, and how many they are."""
    with _fonts_of(report) as fonts, closing(Sheet(fonts)) as sheet:
        fitted, pages = fit_to_pages(tr, report, sheet)
    return fitted, len(pages)


@contextmanager
def _fonts_of(report: Report) -> Iterator[Mapping[str, Path]]:
    """The fonts for a report, by the style of fpdf2, which reads them from files only."""
    characters = _characters(report)
    with TemporaryDirectory(prefix="calmcalf-") as folder:
        fonts = {style: Path(folder) / f"{weight}.ttf" for style, weight in WEIGHTS.items()}
        for style, path in fonts.items():
            path.write_bytes(font_subset(WEIGHTS[style], characters))
        yield fonts


def _characters(report: Report) -> frozenset[str]:
    """The characters that the fonts of a report need."""
    footers = (
        report.created,
        report.page_number,
        report.missing_characters,
        report.continued,
    )
    return COMMON_CHARACTERS | frozenset(printable("".join([*all_texts(report), *footers])))


def _draw_page(
    sheet: Sheet, report: Report, blocks: Iterable[Block], number: int, total: int
) -> None:
    """Draw a page with its footer and, except on the first one, a line that says whose it is."""
    sheet.add_page()
    y = TOP
    if number > 1:
        parts = [report.title, report.period, *(line.words for line in report.who[:1])]
        sheet.use(SMALL, grey=GREY)
        sheet.fitted(MARGIN, y - 1, TEXT_WIDTH, printable(" · ".join(parts)), SMALL)
        y += RUNNING_HEAD
    for block in blocks:
        block.draw(sheet, y)
        y += block.height
    sheet.use(SMALL, grey=GREY)
    footer_y, half = HEIGHT - BOTTOM + 6, TEXT_WIDTH / 2
    words = report.page_number.format(number=number, total=total)
    sheet.fitted(MARGIN, footer_y, half, printable(report.created), SMALL)
    sheet.fitted(MARGIN + half, footer_y, half, printable(words), SMALL, "R")
