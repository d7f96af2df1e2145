"""Questions about health that come with the weekly summary: one line and a button for each.

Answers are asked for once more when they are half a year old, and two weeks after a new or changed
medicine it is asked whether the cramps began or got worse after it.
"""

# TRANSLATORS, ALL: Below the weekly summary: a question with one button. {words} is a medicine as
# it was typed.

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session
from bot.database.models import Medicine
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.dispatcher import Renderer
from bot.dispatch.outcomes import Closing, Superseded
from bot.features.health_profile import queries
from bot.i18n.translator import Translator
from bot.telegram.context import Deps
from bot.telegram.message import Button, Message, pack

log = logging.getLogger(__name__)

LONGEST_CAPTION = 1024
"""Telegram's limit for the text below a picture. Markup is counted too, to be on the safe side."""
ASKED_AFTER, ASKED_UNTIL = timedelta(days=14), timedelta(days=28)
"""How long after a medicine was entered its question is asked again."""


class HealthQuestionRenderer:
    """Wraps the renderer of the weekly summary and adds a question about health that is due."""

    def __init__(self, inner: Renderer, deps: Deps) -> None:
        self._inner = inner
        self._deps = deps

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The summary, with one question if it is due."""
        message = await self._inner.message(delivery)
        if message is None:
            return None
        try:
            return await self._with_question(delivery, message)
        except Exception:
            log.exception("a summary goes out without its question about health")
            return message

    async def _with_question(self, delivery: ClaimedDelivery, message: Message) -> Message:
        tr, now = delivery.tr, self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            medicine = await medicine_to_ask(session, delivery.user_id, now)
            is_stale = await queries.has_stale_item(session, delivery.user_id, now)
        if medicine is not None:
            line, button = _about_medicine(tr, medicine)
        elif is_stale:
            line = tr.gettext(
                "Some answers about your health are over 6 months old. Are they still correct?"
            )
            button = Button(tr.gettext("Check the answers"), pack("about", "again"))
        else:
            return message
        text = f"{message.text}\n\n{escape(line)}"
        if message.picture is not None and len(text) > LONGEST_CAPTION:
            text = message.text
        return replace(message, text=text, rows=(*message.rows, (button,)))

    async def on_sent(
        self, session: Session, delivery: ClaimedDelivery, message_id: int | None, /
    ) -> None:
        """Passed on to the other renderer."""
        await self._inner.on_sent(session, delivery, message_id)

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Closing | None:
        """Passed on to the other renderer."""
        return self._inner.closed(delivery, earlier)


def _about_medicine(tr: Translator, medicine: Medicine) -> tuple[str, Button]:
    line = tr.gettext("{words}: did the cramps start or get worse after it?")
    button = Button(tr.gettext("Answer"), pack("about", "askworse", medicine.id))
    return line.format(words=medicine.words), button


async def medicine_to_ask(session: Session, user_id: int, now: datetime) -> Medicine | None:
    """A medicine whose question is due: entered two to four weeks ago, and not asked since."""
    recent = (now - timedelta(days=90)).date()
    found = await session.exec(
        select(Medicine)
        .where(
            Medicine.user_id == user_id,
            sa.or_(col(Medicine.started_on) >= recent, col(Medicine.changed_on) >= recent),
            col(Medicine.told_at).between(now - ASKED_UNTIL, now - ASKED_AFTER),
            sa.or_(
                col(Medicine.worse_asked_at).is_(None),
                col(Medicine.worse_asked_at) < now - ASKED_AFTER,
            ),
            col(Medicine.stopped_on).is_(None),
        )
        .order_by(col(Medicine.id))
        .limit(1)
    )
    return found.first()
