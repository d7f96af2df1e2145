"""Whom a private bot has turned away, and which groups know where to find it.

No Telegram, no commit. Ids of groups are negative.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session, insert_for
from bot.database.models import Stranger

REMEMBERED = timedelta(days=30)


async def turn_away(session: Session, user_id: int, now: datetime) -> bool:
    """Note that somebody was told. False: they were told before, within the last 30 days or so."""
    noted = await (await session.connection()).execute(
        insert_for(session)(Stranger)
        .values(user_id=user_id, answered_at=now)
        .on_conflict_do_nothing()
        .returning(col(Stranger.user_id))
    )
    return noted.one_or_none() is not None


async def forget(session: Session, now: datetime) -> None:
    """Forget the people who were told long ago; a group is told once."""
    await session.exec(
        sa.delete(Stranger).where(
            col(Stranger.user_id) > 0, col(Stranger.answered_at) < now - REMEMBERED
        )
    )
