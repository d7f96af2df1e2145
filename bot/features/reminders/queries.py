"""Rows of reminders and deliveries. No Telegram, no commit."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Answer,
    Delivery,
    DeliveryStatus,
    Kind,
    Reminder,
    SetupStep,
    User,
)
from bot.dispatch.planning import (
    ReminderSettings,
    UserSettings,
    default_weekdays,
    format_times,
    replan_reminder,
    times_of,
)
from bot.dispatch.replanning import locked
from bot.dispatch.schedule import format_rests, shift
from bot.dispatch.spreading import offset_of

KINDS = (
    Kind.STRETCH,
    Kind.CAFFEINE,
    Kind.DINNER_CAFFEINE,
    Kind.HYDRATION,
    Kind.MEAL,
    Kind.CHECK_IN,
    Kind.SUMMARY,
)
"""What everybody has, in the order in which they are shown; people's own ones come after them."""
OFF_AT_FIRST = frozenset({Kind.DINNER_CAFFEINE, Kind.MEAL})
MOST_REMINDERS = 20
"""Of one person, all kinds together."""
RELAXED = frozenset({Kind.HYDRATION, Kind.MEAL, Kind.SUMMARY})
"""These wait for the others."""
ABOUT = timedelta(minutes=10)
SOUND_BY_DEFAULT = frozenset({Kind.STRETCH, Kind.CAFFEINE, Kind.CUSTOM})


def shown_times(reminder: ReminderSettings, user: UserSettings) -> tuple[time, ...]:
    """The local times to show. Of default ones people read "about", which is true of ten minutes;
    a larger offset is shown, to five minutes."""
    times = times_of(reminder, user)
    offset = offset_of(reminder.kind, user.spread_seconds)
    if reminder.times is not None or abs(offset) <= ABOUT:
        return times
    near = timedelta(minutes=5) * round(offset / timedelta(minutes=5))
    return tuple(shift(slot, near) for slot in times)


async def ensure_reminders(session: Session, user: User) -> None:
    """Make the rows of every kind that the person does not have yet."""
    rows = [
        {
            "user_id": user.id,
            "kind": kind,
            "enabled": kind not in OFF_AT_FIRST,
            "weekdays": default_weekdays(kind),
            "with_sound": kind in SOUND_BY_DEFAULT,
            "priority": int(kind in RELAXED),
        }
        for kind in KINDS
    ]
    await session.exec(insert_for(session)(Reminder).values(rows).on_conflict_do_nothing())


async def add_missing_kinds(session: Session, now: datetime) -> None:
    """Add and plan reminders of the kinds that did not exist yet when a person set up the bot."""
    people = await session.exec(select(User).where(User.setup_step == SetupStep.DONE))
    for person in people.all():
        before = {reminder.id for reminder in await reminders_of(session, person.id)}
        await ensure_reminders(session, person)
        for reminder in await reminders_of(session, person.id):
            if reminder.id not in before:  # what is due already stays due
                replan_reminder(reminder, person, now)
                session.add(reminder)


async def reminders_of(
    session: Session, user_id: int, *, for_update: bool = False
) -> list[Reminder]:
    """A person's reminders, in the order in which they are shown.

    Args:
        for_update: lock them until the commit. Whoever plans them again must, or a claim that is
            made meanwhile is overwritten and its occurrence is sent twice.
    """
    query = select(Reminder).where(Reminder.user_id == user_id).order_by(col(Reminder.id))
    rows = await session.exec(locked(query) if for_update else query)
    return sorted(rows, key=_place)


def _place(reminder: Reminder) -> tuple[int, int]:
    is_own = reminder.kind not in KINDS
    return len(KINDS) if is_own else KINDS.index(reminder.kind), reminder.slot


async def reminder_of(
    session: Session, user_id: int, kind: Kind, slot: int = 0, *, for_update: bool = False
) -> Reminder | None:
    """A person's reminder of one kind; of several in their own words, the one of a slot.

    Args:
        for_update: as in ``reminders_of``.
    """
    query = select(Reminder).where(
        Reminder.user_id == user_id, Reminder.kind == kind, Reminder.slot == slot
    )
    found = await session.exec(locked(query) if for_update else query)
    return found.one_or_none()


async def reminder_behind(session: Session, delivery: Delivery) -> Reminder:
    """The reminder that a delivery is an occurrence of."""
    return await session.get_one(Reminder, delivery.reminder_id)


