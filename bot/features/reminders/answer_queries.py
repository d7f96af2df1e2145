"""Queries about the reminder that an answer without a button is for. No Telegram, no commit."""

from datetime import datetime

from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Delivery, DeliveryStatus, Kind
from bot.features.reminders.messages.snooze import SNOOZE_MINUTES


async def last_delivery(
    session: Session, user_id: int, since: datetime, kind: Kind | None = None
) -> Delivery | None:
    """The newest reminder with buttons for answers that reached a person since an instant.

    Args:
        session: the open session.
        user_id: whose reminder.
        since: aware, UTC.
        kind: of this kind only.
    """
    kinds = (kind,) if kind is not None else tuple(SNOOZE_MINUTES)
    found = await session.exec(
        select(Delivery)
        .where(
            Delivery.user_id == user_id,
            col(Delivery.kind).in_(kinds),
            col(Delivery.status).in_((DeliveryStatus.SENT, DeliveryStatus.UNKNOWN)),
            Delivery.due_at >= since,
        )
        .order_by(col(Delivery.due_at).desc())
        .limit(1)
    )
    return found.first()
