"""Intake: updates are stored and acknowledged at once, and then handled person by person.

``fetch → inbox → acknowledge``, and beside that ``inbox → effect (one transaction) → replies``

python-telegram-bot's own Updater and webhook server acknowledge before anything is stored, so a
kill loses taps. Why there is an inbox: docs/decisions/inbox.md.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.exc import DataError, IntegrityError
from structlog.contextvars import bound_contextvars

from bot.clock import seconds_up
from bot.database import leases
from bot.database.engine import Session
from bot.database.errors import is_database_unreachable, reason
from bot.telegram import inbox, inbox_takeover, late_rows, update_handling
from bot.telegram.context import Deps
from bot.telegram.frame import Frame
from bot.telegram.inbox import Held, New
from bot.telegram.inbox_takeover import Available
from bot.telegram.person_queues import PersonQueues
from bot.telegram.raw_update import ALLOWED_UPDATES, is_read, sender_of
from bot.telegram.reply_sending import ReplySender
from bot.telegram.update_handling import AnyApplication, UpdateHandler
from bot.telegram.update_schema import invalid_path

log = logging.getLogger(__name__)

DONE_AT_ONCE = 200
"""The most finished updates that are marked in one commit."""
DRAIN_SECONDS = 7.0
"""How long updates in hand may take when the bot stops; the rest is released."""
RENEW_SECONDS = 4
"""How often this process renews its lease."""
PAUSE_SECONDS = 1.0
"""The pause between attempts to mark updates done while the database cannot be reached."""

VALUES_AT_FAULT = (DataError, IntegrityError, ValueError)
"""Database errors after which a retry to store an update would fail, too."""


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
        self._lease = frame.lease
        frame.enqueue = self._enqueue
        self._handler = UpdateHandler(application, deps, frame, replies)
        self._queues = PersonQueues(
            self._handler.handling, self._finish, self._forget, self._refill
        )
        self._ids: set[int] = set()
        """Updates that this process has in memory and are not marked done."""
        self._storing: list[_Waiting] = []
        self._store_task: asyncio.Task[None] | None = None
        self._done: list[int] = []
        self._done_task: asyncio.Task[None] | None = None
        self._overflown: set[int] = set()
        """People whose further updates may wait in the database, because there was no room in
        memory."""
        self._refills: dict[int, asyncio.Task[None]] = {}
        self._has_begun = False
        """Whether this process may hold updates; False until its start has succeeded."""
        self._is_stopping = False
        self._idle = asyncio.Event()
        self._idle.set()

    # Into the inbox ------------------------------------------------------------------------------

    async def accept(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        """Store updates and begin to handle them.

        Returns:
            Whether they are stored and may be acknowledged. False: the database cannot be reached.
        """
        self._has_begun = True
        waiting = [one for one in map(self._readable, raws) if one is not None]
        self._storing += waiting
        if self._store_task is None and waiting:
            self._store_task = asyncio.create_task(self._store_all(), name="inbox store")
        return all(await asyncio.gather(*(one.stored for one in waiting)))

    @staticmethod
    def _readable(raw: Mapping[str, Any]) -> _Waiting | None:
        """What is stored of an update; None for one that makes no sense or that nothing reads."""
        asked = {name: raw[name] for name in ("update_id", *ALLOWED_UPDATES) if name in raw}
        if not is_read(asked):
            return None
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
        is_stored = False
        try:
            is_stored = await self._store(batch)
        except VALUES_AT_FAULT:
            if len(batch) > 1:  # one of them is at fault; the others must not suffer
                for one in batch:
                    await self._store_batch([one])
            else:
                log.exception("update %s cannot be stored and is left out", batch[0].update_id)
                is_stored = True
        finally:
            for one in batch:
                _resolve(one, is_stored=is_stored)

    async def _store(self, batch: Sequence[_Waiting]) -> bool:
        """Store a batch in one commit; returns False when the database cannot be reached."""
        rows = self._rows(batch)
        try:
            async with self._deps.database.transaction() as session:
                new = await inbox.store(session, rows, self.me, self._deps.clock.now())
        except VALUES_AT_FAULT:
            raise
        except Exception as error:
            log.error(
                "the database cannot be reached (%s): updates stay with Telegram", reason(error)
            )
            return False
        for one, row in zip(batch, rows, strict=True):
            if one.update_id in new:
                new.discard(one.update_id)  # the same update twice in one batch is handled once
                if row.is_held:
                    self._enqueue(Held(one.update_id, one.user_id, one.raw))
            elif one.update_id not in self._ids and one.user_id is not None:
                self._overflown.add(one.user_id)  # known; this process may have lost it
            if one.user_id is not None and not self._queues.has_queue(one.user_id):
                self._refill(one.user_id)
        return True

    def _rows(self, batch: Sequence[_Waiting]) -> list[New]:
        rows: list[New] = []
        people: dict[int | None, int] = {}
        for one in batch:
            others = people.get(one.user_id, 0)
            is_held = self._queues.has_room_for(one.user_id, one.update_id, len(rows), others)
            people[one.user_id] = others + 1
            if not is_held and one.user_id is not None:
                self._overflown.add(one.user_id)
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
        self._has_begun = True
        is_first = not self._handler.suspects_from
        if is_first:
            self._handler.suspects_from = time.monotonic() + update_handling.SUSPECTS_AFTER_SECONDS
        is_alone = self._deps.database.is_sqlite
        async with self._deps.database.transaction() as session:
            if is_first:
                await self._look_at_late_rows(session, is_alone)
            found = await inbox_takeover.available(session, self.me, is_alone=is_alone)
            taken = await self._take(session, found)
        if any(one.was_begun for one in taken):
            log.info("took over %s updates of a process that has ended", len(taken))
        for held in taken:
            self._enqueue(held)

    async def _look_at_late_rows(self, session: Session, is_alone: bool) -> None:
        """At a start: deal with what was left a long time ago."""
        now = self._deps.clock.now()
        if count := await late_rows.forget_replies(session, now - late_rows.REPLIES_KEPT):
            log.warning("%s updates from before a long pause are not answered any more", count)
        may_be_taken = await inbox_takeover.may_be_taken(session, self.me, is_alone)
        await late_rows.put_first(session, now, may_be_taken)

    async def _take(self, session: Session, found: Sequence[Available]) -> list[Held]:
        chosen: list[Available] = []
        people: dict[int | None, int] = {}
        for one in found:
            others = people.get(one.user_id, 0)
            if one.update_id in self._ids:
                continue
            if self._queues.has_room_for(one.user_id, one.update_id, len(chosen), others):
                people[one.user_id] = others + 1
                chosen.append(one)
            elif one.user_id is not None:
                self._overflown.add(one.user_id)
        return await inbox_takeover.take_over(session, chosen, self.me) if chosen else []

    def _refill(self, user_id: int) -> None:
        """There is room for updates of a person: take over what waits in the database."""
        if user_id in self._overflown and user_id not in self._refills and not self._is_stopping:
            task = asyncio.create_task(self._refill_from_inbox(user_id), name="inbox refill")
            self._refills[user_id] = task
        self._check_idle()

    async def _refill_from_inbox(self, user_id: int) -> None:
        is_alone = self._deps.database.is_sqlite
        self._overflown.discard(user_id)
        try:
            async with self._deps.database.transaction() as session:
                found = await inbox_takeover.available_of(
                    session, user_id, self.me, is_alone=is_alone
                )
                taken = await self._take(session, found)
            if len(found) == inbox_takeover.OF_ONE_PERSON:
                self._overflown.add(user_id)  # there may be more
            for held in taken:
                self._enqueue(held)
        except Exception as error:
            if not is_database_unreachable(error):
                log.exception("updates could not be taken over; this will be tried again")
        finally:
            del self._refills[user_id]
            if user_id in self._overflown and not self._queues.has_queue(user_id):
                self._refill(user_id)
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
        if self._deps.database.is_sqlite:
            return
        begun = seconds_up()
        async with self._deps.database.transaction() as session:
            await leases.renew(session, self.me)
        self._lease.renewed(begun)

    async def stop(self) -> None:
        """Finish what is in hand for some seconds, then release the rest."""
        self._is_stopping = True
        tasks = [*self._refills.values(), *filter(None, [self._store_task])]
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._queues.stop(DRAIN_SECONDS)
        await self._handler.replies.finish()
        if self._done_task is not None:
            await self._done_task
        if not self._has_begun:
            return
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
        if self._queues.is_empty and not self._done and not self._refills:
            self._idle.set()


def _resolve(one: _Waiting, *, is_stored: bool) -> None:
    if not one.stored.done():
        one.stored.set_result(is_stored)
