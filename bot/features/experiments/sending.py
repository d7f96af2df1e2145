"""Fair tests outside of the chat: lines in reminders, and the notice that a test was stopped."""

import logging
from dataclasses import replace
from datetime import datetime
from html import escape

from bot.database.engine import Session
from bot.database.models import Experiment, Kind, TrialStatus, User
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.dispatcher import Renderer
from bot.dispatch.outcomes import Superseded
from bot.features.experiments import ended_messages, queries, running_messages
from bot.features.experiments.cards import ended_test
from bot.features.experiments.queries import HAS_OPEN_TEST, KINDS, course_of, topic_of
from bot.features.experiments.record_queries import record
from bot.features.experiments.start_stop_queries import settle
from bot.i18n.preferences import translator_for
from bot.identity import people as users
from bot.local_time.nights import is_quiet, local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Deps
from bot.telegram.message import Button, Message
from bot.telegram.replies import Replies, Say

log = logging.getLogger(__name__)

LONGEST_CAPTION = 1024
"""Telegram's limit for the text below a picture. Markup is counted too, to be on the safe side."""


class FairTestRenderer:
    """Wraps another renderer and adds a line about the person's fair test to its messages.

    On which evenings a reminder is sent is stored in the reminder's row, so this changes no
    schedule. It also stops or finishes the test if it is time for that.
    """

    def __init__(self, inner: Renderer, deps: Deps) -> None:
        self._inner = inner
        self._deps = deps

    async def message(self, delivery: ClaimedDelivery) -> Message | None:
        """The reminder, with a line if it concerns the test."""
        message = await self._inner.message(delivery)
        if message is None or HAS_OPEN_TEST.name not in delivery.flags:
            return message
        try:
            return await self._with_line(delivery, message)
        except Exception:
            log.exception("a reminder goes out without its line about a test")
            return message

    async def _with_line(self, delivery: ClaimedDelivery, message: Message) -> Message:
        now = self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            test = await queries.newest(session, delivery.user_id)
            user = await users.get(session, delivery.user_id) if test is not None else None
            if test is None or user is None:
                return message
            await settle(session, user, test, now)
        tr = delivery.tr
        if test.status is not TrialStatus.RUNNING:
            if delivery.kind is not Kind.SUMMARY or test.told_at is not None:
                return message
            line = ended_messages.ended_line(tr, is_finished=test.status is TrialStatus.FINISHED)
            return _extended(message, line, (ended_messages.open_button(tr),))
        topic, course = topic_of(test), course_of(test)
        if delivery.kind is Kind.CHECK_IN:
            today = local_time(delivery.due_at, delivery.zone).date()
            return _extended(message, running_messages.morning_line(tr, topic, course, today))
        is_own = delivery.kind is not Kind.CUSTOM or delivery.words == test.words
        if delivery.kind in KINDS[topic.subject] and is_own:
            return _extended(message, running_messages.reminder_line(tr, course, delivery.night_on))
        return message

    async def on_sent(
        self, session: Session, delivery: ClaimedDelivery, message_id: int | None, /
    ) -> None:
        """Passed on to the other renderer."""
        await self._inner.on_sent(session, delivery, message_id)

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Message | None:
        """Passed on to the other renderer."""
        return self._inner.closed(delivery, earlier)


def _extended(message: Message, line: str, row: tuple[Button, ...] | None = None) -> Message:
    """A message with a further line, unless the line does not fit below its picture."""
    text = f"{message.text}\n<i>{escape(line)}</i>"
    if not line or (message.picture is not None and len(text) > LONGEST_CAPTION):
        return message
    return replace(message, text=text, rows=(*message.rows, *((row,) if row else ())))


async def settled_after_change(session: Session, user_id: int, now: datetime) -> Replies:
    """After a change of the diary: a new warning sign may stop the running test.

    Args:
        session: the transaction of the change.
        user_id: whose diary.
        now: the current instant (aware, UTC).

    Returns:
        What the person is told; between their bed and wake time without a sound.
    """
    test = await queries.running(session, user_id)
    user = await users.get(session, user_id)
    if test is None or user is None or not await settle(session, user, test, now):
        return ()
    notice = await _notice(session, user, test, now)
    if notice is None:
        return ()
    local = local_time(now, zone_of(user)).time()
    quiet = is_quiet(local, user.bed_time, user.wake_time)
    return [Say(notice.quietly(quiet), to=user_id)]


async def _notice(session: Session, user: User, test: Experiment, now: datetime) -> Message | None:
    """The notice that a test was stopped. A finished one is mentioned in the weekly summary."""
    if test.status is not TrialStatus.STOPPED:
        return None
    found = await record(session, user, test, now)
    return ended_messages.stopped_notice(translator_for(user), ended_test(test, found))
