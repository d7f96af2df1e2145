"""Notes: a short text that a person adds to an entry."""

from telegram import Update
from telegram.constants import ReactionEmoji

from bot.database.models import Cramp
from bot.features.cramps import queries, values
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.entry_card import card_of, gone, tapped_entry
from bot.features.cramps.messages import entry_card, entry_changes
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import Edit, React, Replies, Say, Show


async def on_note(_update: Update, context: Context) -> Replies:
    """Ask for a note."""
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    context.ask("cramps", "note", cramp.id)
    return [Show(await card_of(context, cramp, entry_changes.ask_note))]


async def on_typed_note(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the note that was asked for."""
    cramp = await queries.owned(context.session, question.number(0), context.person.id)
    return await _set_note(context, cramp, text)


async def on_reply(context: Context, message_id: int, text: str) -> Replies | None:
    """Store a reply to an entry's message as its note."""
    cramp = await queries.behind_message(context.session, context.person.id, message_id)
    return await _set_note(context, cramp, text)


async def _set_note(context: Context, cramp: Cramp | None, text: str) -> Replies | None:
    """Store a note and show it in the entry's own message.

    A reaction on the typed text confirms it without another message.

    Returns:
        None when there is no entry that could take a note.
    """
    if cramp is not None and cramp.same_as_id is not None:
        # What is told of a merged entry belongs to the one that counts.
        cramp = await queries.owned(context.session, cramp.same_as_id, cramp.user_id)
    if cramp is None or cramp.deleted_at is not None:
        return None
    note = text.strip()
    if not 0 < len(note) <= values.LONGEST_NOTE:
        return [Say(entry_changes.note_too_long(context.tr, entry_of(cramp)))]
    cramp.note, cramp.edited_at, context.person.awaiting = note, context.now, None
    confirmation = Say(entry_changes.note_saved(context.tr, entry_of(cramp)))
    receipt = React(ReactionEmoji.WRITING_HAND, otherwise=[confirmation])
    if cramp.reply_message_id is None:
        return [receipt]
    return [
        Edit(cramp.reply_message_id, await card_of(context, cramp, entry_card.logged)),
        receipt,
    ]
