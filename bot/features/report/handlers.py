"""Putting the report together: preview, lines, name, questions, and the PDF."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram.constants import ChatAction

from bot.database.engine import Session
from bot.database.models import ReportDraft, User
from bot.features.report import contents, messages, pages, queries
from bot.features.report.contents import Material
from bot.features.report.messages import Choice, Draft, Group
from bot.features.report.pages import Drawn
from bot.features.report.plan import Line, Report, Section
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.telegram import sender
from bot.telegram.context import Feature, Visit, is_delivered
from bot.telegram.message import Document, Message, Tap, pack


@dataclass(frozen=True)
class Loaded:
    """A draft with everything that its pages are made of."""

    user: User
    tr: Translator
    material: Material
    left_out: frozenset[str]
    notes: frozenset[str]
    weeks: int
    earlier_id: int | None
    """The message that shows the preview so far."""
    now: datetime

    def report(self) -> Report:
        """The report as the draft has it."""
        return contents.report(self.tr, self.material, self.left_out, self.notes)


async def _load(
    session: Session, visit: Visit, change: Callable[[ReportDraft], None] | None = None
) -> Loaded:
    user = await load(session, visit)
    tr = translator_for(user)
    draft = await queries.draft_of(session, user, visit.now)
    if change is not None:
        change(draft)
    await session.flush()
    left_out, notes = queries.marked(draft)
    material = await queries.material_of(session, user, draft, visit.now)
    return Loaded(user, tr, material, left_out, notes, draft.weeks, draft.message_id, visit.now)


def _stop_asking(user: User) -> None:
    if user.awaiting is not None and user.awaiting.startswith("report:"):
        user.awaiting = None


async def _drawn(visit: Visit, loaded: Loaded, page: int = 0) -> Drawn:
    """A page, made in the workshop."""
    report = await asyncio.to_thread(loaded.report)
    return await visit.deps.workshop.do(pages.draw, loaded.tr, report, loaded.now, page)


async def _preview(visit: Visit, loaded: Loaded, page: int = 0) -> Message:
    drawn = await _drawn(visit, loaded, page)
    draft = Draft(
        loaded.weeks,
        has_name=loaded.material.name is not None,
        has_questions=loaded.material.questions is not None,
        has_notes=bool(_chosen_notes(loaded)),
        left_out=sum(group.left_out for group in _groups(loaded)),
        pages=drawn.pages,
    )
    return messages.preview(loaded.tr, draft, drawn.picture, drawn.page)


# Opening -----------------------------------------------------------------------------------------


async def on_report(visit: Visit) -> None:
    """/report: the pages as they would be, as a new message."""
    await sender.typing(visit.bot, visit.user_id, ChatAction.UPLOAD_PHOTO)
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
        _stop_asking(loaded.user)
        session.add(loaded.user)
    await _show_anew(visit, loaded)


async def _show_anew(visit: Visit, loaded: Loaded) -> None:
    """The preview as a new message; an earlier one lets go of its buttons."""
    message = (await _preview(visit, loaded)).quietly(is_night(loaded.user, visit))
    message_id = is_delivered(await visit.say(message))
    if message_id is None:
        return
    async with visit.transaction() as session:
        draft = await queries.draft_of(session, loaded.user, visit.now)
        draft.message_id = message_id
    earlier = loaded.earlier_id
    if earlier is not None and earlier != message_id:
        anew = messages.shown_anew(loaded.tr)
        await sender.patiently(lambda: sender.edit_caption(visit.bot, visit.user_id, earlier, anew))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """The same, below a message that stays as it is."""
    await visit.toast()
    await on_report(visit)


async def _show(
    visit: Visit, change: Callable[[ReportDraft], None] | None = None, page: int = 0
) -> None:
    """The preview in place."""
    await visit.toast()
    async with visit.transaction() as session:
        loaded = await _load(session, visit, change)
        _stop_asking(loaded.user)
        session.add(loaded.user)
    await visit.edit(visit.tapped_message_id, await _preview(visit, loaded, page))


async def on_show(visit: Visit, _tap: Tap) -> None:
    """Back to the preview."""
    await _show(visit)


async def on_page(visit: Visit, tap: Tap) -> None:
    """Another page."""
    await _show(visit, page=tap.number(0) or 0)


async def on_weeks(visit: Visit, tap: Tap) -> None:
    """Another period; the button says how many weeks."""
    weeks = tap.number(0)
    if weeks is None or weeks not in queries.PERIODS:
        await visit.toast()
        return

    def change(draft: ReportDraft) -> None:
        draft.weeks = weeks

    await _show(visit, change)


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


def _chosen_notes(loaded: Loaded) -> list[Choice]:
    return [choice for choice in _notes(loaded) if choice.is_in]


async def on_lines(visit: Visit, _tap: Tap) -> None:
    """The sections, to leave something out."""
    await visit.toast()
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
    drawn = await _drawn(visit, loaded)
    shown = messages.groups(loaded.tr, _groups(loaded), drawn.picture)
    await visit.edit(visit.tapped_message_id, shown)


async def on_section(visit: Visit, tap: Tap) -> None:
    """The lines of a section."""
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
    group = next((one for one in _groups(loaded) if one.code == tap.word(0)), None)
    if group is None:
        await visit.toast(messages.gone(loaded.tr))
        return
    await visit.toast()
    drawn = await _drawn(visit, loaded)
    shown = messages.section(loaded.tr, group, tap.number(1) or 0, drawn.picture)
    await visit.edit(visit.tapped_message_id, shown)


async def on_notes(visit: Visit, tap: Tap) -> None:
    """The notes, to take some in."""
    await visit.toast()
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
    await _show_notes(visit, loaded, tap.number(0) or 0)


async def _show_notes(visit: Visit, loaded: Loaded, page: int) -> None:
    drawn = await _drawn(visit, loaded)
    shown = messages.notes(loaded.tr, _notes(loaded), page, drawn.picture)
    await visit.edit(visit.tapped_message_id, shown)


async def on_set(visit: Visit, tap: Tap) -> None:
    """A line, a note or a whole section is left out or taken in; the button says which."""
    code, present, page = tap.word(0) or "", tap.number(1), tap.number(2) or 0
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
        group = next((one for one in _groups(loaded) if code in _codes(one)), None)
        is_note = code in {choice.code for choice in _notes(loaded)}
        is_known = (group is not None or is_note) and present in {0, 1}
        fits = True
        if is_known:
            draft = await queries.draft_of(session, loaded.user, visit.now)
            fits = queries.mark(draft, code, present=present == 1)
            await session.flush()
            loaded = await _load(session, visit)
    if not is_known:
        await visit.toast(messages.gone(loaded.tr))
        return
    await visit.toast(None if fits else messages.full(loaded.tr))
    if is_note:
        await _show_notes(visit, loaded, page)
        return
    drawn = await _drawn(visit, loaded)
    group = next(one for one in _groups(loaded) if code in _codes(one))
    shown = messages.section(loaded.tr, group, page, drawn.picture)
    await visit.edit(visit.tapped_message_id, shown)


def _codes(group: Group) -> set[str]:
    return {group.code, *(choice.code for choice in group.choices)}


# Name and questions ------------------------------------------------------------------------------


async def _ask(visit: Visit, verb: str) -> None:
    """A question in the preview's place; the typed answer shows the preview anew."""
    await visit.toast()
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
        loaded.user.awaiting = pack("report", verb)
        session.add(loaded.user)
    drawn = await _drawn(visit, loaded)
    asked = (
        messages.ask_name(loaded.tr, loaded.material.name, drawn.picture)
        if verb == "name"
        else messages.ask_questions(loaded.tr, loaded.material.questions, drawn.picture)
    )
    await visit.edit(visit.tapped_message_id, asked)


