"""The periodic jobs other than sending reminders: metrics, deletion, nightly backup, alerts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from apscheduler.job import Job

from bot import metrics
from bot.clock import CheckedClock, SystemClock
from bot.config import Settings
from bot.database import last_seen
from bot.database.facts import set_fact
from bot.operations import batches
from bot.operations.alerts.monitor import Monitor
from bot.operations.backlog import update_backlog_metrics
from bot.operations.batches import Task
from bot.operations.disk import update_disk_metrics
from bot.operations.health import Health
from bot.operations.logging import log_failure
from bot.operations.maintenance import (
    delete_expired,
    plan_far_reminders_anew,
    remove_upgrade_copies,
)
from bot.operations.revocation_list import RevocationList
from bot.operations.scheduler import Scheduler
from bot.telegram.context import Deps

log = logging.getLogger(__name__)

METRICS_SECONDS = 15
ALERTS_SECONDS = 15
REVOCATIONS_SECONDS = 60
"""How long an erasure, or a consent that was taken back, may be missing from the list outside of
the database."""
PLANS_SECONDS = 60
"""The interval of the job that corrects reminders planned too far ahead. If there are none, it
reads one entry of an index."""
CLOCK_SECONDS = 60
MAINTENANCE_SECONDS = 3600
FAILING_FACT = "failing_jobs"
"""The fact whose value names the jobs of the leader that failed the last time, with commas."""
RETRY_SECONDS = 5.0
"""The pause after which a task over everybody goes on after an error."""

BackUp = Callable[[datetime], Awaitable[bool | None]]
"""Makes the backup of the day; returns whether it was made, or None when there is nothing to do."""

TasksOfTheDay = Callable[[Settings, datetime], Sequence[Task]]
"""The tasks over everybody that are due once on the day (UTC) of an instant."""


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
        back_up: BackUp,
        tasks: Sequence[Task],
        tasks_of_the_day: TasksOfTheDay,
    ) -> None:
        self._deps = deps
        self._health = health
        self._alerts = alerts
        self._is_leader = is_leader
        self._queue_length = queue_length
        self._back_up = back_up
        self._tasks = tasks
        self._tasks_of_the_day = tasks_of_the_day
        self._leaders_jobs: list[Job] = []
        self._failing: set[str] = set()
        """Names of the jobs that failed the last time."""
        self._stored_failing: set[str] | None = None
        """The names that are stored; None: not known, because another process may have stored
        some."""
        self._revocations = RevocationList(deps.settings, deps.database)

    def schedule(self, scheduler: Scheduler) -> None:
        """Add the jobs to a scheduler."""
        scheduler.every(METRICS_SECONDS, self.update_metrics, at_once=True)
        scheduler.every(CLOCK_SECONDS, self.check_clock)
        self._leaders_jobs = [
            scheduler.every(MAINTENANCE_SECONDS, self.catch_up),
            scheduler.every(MAINTENANCE_SECONDS, self.run_maintenance),
            scheduler.every(REVOCATIONS_SECONDS, self.record_revocations),
            scheduler.every(PLANS_SECONDS, self.plan_anew),
        ]
        if self._deps.settings.admin_user_ids:
            scheduler.every(ALERTS_SECONDS, self._alerts.run_once)

    def run_leaders_jobs_soon(self) -> None:
        """Run the jobs of the leader now instead of after the rest of the hour."""
        for job in self._leaders_jobs:
            job.modify(next_run_time=SystemClock().now())

    async def check_clock(self) -> None:
        """Ask Telegram what time it is, if this computer's clock was set since it last answered.

        A replica behind a webhook may not call it for hours, and it may be the clock that nobody
        can set which is wrong: it stood still while a virtual machine was paused. Never raises.
        """
        clock = self._deps.clock
        if isinstance(clock, CheckedClock) and clock.is_in_doubt:
            await self._health.ask_telegram()

    async def update_metrics(self) -> None:
        """Set the gauges that are not set where something happens. Never raises."""
        metrics.LOOP_LAG.set(self._health.take_lag())
        metrics.QUEUE.set(self._queue_length())
        with self._noted("disk", "the disk could not be measured"):
            await asyncio.to_thread(update_disk_metrics, self._deps.settings)
        if not self._is_leader():
            self._stored_failing = None
            return
        with self._noted("backlog", "the backlog could not be counted"):
            await update_backlog_metrics(self._deps.database, self._deps.clock.now())
            await self._store_failing()

    @contextmanager
    def _noted(self, name: str, what: str) -> Iterator[None]:
        """Record whether the job in the ``with`` block fails, and log it if it does.

        Args:
            name: of the job.
            what: what is said in the log of its failure.
        """
        try:
            yield
        except Exception as error:
            self._failing.add(name)
            log_failure(log, what, error)
        else:
            self._failing.discard(name)

    async def _store_failing(self) -> None:
        """Store which jobs fail, so that every replica can say so."""
        if self._failing == self._stored_failing:
            return
        failing = set(self._failing)
        async with self._deps.database.transaction() as session:
            await set_fact(session, FAILING_FACT, ",".join(sorted(failing)))
        self._stored_failing = failing

    async def catch_up(self) -> None:
        """Do what a new version has to change for everybody. Never raises.

        People are served meanwhile, and it returns early when this process is not the leader.
        """
        for task in self._tasks:
            while self._is_leader():
                is_over = False
                with self._noted(task.name, f"{task.name}: a batch failed and will be tried again"):
                    await batches.run(self._deps.database, self._deps.clock, task, self._is_leader)
                    is_over = True
                if is_over:
                    break
                await asyncio.sleep(RETRY_SECONDS)

    async def record_last_seen(self) -> None:
        """Record what the SQLite file contains, so that a later start notices a loss.

        Never raises.
        """
        path = self._deps.settings.sqlite_path
        if path is None:
            return
        with self._noted("last_seen", "what the database holds was not noted"):
            await last_seen.record(self._deps.database, path, SystemClock().now())

    async def record_revocations(self, *, is_full: bool = False) -> None:
        """Note outside of the database, too, who was erased or took back consent. Never raises."""
        if not self._is_leader():
            return
        with self._noted("revocations", "erasures were not noted outside"):
            await self._revocations.update(self._deps.clock.now(), is_full=is_full)

    async def plan_anew(self) -> None:
        """Plan reminders again that a wrong clock has planned too far ahead. Never raises.

        This is a job of its own, because the maintenance may still run when the clock is right
        again.
        """
        if not self._is_leader():
            return
        with self._noted("plans", "reminders due too far ahead were not planned anew"):
            now = self._deps.clock.now()
            await plan_far_reminders_anew(self._deps.database, now, self._is_leader)

    async def run_maintenance(self) -> None:
        """Delete what has expired and make the nightly backup. Never raises."""
        if not self._is_leader():
            return
        await self.record_last_seen()
        deps = self._deps
        now, database = deps.clock.now(), deps.database
        await self.plan_anew()
        with self._noted("deletion", "expired rows were not deleted; this will be tried again"):
            await delete_expired(database, now, self._is_leader)
            for task in self._tasks_of_the_day(deps.settings, now):
                await batches.run(database, deps.clock, task, self._is_leader)
            await database.truncate_log()
        try:
            await remove_upgrade_copies(deps.settings, deps.clock.now())
        except OSError as error:
            log.error("the copy from before the upgrade stays (%s)", error.strerror)
        made = await self._back_up(deps.clock.now())
        await self.record_revocations(is_full=True)
        if made is not None:
            self._alerts.record_backup(made=made)
            (self._failing.discard if made else self._failing.add)("backup")
