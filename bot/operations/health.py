"""Whether a running bot does what it is there for: the probes behind ``/readyz``, and the loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import sqlalchemy as sa
from telegram import Bot
from telegram.error import TelegramError

from bot import metrics
from bot.database.engine import Database
from bot.database.migrate import newest_revision

Probe = Callable[[], Awaitable[str | None]]
"""Looks at one thing; says what is wrong with it, or None."""

TICK_IS_RECENT_SECONDS = 10.0
ASK_TELEGRAM_SECONDS = 15.0
"""Its answer is remembered for so long: a probe that is called often must not become a load."""
LOOK_SECONDS = 0.25


class Health:
    """Probes of one running bot."""

    def __init__(self, database: Database, bot: Bot) -> None:
        self._database = database
        self._bot = bot
        self._ticked_at: float | None = None
        self._telegram: tuple[float, str | None] | None = None
        self._longest_lag = 0.0
        self._watching: asyncio.Task[None] | None = None

    @property
    def probes(self) -> Mapping[str, Probe]:
        """Name → probe."""
        return {
            "database": self._probe_database,
            "migrations": self._probe_migrations,
            "telegram": self._probe_telegram,
            "tick": self._probe_tick,
        }

    def start(self) -> None:
        """Begin to watch the event loop."""
        self._watching = asyncio.create_task(self._watch(), name="loop lag")

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    def ticked(self) -> None:
        """The tick has just ended well."""
        self._ticked_at = time.monotonic()
        metrics.LAST_TICK.set_to_current_time()

    def take_lag(self) -> float:
        """The longest time in seconds that the event loop was busy since this was last asked."""
        lag, self._longest_lag = self._longest_lag, 0.0
        return lag

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
            self._longest_lag = max(self._longest_lag, time.monotonic() - before - LOOK_SECONDS)

    async def _probe_database(self) -> str | None:
        try:
            async with self._database.transaction() as session:
                await (await session.connection()).execute(sa.select(1))
        except Exception as error:
            return f"cannot be reached ({type(error).__name__})"
        return None

    async def _probe_migrations(self) -> str | None:
        newest = newest_revision()
        try:
            async with self._database.transaction() as session:
                found = await (await session.connection()).scalar(
                    sa.text("SELECT version_num FROM alembic_version")
                )
        except Exception as error:
            return f"unknown ({type(error).__name__})"
        return None if found == newest else f"at {found}, this version needs {newest}"

    async def _probe_telegram(self) -> str | None:
        if self._telegram is None or time.monotonic() - self._telegram[0] > ASK_TELEGRAM_SECONDS:
            try:
                await self._bot.get_me()
                answer = None
            except TelegramError as error:
                answer = f"cannot be reached ({type(error).__name__})"
            self._telegram = time.monotonic(), answer
        return self._telegram[1]

    async def _probe_tick(self) -> str | None:
        if self._ticked_at is None:
            return "has not run yet"
        age = time.monotonic() - self._ticked_at
        return None if age < TICK_IS_RECENT_SECONDS else f"last ran {age:.0f} s ago"
