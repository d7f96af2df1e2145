"""The rows behind dispatch: due reminder → claimed delivery → sending → what became of it.

Every function runs inside the caller's transaction. On PostgreSQL claims skip rows that another
replica holds; on SQLite there is one writer and ``BEGIN IMMEDIATE``.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.db import Session, insert_for
from bot.delivery import Blocked, Failed, NotSent, Outcome, RetryLater, Sent, Unknown
from bot.models import Answer, Delivery, DeliveryStatus, Kind, Reminder, User
from bot.nights import NIGHT_BEGINS, QUIET_FROM, QUIET_UNTIL, night_of
from bot.reminders import queries
from bot.reminders import schedule as rules
from bot.reminders.schedule import Occurrence
from bot.users.queries import set_blocked

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a replica may hold a claim; sending one message takes at most half of it."""
CATCH_UP = 100
"""Occurrences of one reminder that an outage lets be written down as missed, one by one."""
BROKEN_ROW_RESTS = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(minutes=1)
SUMMARY_RETRY = timedelta(seconds=30)
SUMMARY_ATTEMPTS = 5
"""A summary is sent rather twice than never, but not for ever."""


@dataclass(frozen=True)
class Job:
    """A claimed delivery and what is needed to write its message."""

    delivery_id: int
    reminder_id: int
    user_id: int
    kind: Kind
    due_at: datetime
    night_on: date
    send_at: datetime
    useful_until_at: datetime | None
    attempts: int
    priority: int
    language: str
    zone: str
    bed_time: time | None
    wake_time: time | None
    with_sound: bool
    words: str | None = None
    """What a reminder in the person's own words says."""


@dataclass(frozen=True)
class Due:
    """An occurrence that has come due, and whether it is still worth sending."""

    occurrence: Occurrence
    useful_until_at: datetime | None
    missed: bool


def useful_until(
    kind: Kind, due: Occurrence, following: Occurrence | None, user: User
) -> datetime | None:
    """Until when an occurrence is worth sending (UTC); None: always."""
    bed_at = None
    if user.bed_time is not None:
        bed_key = rules.bedtime_after(due.key, user.bed_time)
        bed_at = rules.instant_of(bed_key, queries.plan_of(user).on(bed_key.date()))
    if kind is Kind.STRETCH:
        return rules.stretch_useful_until(due, bed_at)
    if kind is Kind.HYDRATION:
        return rules.hydration_useful_until(due, following.due_at if following else None, bed_at)
    if kind is Kind.SUMMARY:
        return None
    if kind is Kind.CHECK_IN:
        noon = datetime.combine(due.key.date(), NIGHT_BEGINS)
        noon_at = rules.instant_of(noon, queries.plan_of(user).on(noon.date()))
        return rules.check_in_useful_until(due, noon_at)
    if kind is Kind.MEAL:
        return due.due_at + rules.MEAL_USEFUL
    if kind is Kind.CUSTOM:
        return due.due_at + rules.CUSTOM_USEFUL
    return rules.caffeine_useful_until(due)


def come_due(reminder: Reminder, user: User, now: datetime) -> tuple[list[Due], Occurrence | None]:
    """All occurrences of a reminder due by now, oldest first, and the next one to come.

    At most the newest one is to be sent: after an outage nobody gets a burst.
    """
    if reminder.next_at is None or reminder.next_local is None:
        return [], None
    schedule, plan = queries.schedule_of(reminder, user), queries.plan_of(user)
    due: Occurrence | None = Occurrence(
        datetime.fromisoformat(reminder.next_local), reminder.next_at
    )
    found: list[Due] = []
    while due is not None and due.due_at <= now and len(found) < CATCH_UP:
        following = rules.following(schedule, plan, due)
        limit = useful_until(reminder.kind, due, following, user)
        found.append(Due(due, limit, missed=limit is not None and now > limit))
        due = following
    if due is not None and due.due_at <= now:
        due = rules.first_after(schedule, plan, now, due.key)
    older = [Due(late.occurrence, late.useful_until_at, missed=True) for late in found[:-1]]
    return older + found[-1:], due


