"""Changes rows when consent is given or taken back. No Telegram, no commit."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import Cramp, Delivery, Revoked, User
from bot.dispatch.moved_ahead import forget_moved
from bot.dispatch.replanning import replan
from bot.identity import revocations
from bot.telegram import job_rows


async def withdraw(
    session: Session, user: User, now: datetime, *, since: datetime | None = None
) -> None:
    """Stop everything that stores or sends: reminders, what waits to come again, and jobs.

    Args:
        session: an open transaction.
        user: who.
        now: the current instant (aware, UTC).
        since: when the consent was taken back, if a restore has to do it again; None: now.
    """
    user.consent_withdrawn_at = since or now
    await revocations.note(session, Revoked.CONSENT, user.id, since or now)
    user.awaiting = user.on_screen = None
    await replan(session, user, now)
    await forget_moved(session, user.id)
    await session.exec(
        sa.update(Delivery)
        .where(col(Delivery.user_id) == user.id, col(Delivery.later_at).is_not(None))
        .values(later_at=None)
    )
    await session.exec(  # the cards of entries stay as they are
        sa.update(Cramp)
        .where(col(Cramp.user_id) == user.id, col(Cramp.tidy_at).is_not(None))
        .values(tidy_at=None)
    )
    await job_rows.cancel_all(session, user.id, now)


async def agree(session: Session, user: User, version: int, now: datetime) -> None:
    """Store which version of the text the person has agreed to; reminders go on."""
    was_withdrawn = user.consent_withdrawn_at is not None
    user.consent_version = user.consent_asked_version = version
    user.consented_at, user.consent_withdrawn_at = now, None
    if was_withdrawn:
        await revocations.note_return(session, Revoked.CONSENT, user.id, now)
        await revocations.note(session, Revoked.AGREED, user.id, now)
        await replan(session, user, now)
