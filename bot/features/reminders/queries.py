"""Rows of reminders and deliveries. No Telegram, no commit."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.database.engine import Session, insert_for
from bot.database.models import (
    EVERY_DAY,
    Answer,
    Delivery,
    DeliveryStatus,
    Fluids,
    Kind,
    Reminder,
    SetupStep,
    User,
)
from bot.dispatch import schedule as rules
from bot.dispatch.schedule import Occurrence, Schedule, ZonePlan
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
BLINK = timedelta(microseconds=1)
SUMMARY_TIME = time(18, 0)
SUMMARY_WEEKDAYS = 1 << 6
"""Sunday."""
SOUND_BY_DEFAULT = frozenset({Kind.STRETCH, Kind.CAFFEINE, Kind.CUSTOM})


class Planned(Protocol):
    """What the plan needs of a reminder: its row, or only these columns of it."""

    @property
    def kind(self) -> Kind: ...
    @property
    def times(self) -> str | None: ...
    @property
    def weekdays(self) -> int: ...
    @property
    def rests(self) -> str | None: ...


class Habits(Protocol):
    """What the plan needs of a person: their row, or only these columns of it."""

    @property
    def time_zone(self) -> str | None: ...
    @property
    def home_zone(self) -> str | None: ...
    @property
    def home_zone_until_on(self) -> date | None: ...
    @property
    def bed_time(self) -> time | None: ...
    @property
    def wake_time(self) -> time | None: ...
    @property
    def spread_seconds(self) -> int: ...


@lru_cache(maxsize=1024)
def parse_times(text: str) -> tuple[time, ...]:
    """The stored form of local times (``08:00,12:30``)."""
    return tuple(time.fromisoformat(part) for part in text.split(","))


def format_times(times: tuple[time, ...]) -> str:
    """Local times in the form they are stored in: sorted, each once."""
    return ",".join(slot.strftime("%H:%M") for slot in sorted(set(times)))


def default_times(kind: Kind, user: Habits) -> tuple[time, ...]:
    """The local times of somebody who chose none; empty while bed or wake time are unknown."""
    if kind is Kind.SUMMARY:
        return (SUMMARY_TIME,)
    if kind is Kind.CUSTOM:
        return ()
    if user.bed_time is None or user.wake_time is None:
        return ()
    if kind is Kind.STRETCH:
        return rules.stretch_times(user.bed_time)
    if kind is Kind.CAFFEINE:
        return rules.caffeine_times(user.bed_time)
    if kind is Kind.DINNER_CAFFEINE:
        return rules.dinner_caffeine_times(user.bed_time)
    if kind is Kind.MEAL:
        return rules.meal_times(user.bed_time)
    if kind is Kind.CHECK_IN:
        return (user.wake_time,)
    return rules.hydration_times(user.bed_time, user.wake_time)


def default_weekdays(kind: Kind) -> int:
    """Every day; the weekly summary on Sunday."""
    return SUMMARY_WEEKDAYS if kind is Kind.SUMMARY else EVERY_DAY


def weekdays_of(mask: int) -> frozenset[int]:
    """The days (0 = Monday) of a stored mask."""
    return frozenset(day for day in range(7) if mask >> day & 1)


def times_of(reminder: Planned, user: Habits) -> tuple[time, ...]:
    """The local times in force: chosen, or the defaults."""
    return parse_times(reminder.times) if reminder.times else default_times(reminder.kind, user)


def shown_times(reminder: Planned, user: Habits) -> tuple[time, ...]:
    """The local times to show. Of default ones people read "about", which is true of ten minutes;
    a larger offset is shown, to five minutes."""
    times = times_of(reminder, user)
    offset = offset_of(reminder.kind, user.spread_seconds)
    if reminder.times is not None or abs(offset) <= ABOUT:
        return times
    near = timedelta(minutes=5) * round(offset / timedelta(minutes=5))
    return tuple(rules.shift(slot, near) for slot in times)


def schedule_of(reminder: Planned, user: Habits) -> Schedule:
    """The schedule in force. A chosen time is kept to the minute; a default one is spread."""
    spread = timedelta(0)
    if reminder.times is None:
        spread = offset_of(reminder.kind, user.spread_seconds)
    return Schedule(
        times_of(reminder, user),
        weekdays_of(reminder.weekdays),
        spread,
        by_night=reminder.kind is Kind.STRETCH,
        rests=rules.parse_rests(reminder.rests),
    )


def plan_of(user: Habits) -> ZonePlan:
    """The zone that the person's reminders follow.

    Raises:
        ValueError: before the person has told a zone.
    """
    if user.time_zone is None:
        raise ValueError("no time zone yet")
    return ZonePlan(user.time_zone, user.home_zone, user.home_zone_until_on)


def is_active(user: User) -> bool:
    """Whether the person can get reminders at all (pauses aside)."""
    return user.time_zone is not None and user.blocked_at is None


def may_nudge(reminder: Reminder, user: User) -> bool:
    """Whether this reminder is on; drinks only for people who said their fluids are free."""
    if reminder.kind is Kind.HYDRATION and user.fluids is not Fluids.FREE:
        return False
    return reminder.enabled and is_active(user)


def set_next(reminder: Reminder, occurrence: Occurrence | None) -> None:
    """Write down when the reminder is due next, or that it is not."""
    reminder.next_at = occurrence.due_at if occurrence else None
    reminder.next_local = key_text(occurrence.key) if occurrence else None


def key_text(key: datetime) -> str:
    """An occurrence's key in the form it is stored in; sorts like time."""
    return key.strftime("%Y-%m-%dT%H:%M")


