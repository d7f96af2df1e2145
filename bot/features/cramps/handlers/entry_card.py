"""The card of an entry: the message that shows it, at one of several levels of detail."""

from collections.abc import Callable
from datetime import timedelta

from telegram import Update

from bot.database.models import Cramp
from bot.features.cramps import queries, values
from bot.features.cramps.entry import Entry, entry_of
from bot.features.cramps.messages import entry_card, entry_changes
from bot.features.health_profile.shut_gates import shut_gates
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, Replies, Show, Toast

TYPED_TIME_WITHIN = timedelta(minutes=30)
"""A typed time or strength that answers no question changes the last entry if it is at most this
old."""
Level = Callable[[Translator, Entry], Message]
"""Renders one level of a card: the first reply, the list of fields, the chips of one field."""
LEVELS: dict[str, Level] = {
    "first": entry_card.logged,
    "more": entry_card.more,
    "rest": entry_card.rest,
    "closed": entry_card.closed,
}


async def tapped_entry(context: Context) -> Cramp | None:
    """The entry that the tapped button names, or None when this person has no such entry."""
    return await queries.owned(context.session, context.tap.number(0), context.person.id)


def gone(context: Context) -> Replies:
    """The answer to a tap on a button whose entry does not exist."""
    return [Toast(entry_changes.gone(context.tr))]


async def card_of(context: Context, cramp: Cramp, level: Level) -> Message:
    """Render the card of an entry.

    A removed entry offers to put it back, and an entry that was merged into an earlier one offers
    to undo that, whatever the level.
    """
    if cramp.deleted_at is not None:
        return entry_changes.removed(context.tr, entry_of(cramp))
    first = await queries.owned(context.session, cramp.same_as_id, cramp.user_id)
    if first is not None:
        return entry_changes.same(context.tr, entry_of(cramp), entry_of(first))
    earlier, _last = await queries.earlier_in_night(context.session, cramp)
    is_fresh = context.now - cramp.tapped_at <= TYPED_TIME_WITHIN
    entry = entry_of(
        cramp,
        earlier + 1,
        needs_zone=context.person.time_zone is None,
        takes_typed=is_fresh and context.person.awaiting is None,
        relief_shut=await shut_gates(context.session, context.person) if is_fresh else None,
    )
    return level(context.tr, entry)


def field_level(name: str, *, all_sites: bool = False) -> Level:
    """The level with the chips of one field."""
    return lambda tr, entry: entry_card.field_card(tr, entry, name, all_sites=all_sites)


def _level(name: str) -> Level | None:
    if name == "othersite":
        return field_level("site", all_sites=True)
    if name in values.SINGLE or name in values.MANY:
        return field_level(name)
    return LEVELS.get(name)


async def on_open(_update: Update, context: Context) -> Replies:
    """Show another level of a card."""
    level = _level(context.tap.word(1) or "")
    if level is None:
        return NOTHING
    cramp = await tapped_entry(context)
    if cramp is None:
        return gone(context)
    context.stop_asking("cramps", "note", cramp.id)
    return [Show(await card_of(context, cramp, level))]
