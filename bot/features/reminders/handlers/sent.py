"""A reminder that was sent: finding it from a tapped button, and showing its state."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.database.models import Answer, Delivery, Kind, Reminder
from bot.dispatch.occurrence_numbers import occurrence_number
from bot.dispatch.planning import schedule_of, shut_codes, times_of, zone_plan_of
from bot.dispatch.schedule import bedtime_after
from bot.features.reminders import queries
from bot.features.reminders.messages import sent as messages
from bot.features.reminders.messages.menu import stop_question
from bot.features.reminders.messages.snooze import SNOOZE_MINUTES, past_bedtime, snoozed
from bot.features.reminders.tips import tip
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import Replies, Toast

LONGEST_SNOOZE = timedelta(hours=12)
"""How long a reminder can be snoozed, and until how long after it was due."""
JUST_PAST = timedelta(minutes=10)
"""Up to this long past bed time, a snooze only says so and does not ask: the stretch comes ten
minutes before bed and its one snooze is ten minutes (health reference, section a)."""


@dataclass(frozen=True)
class SentReminder:
    """A delivery, and what else its messages state."""

    delivery: Delivery
    delivery_id: int
    due_local: datetime
    """When it was due, as wall-clock time where the person is."""
    reminder: Reminder

    @property
    def words(self) -> str | None:
        """The person's own words, if it is such a reminder."""
        return self.reminder.words


ANSWERED = frozenset(SNOOZE_MINUTES)
"""Kinds whose messages carry the answers to a reminder."""
WITH_MENU = ANSWERED | {Kind.CHECK_IN}
"""Kinds whose messages carry "…"."""


async def find_sent(
    context: Context, tap: Tap, kinds: Collection[Kind] = ANSWERED
) -> SentReminder | None:
    """The reminder that callback data names, if it is this person's and of one of these kinds."""
    return await sent_reminder(context, tap.number(0), kinds)


async def sent_reminder(
    context: Context, delivery_id: int | None, kinds: Collection[Kind] = ANSWERED
) -> SentReminder | None:
    """The reminder of a delivery, if it is this person's and of one of these kinds."""
    delivery = await queries.owned_delivery(context.session, delivery_id, context.person.id)
    if delivery is None or delivery.id is None or delivery.kind not in kinds:
        return None
    reminder = await queries.reminder_of_delivery(context.session, delivery)
    due_local = local_time(delivery.due_at, context.zone)
    return SentReminder(delivery, delivery.id, due_local, reminder)


def _line(context: Context, sent: SentReminder) -> str:
    """The tip that a delivery was sent with."""
    person, delivery = context.person, sent.delivery
    schedule = schedule_of(sent.reminder, person)
    zone = zone_plan_of(person).on(delivery.night_on).key if person.time_zone else context.zone
    due_local = local_time(delivery.due_at, zone)
    number = occurrence_number(schedule, due_local)
    shut = shut_codes(person.shut_gates)
    return tip(context.tr, delivery.kind, number, shut, len(schedule.times))


async def tapped(context: Context, kinds: Collection[Kind] = ANSWERED) -> SentReminder | None:
    """The reminder whose button was tapped, as ``find_sent``. Open questions are closed."""
    context.stop_asking("reminders")
    sent = await find_sent(context, context.tap, kinds)
    if sent is not None:
        queries.record_tap(context.session, sent.delivery, context.tapped_message_id)
    return sent


def gone(context: Context) -> Replies:
    """The answer to a tap on a reminder that does not exist (any longer)."""
    return [Toast(messages.gone(context.tr))]


def may_snooze(context: Context, sent: SentReminder) -> bool:
    """Whether it is not too late to snooze it."""
    delivery = sent.delivery
    is_over = delivery.answer is Answer.NO_ANSWER or context.now - delivery.due_at >= LONGEST_SNOOZE
    return not is_over


def answers_again(context: Context, sent: SentReminder) -> Message:
    """The buttons for the answers."""
    return messages.ask_again(
        context.tr,
        sent.delivery.kind,
        sent.delivery_id,
        sent.due_local,
        may_wait=may_snooze(context, sent),
        words=sent.words,
    )


def current_state(context: Context, sent: SentReminder) -> Message:
    """The reminder as it is now: due, snoozed or answered."""
    delivery = sent.delivery
    asks_to_stop = sent.reminder.stop_asked_at == delivery.due_at
    if asks_to_stop and delivery.answer in {None, Answer.NO_ANSWER}:
        times = times_of(sent.reminder, context.person)
        return stop_question(context.tr, sent.delivery_id, times)
    if delivery.answer is not None:
        return messages.answered(
            context.tr,
            delivery.kind,
            sent.delivery_id,
            sent.due_local,
            delivery.answer,
            delivery.night_on,
            context.nights.evening_on(context.local_now),
            words=sent.words,
        )
    if delivery.later_at is not None:
        return _snoozed(context, sent, delivery.later_at)
    return messages.reminder_due(
        context.tr,
        delivery.kind,
        sent.delivery_id,
        _line(context, sent),
        words=sent.words,
    )


def _snoozed(context: Context, sent: SentReminder, at: datetime) -> Message:
    is_just_past = timedelta(0) < _past_bedtime(context, sent, at) <= JUST_PAST
    return snoozed(
        context.tr,
        sent.delivery.kind,
        sent.delivery_id,
        local_time(at, context.zone),
        context.person.bed_time if is_just_past else None,
        words=sent.words,
    )


def _past_bedtime(context: Context, sent: SentReminder, at: datetime) -> timedelta:
    """How long after the bed time that follows the reminder an instant is, to the minute."""
    bed_time = context.person.bed_time
    if bed_time is None:
        return timedelta(0)
    minute = local_time(at, context.zone).replace(second=0, microsecond=0)
    return minute - bedtime_after(sent.due_local, bed_time)


def is_well_past_bedtime(context: Context, sent: SentReminder, at: datetime) -> bool:
    """Whether a snooze until an instant needs the person's confirmation."""
    return _past_bedtime(context, sent, at) > JUST_PAST


def bedtime_question(context: Context, sent: SentReminder, at: datetime) -> Message:
    """Ask whether to snooze until an instant past bed time."""
    return past_bedtime(
        context.tr,
        sent.delivery.kind,
        sent.delivery_id,
        local_time(at, context.zone),
        context.person.bed_time or time(0),
        int(at.timestamp() // 60),
        words=sent.words,
    )
