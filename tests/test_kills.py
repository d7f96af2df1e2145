"""kill -9 at random moments of a real process that takes taps and sends reminders.

No tap is lost, no entry doubled. No reminder is lost without a trace: one that was "sending" at
the kill is "unknown" and is not sent again, so nobody gets a reminder twice.
"""

import asyncio
import logging
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.clock import SystemClock
from bot.db import Database
from bot.models import Cramp, Delivery, DeliveryStatus, Fluids, Kind, Reminder, SetupStep
from bot.nights import local_time
from bot.reminders import queries
from bot.reminders.dispatch import workers_for
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import Person, Telegram
from bot.users import queries as users

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent
KILLS = 22
PEOPLE = 6
REMINDERS = 600
RATE = 90
ZONE = "Europe/Berlin"


@asynccontextmanager
async def sandbox() -> AsyncIterator[tuple[Telegram, RunningServer]]:
    telegram = Telegram(SystemClock())
    server = await serve(create_app(telegram))
    yield telegram, server
    await server.close()


class Process:
    """The bot as operators run it."""

    def __init__(self, url: str, server: RunningServer) -> None:
        self._environment = os.environ | {
            "BOT_TOKEN": "1:sandbox-token",
            "DATABASE_URL": url,
            "TELEGRAM_API_URL": server.url,
            "SEND_RATE": str(RATE),
            "LOG_LEVEL": "WARNING",
        }
        self._running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=self._environment
        )

    async def end(self, number: signal.Signals) -> int:
        assert self._running is not None
        self._running.send_signal(number)
        return await self._running.wait()


async def prepare(url: str, telegram: Telegram) -> list[Person]:
    """People with a reminder each that is due now; some of them will tap as well."""
    people = [telegram.add_person(f"P{number}") for number in range(REMINDERS)]
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
            .values(
                times=f"{local:%H:%M}",
                next_at=now,
                next_local=queries.key_text(local),
            )
        )
    await database.close()
    return people


def sent_reminders(telegram: Telegram, people: list[Person]) -> Counter[int]:
    return Counter(
        person.id
        for person in people
        for message in telegram.chat(person)
        if message.from_bot and message.words.startswith("☕")
    )


@pytest.mark.parametrize("seed", [20270113])
async def test_killed_again_and_again(sqlite_url: str, seed: int) -> None:
    chance = random.Random(seed)
    async with sandbox() as (telegram, server):
        people = await prepare(sqlite_url, telegram)
        # Messages take their time on the way, so that a kill meets some of them.
        telegram.faults.set("slow", method="sendMessage", seconds=0.04)
        tapping = people[:PEOPLE]
        process = Process(sqlite_url, server)
        taps = 0
        for _ in range(KILLS):
            await process.start()
            await telegram.wait_for(lambda: telegram.polling, timeout=20)
            for person in tapping:
                telegram.say(person, "/cramp")
                taps += 1
            await asyncio.sleep(chance.uniform(0.0, 0.4))
            assert await process.end(signal.SIGKILL) == -signal.SIGKILL
        await process.start()
        await telegram.settled(timeout=30)
        await everything_sent(sqlite_url)
        assert await process.end(signal.SIGTERM) == 0
        await check_entries(sqlite_url, taps)
        unknown, lost = await check_reminders(sqlite_url, telegram, people)
        log.info("%s kills, %s taps: %s unknown, %s lost of these", KILLS, taps, unknown, lost)
        assert unknown > 0, "no kill met a message on its way: the test shows nothing"


async def everything_sent(url: str) -> None:
    """Wait until no reminder is due and no delivery is open."""
    database = Database(url)
    open_ones = (DeliveryStatus.CLAIMED, DeliveryStatus.SENDING)
    deadline = asyncio.get_running_loop().time() + 30
    while True:
        async with database.transaction() as session:
            due = await session.exec(
                select(Reminder.id).where(col(Reminder.next_at) <= datetime.now(UTC))
            )
            left = await session.exec(
                select(Delivery.id).where(col(Delivery.status).in_(open_ones))
            )
            is_done = not due.all() and not left.all()
        if is_done:
            break
        assert asyncio.get_running_loop().time() < deadline, "reminders are still open"
        await asyncio.sleep(0.05)
    await database.close()


async def check_entries(url: str, taps: int) -> None:
    """Every tap is one row."""
    database = Database(url)
    async with database.transaction() as session:
        rows = (await session.exec(select(Cramp))).all()
    await database.close()
    keys = Counter((row.user_id, row.message_id) for row in rows)
    assert (len(rows), set(keys.values())) == (taps, {1})


async def check_reminders(url: str, telegram: Telegram, people: list[Person]) -> tuple[int, int]:
    """Every reminder is accounted for, and nobody got one twice.

    Returns:
        How many are of unknown fate, and how many of these never arrived.
    """
    database = Database(url)
    async with database.transaction() as session:
        rows = (await session.exec(select(Delivery))).all()
    await database.close()
    received = sent_reminders(telegram, people)
    by_status = Counter(row.status for row in rows)
    assert len(rows) == REMINDERS
    assert set(by_status) <= {DeliveryStatus.SENT, DeliveryStatus.UNKNOWN}
    assert max(received.values()) == 1
    assert by_status[DeliveryStatus.UNKNOWN] <= workers_for(RATE) * KILLS
    for row in rows:
        if row.status is DeliveryStatus.SENT:
            assert received[row.user_id] == 1, "recorded as sent, but it never arrived"
    lost = sum(received[row.user_id] == 0 for row in rows)
    assert lost <= min(KILLS, by_status[DeliveryStatus.UNKNOWN])
    return by_status[DeliveryStatus.UNKNOWN], lost
