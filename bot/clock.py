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
MOST_OFF_AFTERWARDS = MOST_OFF / 2
"""A clock that was wrong is right again when it differs less, so that one which is a minute off is
not wrong and right by turns."""
EARLIEST, LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""An answer from before or after has the time of a computer that does not know it."""


class Clock(Protocol):
    """A source of the current instant."""

    def now(self) -> datetime:
        """The current instant (aware, UTC)."""
        ...


class SystemClock:
    """The system clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


_UPTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def seconds_up() -> float:
    """A clock that nobody can set. On Linux it also counts while the computer sleeps, which
    ``time.monotonic`` does not.
    """
    return time.clock_gettime(_UPTIME)


def uptime() -> timedelta:
    """The same as a duration."""
    return timedelta(seconds=seconds_up())


class CheckedClock:
    """The system clock while it agrees with Telegram's, else Telegram's.

    A computer whose clock is days ahead would record reminders as missed, send others days too
    early, and delete what is not old. So every answer of Telegram says what time it is, and until
    the next one that time is carried on by a clock that nobody can set. An answer whose time
    differs from this computer's and from the answer before it counts only if the next one agrees.

    What answers may be a proxy with a wrong clock of its own. But when a message is sent, the
    answer also holds the time at which Telegram took it. If this computer's clock agrees with that
    and the answer does not, the time of answers counts no more, until it agrees with a message.

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
        self._noted_at = timedelta()
        """When that was noted, by the uptime."""
        self._trouble = TroubleLog(log, "this computer's clock")
        self._foreign = TroubleLog(log, "the time of Telegram's answers")

    def now(self) -> datetime:
        now = self._system.now()
        if self._telegram_at_zero is None:
            return now
        right = self._telegram_at_zero + self._uptime()
        return right if self._is_too_far(now - right) else now

    @property
    def is_off(self) -> bool:
        """Whether this computer's clock was wrong when Telegram last said what time it is."""
        return self._trouble.is_on

    @property
    def is_in_doubt(self) -> bool:
        """Whether this computer's clock was set since Telegram has last said what time it is."""
        if self._telegram_at_zero is None:
            return False
        up = self._uptime()
        is_old = up - self._noted_at > MOST_OFF
        return is_old and self._is_too_far(self._system.now() - self._telegram_at_zero - up)

    def compare(self, said: datetime, taken: datetime | None = None) -> None:
        """Take note of what an answer says, and log whether this computer's clock is off.

        Args:
            said: when it was made (aware), by the clock of whatever has answered.
            taken: when Telegram took the message that the answer is about; None: about none.
        """
        if not EARLIEST < said < LATEST:
            return
        now, said = self._system.now(), said.astimezone(UTC)
        if taken is not None:
            self._compare_with_message(now, said, taken)
        if self._foreign.is_on:
            return
        before, self._said_at_zero = self._said_at_zero, said - self._uptime()
        is_alone = before is not None and abs(self._said_at_zero - before) > MOST_OFF
        off = now - said
        if is_alone and abs(off) > MOST_OFF:
            return
        self._note(self._said_at_zero)
        if self._is_too_far(off):
            side = "ahead of" if off > timedelta() else "behind"
            self._trouble.happened(f"it is {_about(off)} {side} Telegram's, which is used instead")
        else:
            self._trouble.over()

    def _compare_with_message(self, now: datetime, said: datetime, taken: datetime) -> None:
        """Decide whether the time of answers is Telegram's, of which a message is the witness."""
        if abs(now - taken) <= MOST_OFF < abs(now - said):
            self._note(taken - self._uptime())
            self._trouble.over()
            side = "ahead of" if said > taken else "behind"
            self._foreign.happened(
                f"it is {_about(said - taken)} {side} that of its messages, so this computer's "
                "clock counts; whatever is between the bot and Telegram has a wrong clock"
            )
        elif abs(said - taken) <= MOST_OFF:
            self._foreign.over()

    def _note(self, telegram_at_zero: datetime) -> None:
        self._telegram_at_zero, self._noted_at = telegram_at_zero, self._uptime()

    def _is_too_far(self, off: timedelta) -> bool:
        return abs(off) > (MOST_OFF_AFTERWARDS if self._trouble.is_on else MOST_OFF)


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
