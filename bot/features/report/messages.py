"""Messages of the report: preview, choice of lines and notes, name, questions, and the PDF."""

# TRANSLATORS, ALL: Buttons with which the person chooses what the pages for a doctor show. A dot
# before a text says that it is there already.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bot.features.cramps.health_texts import general_information
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.features.report.typed_fields import ALL_FIELDS, NAME, QUESTIONS, TYPED_FIELDS
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Document, Message, Rows, pack

PERIODS = (4, 8, 12)
"""The periods that can be chosen, in weeks."""

BUTTONS_PER_PAGE = 8
MAX_LABEL_CHARACTERS = 36


@dataclass(frozen=True)
class Choice:
    """A line that can be included or left out."""

    code: str
    label: str
    is_included: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """A section with its lines, for choosing what to leave out."""

    code: str
    title: str
    is_included: bool
    choices: tuple[Choice, ...]

    @property
    def left_out(self) -> int:
        """How many lines are left out."""
        return sum(not choice.is_included for choice in self.choices)


@dataclass(frozen=True)
class Draft:
    """What the preview says about a draft."""

    weeks: int
    has_name: bool
    has_questions: bool
    has_details: bool
    """Whether anything else was typed for the pages."""
    has_notes: bool
    left_out: int
    pages: int
    """Of A4 in the PDF."""
    cards: int
    """On which the preview shows them in large letters."""


def _left_out_text(tr: Translator, count: int) -> str:
    return tr.ngettext("{count} line is left out.", "{count} lines are left out.", count).format(
        count=count
    )


def _pages_text(tr: Translator, count: int) -> str:
    # TRANSLATORS: Below a picture with the words of the pages for a doctor in large letters.
    return tr.ngettext(
        "In large letters: what is on {count} page.",
        "In large letters: what is on {count} pages.",
        count,
    ).format(count=count)


def preview(tr: Translator, draft: Draft, picture: bytes, card: int) -> Message:
    """What the pages say, in large letters, with buttons for everything that can be changed.

    Args:
        tr: The language of the message.
        draft: The draft.
        picture: One of its cards as a PNG.
        card: Its number, from 0.
    """
    _ = tr.gettext
    lines = [
        f"<b>{escape(_('Pages for a doctor, nurse or pharmacist'))}</b>",
        escape(_pages_text(tr, draft.pages)),
        escape(_("Nothing is sent to anyone but you.")),
    ]
    if draft.left_out:
        lines.append(escape(_left_out_text(tr, draft.left_out)))
    return Message("\n".join(lines), _preview_rows(tr, draft, card), picture=picture)


def _preview_rows(tr: Translator, draft: Draft, card: int) -> Rows:
    _ = tr.gettext
    periods = tuple(
        Button(
            _weeks_label(tr, weeks, is_chosen=weeks == draft.weeks), pack("report", "weeks", weeks)
        )
        for weeks in PERIODS
    )
    name = _("• My name") if draft.has_name else _("My name…")
    questions = _("• My questions") if draft.has_questions else _("My questions…")
    rows: list[tuple[Button, ...]] = [periods]
    turns = []
    if card > 0:
        turns.append(Button(_("◀ Before"), pack("report", "page", card - 1)))
    if card + 1 < draft.cards:
        # TRANSLATORS: Shows the next part of the text; {number} of {total} is shown now.
        label = _("Read on ({number} of {total}) ▶").format(number=card + 1, total=draft.cards)
        turns.append(Button(label, pack("report", "page", card + 1)))
    if turns:
        rows.append(tuple(turns))
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
    details = _("• More about me…") if draft.has_details else _("More about me…")
    rows.append((Button(details, pack("report", "details")),))
    rows.append((Button(_("Make the PDF"), pack("report", "make"), "primary"),))
    return tuple(rows)


def _weeks_label(tr: Translator, weeks: int, *, is_chosen: bool) -> str:
    words = tr.ngettext("{count} week", "{count} weeks", weeks).format(count=weeks)
    return f"• {words}" if is_chosen else words


def who_title(tr: Translator) -> str:
    """The label for the lines below the title."""
    return tr.gettext("Name, date of birth, age")


