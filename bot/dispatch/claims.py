"""Claims: what is due becomes deliveries that this process alone sends.

Every function runs inside the caller's transaction. On PostgreSQL a claim skips rows that another
replica has locked; on SQLite there is one writer, and ``BEGIN IMMEDIATE``.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for, is_sqlite
from bot.database.models import Delivery, DeliveryStatus, Kind, Reminder, User
from bot.dispatch import schedule as rules
from bot.dispatch.due_occurrences import DueReminder, come_due, night_on
from bot.dispatch.moved_ahead import without_given_up
from bot.dispatch.next_due_check import WAITS_FOR_RETRY, what_is_due
from bot.dispatch.occurrence_numbers import occurrence_number
from bot.dispatch.planning import format_key, schedule_of, shut_codes, zone_plan_of
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.local_time.nights import local_time

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""How long a replica may hold a claim. Sending one message takes at most half of it."""
BROKEN_ROW_RESTS = timedelta(hours=1)
"""How long a reminder that cannot be planned is left alone."""


@dataclass(frozen=True, eq=False)
class UserFlag:
    """A yes-or-no fact about people that a feature needs with each of their deliveries.

    It is part of the query that claims: a query for each delivery would cost more.
    """

    name: str
    condition: sa.ColumnElement[bool]
    """SQL over the columns of ``users``."""


UserFlags = tuple[UserFlag, ...]


@dataclass(frozen=True)
class ClaimedDelivery:
    """A delivery that this process has claimed, with what its message needs."""

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
    """Into the user's language."""
    zone: str
    """The IANA time zone that the reminder follows."""
    bed_time: time | None
    wake_time: time | None
    with_sound: bool
    words: str | None = None
    """What a custom reminder says, as the user typed it."""
    shut_gates: frozenset[str] = frozenset()
    """Codes of ``users.shut_gates``."""
    flags: frozenset[str] = frozenset()
    """Names of the user flags that are true."""
    number: int = 0
    """Which occurrence of its schedule it is."""
    times: tuple[time, ...] = ()
    """The local times of its reminder, before they are spread."""
    stop_asked_at: datetime | None = None
    """The due instant of the occurrence in whose place it was asked whether to stop."""


class Claimed(NamedTuple):
    """The result of one claim."""

    deliveries: list[ClaimedDelivery]
    taken: int
    """How many due rows were taken. After an outage many of them are too late to be sent."""


async def claim(
    session: Session, me: str, now: datetime, limit: int, flags: UserFlags = ()
) -> Claimed:
    """Claim up to ``limit`` deliveries: retries first, then "later", then due reminders.

    Args:
        session: the transaction.
        me: the name of this process.
        now: the instant up to which something counts as due (aware, UTC).
        limit: how many deliveries and reminders to take at most.
        flags: facts about the users that are read along.
    """
    has_retries, has_later, *are_due = await what_is_due(session, now)
    deliveries: list[ClaimedDelivery] = []
    if has_retries:
        deliveries += await _claim_retries(session, me, now, limit, flags)
    if has_later:
        deliveries += await _claim_later(session, me, now, limit - len(deliveries), flags)
    taken = len(deliveries)
    for priority, is_due in enumerate(are_due):
        if is_due:
            due = await _claim_due(session, me, now, limit - taken, priority, flags)
            deliveries += due.deliveries
            taken += due.taken
    return Claimed(deliveries, taken)


# Due reminders -----------------------------------------------------------------------------------


def lease(on_sqlite: bool) -> sa.ColumnElement[datetime] | None:
    """When a claim made now runs out, by the database's clock; None on SQLite.

    SQLite has one process, and nobody who could take its claims over.
    """
    if on_sqlite:
        return None
    return sa.func.clock_timestamp() + LEASE


