"""The only place that reads the time of day. All other code gets a clock or an instant."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of the current instant."""

    def now(self) -> datetime:
        """The current instant (aware, UTC)."""
        ...


class SystemClock:
    """The system clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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
