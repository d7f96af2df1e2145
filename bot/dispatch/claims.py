"""The rows behind dispatch: due reminder → claimed delivery → sending → what became of it.

Every function runs inside the caller's transaction. On PostgreSQL claims skip rows that another
replica holds; on SQLite there is one writer and ``BEGIN IMMEDIATE``.
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from bot import metrics
from bot.database.engine import Session, insert_for, is_sqlite
from bot.database.models import (
    Answer,
    Delivery,
    DeliveryStatus,
    Experiment,
    Kind,
    Reminder,
    TrialStatus,
    User,
)
from bot.dispatch import schedule as rules
from bot.dispatch.planning import UserSettings, format_key, schedule_of, zone_plan_of
from bot.dispatch.replanning import set_blocked
from bot.dispatch.schedule import Occurrence
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.local_time.nights import NIGHT_BEGINS, QUIET_FROM, QUIET_UNTIL, night_of
from bot.telegram.sender import Blocked, Failed, NotSent, Outcome, RetryLater, Sent, Unknown

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
    tr: Translator
    """The person's."""
    zone: str
    bed_time: time | None
    wake_time: time | None
    with_sound: bool
    words: str | None = None
    """What a reminder in the person's own words says."""
    in_test: bool = False
    """Whether the person has a fair test whose result was not told yet."""


class DueRow(NamedTuple):
    """What the plan and the message need of a due reminder and of its owner."""

    reminder_id: int
    user_id: int
    kind: Kind
    words: str | None
    times: str | None
    weekdays: int
    rests: str | None
    with_sound: bool
    priority: int
    next_at: datetime | None
    next_local: str | None
    language: str
    chosen_language: str | None
    hour_cycle: int | None
    time_zone: str | None
    home_zone: str | None
    home_zone_until_on: date | None
    bed_time: time | None
    wake_time: time | None
    spread_seconds: int
    in_test: bool


_IN_TEST = (
    sa.exists()
    .where(
        col(Experiment.user_id) == col(User.id),
        sa.or_(col(Experiment.status) == TrialStatus.RUNNING, col(Experiment.told_at).is_(None)),
    )
    .label("in_test")
)
_COLUMNS: tuple[Any, ...] = (
    col(Reminder.id),
    *(getattr(Reminder, name) for name in DueRow._fields[1 : DueRow._fields.index("language")]),
    *(getattr(User, name) for name in DueRow._fields[DueRow._fields.index("language") : -1]),
    _IN_TEST,
)
"""In the order of ``DueRow``. Columns, not rows of the model: this is the busiest query."""


@dataclass(frozen=True)
class Due:
    """An occurrence that has come due, and whether it is still worth sending."""

    occurrence: Occurrence
    useful_until_at: datetime | None
    missed: bool


def useful_until(
    kind: Kind, due: Occurrence, following: Occurrence | None, user: UserSettings
) -> datetime | None:
    """Until when an occurrence is worth sending (UTC); None: always."""
    bed_at = None
    if user.bed_time is not None:
        bed_key = rules.bedtime_after(due.key, user.bed_time)
        bed_at = rules.instant_of(bed_key, zone_plan_of(user).on(bed_key.date()))
    if kind is Kind.STRETCH:
        return rules.stretch_useful_until(due, bed_at)
    if kind is Kind.HYDRATION:
        return rules.hydration_useful_until(due, following.due_at if following else None, bed_at)
    if kind is Kind.SUMMARY:
        return None
    if kind is Kind.CHECK_IN:
        noon = datetime.combine(due.key.date(), NIGHT_BEGINS)
        noon_at = rules.instant_of(noon, zone_plan_of(user).on(noon.date()))
        return rules.check_in_useful_until(due, noon_at)
    if kind is Kind.MEAL:
        return due.due_at + rules.MEAL_USEFUL
    if kind is Kind.CUSTOM:
        return due.due_at + rules.CUSTOM_USEFUL
    return rules.caffeine_useful_until(due)


