"""/reminders: the list of reminders, and the settings of each."""

from collections.abc import Callable
from datetime import time

from telegram import Update

from bot.database.models import EVERY_DAY, Kind, Reminder, SetupStep
from bot.dispatch.moved_ahead import moved_ahead
from bot.dispatch.planning import (
    default_times,
    default_weekdays,
    is_gate_shut,
    is_kept_off,
    replan_reminder,
)
from bot.dispatch.schedule import format_times
from bot.features.health_profile.gate_queries import has_leg_sign
from bot.features.health_profile.medicine_words import speaks_of_drinking
from bot.features.reminders import queries
from bot.features.reminders.handlers.callback_reference import Reference, reference_in, times_in
from bot.features.reminders.handlers.sent import gone
from bot.features.reminders.messages import settings as messages
from bot.features.reminders.messages.settings import ReminderState
from bot.features.reminders.messages.times import ask_times, most_times, unclear_times, which_half
from bot.features.reminders.once_queries import remove_past
from bot.features.reminders.states import states_of
from bot.features.reminders.typed_times import halves, times_meant
from bot.i18n.translator import Translator
from bot.local_time.typed_answers import is_shown_twice
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Replies, Say, Show


async def all_states(context: Context) -> list[ReminderState]:
    """The states of all reminders of the person."""
    await queries.ensure_reminders(context.session, context.person)
    stored = await queries.reminders_of(context.session, context.person.id)
    reminders = await remove_past(context.session, stored, context.today)
    has_sign = await has_leg_sign(context.session, context.person.id)
    moved = await moved_ahead(context.session, context.person, Kind.STRETCH)
    return states_of(
        reminders, context.person, context.now, has_leg_sign=has_sign, moved_ahead=moved
    )


async def _list(context: Context) -> Message:
    if context.person.setup_step is not SetupStep.DONE:
        return messages.not_set_up(context.tr)
    context.stop_asking("reminders")
    return messages.overview(context.tr, await all_states(context))


async def on_list_command(_update: Update, context: Context) -> Replies:
    """Show all reminders, each with its state and next time."""
    return [Say(await _list(context))]


async def on_list(_update: Update, context: Context) -> Replies:
    """Show the list in place of a card."""
    return [Show(await _list(context))]


async def change_reminder(
    context: Context,
    reference: Reference | None,
    change: Callable[[Reminder], None],
    card: Callable[[Translator, ReminderState], Message] = messages.reminder_card,
    shown_kind: Kind | None = None,
) -> Replies:
    """Change a reminder, plan it again and show its card.

    Args:
        context: whose reminder it is.
        reference: which reminder; None: nothing is done.
        change: sets attributes of the row.
        card: makes the card.
        shown_kind: the kind whose card is shown, if it is another one.
    """
    if reference is None:
        return NOTHING
    await queries.ensure_reminders(context.session, context.person)
    await change_row(context, reference, change)
    context.stop_asking("reminders")
    return await _card(context, Reference(shown_kind or reference.kind, reference.slot), card)


async def change_row(
    context: Context, reference: Reference, change: Callable[[Reminder], None]
) -> bool:
    """Change a reminder and plan it again; False when the person has no such one."""
    session, user = context.session, context.person
    reminder = await queries.reminder_of(
        session, user.id, reference.kind, reference.slot, for_update=True
    )
    if reminder is None:
        return False
    change(reminder)
    if is_kept_off(reminder.kind, user):  # an old button; it comes back only by a new tap
        reminder.enabled = False
    if not reminder.enabled:
        await queries.cancel_pending(session, user.id, reminder.kind, reminder.slot)
    replan_reminder(reminder, user, context.now)
    session.add(reminder)
    await session.flush()
    return True


async def _card(
    context: Context,
    reference: Reference,
    card: Callable[[Translator, ReminderState], Message],
) -> Replies:
    for state in await all_states(context):
        if (state.kind, state.slot) == (reference.kind, reference.slot):
            return context.present(card(context.tr, state))
    return gone(context)


def unchanged(_reminder: Reminder) -> None:
    """The ``change`` of a handler that only shows a card."""


async def on_kind(_update: Update, context: Context) -> Replies:
    """Show the card of one reminder."""
    return await change_reminder(context, reference_in(context.tap), unchanged)


