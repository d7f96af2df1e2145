"""The pages for a clinician: preview, choice of lines, name, questions, and the PDF."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from telegram import Update
from telegram.constants import ChatAction

from bot.database.models import ReportDraft
from bot.features.report import contents, messages, pages, queries
from bot.features.report.contents import Material
from bot.features.report.messages import Choice, Draft, Group
from bot.features.report.pages import Drawn
from bot.features.report.plan import Line, Report, Section
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
Change = Callable[[ReportDraft], None]


@dataclass(frozen=True)
class Loaded:
    """A draft with everything that its pages show."""

    tr: Translator
    material: Material
    left_out: frozenset[str]
    notes: frozenset[str]
    weeks: int
    earlier_id: int | None
    """The message that shows the preview now."""
    now: datetime

    def report(self) -> Report:
        """The report as the draft has it."""
        return contents.report(self.tr, self.material, self.left_out, self.notes)


async def _load(context: Context, change: Change | None = None) -> Loaded:
    """The person's draft, after a change of it if there is one."""
    session, user = context.session, context.person
    draft = await queries.draft_of(session, user, context.now)
    if change is not None:
        change(draft)
    await session.flush()
    left_out, notes = queries.marked(draft)
    material = await queries.material_of(session, user, draft, context.now)
    return Loaded(context.tr, material, left_out, notes, draft.weeks, draft.message_id, context.now)


# Made outside of the transaction -----------------------------------------------------------------


async def _draw(outside: Outside, loaded: Loaded, page: int = 0) -> Drawn:
    """One page as a picture, drawn in the worker process."""
    report = await asyncio.to_thread(loaded.report)
    return await outside.deps.worker.run(pages.draw, loaded.tr, report, loaded.now, page)


async def _preview(outside: Outside, loaded: Loaded, page: int) -> Message:
    drawn = await _draw(outside, loaded, page)
    draft = Draft(
        loaded.weeks,
        has_name=loaded.material.name is not None,
        has_questions=loaded.material.questions is not None,
        has_notes=any(choice.is_in for choice in _notes(loaded)),
        left_out=sum(group.left_out for group in _groups(loaded)),
        pages=drawn.pages,
    )
    return messages.preview(loaded.tr, draft, drawn.picture, drawn.page)


async def _group_list(outside: Outside, loaded: Loaded) -> Message:
    drawn = await _draw(outside, loaded)
    return messages.groups(loaded.tr, _groups(loaded), drawn.picture)


async def _group_card(outside: Outside, loaded: Loaded, group: Group, page: int) -> Message:
    drawn = await _draw(outside, loaded)
    return messages.section(loaded.tr, group, page, drawn.picture)


async def _note_list(outside: Outside, loaded: Loaded, page: int) -> Message:
    drawn = await _draw(outside, loaded)
    return messages.notes(loaded.tr, _notes(loaded), page, drawn.picture)


async def _name_question(outside: Outside, loaded: Loaded) -> Message:
    drawn = await _draw(outside, loaded)
    return messages.ask_name(loaded.tr, loaded.material.name, drawn.picture)


async def _questions_question(outside: Outside, loaded: Loaded) -> Message:
    drawn = await _draw(outside, loaded)
    return messages.ask_questions(loaded.tr, loaded.material.questions, drawn.picture)


async def _pdf(outside: Outside, loaded: Loaded) -> Message:
    report = await asyncio.to_thread(loaded.report)
    content = await outside.deps.worker.run(pages.make, loaded.tr, report, loaded.now)
    name = f"calmcalf-report-{loaded.material.made_on.isoformat()}.pdf"
    return messages.made(loaded.tr, Document(name, content))


# Opening -----------------------------------------------------------------------------------------


async def on_report(_update: Update, context: Context) -> Replies:
    """/report, and its button below a message that stays: the preview as a new message."""
    context.stop_asking("report")
    return _new_preview(await _load(context))


def _new_preview(loaded: Loaded) -> Replies:
    """The preview as a new message; the buttons of an earlier one are taken away."""
    sent = OnSent(PREVIEW_SENT, str(loaded.earlier_id or 0))
    return [
        Typing(ChatAction.UPLOAD_PHOTO),
        Say(rendering(_preview, loaded, 0), on_sent=sent),
    ]


async def _on_preview_sent(context: Context, key: str, message_id: int) -> Replies:
    """Remember which message shows the preview; ``key`` is the id of the one before, or 0."""
    draft = await queries.draft_of(context.session, context.person, context.now)
    draft.message_id = message_id
    earlier_id = int(key)
    if earlier_id in {0, message_id}:
        return NOTHING
    return [EditCaption(earlier_id, messages.shown_anew(context.tr))]


async def _show_preview(context: Context, change: Change | None = None, page: int = 0) -> Replies:
    """The preview in place."""
    context.stop_asking("report")
    return [Show(rendering(_preview, await _load(context, change), page))]


async def on_show(_update: Update, context: Context) -> Replies:
    """Back to the preview."""
    return await _show_preview(context)


async def on_page(_update: Update, context: Context) -> Replies:
    """Another page."""
    return await _show_preview(context, page=context.tap.number(0) or 0)


async def on_weeks(_update: Update, context: Context) -> Replies:
    """Another period; the button says how many weeks."""
    weeks = context.tap.number(0)
    if weeks is None or weeks not in queries.PERIODS:
        return NOTHING

    def change(draft: ReportDraft) -> None:
        draft.weeks = weeks

    return await _show_preview(context, change)