async def _claim_due(
    session: Session, me: str, now: datetime, limit: int, priority: int, flags: UserFlags
) -> Claimed:
    if limit <= 0:
        return Claimed([], 0)
    connection = await session.connection()
    asked = {"priority": priority, "now": now, "limit": limit}
    found = await connection.execute(_due_reminders(flags), asked)
    advances = [_advance(_due_reminder(row, flags), me, now) for row in found]
    if not advances:
        return Claimed([], 0)
    await connection.execute(_MOVE, [advance.moved for advance in advances])
    new = [one for advance in advances for one in advance.deliveries]
    ids = await _insert(session, new)
    deliveries = []
    for advance in advances:
        for row in advance.deliveries:
            delivery_id = ids.get((row["reminder_id"], row["due_at"]))
            if delivery_id is not None and row["status"] is DeliveryStatus.CLAIMED:
                deliveries.append(_claimed(delivery_id, advance.reminder, row))
    return Claimed(deliveries, len(advances))


_FIELDS = DueReminder._fields
_FIRST_OF_USER = _FIELDS.index("language")
_COLUMNS: tuple[Any, ...] = (
    col(Reminder.id),
    *(getattr(Reminder, name) for name in _FIELDS[1:_FIRST_OF_USER]),
    *(getattr(User, name) for name in _FIELDS[_FIRST_OF_USER:-1]),
)
"""The fields of ``DueReminder`` but the flags. Columns instead of rows of the models, because this
is the busiest query."""


@cache
def _reminders_and_users(flags: UserFlags) -> Any:
    return sa.select(
        *_COLUMNS, *(flag.condition.label(f"flag_{flag.name}") for flag in flags)
    ).join(User, col(User.id) == col(Reminder.user_id))


def _due_reminder(row: Sequence[Any], flags: UserFlags) -> DueReminder:
    values = row[len(_COLUMNS) :]
    found = frozenset(flag.name for flag, value in zip(flags, values, strict=True) if value)
    return DueReminder._make((*row[: len(_COLUMNS)], found))


@cache
def _due_reminders(flags: UserFlags) -> Any:
    return (
        _reminders_and_users(flags)
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
    """Insert deliveries that are not there yet.

    Returns:
        The ids of the new ones, by reminder and due instant.
    """
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
        .values(lease_until_at=lease(on_sqlite))
        .on_conflict_do_nothing()
        .returning(col(Delivery.id), col(Delivery.reminder_id), col(Delivery.due_at))
    )


@dataclass(frozen=True)
class _Advance:
    """A due reminder, the new values of its row, and the deliveries of what has come due."""

    reminder: DueReminder
    moved: Mapping[str, Any]
    deliveries: Sequence[Mapping[str, Any]] = ()


