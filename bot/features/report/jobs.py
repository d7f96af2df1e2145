"""Jobs of the report: read a draft in slices, and let the worker process make its pages."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram.constants import ChatAction

from bot.background import spool
from bot.features.diary.queries import cramp_facts_of, cramp_ids_between
from bot.features.emergency_numbers.lookup import number_for
from bot.features.report import messages, queries, rendering
from bot.features.report.choices import LoadedDraft
from bot.features.report.rendering import View
from bot.telegram.context import Context
from bot.telegram.job_messages import drawing
from bot.telegram.job_rows import MESSAGE_ID
from bot.telegram.jobs import JobContext, JobKind, queue_job, slices
from bot.telegram.message import Document
from bot.telegram.replies import NOTHING, Edit, OnSent, Replies, Say

SHOW, MAKE = "report.show", "report.make"
"""Kinds of jobs: a page as a picture, and the PDF."""
PREVIEW_SENT = "report.preview_sent"


async def queue_view(
    context: Context, view: View, message_id: int | None, along: Replies = NOTHING
) -> Replies:
    """Show a draft in a message, or in a new one; only the newest view of a message is made.

    ``along`` is as of ``queue_job``.
    """
    arguments = {"view": view.name, "page": view.page, "code": view.code, MESSAGE_ID: message_id}
    action = ChatAction.UPLOAD_PHOTO
    return await queue_job(context, SHOW, arguments, replaces=True, action=action, along=along)


async def queue_pdf(context: Context) -> Replies:
    """Send the PDF of the draft."""
    return await queue_job(context, MAKE, {})


@dataclass(frozen=True)
class WrittenDraft:
    """A draft that was written into a job's folder."""

    entry_ids: Sequence[int | None]
    left_out: frozenset[str]
    """Codes of lines and sections that the person left out."""
    noted_ids: frozenset[int]
    """The ids of the entries whose notes the person took in."""
    preview_id: int | None
    """The message that shows the preview, if there is one."""


async def write_draft(about: JobContext) -> WrittenDraft:
    """Write the draft into the job's folder, its entries in slices."""
    async with about.transaction() as context:
        session, user = context.session, context.person
        row = await queries.draft_of(session, user, context.now)
        await session.flush()
        left_out, included_notes = queries.chosen_codes(row)
        data = await queries.report_data(session, user, row, context.now)
        ids = await cramp_ids_between(session, user.id, data.first_on, data.last_on)
        preview_id = row.message_id
    draft = LoadedDraft(context.tr, data, left_out, included_notes, row.weeks, context.now)
    await asyncio.to_thread(spool.append, about.folder / rendering.DRAFT, draft)
    done = 0
    for part in slices(ids):
        async with about.transaction() as context:
            facts = await cramp_facts_of(context.session, about.user_id, part)
        await asyncio.to_thread(spool.append, about.folder / rendering.CRAMPS, facts)
        done += len(part)
        await about.progress(done, len(ids))
    noted = frozenset(int(code.removeprefix(queries.NOTE_PREFIX)) for code in included_notes)
    return WrittenDraft(ids, left_out, noted, preview_id)


async def _show(about: JobContext) -> Replies:
    preview_id = (await write_draft(about)).preview_id
    given: Mapping[str, Any] = about.arguments
    view = View(given["view"], given["page"], given["code"])
    message = await about.deps.worker.run(rendering.message_of, about.folder, view)
    if given[MESSAGE_ID] is not None:
        return [Edit(given[MESSAGE_ID], message)]
    return [Say(message, on_sent=OnSent(PREVIEW_SENT, str(preview_id or 0)))]


async def _make(about: JobContext) -> Replies:
    await write_draft(about)
    content = await about.deps.worker.run(rendering.pdf_of, about.folder)
    context = about.context
    name = f"calmcalf-report-{context.today.isoformat()}.pdf"
    call = number_for(context.person)
    return [Say(messages.pdf_message(context.tr, Document(name, content), call))]


JOBS = {SHOW: JobKind(_show, drawing), MAKE: JobKind(_make, drawing)}
