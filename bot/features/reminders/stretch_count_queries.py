"""Who is being counted for in the guided stretch. No Telegram, no commit."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import StretchCount, User

MOST = 100
"""People at a time: with an edit every five to ten seconds each, some fifteen edits a second."""


async def count_of(session: Session, user_id: int) -> StretchCount | None:
    """What is being counted for a person."""
    return await session.get(StretchCount, user_id)


async def has_room(session: Session) -> bool:
    """Whether another person can be counted for."""
    found = await session.exec(select(sa.func.count()).select_from(StretchCount))
    return found.one() < MOST


async def start(session: Session, count: StretchCount) -> None:
    """Count for a person from now on, in place of what was counted before."""
    await session.merge(count)


async def stop(session: Session, user_id: int, started_at: datetime | None = None) -> None:
    """Count no more for a person.

    Args:
        session: the transaction.
        user_id: the person.
        started_at: only the count that began then; None: any.
    """
    query = sa.delete(StretchCount).where(col(StretchCount.user_id) == user_id)
    if started_at is not None:
        query = query.where(col(StretchCount.started_at) == started_at)
    await session.exec(query)


async def running(session: Session, process: str) -> Sequence[tuple[StretchCount, User]]:
    """Everything that a process counts, and for whom."""
    query = select(StretchCount, User).join(User, col(User.id) == col(StretchCount.user_id))
    query = query.where(col(StretchCount.held_by) == process)
    return (await session.exec(query.limit(MOST))).all()
