"""Out-take of reminders: ``row → claim → pace → sending → send → record``.

The tick claims what is due, in one transaction, and puts it into a short queue. A fixed set of
workers takes it from there at the pace, has the ledger mark each delivery "sending" by a
conditional update, sends it and has the answer recorded at once. A kill at any point loses at most
the messages in hand.
"""

import asyncio
import logging
import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from telegram import Bot

from bot import metrics
from bot.database.engine import Session, is_store_unreachable
from bot.database.models import DeliveryStatus, Kind
from bot.dispatch import claims
from bot.dispatch.batch_writer import BatchWriter
from bot.dispatch.claims import Job, Report, Superseded
from bot.dispatch.pace import Pace
from bot.local_time.nights import is_quiet, local_time
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.sender import Outcome, RetryLater, Sent

log = logging.getLogger(__name__)

FEWEST_SENDERS, MOST_SENDERS = 8, 128
SLOW_ANSWER_SECONDS = 0.125
"""So long may Telegram take for each answer before the pace suffers."""
QUIET_RATE = 100
"""Above so many messages a second commits are shared, and waiting for them holds up nobody."""
QUEUE_SECONDS = 2
"""The queue holds what can be sent in this time, so a more pressing reminder soon gets its turn."""
LONGEST_QUEUE = 2000
CLAIMED_AT_ONCE = 200
"""Planning so many takes the event loop about 10 ms."""
STOP_SECONDS = 8
STORE_PAUSE_SECONDS = 1.0


def senders_for(rate: float) -> int:
    """How many messages may be on their way to Telegram at a time, for a number a second."""
    return min(MOST_SENDERS, max(FEWEST_SENDERS, math.ceil(rate * SLOW_ANSWER_SECONDS)))


def workers_for(rate: float) -> int:
    """How many deliveries are in hand at a time: at a high rate some wait for a commit."""
    return senders_for(rate) * (1 if rate <= QUIET_RATE else 4)


class Renderer(Protocol):
    """Writes the message of one kind of delivery."""

    async def message(self, job: Job) -> Message | None:
        """The message; None when there is nothing to send after all."""
        ...

    async def on_sent(self, session: Session, job: Job, message_id: int | None, /) -> None:
        """Called in the transaction that records the success."""
        ...

    def closed(self, job: Job, earlier: Superseded) -> Message | None:
        """What an earlier message of the reminder becomes; None: left as it is."""
        ...


