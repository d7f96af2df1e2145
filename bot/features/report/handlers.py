"""Handlers of the report for a clinician: preview, choice of lines, name, questions, and PDF."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import Update
from telegram.constants import ChatAction

from bot.database.models import ReportDraft
from bot.features.report import messages, queries
from bot.features.report import rendering as report_rendering
from bot.features.report.builder import WHO, build_report
from bot.features.report.messages import Choice, ChoiceGroup, Draft
from bot.features.report.model import Line, Report, Section
from bot.features.report.rendering import PagePreview
from bot.features.report.report_data import ReportData, cramps_with_notes, note_code
from bot.i18n.translator import Translator
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Document, Message, Tap
from bot.telegram.replies import (
    NOTHING,
    EditCaption,
    OnSent,
    Replies,
    Say,
    Show,
    Toast,
    Typing,
    rendering,
)

PREVIEW_SENT = "report.preview_sent"
DraftChange = Callable[[ReportDraft], None]
"""Changes the row of a draft, in the handler's transaction."""


@dataclass(frozen=True)
class LoadedDraft:
    """A draft with all data that its pages need. Plain values, for use after the commit."""

    tr: Translator
    data: ReportData
    left_out: frozenset[str]
    included_notes: frozenset[str]
    weeks: int
    preview_id: int | None
    """The id of the message that shows the preview."""
    now: datetime

    def report(self) -> Report:
        """The report with the choices of the draft."""
        return build_report(self.tr, self.data, self.left_out, self.included_notes)


async def _load(context: Context, change: DraftChange | None = None) -> LoadedDraft:
    """Load the person's draft, changing it first if there is a change."""
    session, user = context.session, context.person
    draft = await queries.draft_of(session, user, context.now)
    if change is not None:
        change(draft)
    await session.flush()
    left_out, included_notes = queries.chosen_codes(draft)
    data = await queries.report_data(session, user, draft, context.now)
    return LoadedDraft(
        context.tr, data, left_out, included_notes, draft.weeks, draft.message_id, context.now
    )


# Rendered after the commit -----------------------------------------------------------------------


async def _render_page(outside: Outside, draft: LoadedDraft, page: int = 0) -> PagePreview:
    """One page as a picture, rendered in the worker process."""
    report = await asyncio.to_thread(draft.report)
    worker = outside.deps.worker
    return await worker.run(report_rendering.render_page, draft.tr, report, draft.now, page)


async def _preview(outside: Outside, draft: LoadedDraft, page: int) -> Message:
    rendered = await _render_page(outside, draft, page)
    shown = Draft(
        draft.weeks,
        has_name=draft.data.name is not None,
        has_questions=draft.data.questions is not None,
        has_notes=any(choice.is_included for choice in _note_choices(draft)),
        left_out=sum(group.left_out for group in _choice_groups(draft)),
        page_count=rendered.page_count,
    )
    return messages.preview(draft.tr, shown, rendered.picture, rendered.page)


async def _group_list(outside: Outside, draft: LoadedDraft) -> Message:
    rendered = await _render_page(outside, draft)
    return messages.group_list(draft.tr, _choice_groups(draft), rendered.picture)


async def _line_list(
    outside: Outside, draft: LoadedDraft, group: ChoiceGroup, page: int
) -> Message:
    rendered = await _render_page(outside, draft)
    return messages.line_list(draft.tr, group, page, rendered.picture)


async def _note_list(outside: Outside, draft: LoadedDraft, page: int) -> Message:
    rendered = await _render_page(outside, draft)
    return messages.note_list(draft.tr, _note_choices(draft), page, rendered.picture)


async def _name_question(outside: Outside, draft: LoadedDraft) -> Message:
    rendered = await _render_page(outside, draft)
    return messages.ask_name(draft.tr, draft.data.name, rendered.picture)