async def add_custom(
    session: Session, user: User, words: str, times: tuple[time, ...], now: datetime, slot: int
) -> Reminder | None:
    """Add a reminder in the person's own words, or change the one of that slot.

    Args:
        slot: a number of the caller's that tells it from others, such as the id of the message
            that it was typed in; so the same message twice is one reminder.

    Returns:
        The reminder, or None when the person has twenty already.
    """
    reminder = await reminder_of(session, user.id, Kind.CUSTOM, slot, for_update=True)
    if reminder is None:
        if len(await reminders_of(session, user.id)) >= MOST_REMINDERS:
            return None
        reminder = Reminder(user_id=user.id, kind=Kind.CUSTOM, slot=slot)
    reminder.words = words
    reminder.times = format_times(times) or None
    replan_reminder(reminder, user, now)
    session.add(reminder)
    await session.flush()
    return reminder


async def remove_custom(session: Session, user_id: int, slot: int) -> None:
    """Remove a reminder in the person's own words, with its deliveries."""
    await session.exec(
        sa.delete(Reminder).where(
            col(Reminder.user_id) == user_id,
            col(Reminder.kind) == Kind.CUSTOM,
            col(Reminder.slot) == slot,
        )
    )


async def set_rests(
    session: Session,
    user: User,
    kind: Kind,
    spans: Sequence[tuple[date, date]],
    now: datetime,
    slot: int = 0,
) -> None:
    """Have a reminder leave out spans of evenings (both ends included); none: it comes again."""
    reminder = await reminder_of(session, user.id, kind, slot, for_update=True)
    if reminder is not None:
        reminder.rests = format_rests(spans)
        replan_reminder(reminder, user, now)
        session.add(reminder)


async def owned_delivery(
    session: Session, delivery_id: int | None, user_id: int
) -> Delivery | None:
    """A delivery, only if it is this person's."""
    if delivery_id is None:
        return None
    found = await session.exec(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.user_id == user_id)
    )
    return found.one_or_none()


def set_answer(session: Session, delivery: Delivery, answer: Answer, now: datetime) -> None:
    """Note how a delivery was answered. The same answer twice changes nothing."""
    if delivery.answer is not answer:
        delivery.answer = answer
        delivery.answered_at = now
    delivery.later_at = None
    session.add(delivery)


def set_later(session: Session, delivery: Delivery, at: datetime) -> None:
    """Have the same occurrence come again at an instant; the schedule is not touched."""
    delivery.later_at = at
    delivery.answer = None
    delivery.answered_at = None
    session.add(delivery)


async def call_off(
    session: Session, user_id: int, kind: Kind | None = None, slot: int | None = None
) -> None:
    """Let nothing come that was due before: neither "later" nor what waits for another try.

    Args:
        kind: of one kind only; None: of all.
        slot: of one reminder of that kind only.
    """
    chosen = col(Reminder.user_id) == user_id
    if kind is not None:
        chosen &= col(Reminder.kind) == kind
    if slot is not None:
        chosen &= col(Reminder.slot) == slot
    theirs = col(Delivery.reminder_id).in_(select(Reminder.id).where(chosen))
    waits = sa.and_(
        col(Delivery.status) == DeliveryStatus.CLAIMED, col(Delivery.claimed_by).is_(None)
    )
    for condition, values in (
        (col(Delivery.later_at).is_not(None), {"later_at": None}),
        (waits, {"status": DeliveryStatus.NOT_NEEDED}),
    ):
        await session.exec(
            sa.update(Delivery)
            .where(col(Delivery.user_id) == user_id, theirs, condition)
            .values(values)
        )


def note_tapped(session: Session, delivery: Delivery, message_id: int | None) -> None:
    """A button was tapped: the message has arrived, and what it becomes has buttons too."""
    if delivery.status is DeliveryStatus.UNKNOWN:
        delivery.status = DeliveryStatus.SENT
    if delivery.message_id is None:
        delivery.message_id = message_id
    if delivery.message_id == message_id:
        delivery.has_buttons = True
    session.add(delivery)


async def note_message(session: Session, delivery_id: int, user_id: int, message_id: int) -> None:
    """The message that a delivery is shown in from now on."""
    await session.exec(
        sa.update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.user_id) == user_id)
        .values(message_id=message_id, has_buttons=True)
    )