class Dispatcher:
    """Claims what is due and sends it."""

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        pace: Pace,
        renderers: Mapping[Kind, Renderer],
        *,
        me: str | None = None,
    ) -> None:
        self._deps = deps
        self._bot = bot
        self._pace = pace
        self._renderers = renderers
        self._me = me or secrets.token_hex(8)
        rate = deps.settings.send_rate
        self._workers_wanted = workers_for(rate)
        self._senders = asyncio.Semaphore(senders_for(rate))
        self._capacity = max(self._workers_wanted, int(min(rate * QUEUE_SECONDS, LONGEST_QUEUE)))
        self._queue: asyncio.PriorityQueue[tuple[int, float, int, Job]] = asyncio.PriorityQueue()
        self._ledger = BatchWriter(deps.database, self._me, self._on_recorded)
        self._ticking = asyncio.Lock()
        self._held: set[int] = set()
        """Deliveries in the queue or in a worker's hands; none may be there twice."""
        self._has_strays = False
        """Whether the database may have claims of ours that are not held: a commit whose answer
        was lost, or a claim that could not be given back."""
        self._more_is_due = False
        self._hungry = asyncio.Event()
        self._stopping = False
        self._workers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take up what an earlier process left behind, and begin to send."""
        async with self._deps.database.transaction() as session:
            await claims.recover(session, self._me)
        self._ledger.start()
        self._workers = [
            asyncio.create_task(self._work(), name=f"sender {number}")
            for number in range(self._workers_wanted)
        ]
        self._workers.append(asyncio.create_task(self._refill(), name="refill"))

    @property
    def backlog(self) -> int:
        """Deliveries that are claimed and wait for their turn."""
        return self._queue.qsize()

    async def recover(self) -> None:
        """Take over what a replica that is gone has left; on SQLite there is no other."""
        if not self._deps.database.is_sqlite:
            async with self._deps.database.transaction() as session:
                await claims.recover(session, self._me)

    async def tick(self) -> int:
        """Claim what is due, as much as the queue has room for.

        Returns:
            How many reminders and deliveries were taken up, those that come too late as well.
        """
        async with self._ticking:
            room = min(self._capacity - self._queue.qsize(), CLAIMED_AT_ONCE)
            if self._stopping or room <= 0:
                return 0
            now = self._deps.clock.now()
            has_strays, self._has_strays = self._has_strays, True
            async with self._deps.database.transaction() as session:
                if has_strays:
                    await claims.release_others(session, self._held, self._me)
                claimed = await claims.claim(session, self._me, now, room)
            self._has_strays = False
            for job in claimed.jobs:
                if job.delivery_id not in self._held:
                    self._held.add(job.delivery_id)
                    self._queue.put_nowait(
                        (job.priority, job.send_at.timestamp(), job.delivery_id, job)
                    )
            metrics.CLAIMS.inc(len(claimed.jobs))
            self._more_is_due = claimed.taken >= room
            self._ask_for_more()
            return claimed.taken

    def _ask_for_more(self) -> None:
        if self._more_is_due and self._queue.qsize() <= self._capacity // 2:
            self._hungry.set()

    async def _refill(self) -> None:
        """Claim between two ticks too, while more is due than one claim takes."""
        while True:
            await self._hungry.wait()
            self._hungry.clear()
            self._more_is_due = False
            try:
                await self.tick()
            except Exception as error:
                if is_store_unreachable(error):
                    log.error("the database cannot be reached (claim)")
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
        """Claim no more, finish the messages in hand, give the rest back."""
        self._stopping = True
        await self._empty_queue()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._queue.join()
        except TimeoutError:
            log.warning("stopping with messages in hand")
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._ledger.stop()

    async def _empty_queue(self) -> None:
        """Give back what waits; when the database cannot be reached, the next tick does."""
        async with self._ticking:
            waiting = self._drain()
            try:
                if waiting:
                    await self._release(waiting)
            except Exception as error:
                if not is_store_unreachable(error):
                    raise
                log.error("the database cannot be reached (giving back)")
                self._has_strays = True

    def _drain(self) -> list[Job]:
        waiting: list[Job] = []
        while not self._queue.empty():
            waiting.append(self._queue.get_nowait()[-1])
            self._queue.task_done()
        self._held.difference_update(job.delivery_id for job in waiting)
        return waiting

    async def _work(self) -> None:
        while True:
            entry = await self._queue.get()
            self._ask_for_more()
            job = entry[-1]
            try:
                is_done = await self._try_to_deliver(job)
            except Exception:  # a sender that ends would be missed for as long as the bot runs
                log.exception("delivery %s cannot even be recorded", job.delivery_id)
                is_done = True
            if is_done:
                self._held.discard(job.delivery_id)
            else:
                self._queue.put_nowait(entry)
            self._queue.task_done()

    async def _try_to_deliver(self, job: Job) -> bool:
        """Deliver; False, after a rest, when the database cannot be reached."""
        try:
            await self._deliver(job)
        except Exception as error:
            if is_store_unreachable(error):
                log.error("the database cannot be reached (delivery %s)", job.delivery_id)
                await asyncio.sleep(STORE_PAUSE_SECONDS)
                return False
            log.exception("delivery %s cannot be made", job.delivery_id)
            await self._record(job, sender.Failed("internal"))
        return True

    async def _deliver(self, job: Job) -> None:
        renderer = self._renderers[job.kind]
        message = await renderer.message(job)
        if message is None:
            await self._drop(job, DeliveryStatus.NOT_NEEDED)
            return
        await self._pace.turn()
        now = self._deps.clock.now()
        if job.useful_until_at is not None and now > job.useful_until_at:
            await self._drop(job, DeliveryStatus.MISSED)
            return
        if self._stopping:  # whoever comes next takes it up
            await self._release([job])
            return
        if not await self._ledger.mark(job):
            return
        local = local_time(now, job.zone)
        quiet = not job.with_sound or is_quiet(local.time(), job.bed_time, job.wake_time)
        async with self._senders:
            outcome = await sender.send(
                self._bot,
                job.user_id,
                message.quietly(quiet),
                paid=self._deps.settings.allow_paid_broadcast,
            )
        metrics.REMINDERS.labels(job.kind, type(outcome).__name__.lower()).inc()
        if isinstance(outcome, Sent):
            metrics.REMINDER_LATE.labels(job.kind).observe(
                max(0.0, (now - job.send_at).total_seconds())
            )
        if isinstance(outcome, RetryLater):
            await self._pause(outcome.after)
        elif not isinstance(outcome, Sent):
            log.warning("delivery %s: %s", job.delivery_id, type(outcome).__name__)
        for earlier in await self._record(job, outcome, bool(message.rows)):
            await self._close(job, renderer, earlier)

    async def _drop(self, job: Job, status: DeliveryStatus) -> None:
        metrics.REMINDERS.labels(job.kind, status.value).inc()
        async with self._deps.database.transaction() as session:
            await claims.drop(session, job, status)

    async def _release(self, jobs: Sequence[Job]) -> None:
        async with self._deps.database.transaction() as session:
            await claims.release(session, jobs, self._me)

    async def _record(
        self, job: Job, outcome: Outcome, has_buttons: bool = False
    ) -> list[Superseded]:
        """Write down what became of a message that is out of our hands, however long it takes."""
        while True:
            report = Report(job, outcome, self._deps.clock.now(), has_buttons)
            try:
                return await self._ledger.record(report)
            except Exception as error:
                if not is_store_unreachable(error):
                    raise
                log.error("delivery %s waits to be recorded", job.delivery_id)
                await asyncio.sleep(STORE_PAUSE_SECONDS)

    async def _on_recorded(self, session: Session, reports: Sequence[Report]) -> None:
        for report in reports:
            if isinstance(report.outcome, Sent):
                renderer = self._renderers[report.job.kind]
                await renderer.on_sent(session, report.job, report.outcome.message_id)

    async def _pause(self, duration: timedelta) -> None:
        """Telegram asks everyone to wait: nothing sleeps in a worker, the rows' times move."""
        log.warning("Telegram asks to wait %s s", duration.total_seconds())
        try:
            await self._pace.pause(duration)
        except Exception as error:  # what became of the message has to be recorded all the same
            if not is_store_unreachable(error):
                raise
            log.error("the database cannot be reached (pause)")
        await self._empty_queue()

    async def _close(self, job: Job, renderer: Renderer, earlier: Superseded) -> None:
        """Take the buttons off an earlier message; tried again after the next one otherwise."""
        message = renderer.closed(job, earlier)
        if message is not None:
            outcome = await sender.edit(self._bot, job.user_id, earlier.message_id, message)
            if isinstance(outcome, sender.RetryLater | sender.NotSent | sender.Unknown):
                return
        async with self._deps.database.transaction() as session:
            await claims.lost_its_buttons(session, earlier)
