"""Reads and changes who helps whom with the diary. No Telegram, no commit."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, count_up_to, insert_for
from bot.database.models import Caregiver, Cramp
from bot.features.diary import limits

INVITATION_LIFETIME = timedelta(hours=24)
"""How long the link of an invitation can be opened, and then be confirmed."""
CODE_BYTES = 18
"""Random bytes in the code of an invitation; they make 24 characters."""


@dataclass(frozen=True)
class Invitation:
    """An invitation that can still be accepted. ``expires_at`` is in UTC."""

    code: str
    expires_at: datetime
    asked_id: int | None = None
    """Who has opened the link and wants to help; the person who invited has not answered yet."""


class Asked(Enum):
    """The result of asking to help, or of answering that."""

    NEW = "new"
    KNOWN = "known"
    """Nothing changes, because it was already so."""
    NOT_VALID = "not valid"
    """The invitation is expired, withdrawn, or somebody else's."""
    HELPS_TOO_MANY = "helps too many"
    """The helper helps as many people as one can."""


class Ended(NamedTuple):
    """The people to notify when an invitation or the help of somebody ends."""

    caregiver_id: int | None
    """Who helped."""
    asked_id: int | None
    """Who wanted to help."""


async def caregiver_of(session: Session, user_id: int) -> Caregiver | None:
    """The caregiver of a person; None if nobody has accepted an invitation."""
    row = await session.get(Caregiver, user_id)
    return row if row is not None and row.caregiver_id is not None else None


async def open_invitation(session: Session, user_id: int, now: datetime) -> Invitation | None:
    """The invitation of a person; None if there is none, or it is accepted or expired."""
    row = await session.get(Caregiver, user_id)
    if row is None or row.caregiver_id is not None or row.expires_at <= now:
        return None
    return Invitation(row.code, row.expires_at, row.asked_id)


async def invite(session: Session, user_id: int, now: datetime) -> int | None:
    """Create an invitation, which replaces an earlier one. Nothing happens if somebody helps.

    Returns:
        Who had opened the earlier link and waited for an answer; None if nobody did.
    """
    row = await _locked(session, user_id)
    if row is not None and row.caregiver_id is not None:
        return None
    values = {
        "code": secrets.token_urlsafe(CODE_BYTES),
        "expires_at": now + INVITATION_LIFETIME,
        "asked_id": None,
    }
    await session.exec(
        insert_for(session)(Caregiver)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(
            index_elements=["user_id"], set_=values, where=col(Caregiver.caregiver_id).is_(None)
        )
    )
    if row is None:
        return None
    asked_id = row.asked_id
    await session.refresh(row)
    return asked_id


async def _locked(session: Session, user_id: int) -> Caregiver | None:
    """The row of a person as it is now; no other transaction changes it until this one ends."""
    found = await session.exec(
        select(Caregiver)
        .where(Caregiver.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.one_or_none()


async def find_invitation(
    session: Session, code: str, helper_id: int, now: datetime
) -> Caregiver | None:
    """The invitation with a code, if it is for this person: open, or taken by them already."""
    found = await session.exec(select(Caregiver).where(Caregiver.code == code))
    row = found.one_or_none()
    if row is None or not (row.caregiver_id == helper_id or _is_open_for(row, helper_id, now)):
        return None
    return row


def _is_open_for(row: Caregiver, helper_id: int, now: datetime) -> bool:
    """Whether somebody may take an invitation, or has taken it and is not confirmed yet."""
    return (
        row.user_id != helper_id
        and row.caregiver_id is None
        and row.asked_id in {None, helper_id}
        and row.expires_at > now
    )


async def ask(session: Session, code: str, helper_id: int, now: datetime) -> Asked:
    """Take an invitation, so that the person who made it is asked. Only the first one can.

    The row is locked before it is looked at: of several transactions at the same time each waits
    for the one before, and then sees what that has done.
    """
    owner_id = (
        await session.exec(select(Caregiver.user_id).where(Caregiver.code == code))
    ).one_or_none()
    row = None if owner_id is None else await _locked(session, owner_id)
    if row is None or row.code != code or not _is_open_for(row, helper_id, now):
        return Asked.NOT_VALID
    if row.asked_id == helper_id:
        return Asked.KNOWN
    if len(await helped_by(session, helper_id)) >= limits.HELPED_PEOPLE:
        return Asked.HELPS_TOO_MANY
    row.asked_id, row.expires_at = helper_id, now + INVITATION_LIFETIME
    session.add(row)
    return Asked.NEW


async def confirm(
    session: Session, user_id: int, asked_id: int, now: datetime, shown_from_on: date | None
) -> Asked:
    """Let the one who has taken the invitation help. It is idempotent.

    Args:
        session: the open transaction.
        user_id: the person who is helped.
        asked_id: who may help; nothing happens if somebody else is asked about by now.
        now: the current instant.
        shown_from_on: the first night that they see; None: all.
    """
    row = await _locked(session, user_id)
    if row is None:
        return Asked.NOT_VALID
    if row.caregiver_id is not None:
        return Asked.KNOWN if row.caregiver_id == asked_id else Asked.NOT_VALID
    if row.asked_id != asked_id or row.expires_at <= now:
        return Asked.NOT_VALID
    if len(await helped_by(session, asked_id)) >= limits.HELPED_PEOPLE:
        return Asked.HELPS_TOO_MANY
    row.caregiver_id, row.asked_id, row.since_at = asked_id, None, now
    row.shown_from_on = shown_from_on
    session.add(row)
    return Asked.NEW


async def refuse(session: Session, user_id: int, asked_id: int) -> bool:
    """Withdraw the invitation that somebody has taken; returns whether it was theirs."""
    row = await _locked(session, user_id)
    if row is None or row.caregiver_id is not None or row.asked_id != asked_id:
        return False
    await session.delete(row)
    return True


async def end(session: Session, user_id: int) -> Ended:
    """End the help for a person, or withdraw their invitation."""
    row = await _locked(session, user_id)
    if row is None:
        return Ended(None, None)
    await session.delete(row)
    return Ended(row.caregiver_id, row.asked_id)


async def end_all(session: Session, user_id: int) -> tuple[list[int], int | None]:
    """End all help for and by a person, and what they or others have asked for.

    Returns:
        The ids of those who helped or were helped, and of who waited for this person's answer.
    """
    found = await session.exec(
        select(Caregiver)
        .where(
            sa.or_(
                col(Caregiver.user_id) == user_id,
                col(Caregiver.caregiver_id) == user_id,
                col(Caregiver.asked_id) == user_id,
            )
        )
        .order_by(col(Caregiver.user_id))
        .with_for_update()
    )
    others: list[int] = []
    waited = None
    for row in found.all():
        await session.delete(row)
        if row.caregiver_id is not None:
            others.append(row.caregiver_id if row.user_id == user_id else row.user_id)
        elif row.user_id == user_id:
            waited = row.asked_id
    return others, waited


async def helped_by(session: Session, caregiver_id: int) -> list[int]:
    """Ids of the people whom a caregiver helps, in the order in which the help began."""
    found = await session.exec(
        select(Caregiver.user_id)
        .where(Caregiver.caregiver_id == caregiver_id)
        .order_by(col(Caregiver.since_at), col(Caregiver.user_id))
    )
    return list(found)


async def helps_only(session: Session, caregiver_id: int) -> list[int]:
    """Ids of the people whom somebody helps who has no entry of their own; else none."""
    helped = await helped_by(session, caregiver_id)
    if not helped or await count_up_to(session, 1, col(Cramp.user_id) == caregiver_id):
        return []
    return helped


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