def table_title(tr: Translator) -> str:
    """The label for the table of weeks."""
    return tr.gettext("The table")


def group_list(tr: Translator, groups: Sequence[ChoiceGroup], picture: bytes) -> Message:
    """A button for each section, which opens the choice of its lines.

    Args:
        tr: The language of the message.
        groups: All sections.
        picture: The first card of the report as a PNG.
    """
    _ = tr.gettext
    rows: list[tuple[Button, ...]] = []
    for group in groups:
        left_out = group.left_out
        mark = "✓" if left_out == 0 else "✗" if left_out == len(group.choices) else "–"
        rows.append(
            (Button(_short(f"{mark} {group.title}"), pack("report", "section", group.code, 0)),)
        )
    rows.append((Button(_("◀ Back"), pack("report", "show")),))
    text = _("Which part? You can leave out a whole part or some of its lines.")
    return Message(escape(text), tuple(rows), picture=picture)


def line_list(tr: Translator, group: ChoiceGroup, page: int, picture: bytes) -> Message:
    """A button for each line of a section, which includes the line or leaves it out.

    Args:
        tr: The language of the message.
        group: The section.
        page: Which page of buttons, from 0.
        picture: The first card of the report as a PNG.
    """
    _ = tr.gettext
    rows: list[tuple[Button, ...]] = []
    if group.is_included and len(group.choices) > 1:
        label = _("Leave this part out")
        rows.append((Button(label, pack("report", "set", group.code, 0, 0)),))
    elif not group.is_included:
        label = _("Include this part again")
        rows.append((Button(label, pack("report", "set", group.code, 1, 0)),))
    if group.is_included:
        rows += _choice_rows(group.choices, page, ("section", group.code))
    rows.append((Button(_("◀ Back"), pack("report", "lines")),))
    text = (
        _("Tap a line to leave it out, tap again to include it.")
        if group.is_included
        else _("All of this is left out.")
    )
    title = f"<b>{escape(group.title)}</b>"
    return Message(f"{title}\n{escape(text)}", tuple(rows), picture=picture)


def note_list(tr: Translator, notes: Sequence[Choice], page: int, picture: bytes) -> Message:
    """A button for each note of the period; notes are left out by default.

    Args:
        tr: The language of the message.
        notes: All notes of the period.
        page: Which page of buttons, from 0.
        picture: The first card of the report as a PNG.
    """
    _ = tr.gettext
    text = (
        _("Notes are left out unless you include them. Tap a note to include it.")
        if notes
        else _("There are no notes in these weeks. Reply to an entry to add one.")
    )
    rows = _choice_rows(notes, page, ("notes",))
    rows.append((Button(_("◀ Back"), pack("report", "show")),))
    return Message(escape(text), tuple(rows), picture=picture)


