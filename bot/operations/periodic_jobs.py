"""The periodic jobs other than sending reminders: metrics, deletion, nightly backup, alerts."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.job import Job

from bot import metrics
from bot.clock import SystemClock
from bot.operations.alerts.monitor import Monitor
from bot.operations.backlog import update_backlog_metrics
from bot.operations.health import Health
from bot.operations.logging import log_failure
from bot.operations.maintenance import DeleteOld, delete_expired
from bot.operations.scheduler import Scheduler
from bot.telegram.context import Deps

log = logging.getLogger(__name__)

METRICS_SECONDS = 15
ALERTS_SECONDS = 15
MAINTENANCE_SECONDS = 3600

BackUp = Callable[[datetime], Awaitable[bool | None]]
"""Makes the backup of the day; returns whether it was made, or None when there is nothing to do."""


class PeriodicJobs:
    """Of several replicas, only the leader runs the jobs that change or measure the database."""

    def __init__(
        self,
        deps: Deps,
        health: Health,
        alerts: Monitor,
        *,
        is_leader: Callable[[], bool],
        queue_length: Callable[[], int],
        delete_old: DeleteOld,
        back_up: BackUp,
    ) -> None:
        self._deps = deps
        self._health = health
        self._alerts = alerts
        self._is_leader = is_leader
        self._queue_length = queue_length
        self._delete_old = delete_old
        self._back_up = back_up
        self._maintenance: Job | None = None

    def schedule(self, scheduler: Scheduler) -> None:
        """Add the jobs to a scheduler."""
        scheduler.every(METRICS_SECONDS, self.update_metrics, at_once=True)
        self._maintenance = scheduler.every(MAINTENANCE_SECONDS, self.run_maintenance)
        if self._deps.settings.admin_user_ids:
            scheduler.every(ALERTS_SECONDS, self._alerts.run_once)

    def run_maintenance_soon(self) -> None:
        """Run the maintenance now instead of after the rest of the hour."""
        if self._maintenance is not None:
            self._maintenance.modify(next_run_time=SystemClock().now())

    async def update_metrics(self) -> None:
        """Set the gauges that are not set where something happens. Never raises."""
        metrics.LOOP_LAG.set(self._health.take_lag())
        metrics.QUEUE.set(self._queue_length())
        if self._is_leader():
            try:
                await update_backlog_metrics(self._deps.database, self._deps.clock.now())
            except Exception as error:
                log.error("the backlog could not be counted (%s)", type(error).__name__)

    async def run_maintenance(self) -> None:
        """Delete what has expired and make the nightly backup. Never raises."""
        if not self._is_leader():
            return
        now = self._deps.clock.now()
        try:
            await delete_expired(self._deps.settings, self._deps.database, self._delete_old, now)
        except Exception as error:
            log_failure(log, "expired rows were not deleted; this will be tried again", error)
        made = await self._back_up(now)
        if made is not None:
            self._alerts.record_backup(made=made)