def _advance(reminder: DueReminder, me: str, now: datetime) -> _Advance:
    try:
        came_due, following = come_due(reminder, now)
    except Exception:
        log.exception("reminder %s cannot be planned and rests an hour", reminder.reminder_id)
        rests_until = now + BROKEN_ROW_RESTS
        return _Advance(reminder, _moved(reminder, rests_until, reminder.next_local, None))
    last = format_key(came_due[-1].occurrence.key) if came_due else None
    next_at = following.due_at if following else None
    next_local = format_key(following.key) if following else None
    return _Advance(
        reminder,
        _moved(reminder, next_at, next_local, last),
        [
            {
                "reminder_id": reminder.reminder_id,
                "user_id": reminder.user_id,
                "kind": reminder.kind,
                "due_at": due.occurrence.due_at,
                "night_on": night_on(reminder.kind, due.occurrence, reminder),
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
    reminder: DueReminder,
    next_at: datetime | None,
    next_local: str | None,
    last_local: str | None,
) -> dict[str, Any]:
    return {
        "moved_id": reminder.reminder_id,
        "next_at": next_at,
        "next_local": next_local,
        "last_local": last_local,
    }


def _claimed(
    delivery_id: int, reminder: DueReminder, delivery: Mapping[str, Any]
) -> ClaimedDelivery:
    zone = zone_plan_of(reminder).on(delivery["night_on"]).key
    due_local = local_time(delivery["due_at"], zone)
    schedule = schedule_of(reminder, reminder)
    return ClaimedDelivery(
        delivery_id=delivery_id,
        reminder_id=reminder.reminder_id,
        user_id=reminder.user_id,
        kind=reminder.kind,
        due_at=delivery["due_at"],
        night_on=delivery["night_on"],
        send_at=delivery["send_at"],
        useful_until_at=delivery["useful_until_at"],
        attempts=0,
        priority=reminder.priority,
        tr=translator_for(reminder),
        zone=zone,
        bed_time=reminder.bed_time,
        wake_time=reminder.wake_time,
        with_sound=reminder.with_sound,
        words=reminder.words,
        shut_gates=shut_codes(reminder.shut_gates),
        flags=reminder.flags,
        number=occurrence_number(schedule, due_local),
        times=schedule.times,
        stop_asked_at=reminder.stop_asked_at,
    )


# Deliveries that are sent again ------------------------------------------------------------------


async def _claim_retries(
    session: Session, me: str, now: datetime, limit: int, flags: UserFlags
) -> list[ClaimedDelivery]:
    """Claim deliveries that no process holds and that are due to be sent, or sent again."""
    condition = sa.and_(WAITS_FOR_RETRY, col(Delivery.send_at) <= now)
    rows = await _lock_deliveries(session, condition, limit, flags)
    until = lease(is_sqlite(session))
    for delivery, _reminder in rows:
        delivery.claimed_by = me
        delivery.lease_until_at = until  # type: ignore[assignment]
    await session.flush()
    return [_claimed_again(*row) for row in rows]


async def _claim_later(
    session: Session, me: str, now: datetime, limit: int, flags: UserFlags
) -> list[ClaimedDelivery]:
    """Claim deliveries that their owners asked for again at a later time."""
    asked_for = await _lock_deliveries(session, col(Delivery.later_at) <= now, limit, flags)
    rows = await without_given_up(session, asked_for)
    until = lease(is_sqlite(session))
    for delivery, _reminder in rows:
        at = delivery.later_at or now
        delivery.status = DeliveryStatus.CLAIMED
        delivery.send_at, delivery.useful_until_at = at, at + rules.LATER_USEFUL
        delivery.later_at = None
        delivery.attempts = 0
        delivery.claimed_by = me
        delivery.lease_until_at = until  # type: ignore[assignment]
    await session.flush()
    return [_claimed_again(*row) for row in rows]


async def stale(
    session: Session, now: datetime, limit: int
) -> list[tuple[Delivery, ClaimedDelivery]]:
    """Deliveries whose messages are to be removed or made smaller by now; nothing is claimed.

    No flags of their users are read.
    """
    rows = await _lock_deliveries(session, col(Delivery.tidy_at) <= now, limit, ())
    return [(delivery, _claimed_again(delivery, reminder)) for delivery, reminder in rows]


async def _lock_deliveries(
    session: Session, condition: sa.ColumnElement[bool], limit: int, flags: UserFlags
) -> list[tuple[Delivery, DueReminder]]:
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
    query = _reminders_and_users(flags).where(
        col(Reminder.id).in_({delivery.reminder_id for delivery in deliveries})
    )
    rows = await (await session.connection()).execute(query)
    reminders = {row[0]: _due_reminder(row, flags) for row in rows}
    return [(delivery, reminders[delivery.reminder_id]) for delivery in deliveries]


def _claimed_again(delivery: Delivery, reminder: DueReminder) -> ClaimedDelivery:
    if delivery.id is None:
        raise ValueError("only a stored delivery can be claimed")
    values = {
        name: getattr(delivery, name)
        for name in ("due_at", "night_on", "send_at", "useful_until_at")
    }
    return replace(_claimed(delivery.id, reminder, values), attempts=delivery.attempts)
