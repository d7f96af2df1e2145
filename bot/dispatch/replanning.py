"""Queries that plan the reminders of a person again. No Telegram, no commit."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.database.engine import Session
from bot.database.models import Delivery, DeliveryStatus, Reminder, User
from bot.dispatch.planning import (
    move_reminder,
    plan_again_from,
    plan_far_one_anew,
    replan_reminder,
)

log = logging.getLogger(__name__)

FURTHEST = timedelta(days=9)
"""No reminder is due further ahead than this, except by a pause, a rest or a mute: a week, and what
a journey and a clock change can add."""
REMINDERS_AT_ONCE = 200
CLOCKS_DIFFER = timedelta(minutes=5)
"""More than the clocks of replicas differ, and longer than any retry waits."""
LONGEST_USE = timedelta(days=1)
"""The longest time for which a reminder that can be too late is useful."""


def locked(query: SelectOfScalar[Reminder]) -> SelectOfScalar[Reminder]:
    """Lock the rows of a query until the commit (PostgreSQL), and read their latest state.

    A reminder must be read this way before it is planned again. A claim that another replica
    commits in between would be overwritten otherwise, and its occurrence would be sent twice.
    On SQLite every transaction is alone already.
    """
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


async def replan(session: Session, user: User, now: datetime) -> list[Reminder]:
    """Plan all reminders of a person again, after anything that the plan depends on has changed.

    Returns:
        The reminders, in no particular order.
    """
    return await _plan_all(session, user, now, replan_reminder)


async def move_to_zone(session: Session, user: User, now: datetime) -> list[Reminder]:
    """Move all planned occurrences of a person to their new time zone.

    Returns:
        The reminders, in no particular order.
    """
    return await _plan_all(session, user, now, move_reminder)


async def follow_new_rules(session: Session, people: Sequence[int], now: datetime) -> bool:
    """Move the planned occurrences of some people to their instants by the rules of tzdata.

    Returns True: it is done for them.
    """
    # The rows of people are read after the reminders are locked. A change of a person's time zone
    # that commits meanwhile would be missed otherwise.
    planned = select(Reminder).where(
        col(Reminder.user_id).in_(people), col(Reminder.next_at).is_not(None)
    )
    reminders = list(await session.exec(locked(planned.order_by(col(Reminder.id)))))
    users = {
        user.id: user for user in await session.exec(select(User).where(col(User.id).in_(people)))
    }
    for reminder in reminders:
        try:
            move_reminder(reminder, users[reminder.user_id], now)
        except Exception:
            log.exception("reminder %s cannot be planned and stays as it is", reminder.id)
    return True


async def plan_far_ones_anew(
    session: Session, now: datetime, after: tuple[datetime, int] | None = None
) -> tuple[datetime, int] | None:
    """Plan some of the reminders anew that are due further ahead than a week explains.

    The clock may have been wrong: a bot that was started a year ahead has claimed everything up to
    then. What a pause, a rest or a mute explains comes out as it was.

    Args:
        session: an open transaction.
        now: the current instant (aware, UTC).
        after: what the last call returned; None for the first.

    Returns:
        Instant and id of the last reminder looked at; None when there are no more.
    """
    since, last_id = after or (now + FURTHEST, 0)
    found = await session.exec(
        locked(
            select(Reminder)
            .where(
                col(Reminder.priority).in_((0, 1)),  # both are named so that the index can be used
                col(Reminder.next_at).is_not(None),
                col(Reminder.next_at) >= since,
                sa.or_(col(Reminder.next_at) > since, col(Reminder.id) > last_id),
            )
            .order_by(col(Reminder.next_at), col(Reminder.id))
            .limit(REMINDERS_AT_ONCE)
        )
    )
    reminders = found.all()
    if not reminders:
        return None
    position = reminders[-1].next_at or since, reminders[-1].id or 0
    people = await session.exec(
        select(User).where(col(User.id).in_({one.user_id for one in reminders}))
    )
    users = {user.id: user for user in people}
    changed = [one.id for one in reminders if plan_far_one_anew(one, users[one.user_id], now)]
    if changed:
        log.warning("%s reminders were due too far ahead and are planned anew", len(changed))
        # What was recorded as missed is yet to come.
        await session.exec(
            sa.delete(Delivery).where(
                col(Delivery.reminder_id).in_(changed),
                col(Delivery.due_at) > now,
                col(Delivery.status) == DeliveryStatus.MISSED,
            )
        )
    return position


async def give_back_what_is_to_come(session: Session, now: datetime) -> bool:
    """Undo claims of occurrences that are yet to come: the clock had been ahead, however far.

    An occurrence that was sent keeps its row, so that it is not sent again.

    Returns:
        Whether there may be more of them.
    """
    # What was due already stays, also when it waits, so that each round leaves fewer of them.
    is_to_come = sa.and_(
        col(Delivery.status).in_((DeliveryStatus.MISSED, DeliveryStatus.CLAIMED)),
        col(Delivery.attempts) == 0,
        col(Delivery.due_at) > now,
    )
    too_early = col(Delivery.send_at) > now + CLOCKS_DIFFER
    found = await session.exec(
        select(Delivery.reminder_id).where(is_to_come, too_early).limit(REMINDERS_AT_ONCE)
    )
    ids = sorted(set(found))
    if not ids:
        return False
    reminders = await session.exec(
        locked(select(Reminder).where(col(Reminder.id).in_(ids)).order_by(col(Reminder.id)))
    )
    for reminder in reminders.all():
        plan_again_from(reminder, await session.get_one(User, reminder.user_id), now)
    await session.exec(sa.delete(Delivery).where(col(Delivery.reminder_id).in_(ids), is_to_come))
    log.warning("%s reminders were claimed before their time and are planned anew", len(ids))
    return True


async def try_again_now(session: Session, now: datetime) -> None:
    """Shorten the wait of retries that were planned while the clock was ahead."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.status) == DeliveryStatus.CLAIMED,
            col(Delivery.claimed_by).is_(None),
            col(Delivery.attempts) > 0,
            col(Delivery.send_at) > now + CLOCKS_DIFFER,
        )
        .values(send_at=now)
    )


