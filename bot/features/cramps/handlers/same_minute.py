"""Asks whether a cramp that is typed for the minute of an existing entry is the same one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from telegram import Update

from bot.database.cramp_values import TimePrecision
from bot.features.cramps import queries, same_cramp
from bot.features.cramps.change_queries import change_by_message, set_codes
from bot.features.cramps.changes import state_of
from bot.features.cramps.entry import entry_of
from bot.features.cramps.handlers.entry_card import card_of, counted_entry, gone, own_card
from bot.features.cramps.handlers.undo import record, with_undo
from bot.features.cramps.messages import earlier_entries, entry_card
from bot.features.cramps.told_codes import told_or_none
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show

AGO_GIVE_OR_TAKE = timedelta(minutes=5)
"""How exactly people say how long ago a cramp was."""


async def ask_if_same(
    context: Context,
    message_id: int,
    moment: datetime,
    precision: str,
    codes: Sequence[tuple[str, str]],
    *,
    is_ago: bool = False,
) -> Replies | None:
    """Ask whether a typed cramp is another one; None when no entry is of the same minute.

    With ``is_ago`` the time was counted back, "five minutes ago", which means five or so.
    """
    if precision == TimePrecision.NIGHT_ONLY:
        return None
    session, user_id = context.session, context.person.id
    event_type = dict(codes).get("type", "cramp")
    give_or_take = AGO_GIVE_OR_TAKE if is_ago else timedelta()
    there = await same_cramp.at_minute(
        session, user_id, moment, event_type, zone=context.zone, give_or_take=give_or_take
    )
    if there is None or there.message_id == message_id:
        return None
    if await queries.logged_by(session, user_id, message_id) is not None:
        return None  # the message comes again
    question = earlier_entries.same_minute(
        context.tr, message_id, entry_of(there), moment, TimePrecision(precision), codes
    )
    return context.present(question)


async def on_same_one(_update: Update, context: Context) -> Replies:
    """Add what was told of the typed cramp to the existing entry: both are the same cramp.

    The button carries the entry, the id of the message that was typed, and what was told.
    """
    told, message_id = told_or_none(context.tap.word(2)), context.tap.message_id(1)
    if told is None or message_id is None:
        return NOTHING
    cramp = await counted_entry(context, context.tap.number(0))
    if cramp is None or cramp.deleted_at is not None:
        return gone(context)
    before = state_of(cramp)
    set_codes(cramp, told)
    change = await change_by_message(context.session, context.person.id, message_id)
    if state_of(cramp) != before or change is None:
        cramp.edited_at = context.now
        change = await record(context, cramp, before, message_id=message_id, keeps_message=True)
    if change is not None and not change.before:
        change = None  # there is nothing to undo
    card = await card_of(context, cramp, entry_card.closed)
    shown = Show(with_undo(context, card, cramp, change))
    return [shown, *await own_card(context, cramp), DiaryChanged({cramp.night_on})]
