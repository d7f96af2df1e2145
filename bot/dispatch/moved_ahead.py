"""One occurrence of a reminder at another time than usual: tonight's stretch before a late bedtime.

Its delivery is made ahead, as one that was never sent and is to come later. The row keeps the
instant of the usual occurrence, whose own delivery finds it taken and is not made. It counts only
as long as the reminder would have come at that instant: with other times, a mute or a journey the
occurrence is planned anew, and the one that was moved is given up.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Delivery, DeliveryStatus, Kind, Reminder, User
from bot.dispatch.due_occurrences import DueReminder
from bot.dispatch.planning import ReminderSettings, UserSettings, is_planned_at

MOVED_AHEAD = sa.and_(
    col(Delivery.status) == DeliveryStatus.NOT_NEEDED,
    col(Delivery.later_at).is_not(None),
    col(Delivery.sent_at).is_(None),
)


async def moved_ahead(session: Session, user: User, kind: Kind) -> Delivery | None:
    """The occurrence that comes at another time than usual; None when all come as usual."""
    query = (
        select(Delivery, Reminder)
        .join(Reminder, col(Reminder.id) == Delivery.reminder_id)
        .where(Delivery.user_id == user.id, Delivery.kind == kind, MOVED_AHEAD)
    )
    found = await session.exec(query.order_by(col(Delivery.due_at).desc()))
    counting = (one for one, reminder in found if not _is_given_up(one, reminder, user))
    return next(counting, None)


async def forget_moved(
    session: Session, user_id: int, of: sa.ColumnElement[bool] | None = None
) -> None:
    """Undo moves: the occurrence comes at its usual time, if that is still ahead.

    Args:
        session: the open session.
        user_id: whose deliveries.
        of: only those that meet this condition; None: all.
    """
    chosen = sa.and_(col(Delivery.user_id) == user_id, MOVED_AHEAD)
    chosen = chosen if of is None else sa.and_(chosen, of)
    await session.exec(sa.delete(Delivery).where(chosen))


async def without_given_up(
    session: Session, rows: Sequence[tuple[Delivery, DueReminder]]
) -> list[tuple[Delivery, DueReminder]]:
    """Delete moved occurrences that do not count any more; return the other rows."""
    kept = []
    for delivery, reminder in rows:
        if _is_ahead(delivery) and _is_given_up(delivery, reminder, reminder):
            await session.delete(delivery)
        else:
            kept.append((delivery, reminder))
    return kept


def _is_ahead(delivery: Delivery) -> bool:
    return delivery.status is DeliveryStatus.NOT_NEEDED and delivery.sent_at is None


def _is_given_up(delivery: Delivery, reminder: ReminderSettings, user: UserSettings) -> bool:
    return not is_planned_at(reminder, user, delivery.due_at)
