"""Renders pages of a PDF as pictures."""

import io
from contextlib import closing
from threading import Lock

import pypdfium2

SCALE = 2.0
"""Pixels per point: an A4 page is 1190 pixels wide."""

_PDFIUM_LOCK = Lock()
"""PDFium is not thread-safe, even for different documents."""


def page_count(pdf: bytes) -> int:
    """The number of pages."""
    with _PDFIUM_LOCK, closing(pypdfium2.PdfDocument(pdf)) as document:
        return len(document)


def page_picture(pdf: bytes, page: int) -> bytes:
    """A page as a PNG; ``page`` counts from 0, and too high a number gives the last page."""
    with _PDFIUM_LOCK, closing(pypdfium2.PdfDocument(pdf)) as document:
        rendered = document[min(page, len(document) - 1)]
        picture = rendered.render(scale=SCALE).to_pil().convert("L")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False, compress_level=4)
    return buffer.getvalue()
