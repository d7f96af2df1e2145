"""The second question about a new medicine, two weeks after it was entered or changed.

The first one is asked when that is done; see ``health_profile/medicine_handlers.py``, which also
takes the answers. The second one goes with the weekly summary, or with an answer to somebody who
gets none.
"""

# TRANSLATORS, ALL: {medicine} is a medicine as it was typed.

from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.cramp_values import YesNo
from bot.database.engine import Session
from bot.database.models import Medicine, User
from bot.features.health_profile.medicine_handlers import NEW_FOR
from bot.features.health_profile.medicine_messages import MedicineLine, worse_question
from bot.i18n.translator import Translator
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.telegram.message import LONGEST_CAPTION, Message

ASKED_AGAIN_AFTER = timedelta(days=14)
ASKED_WITHIN = timedelta(days=56)
"""Later than this after it was entered or changed, a medicine is no longer asked about."""
MAY_BE_ASKED = sa.exists().where(
    col(Medicine.user_id) == sa.bindparam("user_id"),
    col(Medicine.stopped_on).is_(None),
    col(Medicine.worse_after).is_distinct_from(YesNo.YES),
    sa.or_(
        col(Medicine.changed_on) >= sa.bindparam("looked_back_to"),
        col(Medicine.started_on).is_(None),
        col(Medicine.started_on) >= sa.bindparam("looked_back_to"),
    ),
)
"""Whether there is a medicine that may have to be asked about; built once."""


def is_asked(medicine: Medicine, told_on: date, asked_on: date | None, today: date) -> bool:
    """Whether the second question about a medicine is due on a local date.

    Args:
        medicine: the row.
        told_on: the local date on which it was entered.
        asked_on: the local date on which it was last asked about or answered for.
        today: the date.
    """
    if medicine.stopped_on is not None or medicine.worse_after is YesNo.YES:
        return False
    changed_on, started_on = medicine.changed_on, medicine.started_on
    was_new = started_on is None or told_on - started_on <= NEW_FOR
    days = [day for day in (changed_on, told_on if was_new else None) if day is not None]
    if not days:
        return False
    due_on = max(days) + ASKED_AGAIN_AFTER
    is_known = asked_on is not None and asked_on >= due_on
    return due_on <= today <= max(days) + ASKED_WITHIN and not is_known


async def medicine_to_ask(session: Session, user: User, now: datetime) -> Medicine | None:
    """The medicine that the person is to be asked about again, the oldest first."""
    zone = zone_of(user)
    today = local_time(now, zone).date()
    found = await session.exec(
        select(Medicine).where(Medicine.user_id == user.id).order_by(col(Medicine.id))
    )
    for medicine in found:
        asked_at = medicine.worse_asked_at
        asked_on = None if asked_at is None else local_time(asked_at, zone).date()
        if is_asked(medicine, local_time(medicine.told_at, zone).date(), asked_on, today):
            return medicine
    return None


def question(tr: Translator, medicine: Medicine) -> Message:
    """The question in a message of its own."""
    return worse_question(
        tr,
        MedicineLine(
            medicine.id or 0,
            medicine.words,
            medicine.started_on,
            medicine.changed_on,
            medicine.stopped_on,
        ),
    )


def with_question(tr: Translator, message: Message, medicine: Medicine) -> Message | None:
    """A summary with the question below it; None when it does not fit."""
    asked = question(tr, medicine)
    line = tr.gettext("{medicine}: did the cramps start or get worse after it?")
    text = f"{message.text}\n\n{escape(line.format(medicine=medicine.words))}"
    if len(text) > LONGEST_CAPTION:
        return None
    return replace(message, text=text, rows=(asked.rows[0], *message.rows))


async def note_asked(session: Session, user_id: int, medicine_id: int, now: datetime) -> None:
    """Note that a medicine was asked about."""
    await session.exec(
        sa.update(Medicine)
        .where(col(Medicine.user_id) == user_id, col(Medicine.id) == medicine_id)
        .values(worse_asked_at=now)
    )
