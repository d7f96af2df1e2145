"""Privacy, export, import and erasing."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from telegram import Document as TelegramDocument
from telegram import Message as TelegramMessage
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.database.models import SetupStep
from bot.features.caregivers.queries import helper_of
from bot.features.data_export import files, messages, queries
from bot.features.data_export.files import UnusableFileError
from bot.features.data_export.schema import DiaryFile
from bot.features.users.messages import keyboard_message
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator, translator
from bot.identity.people import erase, get, zone_of
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.telegram import sender
from bot.telegram.context import Feature, Visit, is_delivered
from bot.telegram.message import Document, Message, Tap
from bot.telegram.sender import Failed, NotSent, RetryLater

log = logging.getLogger(__name__)

KINDS = ("csv", "ics", "json")
LARGEST_BYTES = 5_000_000
REMOVABLE = timedelta(hours=47)
"""Telegram lets a bot remove messages for 48 hours; an hour is left for the clocks."""
LOOKED_BACK = 500
"""Message ids before the last message that are tried, beside those that rows know of. In a private
chat a bot may remove what the person wrote, too (Bot API, deleteMessage)."""
MOST_AT_ONCE = 100


# Privacy and export ------------------------------------------------------------------------------


async def on_privacy(visit: Visit) -> None:
    """/privacy: what is stored, where and for how long."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        is_helped = await helper_of(session, user.id) is not None
    tr, days = translator_for(user), visit.deps.settings.retention_days
    card = messages.privacy(tr, days, is_helped=is_helped)
    await visit.say(card.quietly(is_night(user, visit)))


async def on_export_command(visit: Visit) -> None:
    """/export: the files that can be had."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await visit.say(messages.export_card(translator_for(user)).quietly(is_night(user, visit)))


async def on_export(visit: Visit, _tap: Tap) -> None:
    """The same below another card, which stays."""
    await visit.toast()
    await on_export_command(visit)


def _made(tr: Translator, kind: str, diary: DiaryFile) -> bytes:
    match kind:
        case "csv":
            return files.as_csv(diary)
        case "ics":
            return files.as_calendar(tr, diary)
    return files.as_json(diary)


async def on_file(visit: Visit, tap: Tap) -> None:
    """A file, made beside the event loop."""
    kind = tap.word(0)
    await visit.toast()
    if kind in KINDS:
        await _send_file(visit, kind)


async def _send_file(visit: Visit, kind: str) -> int | None:
    """Make and send a file; its message's id, or None when it surely or perhaps did not arrive."""
    await sender.typing(visit.bot, visit.user_id, ChatAction.UPLOAD_DOCUMENT)
    async with visit.transaction() as session:
        user = await load(session, visit)
        diary = await queries.diary_of(session, user, visit.now)
    tr = translator_for(user)
    today = local_time(visit.now, zone_of(user)).date()
    content = await asyncio.to_thread(_made, tr, kind, diary)
    document = Document(f"calmcalf-{today.isoformat()}.{kind}", content)
    quiet = is_night(user, visit)
    outcome = await visit.say(messages.file_message(tr, kind, document).quietly(quiet))
    if isinstance(outcome, Failed | NotSent | RetryLater):
        await visit.say(messages.file_failed(tr).quietly(quiet))
    return is_delivered(outcome)


# Import ------------------------------------------------------------------------------------------


def _looks_ours(document: TelegramDocument) -> bool:
    name = (document.file_name or "").casefold()
    return name.endswith(".json") or document.mime_type == "application/json"


async def _read(visit: Visit, document: TelegramDocument) -> DiaryFile | None:
    """The diary in a document; None when Telegram does not give it.

    Raises:
        UnusableFileError: when it is no diary.
    """
    try:
        file = await visit.bot.get_file(document.file_id)
        content = bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.info("a file cannot be had: %s", type(error).__name__)
        return None
    if len(content) > LARGEST_BYTES:
        raise UnusableFileError("file")
    return await asyncio.to_thread(_checked, content, visit.now)


def _checked(content: bytes, now: datetime) -> DiaryFile:
    diary = files.read_json(content)
    files.refuse_future(diary, now)
    return diary


async def _diary(
    visit: Visit, tr: Translator, document: TelegramDocument
) -> tuple[DiaryFile | None, Message | None]:
    """The diary in a document, or what to say instead."""
    if not _looks_ours(document):
        return None, messages.not_ours(tr)
    if (document.file_size or 0) > LARGEST_BYTES:
        return None, messages.too_big(tr)
    try:
        diary = await _read(visit, document)
    except UnusableFileError as error:
        place = str(error)
        unreadable = place in {"file", "format", "version"}
        return None, messages.not_ours(tr) if unreadable else messages.broken_file(tr, place)
    return diary, None if diary is not None else messages.send_again(tr)


