"""Handlers of the privacy card, export, import and erasure of a person's data."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from telegram import Document as TelegramDocument
from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.features.caregivers.ending import end_all
from bot.features.caregivers.queries import caregiver_of
from bot.features.data_export import export_jobs, import_jobs, messages
from bot.features.data_export.deletion_queries import recent_message_ids
from bot.features.data_export.export_jobs import LAST_FILE_SENT, queue_file
from bot.features.data_export.import_jobs import MAX_FILE_BYTES, queue_import, queue_reading
from bot.features.data_export.privacy_messages import Detail, Kept, privacy, privacy_detail
from bot.features.log_address.handlers import shown_address
from bot.features.users.handlers.help_and_fallback import answer_of_album
from bot.i18n.translator import Translator
from bot.identity.people import erase
from bot.telegram.albums import note_album
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Message
from bot.telegram.replies import (
    NOTHING,
    ClearChat,
    Edit,
    Replies,
    Say,
    Show,
)

log = logging.getLogger(__name__)

FORMATS = ("nights", "csv", "ics", "json", "fhir")
DELETABLE = timedelta(hours=47)
"""A bot can delete messages for 48 hours (Bot API, deleteMessage); clocks may differ by an hour."""
JSON_FILES = filters.Document.MimeType("application/json") | filters.Document.FileExtension("json")
SENT_FILES = (
    filters.ChatType.PRIVATE
    & filters.UpdateType.MESSAGE
    & filters.Document.ALL
    & (JSON_FILES | ~filters.CAPTION)
)
"""Files that a person sends. Forwarded ones count too, unlike forwarded texts. Of other files than
exported diaries, the words below them are read as if they were typed."""


# Privacy and export ------------------------------------------------------------------------------


async def on_privacy(_update: Update, context: Context) -> Replies:
    """Say what is stored, where, and for how long, in a new message."""
    return [Say(privacy(context.tr, await _kept(context)))]


async def on_kept(_update: Update, context: Context) -> Replies:
    """Show one part of /privacy in full, in the tapped message, or go back."""
    part, kept = context.tap.word(0), await _kept(context)
    if part in set(Detail):
        return [Show(privacy_detail(context.tr, kept, Detail(part or "")))]
    return [Show(privacy(context.tr, kept))]


async def _kept(context: Context) -> Kept:
    is_helped = await caregiver_of(context.session, context.person.id) is not None
    settings, person = context.deps.settings, context.person
    address = await shown_address(context)
    operator = " · ".join(filter(None, (settings.operator_name, settings.operator_contact)))
    is_asked = settings.is_open or person.consent_version is not None
    return Kept(
        settings.retention_days,
        is_known=context.is_known,
        is_helped=is_helped,
        address=address,
        operator=operator or None,
        can_withdraw=is_asked and context.may_store,
        has_withdrawn=is_asked and context.is_known and not context.may_store,
    )


async def on_export(_update: Update, context: Context) -> Replies:
    """Offer the file formats in a new message, for /export and its button on other messages."""
    return [Say(messages.export_card(context.tr))]


async def on_file(_update: Update, context: Context) -> Replies:
    """Send the diary in the tapped format."""
    file_format = context.tap.word(0)
    return await queue_file(context, file_format) if file_format in FORMATS else NOTHING


# Import ------------------------------------------------------------------------------------------


async def on_document(_update: Update, context: Context) -> Replies:
    """Say what an import of the sent file would add, and ask whether to import it."""
    document = context.message.document if context.message is not None else None
    if document is None:
        return NOTHING
    refusal = _refusal(context.tr, document)
    if refusal is not None:
        if note_album(context):
            return NOTHING
        return [Say(refusal, on_sent=answer_of_album(context))]
    return await queue_reading(context, document.file_id, context.message_id)


def _refusal(tr: Translator, document: TelegramDocument) -> Message | None:
    """Why a file is not even downloaded; None if it is."""
    name = (document.file_name or "").casefold()
    if not name.endswith(".json") and document.mime_type != "application/json":
        return messages.not_a_diary(tr)
    return messages.file_too_large(tr) if (document.file_size or 0) > MAX_FILE_BYTES else None


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
    refusal = _refusal(context.tr, document)
    if refusal is not None:
        return [Show(refusal)]
    return await queue_import(context, document.file_id)


async def on_no_import(_update: Update, context: Context) -> Replies:
    """Decline the import."""
    return [Show(messages.not_imported(context.tr))]


# Erasure -----------------------------------------------------------------------------------------


async def on_delete_command(_update: Update, context: Context) -> Replies:
    """Ask for the confirmation, for /delete."""
    return [Say(messages.delete_question(context.tr))]


async def on_last_file(_update: Update, context: Context) -> Replies:
    """Send the diary before it is erased; its message is not deleted with the others."""
    return await queue_file(context, "json", question_id=context.tapped_message_id or 0)


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
    ended = await end_all(context)
    await session.flush()
    await erase(session, user_id, context.now)
    context.after_commit(context.deps.database.truncate_log_soon)
    cleared = ClearChat(frozenset(found), context.tap.number(1))
    return [Say(messages.deleted(tr).quietly(True)), cleared, *ended]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "export": _("Your diary as files"),
        "privacy": _("What is stored about you"),
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
                "privacy": on_privacy,
                "kept": on_kept,
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
    jobs=export_jobs.JOBS | import_jobs.JOBS,
    on_sent={LAST_FILE_SENT: _on_last_file_sent},
    for_anybody=(on_privacy, on_kept, on_delete_command),
    after_withdrawal=(on_export, on_file, on_last_file, on_delete),
)
