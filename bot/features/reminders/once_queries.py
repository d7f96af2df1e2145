"""Queries about reminders that come once. No Telegram, no commit.

Such a reminder is one in the person's own words which rests on all days but one.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import Reminder, User
from bot.dispatch.planning import once_on, replan_reminder
from bot.dispatch.schedule import format_rests, only_on
from bot.features.reminders.queries import add_custom, reminders_of, remove_custom
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of

KEPT_FOR = timedelta(days=2)
"""So long after its day it can be answered; then it is deleted."""


async def add_once(
    session: Session, user: User, words: str, at_local: datetime, now: datetime, slot: int
) -> Reminder | None:
    """Add a reminder that comes once, or change the one in that slot.

    Args:
        session: the open session.
        user: whose reminder.
        words: what it says.
        at_local: when it comes, as wall-clock time where the person is.
        now: the current instant.
        slot: the id of the message that asked for it, so that it is added once.

    Returns:
        The reminder, or None when the person has ``limits.REMINDERS`` already.
    """
    today = local_time(now, zone_of(user)).date()
    await remove_past(session, await reminders_of(session, user.id), today)
    reminder = await add_custom(session, user, words, (at_local.time(),), now, slot)
    if reminder is not None:
        reminder.rests = format_rests(only_on(at_local.date(), today))
        replan_reminder(reminder, user, now)
        await session.flush()
    return reminder


async def remove_past(
    session: Session, reminders: Sequence[Reminder], today: date
) -> list[Reminder]:
    """Delete those whose only day is past; return the others."""
    kept = []
    for reminder in reminders:
        day = once_on(reminder)
        if day is not None and today - day > KEPT_FOR:
            await remove_custom(session, reminder.user_id, reminder.slot)
        else:
            kept.append(reminder)
    return kept
