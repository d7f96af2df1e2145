"""Changes of entries are recorded, so that each can be undone by a button that names it."""

from datetime import timedelta
from html import escape

from telegram import Update

from bot.database.models import Cramp, EntryChange
from bot.features.cramps import change_queries, queries
from bot.features.cramps.changes import State, difference, state_of, to_set
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.entry_card import card_of, gone, own_card
from bot.features.cramps.messages import change_names, entry_card
from bot.features.cramps.messages.entry_words import headline
from bot.telegram.context import Context
from bot.telegram.message import Button, Message
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show, Toast

OFFERED_AGAIN = timedelta(minutes=10)
"""If a tap or sentence comes a second time and changes nothing, Undo is offered for the first
change up to this age."""


async def record(
    context: Context,
    cramp: Cramp,
    before: State,
    *,
    message_id: int | None = None,
    words: str | None = None,
    keeps_message: bool = False,
) -> EntryChange | None:
    """Record how an entry has changed.

    Args:
        context: of the update that changed it.
        cramp: the entry, after the change.
        before: its state before; see :func:`bot.features.cramps.changes.state_of`.
        message_id: the person's own message that made the change.
        words: what the message added to the note.
        keeps_message: record the message also when it has changed nothing, so that an edit of it
            is about this entry.

    Returns:
        The change that can be undone. When nothing has changed, that is the one of a moment ago.
    """
    old, new = difference(before, state_of(cramp))
    if cramp.id is None:
        return None
    if not old and not keeps_message:
        last = await change_queries.last_change(context.session, cramp.id)
        is_recent = last is not None and context.now - last.made_at <= OFFERED_AGAIN
        return last if last is not None and is_recent and not last.undone else None
    change = EntryChange(
        user_id=cramp.user_id,
        cramp_id=cramp.id,
        message_id=message_id,
        before=old,
        after=new,
        words=words,
        made_at=context.now,
    )
    context.session.add(change)
    await context.session.flush()
    return change


def name_of(context: Context, cramp: Cramp, change: EntryChange) -> str:
    """What a change changed, in a few words."""
    return change_names.change_name(context.tr, cramp.time_zone, change.before, change.after)


def undo_button(
    context: Context, cramp: Cramp, change: EntryChange | None, *, in_card: bool = False
) -> Button | None:
    """The button that undoes a change."""
    if change is None or change.id is None:
        return None
    name = name_of(context, cramp, change)
    return change_names.undo_button(context.tr, change.id, name, in_card=in_card)


def with_undo(context: Context, card: Message, cramp: Cramp, change: EntryChange | None) -> Message:
    """A card of an entry with the button that undoes its last change."""
    button = undo_button(context, cramp, change, in_card=True)
    return change_names.with_undo(context.tr, card, cramp.id or 0, button)


async def on_revert(_update: Update, context: Context) -> Replies:
    """Undo a change (1) or make it again (0). The same tap twice changes nothing more."""
    wanted, tr = context.tap.number(1), context.tr
    if wanted not in {0, 1}:
        return NOTHING
    change = await change_queries.change_of(
        context.session, context.person.id, context.tap.number(0)
    )
    if change is None:
        return [Toast(change_names.too_long_ago(tr), alert=True)]
    cramp = await queries.owned(context.session, change.cramp_id, context.person.id)
    if cramp is None:
        return gone(context)
    if cramp.deleted_at is not None:
        return [Toast(change_names.is_removed(tr), alert=True)]
    nights = {cramp.night_on}
    if change.undone != (wanted == 1):
        aims = (change.before, change.after) if wanted else (change.after, change.before)
        values = to_set(state_of(cramp), *aims)
        if not values:
            return [Toast(change_names.changed_since(tr), alert=True)]
        change_queries.apply(cramp, values)
        change.undone, cramp.edited_at = wanted == 1, context.now
        nights.add(cramp.night_on)
    shown = await _shown(context, cramp, change)
    return [shown, *await own_card(context, cramp), DiaryChanged(nights)]


async def _shown(context: Context, cramp: Cramp, change: EntryChange) -> Show:
    """The entry's card, or what was undone and a way to do it again."""
    tr, name = context.tr, name_of(context, cramp, change)
    said = change_names.undone(tr, name) if change.undone else change_names.redone(tr, name)
    if context.tap.word(2) == "card":
        return Show(await card_of(context, cramp, entry_card.logged), toast=said)
    make = change_names.redo_button if change.undone else change_names.undo_button
    text = f"{escape(said)}\n{headline(tr, entry_of(cramp))}"
    return Show(Message(text, ((make(tr, change.id or 0, name),),)))
