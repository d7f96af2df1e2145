"""Queries about reminders and their deliveries. No Telegram, no commit."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

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
from bot.dispatch.moved_ahead import forget_moved
from bot.dispatch.planning import (
    ReminderSettings,
    UserSettings,
    default_weekdays,
    replan_reminder,
    times_of,
)
from bot.dispatch.replanning import locked
from bot.dispatch.schedule import format_rests, format_times, shift
from bot.dispatch.spreading import offset_of
from bot.features.diary.limits import REMINDERS

KINDS = (
    Kind.STRETCH,
    Kind.CAFFEINE,
    Kind.DINNER_CAFFEINE,
    Kind.HYDRATION,
    Kind.MEAL,
    Kind.CHECK_IN,
    Kind.SUMMARY,
)
"""The kinds that everybody has, in the order in which they are shown. Those in own words follow."""
OFF_BY_DEFAULT = frozenset({Kind.DINNER_CAFFEINE, Kind.MEAL})
LOW_PRIORITY = frozenset({Kind.HYDRATION, Kind.MEAL, Kind.SUMMARY})
"""Kinds that are sent after the others that are due at the same time."""
ABOUT = timedelta(minutes=10)
"""By how much a time that is shown with "about" may differ from the real one."""
UNANSWERED_FOR = timedelta(days=14)
"""After this time without an answer to drinks, the person is asked whether to stop them."""
FEWEST_UNANSWERED = 10
"""The fewest unanswered drinks for that question: one a day on the weekdays of two weeks."""
ASKED_AGAIN_AFTER = timedelta(days=91)
CLOCK_CHANGE = timedelta(hours=2)
"""By how much two weeks can be longer or shorter because of a clock change."""
SOUND_BY_DEFAULT = frozenset({Kind.STRETCH, Kind.CAFFEINE, Kind.CUSTOM})


def shown_times(reminder: ReminderSettings, user: UserSettings) -> tuple[time, ...]:
    """The local times of a reminder as they are shown.

    Default times are spread, and shown with "about". An offset of more than ten minutes is added
    to them, rounded to five minutes.
    """
    times = times_of(reminder, user)
    offset = offset_of(reminder.kind, user.spread_seconds)
    if reminder.times is not None or abs(offset) <= ABOUT:
        return times
    near = timedelta(minutes=5) * round(offset / timedelta(minutes=5))
    return tuple(shift(slot, near) for slot in times)


async def ensure_reminders(session: Session, user: User) -> None:
    """Insert the reminders of all kinds that the person does not have yet."""
    rows = [_first_values(user.id, kind) for kind in KINDS]
    await session.exec(insert_for(session)(Reminder).values(rows).on_conflict_do_nothing())


def _first_values(user_id: int, kind: Kind) -> dict[str, Any]:
    """The columns of a new reminder of a kind that everybody has."""
    return {
        "user_id": user_id,
        "kind": kind,
        "slot": 0,
        "enabled": kind not in OFF_BY_DEFAULT,
        "weekdays": default_weekdays(kind),
        "with_sound": kind in SOUND_BY_DEFAULT,
        "priority": int(kind in LOW_PRIORITY),
    }


async def add_missing_kinds(session: Session, people: Sequence[int], now: datetime) -> bool:
    """Add and plan the kinds that some people lack, because they set up the bot before them.

    What they have stays as it is. Returns True: it is done for them.
    """
    owned = await session.exec(
        select(Reminder.user_id, Reminder.kind).where(col(Reminder.user_id).in_(people))
    )
    known = set(owned)
    found = await session.exec(
        select(User).where(col(User.id).in_(people), User.setup_step == SetupStep.DONE)
    )
    rows = []
    for user in found:
        for kind in KINDS:
            if (user.id, kind) not in known:
                values = _first_values(user.id, kind)
                planned = Reminder(**values)
                replan_reminder(planned, user, now)
                rows.append(values | {"next_at": planned.next_at, "next_local": planned.next_local})
    if rows:
        insert = insert_for(session)(Reminder).on_conflict_do_nothing()
        await (await session.connection()).execute(insert, rows)
    return True


async def reminders_of(
    session: Session, user_id: int, *, for_update: bool = False
) -> list[Reminder]:
    """A person's reminders, in the order in which they are shown.

    Args:
        session: the open session.
        user_id: whose reminders.
        for_update: whether to lock them until the commit, as ``bot.dispatch.replanning.locked``
            explains.
    """
    query = select(Reminder).where(Reminder.user_id == user_id).order_by(col(Reminder.id))
    rows = await session.exec(locked(query) if for_update else query)
    return sorted(rows, key=_display_order)


def _display_order(reminder: Reminder) -> tuple[int, int]:
    is_own = reminder.kind not in KINDS
    return len(KINDS) if is_own else KINDS.index(reminder.kind), reminder.slot


async def reminder_of(
    session: Session, user_id: int, kind: Kind, slot: int = 0, *, for_update: bool = False
) -> Reminder | None:
    """A person's reminder of one kind, or None.

    Args:
        session: the open session.
        user_id: whose reminder.
        kind: the kind of reminder.
        slot: tells reminders in own words apart; 0 for all other kinds.
        for_update: as in ``reminders_of``.
    """
    query = select(Reminder).where(
        Reminder.user_id == user_id, Reminder.kind == kind, Reminder.slot == slot
    )
    found = await session.exec(locked(query) if for_update else query)
    return found.one_or_none()


async def reminder_of_delivery(
    session: Session, delivery: Delivery, *, for_update: bool = False
) -> Reminder:
    """The reminder that a delivery belongs to; locked as in ``reminders_of``."""
    query = select(Reminder).where(Reminder.id == delivery.reminder_id)
    return (await session.exec(locked(query) if for_update else query)).one()


async def add_custom(
    session: Session, user: User, words: str, times: tuple[time, ...], now: datetime, slot: int
) -> Reminder | None:
    """Add a reminder in the person's own words, or change the one in that slot.

    Args:
        session: the open session.
        user: whose reminder.
        words: what the reminder says.
        times: local times; empty: it is not sent yet.
        now: the current instant.
        slot: tells it apart from others. The id of the typed message makes it idempotent: the
            same message received twice adds one reminder.

    Returns:
        The reminder, or None when the person has ``limits.REMINDERS`` already.
    """
    reminder = await reminder_of(session, user.id, Kind.CUSTOM, slot, for_update=True)
    if reminder is None:
        if len(await reminders_of(session, user.id)) >= REMINDERS:
            return None
        reminder = Reminder(user_id=user.id, kind=Kind.CUSTOM, slot=slot)
    reminder.words = words
    reminder.times = format_times(times) or None
    replan_reminder(reminder, user, now)
    session.add(reminder)
    await session.flush()
    return reminder


async def remove_custom(session: Session, user_id: int, slot: int) -> None:
    """Delete a reminder in the person's own words, and its deliveries by cascade."""
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
    """Set the spans of evenings in which a reminder is not sent; first and last are included."""
    reminder = await reminder_of(session, user.id, kind, slot, for_update=True)
    if reminder is not None:
        reminder.rests = format_rests(spans)
        replan_reminder(reminder, user, now)
        session.add(reminder)


