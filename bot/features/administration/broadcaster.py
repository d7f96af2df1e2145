"""Sends a message to everybody: a few people at a time, at a pace that leaves room for others.

The leader alone does this. It uses at most half of the pace of reminders, and none of it while
reminders wait or Telegram is in trouble. Before each request the copy is claimed in the database,
so a kill costs at most the messages in flight, which are counted as perhaps sent and never
repeated. Before each claim it is asked whether the broadcast goes on, so it can be stopped at once.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot

from bot.database.models import Broadcast, BroadcastState, User
from bot.dispatch.dispatcher import Dispatcher
from bot.dispatch.pace import Pace
from bot.features.administration import broadcast_messages, broadcast_queries
from bot.features.administration.broadcast_queries import Result
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.local_time.nights import is_quiet, local_time
from bot.local_time.person import zone_of
from bot.operations.logging import log_failure
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.sender import NotSent, Outcome, RetryLater, Sent, Unknown

log = logging.getLogger(__name__)

TABLE = str(Broadcast.__tablename__)
SHARE = 0.5
"""The part of the rate of all reminders that broadcasts may take."""
BATCH_SECONDS = 0.25
"""How long the messages of one batch take at this rate."""
MOST_AT_ONCE = 8
TICK_SECONDS = 1.0
LOOK_SECONDS = 10.0
"""How often a leader looks for a broadcast that another process has begun."""
SHOW_SECONDS = 3.0
"""How often the progress is shown."""
AGAIN_AFTER = timedelta(seconds=5)
"""The pause before a message that was certainly not sent is tried again."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""If Telegram asks a chat to wait longer than this, its message counts as failed."""


@dataclass(frozen=True)
class _Copy:
    """The message for one person."""

    user_id: int
    message: Message


