"""Rows about people. No Telegram, no commit."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import (
    Caregiver,
    FailedUpdate,
    Fluids,
    ProfileItem,
    Stranger,
    User,
)

SPREAD_SECONDS = 600
"""Times that a person did not choose are spread over ten minutes."""


LONGEST_CODE = 16
"""Characters that are kept of a language code."""
LIMIT_FLUIDS = "limit_fluids"
"""The item of the optional profile that the fluid question asks about too."""


def spread_of(user_id: int) -> int:
    """A person's own fixed offset in seconds, 0 to 599, evenly spread over ids."""
    return (user_id * 2_654_435_761 % 2**32) * SPREAD_SECONDS >> 32


async def get(session: Session, user_id: int) -> User | None:
    """The person's row, or None before they have met the bot."""
    return await session.get(User, user_id)


async def get_or_create(
    session: Session, user_id: int, now: datetime, language_code: str | None
) -> User:
    """The person's row, made on first sight."""
    known = await session.get(User, user_id)
    if known is not None:
        return known
    await session.exec(
        insert_for(session)(User)
        .values(
            id=user_id,
            language=(language_code or "en")[:LONGEST_CODE],
            created_at=now,
            spread_seconds=spread_of(user_id),
        )
        .on_conflict_do_nothing()
    )
    return await session.get_one(User, user_id)


async def agree_on_fluids(session: Session, user_id: int, fluids: Fluids) -> None:
    """The fluid question was answered: what the optional profile says against it goes."""
    contrary = "yes" if fluids is Fluids.FREE else "no"
    await session.exec(
        sa.delete(ProfileItem).where(
            col(ProfileItem.user_id) == user_id,
            col(ProfileItem.item) == LIMIT_FLUIDS,
            col(ProfileItem.value) == contrary,
        )
    )


async def awaiting(session: Session, user_id: int) -> str | None:
    """The question that typed text would answer."""
    user = await session.get(User, user_id)
    return user.awaiting if user else None


async def everyone(session: Session) -> list[int]:
    """The ids of all people."""
    return list(await session.exec(select(User.id)))


async def erase(session: Session, user_id: int) -> None:
    """Erase everything about a person from every table."""
    await session.exec(sa.delete(Caregiver).where(col(Caregiver.caregiver_id) == user_id))
    await session.exec(sa.delete(FailedUpdate).where(col(FailedUpdate.user_id) == user_id))
    await session.exec(sa.delete(Stranger).where(col(Stranger.user_id) == user_id))
    await session.exec(sa.delete(User).where(col(User.id) == user_id))  # the rest hangs on it