async def owned_delivery(
    session: Session, delivery_id: int | None, user_id: int
) -> Delivery | None:
    """The delivery with this id if it is this person's, else None."""
    if delivery_id is None:
        return None
    found = await session.exec(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.user_id == user_id)
    )
    return found.one_or_none()


def set_answer(session: Session, delivery: Delivery, answer: Answer, now: datetime) -> None:
    """Store the answer to a delivery and end its snooze. The same answer again is idempotent."""
    if delivery.answer is not answer:
        delivery.answer = answer
        delivery.answered_at = now
    delivery.later_at = delivery.tidy_at = None
    session.add(delivery)


def snooze(session: Session, delivery: Delivery, at: datetime) -> None:
    """Send the same delivery again at an instant. The schedule of its reminder stays."""
    delivery.later_at = at
    delivery.answer = None
    delivery.answered_at = None
    delivery.tidy_at = None
    session.add(delivery)


async def cancel_pending(
    session: Session,
    user_id: int,
    kind: Kind | None = None,
    slot: int | None = None,
    *,
    even_claimed: bool = False,
) -> None:
    """Cancel snoozed deliveries, and those that wait for a retry.

    What was moved to another time comes at its usual one, should the reminder go on before.

    Args:
        session: the open session.
        user_id: whose deliveries.
        kind: only those of this kind; None: of all kinds.
        slot: only those of the reminder in this slot; None: of all slots.
        even_claimed: also those that a process has claimed and not begun to send.
    """
    chosen = col(Reminder.user_id) == user_id
    if kind is not None:
        chosen &= col(Reminder.kind) == kind
    if slot is not None:
        chosen &= col(Reminder.slot) == slot
    theirs = col(Delivery.reminder_id).in_(select(Reminder.id).where(chosen))
    await forget_moved(session, user_id, theirs)
    waits = col(Delivery.status) == DeliveryStatus.CLAIMED
    if not even_claimed:
        waits &= col(Delivery.claimed_by).is_(None)
    dropped = {"status": DeliveryStatus.NOT_NEEDED, "claimed_by": None, "lease_until_at": None}
    for condition, values in (
        (col(Delivery.later_at).is_not(None), {"later_at": None}),
        (waits, dropped),
    ):
        await session.exec(
            sa.update(Delivery)
            .where(col(Delivery.user_id) == user_id, theirs, condition)
            .values(values)
        )


