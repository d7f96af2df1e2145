"""Helpers of the survival tests: the bot as a process, people, and waiting for reminders."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from bot.clock import SystemClock
from bot.database.engine import Database
from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    Fluids,
    InboxRow,
    InboxState,
    Kind,
    Reminder,
    SetupStep,
)
from bot.dispatch.planning import format_key
from bot.features.reminders import queries
from bot.identity import people as users
from bot.local_time.nights import local_time
from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.forked_bot import ForkedBot
from tests.support.lengths import SOAK_SCALE
from tests.support.paths import ROOT
from tests.support.private import with_people_allowed

TOKEN = "1:sandbox-token"
ZONE = "Europe/Berlin"
OPEN = (DeliveryStatus.CLAIMED, DeliveryStatus.SENDING)
Row = TypeVar("Row", bound=SQLModel)


@asynccontextmanager
async def sandbox() -> AsyncIterator[tuple[Telegram, RunningServer]]:
    """The sandbox server."""
    telegram = Telegram(SystemClock())
    server = await serve(create_app(telegram))
    try:
        yield telegram, server
    finally:
        await server.close()


class BotProcess:
    """The bot in a process of its own.

    Args:
        url: the database's address.
        server: the Bot API.
        rate: how many reminders it sends a second.
        log: the file of its log.
        folder: its working directory.
        has_own_interpreter: as operators run it; else it is forked, which saves the time of all
            imports, and dies in the same ways.
        settings: further environment variables.
    """

    def __init__(
        self,
        url: str,
        server: RunningServer,
        rate: float,
        log: Path | None = None,
        folder: Path = ROOT,
        *,
        has_own_interpreter: bool = SOAK_SCALE is not None,
        **settings: str,
    ):
        self._environment = with_people_allowed(
            os.environ
            | {
                "BOT_TOKEN": TOKEN,
                "DATABASE_URL": url,
                "TELEGRAM_API_URL": server.url,
                "SEND_RATE": str(rate),
                "LOG_LEVEL": "WARNING",
            }
            | settings
        )
        self._log = log
        self._folder = folder
        self._has_own_interpreter = has_own_interpreter
        self._running: asyncio.subprocess.Process | ForkedBot | None = None

    @property
    def pid(self) -> int:
        assert self._running is not None
        return self._running.pid

    @property
    def is_up(self) -> bool:
        return self._running is not None and self._running.returncode is None

    @property
    def lines(self) -> list[str]:
        """The text of its log."""
        return [] if self._log is None else self._log.read_text().splitlines()

    async def start(self) -> None:
        with self._log.open("ab") if self._log is not None else nullcontext() as out:
            if self._has_own_interpreter:
                self._running = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "bot", "run"),
                    cwd=self._folder,
                    env=self._environment,
                    stderr=out,
                )
            else:
                self._running = ForkedBot.writing_to(out, ("run",), self._environment, self._folder)

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal that does not end it, such as SIGSTOP."""
        os.kill(self.pid, number)

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self._running is not None
        self._running.send_signal(number)
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            return await self._running.wait()

    @asynccontextmanager
    async def up(self) -> AsyncIterator["BotProcess"]:
        """Start it; kill it at the end if it still runs."""
        await self.start()
        try:
            yield self
        finally:
            if self.is_up:
                await self.end(signal.SIGKILL)


async def prepare(url: str, telegram: Telegram, count: int) -> list[Person]:
    """Add people with one reminder each (caffeine) that is due now."""
    people = [telegram.add_person(f"P{number}") for number in range(count)]
    for person in people:
        telegram.chats[person.id].started = True
    now = datetime.now(UTC)
    local = local_time(now, ZONE)
    database = Database(url)
    async with database.transaction() as session:
        for person in people:
            user = await users.get_or_create(session, person.id, now, "en")
            user.time_zone, user.bed_time, user.wake_time = ZONE, time(22, 30), time(7)
            user.fluids, user.setup_step = Fluids.LIMITED, SetupStep.DONE
            session.add(user)
            await queries.ensure_reminders(session, user)
        await session.flush()
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.CAFFEINE)
            .values(times=f"{local:%H:%M}", next_at=now, next_local=format_key(local))
        )
    await database.close()
    return people


async def rows(url: str, table: type[Row]) -> list[Row]:
    """Every committed row of a table."""
    database = Database(url)
    try:
        async with database.transaction() as session:
            return list(await session.exec(select(table)))
    finally:
        await database.close()


async def all_sent(url: str, seconds: float = 40) -> None:
    """Wait until no reminder is due, no delivery is open and every update is dealt with."""
    database = Database(url)
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        while True:
            async with database.transaction() as session:
                due = await session.exec(
                    select(Reminder.id).where(col(Reminder.next_at) <= datetime.now(UTC)).limit(9)
                )
                left = await session.exec(
                    select(Delivery.id, Delivery.status)
                    .where(col(Delivery.status).in_(OPEN))
                    .limit(9)
                )
                waiting = await session.exec(
                    select(InboxRow.update_id, InboxRow.state)
                    .where(col(InboxRow.state) != InboxState.DONE)
                    .limit(9)
                )
                found = (due.all(), left.all(), waiting.all())
            if not any(found):
                return
            assert asyncio.get_running_loop().time() < deadline, f"still open: {found}"
            await asyncio.sleep(0.1)
    finally:
        await database.close()


def received(people: Iterable[Person], telegram: Telegram, begins: str) -> Counter[int]:
    """For each person, how many messages with this beginning have arrived from the bot."""
    return Counter(
        person.id
        for person in people
        for message in telegram.chat(person)
        if message.from_bot and message.words.startswith(begins)
    )


async def check_entries(url: str, taps: int) -> None:
    """Check that every tap is exactly one row."""
    keys = Counter((row.user_id, row.message_id) for row in await rows(url, Cramp))
    assert (len(keys), set(keys.values())) == (taps, {1})
