"""Queries for addresses that log a cramp. They use no Telegram and never commit."""

import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, count_up_to, insert_for
from bot.database.models import Cramp, LogAddress, User
from bot.features.diary import limits
from bot.features.log_address.request_fields import FIRST_ID, FURTHEST_BACK


async def address_of(session: Session, user_id: int) -> LogAddress | None:
    """The address of a person; None if they have none."""
    return await session.get(LogAddress, user_id)


async def owner_of(session: Session, token_hash: str) -> User | None:
    """Whose address a token belongs to; None: nobody's, or that of somebody who blocked the bot."""
    found = await session.exec(
        select(User, LogAddress.token_hash)
        .join(LogAddress, col(LogAddress.user_id) == col(User.id))
        .where(LogAddress.token_hash == token_hash, col(User.blocked_at).is_(None))
    )
    row = found.one_or_none()
    return None if row is None or not hmac.compare_digest(row[1], token_hash) else row[0]


async def set_address(session: Session, user_id: int, token_hash: str, now: datetime) -> None:
    """Give a person an address; it replaces an earlier one."""
    values = {"token_hash": token_hash, "made_at": now, "used_at": None}
    await session.exec(
        insert_for(session)(LogAddress)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values)
    )


async def remove_address(session: Session, user_id: int) -> None:
    """Remove a person's address, if there is one."""
    await session.exec(sa.delete(LogAddress).where(col(LogAddress.user_id) == user_id))


async def is_day_full(session: Session, user_id: int, now: datetime) -> bool:
    """Whether a person's address has logged as many cramps as it can in 24 hours."""
    count = await count_up_to(
        session,
        limits.ADDRESS_ENTRIES_A_DAY,
        col(Cramp.user_id) == user_id,
        # Only a few nights are read: an address logs nothing that is long ago.
        col(Cramp.night_on) >= (now - limits.DAY - FURTHEST_BACK).date() - timedelta(days=2),
        col(Cramp.message_id) <= -FIRST_ID,
        col(Cramp.tapped_at) > now - limits.DAY,
    )
    return count >= limits.ADDRESS_ENTRIES_A_DAY
