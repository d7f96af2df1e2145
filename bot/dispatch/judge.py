"""Draws conclusions from Telegram's answers to reminders that go beyond one reminder.

Pauses a chat, or all of them.

One "too many requests" concerns its chat, two chats' concern everybody. "Blocked" concerns a person
unless it is the answer to too many at once.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot import metrics
from bot.database.errors import is_database_unreachable
from bot.database.models import User
from bot.dispatch import outcomes
from bot.dispatch.blocks import BlockWatch, SeeminglyGone
from bot.dispatch.circuit_breaker import LONGEST_WAIT_SECONDS, CircuitBreaker
from bot.dispatch.claims import ClaimedDelivery
from bot.dispatch.pace import Pace
from bot.dispatch.replanning import set_unblocked
from bot.telegram.context import Deps
from bot.telegram.sender import Blocked, Failed, NotSent, Outcome, RetryLater, Sent

log = logging.getLogger(__name__)


class Judge:
    """Judges every answer to a reminder.

    Args:
        deps: what the composition root hands in.
        pace: is paused when everybody has to wait.
        breaker: is opened then.
        release_queue: gives back what is claimed, so that nothing sleeps through a pause.
    """

    def __init__(
        self,
        deps: Deps,
        pace: Pace,
        breaker: CircuitBreaker,
        release_queue: Callable[[], Awaitable[None]],
    ) -> None:
        self._deps = deps
        self._pace = pace
        self._breaker = breaker
        self._release_queue = release_queue
        self._blocks = BlockWatch()
        self._refused_until: dict[int, float] = {}
        """Chats for which Telegram asks to wait → until when (``time.monotonic``)."""

    async def judged(self, delivery: ClaimedDelivery, outcome: Outcome) -> Outcome:
        """The outcome as it is to be recorded."""
        match outcome:
            case Failed():
                log.warning("delivery %s: Failed", delivery.delivery_id)
            case RetryLater(after=after):
                await self.refused(delivery.user_id, after)
            case Sent() | Blocked():
                return await self._after_answer(delivery, outcome)
        return outcome

    async def recorded(self, delivery: ClaimedDelivery, outcome: Outcome) -> None:
        """Call this after an outcome was recorded: the alarm may have begun in the meantime."""
        if isinstance(outcome, Blocked) and self._blocks.is_alarmed:
            await self._bring_back([SeeminglyGone(delivery.user_id, delivery.delivery_id)])

    async def _after_answer(self, delivery: ClaimedDelivery, outcome: Sent | Blocked) -> Outcome:
        is_blocked = isinstance(outcome, Blocked)
        who = SeeminglyGone(delivery.user_id, delivery.delivery_id)
        was_alarmed = self._blocks.is_alarmed
        back = self._blocks.record(who, blocked=is_blocked, at=time.monotonic())
        if self._blocks.is_alarmed is not was_alarmed:
            metrics.BLOCKS_DOUBTED.set(self._blocks.is_alarmed)
        if back:
            log.error(
                "%s people seem to have blocked the bot within a minute. That is not believed: "
                "Telegram is at fault, or something answers in its place",
                len(back),
            )
            await self._bring_back(back)
        if is_blocked and self._blocks.is_alarmed:
            return NotSent("blocked, like too many others")
        return outcome

    async def _bring_back(self, gone: Sequence[SeeminglyGone]) -> None:
        """Plan the reminders of people who were taken for gone, and send what failed again."""
        now = self._deps.clock.now()
        try:
            async with self._deps.database.transaction() as session:
                for user_id in sorted({one.user_id for one in gone}):
                    user = await session.get(User, user_id, with_for_update=True)
                    if user is not None and user.blocked_at is not None:
                        await set_unblocked(session, user, now)
                await outcomes.try_again(session, [one.delivery_id for one in gone], now)
        except Exception as error:  # the outcome of the message has to be recorded all the same
            log.error("people who seemed gone are not back yet (%s)", type(error).__name__)

    async def refused(self, chat_id: int, duration: timedelta) -> None:
        """Telegram asks to wait: with this chat, or with all when it refuses another one, too."""
        now = time.monotonic()
        self._refused_until = {
            chat: until for chat, until in self._refused_until.items() if until > now
        }
        others = self._refused_until.keys() - {chat_id}
        self._refused_until[chat_id] = now + duration.total_seconds()
        if not others:
            log.info("Telegram asks to wait %s s with one chat", duration.total_seconds())
            return
        seconds = min(duration.total_seconds(), LONGEST_WAIT_SECONDS)
        self._breaker.wait_for(seconds)
        try:
            await self._pace.pause(timedelta(seconds=seconds))
        except Exception as error:  # the outcome of the message has to be recorded all the same
            if not is_database_unreachable(error):
                raise
            log.debug("the database cannot be reached (pause)")
        await self._release_queue()
