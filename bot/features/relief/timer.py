"""Counts the minutes of reliefs, and sends the warning card after ten of them.

What a message says follows from its row and the clock, so the count goes on after a restart. The
warning card is claimed in the row before it is sent: a kill in between loses it and never repeats
it. The process that showed a relief takes care of it; while there is none, nothing is read.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot

from bot.database.engine import Session
from bot.database.models import Cramp, Relief, User
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.queries import raised_signs_of
from bot.features.health_profile.shut_gates import shut_gates
from bot.features.relief import content, messages, queries
from bot.features.relief.timing import (
    BELIEVED,
    MINUTE,
    TIDIED_AFTER,
    WARNING_AFTER,
    next_change,
)
from bot.i18n.preferences import translator_for
from bot.local_time.nights import is_quiet, local_time
from bot.local_time.person import zone_of
from bot.operations.logging import log_failure
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.held_rows import HeldRows
from bot.telegram.message import Message
from bot.telegram.sender import NotSent, RetryLater

log = logging.getLogger(__name__)

RETRY_PAUSE = timedelta(seconds=5)
"""How long after a warning card that did not reach Telegram the next attempt is made."""


@dataclass(frozen=True)
class _Work:
    """What has to be done for one relief."""

    relief_id: int
    user_id: int
    message_id: int | None
    caption: Message | None
    """What its message says now; None: it goes."""
    card: Message | None = None
    """The warning card; None: it is not due."""


class ReliefTimer:
    """The timer of this process; ``tick`` has to be called every second."""

    def __init__(self, deps: Deps, bot: Bot) -> None:
        self._deps = deps
        self._bot = bot
        self._rows = HeldRows(deps, Relief)
        self.next_at: datetime | None = None
        """When the next message of this process changes; None: none does."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def tick(self) -> None:
        """Do what is due. Never raises."""
        is_due = self.next_at is not None and self.next_at <= self._deps.clock.now()
        if not (is_due or self._rows.is_awake):
            return
        try:
            await self._look()
        except Exception as error:
            log_failure(log, "the reliefs were not looked after; this will be tried again", error)

    async def run_dry(self) -> None:
        """Do what is due now, and return when it is done (sandbox and tests)."""
        await self.tick()
        await self.stop()

    async def stop(self) -> None:
        """Wait for the messages under way; after a restart the counts go on."""
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _look(self) -> None:
        now = self._deps.clock.now()
        async with self._rows.looking() as session:
            due = await queries.due(session, self._deps.process, now)
            works = [await _work_of(session, *one, now) for one in due]
            await session.flush()
            self.next_at = await queries.next_at(session, self._deps.process)
        for work in works:
            if work is not None:
                task = asyncio.create_task(self._do(work, now), name=f"relief {work.relief_id}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _do(self, work: _Work, now: datetime) -> None:
        """Send the card and edit the message, each once. The card waits for nothing."""
        try:
            if work.card is not None:
                await self._send(work.card, work, now)
            if work.message_id is not None and work.caption is None:
                await sender.delete(self._bot, work.user_id, (work.message_id,))
            elif work.message_id is not None and work.caption is not None:
                await sender.edit_caption(self._bot, work.user_id, work.message_id, work.caption)
        except Exception as error:
            log_failure(log, "a relief was not counted", error)

    async def _send(self, card: Message, work: _Work, now: datetime) -> None:
        outcome = await sender.send(self._bot, work.user_id, card)
        if isinstance(outcome, NotSent | RetryLater):
            pause = outcome.after if isinstance(outcome, RetryLater) else RETRY_PAUSE
            async with self._deps.database.transaction() as session:
                again_at = self._deps.clock.now() + pause
                me = self._deps.process
                await queries.not_warned(session, work.relief_id, now, again_at, me)
            self._rows.wake()


async def _work_of(
    session: Session, relief: Relief, person: User, entry: Cramp | None, now: datetime
) -> _Work | None:
    """What is to be done now for one relief. One that fails keeps no other waiting."""
    try:
        return await _next_work(session, relief, person, entry, now)
    except SQLAlchemyError:
        raise
    except Exception as error:
        log_failure(log, f"relief {relief.id} is not counted any more", error)
        relief.next_at = relief.held_by = None
        return None


async def _next_work(
    session: Session, relief: Relief, person: User, entry: Cramp | None, now: datetime
) -> _Work | None:
    """Store what comes after this instant; what is to be done now, if anything.

    Nothing is said of a cramp whose entry was removed meanwhile, and to nobody who blocked the bot
    or took back their consent.
    """
    passed = now - relief.started_at
    is_gone = person.blocked_at is not None or person.consent_withdrawn_at is not None
    is_over = relief.ended_at is not None or is_gone
    is_removed = entry is not None and entry.deleted_at is not None
    is_warning_due = passed >= WARNING_AFTER and relief.warned_at is None
    if is_over or (is_removed and is_warning_due and passed >= BELIEVED):
        relief.next_at = relief.held_by = None
        return None
    if is_removed and is_warning_due:  # the card comes if the entry is put back in time
        relief.next_at = now + MINUTE
        return None
    if entry is not None and passed >= TIDIED_AFTER:  # the person has slept, and it is logged
        relief.next_at = relief.held_by = None
        return _Work(relief.id or 0, person.id, relief.message_id, None)
    warns = is_warning_due and passed < BELIEVED
    if warns:
        relief.warned_at = now
    relief.next_at = next_change(relief.started_at, now, is_warned=relief.warned_at is not None)
    if relief.next_at is None and entry is not None:
        relief.next_at = relief.started_at + TIDIED_AFTER
    if relief.next_at is None:
        relief.held_by = None
    shut = await shut_gates(session, person)
    caption = content.message(person, content.state(person, relief, entry, shut, now))
    card = None
    if warns:
        raised = await raised_signs_of(session, person.id)
        card = messages.warning(
            translator_for(person), relief.id or 0, number_for(person), raised
        ).quietly(
            is_quiet(local_time(now, zone_of(person)).time(), person.bed_time, person.wake_time)
        )
    return _Work(relief.id or 0, person.id, relief.message_id, caption, card)
