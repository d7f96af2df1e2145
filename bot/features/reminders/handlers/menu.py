"""What "…" on a reminder offers: move, mute or stop it, in place, each with an Undo."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from telegram import Update

from bot.database.models import Kind, Reminder
from bot.dispatch.planning import (
    default_times,
    is_kept_off,
    replan_reminder,
    schedule_of,
)
from bot.dispatch.schedule import format_rests, format_times, parse_times
from bot.features.reminders import queries
from bot.features.reminders.handlers.callback_reference import times_in
from bot.features.reminders.handlers.sent import (
    WITH_MENU,
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
from bot.features.reminders.typed_times import times_meant
from bot.local_time.nights import local_time, night_of
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Replies, Say, Show

LONGEST_MUTE = timedelta(days=15)
"""A reminder that comes once a week can be left out once; later dates are forged."""
WEEK = timedelta(days=7)


async def on_menu(_update: Update, context: Context) -> Replies:
    """Show the choices in place of the reminder."""
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    return [Show(messages.menu(context.tr, _choices(context, sent)))]


async def _tapped(context: Context) -> SentReminder | None:
    """The tapped reminder, with its row locked."""
    sent = await tapped(context, WITH_MENU)
    return None if sent is None else await _locked(context, sent)


async def _locked(context: Context, sent: SentReminder) -> SentReminder:
    """The same with the row of its reminder locked, and read anew."""
    row = await queries.reminder_of_delivery(context.session, sent.delivery, for_update=True)
    return replace(sent, reminder=row)


def _choices(context: Context, sent: SentReminder) -> Choices:
    reminder = sent.reminder
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
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    reminder = sent.reminder
    if not 0 < len(times) <= most_times(reminder.kind) or reminder.times == format_times(times):
        return NOTHING  # the second of two taps: the first one's Undo stands
    return [Show(_move(context, sent, times))]


def _move(context: Context, sent: SentReminder, times: tuple[time, ...]) -> Message:
    """Set times, and say so with an Undo that carries the times before."""
    reminder = sent.reminder
    earlier = DEFAULT if reminder.times is None else packed_times(parse_times(reminder.times))
    reminder.times = format_times(times)
    _replan(context, reminder)
    return messages.moved(
        context.tr, reminder.kind, sent.delivery_id, times, earlier, words=sent.words
    )


def _times_in(text: str) -> tuple[time, ...]:
    """The times in callback data; empty when any of them is invalid."""
    return times_in([text[start : start + 4] for start in range(0, len(text), 4)])


async def on_unmove(_update: Update, context: Context) -> Replies:
    """Take a move back: the times in the callback data are those before it."""
    word = context.tap.word(1) or ""
    times = _times_in(word)
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    if word != DEFAULT and not 0 < len(times) <= most_times(sent.delivery.kind):
        return NOTHING
    sent.reminder.times = None if word == DEFAULT else format_times(times)
    return _undone(context, sent)


async def on_type(_update: Update, context: Context) -> Replies:
    """Ask for typed times."""
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    context.ask("reminders", "type", sent.delivery_id)
    kind = sent.delivery.kind
    return [Show(messages.ask_new_times(context.tr, kind, sent.delivery_id, words=sent.words))]


async def on_typed(context: Context, question: Tap, text: str) -> Replies | None:
    """Set the typed times."""
    found = await find_sent(context, question, WITH_MENU)
    if found is None:
        return None
    sent = await _locked(context, found)
    kind = sent.delivery.kind
    times = times_meant(text, context.tr.language, default_times(kind, context.person))
    if not 0 < len(times) <= most_times(kind):
        return [Say(messages.unclear_new_times(context.tr, kind, sent.delivery_id))]
    return show_below(context, sent, _move(context, sent, times))


# Mute --------------------------------------------------------------------------------------------


async def on_mute(_update: Update, context: Context) -> Replies:
    """Mute until the date in the callback data, that day included."""
    until = context.tap.day(1)
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    reminder = sent.reminder
    today = _evening(context, reminder, context.local_now)
    if until is None or not timedelta(0) <= until - today <= LONGEST_MUTE:
        return [Show(messages.menu(context.tr, _choices(context, sent)))]
    reminder.muted = format_rests([(today, until)])
    _replan(context, reminder)
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
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    sent.reminder.muted = None
    return _undone(context, sent)


# Stop --------------------------------------------------------------------------------------------


async def on_stop(_update: Update, context: Context) -> Replies:
    """Switch the reminder off."""
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    reminder = sent.reminder
    reminder.enabled = False
    _replan(context, reminder)
    await queries.cancel_pending(context.session, context.person.id, reminder.kind, reminder.slot)
    shown = messages.stopped(context.tr, reminder.kind, sent.delivery_id, words=sent.words)
    return [Show(shown)]


async def on_unstop(_update: Update, context: Context) -> Replies:
    """Switch the reminder on again."""
    sent = await _tapped(context)
    if sent is None:
        return gone(context)
    sent.reminder.enabled = not is_kept_off(sent.delivery.kind, context.person)
    return _undone(context, sent)


async def on_keep(_update: Update, context: Context) -> Replies:
    """Leave the drinks as they are, in answer to the question after two weeks."""
    sent = await tapped(context)
    if sent is None:
        return gone(context)
    return [Show(messages.kept(context.tr, sent.delivery_id))]


def _undone(context: Context, sent: SentReminder) -> Replies:
    """Plan a changed reminder again, and show it as it is now; its line follows its times."""
    _replan(context, sent.reminder)
    if sent.delivery.kind is Kind.CHECK_IN:  # another feature's message
        return [Show(messages.menu(context.tr, _choices(context, sent)))]
    return [Show(current_state(context, sent))]


def _replan(context: Context, reminder: Reminder) -> None:
    """Plan a reminder again after a change."""
    replan_reminder(reminder, context.person, context.now)
    context.session.add(reminder)
