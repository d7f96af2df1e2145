"""What the page can do with the bot and its clock."""

import asyncio
import logging
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.sandbox.changes import Changes

log = logging.getLogger(__name__)


class Controls(Protocol):
    """Starts and stops the bot and moves its clock; whoever runs the bot implements this."""

    @property
    def bot_running(self) -> bool:
        """Whether the bot is running."""
        ...

    @property
    def bot_url(self) -> str | None:
        """The root of the bot's own HTTP server; None when it has none."""
        ...

    async def next_due(self) -> datetime | None:
        """Return the next instant (aware, UTC) at which the bot has something to do."""
        ...

    async def fast_forward_to(self, at: datetime) -> None:
        """Move the clock to an instant; the bot does everything that is due before it."""
        ...

    async def stop_bot(self) -> None:
        """Stop the bot; updates wait for it."""
        ...

    async def start_bot(self) -> None:
        """Start the bot again."""
        ...


def next_local_time(now: datetime, wanted: time, zone: ZoneInfo) -> datetime:
    """Return the next instant (UTC) at which it is a given local time in a zone.

    Args:
        now: an aware instant.
        wanted: the local time.
        zone: the zone.
    """
    today = now.astimezone(zone).date()
    candidates = (
        datetime.combine(today + timedelta(days=days), wanted, zone).astimezone(UTC)
        for days in (0, 1, 2)
    )
    return next(instant for instant in candidates if instant > now)


class ClockMover:
    """Moves the clock in the background, one move at a time."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._task: asyncio.Task[None] | None = None
        self.until: datetime | None = None
        """The target of the move in progress."""
        self.problem: tuple[int, str] | None = None
        """The last failure; its number lets the page show it once."""

    @property
    def is_moving(self) -> bool:
        """Whether a move is in progress."""
        return self._task is not None

    def start(self, controls: Controls, target: datetime) -> None:
        """Begin to move the clock to an instant."""
        self.until = target
        self._task = asyncio.create_task(self._move(controls, target))
        self._changes.notify()

    def stop(self) -> None:
        """Cancel the move in progress."""
        if self._task is not None:
            self._task.cancel()

    async def _move(self, controls: Controls, target: datetime) -> None:
        try:
            await controls.fast_forward_to(target)
        except Exception:  # nobody awaits this task: the page shows the failure
            log.exception("moving the clock failed")
            number = self.problem[0] + 1 if self.problem else 1
            self.problem = number, "Moving time failed; the terminal says why."
        finally:
            self._task = self.until = None
            self._changes.notify()
