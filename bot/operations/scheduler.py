"""The scheduler of the periodic jobs; it keeps running when the system clock is set."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from functools import partial
from typing import Any

from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import SystemClock

log = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(seconds=10)
SHUTDOWN_TIMEOUT_SECONDS = 5.0


class Scheduler(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler has no types
    """Runs coroutine functions at fixed intervals, each at most once at a time."""

    def __init__(self) -> None:
        super().__init__(timezone=UTC)
        self._running: set[asyncio.Task[Any]] = set()

    def every(
        self,
        seconds: float,
        work: Callable[[], Awaitable[None]],
        *,
        at_once: bool = False,
    ) -> Job:
        """Run a job at an interval.

        Args:
            seconds: the interval.
            work: the job. A run that falls due while the last one still runs is skipped.
            at_once: run first when the scheduler starts, not only after one interval.
        """
        first = {"next_run_time": SystemClock().now()} if at_once else {}
        return self.add_job(
            partial(self._run, work),
            IntervalTrigger(seconds=seconds, timezone=UTC),
            name=getattr(work, "__qualname__", repr(work)),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            **first,
        )

    async def pause_when_idle(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Start no more jobs until ``resume``, and wait for those that are running.

        Args:
            timeout: how many seconds to wait at most; None: until they have ended.
        """
        self.pause()
        await asyncio.sleep(0)  # a job that was submitted already gets into _running
        if self._running:
            await asyncio.wait(set(self._running), timeout=timeout)

    async def finish(self) -> None:
        """Start no more jobs, wait for those that are running, then shut down.

        APScheduler's own ``shutdown`` cancels running jobs and logs each as an error.
        """
        await self.pause_when_idle(SHUTDOWN_TIMEOUT_SECONDS)
        self.shutdown(wait=False)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("APScheduler runs coroutine functions in tasks")
        self._running.add(task)
        try:
            await work()
        finally:
            self._running.discard(task)

    def _process_jobs(self) -> Any:
        """Run what is due.

        This overrides a private method of APScheduler, so a test checks that it is called.

        APScheduler stores the next run as an instant. When the clock is set back by an hour, no
        job would run for that hour. When it is set forward by decades (a computer without a
        battery starts in 1970 and then asks a time server), APScheduler would step through every
        second in between.
        """
        now = SystemClock().now()
        for job in self.get_jobs():
            if abs(job.next_run_time - now) > job.trigger.interval + CLOCK_TOLERANCE:
                log.debug("the clock was set; the next run is now")
                job.modify(next_run_time=now)
        return super()._process_jobs()
