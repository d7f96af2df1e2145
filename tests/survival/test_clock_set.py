"""The computer's own clock is set while the bot runs: its ticks go on."""

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base
from apscheduler.triggers.interval import IntervalTrigger

from bot import clock
from bot.operations.scheduler import Scheduler
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS

SET = [
    timedelta(hours=-1),
    timedelta(hours=1),
    timedelta(days=-400),
    timedelta(days=365 * 57),
]


@pytest.mark.parametrize("by", SET, ids=str)
async def test_ticks_go_on_when_the_clock_is_set(
    by: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset = timedelta(0)

    class SetDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + offset

    for module in (base, clock):
        monkeypatch.setattr(module, "datetime", SetDatetime)
    ticks = 0
    first, three = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        first.set()
        if ticks >= 3:
            three.set()

    scheduler = Scheduler(timezone=UTC)
    scheduler.add_job(
        tick,
        IntervalTrigger(seconds=1, timezone=UTC),
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        await first.wait()
        offset = by
        ticks = 0
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            await three.wait()
    finally:
        scheduler.shutdown(wait=False)
