"""The disk is full (SQLite): the kernel refuses the bot's process to let any file grow.

The limit is put on the running process and lifted again, several times; some rounds end in a kill
while it is full. Nothing is acknowledged that is not stored: when there is room again every tap
becomes one row, and every reminder is sent once.
"""

import asyncio
import logging
import random
import resource
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.database.models import Cramp, Delivery, DeliveryStatus, Kind
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length
from tests.support.what_happens import assert_said
from tests.survival.common import (
    BotProcess,
    all_sent,
    check_entries,
    prepare,
    received,
    rows,
    sandbox,
)

log = logging.getLogger(__name__)

ROUNDS = soak_length(2, 3)
TAPPING = 6
RATE = 30
REMINDERS = 60 * ROUNDS
FULL_SECONDS = 2.0
SMALLEST_BYTES = 32_768
"""Less than the database and its write-ahead log have soon; more than the process logs."""
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)


def limit(process: BotProcess, size: int) -> None:
    """Limit the size of the files of a process; a write beyond it fails and does not kill it."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.parametrize("seed", [20270113])
async def test_full_again_and_again(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    async with sandbox() as (telegram, api):
        people = await prepare(sqlite_url, telegram, REMINDERS)
        telegram.faults.set("slow", method="sendMessage", seconds=0.04)
        process = BotProcess(sqlite_url, api, RATE, tmp_path / "log.txt")
        taps, kills, refused = 0, 0, 0
        await process.start()
        try:
            for number in range(ROUNDS):
                await telegram.wait_for(lambda: telegram.polling)
                await asyncio.sleep(chance.uniform(0.2, 0.6))
                limit(process, SMALLEST_BYTES)
                for person in people[:TAPPING]:
                    telegram.say(person, "/cramp")
                    taps += 1
                await asyncio.sleep(FULL_SECONDS)
                assert process.is_up
                refused += len(telegram.updates.waiting)
                if number % 2 == 0:
                    assert await process.end(signal.SIGKILL) == -signal.SIGKILL
                    kills += 1
                    telegram.polling = False  # the request that the kill cut off may still count
                    await process.start()
                else:
                    limit(process, resource.RLIM_INFINITY)
                await telegram.settled()
            await all_sent(sqlite_url)
            await telegram.wait_for(lambda: telegram.polling)
            assert await process.end() == 0
        finally:
            if process.is_up:
                await process.end(signal.SIGKILL)
        await check_entries(sqlite_url, taps)
        deliveries = await rows(sqlite_url, Delivery)
    arrived = received(people, telegram, "☕")
    status = Counter(row.status for row in deliveries)
    unknown = status[DeliveryStatus.UNKNOWN]
    log.warning(
        "%s times full, %s kills, %s taps of which %s waited, %s, %s log lines",
        *(ROUNDS, kills, taps, refused, dict(status), len(process.lines)),
    )
    assert refused > 0, "every tap found room: the test shows nothing"
    assert len(deliveries) == REMINDERS
    assert set(status) <= {DeliveryStatus.SENT, DeliveryStatus.UNKNOWN}
    assert unknown <= 8 * kills
    assert max(arrived.values()) == 1
    assert sum(arrived.values()) >= REMINDERS - unknown
    assert_said("the disk is full", process.lines)
    assert not any("cannot be made" in line for line in process.lines)
    assert not any("Traceback" in line for line in process.lines)


async def test_a_file_that_may_not_grow(harness: Harness) -> None:
    """SQLite's own error "database or disk is full", and what a person sees of it."""
    ann = await harness.set_up_person()
    await harness.live_until(STRETCH - timedelta(minutes=1))
    async with harness.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("PRAGMA max_page_count=1")  # as small as the file is now
    taps = await tap_until_full(harness, ann)
    # What is acknowledged is stored; its entry may still wait for room.
    assert len(await harness.rows(Cramp)) < taps
    answered = len(ann.bot_messages)
    harness.clock.set(STRETCH)
    async with harness.database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert len(ann.bot_messages) == answered, "an answer to what is not stored"
    await harness.settled()
    await harness.live_for(timedelta(seconds=5))
    keys = Counter(row.message_id for row in await harness.rows(Cramp))
    assert (len(keys), set(keys.values())) == (taps, {1})
    assert received([ann.telegram_person], harness.telegram, "🌙") == {ann.id: 1}
    nudges = [row for row in await harness.rows(Delivery) if row.kind is Kind.STRETCH]
    assert [row.status for row in nudges] == [DeliveryStatus.SENT]


async def tap_until_full(harness: Harness, ann: Someone) -> int:
    """Tap until a tap stays unacknowledged; returns the number of taps."""
    for taps in range(1, 200):  # the pages in use have room for some
        harness.telegram.say(ann.telegram_person, "/cramp")
        try:
            await harness.telegram.settled(timeout=3)
        except TimeoutError:
            return taps
    raise AssertionError("there was room for all of them")
