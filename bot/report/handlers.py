"""Putting the report together: preview, lines, name, questions, and the PDF."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram.constants import ChatAction

from bot import delivery
from bot.context import Feature, Visit, is_delivered
from bot.db import Session
from bot.history.messages import habit_names
from bot.i18n import Translator, translator
from bot.message import Document, Message, Tap, pack
from bot.models import Habit, ReportDraft, User
from bot.report import contents, messages, pdf, queries
from bot.report.contents import Material, Report
from bot.report.messages import Choice, Draft
from bot.users.visiting import is_night, load

CHOICES = ("lines", "notes")


@dataclass(frozen=True)
class Loaded:
    """A draft with everything that its pages are made of."""

    user: User
    tr: Translator
    material: Material
    left_out: frozenset[str]
    notes: frozenset[str]
    weeks: int
    now: datetime

    def report(self) -> Report:
        """The report as the draft has it."""
        return contents.report(self.tr, self.material, self.left_out, self.notes)

    def pages(self) -> bytes:
        """The PDF."""
        return pdf.make_pdf(self.tr, self.report(), self.now)


def _names(tr: Translator) -> dict[Habit, str]:
    return {Habit(code): name for code, name in habit_names(tr).items()}


async def _load(
    session: Session, visit: Visit, change: Callable[[ReportDraft], None] | None = None
) -> Loaded:
    user = await load(session, visit)
    tr = translator(user.language)
    draft = await queries.draft_of(session, user, visit.now)
    if change is not None:
        change(draft)
    await session.flush()
    left_out, notes = queries.marked(draft)
    material = await queries.material_of(session, user, draft, _names(tr), visit.now)
    return Loaded(user, tr, material, left_out, notes, draft.weeks, visit.now)


def _stop_asking(user: User) -> None:
    if user.awaiting is not None and user.awaiting.startswith("report:"):
        user.awaiting = None


def _draft(loaded: Loaded, pages: int) -> Draft:
    codes = {choice.code for choice in _lines(loaded) if not choice.is_in}
    return Draft(
        loaded.weeks,
        has_name=loaded.material.name is not None,
        has_questions=loaded.material.questions is not None,
        has_notes=bool(loaded.notes),
        left_out=len(codes),
        pages=pages,
    )


async def _preview(loaded: Loaded, page: int = 0) -> Message:
    """The preview, drawn beside the event loop."""
    content = await asyncio.to_thread(loaded.pages)
    pages = await asyncio.to_thread(pdf.page_count, content)
    page = min(max(page, 0), pages - 1)
    picture = await asyncio.to_thread(pdf.preview, content, page)
    return messages.preview(loaded.tr, _draft(loaded, pages), picture, page)


# Opening -----------------------------------------------------------------------------------------


async def on_report(visit: Visit) -> None:
    """/report: the pages as they would be, as a new message."""
    await delivery.typing(visit.bot, visit.user_id, ChatAction.UPLOAD_PHOTO)
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
        _stop_asking(loaded.user)
        session.add(loaded.user)
    message = (await _preview(loaded)).quietly(is_night(loaded.user, visit))
    message_id = is_delivered(await visit.say(message))
    async with visit.transaction() as session:
        draft = await queries.draft_of(session, loaded.user, visit.now)
        draft.message_id = message_id


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
    await visit.edit(visit.tapped_message_id, await _preview(loaded, page))


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


def _lines(loaded: Loaded) -> list[Choice]:
    """Every line and table of the whole report; notes and questions are chosen elsewhere."""
    whole = contents.report(loaded.tr, loaded.material, frozenset(), frozenset())
    left_out = loaded.left_out
    found = [Choice(line.code, line.text, line.code not in left_out) for line in whole.who]
    for section in whole.sections:
        if section.table is not None:
            code = section.table.code
            found.append(Choice(code, section.title, code not in left_out))
        found += [Choice(line.code, line.text, line.code not in left_out) for line in section.lines]
        groups = (*section.counts, *([section.histogram] if section.histogram else []))
        found += [Choice(one.code, one.title, one.code not in left_out) for one in groups]
    return found


def _notes(loaded: Loaded) -> list[Choice]:
    """Every note of the period, newest first."""
    return [
        Choice(contents.note_code(fact), fact.note or "", contents.note_code(fact) in loaded.notes)
        for fact in contents.noted(loaded.material)
    ]


FINDERS: Mapping[str, Callable[[Loaded], list[Choice]]] = {"lines": _lines, "notes": _notes}


async def _choices(visit: Visit, loaded: Loaded, verb: str, page: int) -> None:
    content = await asyncio.to_thread(loaded.pages)
    picture = await asyncio.to_thread(pdf.preview, content, 0)
    message = messages.choices(loaded.tr, verb, FINDERS[verb](loaded), page, picture)
    await visit.edit(visit.tapped_message_id, message)


async def on_lines(visit: Visit, tap: Tap) -> None:
    """The lines, to leave some out."""
    await _open_choices(visit, "lines", tap.number(0) or 0)


async def on_notes(visit: Visit, tap: Tap) -> None:
    """The notes, to take some in."""
    await _open_choices(visit, "notes", tap.number(0) or 0)


async def _open_choices(visit: Visit, verb: str, page: int) -> None:
    await visit.toast()
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
    await _choices(visit, loaded, verb, page)


async def on_set(visit: Visit, tap: Tap) -> None:
    """A line is left out or taken in; the button names it by its place and the end of its code."""
    verb, place, present = tap.word(0) or "", tap.number(1), tap.number(3)
    if verb not in CHOICES or place is None or present not in {0, 1}:
        await visit.toast()
        return
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
        found = FINDERS[verb](loaded)
        fits = True
        if 0 <= place < len(found) and messages.is_stamp_of(tap.word(2), found[place].code):
            draft = await queries.draft_of(session, loaded.user, visit.now)
            fits = queries.mark(draft, found[place].code, present=present == 1)
            await session.flush()
            loaded = await _load(session, visit)
    await visit.toast(None if fits else messages.full(loaded.tr))
    await _choices(visit, loaded, verb, place // messages.PER_PAGE)


# Name and questions ------------------------------------------------------------------------------


async def _ask(visit: Visit, verb: str) -> None:
    async with visit.transaction() as session:
        user = await load(session, visit)
        draft = await queries.draft_of(session, user, visit.now)
        user.awaiting = pack("report", verb)
        session.add(user)
        tr = translator(user.language)
        asked = (
            messages.ask_name(tr, draft.name)
            if verb == "name"
            else messages.ask_questions(tr, draft.questions)
        )
    await visit.toast()
    await visit.say(asked.quietly(is_night(user, visit)))


async def on_name(visit: Visit, _tap: Tap) -> None:
    """Asks for the name on the pages."""
    await _ask(visit, "name")


async def on_questions(visit: Visit, _tap: Tap) -> None:
    """Asks what the person wants to ask."""
    await _ask(visit, "questions")


async def _take(visit: Visit, text: str, most: int, change: Callable[[ReportDraft], None]) -> bool:
    if not 0 < len(text) <= most:
        async with visit.transaction() as session:
            user = await load(session, visit)
        shown = messages.too_long(translator(user.language), most)
        await visit.say(shown.quietly(is_night(user, visit)))
        return True
    async with visit.transaction() as session:
        await _load(session, visit, change)
    await on_report(visit)
    return True


async def on_typed_name(visit: Visit, _tap: Tap, text: str) -> bool:
    """The name, as typed."""
    name = " ".join(text.split())

    def change(draft: ReportDraft) -> None:
        draft.name = name

    return await _take(visit, name, messages.LONGEST_NAME, change)


async def on_typed_questions(visit: Visit, _tap: Tap, text: str) -> bool:
    """The questions, a line each."""
    questions = "\n".join(line.strip() for line in text.splitlines() if line.strip())

    def change(draft: ReportDraft) -> None:
        draft.questions = questions

    return await _take(visit, questions, messages.LONGEST_QUESTIONS, change)


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

    await visit.toast()
    async with visit.transaction() as session:
        await _load(session, visit, change)
    await on_report(visit)


# The PDF -----------------------------------------------------------------------------------------


async def on_make(visit: Visit, _tap: Tap) -> None:
    """The finished pages as a file."""
    await visit.toast()
    await delivery.typing(visit.bot, visit.user_id, ChatAction.UPLOAD_DOCUMENT)
    async with visit.transaction() as session:
        loaded = await _load(session, visit)
    content = await asyncio.to_thread(loaded.pages)
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
        "notes": on_notes,
        "set": on_set,
        "name": on_name,
        "questions": on_questions,
        "clear": on_clear,
        "make": on_make,
    },
    answers={"name": on_typed_name, "questions": on_typed_questions},
)
