"""A circuit breaker for reminders: while Telegram is in trouble, nothing more is sent.

A run of failures opens it. Then it asks Telegram with a probe now and then, and when that is
answered it lets a single reminder through as a trial. If that one is accepted the breaker closes
and everything goes on; what was refused meanwhile is sent while it is still useful.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from enum import Enum

from bot import metrics
from bot.telegram.sender import NotSent, Outcome, RetryLater, Unknown

log = logging.getLogger(__name__)

RUN = 3
"""This many consecutive failures open the breaker."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 15.0
"""Pauses between attempts while it is open; doubled each time."""
LONGEST_WAIT_SECONDS = 60.0
"""The longest pause when Telegram asks everybody to wait, however long it asks for."""


class _State(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"
    """One reminder may be sent, as a trial."""


class CircuitBreaker:
    """Lets requests through while it is closed; ``turn`` waits while it is open.

    Args:
        probe: sends a harmless request to Telegram; raises when that fails.
    """

    def __init__(self, probe: Callable[[], Awaitable[object]]) -> None:
        self._probe = probe
        self._state = _State.CLOSED
        self._may_send = asyncio.Event()
        self._may_send.set()
        self._run = 0
        """Failures since the last success."""
        self._failures = 0
        """Failures while it is open, and those that opened it."""
        self._pause = FIRST_PAUSE_SECONDS
        self._longest = LONGEST_PAUSE_SECONDS
        self._opened_at = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether Telegram is in trouble."""
        return self._state is not _State.CLOSED

    @property
    def may_send(self) -> bool:
        """Whether something may be sent now, if only as the trial."""
        return self._state is not _State.OPEN

    async def stop(self) -> None:
        """Send no more probes, and end all waiting."""
        self._set(_State.CLOSED)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def turn(self) -> bool:
        """Wait until something may be sent. Afterwards ``record`` has to be called.

        Returns:
            Whether it is the trial.
        """
        while True:
            await self._may_send.wait()
            is_trial = self.try_turn()
            if is_trial is not None:
                return is_trial

    def try_turn(self) -> bool | None:
        """The same as ``turn``, without waiting: None when nothing may be sent now."""
        if self._state is _State.OPEN:
            return None
        is_trial = self._state is _State.HALF_OPEN
        if is_trial:
            self._set(_State.OPEN)
        return is_trial

    def record(self, outcome: Outcome | None, *, is_trial: bool) -> None:
        """Take note of Telegram's answer to something that was sent.

        None: nothing was sent after all, so somebody else may make the trial.
        """
        if outcome is None:
            if is_trial and self.is_open:
                self._set(_State.HALF_OPEN)
        elif isinstance(outcome, NotSent | Unknown):
            self._failures += 1
            self._run += 1
            if is_trial:
                self._ask_later()
            elif not self.is_open and self._run >= RUN:
                self._open(outcome.why)
        elif isinstance(outcome, RetryLater):
            if is_trial:
                self._ask_later()
        else:
            self._run = 0
            if is_trial:
                self._close()
            elif not self.is_open:
                self._failures = 0

    def wait_for(self, seconds: float) -> None:
        """Open it because Telegram asks everybody to wait this long."""
        if not self.is_open:
            self._longest = LONGEST_WAIT_SECONDS
            self._pause = max(FIRST_PAUSE_SECONDS, seconds)
            self._open(f"it asks everybody to wait {seconds:.0f} s")

    def _set(self, state: _State) -> None:
        self._state = state
        metrics.CIRCUIT_OPEN.set(state is not _State.CLOSED)
        if state is _State.OPEN:
            self._may_send.clear()
        else:
            self._may_send.set()

    def _open(self, why: str) -> None:
        self._set(_State.OPEN)
        self._opened_at = time.monotonic()
        log.warning("reminders wait until Telegram is well again: %s", why)
        self._ask_later()

    def _ask_later(self) -> None:
        self._task = asyncio.create_task(self._ask_until_answered(), name="circuit breaker")

    async def _ask_until_answered(self) -> None:
        """Pause and ask until Telegram answers; then allow a trial."""
        while True:
            pause = min(self._pause, self._longest)
            self._pause = 2 * pause
            await asyncio.sleep(pause)
            try:
                await self._probe()
            except Exception as error:
                self._failures += 1
                log.debug("Telegram is still in trouble (%s)", type(error).__name__)
            else:
                self._set(_State.HALF_OPEN)
                return

    def _close(self) -> None:
        log.warning(
            "Telegram is well again after %.0f s; %s requests failed meanwhile",
            time.monotonic() - self._opened_at,
            self._failures,
        )
        self._run = self._failures = 0
        self._pause, self._longest = FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS
        self._set(_State.CLOSED)
