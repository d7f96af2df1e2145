"""Functions that the worker process calls to draw a report; only it imports the PDF libraries."""

from dataclasses import dataclass
from datetime import datetime

from bot.features.report.plan import Report
from bot.i18n.translator import Translator


@dataclass(frozen=True)
class Drawn:
    """A page as a picture, its number (from 0), and how many there are."""

    picture: bytes
    page: int
    pages: int


def make(tr: Translator, report: Report, made_at: datetime) -> bytes:
    """The PDF; see ``pdf.make_pdf``."""
    from bot.features.report import pdf  # noqa: PLC0415 - takes a fifth of the memory that the bot may have

    return pdf.make_pdf(tr, report, made_at)


def draw(tr: Translator, report: Report, made_at: datetime, page: int) -> Drawn:
    """One of its pages (from 0; the nearest that there is) as a PNG."""
    from bot.features.report import pdf  # noqa: PLC0415

    content = pdf.make_pdf(tr, report, made_at)
    pages = pdf.page_count(content)
    number = min(max(page, 0), pages - 1)
    return Drawn(pdf.preview(content, number), number, pages)
