"""Reliefs and the entries of their cramps. No Telegram, no commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import EventType, TimePrecision
from bot.database.engine import Session
from bot.database.models import Cramp, Relief, User
from bot.features.relief.timing import BELIEVED, SAME_CRAMP

MOST_KEPT = 20
"""Reliefs of one person that are kept; they are deleted after two days anyway."""
AT_ONCE = 200
"""Reliefs whose messages change in one look."""


async def owned(session: Session, relief_id: int | None, user_id: int) -> Relief | None:
    """The relief with this id, or None when this person has no such relief."""
    if relief_id is None:
        return None
    query = select(Relief).where(Relief.id == relief_id, Relief.user_id == user_id)
    return (await session.exec(query.with_for_update())).one_or_none()


async def running(
    session: Session, user_id: int, entry_id: int | None, now: datetime
) -> Relief | None:
    """The relief that goes on for the same cramp: a second tap does not begin another one.

    Args:
        session: the transaction.
        user_id: whose.
        entry_id: the entry of the cramp; None: not known.
        now: the current instant.
    """
    query = select(Relief).where(
        Relief.user_id == user_id,
        col(Relief.ended_at).is_(None),
        col(Relief.started_at) > now - BELIEVED,
    )
    if entry_id is not None:
        query = query.where(
            sa.or_(col(Relief.entry_id).is_(None), col(Relief.entry_id) == entry_id)
        )
    query = query.order_by(col(Relief.started_at).desc(), col(Relief.id).desc()).limit(1)
    return (await session.exec(query.with_for_update())).one_or_none()


async def add(session: Session, relief: Relief) -> Relief:
    """Store a new relief, and forget all but the newest ones of its person."""
    session.add(relief)
    await session.flush()
    of_person = col(Relief.user_id) == relief.user_id
    ids = sorted(await session.exec(select(Relief.id).where(of_person)), key=lambda one: one or 0)
    if len(ids) > MOST_KEPT:
        await session.exec(sa.delete(Relief).where(col(Relief.id).in_(ids[:-MOST_KEPT])))
    return relief


async def set_message(session: Session, user_id: int, relief_id: int, message_id: int) -> None:
    """Store which message shows a relief."""
    await session.exec(
        sa.update(Relief)
        .where(col(Relief.id) == relief_id, col(Relief.user_id) == user_id)
        .values(message_id=message_id)
    )


async def entry_near(session: Session, user_id: int, at: datetime, until: datetime) -> Cramp | None:
    """The entry of a cramp that began about an instant, and whose length nobody has told.

    Args:
        session: the transaction.
        user_id: whose diary.
        at: when the cramp began, as far as the taps say.
        until: the last instant at which the entry may have been logged.
    """
    first_on = (at - timedelta(days=2)).date()
    found = await session.exec(
        select(Cramp).where(
            Cramp.user_id == user_id,
            col(Cramp.night_on) >= first_on,
            col(Cramp.occurred_at).between(at - SAME_CRAMP, until),
            Cramp.time_precision == TimePrecision.EXACT,
            Cramp.event_type == EventType.CRAMP,
            col(Cramp.duration).is_(None),
            col(Cramp.deleted_at).is_(None),
            col(Cramp.same_as_id).is_(None),
        )
    )
    return min(found, key=lambda entry: abs(entry.occurred_at - at), default=None)


async def due(
    session: Session, process: str, now: datetime
) -> Sequence[tuple[Relief, User, Cramp | None]]:
    """The reliefs of a process whose message changes now, with their people and entries."""
    query = (
        select(Relief, User, Cramp)
        .join(User, col(User.id) == col(Relief.user_id))
        .outerjoin(Cramp, col(Cramp.id) == col(Relief.entry_id))
        .where(Relief.held_by == process, col(Relief.next_at) <= now)
        .order_by(col(Relief.next_at))
        .limit(AT_ONCE)
        .with_for_update(of=Relief.__table__, skip_locked=True)  # type: ignore[attr-defined]
    )
    return list(await session.exec(query))


async def next_at(session: Session, process: str) -> datetime | None:
    """When the next message of a process changes."""
    query = (
        select(Relief.next_at)
        .where(Relief.held_by == process, col(Relief.next_at).is_not(None))
        .order_by(col(Relief.next_at))
        .limit(1)
    )
    return (await session.exec(query)).first()


async def not_warned(
    session: Session, relief_id: int, claimed_at: datetime, again_at: datetime, process: str
) -> None:
    """Give back the claim of a warning card that surely was not sent."""
    await session.exec(
        sa.update(Relief)
        .where(
            col(Relief.id) == relief_id,
            col(Relief.warned_at) == claimed_at,
            col(Relief.ended_at).is_(None),
        )
        .values(warned_at=None, next_at=again_at, held_by=process)
    )