def night_on(kind: Kind, key: datetime, user: User) -> date:
    """The evening that an occurrence belongs to; a check-in asks about the night just slept."""
    if kind is Kind.CHECK_IN:
        bed, wake = user.bed_time or QUIET_FROM, user.wake_time or QUIET_UNTIL
        return rules.night_slept(key, bed, wake)
    return night_of(key) if kind is Kind.STRETCH else key.date()


async def claim(session: Session, me: str, now: datetime, limit: int) -> list[Job]:
    """Claim up to ``limit`` deliveries for this process: retries, "later", then what is due."""
    jobs = await _retake(session, me, now, limit)
    jobs += await _claim_later(session, me, now, limit - len(jobs))
    for priority in (0, 1):
        jobs += await _claim_due(session, me, now, limit - len(jobs), priority)
    return jobs


def _lease(session: Session) -> sa.ColumnElement[datetime] | None:
    """When a claim made now runs out, by the database's clock; SQLite has one process only."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    return sa.func.clock_timestamp() + LEASE


async def _claim_due(
    session: Session, me: str, now: datetime, limit: int, priority: int
) -> list[Job]:
    if limit <= 0:
        return []
    found = await session.exec(
        select(Reminder, User)
        .join(User, col(User.id) == Reminder.user_id)
        .where(Reminder.priority == priority, col(Reminder.next_at) <= now)
        .order_by(col(Reminder.next_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Reminder)
    )
    planned: list[tuple[Delivery, Reminder, User]] = []
    for reminder, user in found:
        planned += [(new, reminder, user) for new in _advance(reminder, user, me, now)]
    if not planned:
        return []
    lease = _lease(session)
    rows = [new.model_dump(exclude={"id"}) | {"lease_until_at": lease} for new, _, _ in planned]
    created = await (await session.connection()).execute(
        insert_for(session)(Delivery)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(col(Delivery.id), col(Delivery.reminder_id), col(Delivery.due_at))
    )
    numbers = {(row.reminder_id, row.due_at): row.id for row in created}
    jobs = []
    for new, reminder, user in planned:
        new.id = numbers.get((new.reminder_id, new.due_at))
        if new.id is not None and new.status is DeliveryStatus.CLAIMED:
            jobs.append(_job(new, reminder, user))
    return jobs


def _advance(reminder: Reminder, user: User, me: str, now: datetime) -> list[Delivery]:
    """Move a due reminder to its next occurrence; the new deliveries of what has come due."""
    try:
        came_due, following = come_due(reminder, user, now)
    except Exception:
        log.exception("reminder %s cannot be planned and rests an hour", reminder.id)
        reminder.next_at = now + BROKEN_ROW_RESTS
        return []
    queries.set_next(reminder, following)
    if came_due:
        reminder.last_local = queries.key_text(came_due[-1].occurrence.key)
    return [
        Delivery(
            reminder_id=reminder.id or 0,
            user_id=user.id,
            kind=reminder.kind,
            due_at=due.occurrence.due_at,
            night_on=night_on(reminder.kind, due.occurrence.key, user),
            status=DeliveryStatus.MISSED if due.missed else DeliveryStatus.CLAIMED,
            send_at=due.occurrence.due_at,
            useful_until_at=due.useful_until_at,
            claimed_by=None if due.missed else me,
        )
        for due in came_due
    ]


def _job(delivery: Delivery, reminder: Reminder, user: User) -> Job:
    if delivery.id is None:
        raise ValueError("a job is made of a stored delivery")
    return Job(
        delivery_id=delivery.id,
        reminder_id=delivery.reminder_id,
        user_id=user.id,
        kind=delivery.kind,
        due_at=delivery.due_at,
        night_on=delivery.night_on,
        send_at=delivery.send_at,
        useful_until_at=delivery.useful_until_at,
        attempts=delivery.attempts,
        priority=reminder.priority,
        language=user.language,
        zone=queries.plan_of(user).on(delivery.night_on).key,
        bed_time=user.bed_time,
        wake_time=user.wake_time,
        with_sound=reminder.with_sound,
        words=reminder.words,
    )


async def _take(
    session: Session, condition: sa.ColumnElement[bool], limit: int
) -> list[tuple[Delivery, Reminder, User]]:
    """Deliveries that meet a condition, locked against other replicas, with their owners."""
    if limit <= 0:
        return []
    found = await session.exec(
        select(Delivery, Reminder, User)
        .join(Reminder, col(Reminder.id) == Delivery.reminder_id)
        .join(User, col(User.id) == Delivery.user_id)
        .where(condition)
        .order_by(col(Reminder.priority), col(Delivery.send_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return list(found)


async def _retake(session: Session, me: str, now: datetime, limit: int) -> list[Job]:
    """Deliveries that were let go: after a failed try, a pause of everyone, or a crash."""
    condition = sa.and_(
        col(Delivery.status) == DeliveryStatus.CLAIMED,
        col(Delivery.claimed_by).is_(None),
        col(Delivery.send_at) <= now,
    )
    rows = await _take(session, condition, limit)
    lease = _lease(session)
    for delivery, _reminder, _user in rows:
        delivery.claimed_by = me
        delivery.lease_until_at = lease  # type: ignore[assignment]
    await session.flush()
    return [_job(*row) for row in rows]


async def _claim_later(session: Session, me: str, now: datetime, limit: int) -> list[Job]:
    """Deliveries whose owner asked for them again at this time."""
    rows = await _take(session, col(Delivery.later_at) <= now, limit)
    lease = _lease(session)
    for delivery, _reminder, _user in rows:
        at = delivery.later_at or now
        delivery.status = DeliveryStatus.CLAIMED
        delivery.send_at, delivery.useful_until_at = at, at + rules.LATER_USEFUL
        delivery.later_at = None
        delivery.attempts = 0
        delivery.claimed_by = me
        delivery.lease_until_at = lease  # type: ignore[assignment]
    await session.flush()
    return [_job(*row) for row in rows]


async def recover(session: Session, me: str) -> None:
    """Let go of what a process left behind that is gone.

    "claimed" goes out again if it is still fresh. "sending" was nearly always sent: it becomes
    "unknown" and is not sent again, except the weekly summary.
    """
    if session.get_bind().dialect.name == "sqlite":
        left = sa.and_(col(Delivery.claimed_by).is_not(None), col(Delivery.claimed_by) != me)
    else:
        left = col(Delivery.lease_until_at) < sa.func.clock_timestamp()
    sending = sa.and_(col(Delivery.status) == DeliveryStatus.SENDING, left)
    free = {"claimed_by": None, "lease_until_at": None}
    is_summary = col(Delivery.kind) == Kind.SUMMARY
    for condition, status in (
        (sa.and_(sending, sa.not_(is_summary)), DeliveryStatus.UNKNOWN),
        (sa.and_(sending, is_summary), DeliveryStatus.CLAIMED),
        (sa.and_(col(Delivery.status) == DeliveryStatus.CLAIMED, left), DeliveryStatus.CLAIMED),
    ):
        await session.exec(sa.update(Delivery).where(condition).values(status=status, **free))


async def release(session: Session, jobs: Iterable[Job], me: str) -> None:
    """Give claimed deliveries back, unsent."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id).in_([job.delivery_id for job in jobs]),
            col(Delivery.status) == DeliveryStatus.CLAIMED,
            col(Delivery.claimed_by) == me,
        )
        .values(claimed_by=None, lease_until_at=None)
    )


