"""The report in the making: its preview, its lines, and the questions it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bot.features.report.queries import PERIODS
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Document, Message, Rows, pack

LONGEST_NAME = 80
MOST_QUESTIONS = 5
LONGEST_QUESTION = 180
PER_PAGE = 8
LONGEST_LABEL = 36


@dataclass(frozen=True)
class Choice:
    """A line that can be left out or taken in."""

    code: str
    label: str
    is_in: bool


@dataclass(frozen=True)
class Group:
    """A section, and its lines."""

    code: str
    title: str
    is_in: bool
    choices: tuple[Choice, ...]

    @property
    def left_out(self) -> int:
        """Lines that are not on the pages."""
        return sum(not choice.is_in for choice in self.choices)


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
            Button(_("Leave lines out…"), pack("report", "lines")),
            Button(_("• Notes…") if draft.has_notes else _("Notes…"), pack("report", "notes", 0)),
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


def who_title(tr: Translator) -> str:
    """The lines below the title."""
    return tr.gettext("Name and age")


def table_title(tr: Translator) -> str:
    """The table of weeks, as a line that can be left out."""
    return tr.gettext("The table")


def groups(tr: Translator, found: Sequence[Group], picture: bytes) -> Message:
    """The sections, to open one and leave lines of it out.

    Args:
        tr: the words' language.
        found: all of them.
        picture: the first page of the report.
    """
    _ = tr.gettext
    rows: list[tuple[Button, ...]] = []
    for group in found:
        out = group.left_out
        mark = "✓" if out == 0 else "✗" if out == len(group.choices) else "–"
        rows.append(
            (Button(_short(f"{mark} {group.title}"), pack("report", "section", group.code, 0)),)
        )
    rows.append((Button(_("◀ Back"), pack("report", "show")),))
    text = _("Which part? All of a part can be left out, or some of its lines.")
    return Message(escape(text), tuple(rows), picture=picture)


def section(tr: Translator, group: Group, page: int, picture: bytes) -> Message:
    """A section's lines, one button each; a button says what a tap makes of it."""
    _ = tr.gettext
    rows: list[tuple[Button, ...]] = []
    if group.is_in and len(group.choices) > 1:
        label = _("Leave all of this out")
        rows.append((Button(label, pack("report", "set", group.code, 0, 0)),))
    elif not group.is_in:
        label = _("Take this in again")
        rows.append((Button(label, pack("report", "set", group.code, 1, 0)),))
    if group.is_in:
        rows += _choice_rows(group.choices, page, ("section", group.code))
    rows.append((Button(_("◀ Back"), pack("report", "lines")),))
    text = (
        _("Tap a line to leave it out, tap again to take it in.")
        if group.is_in
        else _("All of this is left out.")
    )
    title = f"<b>{escape(group.title)}</b>"
    return Message(f"{title}\n{escape(text)}", tuple(rows), picture=picture)


def notes(tr: Translator, found: Sequence[Choice], page: int, picture: bytes) -> Message:
    """Notes of entries, one button each; they are out unless they are taken in."""
    _ = tr.gettext
    text = (
        _("Notes are left out unless you take them in. Tap one.")
        if found
        else _("There are no notes in these weeks. Reply to an entry to add one.")
    )
    rows = _choice_rows(found, page, ("notes",))
    rows.append((Button(_("◀ Back"), pack("report", "show")),))
    return Message(escape(text), tuple(rows), picture=picture)


def _choice_rows(
    found: Sequence[Choice], page: int, paging: tuple[str, ...]
) -> list[tuple[Button, ...]]:
    """A page of choices, and the way to the others."""
    page = min(max(page, 0), max(0, -(-len(found) // PER_PAGE) - 1))
    rows: list[tuple[Button, ...]] = []
    for choice in found[page * PER_PAGE : (page + 1) * PER_PAGE]:
        mark = "✓" if choice.is_in else "✗"
        target = pack("report", "set", choice.code, int(not choice.is_in), page)
        rows.append((Button(_short(f"{mark} {choice.label}"), target),))
    leaf = []
    if page > 0:
        leaf.append(Button("◀", pack("report", *paging, page - 1)))
    if (page + 1) * PER_PAGE < len(found):
        leaf.append(Button("▶", pack("report", *paging, page + 1)))
    if leaf:
        rows.append(tuple(leaf))
    return rows


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"


def _back_rows(tr: Translator, verb: str, *, has_value: bool) -> Rows:
    _ = tr.gettext
    last = [Button(_("◀ Back"), pack("report", "show"))]
    if has_value:
        last.append(Button(_("Remove"), pack("report", "clear", verb)))
    return (tuple(last),)


def ask_name(tr: Translator, name: str | None, picture: bytes) -> Message:
    """Asks how the person wants to be named on the pages."""
    _ = tr.gettext
    lines = [_("How shall the pages name you? Type it. It is kept for these pages only.")]
    if name:
        lines.append(_("Now: {name}").format(name=name))
    rows = _back_rows(tr, "name", has_value=name is not None)
    return Message("\n".join(map(escape, lines)), rows, picture=picture)


def ask_questions(tr: Translator, questions: str | None, picture: bytes) -> Message:
    """Asks what the person wants to ask."""
    _ = tr.gettext
    words = tr.ngettext(
        "What do you want to ask? Type it: up to {count} line.",
        "What do you want to ask? Type it, a line for each question, up to {count}.",
        MOST_QUESTIONS,
    )
    lines = [words.format(count=MOST_QUESTIONS)]
    if questions:
        lines += ["", *questions.splitlines()]
    rows = _back_rows(tr, "questions", has_value=questions is not None)
    return Message("\n".join(map(escape, lines)), rows, picture=picture)


def unusable_name(tr: Translator) -> Message:
    """A name that does not fit on the page."""
    text = tr.ngettext(
        "That is too long for the page: up to {count} letter, please.",
        "That is too long for the page: up to {count} letters, please.",
        LONGEST_NAME,
    ).format(count=LONGEST_NAME)
    return Message(escape(text), ((Button(tr.gettext("◀ Back"), pack("report", "open")),),))


def unusable_questions(tr: Translator) -> Message:
    """Questions that do not fit on the page."""
    _ = tr.gettext
    text = _("That does not fit on the page: up to {lines} lines of {letters} letters, please.")
    text = text.format(lines=MOST_QUESTIONS, letters=LONGEST_QUESTION)
    return Message(escape(text), ((Button(_("◀ Back"), pack("report", "open")),),))


def shown_anew(tr: Translator) -> Message:
    """What stands below an earlier preview when there is a newer one."""
    return Message(escape(tr.gettext("There is a newer one below.")))


def gone(tr: Translator) -> str:
    """A toast: a line that is no longer there."""
    return tr.gettext("That is no longer there.")


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