async def _questions_question(outside: Outside, draft: LoadedDraft) -> Message:
    rendered = await _render_page(outside, draft)
    return messages.ask_questions(draft.tr, draft.data.questions, rendered.picture)


async def _pdf(outside: Outside, draft: LoadedDraft) -> Message:
    report = await asyncio.to_thread(draft.report)
    worker = outside.deps.worker
    content = await worker.run(report_rendering.render_pdf, draft.tr, report, draft.now)
    name = f"calmcalf-report-{draft.data.created_on.isoformat()}.pdf"
    return messages.pdf_message(draft.tr, Document(name, content))


# Preview -----------------------------------------------------------------------------------------


async def on_report(_update: Update, context: Context) -> Replies:
    """Send the preview as a new message, for /report and its button on other messages."""
    context.stop_asking("report")
    return _new_preview(await _load(context))


def _new_preview(draft: LoadedDraft) -> Replies:
    """Send the preview as a new message, and remove the buttons of the previous one."""
    sent = OnSent(PREVIEW_SENT, str(draft.preview_id or 0))
    return [
        Typing(ChatAction.UPLOAD_PHOTO),
        Say(rendering(_preview, draft, 0), on_sent=sent),
    ]


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
    return [Show(rendering(_preview, await _load(context, change), page))]


async def on_show(_update: Update, context: Context) -> Replies:
    """Return to the preview."""
    return await _show_preview(context)


async def on_page(_update: Update, context: Context) -> Replies:
    """Show another page."""
    return await _show_preview(context, page=context.tap.number(0) or 0)


async def on_weeks(_update: Update, context: Context) -> Replies:
    """Change the period to the number of weeks in the callback data."""
    weeks = context.tap.number(0)
    if weeks is None or weeks not in queries.PERIODS:
        return NOTHING

    def change(draft: ReportDraft) -> None:
        draft.weeks = weeks

    return await _show_preview(context, change)


# Leaving lines out -------------------------------------------------------------------------------


def _choice_groups(draft: LoadedDraft) -> list[ChoiceGroup]:
    """Everything that can be left out, by section, except notes: they have their own list."""
    left_out = draft.left_out
    whole = build_report(draft.tr, draft.data, frozenset(), frozenset())

    def group(code: str, title: str, parts: Iterable[tuple[str, str]]) -> ChoiceGroup:
        is_included = code not in left_out
        choices = (
            Choice(part, words, is_included and part not in left_out) for part, words in parts
        )
        return ChoiceGroup(code, title, is_included, tuple(choices))

    groups = [group(WHO, messages.who_title(draft.tr), _line_parts(whole.who))] if whole.who else []
    groups += [group(one.code, one.title, _parts(draft.tr, one)) for one in whole.sections]
    return groups


def _line_parts(lines: Iterable[Line]) -> Iterable[tuple[str, str]]:
    return ((line.code, line.words) for line in lines)


def _parts(tr: Translator, section: Section) -> Iterable[tuple[str, str]]:
    """The code and the label of each part of a section."""
    table = section.table
    if table is not None:
        yield table.code, messages.table_title(tr)
        if table.strip is not None:
            yield table.strip.code, table.strip.title
    yield from _line_parts(section.lines)
    for counts in (*([section.histogram] if section.histogram else []), *section.counts):
        yield counts.code, counts.title


def _note_choices(draft: LoadedDraft) -> list[Choice]:
    """Every note of the period, newest first."""
    return [
        Choice(note_code(fact), fact.note or "", note_code(fact) in draft.included_notes)
        for fact in cramps_with_notes(draft.data)
    ]


async def on_lines(_update: Update, context: Context) -> Replies:
    """Show the list of sections."""
    return [Show(rendering(_group_list, await _load(context)))]


async def on_section(_update: Update, context: Context) -> Replies:
    """Show the list of lines of a section."""
    draft = await _load(context)
    group = next((one for one in _choice_groups(draft) if one.code == context.tap.word(0)), None)
    if group is None:
        return [Toast(messages.line_not_found(draft.tr))]
    return [Show(rendering(_line_list, draft, group, context.tap.number(1) or 0))]


