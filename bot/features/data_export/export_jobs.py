"""The job of an export: read the diary in slices and write it into a file."""

from collections.abc import Iterator, Sequence

from bot.features.data_export import export_files, fhir_files, files, messages
from bot.features.data_export.export_files import Slice
from bot.features.data_export.export_queries import (
    first_uid,
    head_of,
    ids_of,
    reminder_keys,
    uids_of,
    values_of,
)
from bot.features.data_export.fhir import Person
from bot.features.data_export.fhir_files import BundleFile
from bot.features.data_export.growing_file import length
from bot.features.data_export.night_jobs import write_nights
from bot.features.data_export.private_jobs import make_private
from bot.features.report.jobs import write_draft
from bot.local_time.person import zone_of
from bot.telegram.context import Context
from bot.telegram.job_messages import reading
from bot.telegram.jobs import SLICE, JobContext, JobKind, queue_job, slices
from bot.telegram.message import Document
from bot.telegram.replies import OnSent, Replies, Say

FILE = "takeout.file"
"""The kind of the job."""
LAST_FILE_SENT = "data_export.last_file_sent"


async def queue_file(
    context: Context, file_format: str, *, question_id: int | None = None
) -> Replies:
    """Send the diary as a file.

    Args:
        context: the handler's.
        file_format: nights, csv, ics, json or fhir.
        question_id: the message that asks whether to erase everything, if it offered the file.
    """
    return await queue_job(context, FILE, {"format": file_format, "question": question_id})


async def _make(about: JobContext) -> Replies:
    await make_private(about)
    if about.arguments["format"] == "fhir":
        return await _make_bundle(about)
    if about.arguments["format"] == "nights":
        return _file(about, await write_nights(about))
    file_format = about.arguments["format"]
    path = about.folder / "diary"
    worker = about.deps.worker
    async with about.transaction() as context:
        session, user_id = context.session, about.user_id
        keys = await reminder_keys(session, user_id)
        ids = {
            part: await ids_of(session, user_id, part, keys)
            for part in export_files.parts_in(file_format)
        }
        ids = {part: some for part, some in ids.items() if some or part not in files.NEW_PARTS}
        head = await head_of(session, context.person)
    await worker.run(export_files.begin, path, file_format, context.now, head)
    done, total = 0, sum(map(len, ids.values()))
    small: list[Slice] = []
    for part, numbers in ids.items():
        for start, some in _slices(numbers):
            async with about.transaction() as context:
                values = await values_of(context.session, user_id, part, some, keys)
            is_last = start + len(some) == len(numbers)
            small.append(Slice(part, values, start == 0, is_last))
            if sum(len(one.values) for one in small) >= SLICE:
                await worker.run(
                    export_files.append, path, length(path), file_format, context.tr, small
                )
                small = []
            done += len(some)
            await about.progress(done, total)
    await worker.run(export_files.append, path, length(path), file_format, context.tr, small)
    if file_format == "json" and head["report_draft"] is not None:
        await write_draft(about)
        await worker.run(export_files.append_report_items, path, length(path), about.folder)
    await worker.run(export_files.end, path, length(path), file_format)
    return _file(about, Document(f"calmcalf-{context.today.isoformat()}.{file_format}", path))


async def _make_bundle(about: JobContext) -> Replies:
    """The period of the clinician's pages as FHIR, without what they leave out."""
    worker = about.deps.worker
    draft = await write_draft(about)
    async with about.transaction() as context:
        person = context.person
        bundle = BundleFile(
            about.folder / "bundle",
            context.tr,
            Person(
                await first_uid(context.session, person.id),
                zone_of(person),
                nights=context.nights,
            ),
            context.now,
            draft.left_out,
            await uids_of(context.session, person.id, draft.noted_ids),
        )
    await worker.run(fhir_files.begin, bundle, about.folder)
    for some in slices(draft.entry_ids):
        async with about.transaction() as context:
            values = await values_of(context.session, about.user_id, "entries", some, {})
        await worker.run(fhir_files.append, bundle, length(bundle.path), values)
    await worker.run(fhir_files.end, bundle, length(bundle.path))
    name = f"calmcalf-{context.today.isoformat()}.fhir.json"
    return _file(about, Document(name, bundle.path))


def _slices(numbers: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Slices with their starts; one empty slice when there is nothing."""
    found: list[Sequence[int]] = list(slices(numbers)) or [()]
    return ((SLICE * place, some) for place, some in enumerate(found))


def _file(about: JobContext, document: Document) -> Replies:
    tr, question = about.context.tr, about.arguments["question"]
    on_sent = None if question is None else OnSent(LAST_FILE_SENT, str(question))
    message = messages.file_message(tr, about.arguments["format"], document)
    return [Say(message, on_sent=on_sent, otherwise=[Say(messages.file_failed(tr))])]


JOBS = {FILE: JobKind(_make, reading)}
