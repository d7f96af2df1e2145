"""The scheduler: jobs keep running when the clock is set, and running jobs end at shutdown.

The last tests say in plain words what a new version of APScheduler would break.
"""

import asyncio
from datetime import datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import clock
from bot.operations.scheduler import Scheduler
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS

CHANGES = [
    timedelta(hours=-1),
    timedelta(hours=1),
    timedelta(days=-400),
    timedelta(days=365 * 57),
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
async def test_jobs_keep_running_when_the_clock_is_set(
    change: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset = timedelta(0)

    class SetDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + offset

    for module in (base, clock):
        monkeypatch.setattr(module, "datetime", SetDatetime)
    runs = 0
    first, third = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        first.set()
        if runs >= 3:
            third.set()

    scheduler = Scheduler()
    scheduler.every(1, job, at_once=True)
    scheduler.start()
    try:
        await first.wait()
        offset = change
        runs = 0
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            await third.wait()
    finally:
        scheduler.shutdown(wait=False)


async def test_finish_waits_for_running_jobs_and_starts_no_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, may_end, has_ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
    starts = 0

    async def job() -> None:
        nonlocal starts
        starts += 1
        begun.set()
        await may_end.wait()
        has_ended.set()

    scheduler = Scheduler()
    scheduler.every(0.01, job, at_once=True)
    scheduler.start()
    await begun.wait()
    finishing = asyncio.create_task(scheduler.finish())
    await asyncio.sleep(0.05)
    assert not finishing.done()
    may_end.set()
    await finishing
    assert has_ended.is_set()
    assert starts == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_finish_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.operations.scheduler.SHUTDOWN_TIMEOUT_SECONDS", 0.1)
    begun = asyncio.Event()

    async def job() -> None:
        begun.set()
        await asyncio.Event().wait()

    scheduler = Scheduler()
    scheduler.every(1, job, at_once=True)
    scheduler.start()
    await begun.wait()
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        await scheduler.finish()


def test_apscheduler_still_has_the_private_method_that_scheduler_overrides() -> None:
    assert "_process_jobs" in vars(base.BaseScheduler) | vars(AsyncIOScheduler), (
        "APScheduler no longer has _process_jobs(). Scheduler in bot/operations/scheduler.py "
        "overrides it to notice that the clock was set; it needs another place to do so."
    )
    assert "_process_jobs" in AsyncIOScheduler.wakeup.__wrapped__.__code__.co_names, (
        "AsyncIOScheduler.wakeup() no longer calls _process_jobs(), so Scheduler in "
        "bot/operations/scheduler.py would not notice that the clock was set."
    )
