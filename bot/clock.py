"""The only place that reads the time of day. All other code gets a clock or an instant."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.trouble_log import TroubleLog

log = logging.getLogger(__name__)

MOST_OFF = timedelta(minutes=1)
"""A clock that differs more from Telegram's is wrong. No answer of Telegram takes longer."""


class Clock(Protocol):
    """A source of the current instant."""

    def now(self) -> datetime:
        """The current instant (aware, UTC)."""
        ...


class SystemClock:
    """The system clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def uptime() -> timedelta:
    """A clock that nobody can set; on Linux it also counts while the computer sleeps."""
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return timedelta(seconds=time.clock_gettime(source))


class CheckedClock:
    """The system clock while it agrees with Telegram's, else Telegram's.

    A computer whose clock is days ahead would record reminders as missed, send others days too
    early, and delete what is not old. So every answer of Telegram says what time it is, and until
    the next one that time is carried on by a clock that nobody can set. An answer whose time
    differs from this computer's and from the answer before it counts only if the next one agrees.

    Args:
        system: the clock that is checked.
        uptime: the clock that nobody can set.
    """

    def __init__(self, system: Clock, uptime: Callable[[], timedelta] = uptime) -> None:
        self._system = system
        self._uptime = uptime
        self._telegram_at_zero: datetime | None = None
        """What Telegram's clock showed when the uptime was 0."""
        self._said_at_zero: datetime | None = None
        """The same by the newest answer, which may be the only one that says so."""
        self._trouble = TroubleLog(log, "this computer's clock")

    def now(self) -> datetime:
        now = self._system.now()
        if self._telegram_at_zero is None:
            return now
        right = self._telegram_at_zero + self._uptime()
        return now if abs(now - right) <= MOST_OFF else right

    def compare(self, right: datetime) -> None:
        """Take note of what Telegram's clock shows (aware), and log whether this one is off."""
        before, self._said_at_zero = self._said_at_zero, right - self._uptime()
        off = self._system.now() - right
        is_alone = before is not None and abs(self._said_at_zero - before) > MOST_OFF
        if is_alone and abs(off) > MOST_OFF:
            return
        self._telegram_at_zero = self._said_at_zero
        if abs(off) <= MOST_OFF:
            self._trouble.over()
        else:
            side = "ahead of" if off > timedelta() else "behind"
            self._trouble.happened(f"it is {_about(off)} {side} Telegram's, which is used instead")


def _about(span: timedelta) -> str:
    """A span of more than a minute, so rough that it reads the same some seconds later."""
    minutes = round(abs(span) / timedelta(minutes=1))
    if minutes < 2 * 60:
        return f"{minutes} minutes"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 2 * 24 else f"{round(hours / 24)} days"


class ShiftedClock:
    """A clock that runs at normal speed and can be moved forward.

    The sandbox uses it to skip to the next reminder, and tests to start at a chosen instant.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._base = start or datetime.now(UTC)
        self._anchor = time.monotonic()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._anchor)

    def advance(self, by: timedelta) -> None:
        """Move forward by a duration.

        Raises:
            ValueError: the duration is negative.
        """
        self.set(self.now() + by)

    def set(self, instant: datetime) -> None:
        """Move forward to an instant (aware).

        Raises:
            ValueError: the instant is before the clock's current one, or naive.
        """
        if instant.tzinfo is None:
            raise ValueError("the clock is set to an aware instant")
        if instant < self.now():
            raise ValueError("this clock only moves forward")
        self._base = instant.astimezone(UTC)
        self._anchor = time.monotonic()
