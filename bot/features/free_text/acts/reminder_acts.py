"""Typed sentences change a reminder: it is shown as it is from now on, with an Undo."""

from collections.abc import Callable
from datetime import date, time, timedelta

from telegram import Update

from bot.database.models import EVERY_DAY, Kind, Reminder
from bot.dispatch.planning import default_weekdays, is_kept_off, replan_reminder
from bot.dispatch.schedule import format_rests, format_times, shift
from bot.features.free_text import messages
from bot.features.reminders import queries as reminders
from bot.features.reminders.handlers.settings import all_states
from bot.features.reminders.messages.settings import ReminderState
from bot.features.reminders.messages.times import most_times, unclear_times
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.message import Message, pack, parse_day
from bot.telegram.replies import NOTHING, Replies

ABSENT = "x"
"""Stands in callback data for a value that was not there before."""
LONGEST_MUTE = timedelta(days=15)


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


async def set_days(context: Context, kind: Kind, weekdays: int) -> Replies:
    """Set the weekdays of a reminder, which also switches it on."""

    def change(reminder: Reminder) -> None:
        reminder.weekdays, reminder.enabled = weekdays, True

    return await change_reminder(context, kind, change, _confirmation, needs_open_gate=True)


async def set_sound(context: Context, kind: Kind, *, on: bool) -> Replies:
    """Make a reminder silent or not."""

    def change(reminder: Reminder) -> None:
        reminder.with_sound = on

    return await change_reminder(context, kind, change, _confirmation, needs_open_gate=False)


async def shift_times(context: Context, kind: Kind, minutes: int) -> Replies:
    """Move all times of a reminder earlier or later."""
    user = context.person

    def change(reminder: Reminder) -> None:
        moved = tuple(
            sorted(
                shift(slot, timedelta(minutes=minutes))
                for slot in reminders.shown_times(reminder, user)
            )
        )
        reminder.times = format_times(moved)
        _switch_on(reminder)

    return await change_reminder(context, kind, change, _confirmation, needs_open_gate=True)


async def reset(context: Context, kind: Kind) -> Replies:
    """Set times, weekdays and sound back to the defaults."""

    def change(reminder: Reminder) -> None:
        reminder.times = None
        reminder.weekdays = default_weekdays(reminder.kind)
        reminder.with_sound = reminder.kind in reminders.SOUND_BY_DEFAULT

    return await change_reminder(context, kind, change, _confirmation, needs_open_gate=False)


async def mute(context: Context, kind: Kind, until_on: date) -> Replies:
    """Send no reminder of a kind up to and including a date."""
    if not timedelta(0) <= until_on - context.today <= LONGEST_MUTE:
        return NOTHING
    await reminders.cancel_pending(context.session, context.person.id, kind)
    span = format_rests([(context.today, until_on)])
    return await _set_muted(context, kind, span, messages.muted)


async def keep(context: Context, kind: str) -> Replies:
    """Leave everything, or the reminder of a kind, as it is, and say so."""
    if not kind:
        return present_with_keyboard(context, messages.everything_stays(context.tr))
    await reminders.ensure_reminders(context.session, context.person)
    kept = messages.stays(context.tr, await _state(context, Kind(kind)))
    return present_with_keyboard(context, kept)


async def _set_muted(
    context: Context,
    kind: Kind,
    span: str | None,
    say: Callable[[Translator, ReminderState, str | None], Message],
) -> Replies:
    undo = ABSENT

    def change(reminder: Reminder) -> None:
        nonlocal undo
        undo = (reminder.muted or ABSENT).replace("/", "").replace("-", "")
        reminder.muted = span

    def confirm(tr: Translator, state: ReminderState, _before: Setting, _after: Setting) -> Message:
        return say(tr, state, pack("typed", "unmute", kind, undo))

    return await change_reminder(context, kind, change, confirm, needs_open_gate=False)


async def on_unmute(_update: Update, context: Context) -> Replies:
    """Undo a mute: the callback data has the span of dates before, if there was one."""
    kind, dates = context.tap.word(0), context.tap.word(1) or ""
    if kind not in set(Kind) - {Kind.CUSTOM}:
        return NOTHING
    first, last = parse_day(dates[:8]), parse_day(dates[8:])
    span = None if first is None or last is None else format_rests([(first, last)])
    if span is None and dates != ABSENT:
        return NOTHING
    return await _set_muted(
        context, Kind(kind), span, lambda tr, state, _: messages.put_back(tr, state)
    )


Setting = tuple[bool, str | None, int, bool]
"""Whether a reminder is on, its chosen times as they are stored, its weekdays and its sound."""


def _setting(reminder: Reminder) -> Setting:
    return reminder.enabled, reminder.times, reminder.weekdays, reminder.with_sound


def _confirmation(tr: Translator, state: ReminderState, before: Setting, after: Setting) -> Message:
    if before == after:
        return messages.unchanged(tr, state)
    return messages.changed(tr, state, _undo_data(state.kind, before))


def _undo_data(kind: Kind, before: Setting) -> str | None:
    """Callback data that sets a reminder to what it was; None when that does not fit."""
    enabled, times, weekdays, with_sound = before
    clocks = ABSENT if times is None else times.replace(":", "").replace(",", "")
    try:
        return pack("typed", "back", kind, int(enabled), clocks, weekdays, int(with_sound))
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
    before = _setting(reminder)
    change(reminder)
    if not reminder.enabled:
        await reminders.cancel_pending(session, user.id, kind)
    replan_reminder(reminder, user, context.now)
    await session.flush()
    shown = confirm(tr, await _state(context, kind), before, _setting(reminder))
    return present_with_keyboard(context, shown)


async def _state(context: Context, kind: Kind) -> ReminderState:
    return next(state for state in await all_states(context) if state.kind is kind)


async def on_back(_update: Update, context: Context) -> Replies:
    """Undo a change of a reminder. Idempotent: the callback data has the previous state."""
    tap = context.tap
    kind, enabled, clocks = tap.word(0), tap.number(1), tap.word(2) or ""
    if kind not in set(Kind) - {Kind.CUSTOM} or enabled not in {0, 1}:
        return NOTHING
    times = _stored_times(clocks)
    if clocks != ABSENT and times is None:
        return NOTHING

    weekdays, with_sound = tap.number(3), tap.number(4)

    def change(reminder: Reminder) -> None:
        reminder.enabled, reminder.times = enabled == 1, times
        if weekdays is not None and 0 <= weekdays <= EVERY_DAY and with_sound in {0, 1}:
            reminder.weekdays, reminder.with_sound = weekdays, with_sound == 1

    def confirm(tr: Translator, state: ReminderState, _before: Setting, _after: Setting) -> Message:
        return messages.put_back(tr, state)

    return await change_reminder(context, Kind(kind), change, confirm, needs_open_gate=enabled == 1)


def _stored_times(clocks: str) -> str | None:
    """The times in callback data as they are stored; None when they are not times."""
    digits = clocks.replace(".", "")
    try:
        found = tuple(
            time(int(digits[at : at + 2]), int(digits[at + 2 : at + 4]))
            for at in range(0, len(digits), 4)
        )
    except ValueError:
        return None
    return format_times(found) or None
