"""Sends reminders: due row → claim → pace → mark "sending" → send → record.

The scheduler calls ``tick`` once a second. It claims what is due in one transaction and puts it
into a short queue. A fixed number of workers take deliveries from the queue at the pace, have the
batch writer mark each one "sending" by a conditional update, send it, and have the outcome
recorded at once. A kill loses at most the messages in flight.
"""

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from telegram import Bot

from bot import metrics
from bot.database.engine import Session
from bot.database.errors import is_database_unreachable
from bot.database.stored_values import DeliveryStatus, Kind
from bot.dispatch import claims, outcomes, recovery
from bot.dispatch.batch_writer import BatchWriter
from bot.dispatch.circuit_breaker import CircuitBreaker
from bot.dispatch.claims import ClaimedDelivery, UserFlags
from bot.dispatch.judge import Judge
from bot.dispatch.outcomes import Closing, Report, Superseded
from bot.dispatch.pace import Pace
from bot.local_time.nights import is_quiet, local_time
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.sender import Outcome, Sent

log = logging.getLogger(__name__)

FEWEST_REQUESTS, MOST_REQUESTS = 8, 128
SLOW_ANSWER_SECONDS = 0.125
"""The rate is kept as long as Telegram answers each request within this time."""
QUIET_RATE = 100
"""Up to this many messages a second, each mark has a commit of its own."""
QUEUE_SECONDS = 2
"""The queue holds what can be sent in this time, so that a reminder of a higher priority does not
wait for long."""
LONGEST_QUEUE = 2000
LARGEST_CLAIM = 200
"""Planning this many reminders blocks the event loop for about 10 ms."""
STOP_SECONDS = 8
STORE_PAUSE_SECONDS = 1.0
"""How long a worker waits after an error of the database's connection."""


def requests_for(rate: float) -> int:
    """How many requests to Telegram may be in flight at once, for a rate of messages a second."""
    return min(MOST_REQUESTS, max(FEWEST_REQUESTS, math.ceil(rate * SLOW_ANSWER_SECONDS)))


def workers_for(rate: float) -> int:
    """How many workers there are; at a high rate some of them wait for a shared commit."""
    return requests_for(rate) * (1 if rate <= QUIET_RATE else 4)


class Renderer(Protocol):
    """Writes the message of one kind of delivery."""

    async def message(self, delivery: ClaimedDelivery, /) -> Message | None:
        """The message; None when there is nothing to send after all."""
        ...

    async def on_sent(
        self, session: Session, delivery: ClaimedDelivery, message_id: int | None, /
    ) -> None:
        """Called in the transaction that records the success."""
        ...

    def closed(self, delivery: ClaimedDelivery, earlier: Superseded, /) -> Closing | None:
        """What becomes of an earlier message of the reminder; None leaves it as it is."""
        ...


