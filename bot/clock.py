"""The only places that read the time of day. Everything else is handed a clock or an instant."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that runs at the ordinary speed from an instant that can be moved forward.

    The sandbox uses it to live a week in minutes, the tests to stand at a chosen instant.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._base = start or datetime.now(UTC)
        self._anchor = time.monotonic()

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._anchor)

    def advance(self, by: timedelta) -> None:
        """Move forward by a duration.

        Raises:
            ValueError: when asked to go back.
        """
        self.set(self.now() + by)

    def set(self, instant: datetime) -> None:
        """Go on from this aware instant.

        Raises:
            ValueError: when the instant lies in the past or has no zone.
        """
        if instant.tzinfo is None:
            raise ValueError("the clock is set to an aware instant")
        if instant < self.now():
            raise ValueError("this clock only moves forward")
        self._base = instant.astimezone(UTC)
        self._anchor = time.monotonic()
