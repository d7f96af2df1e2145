"""Queries for entries that were logged on the page. They use no Telegram and never commit."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import Cramp

KEYS = range(10**12, 10**13)
"""The page identifies each tap by its Unix time in milliseconds. Its negative is stored as the
entry's message id, which collides with neither Telegram's ids nor the smaller keys of /history."""


def is_of_page(cramp: Cramp) -> bool:
    """Whether an entry was logged on the page."""
    return -cramp.message_id in KEYS


async def entries_since(session: Session, user_id: int, since: datetime, most: int) -> int:
    """How many entries a person has logged on the page since an instant, counted up to ``most``."""
    found = (
        sa.select(sa.literal(1))
        .where(
            col(Cramp.user_id) == user_id,
            col(Cramp.message_id).between(-KEYS.stop + 1, -KEYS.start),
            col(Cramp.tapped_at) > since,
        )
        .limit(most)
        .subquery()
    )
    query = sa.select(sa.func.count()).select_from(found)
    return int((await (await session.connection()).execute(query)).scalar_one())
