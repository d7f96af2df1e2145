"""What becomes of claimed deliveries: sending, then sent, failed, unknown, missed or tried again.

Every function runs inside the caller's transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, is_sqlite
from bot.database.models import Answer, Delivery, DeliveryStatus, Kind
from bot.dispatch.claims import ClaimedDelivery, lease
from bot.dispatch.replanning import set_blocked
from bot.telegram.message import Message
from bot.telegram.sender import Blocked, Failed, NotSent, Outcome, RetryLater, Sent, Unknown

LONGEST_BACKOFF = timedelta(minutes=1)
"""The longest pause before something that was not sent is tried again."""
LONGEST_WAIT = timedelta(minutes=2)
"""The longest wait, even if Telegram asks for more, because it may recover earlier."""
SUMMARY_RETRY = timedelta(seconds=30)
STALE_AFTER = timedelta(hours=36)
"""The age at which an unanswered message is deleted: Telegram only deletes messages of less than 48
hours, and the bot may be down for some of them."""
NO_USE_FOR = timedelta(minutes=90)
"""How long after a message stopped to be useful it is first considered for tidying."""
SUMMARY_ATTEMPTS = 5
"""A weekly summary that may have been sent is sent again, at most this many times in all. A second
copy does less harm than none."""


@dataclass(frozen=True)
class Report:
    """What Telegram answered to a delivery that was sent."""

    delivery: ClaimedDelivery
    outcome: Outcome
    at: datetime
    has_buttons: bool


@dataclass(frozen=True)
class Superseded:
    """An earlier message of the same reminder."""

    delivery_id: int
    message_id: int
    due_at: datetime
    night_on: date
    answer: Answer | None
    """None for an earlier message of the same delivery, which was sent again after "Later"."""
    is_last: bool = False
    """Whether no later message has followed it; it is closed only because it is of no use any
    more."""


class Removal(Enum):
    """When the message of a delivery that nobody answered is deleted."""

    AT_ONCE = "at once"
    LATER = "later"
    """Shortly before it gets too old for Telegram to delete it."""
    NEVER = "never"


@dataclass(frozen=True)
class Closing:
    """What becomes of an earlier message of a reminder."""

    line: Message | None
    """Its new content, also when it is too old to be deleted; None leaves it as it is."""
    removal: Removal = Removal.NEVER
    is_interim: bool = False
    """Whether the next message of the reminder changes it once more."""


# Before sending ----------------------------------------------------------------------------------


async def mark_sending(
    session: Session, deliveries: Sequence[ClaimedDelivery], me: str, unsure: Collection[int] = ()
) -> set[int]:
    """Mark deliveries that are about to be sent.

    The condition of the update keeps out a slow replica whose lease has run out.

    Args:
        session: the transaction.
        deliveries: what is about to be sent.
        me: the name of this process.
        unsure: ids of those that may be marked already, by a commit whose confirmation was lost.

    Returns:
        The ids of those that this process still holds.
    """
    asked: dict[str, object] = {"ids": [one.delivery_id for one in deliveries], "me": me}
    if unsure:
        asked["unsure"] = list(unsure)
    marked = await (await session.connection()).execute(
        _marking(is_sqlite(session), bool(unsure)), asked
    )
    return {delivery_id for delivery_id in marked.scalars() if delivery_id is not None}


@cache
def _marking(on_sqlite: bool, some_are_unsure: bool) -> Any:
    may_be_marked = col(Delivery.status) == DeliveryStatus.CLAIMED
    if some_are_unsure:
        may_be_marked |= sa.and_(
            col(Delivery.status) == DeliveryStatus.SENDING,
            col(Delivery.id).in_(sa.bindparam("unsure", expanding=True)),
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
            lease_until_at=lease(on_sqlite),
        )
        .returning(col(Delivery.id))
    )


async def drop(session: Session, delivery: ClaimedDelivery, status: DeliveryStatus) -> None:
    """Drop a claimed delivery without sending it.

    Args:
        session: the transaction.
        delivery: what is dropped.
        status: ``MISSED`` when it is too late, ``NOT_NEEDED`` when there is nothing to say.
    """
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id) == delivery.delivery_id,
            col(Delivery.status) == DeliveryStatus.CLAIMED,
        )
        .values(status=status, claimed_by=None, lease_until_at=None)
    )


# After sending -----------------------------------------------------------------------------------


def changes_after(
    delivery: ClaimedDelivery, outcome: Outcome, now: datetime, has_buttons: bool
) -> dict[str, object]:
    """The new values of a delivery's columns after Telegram's answer."""
    unclaimed = {"claimed_by": None, "lease_until_at": None}
    match outcome:
        case Sent(message_id=message_id):
            return unclaimed | {
                "status": DeliveryStatus.SENT,
                "sent_at": now,
                "message_id": message_id,
                "has_buttons": has_buttons,
                "tidy_at": _tidy_at(delivery, now) if has_buttons else None,
            }
        case RetryLater(after=after):
            return unclaimed | _retry(delivery, now + min(after, LONGEST_WAIT))
        case NotSent():
            backoff = min(timedelta(seconds=2**delivery.attempts), LONGEST_BACKOFF)
            return unclaimed | _retry(delivery, now + backoff)
        case Unknown():
            attempts = delivery.attempts + 1
            if delivery.kind is Kind.SUMMARY and attempts < SUMMARY_ATTEMPTS:
                return unclaimed | _retry(delivery, now + SUMMARY_RETRY * attempts)
            return unclaimed | {"status": DeliveryStatus.UNKNOWN}
        case Blocked() | Failed():
            return unclaimed | {"status": DeliveryStatus.FAILED}


def _tidy_at(delivery: ClaimedDelivery, now: datetime) -> datetime:
    """When a message that was sent now is tidied, unless the next one is sent earlier."""
    old_at = now + STALE_AFTER
    if delivery.useful_until_at is None:
        return old_at
    return min(old_at, max(now, delivery.useful_until_at) + NO_USE_FOR)


def _retry(delivery: ClaimedDelivery, at: datetime) -> dict[str, object]:
    if delivery.useful_until_at is not None and at > delivery.useful_until_at:
        return {"status": DeliveryStatus.MISSED}
    return {"status": DeliveryStatus.CLAIMED, "send_at": at}


async def record(session: Session, reports: Sequence[Report]) -> dict[int, list[Superseded]]:
    """Store the outcomes of deliveries.

    Returns:
        For each delivery id, the earlier messages of its reminder that a success closes.
    """
    sent = [report for report in reports if isinstance(report.outcome, Sent)]
    closed: dict[int, list[Superseded]] = {report.delivery.delivery_id: [] for report in reports}
    for report in sent:
        closed[report.delivery.delivery_id] += await _sent_before(session, report)
    await _write(session, reports)
    for report in reports:
        if isinstance(report.outcome, Blocked):
            await set_blocked(session, report.delivery.user_id, report.at)
    for delivery_id, superseded in await _close_earlier(session, sent):
        closed[delivery_id].append(superseded)
    return closed


async def _write(session: Session, reports: Sequence[Report]) -> None:
    """Update the rows, with one statement for all that change the same columns."""
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for report in reports:
        changes = changes_after(report.delivery, report.outcome, report.at, report.has_buttons)
        alike.setdefault(tuple(changes), []).append(
            {"delivery_id": report.delivery.delivery_id} | changes
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
    """The earlier message of a delivery that was sent again after "Later", if it has buttons."""
    delivery, outcome = report.delivery, report.outcome
    if delivery.send_at == delivery.due_at or not isinstance(outcome, Sent):
        return []
    found = await session.exec(
        select(Delivery.message_id).where(
            Delivery.id == delivery.delivery_id, col(Delivery.has_buttons).is_(True)
        )
    )
    return [
        Superseded(delivery.delivery_id, message_id, delivery.due_at, delivery.night_on, None)
        for message_id in found
        if message_id is not None and message_id != outcome.message_id
    ]


async def _close_earlier(
    session: Session, reports: Sequence[Report]
) -> list[tuple[int, Superseded]]:
    """Close earlier messages of the same reminders that still carry buttons.

    One that was not answered counts as not answered from now on. ``tidying`` removes the message
    or makes it smaller afterwards: a reminder waits for nothing of that.

    Returns:
        The id of the delivery that closes it, and the message, for each.
    """
    if not reports:
        return []
    newest = {report.delivery.reminder_id: report for report in sorted(reports, key=_due_at)}
    connection = await session.connection()
    these = [report.delivery.delivery_id for report in newest.values()]
    found = await connection.execute(_EARLIER, {"reminders": list(newest), "these": these})
    closed, stale, unanswered = [], [], []
    for earlier in found:
        report = newest[earlier.reminder_id]
        if earlier.due_at >= report.delivery.due_at:
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
            closed.append((report.delivery.delivery_id, superseded))
            stale.append({"delivery_id": earlier.id, "at": report.at})
    if stale:
        await connection.execute(_STALE, stale)
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
    col(Delivery.later_at).is_(None),  # the user asked for it later, so it will be sent again
    col(Delivery.id).not_in(sa.bindparam("these", expanding=True)),
)
_NOT_ANSWERED = (
    sa.update(Delivery)
    .where(col(Delivery.id) == sa.bindparam("delivery_id"))
    .values(answer=Answer.NO_ANSWER, answered_at=sa.bindparam("at"))
)


_STALE = (
    sa.update(Delivery)
    .where(col(Delivery.id) == sa.bindparam("delivery_id"))
    .values(tidy_at=sa.bindparam("at"))
)


def _due_at(report: Report) -> datetime:
    return report.delivery.due_at


async def try_again(session: Session, delivery_ids: Collection[int], now: datetime) -> None:
    """Send deliveries again that failed because of an answer that is not believed any more."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id).in_(sorted(delivery_ids)),
            col(Delivery.status) == DeliveryStatus.FAILED,
        )
        .values(status=DeliveryStatus.CLAIMED, send_at=now, claimed_by=None, lease_until_at=None)
    )
