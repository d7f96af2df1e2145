"""Whether anything is due, and when something is due next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import Delivery, DeliveryStatus, Reminder


def _first(
    instant: Mapped[Any], condition: sa.ColumnElement[bool]
) -> sa.ScalarSelect[datetime | None]:
    """The earliest instant, read from the index.

    PostgreSQL never reads the table for a query of this form. For other forms it does while its
    statistics are old and say that many rows are due.
    """
    rows = sa.select(instant).where(condition, instant.is_not(None))
    return rows.order_by(instant).limit(1).scalar_subquery()


WAITS_FOR_RETRY = sa.and_(
    col(Delivery.status) == DeliveryStatus.CLAIMED, col(Delivery.claimed_by).is_(None)
)
"""A delivery that no process holds: after a failed attempt, a shared pause, or a crash."""
_FIRST_INSTANTS = (
    _first(col(Delivery.send_at), WAITS_FOR_RETRY),
    _first(col(Delivery.later_at), sa.true()),
    _first(col(Reminder.next_at), col(Reminder.priority) == 0),
    _first(col(Reminder.next_at), col(Reminder.priority) == 1),
)
# Statements are built once: building this one takes longer than running it.
_WHAT_IS_DUE = sa.select(*(first <= sa.bindparam("now") for first in _FIRST_INSTANTS))
_NEXT_DUE = sa.select(
    *_FIRST_INSTANTS, _first(col(Delivery.send_at), col(Delivery.status) == DeliveryStatus.CLAIMED)
)


async def what_is_due(session: Session, now: datetime) -> Sequence[bool]:
    """Whether anything is due, with one statement, because nearly every tick finds nothing.

    Returns:
        Whether there are retries, deliveries that were asked for later, and due reminders of
        priority 0 and of priority 1.
    """
    found = await (await session.connection()).execute(_WHAT_IS_DUE, {"now": now})
    return tuple(map(bool, found.one()))


async def next_due(session: Session) -> datetime | None:
    """The next instant at which anything is due, or None."""
    found = await (await session.connection()).execute(_NEXT_DUE)
    return min((instant for instant in found.one() if instant is not None), default=None)