class Broadcaster:
    """``tick`` has to be called every second.

    Args:
        deps: what the composition root hands in.
        bot: sends the messages.
        pace: that of the reminders.
        dispatcher: says whether others may send, and learns how Telegram answers.
        is_leader: whether this process does this work.
    """

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        pace: Pace,
        dispatcher: Dispatcher,
        is_leader: Callable[[], bool],
    ) -> None:
        self._deps = deps
        self._bot = bot
        self._pace = pace
        self._dispatcher = dispatcher
        self._is_leader = is_leader
        rate = deps.settings.send_rate * SHARE
        self._gap = 1 / rate
        self._most = max(1, min(MOST_AT_ONCE, int(rate * BATCH_SECONDS)))
        self._working = asyncio.Lock()
        self._looks_at = 0.0
        """When to look for a broadcast that another process has begun (``time.monotonic``)."""
        self._shows_at = 0.0
        """When the progress is shown next (``time.monotonic``)."""

    async def tick(self) -> None:
        """Send for about a second, if there is something to send. Never raises."""
        is_awake = self._deps.wake_ups.is_awake(TABLE) or time.monotonic() >= self._looks_at
        if not is_awake or not self._is_leader():
            return
        ends_at = time.monotonic() + TICK_SECONDS
        try:
            async with self._working:
                if not await self._is_open():
                    return
                while self._may_go_on() and await self._batch() and time.monotonic() < ends_at:
                    pass
        except Exception as error:
            log_failure(log, "a message to everybody waits and will be tried again", error)

    async def run_dry(self) -> None:
        """Send all that can be sent now (sandbox and tests)."""
        async with self._working:
            while await self._is_open() and self._may_go_on() and await self._batch():
                pass

    async def _is_open(self) -> bool:
        """Whether there is a broadcast. If there is none, this process rests for a while."""
        deps = self._deps
        async with deps.database.transaction() as session:
            is_open = await broadcast_queries.take_care(
                session, deps.clock.now(), deps.settings.admin_user_ids
            )
        if not is_open:
            self._deps.wake_ups.rest(TABLE)
            self._looks_at = time.monotonic() + LOOK_SECONDS
        return is_open

    def _may_go_on(self) -> bool:
        return self._is_leader() and self._dispatcher.may_send_others

    async def _batch(self) -> bool:
        """Send the message to the next few people; returns whether there may be more to do now."""
        begun = time.monotonic()
        for _ in range(self._most):
            await self._pace.turn()  # before the claim: what is claimed is sent at once
        if not self._may_go_on():
            return False
        deps, now = self._deps, self._deps.clock.now()
        async with deps.database.transaction() as session:
            broadcast = await broadcast_queries.open_broadcast(session, locks=True)
            if broadcast is None or broadcast.id is None:
                return False
            await broadcast_queries.give_up_lost(session, broadcast, deps.process)
            people: Sequence[User] = ()
            if broadcast.state is BroadcastState.RUNNING:
                people = await broadcast_queries.claim(
                    session,
                    broadcast,
                    deps.process,
                    now,
                    self._most,
                    deps.settings.allowed_user_ids,
                )
            is_over = not people and (
                broadcast.state is BroadcastState.STOPPING
                or not await broadcast_queries.has_waiting(session, broadcast.id, now)
            )
            copies = [_copy_for(broadcast, person, now) for person in people]
        if is_over:
            return await self._end(broadcast.id, now)
        await self._send(broadcast.id, copies, now)
        if time.monotonic() >= self._shows_at:
            await self._show(broadcast.id)
        await asyncio.sleep(max(0.0, begun + len(copies) * self._gap - time.monotonic()))
        return bool(copies)

    async def _send(self, broadcast_id: int, copies: list[_Copy], now: datetime) -> None:
        outcomes = await asyncio.gather(
            *(self._dispatcher.send_other(copy.user_id, copy.message) for copy in copies)
        )
        results: Mapping[int, Result | datetime] = {
            copy.user_id: _result(outcome, now)
            for copy, outcome in zip(copies, outcomes, strict=True)
        }
        async with self._deps.database.transaction() as session:
            await broadcast_queries.record(session, broadcast_id, self._deps.process, results)

    async def _end(self, broadcast_id: int, now: datetime) -> bool:
        """Show the final figures, then note that it is over; returns whether both are done."""
        outcome = await self._show(broadcast_id, is_over=True)
        if isinstance(outcome, NotSent | RetryLater):
            return False
        async with self._deps.database.transaction() as session:
            await broadcast_queries.end(session, broadcast_id, now)
        return True

    async def _show(self, broadcast_id: int, *, is_over: bool = False) -> Outcome:
        """Show in its admin's chat how far a broadcast is."""
        self._shows_at = time.monotonic() + SHOW_SECONDS
        async with self._deps.database.transaction() as session:
            broadcast = await session.get(Broadcast, broadcast_id)
            admin_id = broadcast.admin_id if broadcast is not None else None
            admin = await session.get(User, admin_id) if admin_id is not None else None
        if broadcast is None or admin is None or broadcast.message_id is None:
            return Sent()
        tr = translator_for(admin)
        shown = broadcast_messages.progress(tr, broadcast, is_over=is_over)
        return await sender.edit(self._bot, admin.id, broadcast.message_id, shown)


def _copy_for(broadcast: Broadcast, person: User, now: datetime) -> _Copy:
    """A broadcast in a person's language, silent at their night."""
    tr = translator_for(person)
    message = broadcast_messages.as_people_see_it(tr, text_for(broadcast.texts, tr))
    local = local_time(now, zone_of(person))
    quiet = is_quiet(local.time(), person.bed_time, person.wake_time)
    return _Copy(person.id, message.quietly(quiet))


def text_for(texts: Mapping[str, str], tr: Translator) -> str:
    """The text for a language: its own, or the one for all."""
    return texts.get(tr.language, texts[""])


def _result(outcome: Outcome, now: datetime) -> Result | datetime:
    """What becomes of a copy. Only reminders decide whether a person has blocked the bot."""
    match outcome:
        case Sent():
            return Result.SENT
        case Unknown():
            return Result.UNKNOWN
        case NotSent():
            return now + AGAIN_AFTER
        case RetryLater(after=after) if after <= GIVEN_UP_AFTER:
            return now + max(after, AGAIN_AFTER)
    return Result.FAILED
