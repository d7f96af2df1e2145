"""What "…" on a reminder offers: move, mute or stop it, in place, each with an Undo."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from telegram import Update

from bot.database.models import Reminder
from bot.dispatch.planning import (
    format_times,
    is_kept_off,
    parse_times,
    replan_reminder,
    schedule_of,
)
from bot.dispatch.schedule import format_rests
from bot.features.reminders import queries
from bot.features.reminders.handlers.callback_reference import times_in
from bot.features.reminders.handlers.sent import (
    SentReminder,
    current_state,
    find_sent,
    gone,
    tapped,
)
from bot.features.reminders.handlers.snooze import show_below
from bot.features.reminders.messages import menu as messages
from bot.features.reminders.messages.menu import DEFAULT, Choices, packed_times
from bot.features.reminders.messages.times import most_times
from bot.local_time.nights import local_time, night_of
from bot.local_time.typed_times import parse_times as parse_typed_times
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Replies, Say, Show

LONGEST_MUTE = timedelta(days=15)
"""A reminder that comes once a week can be left out once; later dates are forged."""
WEEK = timedelta(days=7)


async def on_menu(_update: Update, context: Context) -> Replies:
    """Show the choices in place of the reminder."""
    found = await _tapped(context)
    if found is None:
        return gone(context)
    return [Show(messages.menu(context.tr, _choices(context, *found)))]


async def _tapped(context: Context) -> tuple[SentReminder, Reminder] | None:
    """The tapped reminder and its row, locked."""
    sent = await tapped(context)
    return None if sent is None else (sent, await _row(context, sent))


async def _row(context: Context, sent: SentReminder) -> Reminder:
    return await queries.reminder_of_delivery(context.session, sent.delivery, for_update=True)


def _choices(context: Context, sent: SentReminder, reminder: Reminder) -> Choices:
    today = _evening(context, reminder, context.local_now)
    following = _next_local(context, reminder)
    next_on = _evening(context, reminder, following) if following else None
    is_today = next_on == today
    return Choices(
        sent.delivery.kind,
        sent.delivery_id,
        queries.shown_times(reminder, context.person),
        today if is_today else None,
        next_on,
        today + WEEK - timedelta(days=is_today),
        sent.words,
    )


def _evening(context: Context, reminder: Reminder, local: datetime) -> date:
    """The date that decides whether a reminder rests at a local time."""
    by_night = schedule_of(reminder, context.person).by_night
    return night_of(local) if by_night else local.date()


def _next_local(context: Context, reminder: Reminder) -> datetime | None:
    return None if reminder.next_at is None else local_time(reminder.next_at, context.zone)


# Move --------------------------------------------------------------------------------------------


async def on_move(_update: Update, context: Context) -> Replies:
    """Set the times in the callback data."""
    times = _times_in(context.tap.word(1) or "")
    found = await _tapped(context)
    if found is None:
        return gone(context)
    sent, reminder = found
    if not 0 < len(times) <= most_times(reminder.kind) or reminder.times == format_times(times):
        return NOTHING  # the second of two taps: the first one's Undo stands
    return [Show(_move(context, sent, reminder, times))]


def _move(
    context: Context, sent: SentReminder, reminder: Reminder, times: tuple[time, ...]
) -> Message:
    """Set times, and say so with an Undo that carries the times before."""
    earlier = DEFAULT if reminder.times is None else packed_times(parse_times(reminder.times))

    def change(row: Reminder) -> None:
        row.times = format_times(times)

    _change(context, reminder, change)
    return messages.moved(
        context.tr, reminder.kind, sent.delivery_id, times, earlier, words=sent.words
    )


def _times_in(text: str) -> tuple[time, ...]:
    """The times in callback data; empty when any of them is none."""
    return times_in([text[start : start + 4] for start in range(0, len(text), 4)])


async def on_unmove(_update: Update, context: Context) -> Replies:
    """Take a move back: the times in the callback data are those before it."""
    word = context.tap.word(1) or ""
    times = _times_in(word)
    found = await _tapped(context)
    if found is None:
        return gone(context)
    sent, reminder = found
    if word != DEFAULT and not 0 < len(times) <= most_times(reminder.kind):
        return NOTHING

    def change(row: Reminder) -> None:
        row.times = None if word == DEFAULT else format_times(times)

    _change(context, reminder, change)
    return [Show(await _as_it_is(context, sent))]


async def on_type(_update: Update, context: Context) -> Replies:
    """Ask for typed times."""
    found = await _tapped(context)
    if found is None:
        return gone(context)
    sent, reminder = found
    context.ask("reminders", "type", sent.delivery_id)
    asked = messages.ask_new_times(context.tr, reminder.kind, sent.delivery_id, words=sent.words)
    return [Show(asked)]


async def on_typed(context: Context, question: Tap, text: str) -> Replies | None:
    """Set the typed times."""
    sent = await find_sent(context, question)
    if sent is None:
        return None
    reminder = await _row(context, sent)
    times = tuple(parse_typed_times(text, context.tr.language))
    if not 0 < len(times) <= most_times(reminder.kind):
        return [Say(messages.unclear_new_times(context.tr, reminder.kind, sent.delivery_id))]
    return show_below(context, sent, _move(context, sent, reminder, times))


# Mute --------------------------------------------------------------------------------------------


async def on_mute(_update: Update, context: Context) -> Replies:
    """Mute until the date in the callback data, that day included."""
    until = context.tap.day(1)
    found = await _tapped(context)
    if found is None:
        return gone(context)
    sent, reminder = found
    today = _evening(context, reminder, context.local_now)
    if until is None or not timedelta(0) <= until - today <= LONGEST_MUTE:
        return [Show(messages.menu(context.tr, _choices(context, sent, reminder)))]

    def change(row: Reminder) -> None:
        row.muted = format_rests([(today, until)])

    _change(context, reminder, change)
    await queries.cancel_pending(context.session, context.person.id, reminder.kind, reminder.slot)
    return [
        Show(
            messages.muted(
                context.tr,
                reminder.kind,
                sent.delivery_id,
                _next_local(context, reminder),
                context.today,
                words=sent.words,
            )
        )
    ]


async def on_unmute(_update: Update, context: Context) -> Replies:
    """End the mute."""

    def change(row: Reminder) -> None:
        row.muted = None

    return await _undo(context, change)


# Stop --------------------------------------------------------------------------------------------


async def on_stop(_update: Update, context: Context) -> Replies:
    """Switch the reminder off."""
    found = await _tapped(context)
    if found is None:
        return gone(context)
    sent, reminder = found
    _change(context, reminder, _off)
    await queries.cancel_pending(context.session, context.person.id, reminder.kind, reminder.slot)
    shown = messages.stopped(context.tr, reminder.kind, sent.delivery_id, words=sent.words)
    return [Show(shown)]


async def on_unstop(_update: Update, context: Context) -> Replies:
    """Switch the reminder on again."""

    def change(row: Reminder) -> None:
        row.enabled = not is_kept_off(row.kind, context.person)

    return await _undo(context, change)


def _off(row: Reminder) -> None:
    row.enabled = False


async def on_keep(_update: Update, context: Context) -> Replies:
    """Leave the drinks as they are, in answer to the question after two weeks."""
    sent = await tapped(context)
    if sent is None:
        return gone(context)
    return [Show(messages.kept(context.tr, sent.delivery_id))]


async def _undo(context: Context, change: Callable[[Reminder], None]) -> Replies:
    found = await _tapped(context)
    if found is None:
        return gone(context)
    sent, reminder = found
    _change(context, reminder, change)
    return [Show(await _as_it_is(context, sent))]


def _change(context: Context, reminder: Reminder, change: Callable[[Reminder], None]) -> None:
    """Change a reminder and plan it again."""
    change(reminder)
    replan_reminder(reminder, context.person, context.now)
    context.session.add(reminder)


async def _as_it_is(context: Context, sent: SentReminder) -> Message:
    """The reminder after an Undo; its line follows the times, which have changed."""
    return current_state(context, await find_sent(context, context.tap) or sent)
