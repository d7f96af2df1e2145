"""Rows about who helps whom with the diary. No Telegram, no commit."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import Caregiver, Cramp

VALID = timedelta(hours=24)
"""How long an invitation can be accepted."""
CODE_BYTES = 18
"""24 characters that nobody guesses."""


@dataclass(frozen=True)
class Invitation:
    """A link that is still good, until an instant (UTC)."""

    code: str
    expires_at: datetime


async def helper_of(session: Session, user_id: int) -> Caregiver | None:
    """The row of somebody's help, when somebody has accepted."""
    row = await session.get(Caregiver, user_id)
    return row if row is not None and row.caregiver_id is not None else None


async def invitation(session: Session, user_id: int, now: datetime) -> Invitation | None:
    """The open invitation of a person."""
    row = await session.get(Caregiver, user_id)
    if row is None or row.caregiver_id is not None or row.expires_at <= now:
        return None
    return Invitation(row.code, row.expires_at)


async def invite(session: Session, user_id: int, now: datetime) -> None:
    """Make an invitation, unless somebody helps already; one before it is no longer good."""
    if await helper_of(session, user_id) is not None:
        return
    fresh = {"code": secrets.token_urlsafe(CODE_BYTES), "expires_at": now + VALID}
    await session.exec(
        insert_for(session)(Caregiver)
        .values(user_id=user_id, **fresh)
        .on_conflict_do_update(
            index_elements=["user_id"], set_=fresh, where=col(Caregiver.caregiver_id).is_(None)
        )
    )


async def find(session: Session, code: str, caregiver_id: int, now: datetime) -> Caregiver | None:
    """The invitation that a code is good for: open, or accepted by this very person."""
    found = await session.exec(select(Caregiver).where(Caregiver.code == code))
    row = found.one_or_none()
    if row is None or row.user_id == caregiver_id:
        return None
    if row.caregiver_id is None:
        return row if row.expires_at > now else None
    return row if row.caregiver_id == caregiver_id else None


async def accept(session: Session, code: str, caregiver_id: int, now: datetime) -> int | None:
    """Accept an invitation; the person it is from, or None when it is no longer good."""
    row = await find(session, code, caregiver_id, now)
    if row is None:
        return None
    if row.caregiver_id is None:
        row.caregiver_id, row.since_at = caregiver_id, now
        session.add(row)
    return row.user_id


async def end(session: Session, user_id: int) -> int | None:
    """End an invitation or a person's help; who helped, or None when nobody did."""
    row = await session.get(Caregiver, user_id)
    if row is None:
        return None
    await session.delete(row)
    return row.caregiver_id


async def helped_by(session: Session, caregiver_id: int) -> list[int]:
    """The people that somebody helps, those helped longest first."""
    found = await session.exec(
        select(Caregiver.user_id)
        .where(Caregiver.caregiver_id == caregiver_id)
        .order_by(col(Caregiver.since_at), col(Caregiver.user_id))
    )
    return list(found)


async def may_help(session: Session, user_id: int, caregiver_id: int) -> bool:
    """Whether this person helps that one now."""
    row = await helper_of(session, user_id)
    return row is not None and row.caregiver_id == caregiver_id


async def logged(session: Session, user_id: int, message_id: int) -> Cramp | None:
    """The entry that a card of the caregiver's chat has logged for a person."""
    found = await session.exec(
        select(Cramp).where(Cramp.user_id == user_id, Cramp.message_id == message_id)
    )
    return found.one_or_none()
