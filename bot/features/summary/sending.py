"""The weekly summary as dispatch sends it, and as it is refreshed after a correction."""

import asyncio
import logging
from dataclasses import replace
from datetime import date, datetime, timedelta

from telegram import Bot

from bot.database.engine import Session
from bot.database.models import User
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.features.summary import messages, queries
from bot.features.summary.chart import draw_week
from bot.features.summary.report import WeekReport, build_week
from bot.features.summary.stats import NIGHTS, NightState
from bot.features.warning_signs import queries as flags
from bot.features.warning_signs.patterns import Nudge
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity import people as users
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.sender import Sent

log = logging.getLogger(__name__)


async def picture_of(tr: Translator, report: WeekReport) -> bytes:
    """Draw the week beside the event loop."""
    return await asyncio.to_thread(draw_week, report.figures, messages.labels(tr, report))


async def store(session: Session, user: User, report: WeekReport, now: datetime) -> None:
    """Store what is shown of a week."""
    caption = messages.caption(translator_for(user), report)
    await queries.store(session, user.id, report.week_on, report.figures.to_json(), caption, now)


def week_due(delivery: ClaimedDelivery) -> date:
    """The first of the seven nights that end with the night before the due day.

    The delivery's own date counts: zone and weekday may have changed while it waited.
    """
    return delivery.night_on - timedelta(days=NIGHTS)


class SummaryRenderer:
    """Writes the weekly summary when it is due."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._nudges: dict[int, Nudge | None] = {}
        """Person → the warning sign that the message on its way tells of."""

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The finished week, or None when the person came only after it."""
        now = self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            user = await users.get(session, delivery.user_id)
            if user is None:
                return None
            report = await build_week(session, user, now, week_due(delivery), is_known=True)
            if all(night.state is NightState.BEFORE_START for night in report.figures.nights):
                return None
            nudge = await flags.to_tell(session, user, delivery.night_on, now)
            report = replace(report, nudge=nudge)
            await store(session, user, report, now)
        self._nudges[delivery.user_id] = nudge
        tr = translator_for(user)
        return messages.week_message(tr, report, await picture_of(tr, report))

    async def on_sent(
        self, session: Session, delivery: ClaimedDelivery, message_id: int | None, /
    ) -> None:
        await queries.note_message(
            session, delivery.user_id, week_due(delivery), message_id, self._deps.clock.now()
        )
        # It is kept: what the record says may be undone, and recorded again.
        nudge = self._nudges.get(delivery.user_id)
        if nudge is not None:
            await flags.note_shown(session, delivery.user_id, nudge.hit_id)

    def closed(self, _delivery: ClaimedDelivery, _earlier: Superseded) -> Message | None:
        return None


async def refresh(deps: Deps, bot: Bot, user_id: int, nights: set[date]) -> None:
    """After a correction of the diary: renew the stored weeks that hold these nights.

    The message that shows the week is edited, then the row is renewed: in this order, so that the
    same correction, coming again after a crash in between, still finds something to do. Never
    raises: the correction itself is stored already.
    """
    try:
        await _refresh(deps, bot, user_id, nights)
    except Exception:
        log.exception("a summary could not be refreshed")


async def _refresh(deps: Deps, bot: Bot, user_id: int, nights: set[date]) -> None:
    if not nights:
        return
    now = deps.clock.now()
    changed: list[tuple[int | None, WeekReport]] = []
    async with deps.database.transaction() as session:
        user = await users.get(session, user_id)
        if user is None:
            return
        tr = translator_for(user)
        for row in await queries.stored_weeks(session, user_id, nights):
            report = await build_week(session, user, now, row.week_on)
            words = messages.caption(tr, report)  # a nudge that was answered is worded anew
            if report.figures.to_json() != row.figures or words != row.caption:
                changed.append((row.message_id, report))
    for message_id, report in changed:
        if message_id is not None:
            message = messages.week_message(tr, report, await picture_of(tr, report))
            await _renew(bot, user_id, message_id, message)
        async with deps.database.transaction() as session:
            await store(session, user, report, now)


async def _renew(bot: Bot, user_id: int, message_id: int, message: Message) -> None:
    outcome = await sender.patiently(lambda: sender.edit(bot, user_id, message_id, message))
    if not isinstance(outcome, Sent):
        log.info("a shown summary could not be edited: %s", type(outcome).__name__)
