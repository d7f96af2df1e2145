"""Snoozing a reminder: by minutes, until an instant, or until a typed time of day."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from bot.dispatch.schedule import instant_of
from bot.features.reminders import queries
from bot.features.reminders.handlers.sent import (
    LONGEST_SNOOZE,
    SentReminder,
    answers_again,
    bedtime_question,
    current_state,
    find_sent,
    gone,
    is_well_past_bedtime,
    may_snooze,
    tapped,
)
from bot.features.reminders.messages import snooze as messages
from bot.features.reminders.typed_times import halves
from bot.local_time.typed_answers import answered_clock, is_shown_twice
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Edit, Occasion, OnSent, Replies, Say, Show

MINUTE = timedelta(minutes=1)
SAME_SNOOZE = timedelta(minutes=2)
"""A snooze until almost the same instant as the stored one is the same tap, received twice."""
MOST_MINUTES = 60
"""The longest snooze by minutes."""
SHOWN_BELOW = "reminders.shown_below"


async def on_later(_update: Update, context: Context) -> Replies:
    """Ask for how long; when it is too late to snooze, offer only the answers."""
    sent = await tapped(context)
    if sent is None:
        return gone(context)
    if not may_snooze(context, sent):
        return [Show(answers_again(context, sent))]
    kind = sent.delivery.kind
    return [Show(messages.snooze_choices(context.tr, kind, sent.delivery_id, words=sent.words))]


async def on_in(_update: Update, context: Context) -> Replies:
    """Snooze for some minutes, counted from the tap."""
    minutes = context.tap.number(1)
    if minutes is None or not 1 <= minutes <= MOST_MINUTES:
        return NOTHING
    return await _snooze(context, context.now + minutes * MINUTE, ask=True)


async def on_until(update: Update, context: Context) -> Replies:
    """Snooze until an instant, given in minutes of Unix time, even if it is past bed time."""
    minute = context.tap.number(1)
    if minute is None or not 0 < minute < 10**9:
        return NOTHING
    at = datetime.fromtimestamp(minute * 60, UTC)
    if not context.now - MINUTE <= at <= context.now + LONGEST_SNOOZE:
        return await on_later(update, context)
    return await _snooze(context, at, ask=False)


async def _snooze(context: Context, at: datetime, *, ask: bool) -> Replies:
    """Snooze the tapped reminder.

    Args:
        context: whose reminder it is.
        at: when it comes again.
        ask: whether an instant well past bed time has to be confirmed.
    """
    sent = await tapped(context)
    if sent is None:
        return gone(context)
    if not may_snooze(context, sent):
        return [Show(answers_again(context, sent))]
    if ask and is_well_past_bedtime(context, sent, at):
        return [Show(bedtime_question(context, sent, at))]
    _store(context, sent, at)
    changed = DiaryChanged({sent.delivery.night_on}, occasion=Occasion.ANSWERED)
    return [Show(current_state(context, sent)), changed]


def _store(context: Context, sent: SentReminder, at: datetime) -> None:
    """Store the snooze. The same tap received twice changes nothing."""
    later_at = sent.delivery.later_at
    if later_at is None or abs(later_at - at) >= SAME_SNOOZE:
        queries.snooze(context.session, sent.delivery, at)


async def on_at(_update: Update, context: Context) -> Replies:
    """Ask for a typed time of day."""
    sent = await tapped(context)
    if sent is None:
        return gone(context)
    context.ask("reminders", "at", sent.delivery_id)
    kind = sent.delivery.kind
    return [Show(messages.ask_snooze_time(context.tr, kind, sent.delivery_id, words=sent.words))]


async def on_typed_at(context: Context, question: Tap, text: str) -> Replies | None:
    """Snooze until the next time that clocks show the typed time of day."""
    sent = await find_sent(context, question)
    if sent is None:
        return None
    clock = answered_clock(text, context.tr.language)
    at = _first_instant(context, text, clock) if clock is not None else None
    if not may_snooze(context, sent):
        shown = answers_again(context, sent)
        return [Say(shown)] if at is None else show_below(context, sent, shown)
    if at is None or at > context.now + LONGEST_SNOOZE:
        return [Say(messages.unclear_time(context.tr, sent.delivery_id))]
    if is_well_past_bedtime(context, sent, at):
        return show_below(context, sent, bedtime_question(context, sent, at))
    _store(context, sent, at)
    changed = DiaryChanged({sent.delivery.night_on}, occasion=Occasion.ANSWERED)
    return [*show_below(context, sent, current_state(context, sent)), changed]


def show_below(context: Context, sent: SentReminder, shown: Message) -> Replies:
    """Show the reminder in a new message below what was typed; the earlier one loses its buttons.

    Answers and the next reminder then change the new message.
    """
    context.stop_asking("reminders")
    earlier_id = sent.delivery.message_id
    without_buttons = replace(shown, rows=())
    return [
        Say(
            shown,
            on_sent=OnSent(SHOWN_BELOW, str(sent.delivery_id)),
            then=[Edit(earlier_id, without_buttons, or_new=False)] if earlier_id else (),
        )
    ]


async def on_shown_below(context: Context, key: str, message_id: int) -> Replies:
    """Store which message shows the delivery; ``key`` is its id."""
    await queries.set_message(context.session, int(key), context.person.id, message_id)
    return NOTHING


def _first_instant(context: Context, text: str, clock: time) -> datetime | None:
    """The next instant that a typed time can mean: "9" in the evening is 21:00."""
    meant = halves(clock) if is_shown_twice(text, context.tr.language) else (clock,)
    instants = (_next_instant(context, one) for one in meant)
    return min((one for one in instants if one is not None), default=None)


def _next_instant(context: Context, clock: time) -> datetime | None:
    """The next instant at which clocks where the person is show this time."""
    local = context.local_now
    key = datetime.combine(local.date(), clock)
    if key <= local:
        key += timedelta(days=1)
    return instant_of(key, ZoneInfo(context.zone))