async def on_document(visit: Visit) -> None:
    """A file was sent: if it is a diary, say what it would bring and ask."""
    document = visit.message.document if visit.message else None
    if visit.message is None or document is None:
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
    tr = translator_for(user)
    diary, instead = await _diary(visit, tr, document)
    if diary is None:
        shown = instead or messages.not_ours(tr)
    else:
        async with visit.transaction() as session:
            user = await load(session, visit)
            coming = await queries.look_into(session, user, diary)
        shown = messages.import_question(tr, coming, visit.message.message_id)
    await visit.say(shown.quietly(is_night(user, visit)))


def _answered_document(visit: Visit) -> TelegramDocument | None:
    """The file that the tapped question is about: it replies to the file's message."""
    tapped = visit.query.message if visit.query else None
    if not isinstance(tapped, TelegramMessage) or tapped.reply_to_message is None:
        return None
    return tapped.reply_to_message.document


async def on_import(visit: Visit, _tap: Tap) -> None:
    """Take the file in. It is read again, so it is kept nowhere; twice brings nothing more."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    tr = translator_for(user)
    await visit.toast()
    document = _answered_document(visit)
    if document is None:
        await visit.edit(visit.tapped_message_id, messages.send_again(tr))
        return
    diary, instead = await _diary(visit, tr, document)
    if diary is None:
        await visit.edit(visit.tapped_message_id, instead or messages.not_ours(tr))
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        coming, nights = await queries.bring_in(session, user, diary, visit.now)
        is_set_up = user.setup_step is SetupStep.DONE
    shown = messages.imported(tr, coming, is_set_up=is_set_up)
    await visit.edit(visit.tapped_message_id, shown)
    if is_set_up and user.keyboard_sent_at is None:
        await _give_keyboard(visit, tr, quiet=is_night(user, visit))
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, nights)


async def _give_keyboard(visit: Visit, tr: Translator, *, quiet: bool) -> None:
    """Somebody whose file has answered all questions has not seen the keyboard yet."""
    if is_delivered(await visit.say(keyboard_message(tr).quietly(quiet))) is None:
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.keyboard_sent_at = visit.now
        session.add(user)


async def on_no_import(visit: Visit, _tap: Tap) -> None:
    """The file stays outside."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await visit.show(messages.not_imported(translator_for(user)))


# Leaving -----------------------------------------------------------------------------------------


async def on_delete_command(visit: Visit) -> None:
    """/delete: asks once."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    shown = messages.delete_question(translator_for(user))
    await visit.say(shown.quietly(is_night(user, visit)))


async def on_last_file(visit: Visit, _tap: Tap) -> None:
    """The diary before it is erased; the question stays, and knows which message to spare."""
    await visit.toast()
    sent = await _send_file(visit, "json")
    if sent is None:
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
    shown = messages.delete_question(translator_for(user), sent)
    await visit.edit(visit.tapped_message_id, shown)


async def on_delete(visit: Visit, tap: Tap) -> None:
    """Erase everything, after the one confirmation, and the chat as far back as can be."""
    if tap.word(0) != "yes":
        async with visit.transaction() as session:
            user = await load(session, visit)
        await visit.show(messages.delete_question(translator_for(user)))
        return
    async with visit.transaction() as session:
        known = await get(session, visit.user_id)
        tr = translator(known.language if known else visit.language_code)
        found = await queries.recent_messages(session, visit.user_id, visit.now - REMOVABLE)
        await erase(session, visit.user_id)
    await visit.toast()
    farewell = is_delivered(await visit.say(messages.deleted(tr).quietly(True)))
    end = farewell or (visit.tapped_message_id or 0) + 1
    found |= set(range(max(1, end - LOOKED_BACK), end))
    chosen = sorted(found - {farewell, tap.number(1)}, reverse=True)
    for start in range(0, len(chosen), MOST_AT_ONCE):
        if not await _removed(visit, chosen[start : start + MOST_AT_ONCE]):
            return


async def _removed(visit: Visit, message_ids: Sequence[int]) -> bool:
    """Remove messages, the newest come first. Telegram refuses all for one that is too old.

    Returns:
        Whether older ones are worth trying.
    """
    outcome = await sender.patiently(lambda: sender.delete(visit.bot, visit.user_id, message_ids))
    if not isinstance(outcome, Failed):
        return True
    half = len(message_ids) // 2
    if half and await _removed(visit, message_ids[:half]):
        await _removed(visit, message_ids[half:])
    return False


def _descriptions(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "export": _("Your diary as files"),
        "privacy": _("What is kept"),
        "delete": _("Erase everything"),
    }


FEATURE = Feature(
    name="takeout",
    commands={
        "export": on_export_command,
        "privacy": on_privacy,
        "delete": on_delete_command,
    },
    descriptions=_descriptions,
    taps={
        "export": on_export,
        "file": on_file,
        "last": on_last_file,
        "import": on_import,
        "noimport": on_no_import,
        "delete": on_delete,
    },
    on_document=on_document,
)
