"""Records whom a private bot has notified that it is private, and which groups got a link to it.

Queries without Telegram and without a commit. The ids of groups are negative.
"""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.database.engine import Session, insert_for
from bot.database.models import Stranger

KEPT = timedelta(days=30)
"""After this time the record of a person is deleted, and they are notified again."""


async def record_refusal(session: Session, user_id: int, now: datetime) -> bool:
    """Record that a person or a group was notified.

    Returns:
        Whether this is new; False if they were notified in the last 30 days.
    """
    recorded = await (await session.connection()).execute(
        insert_for(session)(Stranger)
        .values(user_id=user_id, answered_at=now)
        .on_conflict_do_nothing()
        .returning(col(Stranger.user_id))
    )
    return recorded.one_or_none() is not None
