"""A scheduler whose jobs go on when the computer's clock is set back or forward."""

import logging
from datetime import timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import SystemClock

log = logging.getLogger(__name__)

SLACK = timedelta(seconds=10)


class SteadyScheduler(AsyncIOScheduler):  # type: ignore[misc]  # it carries no types
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