def record_tap(session: Session, delivery: Delivery, message_id: int | None) -> None:
    """Record that a button of a delivery was tapped.

    The tap proves that a message of unknown outcome was delivered, and tells its id. The message
    has buttons again after the tap, which the next reminder of its kind has to remove.
    """
    if delivery.status is DeliveryStatus.UNKNOWN:
        delivery.status = DeliveryStatus.SENT
    if delivery.message_id is None:
        delivery.message_id = message_id
    if delivery.message_id == message_id:
        delivery.has_buttons = True
    session.add(delivery)


async def claim_stop_question(session: Session, reminder_id: int, due_at: datetime) -> bool:
    """Claim the question whether to stop a reminder, to be sent in place of one occurrence.

    It is asked when nobody has answered any of at least ``FEWEST_UNANSWERED`` that were sent in two
    weeks, and once in three months.

    Returns:
        Whether the message of this occurrence is the question.
    """
    reminder = await session.get(Reminder, reminder_id, with_for_update=True)
    if reminder is None:
        return False
    asked_at = reminder.stop_asked_at
    if asked_at == due_at:
        return True
    if asked_at is not None and due_at - asked_at < ASKED_AGAIN_AFTER:
        return False
    answered = sa.and_(col(Delivery.answer).is_not(None), col(Delivery.answer) != Answer.NO_ANSWER)
    found = await session.exec(
        select(
            sa.func.count(),
            sa.func.count().filter(sa.or_(answered, col(Delivery.later_at).is_not(None))),
            sa.func.min(Delivery.due_at),
        ).where(
            Delivery.reminder_id == reminder_id,
            Delivery.due_at >= due_at - UNANSWERED_FOR - CLOCK_CHANGE,
            Delivery.due_at < due_at,
            col(Delivery.status).in_((DeliveryStatus.SENT, DeliveryStatus.UNKNOWN)),
        )
    )
    count, answers, first_at = found.one()
    if count < FEWEST_UNANSWERED or answers or first_at is None:
        return False
    if first_at > due_at - UNANSWERED_FOR + CLOCK_CHANGE:
        return False
    reminder.stop_asked_at = due_at
    session.add(reminder)
    await session.flush()
    return True


async def was_never_sent(session: Session, reminder_id: int) -> bool:
    """Whether no message of a reminder was sent yet."""
    sent = (DeliveryStatus.SENT, DeliveryStatus.UNKNOWN)
    found = sa.exists().where(
        col(Delivery.reminder_id) == reminder_id, col(Delivery.status).in_(sent)
    )
    return not (await session.exec(select(found))).one()


async def set_message(session: Session, delivery_id: int, user_id: int, message_id: int) -> None:
    """Store which message shows a delivery from now on."""
    await session.exec(
        sa.update(Delivery)
        .where(col(Delivery.id) == delivery_id, col(Delivery.user_id) == user_id)
        .values(message_id=message_id, has_buttons=True)
    )
