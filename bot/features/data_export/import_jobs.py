"""Jobs of an import: read a file and ask, then add its rows in slices.

The bot does not keep a sent file, so each job downloads it. Nothing is added before the whole file
is validated. After a kill an import goes on with the slice that was not added yet.
"""

import asyncio
import logging
from dataclasses import asdict
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from telegram import File
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.database.stored_values import SetupStep
from bot.features.data_export import import_files, messages
from bot.features.data_export.files import InvalidFileError
from bot.features.data_export.import_preview_queries import ImportCounts, preview_import
from bot.features.data_export.import_queries import import_diary
from bot.features.data_export.private_jobs import make_private
from bot.features.data_export.reminder_keys import ReminderKey
from bot.features.diary import limits
from bot.features.users.handlers.keyboard import send_keyboard
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.job_messages import adding, reading
from bot.telegram.job_rows import MESSAGE_ID, count_of_day
from bot.telegram.jobs import DailyLimit, JobContext, JobKind, queue_job
from bot.telegram.message import Message
from bot.telegram.replies import DiaryChanged, Edit, Occasion, Replies, Say

log = logging.getLogger(__name__)

MAX_FILE_BYTES = 20_000_000
"""The largest file that a bot can download (Bot API, getFile)."""
READ, IMPORT = "takeout.read", "takeout.import"
"""Kinds of jobs: read a file and ask, and add its rows."""
NEXT, ADDED = "_next", "_added"
"""What an import remembers: the number of the next slice, and the counts of those before."""


async def queue_reading(context: Context, file_id: str, message_id: int) -> Replies:
    """Read a sent file and ask whether to import it, unless it could not be imported today."""
    session, user_id = context.session, context.person.id
    if await count_of_day(session, user_id, IMPORT, context.now) >= limits.IMPORTS_A_DAY:
        return context.refuse(messages.too_many_imports(context.tr))
    arguments = {"file": file_id, MESSAGE_ID: message_id}
    return await queue_job(context, READ, arguments, action=ChatAction.TYPING)


async def queue_import(context: Context, file_id: str) -> Replies:
    """Import a file, and say so in the tapped message."""
    arguments = {"file": file_id, MESSAGE_ID: context.tapped_message_id}
    daily = DailyLimit(limits.IMPORTS_A_DAY, messages.too_many_imports(context.tr))
    return await queue_job(context, IMPORT, arguments, action=ChatAction.TYPING, daily=daily)


class _UnusableFileError(Exception):
    """The file cannot be imported; the message says why."""

    def __init__(self, message: Message) -> None:
        super().__init__("unusable")
        self.message = message


async def _received(about: JobContext, *, shows_progress: bool) -> tuple[Path, list[int]]:
    """Download the file, cut it into slices and validate them.

    Returns:
        The path of the file, and the number of rows of each slice.

    Raises:
        _UnusableFileError: it cannot be downloaded, or is not a valid diary.
    """
    async with about.transaction() as context:
        tr = context.tr
    path = about.folder / "diary"
    worker = about.deps.worker
    try:
        file = await about.bot.get_file(about.arguments["file"])
        if _is_in_servers_folder(file):
            log.error(
                "TELEGRAM_API_URL: that Bot API server runs with --local, and its files are not "
                "here; mount its folder at the same path, or start it without --local"
            )
            raise _UnusableFileError(messages.files_out_of_reach(tr))
        await file.download_to_drive(path)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InvalidFileError("file")  # noqa: TRY301 - the same as any other unusable file
        sizes = await worker.run(import_files.split, path)
        done = 0
        for number, size in enumerate(sizes):
            await worker.run(import_files.check, path, number, context.now)
            done += size
            if shows_progress:
                await about.progress(done, sum(sizes))
    except TelegramError as error:
        log.info("the download of a file failed: %s", type(error).__name__)
        raise _UnusableFileError(messages.download_failed(tr)) from None
    except InvalidFileError as error:
        raise _UnusableFileError(_invalid(tr, str(error))) from None
    return path, sizes


def _is_in_servers_folder(file: File) -> bool:
    """Whether the path of a file is one on the disk of a Bot API server (``--local``).

    The library has put the address for files before it, so there are two slashes in a row.
    """
    return "//" in urlsplit(file.file_path or "").path


def _invalid(tr: Translator, place: str) -> Message:
    is_diary = place not in {"file", "format", "version"}
    return messages.invalid_value(tr, place) if is_diary else messages.not_a_diary(tr)


async def _read(about: JobContext) -> Replies:
    """Say what an import would add."""
    try:
        path, sizes = await _received(about, shows_progress=True)
    except _UnusableFileError as error:
        return [Say(error.message)]
    await make_private(about)
    counts = ImportCounts()
    coming: set[ReminderKey] = set()
    for number in range(len(sizes)):
        diary = await asyncio.to_thread(import_files.load, path, number)
        async with about.transaction() as context:
            preview = await preview_import(
                context.session, context.person, diary, coming, counts.new
            )
        coming |= {(row.kind, row.slot) for row in preview.new["reminders"]}
        counts += preview.counts
    question = messages.import_question(about.context.tr, counts, about.arguments[MESSAGE_ID])
    return [Say(question)]


async def _import(about: JobContext) -> Replies:
    """Add the rows of the file. Each slice is one transaction, which notes how far the job is."""
    message_id = about.arguments[MESSAGE_ID]
    try:
        path, sizes = await _received(about, shows_progress=False)
    except _UnusableFileError as error:
        return [Edit(message_id, error.message)]
    await make_private(about)
    counts = ImportCounts(**about.arguments.get(ADDED, {}))
    begin = about.arguments.get(NEXT, 0)
    nights: set[date] = set()
    done = 0
    for number, size in enumerate(sizes):
        diary = await asyncio.to_thread(import_files.load, path, number)
        nights |= import_files.nights_of(diary)
        done += size
        if number < begin:
            continue
        async with about.transaction() as context:
            session, user = context.session, context.person
            preview, _nights = await import_diary(
                session, user, diary, context.now, is_first=number == 0
            )
            counts += preview.counts
            await about.remember(context, **{NEXT: number + 1, ADDED: asdict(counts)})
        await about.progress(done, sum(sizes))
    return _imported(about, counts, nights)


def _imported(about: JobContext, counts: ImportCounts, nights: set[date]) -> Replies:
    user = about.context.person
    is_set_up = user.setup_step is SetupStep.DONE
    shown = Edit(
        about.arguments[MESSAGE_ID],
        messages.imported(about.context.tr, counts, is_set_up=is_set_up),
    )
    added = frozenset(nights if counts.is_anything_new else ())
    changed = DiaryChanged(added, occasion=Occasion.IMPORTED)
    if not is_set_up or user.keyboard_sent_at is not None:
        return [shown, changed]
    # The import answered the questions of the set-up, which would have ended with the keyboard.
    return [shown, send_keyboard(about.context), changed]


JOBS = {
    READ: JobKind(_read, reading),
    IMPORT: JobKind(_import, adding, keeps_part=True, is_counted=True, is_done_late=True),
}
