"""What is done to rows when consent is taken back. No Telegram, no commit."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import Delivery, User
from bot.dispatch.replanning import replan
from bot.telegram import job_rows


async def withdraw(session: Session, user: User, now: datetime) -> None:
    """Stop everything that stores or sends: reminders, what waits to come again, and jobs."""
    user.consent_withdrawn_at = now
    user.awaiting = user.on_screen = None
    await replan(session, user, now)
    await session.exec(
        sa.update(Delivery)
        .where(col(Delivery.user_id) == user.id, col(Delivery.later_at).is_not(None))
        .values(later_at=None)
    )
    await job_rows.cancel_all(session, user.id, now)


async def agree(session: Session, user: User, version: int, now: datetime) -> None:
    """Store which version of the text the person has agreed to; reminders go on."""
    was_withdrawn = user.consent_withdrawn_at is not None
    user.consent_version = user.consent_asked_version = version
    user.consented_at, user.consent_withdrawn_at = now, None
    if was_withdrawn:
        await replan(session, user, now)
