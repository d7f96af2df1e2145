"""Handlers of the privacy card, export, import and erasure of a person's data."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from telegram import Document as TelegramDocument
from telegram import Message as TelegramMessage
from telegram import Update
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import MessageHandler, filters

from bot.database.models import SetupStep
from bot.features.caregivers.queries import caregiver_of
from bot.features.data_export import files, messages
from bot.features.data_export.deletion_queries import recent_message_ids
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.files import InvalidFileError
from bot.features.data_export.import_preview_queries import preview_import
from bot.features.data_export.import_queries import import_diary
from bot.features.data_export.schema import DiaryFile
from bot.features.users.handlers.keyboard import send_keyboard
from bot.i18n.translator import Translator
from bot.identity.people import erase
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Document, Message
from bot.telegram.replies import (
    NOTHING,
    Afterwards,
    ClearChat,
    DiaryChanged,
    Edit,
    OnSent,
    Replies,
    Say,
    Show,
    Typing,
    rendering,
)

log = logging.getLogger(__name__)

FORMATS = ("csv", "ics", "json")
MAX_FILE_BYTES = 5_000_000
DELETABLE = timedelta(hours=47)
"""A bot can delete messages for 48 hours (Bot API, deleteMessage); clocks may differ by an hour."""
LAST_FILE_SENT = "data_export.last_file_sent"
SENT_FILES = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & filters.Document.ALL
"""Files that a person sends. Forwarded ones count too, unlike forwarded texts."""


# Privacy and export ------------------------------------------------------------------------------


async def on_privacy(_update: Update, context: Context) -> Replies:
    """Say what is stored, where, and for how long."""
    is_helped = await caregiver_of(context.session, context.person.id) is not None
    days = context.deps.settings.retention_days
    return [Say(messages.privacy(context.tr, days, is_helped=is_helped))]


async def on_export(_update: Update, context: Context) -> Replies:
    """Offer the file formats in a new message, for /export and its button on other messages."""
    return [Say(messages.export_card(context.tr))]


def _file_content(tr: Translator, file_format: str, diary: DiaryFile) -> bytes:
    match file_format:
        case "csv":
            return files.as_csv(diary)
        case "ics":
            return files.as_calendar(tr, diary)
    return files.as_json(diary)


async def _file_message(
    _outside: Outside, tr: Translator, file_format: str, diary: DiaryFile, today: date
) -> Message:
    """The message with the file, whose content is made in a thread."""
    content = await asyncio.to_thread(_file_content, tr, file_format, diary)
    document = Document(f"calmcalf-{today.isoformat()}.{file_format}", content)
    return messages.file_message(tr, file_format, document)


async def _send_file(context: Context, file_format: str, on_sent: OnSent | None = None) -> Replies:
    """Send the diary as a file, or an error message if that fails."""
    diary = await export_diary(context.session, context.person, context.now)
    failed = Say(messages.file_failed(context.tr))
    content = rendering(_file_message, context.tr, file_format, diary, context.today)
    return [
        Typing(ChatAction.UPLOAD_DOCUMENT),
        Say(content, on_sent=on_sent, otherwise=[failed]),
    ]


async def on_file(_update: Update, context: Context) -> Replies:
    """Send the diary in the tapped format."""
    file_format = context.tap.word(0)
    return await _send_file(context, file_format) if file_format in FORMATS else NOTHING


# Import ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReceivedFile:
    """The diary in a file, or the message that says what is wrong with the file."""

    diary: DiaryFile | None = None
    error: Message | None = None


@dataclass(frozen=True)
class SentFile:
    """What is known about a file before it is downloaded."""

    file_id: str
    is_json: bool
    """Whether its name or media type is that of a JSON file."""
    size: int
    """Bytes; 0 if Telegram does not report the size."""


def _sent_file(document: TelegramDocument) -> SentFile:
    name = (document.file_name or "").casefold()
    is_json = name.endswith(".json") or document.mime_type == "application/json"
    return SentFile(document.file_id, is_json, document.file_size or 0)


async def _download(outside: Outside, sent: SentFile, now: datetime) -> DiaryFile | None:
    """Download and parse a file.

    Returns:
        The diary; None if the download fails.

    Raises:
        InvalidFileError: The file is not a valid diary.
    """
    try:
        file = await outside.bot.get_file(sent.file_id)
        content = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.info("the download of a file failed: %s", type(error).__name__)
        return None
    if len(content) > MAX_FILE_BYTES:
        raise InvalidFileError("file")
    return await asyncio.to_thread(_parse, content, now)


def _parse(content: bytes, now: datetime) -> DiaryFile:
    diary = files.read_json(content)
    files.refuse_future(diary, now)
    return diary


async def _receive(outside: Outside, tr: Translator, sent: SentFile, now: datetime) -> ReceivedFile:
    """Download and validate a file; every error becomes a message."""
    if not sent.is_json:
        return ReceivedFile(error=messages.not_a_diary(tr))
    if sent.size > MAX_FILE_BYTES:
        return ReceivedFile(error=messages.file_too_large(tr))
    try:
        diary = await _download(outside, sent, now)
    except InvalidFileError as error:
        path = str(error)
        is_diary = path not in {"file", "format", "version"}
        message = messages.invalid_value(tr, path) if is_diary else messages.not_a_diary(tr)
        return ReceivedFile(error=message)
    if diary is None:
        return ReceivedFile(error=messages.download_failed(tr))
    return ReceivedFile(diary)


async def on_document(_update: Update, context: Context) -> Replies:
    """Say what an import of the sent file would add, and ask whether to import it."""
    document = context.message.document if context.message is not None else None
    if document is None:
        return NOTHING
    return [Afterwards(_receive, _ask_to_import, (context.tr, _sent_file(document), context.now))]


async def _ask_to_import(context: Context, received: ReceivedFile) -> Replies:
    if received.diary is None:
        return [Say(received.error or messages.not_a_diary(context.tr))]
    preview = await preview_import(context.session, context.person, received.diary)
    return [Say(messages.import_question(context.tr, preview, context.message_id))]


def _document_of_question(context: Context) -> TelegramDocument | None:
    """The file that the tapped question is about: the question is a reply to its message."""
    tapped = context.query.message if context.query is not None else None
    if not isinstance(tapped, TelegramMessage) or tapped.reply_to_message is None:
        return None
    return tapped.reply_to_message.document


async def on_import(_update: Update, context: Context) -> Replies:
    """Import the file. It is downloaded again, because the bot does not store it."""
    document = _document_of_question(context)
    if document is None:
        return [Show(messages.download_failed(context.tr))]
    return [Afterwards(_receive, _import, (context.tr, _sent_file(document), context.now))]


async def _import(context: Context, received: ReceivedFile) -> Replies:
    tr, user = context.tr, context.person
    if received.diary is None:
        return [Show(received.error or messages.not_a_diary(tr))]
    preview, nights = await import_diary(context.session, user, received.diary, context.now)
    is_set_up = user.setup_step is SetupStep.DONE
    shown = Show(messages.imported(tr, preview, is_set_up=is_set_up))
    if not is_set_up or user.keyboard_sent_at is not None:
        return [shown, DiaryChanged(nights)]
    # The import answered the questions of the set-up, which would have ended with the keyboard.
    return [shown, send_keyboard(context), DiaryChanged(nights)]


async def on_no_import(_update: Update, context: Context) -> Replies:
    """Decline the import."""
    return [Show(messages.not_imported(context.tr))]


# Erasure -----------------------------------------------------------------------------------------


async def on_delete_command(_update: Update, context: Context) -> Replies:
    """Ask for the confirmation, for /delete."""
    return [Say(messages.delete_question(context.tr))]


async def on_last_file(_update: Update, context: Context) -> Replies:
    """Send the diary before it is erased; its message is not deleted with the others."""
    sent = OnSent(LAST_FILE_SENT, str(context.tapped_message_id or 0))
    return await _send_file(context, "json", sent)


async def _on_last_file_sent(context: Context, key: str, message_id: int) -> Replies:
    """Put the id of the file's message into the callback data of the question.

    ``key`` is the id of the question's message, or 0.
    """
    question_id = int(key) or None
    return [Edit(question_id, messages.delete_question(context.tr, message_id))]


async def on_delete(_update: Update, context: Context) -> Replies:
    """Erase everything if confirmed, with the messages that Telegram still allows to delete."""
    if context.tap.word(0) != "yes":
        return [Show(messages.delete_question(context.tr))]
    session, user_id, tr = context.session, context.person.id, context.tr
    found = await recent_message_ids(session, user_id, context.now - DELETABLE)
    await session.flush()
    await erase(session, user_id)
    cleared = ClearChat(frozenset(found), context.tap.number(1))
    return [Say(messages.deleted(tr).quietly(True)), cleared]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "export": _("Your diary as files"),
        "privacy": _("What is kept"),
        "delete": _("Erase everything"),
    }


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("export", on_export),
        command("privacy", on_privacy),
        command("delete", on_delete_command),
        MessageHandler(SENT_FILES, on_document),
        *taps(
            "takeout",
            {
                "export": on_export,
                "file": on_file,
                "last": on_last_file,
                "import": on_import,
                "noimport": on_no_import,
                "delete": on_delete,
            },
        ),
    ]


FEATURE = Feature(
    name="takeout",
    handlers=_handlers,
    descriptions=_descriptions,
    on_sent={LAST_FILE_SENT: _on_last_file_sent},
)