async def mark_sending(session: Session, job: Job, me: str) -> bool:
    """Say that this delivery is about to be sent; False when it is not ours any more.

    The same statement keeps out a slow replica whose lease has run out.
    """
    marked = await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id) == job.delivery_id,
            col(Delivery.status) == DeliveryStatus.CLAIMED,
            col(Delivery.claimed_by) == me,
        )
        .values(
            status=DeliveryStatus.SENDING,
            attempts=Delivery.attempts + 1,
            lease_until_at=_lease(session),
        )
    )
    return marked.rowcount == 1


@dataclass(frozen=True)
class Superseded:
    """An earlier message that still carries buttons, of the same reminder."""

    delivery_id: int
    message_id: int
    due_at: datetime
    night_on: date
    answer: Answer | None
    """None: of this very delivery, which was sent once more at the person's wish."""


def changes_after(
    job: Job, outcome: Outcome, now: datetime, has_buttons: bool
) -> dict[str, object]:
    """The columns of a delivery after Telegram has answered."""
    free = {"claimed_by": None, "lease_until_at": None}
    match outcome:
        case Sent(message_id=message_id):
            return free | {
                "status": DeliveryStatus.SENT,
                "sent_at": now,
                "message_id": message_id,
                "has_buttons": has_buttons,
            }
        case RetryLater(after=after):
            return free | _again(job, now + after)
        case NotSent():
            backoff = min(timedelta(seconds=2**job.attempts), LONGEST_BACKOFF)
            return free | _again(job, now + backoff)
        case Unknown():
            if job.kind is Kind.SUMMARY and job.attempts + 1 < SUMMARY_ATTEMPTS:
                return free | _again(job, now + SUMMARY_RETRY * (job.attempts + 1))
            return free | {"status": DeliveryStatus.UNKNOWN}
        case Blocked() | Failed():
            return free | {"status": DeliveryStatus.FAILED}


