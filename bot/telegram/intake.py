"""Intake: updates are stored and acknowledged at once, and then dealt with person by person.

``fetch → inbox → acknowledge``, and beside that ``inbox → effect (one transaction) → replies``

Each person who has sent something has a queue of their own. The queues are served in turn, a
bounded number at a time, and each keeps its order. So whoever sends much, or whose chat Telegram
serves slowly, delays nobody else.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, NamedTuple
from uuid import uuid4

from structlog.contextvars import bound_contextvars
from telegram import Bot, Update
from telegram.ext import Application

from bot import metrics
from bot.database.engine import insert_for
from bot.database.errors import is_database_unreachable
from bot.database.models import FailedUpdate, InboxState
from bot.telegram import inbox, stored_replies
from bot.telegram.context import Context, Deps
from bot.telegram.errors import TakenOverError, apologise, failure
from bot.telegram.frame import Effect, Frame, effect
from bot.telegram.inbox import Held
from bot.telegram.update_schema import fault_of

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
TIME_LIMIT_SECONDS = 10.0
"""For the effect of one update. Replies have limits of their own; slow work is done after it."""
MOST_ATTEMPTS = 3
"""An update is set aside after so many attempts, whether they failed or killed the process."""
EFFECTS_AT_ONCE = 8
"""Updates whose transactions are open at a time: below the size of the connection pool."""
MOST_IN_MEMORY = 2_000
"""Updates that wait in this process; beyond it nothing more is fetched."""
DONE_AT_ONCE = 200
"""Finished updates that are marked in one commit at most."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 10.0
"""Between attempts while the database cannot be reached; doubled each time."""
WAIT_FOR_OTHERS_SECONDS = 0.1
"""Until an earlier update of the person, which another process holds, is looked for again."""
DRAIN_SECONDS = 7.0
"""At a stop, how long what is in hand may take to finish; the rest is released."""
RENEW_SECONDS = 4
"""How often the lease on what this process holds is renewed."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Outcome(Enum):
    """What became of an attempt at an update."""

    DONE = "done"
    RETRY = "retry"
    """Nothing was changed; the attempt is made again without being counted."""
    FAILED = "failed"
    """Nothing was changed; the attempt counts."""
    LOST = "lost"
    """Another process has it."""


class _Waiting(NamedTuple):
    """An update on its way into the inbox."""

    update_id: int
    user_id: int | None
    raw: Mapping[str, Any]
    stored: "asyncio.Future[bool]"


def sender_of(raw: Mapping[str, Any]) -> int | None:
    """The id of the person behind a raw update of a kind that is asked for."""
    for kind in ALLOWED_UPDATES:
        sent = raw.get(kind)
        if isinstance(sent, dict) and isinstance(sent.get("from"), dict):
            identity = sent["from"].get("id")
            return identity if isinstance(identity, int) else None
    return None


def kind_of(raw: Mapping[str, Any]) -> str:
    """Which kind of update it is."""
    return next((kind for kind in ALLOWED_UPDATES if kind in raw), "other")


class Intake:
    """Stores updates, then gives them to the Application's handlers in each person's order."""

    def __init__(self, application: AnyApplication, deps: Deps, frame: Frame) -> None:
        self._application = application
        self._deps = deps
        self._frame = frame
        self.me = uuid4().hex
        """The name by which this process holds updates."""
        frame.holder = self.me
        self._queues: dict[int, deque[Held]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(EFFECTS_AT_ONCE)
        self._in_memory = 0
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._storing: list[_Waiting] = []
        self._store_task: asyncio.Task[None] | None = None
        self._done: list[int] = []
        self._done_task: asyncio.Task[None] | None = None
        self._stopping = False

    # Into the inbox ------------------------------------------------------------------------------

    async def take_over(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        """Store updates and begin to deal with them.

        Returns:
            Whether they are stored and may be acknowledged. False: the database cannot be reached.
        """
        loop = asyncio.get_running_loop()
        waiting = []
        for raw in raws:
            asked = {name: raw[name] for name in ("update_id", *ALLOWED_UPDATES) if name in raw}
            fault = fault_of(asked)
            if fault is not None:
                number = raw.get("update_id")
                log.error("update %s cannot be read (%s) and is left out", number, fault)
                continue
            stored: asyncio.Future[bool] = loop.create_future()
            waiting.append(_Waiting(raw["update_id"], sender_of(asked), asked, stored))
        self._storing += waiting
        if self._store_task is None and waiting:
            self._store_task = asyncio.create_task(self._store_all(), name="inbox-store")
        results = await asyncio.gather(*(one.stored for one in waiting))
        return all(results)

    async def _store_all(self) -> None:
        """Write what waits, batch by batch: what comes during one commit shares the next."""
        try:
            while self._storing:
                batch, self._storing = self._storing, []
                try:
                    is_stored = await self._store(batch)
                except BaseException:
                    _resolve(batch, stored=False)
                    raise
                _resolve(batch, stored=is_stored)
        finally:
            self._store_task = None

    async def _store(self, batch: Sequence[_Waiting]) -> bool:
        rows = [
            (one.update_id, one.user_id, json.dumps(one.raw, ensure_ascii=False)) for one in batch
        ]
        try:
            async with self._deps.database.transaction() as session:
                new = await inbox.store(session, rows, self.me, self._deps.clock.now())
        except Exception as error:
            if not is_database_unreachable(error):
                log.exception("updates could not be stored and will come again")
            else:
                log.error("the database cannot be reached: updates stay with Telegram")
            return False
        for one in batch:
            if one.update_id in new:
                new.discard(one.update_id)  # the same update twice in one batch is dealt with once
                self._enqueue(Held(one.update_id, one.user_id, one.raw, attempts=1))
        return True

    async def has_room(self) -> None:
        """Wait while more updates are in memory than are good for it."""
        await self._room.wait()

    @property
    def is_full(self) -> bool:
        """Whether more updates are in memory than are good for it."""
        return not self._room.is_set()

    @property
    def is_idle(self) -> bool:
        """Whether everything that was taken over is dealt with and answered."""
        return self._idle.is_set()

    async def idle(self) -> None:
        """Wait until everything that was taken over is dealt with and answered."""
        await self._idle.wait()

    # Out of the inbox ----------------------------------------------------------------------------

    async def recover(self, *, all_of_them: bool = False) -> None:
        """Take over updates that a process left behind that has ended or hangs."""
        now = self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            found = await inbox.take_over(session, self.me, now, all_of_them=all_of_them)
        if found:
            log.info("took over %s updates that nobody dealt with", len(found))
        for held in found:
            self._enqueue(held)

    async def renew(self) -> None:
        """Extend the lease on what this process holds."""
        if self._in_memory:
            async with self._deps.database.transaction() as session:
                await inbox.renew(session, self.me, self._deps.clock.now())

    async def stop(self) -> None:
        """Finish what is in hand for some seconds, then release the rest."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=DRAIN_SECONDS)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._done_task is not None:
            await self._done_task
        try:
            async with self._deps.database.transaction() as session:
                await inbox.release(session, self.me, self._deps.clock.now())
        except Exception as error:
            log.error("updates could not be released (%s)", type(error).__name__)

    def _enqueue(self, held: Held) -> None:
        """Put an update into its person's queue; somebody with a queue has a task that serves it.

        What nobody sent has a queue by itself, under a number that no person has.
        """
        key = held.user_id if held.user_id is not None else -held.update_id
        self._in_memory += 1
        self._idle.clear()
        if self._in_memory >= MOST_IN_MEMORY:
            self._room.clear()
        queue = self._queues.get(key)
        if queue is not None:
            queue.append(held)
            return
        self._queues[key] = deque([held])
        task = asyncio.create_task(self._serve(key), name="inbox-queue")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, key: int) -> None:
        """Deal with one person's updates, one at a time."""
        queue = self._queues[key]
        try:
            while queue and not self._stopping:
                await self._deal_with(queue[0])
                queue.popleft()
                self._left(1)
        except Exception:
            log.exception("a queue of the inbox broke; its updates will be taken over")
        finally:
            self._left(len(queue))
            del self._queues[key]

    def _left(self, count: int) -> None:
        self._in_memory -= count
        if self._in_memory < MOST_IN_MEMORY // 2:
            self._room.set()
        if self._in_memory == 0 and not self._done:
            self._idle.set()

    async def _deal_with(self, held: Held) -> None:
        """One update: its effect, its replies, its end."""
        kind, pause = kind_of(held.raw), FIRST_PAUSE_SECONDS
        with bound_contextvars(update_id=held.update_id):
            while True:
                with metrics.UPDATE_SECONDS.labels(kind).time():
                    outcome, effects = await self._attempt(held)
                metrics.UPDATES.labels(kind, outcome.value).inc()
                if outcome is Outcome.DONE:
                    await self._reply(held, effects)
                    self._finish(held)
                    return
                if outcome is Outcome.LOST:
                    return
                if outcome is Outcome.FAILED:
                    if held.attempts >= MOST_ATTEMPTS:
                        await self._set_aside(held)
                        return
                    held = await self._counted(held)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _attempt(self, held: Held) -> tuple[Outcome, list[Effect]]:
        """Do what the update asks for, unless that was done before."""
        if held.is_applied:
            if held.attempts > MOST_ATTEMPTS:
                log.error("replies to update %s are given up", held.update_id)
                return Outcome.DONE, []
            return Outcome.DONE, await self._stored_effects(held, held.replies)
        if held.attempts > MOST_ATTEMPTS:
            return Outcome.FAILED, []
        try:
            update = Update.de_json(dict(held.raw), self._application.bot)
        except Exception:  # whatever is wrong with one update must not stop the rest
            log.exception("update %s cannot be read and is left out", held.update_id)
            return Outcome.DONE, []
        async with self._slots:
            return await self._process(held, update)

    async def _process(self, held: Held, update: Update) -> tuple[Outcome, list[Effect]]:
        failure.set(None)
        done: list[Effect] = []
        token = effect.set(done)
        try:
            async with asyncio.timeout(TIME_LIMIT_SECONDS):
                await self._application.process_update(update)
            error = failure.get()
        except TimeoutError as problem:
            log.error("update %s took over %s s", held.update_id, TIME_LIMIT_SECONDS)
            error = problem
        except Exception as problem:  # outside of any handler, where no error handler hears of it
            log.exception("update %s broke on its way to a handler", held.update_id)
            error = problem
        finally:
            effect.reset(token)
        if error is None:
            message = held.raw.get("message")
            if isinstance(message, dict) and isinstance(message.get("date"), int):
                metrics.TAP_TO_COMMIT.observe(max(0.0, time.time() - message["date"]))
            return Outcome.DONE, done
        if is_database_unreachable(error):
            return Outcome.RETRY, []
        if isinstance(error, TakenOverError):
            return await self._why_not(held)
        return Outcome.FAILED, []

    async def _why_not(self, held: Held) -> tuple[Outcome, list[Effect]]:
        """The update's transaction was refused at its end: find out why."""
        async with self._deps.database.transaction() as session:
            found = await inbox.state_of(session, held.update_id)
        if found is None or found[0] is InboxState.DONE:
            return Outcome.LOST, []
        if found[0] is InboxState.APPLIED:  # a commit whose answer was lost
            return Outcome.DONE, await self._stored_effects(held, found[1])
        await asyncio.sleep(WAIT_FOR_OTHERS_SECONDS)
        return Outcome.RETRY, []

    async def _stored_effects(self, held: Held, replies: bytes | None) -> list[Effect]:
        """What an update that was applied before still has to say."""
        if replies is None:
            return []
        try:
            loaded = stored_replies.load(replies)
        except stored_replies.UnusableRepliesError as error:
            log.error("replies to update %s cannot be read (%s)", held.update_id, error)
            return []
        update = Update.de_json(dict(held.raw), self._application.bot)
        context = await self._frame.context_again(update)
        return [] if context is None else [Effect(context, loaded)]

    async def _reply(self, held: Held, effects: Sequence[Effect]) -> None:
        """Say what is to be said. It is stored with the effect, which nothing undoes any more."""
        for one in effects:
            try:
                await self._frame.carry_out(one.context, one.replies)
            except Exception as error:
                if is_database_unreachable(error):
                    log.error("the database was gone amid the replies to %s", held.update_id)
                    continue
                log.exception("replies to update %s failed", held.update_id)
                await self._apologise(held, one.context)

    async def _apologise(self, held: Held, context: Context | None = None) -> None:
        bot: Bot = self._application.bot
        if held.user_id is not None:
            code = context.language_code if context is not None else None
            await apologise(bot, held.user_id, code or _language_in(held.raw))

    async def _counted(self, held: Held) -> Held:
        """Count the attempt in the row, where a kill does not lose it."""
        try:
            async with self._deps.database.transaction() as session:
                await inbox.count_attempt(session, held.update_id)
        except Exception as error:
            log.error("an attempt could not be counted (%s)", type(error).__name__)
        return replace(held, attempts=held.attempts + 1)

    async def _set_aside(self, held: Held) -> None:
        """Keep an update that cannot be dealt with for ``replay``; the person's next ones go on."""
        error = failure.get()
        name = "Killed" if error is None else type(error).__name__
        row = {
            "update_id": held.update_id,
            "user_id": held.user_id,
            "raw": dict(held.raw),
            "error": name[:200],
            "failed_at": self._deps.clock.now(),
        }
        try:
            async with self._deps.database.transaction() as session:
                insert = insert_for(session)(FailedUpdate)
                await session.exec(insert.values(row).on_conflict_do_nothing())
                await inbox.mark_done(session, [held.update_id])
        except Exception as problem:
            log.error("update %s could not be set aside (%s)", held.update_id, problem)
            return
        log.error("update %s is set aside after %s attempts", held.update_id, held.attempts)
        await self._apologise(held)

    def _finish(self, held: Held) -> None:
        """Mark an update done soon, together with others."""
        self._done.append(held.update_id)
        if self._done_task is None:
            self._done_task = asyncio.create_task(self._mark_done(), name="inbox-done")

    async def _mark_done(self) -> None:
        try:
            while self._done:
                batch = self._done[:DONE_AT_ONCE]
                try:
                    async with self._deps.database.transaction() as session:
                        await inbox.mark_done(session, batch)
                except Exception as error:
                    log.error("finished updates could not be marked (%s)", type(error).__name__)
                    if self._stopping:
                        return
                    await asyncio.sleep(1.0)
                    continue
                del self._done[: len(batch)]
        finally:
            self._done_task = None
            if self._in_memory == 0:
                self._idle.set()


def _resolve(batch: Sequence[_Waiting], *, stored: bool) -> None:
    for one in batch:
        if not one.stored.done():
            one.stored.set_result(stored)


def _language_in(raw: Mapping[str, Any]) -> str | None:
    """What a raw update says about the language of the person's app."""
    for kind in ALLOWED_UPDATES:
        sent = raw.get(kind)
        if isinstance(sent, dict) and isinstance(sent.get("from"), dict):
            code = sent["from"].get("language_code")
            return code if isinstance(code, str) else None
    return None