async def send_after_all(session: Session, now: datetime) -> None:
    """Send what was recorded as too late, but is not, because the clock had been ahead.

    This concerns only deliveries that were never tried, and of each reminder none but the newest.
    """
    later = aliased(Delivery)
    has_later = sa.exists().where(
        col(later.reminder_id) == col(Delivery.reminder_id),
        col(later.due_at) > col(Delivery.due_at),
    )
    found = await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.status) == DeliveryStatus.MISSED,
            col(Delivery.send_at).between(now - LONGEST_USE, now),
            col(Delivery.useful_until_at) >= now,
            col(Delivery.attempts) == 0,
            sa.not_(has_later),
        )
        .values(status=DeliveryStatus.CLAIMED, send_at=now)
    )
    if found.rowcount:
        log.warning("%s reminders seemed too late and are sent after all", found.rowcount)


async def _plan_all(
    session: Session,
    user: User,
    now: datetime,
    plan: Callable[[Reminder, User, datetime], None],
) -> list[Reminder]:
    await session.flush()
    query = select(Reminder).where(Reminder.user_id == user.id).order_by(col(Reminder.id))
    reminders = list(await session.exec(locked(query)))
    for reminder in reminders:
        plan(reminder, user, now)
        session.add(reminder)
    return reminders


async def set_blocked(session: Session, user_id: int, now: datetime) -> None:
    """Record that the person blocked the bot. Their reminders stop until they unblock it."""
    user = await session.get(User, user_id)
    if user is None:
        return
    user.blocked_at = now
    session.add(user)
    await session.exec(
        sa.update(Reminder)
        .where(col(Reminder.user_id) == user_id)
        .values(next_at=None, next_local=None)
    )


async def set_unblocked(session: Session, user: User, now: datetime) -> None:
    """Record that the person no longer blocks the bot, and plan their reminders from now on."""
    user.blocked_at = None
    session.add(user)
    await replan(session, user, now)
