"""Queries about people. No Telegram, no commit."""

from datetime import datetime, time

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session, insert_for
from bot.database.known_rows import as_object
from bot.database.models import (
    Broadcast,
    BroadcastState,
    Caregiver,
    FailedUpdate,
    Fluids,
    ProfileItem,
    Revoked,
    Stranger,
    User,
)
from bot.database.prepared import Prepared
from bot.dispatch.spreading import STEPS
from bot.identity import revocations
from bot.local_time.nights import earlier_after_change
from bot.telegram import inbox

LONGEST_CODE = 16
"""The number of characters that are stored of a language code."""
LIMIT_FLUIDS = "limit_fluids"
"""The item of the health profile that says the same as the fluid question of the setup."""


def spread_of(user_id: int) -> int:
    """The fixed number of a person that spreads their default times, 0 to 599.

    A multiplicative hash, so that neighbouring ids get numbers far apart.
    """
    return (user_id * 2_654_435_761 % 2**32) * STEPS >> 32


async def get(session: Session, user_id: int, *, locks: bool = False) -> User | None:
    """The person's row; None if they never used the bot.

    Args:
        session: an open transaction.
        user_id: whose row.
        locks: on PostgreSQL, let other transactions that change this person wait until this one
            ends. Rows that refer to the person can be written meanwhile.
    """
    if not locks:
        return await session.get(User, user_id)
    await session.flush()
    rows = await _LOCKED.rows(session, {"user_id": user_id})
    if not rows:
        return None
    return await as_object(session, User, dict(zip(_NAMES, rows[0], strict=True)))


_NAMES = tuple(one.key for one in sa.inspect(User).columns)
_LOCKED = Prepared(
    sa.select(*sa.inspect(User).columns)
    .where(col(User.id) == sa.bindparam("user_id"))
    .with_for_update(key_share=True)
)
"""Every update begins with it."""


async def get_or_create(
    session: Session,
    user_id: int,
    now: datetime,
    language_code: str | None,
    *,
    locks: bool = False,
) -> User:
    """The person's row, created at their first update; ``locks`` as in :func:`get`."""
    known = await get(session, user_id, locks=locks)
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
    await revocations.note_return(session, Revoked.ERASED, user_id, now)
    return await session.get_one(User, user_id)


def set_sleep_times(user: User, bed: time | None, wake: time | None, local_now: datetime) -> None:
    """Store bed and wake time. Nights up to now stay as they are; the next ones follow the times.

    Args:
        user: the person's row.
        bed: the local time of going to bed; None while it is unknown.
        wake: the local time of getting up; None while it is unknown.
        local_now: the person's wall-clock time (naive).
    """
    user.earlier_nights = earlier_after_change(user, bed, wake, local_now)
    user.bed_time, user.wake_time = bed, wake


async def remove_contrary_fluid_item(session: Session, user_id: int, fluids: Fluids) -> None:
    """Remove what the health profile says about fluids, if the given answer contradicts it."""
    contrary = "yes" if fluids is Fluids.FREE else "no"
    await session.exec(
        sa.delete(ProfileItem).where(
            col(ProfileItem.user_id) == user_id,
            col(ProfileItem.item) == LIMIT_FLUIDS,
            col(ProfileItem.value) == contrary,
        )
    )


async def erase(session: Session, user_id: int, now: datetime) -> None:
    """Delete everything about a person from every table, and note that it was done.

    Args:
        session: an open transaction.
        user_id: who.
        now: the current instant (aware, UTC), for a restore of an older backup.
    """
    await get(session, user_id, locks=True)  # first of all, as every handler does: no deadlocks
    helps = sa.or_(col(Caregiver.caregiver_id) == user_id, col(Caregiver.asked_id) == user_id)
    await session.exec(sa.delete(Caregiver).where(helps))
    await session.exec(sa.delete(FailedUpdate).where(col(FailedUpdate.user_id) == user_id))
    is_draft = col(Broadcast.state) == BroadcastState.DRAFT
    await session.exec(sa.delete(Broadcast).where(col(Broadcast.admin_id) == user_id, is_draft))
    await session.exec(sa.delete(Stranger).where(col(Stranger.user_id) == user_id))
    await inbox.erase(session, user_id)
    await session.exec(sa.delete(User).where(col(User.id) == user_id))  # other tables cascade
    await revocations.note(session, Revoked.ERASED, user_id, now)
