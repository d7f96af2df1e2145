"""Deletes what is older than the retention period, and finds messages to delete from a chat.

No Telegram, no commit.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import (
    Cramp,
    Delivery,
    Experiment,
    FlagHit,
    HabitDay,
    NightCheck,
    ReportDraft,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.features.experiments import queries as experiments
from bot.identity import people

DELETED_AT_ONCE = 500
"""Rows of one table that one call of ``delete_expired`` deletes."""
ERASED_AT_ONCE = 5
"""People whom one call of ``delete_expired`` erases."""
_DATED: tuple[tuple[Any, Any, Any], ...] = (
    (Cramp, Cramp.id, Cramp.night_on),
    (NightCheck, NightCheck.id, NightCheck.night_on),
    (HabitDay, HabitDay.id, HabitDay.night_on),
    (Delivery, Delivery.id, Delivery.night_on),
    (FlagHit, FlagHit.id, FlagHit.hit_on),
    (WeeklySummary, WeeklySummary.id, WeeklySummary.week_on),
    (ReportDraft, ReportDraft.user_id, ReportDraft.last_on),
)
"""Tables that the retention period applies to, with their keys and the dates that decide."""


async def recent_message_ids(session: Session, user_id: int, since: datetime) -> set[int]:
    """Ids that are stored of messages in a person's chat, sent at or after an instant."""
    found: set[int] = set()
    for column, condition in (
        (
            Delivery.message_id,
            sa.and_(col(Delivery.user_id) == user_id, col(Delivery.sent_at) >= since),
        ),
        (Cramp.message_id, sa.and_(col(Cramp.user_id) == user_id, col(Cramp.tapped_at) >= since)),
        (
            Cramp.reply_message_id,
            sa.and_(col(Cramp.user_id) == user_id, col(Cramp.tapped_at) >= since),
        ),
        (
            WeeklySummary.message_id,
            sa.and_(col(WeeklySummary.user_id) == user_id, col(WeeklySummary.sent_at) >= since),
        ),
        (
            ReportDraft.message_id,
            sa.and_(col(ReportDraft.user_id) == user_id, col(ReportDraft.updated_at) >= since),
        ),
    ):
        rows = await session.exec(select(column).where(condition))
        found |= {message_id for message_id in rows if message_id is not None and message_id > 0}
    return found


async def delete_expired(
    session: Session, people_ids: Sequence[int], first_on: date, blocked_before: datetime
) -> bool:
    """Delete what is older than the operator's retention period, for some people.

    Args:
        session: The transaction.
        people_ids: Whose rows.
        first_on: The first night that is kept.
        blocked_before: People who blocked the bot before this instant are erased completely.

    Returns:
        Whether that was all; otherwise it has to be called again.
    """
    blocked = await session.exec(
        select(User.id)
        .where(col(User.id).in_(people_ids), col(User.blocked_at) < blocked_before)
        .limit(ERASED_AT_ONCE + 1)
    )
    erased = blocked.all()
    for user_id in erased[:ERASED_AT_ONCE]:
        await people.erase(session, user_id)
    is_all = len(erased) <= ERASED_AT_ONCE
    for table, key, column in _DATED:
        old = select(key).where(col(table.user_id).in_(people_ids), col(column) < first_on)
        result = await session.exec(
            sa.delete(table).where(col(key).in_(old.limit(DELETED_AT_ONCE)))
        )
        is_all = is_all and result.rowcount < DELETED_AT_ONCE
    ended = await session.exec(
        select(Experiment).where(
            col(Experiment.user_id).in_(people_ids),
            col(Experiment.status) != TrialStatus.RUNNING,
            col(Experiment.starts_on) < first_on,
        )
    )
    for experiment in ended.all():
        if experiments.course_of(experiment).last_on < first_on:
            await session.delete(experiment)
    return is_all