def come_due(row: DueRow, now: datetime) -> tuple[list[Due], Occurrence | None]:
    """All occurrences of a reminder due by now, oldest first, and the next one to come.

    At most the newest one is to be sent: after an outage nobody gets a burst.
    """
    if row.next_at is None or row.next_local is None:
        return [], None
    schedule, plan = schedule_of(row, row), zone_plan_of(row)
    due: Occurrence | None = Occurrence(datetime.fromisoformat(row.next_local), row.next_at)
    found: list[Due] = []
    while due is not None and due.due_at <= now and len(found) < CATCH_UP:
        following = rules.following(schedule, plan, due)
        limit = useful_until(row.kind, due, following, row)
        found.append(Due(due, limit, missed=limit is not None and now > limit))
        due = following
    if due is not None and due.due_at <= now:
        due = rules.first_after(schedule, plan, now, due.key)
    older = [Due(late.occurrence, late.useful_until_at, missed=True) for late in found[:-1]]
    return older + found[-1:], due


def night_on(kind: Kind, key: datetime, user: UserSettings) -> date:
    """The evening that an occurrence belongs to; a check-in asks about the night just slept."""
    if kind is Kind.CHECK_IN:
        bed, wake = user.bed_time or QUIET_FROM, user.wake_time or QUIET_UNTIL
        return rules.night_slept(key, bed, wake)
    return night_of(key) if kind is Kind.STRETCH else key.date()


class Claimed(NamedTuple):
    """What one claim has brought."""

    jobs: list[Job]
    taken: int
    """How many rows were taken up; after an outage many of them come to no job, being too late."""


async def claim(session: Session, me: str, now: datetime, limit: int) -> Claimed:
    """Claim up to ``limit`` deliveries for this process: retries, "later", then what is due."""
    is_let_go, is_later, *are_due = await _what_is_due(session, now)
    jobs: list[Job] = []
    if is_let_go:
        jobs += await _retake(session, me, now, limit)
    if is_later:
        jobs += await _claim_later(session, me, now, limit - len(jobs))
    taken = len(jobs)
    for priority, is_due in enumerate(are_due):
        if is_due:
            due = await _claim_due(session, me, now, limit - taken, priority)
            jobs += due.jobs
            taken += due.taken
    return Claimed(jobs, taken)


def _let_go(now: datetime) -> sa.ColumnElement[bool]:
    """Deliveries that nobody holds: after a failed try, a pause of everyone, or a crash."""
    return sa.and_(
        col(Delivery.status) == DeliveryStatus.CLAIMED,
        col(Delivery.claimed_by).is_(None),
        col(Delivery.send_at) <= now,
    )


def _first(
    instant: Mapped[Any], condition: sa.ColumnElement[bool]
) -> sa.ScalarSelect[datetime | None]:
    """The earliest instant, straight from the index.

    Asked in this way PostgreSQL never reads the table, even while its statistics still say that
    a good part of all rows is due, as they do when nobody has looked since yesterday.
    """
    rows = sa.select(instant).where(condition, instant.is_not(None))
    return rows.order_by(instant).limit(1).scalar_subquery()


_IS_LET_GO = sa.and_(
    col(Delivery.status) == DeliveryStatus.CLAIMED, col(Delivery.claimed_by).is_(None)
)
# Made once: to put it together takes longer than to run it.
_WHAT_IS_DUE = sa.select(
    *(
        first <= sa.bindparam("now")
        for first in (
            _first(col(Delivery.send_at), _IS_LET_GO),
            _first(col(Delivery.later_at), sa.true()),
            _first(col(Reminder.next_at), col(Reminder.priority) == 0),
            _first(col(Reminder.next_at), col(Reminder.priority) == 1),
        )
    )
)


async def _what_is_due(session: Session, now: datetime) -> Sequence[bool]:
    """One statement for the tick that finds nothing, as nearly every one does.

    Returns:
        Whether there are deliveries to be sent again, ones that were asked for later, and
        reminders of the first and of the second priority.
    """
    found = await (await session.connection()).execute(_WHAT_IS_DUE, {"now": now})
    return tuple(map(bool, found.one()))


def _lease(on_sqlite: bool) -> sa.ColumnElement[datetime] | None:
    """When a claim made now runs out, by the database's clock; SQLite has one process only."""
    if on_sqlite:
        return None
    return sa.func.clock_timestamp() + LEASE