def _choice_rows(
    choices: Sequence[Choice], page: int, paging: tuple[str, ...]
) -> list[tuple[Button, ...]]:
    """One page of choices, with arrows to the previous and next page.

    Args:
        choices: The choices of all pages.
        page: Which page, from 0; a number that does not exist gives the nearest.
        paging: The callback data of the arrows, without the feature and the page number.
    """
    page = min(max(page, 0), max(0, -(-len(choices) // BUTTONS_PER_PAGE) - 1))
    start, end = page * BUTTONS_PER_PAGE, (page + 1) * BUTTONS_PER_PAGE
    rows: list[tuple[Button, ...]] = []
    for choice in choices[start:end]:
        mark = "✓" if choice.is_included else "✗"
        target = pack("report", "set", choice.code, int(not choice.is_included), page)
        rows.append((Button(_short(f"{mark} {choice.label}"), target),))
    arrows = []
    if page > 0:
        arrows.append(Button("◀", pack("report", *paging, page - 1)))
    if end < len(choices):
        arrows.append(Button("▶", pack("report", *paging, page + 1)))
    if arrows:
        rows.append(tuple(arrows))
    return rows


def _short(label: str) -> str:
    if len(label) <= MAX_LABEL_CHARACTERS:
        return label
    return f"{label[: MAX_LABEL_CHARACTERS - 1].rstrip()}…"


def field_names(tr: Translator) -> dict[str, str]:
    """Column → the name of what can be typed, besides the name and the questions."""
    _ = tr.gettext
    return {
        "identifier": _("Date of birth or patient number"),
        "tried_before": _("What I tried before"),
        "dialysis_days": _("Dialysis days"),
        "results": _("Blood results"),
    }


def _field_questions(tr: Translator) -> dict[str, str]:
    _ = tr.gettext
    return {
        NAME: _("What name should the pages show? Type it. It is kept for these pages only."),
        "identifier": _("Your date of birth, or your patient number? Type it if you like."),
        "tried_before": _("What did you try before, and how did it go? Type one line for each."),
        "dialysis_days": _("Which days is your dialysis on? Type them, such as Mon, Wed, Fri."),
        "results": _(
            "What are your blood results? Type one line for each: what, the value, its unit, the "
            "day. They are printed as you type them."
        ),
    }


def detail_list(tr: Translator, typed: Mapping[str, str], picture: bytes) -> Message:
    """A button for each text that can be typed for the pages.

    Args:
        tr: The language of the message.
        typed: Column → what was typed.
        picture: The first card of the report as a PNG.
    """
    _ = tr.gettext
    names = field_names(tr)
    rows: list[tuple[Button, ...]] = []
    for field in TYPED_FIELDS:
        label = f"• {names[field]}" if field in typed else names[field]
        rows.append((Button(label, pack("report", "field", field)),))
    rows.append((Button(_("◀ Back"), pack("report", "show")),))
    text = _("None of this is needed. It is kept for these pages only.")
    return Message(escape(text), tuple(rows), picture=picture)


def ask_field(tr: Translator, field: str, text: str | None, picture: bytes) -> Message:
    """Ask for a text to print on the pages; ``text`` is the present one."""
    _ = tr.gettext
    lines = [_questions_question(tr) if field == QUESTIONS else _field_questions(tr)[field]]
    if text and ALL_FIELDS[field].lines == 1:
        lines.append(_("At the moment: {name}").format(name=text))
    elif text:
        lines += ["", *text.splitlines()]
    back = "show" if field in {NAME, QUESTIONS} else "details"
    last = [Button(_("◀ Back"), pack("report", back))]
    if text:
        last.append(Button(_("Remove"), pack("report", "clear", field)))
    return Message("\n".join(map(escape, lines)), (tuple(last),), picture=picture)


def _questions_question(tr: Translator) -> str:
    count = ALL_FIELDS[QUESTIONS].lines
    return tr.ngettext(
        "What do you want to ask? Type it in at most {count} line.",
        "What do you want to ask? Type one line for each question, at most {count} lines.",
        count,
    ).format(count=count)


def does_not_fit(tr: Translator, field: str) -> Message:
    """The reply to a text that does not fit on the page."""
    _ = tr.gettext
    limits = ALL_FIELDS[field]
    if limits.lines == 1:
        text = tr.ngettext(
            "That is too long for the page. Please use at most {count} character.",
            "That is too long for the page. Please use at most {count} characters.",
            limits.characters,
        ).format(count=limits.characters)
    else:
        text = _(
            "That does not fit on the page. Please use at most {lines} lines of {letters} "
            "characters."
        )
        text = text.format(lines=limits.lines, letters=limits.characters)
    return Message(escape(text), ((Button(_("◀ Back"), pack("report", "open")),),))


def replaced_preview(tr: Translator) -> Message:
    """The caption of an old preview, after a new one was sent."""
    return Message(escape(tr.gettext("There is a newer preview below.")))


def line_not_found(tr: Translator) -> str:
    """The toast for a line that does not exist any more."""
    return tr.gettext("That no longer exists.")


def pdf_message(tr: Translator, document: Document, call: NumberToCall) -> Message:
    """The finished PDF, what the bot is not, and the emergency number to name."""
    _ = tr.gettext
    text = _(
        "Here are your pages. They show what you logged, without any judgement. Please look "
        "through them before you pass them on."
    )
    return Message(f"{escape(text)}\n\n<i>{general_information(tr, call)}</i>", document=document)


def too_many_choices(tr: Translator) -> str:
    """The toast when no more choices can be stored."""
    return tr.gettext("I cannot leave out or include any more lines.")
