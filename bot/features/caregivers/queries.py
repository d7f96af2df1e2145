"""Reads and changes who helps whom with the diary. No Telegram, no commit."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import Caregiver, Cramp
from bot.features.diary import limits

INVITATION_LIFETIME = timedelta(hours=24)
"""How long an invitation can be accepted."""
CODE_BYTES = 18
"""Random bytes in the code of an invitation; they make 24 characters."""


@dataclass(frozen=True)
class Invitation:
    """An invitation that can still be accepted. ``expires_at`` is in UTC."""

    code: str
    expires_at: datetime


async def caregiver_of(session: Session, user_id: int) -> Caregiver | None:
    """The caregiver of a person; None if nobody has accepted an invitation."""
    row = await session.get(Caregiver, user_id)
    return row if row is not None and row.caregiver_id is not None else None


async def open_invitation(session: Session, user_id: int, now: datetime) -> Invitation | None:
    """The invitation of a person; None if there is none, or it is accepted or expired."""
    row = await session.get(Caregiver, user_id)
    if row is None or row.caregiver_id is not None or row.expires_at <= now:
        return None
    return Invitation(row.code, row.expires_at)


async def invite(session: Session, user_id: int, now: datetime) -> None:
    """Create an invitation, which replaces an earlier one. Nothing happens if somebody helps."""
    if await caregiver_of(session, user_id) is not None:
        return
    values = {
        "code": secrets.token_urlsafe(CODE_BYTES),
        "expires_at": now + INVITATION_LIFETIME,
    }
    await session.exec(
        insert_for(session)(Caregiver)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(
            index_elements=["user_id"], set_=values, where=col(Caregiver.caregiver_id).is_(None)
        )
    )


async def find_invitation(
    session: Session, code: str, caregiver_id: int, now: datetime
) -> Caregiver | None:
    """The invitation with a code, if this person may accept it or has accepted it already."""
    found = await session.exec(select(Caregiver).where(Caregiver.code == code))
    row = found.one_or_none()
    if row is None or row.user_id == caregiver_id:
        return None
    if row.caregiver_id is None:
        return row if row.expires_at > now else None
    return row if row.caregiver_id == caregiver_id else None


async def accept(session: Session, code: str, caregiver_id: int, now: datetime) -> int | None:
    """Accept an invitation. It is idempotent.

    Returns:
        The id of the person who invited; None if the invitation is not valid, or the caregiver
        helps as many people as one can.
    """
    row = await find_invitation(session, code, caregiver_id, now)
    if row is None:
        return None
    if row.caregiver_id is None:
        if len(await helped_by(session, caregiver_id)) >= limits.HELPED_PEOPLE:
            return None
        row.caregiver_id, row.since_at = caregiver_id, now
        session.add(row)
    return row.user_id


async def end(session: Session, user_id: int) -> int | None:
    """End the help for a person, or withdraw their invitation.

    Returns:
        The id of the caregiver; None if there was none.
    """
    row = await session.get(Caregiver, user_id)
    if row is None:
        return None
    await session.delete(row)
    return row.caregiver_id


async def helped_by(session: Session, caregiver_id: int) -> list[int]:
    """Ids of the people whom a caregiver helps, in the order in which the help began."""
    found = await session.exec(
        select(Caregiver.user_id)
        .where(Caregiver.caregiver_id == caregiver_id)
        .order_by(col(Caregiver.since_at), col(Caregiver.user_id))
    )
    return list(found)


async def may_help(session: Session, user_id: int, caregiver_id: int) -> bool:
    """Whether ``caregiver_id`` is the caregiver of ``user_id``."""
    row = await caregiver_of(session, user_id)
    return row is not None and row.caregiver_id == caregiver_id


async def entry_of_card(session: Session, user_id: int, message_id: int) -> Cramp | None:
    """The entry of a person that was logged with a card in the caregiver's chat.

    Args:
        session: The transaction.
        user_id: The person whose diary it is.
        message_id: The message of the card.
    """
    found = await session.exec(
        select(Cramp).where(Cramp.user_id == user_id, Cramp.message_id == message_id)
    )
    return found.one_or_none()