def _again(job: Job, at: datetime) -> dict[str, object]:
    if job.useful_until_at is not None and at > job.useful_until_at:
        return {"status": DeliveryStatus.MISSED}
    return {"status": DeliveryStatus.CLAIMED, "send_at": at}


async def record(
    session: Session, job: Job, outcome: Outcome, now: datetime, has_buttons: bool
) -> list[Superseded]:
    """Write down what became of a delivery.

    Returns:
        After a success: earlier messages of the reminder that are closed by this one.
    """
    closed = await _sent_before(session, job, outcome)
    await session.exec(
        sa.update(Delivery)
        .where(col(Delivery.id) == job.delivery_id)
        .values(**changes_after(job, outcome, now, has_buttons))
    )
    if isinstance(outcome, Blocked):
        await set_blocked(session, job.user_id, now)
    if isinstance(outcome, Sent):
        closed += await _close_earlier(session, job, now)
    return closed


async def _sent_before(session: Session, job: Job, outcome: Outcome) -> list[Superseded]:
    """The message of this delivery that a "later" has left further up, if it has buttons."""
    if job.send_at == job.due_at or not isinstance(outcome, Sent):
        return []
    found = await session.exec(
        select(Delivery.message_id).where(
            Delivery.id == job.delivery_id, col(Delivery.has_buttons).is_(True)
        )
    )
    return [
        Superseded(job.delivery_id, message_id, job.due_at, job.night_on, None)
        for message_id in found
        if message_id is not None and message_id != outcome.message_id
    ]


async def _close_earlier(session: Session, job: Job, now: datetime) -> list[Superseded]:
    found = await session.exec(
        select(Delivery).where(
            Delivery.reminder_id == job.reminder_id,
            col(Delivery.has_buttons).is_(True),
            col(Delivery.later_at).is_(None),  # it was promised for later, and will come
            Delivery.due_at < job.due_at,
        )
    )
    closed = []
    for earlier in found:
        if earlier.answer is None:
            earlier.answer, earlier.answered_at = Answer.NO_ANSWER, now
        if earlier.id is not None and earlier.message_id is not None:
            closed.append(
                Superseded(
                    earlier.id, earlier.message_id, earlier.due_at, earlier.night_on, earlier.answer
                )
            )
    return closed


async def drop(session: Session, job: Job, status: DeliveryStatus) -> None:
    """Drop a claimed delivery: ``MISSED`` when it came too late, ``NOT_NEEDED`` when there is
    nothing to say after all."""
    await session.exec(
        sa.update(Delivery)
        .where(col(Delivery.id) == job.delivery_id, col(Delivery.status) == DeliveryStatus.CLAIMED)
        .values(status=status, claimed_by=None, lease_until_at=None)
    )


async def lost_its_buttons(session: Session, earlier: Superseded) -> None:
    """Note that a message carries no buttons any more; a newer one of the delivery still does."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id) == earlier.delivery_id,
            col(Delivery.message_id) == earlier.message_id,
        )
        .values(has_buttons=False)
    )


async def next_due(session: Session) -> datetime | None:
    """The next instant at which anything is due, or None."""
    instants = [
        (await session.exec(select(sa.func.min(column)).where(condition))).one()
        for column, condition in (
            (Reminder.next_at, col(Reminder.next_at).is_not(None)),
            (Delivery.later_at, col(Delivery.later_at).is_not(None)),
            (Delivery.send_at, col(Delivery.status) == DeliveryStatus.CLAIMED),
        )
    ]
    return min((instant for instant in instants if instant is not None), default=None)
