"""A scheduler whose jobs go on when the computer's clock is set back or forward."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import SystemClock

log = logging.getLogger(__name__)

SLACK = timedelta(seconds=10)
LONGEST_END_SECONDS = 5.0


class Scheduler(AsyncIOScheduler):  # type: ignore[misc]  # it carries no types
    """For jobs with an ``IntervalTrigger``.

    APScheduler stores the next run as an instant: when the clock is set back by an hour every job
    would rest for that hour, and when it is set forward by decades (a small computer that thinks
    it is 1970 until it hears from a time server) each second in between would be counted.
    """

    def _process_jobs(self) -> Any:
        now = SystemClock().now()
        for job in self.get_jobs():
            if abs(job.next_run_time - now) > job.trigger.interval + SLACK:
                log.debug("the clock was set; the next run is now")
                job.modify(next_run_time=now)
        return super()._process_jobs()

    async def finish(self) -> None:
        """Start nothing more, and wait for what is under way.

        APScheduler's own shutdown calls it off in the middle, and each is then an error in the log.
        """
        self.pause()
        under_way = self._lookup_executor("default")._pending_futures  # noqa: SLF001
        if under_way:
            await asyncio.wait(set(under_way), timeout=LONGEST_END_SECONDS)
        self.shutdown(wait=False)
