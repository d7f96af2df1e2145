"""Queries for entries that were logged on the page. They use no Telegram and never commit."""

from datetime import datetime

from sqlmodel import col

from bot.database.engine import Session, count_up_to
from bot.database.models import Cramp

KEYS = range(10**12, 10**13)
"""The page identifies each tap by its Unix time in milliseconds. Its negative is stored as the
entry's message id, which collides with neither Telegram's ids nor the smaller keys of /history."""


def is_of_page(cramp: Cramp) -> bool:
    """Whether an entry was logged on the page."""
    return -cramp.message_id in KEYS


async def entries_since(session: Session, user_id: int, since: datetime, most: int) -> int:
    """How many entries a person has logged on the page since an instant, counted up to ``most``."""
    return await count_up_to(
        session,
        most,
        col(Cramp.user_id) == user_id,
        col(Cramp.message_id).between(-KEYS.stop + 1, -KEYS.start),
        col(Cramp.tapped_at) > since,
    )
