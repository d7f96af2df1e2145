"""Typed sentences change a reminder: it is shown as it is from now on, with an Undo."""

from collections.abc import Callable
from datetime import time

from telegram import Update

from bot.database.models import Kind, Reminder
from bot.dispatch.planning import default_weekdays, format_times, is_kept_off, replan_reminder
from bot.features.free_text import messages
from bot.features.health_profile.gate_queries import has_leg_sign
from bot.features.reminders import queries as reminders
from bot.features.reminders.messages.settings import ReminderState
from bot.features.reminders.messages.times import most_times, unclear_times
from bot.features.reminders.states import states_of
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import NOTHING, Replies

ABSENT = "x"
"""Stands in callback data for a value that was not there before."""


async def move_reminder(context: Context, kind: Kind, times: tuple[time, ...]) -> Replies:
    """Set a reminder's times; as with the buttons, that also switches it on."""
    if len(times) > most_times(kind):
        return present_with_keyboard(context, unclear_times(context.tr, kind))

    def change(reminder: Reminder) -> None:
        reminder.times = format_times(times)
        _switch_on(reminder)

    return await change_reminder(context, kind, change, _confirmation, needs_open_gate=True)


async def switch_reminder(context: Context, kind: Kind, *, on: bool) -> Replies:
    def change(reminder: Reminder) -> None:
        if on:
            _switch_on(reminder)
        else:
            reminder.enabled = False

    return await change_reminder(context, kind, change, _confirmation, needs_open_gate=on)


def _switch_on(reminder: Reminder) -> None:
    reminder.enabled = True
    if reminder.weekdays == 0:
        reminder.weekdays = default_weekdays(reminder.kind)


Setting = tuple[bool, str | None]
"""Whether a reminder is on, and its chosen times as they are stored."""


def _confirmation(tr: Translator, state: ReminderState, before: Setting, after: Setting) -> Message:
    if before == after:
        return messages.unchanged(tr, state)
    return messages.changed(tr, state, _undo_data(state.kind, before))


def _undo_data(kind: Kind, before: Setting) -> str | None:
    """Callback data that sets a reminder to what it was; None when that does not fit."""
    enabled, times = before
    clocks = ABSENT if times is None else times.replace(":", "").replace(",", ".")
    try:
        return pack("typed", "back", kind, int(enabled), clocks)
    except ValueError:  # an imported file can have more times than a button can name
        return None


async def change_reminder(
    context: Context,
    kind: Kind,
    change: Callable[[Reminder], None],
    confirm: Callable[[Translator, ReminderState, Setting, Setting], Message],
    *,
    needs_open_gate: bool,
) -> Replies:
    """Change a reminder, plan it anew at once, and show it.

    Args:
        context: whose reminder.
        kind: which one.
        change: changes the row.
        confirm: makes the message from the settings before and after.
        needs_open_gate: nothing changes while answers about health keep it off.

    Raises:
        LookupError: when the person has no reminder of that kind.
    """
    session, user, tr = context.session, context.person, context.tr
    await reminders.ensure_reminders(session, user)
    reminder = await reminders.reminder_of(session, user.id, kind, for_update=True)
    if reminder is None:
        raise LookupError(f"{kind} has no row")
    if needs_open_gate and is_kept_off(kind, user):
        refused = messages.stays_off(tr, await _state(context, kind))
        return present_with_keyboard(context, refused)
    before = (reminder.enabled, reminder.times)
    change(reminder)
    if not reminder.enabled:
        await reminders.cancel_pending(session, user.id, kind)
    replan_reminder(reminder, user, context.now)
    await session.flush()
    after = (reminder.enabled, reminder.times)
    shown = confirm(tr, await _state(context, kind), before, after)
    return present_with_keyboard(context, shown)


async def _state(context: Context, kind: Kind) -> ReminderState:
    rows = await reminders.reminders_of(context.session, context.person.id)
    has_sign = await has_leg_sign(context.session, context.person.id)
    states = states_of(rows, context.person, context.now, has_leg_sign=has_sign)
    return next(state for state in states if state.kind is kind)


async def on_back(_update: Update, context: Context) -> Replies:
    """Undo a change of a reminder. Idempotent: the callback data has the previous state."""
    tap = context.tap
    kind, enabled, clocks = tap.word(0), tap.number(1), tap.word(2) or ""
    if kind not in set(Kind) - {Kind.CUSTOM} or enabled not in {0, 1}:
        return NOTHING
    times = _stored_times(clocks)
    if clocks != ABSENT and times is None:
        return NOTHING

    def change(reminder: Reminder) -> None:
        reminder.enabled, reminder.times = enabled == 1, times

    def confirm(tr: Translator, state: ReminderState, _before: Setting, _after: Setting) -> Message:
        return messages.put_back(tr, state)

    return await change_reminder(context, Kind(kind), change, confirm, needs_open_gate=enabled == 1)


def _stored_times(clocks: str) -> str | None:
    """The times in callback data as they are stored; None when they are no times."""
    try:
        found = tuple(time(int(part[:2]), int(part[2:])) for part in clocks.split("."))
    except ValueError:
        return None
    return format_times(found)