# Leaving lines out -------------------------------------------------------------------------------


def _groups(loaded: Loaded) -> list[Group]:
    """The sections of the whole report with all that can be left out; notes are chosen apart."""
    left_out = loaded.left_out
    whole = contents.report(loaded.tr, loaded.material, frozenset(), frozenset())

    def group(code: str, title: str, parts: Iterable[tuple[str, str]]) -> Group:
        is_in = code not in left_out
        return Group(
            code,
            title,
            is_in,
            tuple(Choice(part, words, is_in and part not in left_out) for part, words in parts),
        )

    found = (
        [group(contents.WHO, messages.who_title(loaded.tr), _words(whole.who))] if whole.who else []
    )
    found += [group(one.code, one.title, _parts(loaded.tr, one)) for one in whole.sections]
    return found


def _words(lines: Iterable[Line]) -> Iterable[tuple[str, str]]:
    return ((line.code, line.words) for line in lines)


def _parts(tr: Translator, section: Section) -> Iterable[tuple[str, str]]:
    """Code and words of everything in a section."""
    table = section.table
    if table is not None:
        yield table.code, messages.table_title(tr)
        if table.strip is not None:
            yield table.strip.code, table.strip.title
    yield from _words(section.lines)
    for counts in (*([section.histogram] if section.histogram else []), *section.counts):
        yield counts.code, counts.title


def _notes(loaded: Loaded) -> list[Choice]:
    """Every note of the period, newest first."""
    return [
        Choice(contents.note_code(fact), fact.note or "", contents.note_code(fact) in loaded.notes)
        for fact in contents.noted(loaded.material)
    ]


async def on_lines(_update: Update, context: Context) -> Replies:
    """The sections, to leave something out."""
    return [Show(rendering(_group_list, await _load(context)))]


async def on_section(_update: Update, context: Context) -> Replies:
    """The lines of a section."""
    loaded = await _load(context)
    group = next((one for one in _groups(loaded) if one.code == context.tap.word(0)), None)
    if group is None:
        return [Toast(messages.gone(loaded.tr))]
    return [Show(rendering(_group_card, loaded, group, context.tap.number(1) or 0))]


async def on_notes(_update: Update, context: Context) -> Replies:
    """The notes, to include some."""
    return [Show(rendering(_note_list, await _load(context), context.tap.number(0) or 0))]


async def on_set(_update: Update, context: Context) -> Replies:
    """A line, a note or a whole section is left out or included; the button says which."""
    tap = context.tap
    code, present, page = tap.word(0) or "", tap.number(1), tap.number(2) or 0
    loaded = await _load(context)
    is_line = any(code in _codes(one) for one in _groups(loaded))
    is_note = code in {choice.code for choice in _notes(loaded)}
    if not (is_line or is_note) or present not in {0, 1}:
        return [Toast(messages.gone(loaded.tr))]
    draft = await queries.draft_of(context.session, context.person, context.now)
    fits = queries.mark(draft, code, present=present == 1)
    loaded = await _load(context)
    toast = None if fits else messages.full(loaded.tr)
    if is_note:
        return [Show(rendering(_note_list, loaded, page), toast)]
    group = next(one for one in _groups(loaded) if code in _codes(one))
    return [Show(rendering(_group_card, loaded, group, page), toast)]


def _codes(group: Group) -> set[str]:
    return {group.code, *(choice.code for choice in group.choices)}


# Name and questions ------------------------------------------------------------------------------


async def on_name(_update: Update, context: Context) -> Replies:
    """Ask for the name on the pages, in the preview's place."""
    context.ask("report", "name")
    return [Show(rendering(_name_question, await _load(context)))]


async def on_questions(_update: Update, context: Context) -> Replies:
    """Ask for the person's questions to the clinician, in the preview's place."""
    context.ask("report", "questions")
    return [Show(rendering(_questions_question, await _load(context)))]


async def on_typed_name(context: Context, _question: Tap, text: str) -> Replies:
    """The name, as typed; then the preview as a new message."""
    name = " ".join(text.split())
    if not 0 < len(name) <= messages.LONGEST_NAME:
        return [Say(messages.unusable_name(context.tr))]

    def change(draft: ReportDraft) -> None:
        draft.name = name

    return await _changed_by_text(context, change)


async def on_typed_questions(context: Context, _question: Tap, text: str) -> Replies:
    """The questions, one a line; then the preview as a new message."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    fits = 0 < len(lines) <= messages.MOST_QUESTIONS and all(
        len(line) <= messages.LONGEST_QUESTION for line in lines
    )
    if not fits:
        return [Say(messages.unusable_questions(context.tr))]

    def change(draft: ReportDraft) -> None:
        draft.questions = "\n".join(lines)

    return await _changed_by_text(context, change)


async def _changed_by_text(context: Context, change: Change) -> Replies:
    context.stop_asking("report")
    return _new_preview(await _load(context, change))


async def on_clear(_update: Update, context: Context) -> Replies:
    """Remove the name or the questions."""
    field = context.tap.word(0)
    if field not in {"name", "questions"}:
        return NOTHING

    def change(draft: ReportDraft) -> None:
        setattr(draft, field, None)

    return await _show_preview(context, change)


# The PDF -----------------------------------------------------------------------------------------


async def on_make(_update: Update, context: Context) -> Replies:
    """The finished pages as a file."""
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
