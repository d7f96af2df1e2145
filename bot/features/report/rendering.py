"""Functions that the worker process runs to render a report.

They import the PDF and drawing libraries only when called, so that the bot's own process never
loads them. The draft is in a folder, where the job has written it in slices
(``bot/background/spool.py``).
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from bot.background import spool
from bot.features.report import messages
from bot.features.report.choices import LoadedDraft
from bot.features.report.messages import Draft
from bot.features.report.model import Report
from bot.features.report.typed_fields import ALL_FIELDS, NAME, QUESTIONS
from bot.i18n.translator import Translator
from bot.telegram.message import Message

DRAFT, CRAMPS = "draft", "cramps"
"""Files in the folder: the draft without the entries of its period, and these entries."""


@dataclass(frozen=True)
class View:
    """What is shown of a draft."""

    name: str
    """preview, groups, lines, notes, details, or the column of a typed text."""
    page: int = 0
    code: str = ""
    """Of the section whose lines are shown, or of one of its lines."""


@dataclass(frozen=True)
class Reading:
    """One of the cards on which a report is read before its PDF is made."""

    picture: bytes
    """As a PNG."""
    number: int
    """From 0."""
    count: int
    """How many cards the report has."""
    pages: int
    """How many pages of A4 the PDF has."""


def render_pdf(tr: Translator, report: Report, created_at: datetime) -> bytes:
    """The report as a PDF; see :func:`bot.features.report.pdf.document.make_pdf`."""
    # PLC0415: the PDF libraries take a fifth of the memory that the bot may use.
    from bot.features.report.pdf.document import make_pdf  # noqa: PLC0415

    return make_pdf(tr, report, created_at)


def read_card(tr: Translator, report: Report, number: int, section: str = "") -> Reading:
    """A card of the report.

    Args:
        tr: The language of the report.
        report: The complete report.
        number: Of the card, from 0; one that does not exist gives the nearest.
        section: The code of the section that is looked for instead.
    """
    # PLC0415: as above.
    from bot.features.report.pdf.document import fitted_report  # noqa: PLC0415
    from bot.features.report.reading_cards import ReadingCards  # noqa: PLC0415

    fitted, pages = fitted_report(tr, report)
    cards = ReadingCards(fitted)
    wanted = cards.with_section(section) if section else number
    shown = min(max(wanted, 0), len(cards) - 1)
    return Reading(cards.drawn(shown).png(), shown, len(cards), pages)


def draft_in(folder: Path) -> LoadedDraft:
    """The draft in a folder, with its entries."""
    draft: LoadedDraft = next(spool.read(folder / DRAFT))
    return draft.with_cramps(chain.from_iterable(spool.read(folder / CRAMPS)))


def pdf_of(folder: Path) -> bytes:
    """The PDF of the draft in a folder."""
    draft = draft_in(folder)
    return render_pdf(draft.tr, draft.report, draft.now)


def message_of(folder: Path, view: View) -> Message:
    """The message that shows the draft in a folder, with a card of it as its picture.

    While somebody chooses what to leave out of a section, the card is the one that has it.
    """
    draft = draft_in(folder)
    tr = draft.tr
    group = draft.group_of(view.code) if view.name == "lines" else None
    number = view.page if view.name == "preview" else 0
    rendered = read_card(tr, draft.report, number, group.code if group is not None else "")
    match view.name:
        case "groups":
            return messages.group_list(tr, draft.groups, rendered.picture)
        case "lines" if group is not None:
            return messages.line_list(tr, group, view.page, rendered.picture)
        case "lines":  # the section has become empty meanwhile
            return messages.group_list(tr, draft.groups, rendered.picture)
        case "notes":
            return messages.note_list(tr, draft.notes, view.page, rendered.picture)
        case "details":
            return messages.detail_list(tr, draft.data.typed, rendered.picture)
        case field if field in ALL_FIELDS:
            present = {NAME: draft.data.name, QUESTIONS: draft.data.questions, **draft.data.typed}
            return messages.ask_field(tr, field, present.get(field), rendered.picture)
    shown = Draft(
        draft.weeks,
        has_name=draft.data.name is not None,
        has_questions=draft.data.questions is not None,
        has_details=bool(draft.data.typed),
        has_notes=any(choice.is_included for choice in draft.notes),
        left_out=sum(group.left_out for group in draft.groups),
        pages=rendered.pages,
        cards=rendered.count,
    )
    return messages.preview(tr, shown, rendered.picture, rendered.number)