async def on_switch(_update: Update, context: Context) -> Replies:
    """Switch a reminder on or off, as the button says."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = context.tap.number(1) == 1
        reminder.muted = None
        if reminder.enabled and reminder.weekdays == 0:
            reminder.weekdays = default_weekdays(reminder.kind)

    return await change_reminder(context, reference_in(context.tap), change)


async def on_dinner(_update: Update, context: Context) -> Replies:
    """Switch the reminder about caffeine at dinner on or off, from the card of the other one."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = context.tap.number(0) == 1

    reference = Reference(Kind.DINNER_CAFFEINE)
    return await change_reminder(context, reference, change, shown_kind=Kind.CAFFEINE)


async def on_sound(_update: Update, context: Context) -> Replies:
    """Make a reminder silent or not, as the button says."""

    def change(reminder: Reminder) -> None:
        reminder.with_sound = context.tap.number(1) == 1

    return await change_reminder(context, reference_in(context.tap), change)


async def on_set(_update: Update, context: Context) -> Replies:
    """Set the times in the callback data."""
    reference = reference_in(context.tap)
    times = times_in((context.tap.word(1) or "").split("."))
    if reference is None or not 0 < len(times) <= most_times(reference.kind):
        return NOTHING
    return await _set_times(context, reference, times)


async def _set_times(context: Context, reference: Reference, times: tuple[time, ...]) -> Replies:
    """Set the times of a reminder, which also switches it on.

    A new reminder of the person's own that speaks of drinking stays off while the drinks gate is
    shut. They can switch it on.
    """
    user = context.person
    stored = await queries.reminder_of(context.session, user.id, reference.kind, reference.slot)
    is_new_drink = (
        reference.kind is Kind.CUSTOM
        and stored is not None
        and stored.times is None
        and is_gate_shut(user, "drinks")
        and speaks_of_drinking(stored.words or "")
    )

    def change(reminder: Reminder) -> None:
        reminder.times = format_times(times)
        reminder.enabled = not is_new_drink

    card = messages.own_drink_card if is_new_drink else messages.reminder_card
    return await change_reminder(context, reference, change, card)


async def on_times(_update: Update, context: Context) -> Replies:
    """Ask for typed times."""
    reference = reference_in(context.tap)
    if reference is None:
        return NOTHING
    kind, slot = reference.kind, reference.slot
    reminder = await queries.reminder_of(context.session, context.person.id, kind, slot)
    if reminder is None and kind is Kind.CUSTOM:
        return gone(context)
    context.ask("reminders", "times", reference)
    words = reminder.words if reminder else None
    return [Show(ask_times(context.tr, kind, str(reference), words=words))]


async def on_typed_times(context: Context, question: Tap, text: str) -> Replies | None:
    """Set the typed times."""
    reference = reference_in(question)
    if reference is None:
        return None
    language = context.tr.language
    times = times_meant(text, language, default_times(reference.kind, context.person))
    asked = question.clock(1)
    if asked is not None and not times:
        times = times_meant(f"{asked.hour}:{asked:%M} {text}", language, ())  # "in the evening"
    elif reference.kind is Kind.CUSTOM and len(times) == 1 and is_shown_twice(text, language):
        context.ask("reminders", "times", reference, f"{times[0]:%H%M}")
        return [Say(which_half(context.tr, str(reference), halves(times[0])))]
    if not 0 < len(times) <= most_times(reference.kind):
        return [Say(unclear_times(context.tr, reference.kind, str(reference)))]
    return await _set_times(context, reference, times)


async def on_days(_update: Update, context: Context) -> Replies:
    """Show the weekdays of a reminder."""
    reference = reference_in(context.tap)
    return await change_reminder(context, reference, unchanged, messages.days_card)


async def on_set_days(_update: Update, context: Context) -> Replies:
    """Set the weekdays in the callback data; without any the reminder is switched off."""
    reference, mask = reference_in(context.tap), context.tap.number(1)
    if reference is None or mask is None or not 0 <= mask <= EVERY_DAY:
        return NOTHING
    if reference.kind is Kind.SUMMARY and mask.bit_count() != 1:
        return NOTHING

    def change(reminder: Reminder) -> None:
        if mask == 0:
            reminder.enabled = False
        else:
            reminder.weekdays, reminder.enabled = mask, True

    card = messages.no_days_card if mask == 0 else messages.days_card
    return await change_reminder(context, reference, change, card)


async def on_reset(_update: Update, context: Context) -> Replies:
    """Set times, weekdays and sound back to the defaults."""

    def change(reminder: Reminder) -> None:
        reminder.times = None
        reminder.weekdays = default_weekdays(reminder.kind)
        reminder.with_sound = reminder.kind in queries.SOUND_BY_DEFAULT

    return await change_reminder(context, reference_in(context.tap), change)
