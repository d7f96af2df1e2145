"""Tests of the clock that is checked against Telegram's: what is due comes in time, and once.

``tests/survival/test_clock_jumps.py`` is about clocks that nobody checks.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.app import App
from bot.clock import CheckedClock, ShiftedClock
from bot.database.models import Delivery, DeliveryStatus, Fluids, Kind, SetupStep
from bot.features.reminders import queries
from bot.identity import people as users
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.harness import TOKEN, Harness
from tests.support.lengths import SOAK_SCALE

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2027, 1, 13, 11, 55, tzinfo=UTC)
"""12:55 in Berlin."""
EVERY = 10 * MINUTE
LENGTHS = (timedelta(seconds=10), HOUR, DAY, 3 * DAY, 9 * DAY, 365 * DAY)
JUMPS = [sign * length for length in LENGTHS for sign in (1, -1)]
JUMPS_WHILE_STOPPED = JUMPS if SOAK_SCALE is not None else [3 * DAY, -3 * DAY]


class World:
    """Sandbox and bot. The bot's computer has a clock of its own, which somebody sets wrong."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.off = timedelta()
        self.due: list[datetime] = []
        """When the person's reminder was due until now."""

    def now(self) -> datetime:
        """The time of the computer's clock."""
        return self.harness.clock.now() + self.off

    def uptime(self) -> timedelta:
        return self.harness.clock.now() - START

    async def start(self) -> None:
        clock = CheckedClock(self, self.uptime)
        self.harness.app = App(self.harness.settings, clock=clock)
        self.harness.database = self.harness.app.database
        await self.harness.app.start()

    async def go_on(self) -> None:
        """Live until the next reminder is due, and half a minute longer."""
        following = (self.due[-1] if self.due else START - EVERY / 2) + EVERY
        self.due.append(following)
        assert self.harness.app.dispatcher is not None
        for seconds in (1, 30):
            self.harness.clock.set(following + timedelta(seconds=seconds))
            await self.harness.app.dispatcher.run_dry()
        await self.harness.app.jobs.plan_anew()

    async def check(self) -> None:
        """Every reminder has come once, within a minute, and none too early."""
        rows = [row for row in await self.harness.rows(Delivery) if row.kind is Kind.CUSTOM]
        assert [row.due_at for row in rows] == self.due
        for row in rows:
            assert row.status is DeliveryStatus.SENT
            assert row.sent_at is not None
            assert row.due_at <= row.sent_at <= row.due_at + MINUTE
        calls = self.harness.telegram.calls
        sent = [one for one in calls if "Feet up" in one.params.get("text", "")]
        assert len([one for one in sent if one.method == "sendMessage"]) == len(self.due)


@asynccontextmanager
async def world(url: str) -> AsyncIterator[World]:
    """One person, with a reminder every ten minutes."""
    clock = ShiftedClock(START)
    telegram = Telegram(clock, token=TOKEN)
    server = await serve(create_app(telegram), "127.0.0.1", 0)
    made = World(Harness(telegram, clock, server, url))
    await made.start()
    async with made.harness.database.transaction() as session:
        ann = telegram.add_person("Ann")
        telegram.chats[ann.id].started = True
        user = await users.get_or_create(session, ann.id, START, "en")
        user.time_zone, user.bed_time, user.wake_time = "Europe/Berlin", time(22, 30), time(7)
        user.fluids, user.setup_step = Fluids.LIMITED, SetupStep.DONE
        session.add(user)
        slots = tuple(time(hour, minute) for hour in range(13, 18) for minute in range(0, 60, 10))
        await queries.add_custom(session, user, "Feet up", slots, START, 1)
    try:
        yield made
    finally:
        await made.harness.app.stop()
        await server.close()


async def test_a_clock_that_jumps_while_the_bot_runs(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(database_url) as here:
        for jump in JUMPS:
            here.off = jump
            await here.go_on()
            here.off = timedelta()
            await here.go_on()
        await here.check()
    said = [record.message for record in caplog.records if record.name == "bot.clock"]
    assert len(said) == 2 * (len(JUMPS) - 2)  # ten seconds are nothing
    assert said[0].endswith("fails: it is 60 minutes ahead of Telegram's, which is used instead")
    assert said[1].startswith("this computer's clock goes well again")


async def test_a_clock_that_jumps_while_the_bot_is_stopped(database_url: str) -> None:
    async with world(database_url) as here:
        for jump in JUMPS_WHILE_STOPPED:
            for off in (jump, timedelta()):
                await here.harness.app.stop()
                here.off = off
                await here.start()
                await here.go_on()
        await here.check()


def test_a_single_answer_with_another_time_does_not_count() -> None:
    uptime = timedelta()
    clock = CheckedClock(ShiftedClock(START), lambda: uptime)
    clock.compare(START)
    for wrong in (365 * DAY, -9 * DAY):
        clock.compare(START + wrong)
        assert abs(clock.now() - START) < MINUTE
        clock.compare(START)
    # Two that agree count, however long after each other.
    clock.compare(START + DAY)
    uptime = HOUR
    clock.compare(START + DAY + HOUR)
    assert clock.now() == START + DAY + HOUR
