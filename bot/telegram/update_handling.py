"""Handles one update: its effect in one transaction, then its replies, then its row is done."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from structlog.contextvars import bound_contextvars
from telegram import Bot, Update
from telegram.ext import Application

from bot import metrics
from bot.database.errors import is_database_unreachable
from bot.database.models import InboxState, User
from bot.telegram import inbox, sender
from bot.telegram.context import Context, Deps
from bot.telegram.current_update import CurrentUpdate, NotHeldError, current_update
from bot.telegram.errors import apologise
from bot.telegram.frame import Frame
from bot.telegram.inbox import Held
from bot.telegram.raw_update import kind_of, language_of, parsed
from bot.telegram.replayed import with_question
from bot.telegram.reply_sending import NotSentYetError, ReplySender
from bot.telegram.stored_replies import Unsent, UnusableRepliesError
from bot.trouble_log import is_out_of_file_descriptors

log = logging.getLogger(__name__)

TIME_LIMIT_SECONDS = 10.0
"""For the effect of one update. Replies have limits of their own; slow work comes after it."""
MOST_ATTEMPTS = 3
"""An update is set aside after so many attempts, whether they failed or killed the process."""
MOST_REPLY_ATTEMPTS = 6
"""Replies are given up after so many processes have died while they sent them."""
EFFECTS_AT_ONCE = 8
"""Updates whose transactions are open at a time: below the size of the connection pool."""
REPLIES_TRIED_SECONDS = 60.0
"""How long replies that Telegram does not take are tried again. The person's next updates wait."""