def next_for(reminder: Reminder, user: User, now: datetime) -> Occurrence | None:
    """The next occurrence from now on, after any pause, or None while the reminder rests."""
    if not may_nudge(reminder, user):
        return None
    start = now
    if user.paused:
        if user.paused_until_at is None:
            return None
        start = max(now, user.paused_until_at)
    last = datetime.fromisoformat(reminder.last_local) if reminder.last_local else None
    return rules.first_after(schedule_of(reminder, user), plan_of(user), start, last)


def plan_anew(reminder: Reminder, user: User, now: datetime) -> None:
    """Write down anew when the reminder is due next, after its settings may have changed.

    What is due already, and still would be, stays due: somebody who looks at a reminder in the
    second in which it comes, or while many wait for their turn, must not lose it.
    """
    if not _stays_due(reminder, user, now):
        set_next(reminder, next_for(reminder, user, now))


def _stays_due(reminder: Reminder, user: User, now: datetime) -> bool:
    if reminder.next_at is None or reminder.next_local is None or reminder.next_at > now:
        return False
    waiting = Occurrence(datetime.fromisoformat(reminder.next_local), reminder.next_at)
    if not may_nudge(reminder, user) or _is_paused_at(user, waiting.due_at):
        return False
    last = datetime.fromisoformat(reminder.last_local) if reminder.last_local else None
    schedule, plan = schedule_of(reminder, user), plan_of(user)
    return waiting == rules.first_after(schedule, plan, waiting.due_at - BLINK, last)


def _is_paused_at(user: User, instant: datetime) -> bool:
    return user.paused and (user.paused_until_at is None or instant <= user.paused_until_at)


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


async def ensure_for_everybody(session: Session, now: datetime) -> None:
    """Make the rows of kinds that have come since people met the bot, and plan them."""
    people = await session.exec(select(User).where(User.setup_step == SetupStep.DONE))
    for person in people.all():
        before = {reminder.id for reminder in await reminders_of(session, person.id)}
        await ensure_reminders(session, person)
        for reminder in await reminders_of(session, person.id):
            if reminder.id not in before:  # what is due already stays due
                plan_anew(reminder, person, now)
                session.add(reminder)


async def reminders_of(session: Session, user_id: int, *, to_plan: bool = False) -> list[Reminder]:
    """A person's reminders, in the order in which they are shown.

    Args:
        to_plan: they will be planned anew. No claim may come between: it would be forgotten that
            an occurrence has been claimed.
    """
    asked = select(Reminder).where(Reminder.user_id == user_id).order_by(col(Reminder.id))
    rows = await session.exec(_held(asked) if to_plan else asked)
    return sorted(rows, key=_place)


def _held(asked: SelectOfScalar[Reminder]) -> SelectOfScalar[Reminder]:
    """As the rows are once nobody else changes them, whatever was read of them before."""
    return asked.with_for_update(key_share=True).execution_options(populate_existing=True)


def _place(reminder: Reminder) -> tuple[int, int]:
    is_own = reminder.kind not in KINDS
    return len(KINDS) if is_own else KINDS.index(reminder.kind), reminder.slot


async def reminder_of(
    session: Session, user_id: int, kind: Kind, slot: int = 0, *, to_plan: bool = False
) -> Reminder | None:
    """A person's reminder of one kind; of several in their own words, the one of a slot.

    Args:
        to_plan: as in ``reminders_of``.
    """
    asked = select(Reminder).where(
        Reminder.user_id == user_id, Reminder.kind == kind, Reminder.slot == slot
    )
    found = await session.exec(_held(asked) if to_plan else asked)
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
    reminder = await reminder_of(session, user.id, Kind.CUSTOM, slot, to_plan=True)
    if reminder is None:
        if len(await reminders_of(session, user.id)) >= MOST_REMINDERS:
            return None
        reminder = Reminder(user_id=user.id, kind=Kind.CUSTOM, slot=slot)
    reminder.words = words
    reminder.times = format_times(times) or None
    plan_anew(reminder, user, now)
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
    reminder = await reminder_of(session, user.id, kind, slot, to_plan=True)
    if reminder is not None:
        reminder.rests = rules.format_rests(spans)
        plan_anew(reminder, user, now)
        session.add(reminder)


async def replan(session: Session, user: User, now: datetime) -> list[Reminder]:
    """Compute every next time anew, after anything that the plan depends on has changed."""
    await session.flush()
    reminders = await reminders_of(session, user.id, to_plan=True)
    for reminder in reminders:
        plan_anew(reminder, user, now)
        session.add(reminder)
    return reminders


async def move_to_zone(session: Session, user: User, now: datetime) -> list[Reminder]:
    """Give every planned occurrence its instant in the person's new zone; keys stay.

    One whose time has passed there comes up at once, and the late rules decide about it, so
    travelling neither doubles nor loses an occurrence. One that would come into a pause there is
    left out, as it would have been.
    """
    await session.flush()
    reminders = await reminders_of(session, user.id, to_plan=True)
    for reminder in reminders:
        planned = None
        if reminder.next_local is not None and may_nudge(reminder, user):
            key = datetime.fromisoformat(reminder.next_local)
            planned = rules.moved(schedule_of(reminder, user), plan_of(user), key)
        if planned is None or _is_paused_at(user, planned.due_at):
            planned = next_for(reminder, user, now)
        set_next(reminder, planned)
        session.add(reminder)
    return reminders


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
