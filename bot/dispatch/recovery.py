"""Claims that are given back: by a process that stops, or for a process that is gone.

Every function runs inside the caller's transaction.
"""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlmodel import col

from bot import metrics
from bot.database import leases
from bot.database.engine import Session, is_sqlite
from bot.database.models import Delivery, DeliveryStatus, Kind
from bot.dispatch.claims import ClaimedDelivery

_UNCLAIMED = {"claimed_by": None, "lease_until_at": None}


async def recover(session: Session, me: str) -> None:
    """Release the deliveries that a process held which is gone.

    On SQLite those are all that another process claimed; on PostgreSQL, those whose lease has run
    out, and sooner those that a process has not begun to send whose own lease has run out. A
    "claimed" one is sent if it is still fresh. A "sending" one was nearly always sent: it becomes
    "unknown" and is not sent again, except for the weekly summary.
    """
    if is_sqlite(session):
        abandoned = sa.and_(col(Delivery.claimed_by).is_not(None), col(Delivery.claimed_by) != me)
        is_dead = abandoned
    else:
        abandoned = sa.or_(
            col(Delivery.lease_until_at) < sa.func.clock_timestamp(),
            # Claimed on SQLite, which has no leases, before the data was moved to PostgreSQL.
            sa.and_(col(Delivery.claimed_by).is_not(None), col(Delivery.lease_until_at).is_(None)),
        )
        alive = await leases.living(session)
        is_dead = col(Delivery.claimed_by).not_in({me, *alive})
    sending = sa.and_(col(Delivery.status) == DeliveryStatus.SENDING, abandoned)
    claimed = sa.and_(
        col(Delivery.status) == DeliveryStatus.CLAIMED,
        col(Delivery.claimed_by).is_not(None),
        sa.or_(abandoned, is_dead),
    )
    is_summary = col(Delivery.kind) == Kind.SUMMARY
    for condition, status in (
        (sa.and_(sending, sa.not_(is_summary)), DeliveryStatus.UNKNOWN),
        (sa.and_(sending, is_summary), DeliveryStatus.CLAIMED),
        (claimed, DeliveryStatus.CLAIMED),
    ):
        released = await session.exec(
            sa.update(Delivery).where(condition).values(status=status, **_UNCLAIMED)
        )
        metrics.RETAKEN.inc(released.rowcount)


async def release(session: Session, deliveries: Iterable[ClaimedDelivery], me: str) -> None:
    """Release deliveries of this process that it has not begun to send."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id).in_([one.delivery_id for one in deliveries]),
            col(Delivery.status) == DeliveryStatus.CLAIMED,
            col(Delivery.claimed_by) == me,
        )
        .values(**_UNCLAIMED)
    )


async def release_all_but(session: Session, held: Collection[int], me: str) -> None:
    """Release the claims of this process except those of the deliveries that it holds.

    The others were made by a commit whose confirmation was lost.

    Args:
        session: the transaction.
        held: the ids of the deliveries that are kept.
        me: the name of this process.
    """
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.status) == DeliveryStatus.CLAIMED,
            col(Delivery.claimed_by) == me,
            col(Delivery.id).not_in(held),
        )
        .values(**_UNCLAIMED)
    )
