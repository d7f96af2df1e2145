"""A bedtime for one night: only that night's stretch moves, and with it nothing else.

The reminder keeps its time. The delivery of tonight's occurrence is made ahead, as one that was
asked for again at a later time; so the usual one finds its row taken, and is not sent.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select
from telegram import Update

from bot.database.models import Answer, Delivery, DeliveryStatus, Kind, Reminder
from bot.dispatch.moved_ahead import moved_ahead
from bot.dispatch.planning import is_on, is_paused_at, schedule_of, zone_plan_of
from bot.dispatch.schedule import (
    STRETCH_BEFORE_BED,
    Occurrence,
    instant_of,
    occurrences_after,
)
from bot.features.free_text.acts import act_messages as messages
from bot.features.free_text.acts.own_reminder_acts import kept_off_card
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.meanings.act_values import SleepTimes
from bot.features.free_text.messages import choice
from bot.features.reminders import queries as reminders
from bot.features.reminders.handlers.sent import sent_reminder
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.local_time.nights import NIGHT_BEGINS, is_quiet, local_time, night_of
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Occasion, Replies

LONGEST_AHEAD = timedelta(hours=20)
"""No bedtime of the night that begins is further ahead."""
SOON = timedelta(minutes=1)
_ON_THE_WAY = (DeliveryStatus.CLAIMED, DeliveryStatus.SENDING)
_SENT = (DeliveryStatus.SENT, DeliveryStatus.UNKNOWN)


async def move_tonight(context: Context, bed: datetime, message_id: int) -> Replies:
    """Let tonight's stretch come before another bedtime than usual.

    Args:
        context: whose stretch.
        bed: the bedtime, as local time.
        message_id: of the message that says so.
    """
    tr, user = context.tr, context.person
    bed_at = _instant_ahead(context, bed)
    if bed_at is None or bed_at > context.now + LONGEST_AHEAD:
        return context.refuse(messages.past_time(tr))
    always = SleepTimes(bed.time())
    every_night = choice(always, messages.act_label(tr, always, context.today), message_id)
    at = max(bed_at - STRETCH_BEFORE_BED, context.now + SOON)
    undo = await _moved(context, bed, at)
    if undo is None:
        return present_with_keyboard(context, messages.nothing_to_move(tr, bed, every_night))
    stretch_local = local_time(at, context.zone)
    is_silent = is_quiet(stretch_local.time(), user.bed_time, user.wake_time)
    shown = messages.moved_tonight(tr, bed, stretch_local, every_night, is_silent=is_silent)
    return present_with_keyboard(context, messages.with_undo(tr, shown, undo))


def _instant_ahead(context: Context, local: datetime) -> datetime | None:
    """The next instant at which clocks show a local time; None if it has passed."""
    first = instant_of(local, ZoneInfo(context.zone))
    again = local.replace(tzinfo=ZoneInfo(context.zone), fold=1).astimezone(UTC)
    return next((at for at in (first, again) if at is not None and at > context.now), None)


async def _moved(context: Context, bed: datetime, at: datetime) -> str | None:
    """Move tonight's stretch; the callback data that undoes it, None when none comes."""
    session, user = context.session, context.person
    stretch = await reminders.reminder_of(session, user.id, Kind.STRETCH, for_update=True)
    if stretch is None or not is_on(stretch, user) or is_paused_at(user, at):
        return None
    if await kept_off_card(context, Kind.STRETCH) is not None:
        return None
    usual = _tonights(context, stretch, bed)
    if usual is None:
        return None
    query = select(Delivery).where(
        Delivery.reminder_id == stretch.id, Delivery.due_at == usual.due_at
    )
    found = (await session.exec(query)).one_or_none()
    if found is None:
        found = Delivery(
            reminder_id=stretch.id or 0,
            user_id=user.id,
            kind=Kind.STRETCH,
            due_at=usual.due_at,
            night_on=night_of(usual.key),
            status=DeliveryStatus.NOT_NEEDED,
            send_at=at,
        )
    if found.status in _ON_THE_WAY or found.answer is Answer.DONE:
        return None
    before = found.answer
    reminders.snooze(session, found, at)
    await session.flush()
    return pack("typed", "usual", found.id or 0, before or ABSENT)


def _tonights(context: Context, stretch: Reminder, bed: datetime) -> Occurrence | None:
    """Tonight's stretch as it is planned; None when the evening has none."""
    schedule, plan = schedule_of(stretch, context.person), zone_plan_of(context.person)
    evening_on = night_of(bed)
    noon = datetime.combine(evening_on, NIGHT_BEGINS) - timedelta(minutes=1)
    found = next(occurrences_after(schedule, plan, noon), None)
    return found if found is not None and night_of(found.key) == evening_on else None


async def on_usual(_update: Update, context: Context) -> Replies:
    """Undo: tonight's stretch comes at its usual time, or at once when that has passed.

    One that had been sent already is not sent again; the callback data has its earlier answer.
    """
    moved = await moved_ahead(context.session, context.person, Kind.STRETCH)
    if moved is None or moved.id != context.tap.number(0):
        return await _not_again(context)
    if moved.due_at > context.now:
        await context.session.delete(moved)
    else:
        reminders.snooze(context.session, moved, context.now)
    return context.present(messages.usual_tonight(context.tr))


async def _not_again(context: Context) -> Replies:
    """Keep a stretch that was sent at its usual time from being sent again."""
    sent = await sent_reminder(context, context.tap.number(0), {Kind.STRETCH})
    if sent is None or sent.delivery.later_at is None or sent.delivery.status not in _SENT:
        return NOTHING
    delivery, word = sent.delivery, context.tap.word(1) or ""
    delivery.later_at = None
    if word in {*Answer}:
        delivery.answer, delivery.answered_at = Answer(word), context.now
    context.session.add(delivery)
    changed = DiaryChanged({delivery.night_on}, occasion=Occasion.ANSWERED)
    return [*context.present(messages.usual_tonight(context.tr)), changed]
