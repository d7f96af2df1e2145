"""Privacy card, export, import and erasing."""

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
from bot.features.caregivers.queries import helper_of
from bot.features.data_export import files, messages, queries
from bot.features.data_export.files import UnusableFileError
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

KINDS = ("csv", "ics", "json")
LARGEST_BYTES = 5_000_000
"""The largest diary file that is read."""
REMOVABLE = timedelta(hours=47)
"""Telegram lets a bot delete messages for 48 hours; an hour is left for differences of clocks."""
LAST_FILE_SENT = "takeout.last_file_sent"
SENT_FILES = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & filters.Document.ALL
"""Files that a person sends; an exported file may well be forwarded."""


# Privacy and export ------------------------------------------------------------------------------


async def on_privacy(_update: Update, context: Context) -> Replies:
    """/privacy: what is stored, where and for how long."""
    is_helped = await helper_of(context.session, context.person.id) is not None
    days = context.deps.settings.retention_days
    return [Say(messages.privacy(context.tr, days, is_helped=is_helped))]


async def on_export(_update: Update, context: Context) -> Replies:
    """/export, and its button below a card that stays: the kinds of file that can be had."""
    return [Say(messages.export_card(context.tr))]


def _made(tr: Translator, kind: str, diary: DiaryFile) -> bytes:
    match kind:
        case "csv":
            return files.as_csv(diary)
        case "ics":
            return files.as_calendar(tr, diary)
    return files.as_json(diary)


async def _file(
    _outside: Outside, tr: Translator, kind: str, diary: DiaryFile, today: date
) -> Message:
    """The message with the file, made in a thread."""
    content = await asyncio.to_thread(_made, tr, kind, diary)
    document = Document(f"calmcalf-{today.isoformat()}.{kind}", content)
    return messages.file_message(tr, kind, document)


async def _send_file(context: Context, kind: str, on_sent: OnSent | None = None) -> Replies:
    """A file of the diary, or a word when it cannot be sent."""
    diary = await queries.diary_of(context.session, context.person, context.now)
    failed = Say(messages.file_failed(context.tr))
    content = rendering(_file, context.tr, kind, diary, context.today)
    return [
        Typing(ChatAction.UPLOAD_DOCUMENT),
        Say(content, on_sent=on_sent, otherwise=[failed]),
    ]


async def on_file(_update: Update, context: Context) -> Replies:
    """A file of the tapped kind."""
    kind = context.tap.word(0)
    return await _send_file(context, kind) if kind in KINDS else NOTHING


# Import ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """A diary that somebody sent, or what to say instead."""

    diary: DiaryFile | None = None
    instead: Message | None = None


@dataclass(frozen=True)
class SentFile:
    """What Telegram says about a file before it is downloaded."""

    file_id: str
    may_be_ours: bool
    """Whether its name or its type is that of a diary."""
    size: int
    """In bytes; 0 when Telegram does not say."""


def _sent(document: TelegramDocument) -> SentFile:
    name = (document.file_name or "").casefold()
    is_json = name.endswith(".json") or document.mime_type == "application/json"
    return SentFile(document.file_id, is_json, document.file_size or 0)


async def _read(outside: Outside, document: SentFile, now: datetime) -> DiaryFile | None:
    """The diary in a document; None when Telegram does not give it.

    Raises:
        UnusableFileError: when it is no diary.
    """
    try:
        file = await outside.bot.get_file(document.file_id)
        content = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.info("a file cannot be downloaded: %s", type(error).__name__)
        return None
    if len(content) > LARGEST_BYTES:
        raise UnusableFileError("file")
    return await asyncio.to_thread(_checked, content, now)


def _checked(content: bytes, now: datetime) -> DiaryFile:
    diary = files.read_json(content)
    files.refuse_future(diary, now)
    return diary


async def _receive(outside: Outside, tr: Translator, document: SentFile, now: datetime) -> Received:
    """Download and check a document; everything that can be wrong with it has its words."""
    if not document.may_be_ours:
        return Received(instead=messages.not_ours(tr))
    if document.size > LARGEST_BYTES:
        return Received(instead=messages.too_big(tr))
    try:
        diary = await _read(outside, document, now)
    except UnusableFileError as error:
        place = str(error)
        is_unreadable = place in {"file", "format", "version"}
        wrong = messages.not_ours(tr) if is_unreadable else messages.broken_file(tr, place)
        return Received(instead=wrong)
    return Received(diary) if diary is not None else Received(instead=messages.send_again(tr))


async def on_document(_update: Update, context: Context) -> Replies:
    """A file was sent: if it is a diary, say what it would bring, and ask."""
    document = context.message.document if context.message is not None else None
    if document is None:
        return NOTHING
    return [Afterwards(_receive, _ask_to_import, (context.tr, _sent(document), context.now))]


async def _ask_to_import(context: Context, received: Received) -> Replies:
    if received.diary is None:
        return [Say(received.instead or messages.not_ours(context.tr))]
    coming = await queries.look_into(context.session, context.person, received.diary)
    return [Say(messages.import_question(context.tr, coming, context.message_id))]


def _answered_document(context: Context) -> TelegramDocument | None:
    """The file that the tapped question is about: it replies to the file's message."""
    tapped = context.query.message if context.query is not None else None
    if not isinstance(tapped, TelegramMessage) or tapped.reply_to_message is None:
        return None
    return tapped.reply_to_message.document


async def on_import(_update: Update, context: Context) -> Replies:
    """Import the file. It is downloaded again, so it is kept nowhere; twice adds nothing more."""
    document = _answered_document(context)
    if document is None:
        return [Show(messages.send_again(context.tr))]
    return [Afterwards(_receive, _import, (context.tr, _sent(document), context.now))]


async def _import(context: Context, received: Received) -> Replies:
    tr, user = context.tr, context.person
    if received.diary is None:
        return [Show(received.instead or messages.not_ours(tr))]
    coming, nights = await queries.bring_in(context.session, user, received.diary, context.now)
    is_set_up = user.setup_step is SetupStep.DONE
    shown = Show(messages.imported(tr, coming, is_set_up=is_set_up))
    if not is_set_up or user.keyboard_sent_at is not None:
        return [shown, DiaryChanged(nights)]
    # Somebody whose file has answered all questions has not seen the keyboard yet.
    return [shown, send_keyboard(context), DiaryChanged(nights)]


async def on_no_import(_update: Update, context: Context) -> Replies:
    """Leave the file alone."""
    return [Show(messages.not_imported(context.tr))]


# Erasing -----------------------------------------------------------------------------------------


async def on_delete_command(_update: Update, context: Context) -> Replies:
    """/delete: asks once."""
    return [Say(messages.delete_question(context.tr))]


async def on_last_file(_update: Update, context: Context) -> Replies:
    """The diary before it is erased. The question stays, and remembers which message to spare."""
    sent = OnSent(LAST_FILE_SENT, str(context.tapped_message_id or 0))
    return await _send_file(context, "json", sent)


async def _on_last_file_sent(context: Context, key: str, message_id: int) -> Replies:
    """Write the file's message into the question's buttons; ``key`` is the question's message."""
    question_id = int(key) or None
    return [Edit(question_id, messages.delete_question(context.tr, message_id))]


async def on_delete(_update: Update, context: Context) -> Replies:
    """Erase everything after the one confirmation, and the chat as far back as Telegram allows."""
    if context.tap.word(0) != "yes":
        return [Show(messages.delete_question(context.tr))]
    session, user_id, tr = context.session, context.person.id, context.tr
    found = await queries.recent_messages(session, user_id, context.now - REMOVABLE)
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