async def on_name(visit: Visit, _tap: Tap) -> None:
    """Asks for the name on the pages."""
    await _ask(visit, "name")


async def on_questions(visit: Visit, _tap: Tap) -> None:
    """Asks what the person wants to ask."""
    await _ask(visit, "questions")


async def _take(
    visit: Visit,
    change: Callable[[ReportDraft], None] | None,
    unusable: Callable[[Translator], Message],
) -> bool:
    """Keep what was typed and show the preview anew, or say what would fit and go on asking."""
    if change is None:
        async with visit.transaction() as session:
            user = await load(session, visit)
        await visit.say(unusable(translator_for(user)).quietly(is_night(user, visit)))
        return True
    async with visit.transaction() as session:
        loaded = await _load(session, visit, change)
        _stop_asking(loaded.user)
        session.add(loaded.user)
    await _show_anew(visit, loaded)
    return True


async def on_typed_name(visit: Visit, _tap: Tap, text: str) -> bool:
    """The name, as typed."""
    name = " ".join(text.split())

    def change(draft: ReportDraft) -> None:
        draft.name = name

    fits = 0 < len(name) <= messages.LONGEST_NAME
    return await _take(visit, change if fits else None, messages.unusable_name)


async def on_typed_questions(visit: Visit, _tap: Tap, text: str) -> bool:
    """The questions, a line each."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]

    def change(draft: ReportDraft) -> None:
        draft.questions = "\n".join(lines)

    fits = 0 < len(lines) <= messages.MOST_QUESTIONS and all(
        len(line) <= messages.LONGEST_QUESTION for line in lines
    )
    return await _take(visit, change if fits else None, messages.unusable_questions)


async def on_clear(visit: Visit, tap: Tap) -> None:
    """The name or the questions go."""
    verb = tap.word(0)
    if verb not in {"name", "questions"}:
        await visit.toast()
        return

    def change(draft: ReportDraft) -> None:
        if verb == "name":
            draft.name = None
        else:
            draft.questions = None

    await _show(visit, change)


# The PDF -----------------------------------------------------------------------------------------


async def on_make(visit: Visit, _tap: Tap) -> None:
    """The finished pages as a file."""
    await visit.toast()
    await sender.typing(visit.bot, visit.user_id, ChatAction.UPLOAD_DOCUMENT)
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
    report = await asyncio.to_thread(loaded.report)
    content = await visit.deps.workshop.do(pages.make, loaded.tr, report, loaded.now)
    name = f"calmcalf-report-{loaded.material.made_on.isoformat()}.pdf"
    message = messages.made(loaded.tr, Document(name, content))
    await visit.say(message.quietly(is_night(loaded.user, visit)))


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"report": tr.gettext("Pages for a doctor, as a PDF")}


FEATURE = Feature(
    name="report",
    commands={"report": on_report},
    descriptions=_descriptions,
    taps={
        "open": on_open,
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
    answers={"name": on_typed_name, "questions": on_typed_questions},
)
