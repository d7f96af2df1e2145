"""Rendering the weekly summary for dispatch, and editing it after a correction of the diary."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.database.engine import Session
from bot.database.models import Medicine, User
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.outcomes import Closing, Superseded
from bot.features.health_profile.messages import with_stale_question
from bot.features.health_profile.queries import has_stale_item
from bot.features.summary import messages, queries
from bot.features.summary.rendering import week_picture, week_with_picture
from bot.features.summary.stats import NIGHTS, NightState
from bot.features.summary.week_building import build_stored_weeks, build_week
from bot.features.summary.week_report import WeekReport
from bot.features.warning_signs import medicine_questions
from bot.features.warning_signs import queries as flags
from bot.features.warning_signs.selection import Nudge
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity import people as users
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.replies import Edit, Replies, Reply, rendering

ANSWERS = 3
"""Buttons of the question about a medicine: yes, no, not sure."""


async def store(session: Session, user: User, report: WeekReport, now: datetime) -> None:
    """Store what a message is about to show of a week."""
    caption = messages.caption(translator_for(user), report)
    figures = report.figures.to_json()
    is_view = not report.is_compared
    await queries.store(session, user.id, report.week_on, figures, caption, now, is_view=is_view)


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
        self._asked: dict[int, int] = {}
        """User id → the medicine that it asks about."""

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
            nudge = await flags.choose_nudge(
                session, user, delivery.night_on, now, queries.weeks_of
            )
            report = replace(report, nudge=nudge, is_compared=True)
            await store(session, user, report, now)
            medicine = await medicine_questions.medicine_to_ask(session, user, now)
            is_stale = await has_stale_item(session, user.id, now)
        self._nudges[delivery.user_id] = nudge
        tr = translator_for(user)
        picture = await week_picture(tr, report)
        asking = self._with_question(tr, report, picture, medicine, delivery)
        if asking is not None:
            return asking
        message = messages.week_message(tr, report, picture)
        return with_stale_question(tr, message) if is_stale else message

    def _with_question(
        self,
        tr: Translator,
        report: WeekReport,
        picture: bytes,
        medicine: Medicine | None,
        delivery: ClaimedDelivery,
    ) -> Message | None:
        """The week with the question about a medicine instead of its own; None: nothing to ask."""
        self._asked.pop(delivery.user_id, None)
        if medicine is None or medicine.id is None:
            return None
        room = messages.MOST_BUTTONS - ANSWERS
        message = messages.week_message(tr, replace(report, is_compared=False), picture, room)
        asking = medicine_questions.with_question(tr, message, medicine)
        if asking is not None:
            self._asked[delivery.user_id] = medicine.id
        return asking

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
        medicine_id = self._asked.get(delivery.user_id)
        if medicine_id is not None:
            now = self._deps.clock.now()
            await medicine_questions.note_asked(session, delivery.user_id, medicine_id, now)

    def closed(self, _delivery: ClaimedDelivery, _earlier: Superseded) -> Closing | None:
        """Leave earlier summaries as they are."""
        return None


async def refreshed(session: Session, user_id: int, nights: set[date], now: datetime) -> Replies:
    """After a change of the diary, store the sent summaries that count these nights anew.

    Args:
        session: the transaction of the change.
        user_id: whose diary.
        nights: in which something changed.
        now: the current instant (aware, UTC).

    Returns:
        The edits of the messages that show those summaries.
    """
    user = await users.get(session, user_id) if nights else None
    if user is None:
        return ()
    tr = translator_for(user)
    edits: list[Reply] = []
    rows = await queries.stored_weeks(session, user_id, nights)
    reports = await build_stored_weeks(session, user, now, [row.week_on for row in rows])
    for row, report in zip(rows, reports, strict=True):
        caption = messages.caption(tr, report)  # also differs when a nudge was answered
        if report.figures.is_same_as(row.figures) and caption == row.caption:
            continue
        await store(session, user, report, now)
        if row.message_id is not None:
            drawn = rendering(week_with_picture, tr, report)
            edits.append(Edit(row.message_id, drawn, or_new=False, to=user_id))
    return edits
