"""The process may open no more files and connections (``ulimit -n``), and may again later."""

import asyncio
import resource
from pathlib import Path

from bot.database.models import Delivery, DeliveryStatus, FailedUpdate
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from bot.trouble_log import NO_MORE_FILES
from tests.support.waiting import replied
from tests.support.what_happens import assert_said
from tests.survival.common import BotProcess, all_sent, prepare, received, rows, sandbox

REMINDERS = 12
NO_FURTHER = 3
"""Every number below is taken for good, so what is closed makes no room."""


async def test_reminders_wait_and_one_line_says_why(database_url: str, tmp_path: Path) -> None:
    async with sandbox() as (telegram, api):
        people = await prepare(database_url, telegram, REMINDERS)
        process = BotProcess(database_url, api, 5, tmp_path / "log.txt")
        async with process.up():
            await telegram.wait_for(lambda: len(telegram.calls_of("sendMessage")) >= 2)
            _, most = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (NO_FURTHER, most))
            telegram.faults.set("drop_before", method="sendMessage", times=1)
            telegram.faults.set("drop_before", method="getUpdates", times=2)
            telegram.say(people[0], "what is this")  # ends the poll; the next one is cut off
            async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
                while not any(NO_MORE_FILES in line for line in process.lines):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            telegram.faults.clear()
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (most, most))
            await all_sent(database_url)
            await replied(telegram, people[0])
            assert await process.end() == 0
        deliveries = await rows(database_url, Delivery)
        assert await rows(database_url, FailedUpdate) == []
    unknown = sum(row.status is DeliveryStatus.UNKNOWN for row in deliveries)
    arrived = received(people, telegram, "☕")
    assert len(deliveries) == REMINDERS
    assert unknown <= 1  # the one whose connection was cut off
    assert sum(arrived.values()) == REMINDERS - unknown
    assert max(arrived.values()) == 1
    what = "no more files and connections can be opened (`ulimit -n`)"
    assert_said(what, process.lines, most=3)  # reminders, polling, updates
    assert not any("Traceback" in line for line in process.lines)
