"""A task after the start that gives everybody the keyboard of a new version.

It is sent with the next answer that may bring it; see ``handlers/keyboard.py``.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Session
from bot.database.models import User
from bot.operations.batches import Task

BUTTONS = "log,relief,week,reminders"


async def _forget_keyboard(session: Session, people: Sequence[int], _now: datetime) -> bool:
    """Note that these people have not received the keyboard."""
    await session.exec(
        sa.update(User).where(col(User.id).in_(people)).values(keyboard_sent_at=None)
    )
    return True


NEW_KEYBOARD = Task("keyboard", BUTTONS, _forget_keyboard)