async def on_notes(_update: Update, context: Context) -> Replies:
    """Show the list of notes."""
    return [Show(rendering(_note_list, await _load(context), context.tap.number(0) or 0))]


async def on_set(_update: Update, context: Context) -> Replies:
    """Include a line, a note or a whole section, or leave it out.

    The callback data has its code, 1 or 0 for included or left out, and the page of the list.
    """
    tap = context.tap
    code, included, page = tap.word(0) or "", tap.number(1), tap.number(2) or 0
    draft = await _load(context)
    is_line = any(code in _codes(group) for group in _choice_groups(draft))
    is_note = code in {choice.code for choice in _note_choices(draft)}
    if not (is_line or is_note) or included not in {0, 1}:
        return [Toast(messages.line_not_found(draft.tr))]
    row = await queries.draft_of(context.session, context.person, context.now)
    is_stored = queries.choose(row, code, included=included == 1)
    draft = await _load(context)
    toast = None if is_stored else messages.too_many_choices(draft.tr)
    if is_note:
        return [Show(rendering(_note_list, draft, page), toast)]
    group = next(group for group in _choice_groups(draft) if code in _codes(group))
    return [Show(rendering(_line_list, draft, group, page), toast)]


def _codes(group: ChoiceGroup) -> set[str]:
    """The codes of a section and of its lines."""
    return {group.code, *(choice.code for choice in group.choices)}


# Name and questions ------------------------------------------------------------------------------


async def on_name(_update: Update, context: Context) -> Replies:
    """Ask for the name, in the message of the preview."""
    context.ask("report", "name")
    return [Show(rendering(_name_question, await _load(context)))]


async def on_questions(_update: Update, context: Context) -> Replies:
    """Ask for the questions to the clinician, in the message of the preview."""
    context.ask("report", "questions")
    return [Show(rendering(_questions_question, await _load(context)))]


async def on_typed_name(context: Context, _question: Tap, text: str) -> Replies:
    """Store the typed name and send a new preview."""
    name = " ".join(text.split())
    if not 0 < len(name) <= messages.MAX_NAME_CHARACTERS:
        return [Say(messages.name_too_long(context.tr))]

    def change(draft: ReportDraft) -> None:
        draft.name = name

    return await _changed_by_text(context, change)


async def on_typed_questions(context: Context, _question: Tap, text: str) -> Replies:
    """Store the typed questions, one per line, and send a new preview."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    fits = 0 < len(lines) <= messages.MAX_QUESTIONS and all(
        len(line) <= messages.MAX_QUESTION_CHARACTERS for line in lines
    )
    if not fits:
        return [Say(messages.questions_too_long(context.tr))]

    def change(draft: ReportDraft) -> None:
        draft.questions = "\n".join(lines)

    return await _changed_by_text(context, change)


async def _changed_by_text(context: Context, change: DraftChange) -> Replies:
    context.stop_asking("report")
    return _new_preview(await _load(context, change))


async def on_clear(_update: Update, context: Context) -> Replies:
    """Remove the name or the questions, whichever the callback data says."""
    field = context.tap.word(0)
    if field not in {"name", "questions"}:
        return NOTHING

    def change(draft: ReportDraft) -> None:
        setattr(draft, field, None)

    return await _show_preview(context, change)


# The PDF -----------------------------------------------------------------------------------------


async def on_make(_update: Update, context: Context) -> Replies:
    """Send the PDF."""
    return [
        Typing(ChatAction.UPLOAD_DOCUMENT),
        Say(rendering(_pdf, await _load(context))),
    ]


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
    answers={"name": on_typed_name, "questions": on_typed_questions},
    on_sent={PREVIEW_SENT: _on_preview_sent},
)
