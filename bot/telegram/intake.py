"""Intake: updates are stored and acknowledged at once, and then handled person by person.

``fetch → inbox → acknowledge``, and beside that ``inbox → effect (one transaction) → replies``

python-telegram-bot's own Updater and webhook server acknowledge before anything is stored, so a
kill loses taps. Why there is an inbox: docs/decisions/inbox.md.
"""

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from structlog.contextvars import bound_contextvars

from bot.database import leases
from bot.database.errors import is_database_unreachable
from bot.telegram import inbox
from bot.telegram.context import Deps
from bot.telegram.frame import Frame
from bot.telegram.inbox import Available, Held, New
from bot.telegram.person_queues import PersonQueues
from bot.telegram.raw_update import ALLOWED_UPDATES, sender_of
from bot.telegram.reply_sending import ReplySender
from bot.telegram.update_handling import AnyApplication, UpdateHandler
from bot.telegram.update_schema import invalid_path

log = logging.getLogger(__name__)

DONE_AT_ONCE = 200
"""The most finished updates that are marked in one commit."""
DRAIN_SECONDS = 7.0
"""At a stop, how long what is in hand may take to finish; the rest is released."""
RENEW_SECONDS = 4
"""How often this process renews its lease."""
PAUSE_SECONDS = 1.0
"""Between attempts to mark updates done while the database cannot be reached."""


class _Waiting(NamedTuple):
    """An update on its way into the inbox."""

    update_id: int
    user_id: int | None
    raw: Mapping[str, Any]
    stored: "asyncio.Future[bool]"


