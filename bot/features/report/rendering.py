"""Functions that the worker process runs to render a report.

They import the PDF libraries only when called, so that the bot's own process never loads them.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.features.report.model import Report
from bot.i18n.translator import Translator


@dataclass(frozen=True)
class PagePreview:
    """One page of a report as a PNG, its number (from 0), and the number of pages."""

    picture: bytes
    page: int
    page_count: int


def render_pdf(tr: Translator, report: Report, created_at: datetime) -> bytes:
    """The report as a PDF; see :func:`bot.features.report.pdf.document.make_pdf`."""
    # PLC0415: the PDF libraries take a fifth of the memory that the bot may use.
    from bot.features.report.pdf.document import make_pdf  # noqa: PLC0415

    return make_pdf(tr, report, created_at)


def render_page(tr: Translator, report: Report, created_at: datetime, page: int) -> PagePreview:
    """One page of the report; a page number (from 0) that does not exist gives the nearest."""
    from bot.features.report.pdf.document import make_pdf  # noqa: PLC0415
    from bot.features.report.pdf.preview import page_count, page_picture  # noqa: PLC0415

    content = make_pdf(tr, report, created_at)
    pages = page_count(content)
    number = min(max(page, 0), pages - 1)
    return PagePreview(page_picture(content, number), number, pages)