async def _claim_due(
    session: Session, me: str, now: datetime, limit: int, priority: int
) -> Claimed:
    if limit <= 0:
        return Claimed([], 0)
    connection = await session.connection()
    found = await connection.execute(_DUE, {"priority": priority, "now": now, "limit": limit})
    advances = [_advance(DueRow(*row), me, now) for row in found]
    if not advances:
        return Claimed([], 0)
    await connection.execute(_MOVE, [advance.moved for advance in advances])
    new = [one for advance in advances for one in advance.deliveries]
    numbers = await _insert(session, new)
    jobs = []
    for advance in advances:
        for delivery in advance.deliveries:
            number = numbers.get((delivery["reminder_id"], delivery["due_at"]))
            if number is not None and delivery["status"] is DeliveryStatus.CLAIMED:
                jobs.append(_new_job(number, advance.row, delivery))
    return Claimed(jobs, len(advances))


# Statements of the busy way are made once, like the one above.
_DUE = (
    sa.select(*_COLUMNS)
    .join(User, col(User.id) == col(Reminder.user_id))
    .where(
        col(Reminder.priority) == sa.bindparam("priority"),
        col(Reminder.next_at) <= sa.bindparam("now"),
    )
    .order_by(col(Reminder.next_at))
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=Reminder)
)
_MOVE = (
    sa.update(Reminder)
    .where(col(Reminder.id) == sa.bindparam("moved_id"))
    .values(
        next_at=sa.bindparam("next_at"),
        next_local=sa.bindparam("next_local"),
        last_local=sa.func.coalesce(sa.bindparam("last_local"), col(Reminder.last_local)),
    )
)


async def _insert(
    session: Session, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, datetime], int]:
    """Write new deliveries; the numbers of those that are new, by reminder and instant."""
    if not rows:
        return {}
    kind: Any = insert_for(session)
    statement = _inserting(kind, is_sqlite(session))
    created = await (await session.connection()).execute(statement, rows)
    return {(row.reminder_id, row.due_at): row.id for row in created}


@cache
def _inserting(kind: Any, on_sqlite: bool) -> Any:
    return (
        kind(Delivery)
        .values(lease_until_at=_lease(on_sqlite))
        .on_conflict_do_nothing()
        .returning(col(Delivery.id), col(Delivery.reminder_id), col(Delivery.due_at))
    )


@dataclass(frozen=True)
class _Advance:
    """A due reminder, where it moves to, and the new deliveries of what has come due."""

    row: DueRow
    moved: Mapping[str, Any]
    deliveries: Sequence[Mapping[str, Any]] = ()


def _advance(row: DueRow, me: str, now: datetime) -> _Advance:
    try:
        came_due, following = come_due(row, now)
    except Exception:
        log.exception("reminder %s cannot be planned and rests an hour", row.reminder_id)
        return _Advance(row, _moved(row, now + BROKEN_ROW_RESTS, row.next_local, None))
    last = format_key(came_due[-1].occurrence.key) if came_due else None
    next_at = following.due_at if following else None
    next_local = format_key(following.key) if following else None
    return _Advance(
        row,
        _moved(row, next_at, next_local, last),
        [
            {
                "reminder_id": row.reminder_id,
                "user_id": row.user_id,
                "kind": row.kind,
                "due_at": due.occurrence.due_at,
                "night_on": night_on(row.kind, due.occurrence.key, row),
                "status": DeliveryStatus.MISSED if due.missed else DeliveryStatus.CLAIMED,
                "send_at": due.occurrence.due_at,
                "useful_until_at": due.useful_until_at,
                "attempts": 0,
                "claimed_by": None if due.missed else me,
                "has_buttons": False,
            }
            for due in came_due
        ],
    )


def _moved(
    row: DueRow, next_at: datetime | None, next_local: str | None, last_local: str | None
) -> dict[str, Any]:
    return {
        "moved_id": row.reminder_id,
        "next_at": next_at,
        "next_local": next_local,
        "last_local": last_local,
    }


def _new_job(delivery_id: int, row: DueRow, delivery: Mapping[str, Any]) -> Job:
    return Job(
        delivery_id=delivery_id,
        reminder_id=row.reminder_id,
        user_id=row.user_id,
        kind=row.kind,
        due_at=delivery["due_at"],
        night_on=delivery["night_on"],
        send_at=delivery["send_at"],
        useful_until_at=delivery["useful_until_at"],
        attempts=0,
        priority=row.priority,
        tr=translator_for(row),
        zone=zone_plan_of(row).on(delivery["night_on"]).key,
        bed_time=row.bed_time,
        wake_time=row.wake_time,
        with_sound=row.with_sound,
        words=row.words,
        in_test=row.in_test,
    )


