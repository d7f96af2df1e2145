"""Deletes what is older than the retention period, and finds messages to delete from a chat.

No Telegram, no commit.
"""

from datetime import date, datetime

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


async def delete_expired(session: Session, first_on: date, blocked_before: datetime) -> int:
    """Delete what is older than the operator's retention period.

    Args:
        session: The transaction.
        first_on: The first night that is kept.
        blocked_before: People who blocked the bot before this instant are erased completely.

    Returns:
        The number of deleted rows and erased people.
    """
    deleted: int = 0
    for table, column in (
        (Cramp, Cramp.night_on),
        (NightCheck, NightCheck.night_on),
        (HabitDay, HabitDay.night_on),
        (Delivery, Delivery.night_on),
        (FlagHit, FlagHit.hit_on),
        (WeeklySummary, WeeklySummary.week_on),
        (ReportDraft, ReportDraft.last_on),
    ):
        result = await session.exec(sa.delete(table).where(col(column) < first_on))
        deleted += result.rowcount
    ended = await session.exec(
        select(Experiment).where(
            col(Experiment.status) != TrialStatus.RUNNING, col(Experiment.starts_on) < first_on
        )
    )
    for experiment in ended.all():
        if experiments.course_of(experiment).last_on < first_on:
            await session.delete(experiment)
            deleted += 1
    blocked = await session.exec(select(User.id).where(col(User.blocked_at) < blocked_before))
    for user_id in blocked.all():
        await people.erase(session, user_id)
        deleted += 1
    return int(deleted)
