"""Handlers of the report for a clinician: preview, choice of lines, typed texts, and PDF."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Callable, Mapping, Sequence

from telegram import Message as TelegramMessage
from telegram import Update

from bot.database.models import ReportDraft
from bot.features.report import messages, queries
from bot.features.report.jobs import JOBS, PREVIEW_SENT, queue_pdf, queue_view
from bot.features.report.rendering import View
from bot.features.report.typed_fields import ALL_FIELDS, NAME, QUESTIONS, tidied
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Tap, unpack
from bot.telegram.replies import NOTHING, DiaryChanged, EditCaption, Occasion, Replies, Say, Toast

DraftChange = Callable[[ReportDraft], None]
"""Changes the row of a draft, in the handler's transaction."""


async def _change(context: Context, change: DraftChange) -> None:
    """Change the person's draft, which is made if there is none."""
    draft = await queries.draft_of(context.session, context.person, context.now)
    change(draft)
    context.session.add(draft)


def _offers(context: Context, code: str | None) -> bool:
    """Whether the tapped message has a button about a line or section.

    So no code is stored that the report does not have, without reading the whole diary for it.
    """
    tapped = context.query.message if context.query is not None else None
    markup = tapped.reply_markup if isinstance(tapped, TelegramMessage) else None
    rows = markup.inline_keyboard if markup is not None else ()
    taps_ = (unpack(str(button.callback_data)) for row in rows for button in row)
    return bool(code) and any(
        tap.word(0) == code for tap in taps_ if tap is not None and tap.verb in {"set", "section"}
    )


# Preview -----------------------------------------------------------------------------------------


async def on_report(_update: Update, context: Context) -> Replies:
    """Send the preview as a new message, for /report and its button on other messages.

    While the same preview waits to be made, nothing more is done: one answers both.
    """
    context.stop_asking("report")
    return await _new_preview(context, [DiaryChanged(occasion=Occasion.LOOKED)])


async def _new_preview(context: Context, along: Replies = NOTHING) -> Replies:
    """Send the preview as a new message; the buttons of the previous one are removed then."""
    return await queue_view(context, View("preview"), None, along)


async def _show(context: Context, view: View) -> Replies:
    """Show the draft in the tapped message."""
    return await queue_view(context, view, context.tapped_message_id)


async def _on_preview_sent(context: Context, key: str, message_id: int) -> Replies:
    """Store the id of the preview's message; ``key`` is the id of the previous one, or 0."""
    draft = await queries.draft_of(context.session, context.person, context.now)
    draft.message_id = message_id
    previous_id = int(key)
    if previous_id in {0, message_id}:
        return NOTHING
    return [EditCaption(previous_id, messages.replaced_preview(context.tr))]


async def _show_preview(
    context: Context, change: DraftChange | None = None, page: int = 0
) -> Replies:
    """Show the preview in the tapped message."""
    context.stop_asking("report")
    if change is not None:
        await _change(context, change)
    return await _show(context, View("preview", page))


async def on_show(_update: Update, context: Context) -> Replies:
    """Return to the preview."""
    return await _show_preview(context)


async def on_page(_update: Update, context: Context) -> Replies:
    """Show another page."""
    return await _show_preview(context, page=context.tap.number(0) or 0)


async def on_weeks(_update: Update, context: Context) -> Replies:
    """Change the period to the number of weeks in the callback data."""
    weeks = context.tap.number(0)
    if weeks is None or weeks not in messages.PERIODS:
        return NOTHING

    def change(draft: ReportDraft) -> None:
        draft.weeks = weeks

    return await _show_preview(context, change)


# Leaving lines out -------------------------------------------------------------------------------


async def on_lines(_update: Update, context: Context) -> Replies:
    """Show the list of sections."""
    return await _show(context, View("groups"))


async def on_section(_update: Update, context: Context) -> Replies:
    """Show the list of lines of a section."""
    code = context.tap.word(0)
    if code is None or not _offers(context, code):
        return [Toast(messages.line_not_found(context.tr))]
    return await _show(context, View("lines", context.tap.number(1) or 0, code))


async def on_notes(_update: Update, context: Context) -> Replies:
    """Show the list of notes."""
    return await _show(context, View("notes", context.tap.number(0) or 0))


async def on_set(_update: Update, context: Context) -> Replies:
    """Include a line, a note or a whole section, or leave it out.

    The callback data has its code, 1 or 0 for included or left out, and the page of the list.
    """
    tap = context.tap
    code, included, page = tap.word(0) or "", tap.number(1), tap.number(2) or 0
    if included not in {0, 1} or not _offers(context, code):
        return [Toast(messages.line_not_found(context.tr))]
    row = await queries.draft_of(context.session, context.person, context.now)
    is_stored = queries.choose(row, code, included=included == 1)
    is_note = code.startswith(queries.NOTE_PREFIX)
    shown = await _show(context, View("notes", page) if is_note else View("lines", page, code))
    return shown if is_stored else [Toast(messages.too_many_choices(context.tr)), *shown]


# Typed texts -------------------------------------------------------------------------------------


async def on_details(_update: Update, context: Context) -> Replies:
    """Show the list of what can be typed for the pages besides the name and the questions."""
    context.stop_asking("report")
    return await _show(context, View("details"))


async def _ask(context: Context, field: str) -> Replies:
    """Ask for a text, in the message of the preview."""
    context.ask("report", field)
    return await _show(context, View(field))


async def on_field(_update: Update, context: Context) -> Replies:
    """Ask for the text whose column is in the callback data."""
    field = context.tap.word(0)
    return await _ask(context, field) if field in ALL_FIELDS else NOTHING


async def on_name(_update: Update, context: Context) -> Replies:
    """Ask for the name."""
    return await _ask(context, NAME)


async def on_questions(_update: Update, context: Context) -> Replies:
    """Ask for the questions to the clinician."""
    return await _ask(context, QUESTIONS)


async def on_typed(context: Context, question: Tap, text: str) -> Replies:
    """Store the typed text and send a new preview."""
    field = question.verb
    tidy = tidied(field, text)
    if tidy is None:
        return [Say(messages.does_not_fit(context.tr, field))]

    def change(draft: ReportDraft) -> None:
        setattr(draft, field, tidy)

    context.stop_asking("report")
    await _change(context, change)
    return await _new_preview(context)


async def on_clear(_update: Update, context: Context) -> Replies:
    """Remove the text whose column is in the callback data."""
    field = context.tap.word(0)
    if field not in ALL_FIELDS:
        return NOTHING

    def change(draft: ReportDraft) -> None:
        setattr(draft, field, None)

    return await _show_preview(context, change)


# The PDF -----------------------------------------------------------------------------------------


async def on_make(_update: Update, context: Context) -> Replies:
    """Send the PDF."""
    return await queue_pdf(context)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"report": tr.gettext("Pages for a doctor, as a PDF")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("report", on_report),
        *taps(
            "report",
            {
                "open": on_report,
                "show": on_show,
                "page": on_page,
                "weeks": on_weeks,
                "lines": on_lines,
                "section": on_section,
                "notes": on_notes,
                "set": on_set,
                "details": on_details,
                "field": on_field,
                "name": on_name,
                "questions": on_questions,
                "clear": on_clear,
                "make": on_make,
            },
        ),
    ]


FEATURE = Feature(
    name="report",
    handlers=_handlers,
    descriptions=_descriptions,
    answers=dict.fromkeys(ALL_FIELDS, on_typed),
    own_words=frozenset(ALL_FIELDS),
    jobs=JOBS,
    on_sent={PREVIEW_SENT: _on_preview_sent},
)