class Dispatcher:
    """Claims what is due and sends it.

    Args:
        deps: what the composition root hands in.
        bot: sends the messages.
        pace: limits the rate of all replicas together.
        renderers: the features that write the messages, by kind.
        flags: facts about users that the renderers need; read by the query that claims.
        me: the name of this process, if not the one in ``deps``.
    """

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        pace: Pace,
        renderers: Mapping[Kind, Renderer],
        *,
        flags: UserFlags = (),
        me: str | None = None,
    ) -> None:
        self._deps = deps
        self._bot = bot
        self._pace = pace
        self._renderers = renderers
        self._flags = flags
        self._me = me or deps.process
        rate = deps.settings.send_rate
        self._worker_count = workers_for(rate)
        self._requests = asyncio.Semaphore(requests_for(rate))
        self._capacity = max(self._worker_count, int(min(rate * QUEUE_SECONDS, LONGEST_QUEUE)))
        self._queue: asyncio.PriorityQueue[tuple[int, float, int, ClaimedDelivery]] = (
            asyncio.PriorityQueue()
        )
        self._breaker = CircuitBreaker(bot.get_me)
        self._judge = Judge(deps, pace, self._breaker, self._release_queue)
        self._writer = BatchWriter(deps.database, self._me, self._on_recorded)
        self._claiming = asyncio.Lock()
        self._held: set[int] = set()
        """Ids of deliveries in the queue or with a worker; none may be there twice."""
        self._has_lost_claims = False
        """Whether the database may have claims of this process that it does not hold: the
        confirmation of a commit was lost, or a claim could not be released."""
        self.closes = asyncio.Event()
        """Set when a reminder was sent that has left an earlier message behind."""
        self._more_is_due = False
        self._wants_more = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Release what an earlier process claimed, and begin to send."""
        async with self._deps.database.transaction() as session:
            await recovery.recover(session, self._me)
        self._writer.start()
        self._tasks = [
            asyncio.create_task(self._work(), name=f"sender {number}")
            for number in range(self._worker_count)
        ]
        self._tasks.append(asyncio.create_task(self._refill(), name="refill"))

    @property
    def backlog(self) -> int:
        """How many claimed deliveries are in the queue."""
        return self._queue.qsize()

    @property
    def is_busy(self) -> bool:
        """Whether reminders wait to be sent, or Telegram is in trouble."""
        return self._has_reminders or self._breaker.is_open

    @property
    def may_send_others(self) -> bool:
        """Whether anything but a reminder may be sent: no reminder waits, and Telegram is not
        in trouble."""
        return not self._has_reminders and not self._stopping and self._breaker.may_send

    @property
    def _has_reminders(self) -> bool:
        return not self._queue.empty() or self._more_is_due

    async def send_other(self, chat_id: int, message: Message) -> Outcome:
        """Send something other than a reminder. The caller has waited for a turn of the pace.

        Telegram's answer counts like the answer to a reminder: it may open the circuit breaker, and
        two chats' "too many requests" let everybody wait.
        """
        is_trial = None if self._stopping else self._breaker.try_turn()
        if is_trial is None:
            return sender.NotSent("reminders wait, too")
        outcome: Outcome | None = None
        try:
            outcome = await self._request(chat_id, message)
        finally:
            self._breaker.record(outcome, is_trial=is_trial)
        if isinstance(outcome, sender.RetryLater):
            await self._judge.refused(chat_id, outcome.after)
        return outcome

    async def recover(self) -> None:
        """Release the claims of other replicas whose lease has run out (PostgreSQL only)."""
        if not self._deps.database.is_sqlite:
            async with self._deps.database.transaction() as session:
                await recovery.recover(session, self._me)

    async def tick(self) -> int:
        """Claim what is due, as far as the queue has room.

        Returns:
            How many due reminders and deliveries were taken, including those that are too late.
        """
        async with self._claiming:
            capacity = self._worker_count if self._breaker.is_open else self._capacity
            room = min(capacity - self._queue.qsize(), LARGEST_CLAIM)
            if self._stopping or room <= 0:
                return 0
            now = self._deps.clock.now()
            has_lost_claims, self._has_lost_claims = self._has_lost_claims, True
            async with self._deps.database.transaction() as session:
                if has_lost_claims:
                    await recovery.release_all_but(session, self._held, self._me)
                claimed = await claims.claim(session, self._me, now, room, self._flags)
            self._has_lost_claims = False
            for delivery in claimed.deliveries:
                if delivery.delivery_id not in self._held:
                    self._held.add(delivery.delivery_id)
                    self._queue.put_nowait(
                        (
                            delivery.priority,
                            delivery.send_at.timestamp(),
                            delivery.delivery_id,
                            delivery,
                        )
                    )
            metrics.CLAIMS.inc(len(claimed.deliveries))
            self._more_is_due = claimed.taken >= room
            self._ask_for_more()
            return claimed.taken

    def _ask_for_more(self) -> None:
        if self._more_is_due and self._queue.qsize() <= self._capacity // 2:
            self._wants_more.set()

    async def _refill(self) -> None:
        """Claim between two ticks as well, while more is due than one claim takes."""
        while True:
            await self._wants_more.wait()
            self._wants_more.clear()
            self._more_is_due = False
            try:
                await self.tick()
            except Exception as error:
                if is_database_unreachable(error):
                    log.debug("the database cannot be reached (claim)")
                else:
                    log.exception("a claim failed; the next tick tries again")

    async def run_dry(self) -> None:
        """Send everything that is due now, and return when it is recorded."""
        while True:
            taken = await self.tick()
            await self._queue.join()
            if not taken:
                return

    async def stop(self) -> None:
        """Claim no more, finish the messages in flight, and release the queue."""
        self._stopping = True
        await self._breaker.stop()
        await self._release_queue()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._queue.join()
        except TimeoutError:
            log.warning("stopping with messages in flight")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._writer.stop()

    async def _release_queue(self) -> None:
        """Release what is in the queue; if the database cannot be reached, the next tick does."""
        async with self._claiming:
            waiting = self._drain()
            try:
                if waiting:
                    await self._release(waiting)
            except Exception as error:
                if not is_database_unreachable(error):
                    raise
                log.debug("the database cannot be reached (release)")
                self._has_lost_claims = True

    def _drain(self) -> list[ClaimedDelivery]:
        waiting: list[ClaimedDelivery] = []
        while not self._queue.empty():
            waiting.append(self._queue.get_nowait()[-1])
            self._queue.task_done()
        self._held.difference_update(delivery.delivery_id for delivery in waiting)
        return waiting

    async def _work(self) -> None:
        while True:
            entry = await self._queue.get()
            self._ask_for_more()
            delivery = entry[-1]
            try:
                is_done = await self._try_to_deliver(delivery)
            except Exception:  # without this the worker would be missing until the next start
                log.exception("delivery %s cannot even be recorded", delivery.delivery_id)
                is_done = True
            if is_done:
                self._held.discard(delivery.delivery_id)
            else:
                self._queue.put_nowait(entry)
            self._queue.task_done()

    async def _try_to_deliver(self, delivery: ClaimedDelivery) -> bool:
        """Deliver; False, after a pause, when the database cannot be reached."""
        try:
            await self._deliver(delivery)
        except Exception as error:
            if is_database_unreachable(error):
                log.debug("the database cannot be reached (delivery %s)", delivery.delivery_id)
                await asyncio.sleep(STORE_PAUSE_SECONDS)
                return False
            log.exception("delivery %s cannot be made", delivery.delivery_id)
            await self._record(delivery, sender.Failed("internal"))
        return True

    async def _deliver(self, delivery: ClaimedDelivery) -> None:
        renderer = self._renderers[delivery.kind]
        message = await renderer.message(delivery)
        if message is None:
            await self._drop(delivery, DeliveryStatus.NOT_NEEDED)
            return
        await self._pace.turn()
        is_trial = await self._breaker.turn()
        outcome: Outcome | None = None
        try:
            outcome = await self._send(delivery, message)
        finally:
            self._breaker.record(outcome, is_trial=is_trial)
        if outcome is None:
            return
        outcome = await self._judge.judged(delivery, outcome)
        closed = await self._record(delivery, outcome, bool(message.rows))
        await self._judge.recorded(delivery, outcome)
        for earlier in closed:
            if earlier.delivery_id == delivery.delivery_id:
                await self._close(delivery, renderer, earlier)
            else:
                self.closes.set()

    async def _send(self, delivery: ClaimedDelivery, message: Message) -> Outcome | None:
        """Mark a delivery and send it; None when it is not to be sent now."""
        now = self._deps.clock.now()
        if delivery.useful_until_at is not None and now > delivery.useful_until_at:
            await self._drop(delivery, DeliveryStatus.MISSED)
            return None
        if self._stopping:  # the next process, or another replica, claims it again
            await self._release([delivery])
            return None
        if not await self._writer.mark(delivery):
            return None
        local = local_time(now, delivery.zone)
        quiet = not delivery.with_sound or is_quiet(
            local.time(), delivery.bed_time, delivery.wake_time
        )
        outcome = await self._request(delivery.user_id, message.quietly(quiet))
        metrics.REMINDERS.labels(delivery.kind, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Sent):
            metrics.REMINDER_LATE.labels(delivery.kind).observe(
                max(0.0, (now - delivery.send_at).total_seconds())
            )
        return outcome

    async def _request(self, chat_id: int, message: Message) -> Outcome:
        async with self._requests:
            return await sender.send(
                self._bot, chat_id, message, paid=self._deps.settings.allow_paid_broadcast
            )

    async def _drop(self, delivery: ClaimedDelivery, status: DeliveryStatus) -> None:
        metrics.REMINDERS.labels(delivery.kind, status.value).inc()
        async with self._deps.database.transaction() as session:
            await outcomes.drop(session, delivery, status)

    async def _release(self, deliveries: Sequence[ClaimedDelivery]) -> None:
        async with self._deps.database.transaction() as session:
            await recovery.release(session, deliveries, self._me)

    async def _record(
        self, delivery: ClaimedDelivery, outcome: Outcome, has_buttons: bool = False
    ) -> list[Superseded]:
        """Record the outcome of a message that was sent, trying until the database takes it."""
        while True:
            report = Report(delivery, outcome, self._deps.clock.now(), has_buttons)
            try:
                return await self._writer.record(report)
            except Exception as error:
                if not is_database_unreachable(error):
                    raise
                log.debug("delivery %s waits to be recorded", delivery.delivery_id)
                await asyncio.sleep(STORE_PAUSE_SECONDS)

    async def _on_recorded(self, session: Session, reports: Sequence[Report]) -> None:
        for report in reports:
            if isinstance(report.outcome, Sent):
                renderer = self._renderers[report.delivery.kind]
                await renderer.on_sent(session, report.delivery, report.outcome.message_id)

    async def _close(
        self, delivery: ClaimedDelivery, renderer: Renderer, earlier: Superseded
    ) -> None:
        """Remove the buttons of the earlier message of a delivery that came again after "Later"."""
        closing = renderer.closed(delivery, earlier)
        if closing is not None and closing.line is not None:
            await sender.edit(self._bot, delivery.user_id, earlier.message_id, closing.line)
