"""Fair tests outside of the chat: lines in reminders, and notices of pauses and ends."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape

from bot.database.engine import Session
from bot.database.models import Experiment, Kind, TrialStatus, User
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.dispatcher import Renderer
from bot.dispatch.outcomes import Closing, Superseded
from bot.features.experiments import cards, ended_messages, queries, running_messages
from bot.features.experiments.queries import HAS_OPEN_TEST, KINDS, course_of, topic_of
from bot.features.experiments.rules import ONLY_INFORM, RANK
from bot.features.experiments.start_stop_queries import Change, has_notice, open_signs, settle
from bot.features.summary.queries import weeks_of
from bot.features.warning_signs import queries as warning_signs
from bot.i18n.preferences import translator_for
from bot.identity import people as users
from bot.local_time.nights import is_quiet, local_time, nights_of
from bot.local_time.person import zone_of
from bot.telegram.context import Deps
from bot.telegram.message import LONGEST_CAPTION, Button, Message
from bot.telegram.replies import Replies, Say

log = logging.getLogger(__name__)


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
        now, tr = self._deps.clock.now(), delivery.tr
        async with self._deps.database.transaction() as session:
            test = await queries.newest(session, delivery.user_id)
            user = await users.get(session, delivery.user_id) if test is not None else None
            if test is None or user is None:
                return message
            await settle(session, user, test, now)
            signs = await cards.sign_names(session, user, test, now) if test.paused_at else []
            informs = await self._informs(session, user, delivery, now)
        repeats = delivery.kind in {Kind.CHECK_IN, Kind.SUMMARY} and has_notice(test)
        if test.status is TrialStatus.STOPPED:
            reason = cards.reason_of(test)
            if not repeats or reason is None:
                return message
            lines = ended_messages.stopped_lines(tr, reason)
            return _noticed(message, lines, ended_messages.open_button(tr))
        if test.status is TrialStatus.FINISHED:
            if delivery.kind is not Kind.SUMMARY or test.told_at is not None:
                return message
            line = ended_messages.over_line(tr)
            return _extended(message, line, (ended_messages.open_button(tr),))
        if test.paused_at is not None:
            if not repeats:
                return message
            lines = running_messages.paused_lines(tr, signs, cards.pause_ends_on(user, test))
            return _noticed(message, lines, ended_messages.open_button(tr))
        topic, course = topic_of(test), course_of(test)
        if informs:
            return _extended(message, running_messages.goes_on_line(tr))
        if delivery.kind is Kind.CHECK_IN:
            today = nights_of(user).evening_on(local_time(delivery.due_at, delivery.zone))
            return _extended(message, running_messages.morning_line(tr, topic, course, today))
        kinds = KINDS.get(topic.subject, (Kind.CUSTOM,))
        is_own = delivery.kind is not Kind.CUSTOM or delivery.words == test.words
        if delivery.kind in kinds and is_own:
            return _extended(message, running_messages.reminder_line(tr, course, delivery.night_on))
        return message

    async def _informs(
        self, session: Session, user: User, delivery: ClaimedDelivery, now: datetime
    ) -> bool:
        """Whether a summary has a nudge that changes nothing about the test."""
        if delivery.kind is not Kind.SUMMARY:
            return False
        on = local_time(delivery.due_at, delivery.zone).date()
        nudge = await warning_signs.choose_nudge(session, user, on, now, weeks_of)
        return nudge is not None and nudge.rule in ONLY_INFORM

    async def on_sent(
        self, session: Session, delivery: ClaimedDelivery, message_id: int | None, /
    ) -> None:
        """Passed on to the other renderer."""
        await self._inner.on_sent(session, delivery, message_id)

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded) -> Closing | None:
        """Passed on to the other renderer."""
        return self._inner.closed(delivery, earlier)


def _extended(message: Message, line: str, row: tuple[Button, ...] | None = None) -> Message:
    """A message with a further line, unless the line does not fit below its picture."""
    text = f"{message.text}\n<i>{escape(line)}</i>"
    if not line or (message.picture is not None and len(text) > LONGEST_CAPTION):
        return message
    return replace(message, text=text, rows=(*message.rows, *((row,) if row else ())))


def _noticed(message: Message, lines: Sequence[str], button: Button) -> Message:
    """A message with the longest of some lines that fits, and in any case with the button."""
    for line in lines:
        found = _extended(message, line, (button,))
        if found is not message:
            return found
    return replace(message, rows=(*message.rows, (button,)))


async def settled_after_change(session: Session, user_id: int, now: datetime) -> Replies:
    """After a change of the diary or of the answers about health: the running test follows.

    Args:
        session: the transaction of the change.
        user_id: whose diary.
        now: the current instant (aware, UTC).

    Returns:
        What the person is told; between their bed and wake time without a sound.
    """
    test = await queries.running(session, user_id)
    user = await users.get(session, user_id)
    if test is None or user is None:
        return ()
    notice = await _notice(session, user, test, await settle(session, user, test, now), now)
    if notice is None:
        return ()
    local = local_time(now, zone_of(user)).time()
    quiet = is_quiet(local, user.bed_time, user.wake_time)
    # An emergency has its own card, which nothing may drown out.
    quiet = quiet or RANK["emergency"] == await _rank(session, user, test, now)
    return [Say(notice.quietly(quiet), to=user_id)]


async def _rank(session: Session, user: User, test: Experiment, now: datetime) -> int:
    """How serious the sign is that pauses a test; -1 when it is not paused."""
    signs = await open_signs(session, user, test, now) if test.paused_at is not None else []
    return max((RANK.get(sign.level, 0) for sign in signs), default=-1)


async def _notice(
    session: Session, user: User, test: Experiment, change: Change | None, now: datetime
) -> Message | None:
    """What is said of a change at once. A finished test is mentioned in the weekly summary."""
    match change:
        case Change.PAUSED:
            return await cards.paused_card(session, user, test, now)
        case Change.RESUMED:
            return running_messages.resumed(translator_for(user), topic_of(test))
        case Change.STOPPED:
            return await cards.stopped_card(session, user, test, now)
        case _:
            return None