def _job(delivery: Delivery, row: DueRow) -> Job:
    if delivery.id is None:
        raise ValueError("a job is made of a stored delivery")
    made = {
        name: getattr(delivery, name)
        for name in ("due_at", "night_on", "send_at", "useful_until_at")
    }
    return replace(_new_job(delivery.id, row, made), attempts=delivery.attempts)


async def _take(
    session: Session, condition: sa.ColumnElement[bool], limit: int
) -> list[tuple[Delivery, DueRow]]:
    """Deliveries that meet a condition, locked against other replicas, with their reminders."""
    if limit <= 0:
        return []
    found = await session.exec(
        select(Delivery)
        .join(Reminder, col(Reminder.id) == Delivery.reminder_id)
        .where(condition)
        .order_by(col(Reminder.priority), col(Delivery.send_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    deliveries = found.all()
    if not deliveries:
        return []
    rows = await (await session.connection()).execute(
        sa.select(*_COLUMNS)
        .join(User, col(User.id) == col(Reminder.user_id))
        .where(col(Reminder.id).in_({delivery.reminder_id for delivery in deliveries}))
    )
    owners = {row[0]: DueRow(*row) for row in rows}
    return [(delivery, owners[delivery.reminder_id]) for delivery in deliveries]


async def _retake(session: Session, me: str, now: datetime, limit: int) -> list[Job]:
    rows = await _take(session, _let_go(now), limit)
    lease = _lease(is_sqlite(session))
    for delivery, _row in rows:
        delivery.claimed_by = me
        delivery.lease_until_at = lease  # type: ignore[assignment]
    await session.flush()
    return [_job(*row) for row in rows]


async def _claim_later(session: Session, me: str, now: datetime, limit: int) -> list[Job]:
    """Deliveries whose owner asked for them again at this time."""
    rows = await _take(session, col(Delivery.later_at) <= now, limit)
    lease = _lease(is_sqlite(session))
    for delivery, _row in rows:
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
    if is_sqlite(session):
        left = sa.and_(col(Delivery.claimed_by).is_not(None), col(Delivery.claimed_by) != me)
    else:
        left = sa.or_(
            col(Delivery.lease_until_at) < sa.func.clock_timestamp(),
            # Claimed on SQLite, which knows no lease, before everything moved here.
            sa.and_(col(Delivery.claimed_by).is_not(None), col(Delivery.lease_until_at).is_(None)),
        )
    sending = sa.and_(col(Delivery.status) == DeliveryStatus.SENDING, left)
    free = {"claimed_by": None, "lease_until_at": None}
    is_summary = col(Delivery.kind) == Kind.SUMMARY
    for condition, status in (
        (sa.and_(sending, sa.not_(is_summary)), DeliveryStatus.UNKNOWN),
        (sa.and_(sending, is_summary), DeliveryStatus.CLAIMED),
        (sa.and_(col(Delivery.status) == DeliveryStatus.CLAIMED, left), DeliveryStatus.CLAIMED),
    ):
        retaken = await session.exec(
            sa.update(Delivery).where(condition).values(status=status, **free)
        )
        metrics.RETAKEN.inc(retaken.rowcount)


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


async def release_others(session: Session, held: Collection[int], me: str) -> None:
    """Let go of claims of this process that it does not know of: the commit's answer was lost."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.status) == DeliveryStatus.CLAIMED,
            col(Delivery.claimed_by) == me,
            col(Delivery.id).not_in(held),
        )
        .values(claimed_by=None, lease_until_at=None)
    )


async def mark_sending(
    session: Session, jobs: Sequence[Job], me: str, doubtful: Collection[int] = ()
) -> set[int]:
    """Say that these deliveries are about to be sent.

    The same statement keeps out a slow replica whose lease has run out.

    Args:
        doubtful: ids of those that may be marked already, by a commit whose answer was lost.

    Returns:
        The ids of those that are still ours.
    """
    asked: dict[str, object] = {"ids": [job.delivery_id for job in jobs], "me": me}
    if doubtful:
        asked["doubtful"] = list(doubtful)
    marked = await (await session.connection()).execute(
        _marking(is_sqlite(session), bool(doubtful)), asked
    )
    return {number for number in marked.scalars() if number is not None}


@cache
def _marking(on_sqlite: bool, some_are_doubtful: bool) -> Any:
    may_be_marked = col(Delivery.status) == DeliveryStatus.CLAIMED
    if some_are_doubtful:
        may_be_marked |= sa.and_(
            col(Delivery.status) == DeliveryStatus.SENDING,
            col(Delivery.id).in_(sa.bindparam("doubtful", expanding=True)),
        )
    return (
        sa.update(Delivery)
        .where(
            col(Delivery.id).in_(sa.bindparam("ids", expanding=True)),
            may_be_marked,
            col(Delivery.claimed_by) == sa.bindparam("me"),
        )
        .values(
            status=DeliveryStatus.SENDING,
            attempts=col(Delivery.attempts) + 1,
            lease_until_at=_lease(on_sqlite),
        )
        .returning(col(Delivery.id))
    )


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


@dataclass(frozen=True)
class Report:
    """What became of a delivery that was sent."""

    job: Job
    outcome: Outcome
    at: datetime
    has_buttons: bool


async def record(session: Session, reports: Sequence[Report]) -> dict[int, list[Superseded]]:
    """Write down what became of deliveries.

    Returns:
        Delivery id → after a success: earlier messages of the reminder that are closed by it.
    """
    sent = [report for report in reports if isinstance(report.outcome, Sent)]
    closed: dict[int, list[Superseded]] = {report.job.delivery_id: [] for report in reports}
    for report in sent:
        closed[report.job.delivery_id] += await _sent_before(session, report)
    await _write(session, reports)
    for report in reports:
        if isinstance(report.outcome, Blocked):
            await set_blocked(session, report.job.user_id, report.at)
    for number, superseded in await _close_earlier(session, sent):
        closed[number].append(superseded)
    return closed


async def _write(session: Session, reports: Sequence[Report]) -> None:
    """One statement for all that change the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for report in reports:
        changes = changes_after(report.job, report.outcome, report.at, report.has_buttons)
        alike.setdefault(tuple(changes), []).append(
            {"delivery_id": report.job.delivery_id} | changes
        )
    connection = await session.connection()
    for names, rows in alike.items():
        await connection.execute(_writing(names), rows)


@cache
def _writing(names: tuple[str, ...]) -> Any:
    return (
        sa.update(Delivery)
        .where(col(Delivery.id) == sa.bindparam("delivery_id"))
        .values({name: sa.bindparam(name) for name in names})
    )


async def _sent_before(session: Session, report: Report) -> list[Superseded]:
    """The message of this delivery that a "later" has left further up, if it has buttons."""
    job, outcome = report.job, report.outcome
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


async def _close_earlier(
    session: Session, reports: Sequence[Report]
) -> list[tuple[int, Superseded]]:
    """Earlier messages of the same reminders that still carry buttons; an answer can only be late.

    Returns:
        The delivery that closes it, and the message.
    """
    if not reports:
        return []
    newest = {report.job.reminder_id: report for report in sorted(reports, key=_due_at)}
    connection = await session.connection()
    these = [report.job.delivery_id for report in newest.values()]
    found = await connection.execute(_EARLIER, {"reminders": list(newest), "these": these})
    closed, unanswered = [], []
    for earlier in found:
        report = newest[earlier.reminder_id]
        if earlier.due_at >= report.job.due_at:
            continue
        if earlier.answer is None:
            unanswered.append({"delivery_id": earlier.id, "at": report.at})
        if earlier.message_id is not None:
            superseded = Superseded(
                earlier.id,
                earlier.message_id,
                earlier.due_at,
                earlier.night_on,
                earlier.answer or Answer.NO_ANSWER,
            )
            closed.append((report.job.delivery_id, superseded))
    if unanswered:
        await connection.execute(_NOT_ANSWERED, unanswered)
    return closed


_EARLIER = sa.select(
    col(Delivery.reminder_id),
    col(Delivery.id),
    col(Delivery.message_id),
    col(Delivery.due_at),
    col(Delivery.night_on),
    col(Delivery.answer),
).where(
    col(Delivery.reminder_id).in_(sa.bindparam("reminders", expanding=True)),
    col(Delivery.has_buttons).is_(True),
    col(Delivery.later_at).is_(None),  # it was promised for later, and will come
    col(Delivery.id).not_in(sa.bindparam("these", expanding=True)),
)
_NOT_ANSWERED = (
    sa.update(Delivery)
    .where(col(Delivery.id) == sa.bindparam("delivery_id"))
    .values(answer=Answer.NO_ANSWER, answered_at=sa.bindparam("at"))
)


def _due_at(report: Report) -> datetime:
    return report.job.due_at


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
