"""The probes behind ``/readyz``, and a measurement of how long the event loop is blocked."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import sqlalchemy as sa
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot import metrics
from bot.database.engine import Database
from bot.database.errors import reason
from bot.database.migrate import newest_revision
from bot.telegram.sender import UNREADABLE

Probe = Callable[[], Awaitable[str | None]]
"""Returns what is wrong with one part of the bot, or None when nothing is."""

TICK_MAX_AGE_SECONDS = 10.0
TELEGRAM_CACHE_SECONDS = 15.0
"""Telegram's answer is cached, so that frequent calls of /readyz put no load on it."""
LAG_INTERVAL_SECONDS = 0.25


class Health:
    """The probes of one running bot.

    Args:
        database: the bot's database.
        bot: asks Telegram.
        polling_trouble: what is wrong with polling; None when updates come by webhook.
    """

    def __init__(self, database: Database, bot: Bot, polling_trouble: Probe | None = None) -> None:
        self._database = database
        self._bot = bot
        self._polling_trouble = polling_trouble
        self._ticked_at: float | None = None
        self._telegram: tuple[float, str | None] | None = None
        self._longest_lag = 0.0
        self._lag_task: asyncio.Task[None] | None = None

    @property
    def probes(self) -> Mapping[str, Probe]:
        """The probes by the names under which ``/readyz`` shows them."""
        probes = {
            "database": self._probe_database,
            "migrations": self._probe_migrations,
            "telegram": self._probe_telegram,
            "tick": self._probe_tick,
        }
        if self._polling_trouble is not None:
            probes["polling"] = partial(_unless_it_fails, self._polling_trouble)
        return probes

    def start(self) -> None:
        """Start to measure the lag of the event loop."""
        self._lag_task = asyncio.create_task(self._measure_lag(), name="loop lag")

    async def stop(self) -> None:
        """Stop measuring."""
        if self._lag_task is not None:
            self._lag_task.cancel()
            await asyncio.gather(self._lag_task, return_exceptions=True)

    def record_tick(self) -> None:
        """Record that the tick (the claiming of due reminders) has just succeeded."""
        self._ticked_at = time.monotonic()
        metrics.LAST_TICK.set_to_current_time()

    def take_lag(self) -> float:
        """The longest time, in seconds, that the event loop was blocked since the last call."""
        lag, self._longest_lag = self._longest_lag, 0.0
        return lag

    async def _measure_lag(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(LAG_INTERVAL_SECONDS)
            self._longest_lag = max(
                self._longest_lag, time.monotonic() - before - LAG_INTERVAL_SECONDS
            )

    async def _probe_database(self) -> str | None:
        try:
            async with self._database.transaction() as session:
                await (await session.connection()).execute(sa.select(1))
        except Exception as error:
            return f"cannot be reached ({reason(error)})"
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
        if self._telegram is None or time.monotonic() - self._telegram[0] > TELEGRAM_CACHE_SECONDS:
            self._telegram = time.monotonic(), await self.ask_telegram()
        return self._telegram[1]

    async def ask_telegram(self) -> str | None:
        """Ask Telegram who the bot is, and return what is wrong. Never raises."""
        try:
            await self._bot.get_me()
        except InvalidToken:
            return "does not know the token (BOT_TOKEN)"
        except (TelegramError, *UNREADABLE) as error:
            return f"cannot be reached ({type(error).__name__})"
        return None

    async def _probe_tick(self) -> str | None:
        if self._ticked_at is None:
            return "has not run yet"
        age = time.monotonic() - self._ticked_at
        return None if age < TICK_MAX_AGE_SECONDS else f"last ran {age:.0f} s ago"


async def _unless_it_fails(probe: Probe) -> str | None:
    try:
        return await probe()
    except Exception as error:
        return f"unknown ({type(error).__name__})"
