"""Notes: a short text that a person adds to an entry. A second one is added to the first."""

from telegram import Update
from telegram.constants import ReactionEmoji

from bot.database.models import Cramp, EntryChange
from bot.features.cramps import change_queries, queries, values
from bot.features.cramps.changes import state_of, with_added, with_replaced
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.entry_card import (
    card_of,
    counted_entry,
    gone,
    is_fresh,
    open_entry,
    own_card,
)
from bot.features.cramps.handlers.undo import record, undo_button, with_undo
from bot.features.cramps.messages import entry_card, entry_changes
from bot.telegram.context import Context
from bot.telegram.message import Tap, unpack
from bot.telegram.replies import Edit, React, Replies, Reply, Say, Show


async def on_note(_update: Update, context: Context) -> Replies:
    """Ask for a note."""
    cramp = await counted_entry(context, context.tap.number(0))
    if cramp is None:
        return gone(context)
    open_entry(context, cramp)
    context.ask("cramps", "note", cramp.id)
    return [Show(await card_of(context, cramp, entry_changes.ask_note))]


async def on_typed_note(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the note that was asked for."""
    cramp = await queries.owned(context.session, question.number(0), context.person.id)
    return await add_note(context, cramp, text)


async def replied_entry(context: Context, message_id: int) -> Cramp | None:
    """The entry of a message that is replied to: its own, or another one about one entry."""
    session, user_id = context.session, context.person.id
    cramp = await queries.behind_message(session, user_id, message_id)
    if cramp is not None:
        return cramp
    return await queries.owned(session, _shown_entry(context), user_id)


def _shown_entry(context: Context) -> int | None:
    """The entry that the buttons below the replied-to message open; None: none, or several."""
    replied_to = context.message.reply_to_message if context.message is not None else None
    markup = replied_to.reply_markup if replied_to is not None else None
    rows = markup.inline_keyboard if markup is not None else ()
    taps = (unpack(str(one.callback_data or "")) for row in rows for one in row)
    found = {tap.number(0) for tap in taps if tap and tap.is_for("cramps", "open")}
    return found.pop() if len(found) == 1 else None


async def add_note(
    context: Context, cramp: Cramp | None, text: str, message_id: int | None = None
) -> Replies | None:
    """Store a note, below what is noted already. Also called for typed sentences.

    What is told of a merged entry belongs to the one that counts.

    Args:
        context: whose note it is.
        cramp: the entry.
        text: the note.
        message_id: of the message with its words, if that was before the present update.

    Returns:
        None when there is no entry that could take a note.
    """
    cramp = await queries.counted(context.session, cramp)
    if cramp is None or cramp.deleted_at is not None:
        return None
    words = text.strip()
    known = await change_queries.change_by_message(
        context.session, context.person.id, message_id or context.message_id
    )
    is_wanted_again = known is not None and known.undone and context.query is not None
    if known is not None and known.words == words and not is_wanted_again:
        return await _noted(context, cramp, known)  # the message comes again
    note = with_added(cramp.note, words)
    if not words or len(note) > values.LONGEST_NOTE:
        return [Say(entry_changes.note_too_long(context.tr, entry_of(cramp)))]
    context.person.awaiting = None
    return await _noted(context, cramp, await _store(context, cramp, note, words, message_id))


async def _store(
    context: Context, cramp: Cramp, note: str, words: str, message_id: int | None = None
) -> EntryChange | None:
    before = state_of(cramp)
    cramp.note, cramp.edited_at = note, context.now
    message_id = context.message_id if message_id is None else message_id
    return await record(context, cramp, before, message_id=message_id, words=words)


async def _noted(context: Context, cramp: Cramp, change: EntryChange | None) -> Replies:
    """Confirm a note and show it in the entry's own message, with a way to undo it.

    Right after logging, a reaction on the typed text confirms it without another message.
    """
    undo = undo_button(context, cramp, change)
    confirmation = Say(entry_changes.note_saved(context.tr, entry_of(cramp), undo))
    own: list[Reply] = []
    if cramp.reply_message_id is not None:
        level = entry_card.logged if is_fresh(context, cramp) else entry_card.closed
        card = await card_of(context, cramp, level, is_own=True)
        if is_fresh(context, cramp):
            card = with_undo(context, card, cramp, change)
        own.append(Edit(cramp.reply_message_id, card))
    if own and is_fresh(context, cramp) and context.message is not None:
        return [*own, React(ReactionEmoji.WRITING_HAND, otherwise=[confirmation])]
    return (
        [*own, confirmation] if context.message is not None else [*own, Show(confirmation.content)]
    )


async def edit_note(context: Context, change: EntryChange, text: str) -> Replies:
    """Follow the edit of a message that made a note: the note has the new words instead."""
    cramp = await counted_entry(context, change.cramp_id)
    words = text.strip()
    if cramp is None:
        return []
    if cramp.deleted_at is not None:
        return [Say(entry_changes.removed(context.tr, entry_of(cramp)))]
    if words == change.words:
        return []  # the edit comes again
    message_id = change.message_id or 0
    said = await change_queries.words_of_message(context.session, cramp.user_id, message_id)
    note = with_replaced(cramp.note, said, words)
    if not words or len(note) > values.LONGEST_NOTE:
        return [Say(entry_changes.stays(context.tr, entry_of(cramp)))]
    made = await _store(context, cramp, note, words, change.message_id)
    undo = undo_button(context, cramp, made)
    confirmation = Say(entry_changes.edited(context.tr, entry_of(cramp), undo))
    return [confirmation, *await own_card(context, cramp)]