class Intake:
    """Stores updates and hands them to the queues of their people."""

    def __init__(
        self, application: AnyApplication, deps: Deps, frame: Frame, replies: ReplySender
    ) -> None:
        self._deps = deps
        self.me = frame.holder
        """The name by which this process holds updates."""
        frame.enqueue = self._enqueue
        handler = UpdateHandler(application, deps, frame, replies)
        self._queues = PersonQueues(
            handler.handling, self._finish, self._forget, self._look_for_more
        )
        self._ids: set[int] = set()
        """Updates that this process has in memory and are not marked done."""
        self._storing: list[_Waiting] = []
        self._store_task: asyncio.Task[None] | None = None
        self._done: list[int] = []
        self._done_task: asyncio.Task[None] | None = None
        self._refill_task: asyncio.Task[None] | None = None
        self._has_more = False
        """Updates may wait in the database, because there was no room in memory."""
        self._has_room = False
        """There is room again, since the last search for them began."""
        self._is_stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    # Into the inbox ------------------------------------------------------------------------------

    async def take_over(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        """Store updates and begin to handle them.

        Returns:
            Whether they are stored and may be acknowledged. False: the database cannot be reached.
        """
        waiting = [one for one in map(self._readable, raws) if one is not None]
        self._storing += waiting
        if self._store_task is None and waiting:
            self._store_task = asyncio.create_task(self._store_all(), name="inbox store")
        return all(await asyncio.gather(*(one.stored for one in waiting)))

    @staticmethod
    def _readable(raw: Mapping[str, Any]) -> _Waiting | None:
        """What is stored of an update; None for one that makes no sense."""
        asked = {name: raw[name] for name in ("update_id", *ALLOWED_UPDATES) if name in raw}
        fault = invalid_path(asked)
        if fault is not None:
            number = raw.get("update_id")
            with bound_contextvars(update_id=number):
                log.error("update %s cannot be read (%s) and is left out", number, fault)
            return None
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        return _Waiting(asked["update_id"], sender_of(asked), asked, stored)

    async def _store_all(self) -> None:
        """Write what waits, batch by batch: what comes during one commit shares the next."""
        try:
            while self._storing:
                batch, self._storing = self._storing, []
                await self._store_batch(batch)
        finally:
            self._store_task = None
            for one in self._storing:
                _resolve(one, is_stored=False)
            self._storing = []

    async def _store_batch(self, batch: Sequence[_Waiting]) -> None:
        try:
            is_stored = await self._store(batch)
        except BaseException as error:
            for one in batch if not isinstance(error, Exception) else ():
                _resolve(one, is_stored=False)
            if not isinstance(error, Exception):
                raise
            if len(batch) > 1:  # one of them is at fault; the others must not suffer
                for one in batch:
                    await self._store_batch([one])
                return
            log.exception("update %s cannot be stored and is left out", batch[0].update_id)
            is_stored = True
        for one in batch:
            _resolve(one, is_stored=is_stored)

    async def _store(self, batch: Sequence[_Waiting]) -> bool:
        """Store a batch in one commit; returns False when the database cannot be reached."""
        rows = self._rows(batch)
        try:
            async with self._deps.database.transaction() as session:
                new = await inbox.store(session, rows, self.me, self._deps.clock.now())
        except Exception as error:
            if not is_database_unreachable(error):
                raise
            log.error("the database cannot be reached: updates stay with Telegram")
            return False
        for one, row in zip(batch, rows, strict=True):
            if one.update_id in new:
                new.discard(one.update_id)  # the same update twice in one batch is handled once
                if row.is_held:
                    self._enqueue(Held(one.update_id, one.user_id, one.raw))
            elif one.update_id not in self._ids:  # known, and perhaps lost by this process
                self._has_more = True
        if self._has_more:
            self._look_for_more()
        return True

    def _rows(self, batch: Sequence[_Waiting]) -> list[New]:
        rows: list[New] = []
        people: dict[int | None, int] = {}
        for one in batch:
            others = people.get(one.user_id, 0)
            is_held = self._queues.has_room_for(one.user_id, len(rows), others)
            people[one.user_id] = others + 1
            self._has_more = self._has_more or not is_held
            rows.append(New(one.update_id, one.user_id, json.dumps(one.raw), is_held))
        return rows

    # Out of the inbox ----------------------------------------------------------------------------

    async def recover(self) -> None:
        """Take over updates that no living process holds, as far as there is room for them.

        Raises:
            Exception: the database cannot be reached.
        """
        if self._is_stopping:
            return
        is_alone, full = self._deps.database.is_sqlite, self._queues.full
        async with self._deps.database.transaction() as session:
            found = await inbox.available(session, self.me, full, is_alone=is_alone)
            self._has_more = bool(full) or len(found) == inbox.SEARCHED
            chosen = self._with_room(one for one in found if one.update_id not in self._ids)
            taken = await inbox.take_over(session, chosen, self.me) if chosen else []
        if any(one.was_begun for one in taken):
            log.info("took over %s updates of a process that has ended", len(taken))
        for held in taken:
            self._enqueue(held)

    def _with_room(self, found: Iterable[Available]) -> list[Available]:
        chosen: list[Available] = []
        people: dict[int | None, int] = {}
        for one in found:
            others = people.get(one.user_id, 0)
            if self._queues.has_room_for(one.user_id, len(chosen), others):
                people[one.user_id] = others + 1
                chosen.append(one)
            else:
                self._has_more = True
        return chosen

    def _look_for_more(self) -> None:
        """There is room in memory: take over what waits in the database."""
        if self._has_more and not self._is_stopping:
            self._has_room = True
            if self._refill_task is None:
                self._refill_task = asyncio.create_task(self._refill(), name="inbox refill")
        self._check_idle()

    async def _refill(self) -> None:
        try:
            while self._has_room:
                self._has_room = False
                await self.recover()
        except Exception as error:
            if not is_database_unreachable(error):
                log.exception("updates could not be taken over; this will be tried again")
        finally:
            self._refill_task = None
            self._check_idle()

    def _enqueue(self, held: Held) -> None:
        if held.update_id in self._ids or self._is_stopping:
            return
        self._ids.add(held.update_id)
        self._idle.clear()
        self._queues.add(held)

    def _forget(self, update_id: int) -> None:
        """This process does not handle the update any more."""
        self._ids.discard(update_id)

    # Done ----------------------------------------------------------------------------------------

    def _finish(self, update_id: int) -> None:
        """Mark an update done soon, together with others."""
        self._done.append(update_id)
        if self._done_task is None:
            self._done_task = asyncio.create_task(self._mark_done(), name="inbox done")

    async def _mark_done(self) -> None:
        try:
            while self._done:
                batch = self._done[:DONE_AT_ONCE]
                try:
                    async with self._deps.database.transaction() as session:
                        await inbox.mark_done(session, batch, self.me)
                except Exception as error:
                    log.error("finished updates could not be marked (%s)", type(error).__name__)
                    if self._is_stopping:
                        return
                    await asyncio.sleep(PAUSE_SECONDS)
                    continue
                del self._done[: len(batch)]
                self._ids.difference_update(batch)
        finally:
            self._done_task = None
            self._check_idle()

    # The process ---------------------------------------------------------------------------------

    async def renew(self) -> None:
        """Renew the lease of this process.

        Raises:
            Exception: the database cannot be reached.
        """
        if not self._deps.database.is_sqlite:
            async with self._deps.database.transaction() as session:
                await leases.renew(session, self.me)

    async def stop(self) -> None:
        """Finish what is in hand for some seconds, then release the rest."""
        self._is_stopping = True
        for task in (self._store_task, self._refill_task):
            if task is not None:
                await asyncio.gather(task, return_exceptions=True)
        await self._queues.stop(DRAIN_SECONDS)
        if self._done_task is not None:
            await self._done_task
        try:
            async with self._deps.database.transaction() as session:
                await inbox.release(session, self.me)
        except Exception as error:
            log.error("updates could not be released (%s)", type(error).__name__)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was taken over is handled, answered and marked."""
        return self._idle.is_set()

    async def idle(self) -> None:
        """Wait until everything that was taken over is handled, answered and marked."""
        await self._idle.wait()

    def _check_idle(self) -> None:
        if self._queues.is_empty and not self._done and self._refill_task is None:
            self._idle.set()


def _resolve(one: _Waiting, *, is_stored: bool) -> None:
    if not one.stored.done():
        one.stored.set_result(is_stored)
