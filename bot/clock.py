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
"""A clock that was off counts as right again only below this smaller difference. Otherwise, one
that is about a minute off would count as wrong and right by turns (hysteresis)."""
EARLIEST, LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""An answer that is dated outside of this range comes from a computer whose clock was never set."""


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
    """What ``seconds_up`` shows, as a duration."""
    return timedelta(seconds=seconds_up())


class CheckedClock:
    """The system clock while it agrees with Telegram's, else Telegram's.

    A computer whose clock is days ahead would record reminders as missed, send others days too
    early, and delete what is not old. So the time is taken from Telegram's answers, and between two
    of them a clock that nobody can set counts on from there. An answer that differs both from this
    computer's clock and from the answer before it counts only if the next answer agrees with it.

    The date of an answer may come from a proxy whose own clock is wrong. But the answer to a sent
    message also contains the time at which Telegram took the message. If the two differ, and a
    third source confirms the time of the message, the dates of answers are ignored until they agree
    with a message again. The third source is this computer's clock, the time that is believed so
    far, or another message that was sent more than a minute before. The message alone is not
    enough: it may be an old one, and a stand-in for Telegram may give every message the same time.

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
        """The same according to the newest answer, which no other answer may have confirmed yet."""
        self._noted_at = timedelta()
        """The uptime at which ``_telegram_at_zero`` was set."""
        self._earlier_message: tuple[timedelta, datetime] | None = None
        """Of the last message whose time nothing confirmed: the uptime when it was sent, and what
        Telegram's clock showed at uptime 0 according to it."""
        self._answers_ahead = timedelta()
        """How far the dates of answers are ahead of those of messages, while the answers are
        ignored."""
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
        """Whether this computer's clock seems to have been set since Telegram's last answer."""
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
        if self._foreign.is_on and self._telegram_at_zero is not None:
            self._compare_with_foreign(now, said, self._telegram_at_zero + self._uptime())
            return
        before, self._said_at_zero = self._said_at_zero, said - self._uptime()
        is_alone = before is not None and abs(self._said_at_zero - before) > MOST_OFF
        if is_alone and abs(now - said) > MOST_OFF:
            return
        self._note(self._said_at_zero)
        self._judge(now - said)

    def _compare_with_message(self, now: datetime, said: datetime, taken: datetime) -> None:
        """Decide by the time of a sent message whether the date of the answer can be trusted."""
        ahead = said - taken
        if abs(ahead) <= (MOST_OFF_AFTERWARDS if self._foreign.is_on else MOST_OFF):
            self._earlier_message = None
            self._foreign.over()
        elif self._is_confirmed(now, taken):
            self._answers_ahead = ahead
            self._note(taken - self._uptime())
            side = "ahead of" if ahead > timedelta() else "behind"
            self._foreign.happened(
                f"it is {_about(ahead)} {side} that of its messages, which counts instead; "
                "whatever is between the bot and Telegram has a wrong clock"
            )

    def _is_confirmed(self, now: datetime, taken: datetime) -> bool:
        """Whether a third source (see the class) agrees with the time of a message."""
        up = self._uptime()
        at_zero = taken - up
        believed = self._telegram_at_zero
        if abs(now - taken) <= MOST_OFF or (believed and abs(at_zero - believed) <= MOST_OFF):
            self._earlier_message = None
            return True
        earlier = self._earlier_message
        if earlier is not None and up - earlier[0] < MOST_OFF:
            return False
        self._earlier_message = up, at_zero
        return (
            earlier is not None
            and EARLIEST < taken < LATEST
            and abs(at_zero - earlier[1]) <= MOST_OFF_AFTERWARDS
        )

    def _compare_with_foreign(self, now: datetime, said: datetime, believed: datetime) -> None:
        """Compare this computer's clock with the believed time, while answers are ignored.

        If this clock and the answer have moved ahead of the believed time by the same amount, both
        are right. Then the uptime stood still, as while a virtual machine is paused.
        """
        has_moved_alike = abs(said - now - self._answers_ahead) <= MOST_OFF_AFTERWARDS
        if has_moved_alike and abs(now - believed) > MOST_OFF:
            believed = now
        self._note(believed - self._uptime())
        self._judge(now - believed)

    def _judge(self, off: timedelta) -> None:
        """Log whether this computer's clock is off, and how far."""
        if self._is_too_far(off):
            side = "ahead of" if off > timedelta() else "behind"
            self._trouble.happened(f"it is {_about(off)} {side} Telegram's, which is used instead")
        else:
            self._trouble.over()

    def _note(self, telegram_at_zero: datetime) -> None:
        self._telegram_at_zero, self._noted_at = telegram_at_zero, self._uptime()

    def _is_too_far(self, off: timedelta) -> bool:
        return abs(off) > (MOST_OFF_AFTERWARDS if self._trouble.is_on else MOST_OFF)


def _about(span: timedelta) -> str:
    """A span of more than a minute, rounded so that the text does not change within seconds."""
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