SUSPECTS_AFTER_SECONDS = 2.0
"""How long after its start a process leaves alone what may have killed another one. A process that
is killed before, as by a machine in trouble, is not held against an update."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Outcome(Enum):
    """The result of an attempt to handle an update."""

    DONE = "done"
    RETRY = "retry"
    LOST = "lost"
    """Another process has it, or it was finished before."""


@dataclass(frozen=True)
class Result:
    """What is to be done with an update after an attempt."""

    outcome: Outcome
    pause: float | None = None
    """Seconds until the next attempt; None: the usual pause."""
    is_marked: bool = False
    """It is done, and its row says so already."""


DONE, LOST, RETRY = Result(Outcome.DONE), Result(Outcome.LOST), Result(Outcome.RETRY)


class Handling:
    """One update on its way through this process. Attempts are made until one is not a RETRY."""

    def __init__(self, held: Held, handler: "UpdateHandler") -> None:
        self.held = held
        self._handler = handler
        self._attempts = held.attempts
        self._is_death_counted = not held.was_begun
        self._unsent: Unsent | None = None
        self._context: Context | None = None
        self._is_tap_answered = self._is_spinner_stopped = False
        self._replying_since: float | None = None
        self._owes_apology = False
        self._failures = 0

    async def attempt(self) -> Result:
        """Go on from where the last attempt ended. Raises nothing but a cancellation."""
        kind = kind_of(self.held.raw)
        with (
            bound_contextvars(update_id=self.held.update_id),
            metrics.UPDATE_SECONDS.labels(kind).time(),
        ):
            try:
                result = await self._go_on()
            except Exception as error:
                result = RETRY
                if not is_database_unreachable(error):
                    log.exception("update %s could not be handled", self.held.update_id)
                    result = self._failed()
        metrics.UPDATES.labels(kind, result.outcome.value).inc()
        return result

    def _failed(self) -> Result:
        """Something failed beside the effect, such as a reply. It is given up after some time."""
        self._failures += 1
        is_over = self._failures > MOST_ATTEMPTS
        return DONE if is_over and self._unsent is not None else RETRY

    async def stop_spinner(self) -> None:
        """Stop the spinner of a tap that has to wait, without a text."""
        query = parsed(self.held.raw, self._handler.bot).callback_query
        if query is not None and not self._is_tap_answered:
            self._is_tap_answered = self._is_spinner_stopped = True
            await sender.answer_tap(query)

    async def _go_on(self) -> Result:
        if self._unsent is None and not self.held.is_applied:
            # Updates that may have killed their process are handled one at a time, so that only the
            # one that is in hand when a process dies is counted.
            if self.held.was_begun:
                await asyncio.sleep(self._handler.suspects_from - time.monotonic())
            async with self._handler.slot(is_suspect=self.held.was_begun):
                result = await self._count_death() or await self._apply()
        else:
            result = await self._count_death()
        if self._owes_apology and self.held.user_id is not None:
            self._owes_apology = False
            await apologise(self._handler.bot, self.held.user_id, language_of(self.held.raw))
        return await self._reply() if result is None else result

    async def _count_death(self) -> Result | None:
        """Count the attempt of a process that died, just before the next one begins.

        Returns:
            None if the next one may be made.
        """
        if self._is_death_counted:
            return None
        result = await self._count_attempt("Killed")
        self._is_death_counted = result is None
        return result

    # The effect ----------------------------------------------------------------------------------

    async def _apply(self) -> Result | None:
        """Make the effect; None: it is committed, and the replies come next."""
        try:
            update = parsed(self.held.raw, self._handler.bot)
        except Exception:  # whatever is wrong with one update must not stop the rest
            log.exception("update %s cannot be read and is left out", self.held.update_id)
            return DONE
        current = CurrentUpdate(self.held)
        await self._process(update, current)
        error = current.error
        if error is None:
            self._context, self._unsent = current.context, Unsent(current.replies)
            message = self.held.raw.get("message")
            if isinstance(message, dict) and isinstance(message.get("date"), int):
                metrics.TAP_TO_COMMIT.observe(max(0.0, time.time() - message["date"]))
            return None
        if isinstance(error, NotHeldError):
            return await self._why_not()
        if is_database_unreachable(error) or is_out_of_file_descriptors(error):
            return RETRY
        if isinstance(error, TimeoutError):
            log.error("update %s took over %s s", self.held.update_id, TIME_LIMIT_SECONDS)
            found = await self._why_not()
            if found is not RETRY:  # the commit came just before the limit
                return found
        return await self._count_attempt(type(error).__name__) or RETRY

    async def _process(self, update: Update, current: CurrentUpdate) -> None:
        token = current_update.set(current)
        try:
            async with asyncio.timeout(TIME_LIMIT_SECONDS):
                await self._handler.application.process_update(update)
        except Exception as problem:  # outside of any handler, where no error handler hears of it
            current.error = problem
            if not isinstance(problem, TimeoutError) and not is_out_of_file_descriptors(problem):
                log.exception("update %s failed on its way to a handler", self.held.update_id)
        finally:
            current_update.reset(token)

    async def _why_not(self) -> Result | None:
        """What the row says after a transaction that it refused, or whose end is not known.

        Returns:
            None: the effect is stored. RETRY: it is not, and this process still has the update.
        """
        async with self._handler.deps.database.transaction() as session:
            found = await inbox.progress_of(session, self.held.update_id)
        if found is None or found.held_by != self._handler.me or found.state is InboxState.DONE:
            return LOST
        if found.state is InboxState.WAITING:  # an earlier update of the person comes first
            return RETRY
        # A commit whose answer was lost.
        self.held = replace(self.held, is_applied=True, replies=found.replies)
        return None

    async def _count_attempt(self, error: str) -> Result | None:
        """Count a failed attempt in the row; None: a further one may be made."""
        async with self._handler.deps.database.transaction() as session:
            count = await inbox.count_attempt(session, self.held.update_id, self._handler.me)
        if count is None:
            return LOST
        self._attempts = count
        if self.held.is_applied:
            if count < MOST_REPLY_ATTEMPTS:
                return None
            log.error("replies to update %s are given up", self.held.update_id)
            return DONE
        return None if count < MOST_ATTEMPTS else await self._set_aside(error)

    async def _set_aside(self, error: str) -> Result:
        """Keep an update that cannot be handled for ``replay``; the person's next ones go on."""
        deps = self._handler.deps
        async with deps.database.transaction() as session:
            person = await session.get(User, self.held.user_id) if self.held.user_id else None
            raw = with_question(self.held.raw, person)
            is_changed = await inbox.set_aside(
                session, self.held, raw, self._handler.me, error, deps.clock.now()
            )
        if is_changed:
            number = self.held.update_id
            log.error("update %s is set aside after %s attempts", number, self._attempts)
            self._owes_apology = self.held.user_id is not None
        return LOST

    # The replies ---------------------------------------------------------------------------------

    async def _reply(self) -> Result:
        if self._unsent is None:
            self._unsent = self._loaded(self.held.replies)
        if self._context is None:
            if not self._unsent.replies:
                return DONE
            self._context = await self._handler.frame.context_of(self.held)
        replies = self._handler.replies
        if not self._is_tap_answered:
            self._is_tap_answered = True
            await replies.answer_tap(self._context, self._unsent.replies)
        elif self._is_spinner_stopped:
            self._is_spinner_stopped = False
            self._unsent = replies.with_toast_said(self._unsent)
        if self._replying_since is None:
            self._replying_since = time.monotonic()
        tried = time.monotonic() - self._replying_since
        try:
            await replies.send_all(
                self._context,
                self._unsent,
                self._note,
                patience=REPLIES_TRIED_SECONDS - tried,
                leaves_out=self._failures >= MOST_ATTEMPTS - 1,
            )
        except NotSentYetError as error:
            return Result(Outcome.RETRY, error.pause)
        except NotHeldError:
            return LOST
        return Result(Outcome.DONE, is_marked=self._context.is_marked_done)

    def _note(self, unsent: Unsent) -> None:
        self._unsent = unsent

    def _loaded(self, stored: bytes | None) -> Unsent:
        if stored is None:
            return Unsent(())
        try:
            return self._handler.frame.store.load(stored)
        except UnusableRepliesError as error:
            log.error("replies to update %s cannot be read (%s)", self.held.update_id, error)
            return Unsent(())


class UpdateHandler:
    """What handling an update needs, and how many updates may have a transaction at a time."""

    def __init__(
        self, application: AnyApplication, deps: Deps, frame: Frame, replies: ReplySender
    ) -> None:
        self.application = application
        self.deps = deps
        self.frame = frame
        self.replies = replies
        self._slots = asyncio.Semaphore(EFFECTS_AT_ONCE)
        self._suspects = asyncio.Lock()
        self.suspects_from = 0.0
        """From when on updates are handled that may have killed a process (monotonic seconds)."""

    @property
    def me(self) -> str:
        """The name by which this process holds updates."""
        return self.frame.holder

    @property
    def bot(self) -> Bot:
        bot: Bot = self.application.bot
        return bot

    def handling(self, held: Held) -> Handling:
        """An update that no attempt was made at in this process."""
        return Handling(held, self)

    @asynccontextmanager
    async def slot(self, *, is_suspect: bool) -> AsyncIterator[None]:
        """A place among the updates that are handled at the same time.

        Args:
            is_suspect: one of those that are handled one at a time.
        """
        async with self._suspects if is_suspect else nullcontext(), self._slots:
            yield
