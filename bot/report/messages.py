"""The report in the making: its preview, its lines, and the questions it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.i18n import Translator
from bot.message import Button, Document, Message, Rows, pack
from bot.report.queries import PERIODS

LONGEST_NAME = 80
LONGEST_QUESTIONS = 1000
PER_PAGE = 8
LONGEST_LABEL = 34


@dataclass(frozen=True)
class Choice:
    """A line that can be left out or taken in."""

    code: str
    label: str
    is_in: bool


@dataclass(frozen=True)
class Draft:
    """What is shown of a report in the making."""

    weeks: int
    has_name: bool
    has_questions: bool
    has_notes: bool
    left_out: int
    pages: int


def _left_out(tr: Translator, count: int) -> str:
    return tr.ngettext("{count} line is left out.", "{count} lines are left out.", count).format(
        count=count
    )


def preview(tr: Translator, draft: Draft, picture: bytes, page: int) -> Message:
    """A page as it will be, and everything that can be changed before it is made."""
    _ = tr.gettext
    lines = [
        f"<b>{escape(_('Pages for a doctor, nurse or pharmacist'))}</b>",
        escape(_("They will look like that. Nothing is sent to anyone but you.")),
    ]
    if draft.left_out:
        lines.append(escape(_left_out(tr, draft.left_out)))
    periods = tuple(
        Button(_weeks(tr, weeks, is_now=weeks == draft.weeks), pack("report", "weeks", weeks))
        for weeks in PERIODS
    )
    name = _("• My name") if draft.has_name else _("My name…")
    questions = _("• My questions") if draft.has_questions else _("My questions…")
    rows: list[tuple[Button, ...]] = [periods]
    if draft.pages > 1:
        other = 1 - page
        label = (
            _("Page {number} ▶").format(number=2)
            if other
            else _("◀ Page {number}").format(number=1)
        )
        rows.append((Button(label, pack("report", "page", other)),))
    rows.append(
        (
            Button(_("Leave lines out…"), pack("report", "lines", 0)),
            Button(_("Notes…"), pack("report", "notes", 0)),
        )
    )
    rows.append(
        (
            Button(name, pack("report", "name")),
            Button(questions, pack("report", "questions")),
        )
    )
    rows.append((Button(_("Make the PDF"), pack("report", "make"), "primary"),))
    return Message("\n".join(lines), tuple(rows), picture=picture)


def _weeks(tr: Translator, weeks: int, *, is_now: bool) -> str:
    words = tr.ngettext("{count} week", "{count} weeks", weeks).format(count=weeks)
    return f"• {words}" if is_now else words


def choices(
    tr: Translator, verb: str, found: Sequence[Choice], page: int, picture: bytes
) -> Message:
    """Lines or notes, one button each; a button says what a tap makes of it.

    Args:
        tr: the words' language.
        verb: ``lines`` or ``notes``.
        found: all of them; one page is shown.
        page: from 0.
        picture: the first page of the report.
    """
    _ = tr.gettext
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    words = {
        "lines": _("Tap a line to leave it out, tap again to take it in."),
        "notes": _("Notes are left out unless you take them in. Tap one."),
    }
    empty = _("There are no notes in these weeks. Reply to an entry to add one.")
    rows: list[tuple[Button, ...]] = []
    for number, choice in enumerate(found[page * PER_PAGE : (page + 1) * PER_PAGE]):
        mark = "✓" if choice.is_in else "✗"
        place = page * PER_PAGE + number
        target = pack("report", "set", verb, place, _stamp(choice.code), int(not choice.is_in))
        rows.append((Button(f"{mark} {_short(choice.label)}", target),))
    paging = []
    if page > 0:
        paging.append(Button("◀", pack("report", verb, page - 1)))
    if page + 1 < pages:
        paging.append(Button("▶", pack("report", verb, page + 1)))
    if paging:
        rows.append(tuple(paging))
    rows.append((Button(_("◀ Back"), pack("report", "show")),))
    return Message(escape(words[verb] if found else empty), tuple(rows), picture=picture)


def _stamp(code: str) -> str:
    """The end of a code: enough to see that a button still means the line at its place."""
    return code[-16:]


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"


def is_stamp_of(stamp: str | None, code: str) -> bool:
    """Whether a button's stamp is that of a line."""
    return stamp == _stamp(code)


def _back_rows(tr: Translator, verb: str, *, has_value: bool) -> Rows:
    _ = tr.gettext
    last = [Button(_("◀ Back"), pack("report", "open"))]
    if has_value:
        last.append(Button(_("Remove"), pack("report", "clear", verb)))
    return (tuple(last),)


def ask_name(tr: Translator, name: str | None) -> Message:
    """Asks how the person wants to be named on the pages."""
    _ = tr.gettext
    lines = [_("How shall the pages name you? Type it. It is kept for these pages only.")]
    if name:
        lines.append(_("Now: {name}").format(name=name))
    return Message(
        "\n".join(map(escape, lines)), _back_rows(tr, "name", has_value=name is not None)
    )


def ask_questions(tr: Translator, questions: str | None) -> Message:
    """Asks what the person wants to ask."""
    _ = tr.gettext
    lines = [_("What do you want to ask? Type it, a line for each question.")]
    if questions:
        lines += ["", questions]
    return Message(
        "\n".join(map(escape, lines)), _back_rows(tr, "questions", has_value=questions is not None)
    )


def too_long(tr: Translator, most: int) -> Message:
    """A text that does not fit on the page."""
    text = tr.ngettext(
        "That is too long for the page: up to {count} letter, please.",
        "That is too long for the page: up to {count} letters, please.",
        most,
    ).format(count=most)
    rows = ((Button(tr.gettext("◀ Back"), pack("report", "open")),),)
    return Message(escape(text), rows)


def made(tr: Translator, document: Document) -> Message:
    """The finished pages."""
    _ = tr.gettext
    text = _(
        "Your pages. They hold what you logged, without any judgement. Look through them before "
        "you hand them on."
    )
    return Message(escape(text), document=document)


def full(tr: Translator) -> str:
    """A toast: no more lines can be marked."""
    return tr.gettext("That is as many as I can mark.")
