"""Typed sentences add reminders: once, or in the person's own words; each with an Undo."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from bot.database.models import Kind, Reminder
from bot.dispatch.planning import is_gate_shut, is_kept_off, is_paused_at, replan_reminder
from bot.dispatch.schedule import instant_of
from bot.features.diary.limits import REMINDERS
from bot.features.free_text.acts import act_messages as messages
from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce, TurnOwn
from bot.features.health_profile.gate_queries import has_leg_sign
from bot.features.health_profile.medicine_words import speaks_of_drinking, speaks_of_medicine
from bot.features.reminders import queries as reminders
from bot.features.reminders.handlers.callback_reference import MOST_DIGITS, Reference
from bot.features.reminders.handlers.settings import all_states
from bot.features.reminders.messages.names import names
from bot.features.reminders.messages.own_words import ask_first_times, too_many
from bot.features.reminders.messages.settings import (
    overview,
    own_drink_card,
    own_medicine_card,
    reminder_card,
)
from bot.features.reminders.messages.times import most_times, unclear_times
from bot.features.reminders.once_queries import add_once
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.i18n.vocabulary.folding import fold
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import NOTHING, Replies

FURTHEST_AHEAD = timedelta(days=400)
"""The furthest ahead that a reminder can be set."""


async def remind_once(context: Context, act: RemindOnce, slot: int) -> Replies:
    """Add a reminder that comes once.

    Args:
        context: whose reminder.
        act: when, and of what.
        slot: the id of the message that asked for it, so that it is added once.
    """
    tr, user = context.tr, context.person
    if act.at <= context.local_now:
        return context.refuse(messages.past_time(tr))
    if act.at - context.local_now > FURTHEST_AHEAD:
        return NOTHING
    if act.kind and (kept_off := await kept_off_card(context, Kind(act.kind))) is not None:
        return present_with_keyboard(context, kept_off)
    words = act.words or names(tr)[Kind(act.kind)]
    added = await add_once(context.session, user, words, act.at, context.now, slot)
    return await _added(context, added, act.at)


async def kept_off_card(context: Context, kind: Kind) -> Message | None:
    """The card of a reminder that answers about health keep off; it says why."""
    is_sign = kind is Kind.STRETCH and await has_leg_sign(context.session, context.person.id)
    if not is_sign and not is_kept_off(kind, context.person):
        return None
    states = await all_states(context)
    return next(reminder_card(context.tr, one) for one in states if one.kind is kind)


async def remind_daily(context: Context, act: RemindDaily, slot: int) -> Replies:
    """Add a reminder in the person's own words; without times they are asked for."""
    session, user, tr = context.session, context.person, context.tr
    if len(act.times) > most_times(Kind.CUSTOM):
        return present_with_keyboard(context, unclear_times(tr, Kind.CUSTOM))
    added = await reminders.add_custom(session, user, act.words, act.times, context.now, slot)
    if added is not None:
        added.weekdays = act.weekdays
        replan_reminder(added, user, context.now)
    if added is None or act.times:
        return await _added(context, added, None)
    context.ask("reminders", "times", Reference(Kind.CUSTOM, slot))
    asked = ask_first_times(tr, act.words)
    return present_with_keyboard(context, messages.ask_when(tr, asked, slot))


async def _added(context: Context, added: Reminder | None, once_at: datetime | None) -> Replies:
    """Say what was added. Words about drinking stay off while drinks may be limited."""
    tr, user = context.tr, context.person
    if added is None:
        return present_with_keyboard(context, too_many(tr, REMINDERS))
    words, slot = added.words or "", added.slot
    is_drink = is_gate_shut(user, "drinks") and speaks_of_drinking(words)
    if is_drink:
        added.enabled = False
        replan_reminder(added, user, context.now)
    await context.session.flush()
    state = next(one for one in await all_states(context) if one.slot == slot)
    card = own_medicine_card if speaks_of_medicine(words) else reminder_card
    shown = (own_drink_card if is_drink else card)(tr, state)
    note = ""
    if once_at is not None and _is_paused_at(context, once_at):
        note = messages.comes_not_while_paused(tr)
    undo = pack("typed", "unown", slot)
    return present_with_keyboard(context, messages.done(tr, shown, undo, note))


def _is_paused_at(context: Context, local: datetime) -> bool:
    at = instant_of(local, ZoneInfo(context.zone))
    return at is not None and is_paused_at(context.person, at)


async def on_unown(_update: Update, context: Context) -> Replies:
    """Undo: remove the reminder that was added."""
    slot = context.tap.number(0)
    if slot is None or not 0 < slot < 10**MOST_DIGITS:
        return NOTHING
    session, user = context.session, context.person
    added = await reminders.reminder_of(session, user.id, Kind.CUSTOM, slot)
    if added is None:
        return NOTHING
    context.stop_asking("reminders", "times", Reference(Kind.CUSTOM, slot))
    await reminders.remove_custom(session, user.id, slot)
    return context.present(messages.removed(context.tr, added.words or ""))


async def turn_own(context: Context, act: TurnOwn) -> Replies:
    """Switch the reminder with the person's words on or off; when it is not clear, show all."""
    tr, wanted = context.tr, set(fold(act.words).split())
    found = [
        one
        for one in await reminders.reminders_of(context.session, context.person.id)
        if one.kind is Kind.CUSTOM and wanted <= set(fold(one.words or "").split())
    ]
    if len(found) != 1:
        shown = overview(tr, await all_states(context))
        return present_with_keyboard(context, messages.which_own(tr, shown))
    return await _switch_own(context, found[0].slot, on=act.on, is_undo=False)


async def on_own(_update: Update, context: Context) -> Replies:
    """Undo a switch of a reminder in the person's own words."""
    slot, enabled = context.tap.number(0), context.tap.number(1)
    if slot is None or not 0 < slot < 10**MOST_DIGITS or enabled not in {0, 1}:
        return NOTHING
    return await _switch_own(context, slot, on=enabled == 1, is_undo=True)


async def _switch_own(context: Context, slot: int, *, on: bool, is_undo: bool) -> Replies:
    session, user, tr = context.session, context.person, context.tr
    row = await reminders.reminder_of(session, user.id, Kind.CUSTOM, slot, for_update=True)
    if row is None:
        return NOTHING
    before, row.enabled = row.enabled, on
    if not on:
        await reminders.cancel_pending(session, user.id, Kind.CUSTOM, slot)
    replan_reminder(row, user, context.now)
    await session.flush()
    state = next(one for one in await all_states(context) if one.slot == slot)
    undo = None if is_undo else pack("typed", "own", slot, int(before))
    return present_with_keyboard(context, messages.done(tr, reminder_card(tr, state), undo))
