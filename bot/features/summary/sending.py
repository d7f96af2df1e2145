"""Rendering the weekly summary for dispatch, and editing it after a correction of the diary."""

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta

from telegram import Bot

from bot.database.engine import Session
from bot.database.models import User
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Superseded
from bot.features.summary import messages, queries
from bot.features.summary.rendering import week_picture
from bot.features.summary.stats import NIGHTS, NightState
from bot.features.summary.week_report import WeekReport, build_week
from bot.features.warning_signs import queries as flags
from bot.features.warning_signs.selection import Nudge
from bot.i18n.preferences import translator_for
from bot.identity import people as users
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.sender import Sent

log = logging.getLogger(__name__)


async def store(session: Session, user: User, report: WeekReport, now: datetime) -> None:
    """Store what a message is about to show of a week."""
    caption = messages.caption(translator_for(user), report)
    await queries.store(session, user.id, report.week_on, report.figures.to_json(), caption, now)


def week_due(delivery: ClaimedDelivery) -> date:
    """The first night of the week that a delivery is about: the seven nights before its own date.

    The delivery's date counts, because the time zone and the weekday may have changed since it was
    claimed.
    """
    return delivery.night_on - timedelta(days=NIGHTS)


class SummaryRenderer:
    """Makes the message of a due weekly summary."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._nudges: dict[int, Nudge | None] = {}
        """User id → the warning sign in the message that is being sent, for :meth:`on_sent`."""

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The finished week, or None when the diary began only after it."""
        now = self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            user = await users.get(session, delivery.user_id)
            if user is None:
                return None
            report = await build_week(session, user, now, week_due(delivery), is_known=True)
            if all(night.state is NightState.BEFORE_START for night in report.figures.nights):
                return None
            nudge = await flags.choose_nudge(session, user, delivery.night_on, now)
            report = replace(report, nudge=nudge)
            await store(session, user, report, now)
        self._nudges[delivery.user_id] = nudge
        tr = translator_for(user)
        return messages.week_message(tr, report, await week_picture(tr, report))

    async def on_sent(
        self, session: Session, delivery: ClaimedDelivery, message_id: int | None, /
    ) -> None:
        """Note which message shows the week, and that its warning sign was shown."""
        await queries.note_message(
            session, delivery.user_id, week_due(delivery), message_id, self._deps.clock.now()
        )
        # The entry stays: the transaction may be rolled back, and this called again.
        nudge = self._nudges.get(delivery.user_id)
        if nudge is not None:
            await flags.note_shown(session, delivery.user_id, nudge.hit_id)

    def closed(self, _delivery: ClaimedDelivery, _earlier: Superseded) -> Message | None:
        """Leave earlier summaries as they are."""
        return None


async def refresh(deps: Deps, bot: Bot, user_id: int, nights: set[date]) -> None:
    """After a correction of the diary, update the stored summaries that count these nights.

    The message is edited first and the row updated afterwards. After a crash in between, the same
    correction finds the old row and edits the message again. Never raises: the correction itself
    is already committed.
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
            caption = messages.caption(tr, report)  # also differs when a nudge was answered
            if report.figures.to_json() != row.figures or caption != row.caption:
                changed.append((row.message_id, report))
    for message_id, report in changed:
        if message_id is not None:
            message = messages.week_message(tr, report, await week_picture(tr, report))
            await _edit(bot, user_id, message_id, message)
        async with deps.database.transaction() as session:
            await store(session, user, report, now)


async def _edit(bot: Bot, user_id: int, message_id: int, message: Message) -> None:
    outcome = await sender.with_retries(lambda: sender.edit(bot, user_id, message_id, message))
    if not isinstance(outcome, Sent):
        log.info("a shown summary could not be edited: %s", type(outcome).__name__)
