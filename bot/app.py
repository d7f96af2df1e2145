"""The composition root: makes a running bot from the settings."""

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from telegram import Bot, BotCommand

from bot import __version__, metrics
from bot.clock import CheckedClock, Clock, ShiftedClock, SystemClock
from bot.commands.backup import refuse_pooler_for_backups
from bot.commands.nightly_backup import NightlyBackup
from bot.commands.revoke_again import revoke_again_if_older
from bot.config import ConfigError, Settings
from bot.database import last_seen
from bot.database.engine import Database
from bot.database.exclusive_lock import lock_of
from bot.database.migrate import migrate, newest_revision
from bot.database.sqlite_preflight import refuse_file
from bot.dispatch import next_due_check
from bot.dispatch.dispatcher import Dispatcher
from bot.dispatch.leader import Leader
from bot.dispatch.pace import prepare_pace
from bot.dispatch.tidying import Tidier
from bot.features.administration.broadcaster import Broadcaster
from bot.features.cramps.old_cards import OldEntryCards
from bot.features.data_export.private_ids import PRIVATE_UIDS
from bot.features.data_export.retention import tasks_of_the_day
from bot.features.diary_follow_ups import on_diary_changed
from bot.features.experiments.off_list import TASK as TESTS_OFF_LIST
from bot.features.health_profile.everybody import gates_for_everybody
from bot.features.registry import FEATURES, USER_FLAGS, renderers
from bot.features.relief.timer import ReliefTimer
from bot.features.reminders.new_kinds import NEW_KINDS
from bot.features.reminders.stretch_counter import StretchCounter
from bot.features.users.new_keyboard import NEW_KEYBOARD
from bot.i18n.translator import Translator
from bot.identity.people_store import PeopleStore
from bot.local_time.tz_database import use_pinned_rules
from bot.operations.alerts.monitor import Monitor
from bot.operations.health import Health
from bot.operations.logging import log_failure
from bot.operations.maintenance import new_time_zone_rules
from bot.operations.periodic_jobs import PeriodicJobs
from bot.operations.scheduler import Scheduler
from bot.telegram import startup
from bot.telegram.admin_menus import set_admin_menus
from bot.telegram.bot_profile import commands, set_profile
from bot.telegram.context import Deps
from bot.telegram.feature import jobs_of, load_all, on_sent_of, sent_ids_of
from bot.telegram.frame import Frame
from bot.telegram.http_client import new_polling_request, new_request
from bot.telegram.intake import RENEW_SECONDS, Intake
from bot.telegram.job_runner import JobRunner
from bot.telegram.polling import Polling
from bot.telegram.reply_sending import ReplySender
from bot.telegram.router import Router

if TYPE_CHECKING:
    from bot.operations.http_server import HttpServer

log = logging.getLogger(__name__)

LOCK_SECONDS = 1
"""How long a start waits for the lock file, which ``check --deep`` holds for a moment."""
TICK_SECONDS = 1
RECOVER_SECONDS = 5
JOB_SECONDS = 5
WEBHOOK_PATH = "/telegram"


class App:
    """A bot that can be started and stopped. Tests and the sandbox pass a clock of their own."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        use_pinned_rules()
        if settings.sqlite_path is not None:
            refuse_file(settings.sqlite_path)
        self.settings = settings
        self.clock = clock or CheckedClock(SystemClock())
        self.database = Database(
            settings.database_url, is_impatient=True, revision=newest_revision()
        )
        self.deps = Deps(
            settings,
            self.database,
            self.clock,
            on_diary_changed,
            command_menu=_command_menu,
            admin_menu=_admin_menu,
            started_at=self.clock.now(),
        )
        on_time = self.clock.compare if isinstance(self.clock, CheckedClock) else None
        self._requests = (
            new_request(settings.proxy, on_time),
            new_polling_request(settings.proxy, on_time),
        )
        self.telegram = startup.new_application(settings, *self._requests)
        directory = PeopleStore()
        self.frame = Frame(self.telegram, self.deps, directory, self.deps.process)
        self.router = Router(FEATURES, self.deps, self.frame, directory)
        self.router.attach(self.telegram)
        replies = ReplySender(
            self.deps, self.bot, self.frame, on_sent_of(FEATURES), sent_ids_of(FEATURES)
        )
        self.intake = Intake(self.telegram, self.deps, self.frame, replies)
        self.job_runner = JobRunner(self.deps, self.frame, replies, jobs_of(FEATURES))
        self.leader = Leader(
            self.database,
            self.frame.holder,
            self._on_elected,
            self._on_deposed,
            self._unpolled_seconds,
        )
        polls = settings.webhook_url is None
        self.health = Health(
            self.database, self.bot, self.leader.polling_trouble if polls else None
        )
        self.stretches = StretchCounter(self.deps, self.bot)
        self.reliefs = ReliefTimer(self.deps, self.bot)
        self.alerts = Monitor(
            self.deps,
            self.bot,
            lambda: self.leader.is_leader,
            self._unpolled_seconds,
            lambda: self.leader.unled_seconds,
        )
        self.dispatcher: Dispatcher | None = None
        self.tidier: Tidier | None = None
        self.broadcaster: Broadcaster | None = None
        self.jobs = self._periodic_jobs()
        self._polling: Polling | None = None
        self._scheduler: Scheduler | None = None
        self._http_server: HttpServer | None = None
        self._lock: FileLock | None = None
        self._is_started = False

    def _periodic_jobs(self) -> PeriodicJobs:
        return PeriodicJobs(
            self.deps,
            self.health,
            self.alerts,
            is_leader=lambda: self.leader.is_leader,
            queue_length=lambda: self.dispatcher.backlog if self.dispatcher else 0,
            back_up=NightlyBackup(self.settings).run_if_due,
            tasks=(
                new_time_zone_rules(),
                NEW_KINDS,
                NEW_KEYBOARD,
                gates_for_everybody(self.frame.store),
                TESTS_OFF_LIST,
                PRIVATE_UIDS,
            ),
            tasks_of_the_day=tasks_of_the_day,
        )

    @property
    def bot(self) -> Bot:
        return self.telegram.bot

    async def start(self) -> None:
        """Migrate, set the profile in Telegram, then take updates and send reminders.

        Raises:
            ConfigError: a setting makes this impossible.
        """
        metrics.BUILD.labels(__version__, newest_revision()).set(1)
        self._lock_database()
        if self.settings.sqlite_path is not None:
            await asyncio.to_thread(last_seen.compare, self.settings.sqlite_path)
        await migrate(self.settings.database_url, apart=True)
        pooling = await refuse_pooler_for_backups(self.settings)
        await self.database.keep_statements_if_possible(pooling)
        await revoke_again_if_older(self.settings, self.database, self.deps.clock.now())
        await startup.log_in(self.telegram)
        await set_profile(self.bot, self.database, FEATURES)
        await set_admin_menus(self.deps, self.bot)
        pace = await prepare_pace(self.database, self.settings.send_rate)
        written = renderers(self.deps)
        self.dispatcher = Dispatcher(self.deps, self.bot, pace, written, flags=USER_FLAGS)
        await self.dispatcher.start()
        self.tidier = Tidier(
            self.deps,
            self.bot,
            pace,
            self.dispatcher,
            written,
            lambda: self.leader.is_leader,
            (OldEntryCards(),),
        )
        self.tidier.start()
        self.broadcaster = Broadcaster(
            self.deps, self.bot, pace, self.dispatcher, lambda: self.leader.is_leader
        )
        await self.intake.renew()
        self.job_runner.start()
        self.health.start()
        await self.intake.recover()
        self._start_scheduler()
        if self.settings.http_port is not None:
            await self._listen(self.settings.http_port)
        if self.settings.webhook_url is None:
            await startup.refuse_webhook(self.bot)
        else:
            url = f"{self.settings.webhook_url}{WEBHOOK_PATH}"
            await startup.set_webhook(self.bot, url, self.settings.webhook_secret)
        await self.leader.start()
        self._is_started = True
        self._log_start()

    async def load(self) -> None:
        """Load what typed text needs; taps are answered meanwhile.

        Not in a thread: malloc would need an arena of its own, which is 10 MB more.
        """
        for _ in load_all(FEATURES):
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Finish the work in hand, then release everything. Also after a start that failed."""
        self.deps.worker.begin_shutdown()
        await self.leader.stop()
        if self._http_server is not None:
            await self._http_server.stop()
        await self.intake.stop()
        if self._scheduler is not None:
            await self._scheduler.finish()
        await self.job_runner.stop()
        await self.stretches.stop()
        await self.reliefs.stop()
        await self.health.stop()
        if self.tidier is not None:
            await self.tidier.stop()
        if self.dispatcher is not None:
            await self.dispatcher.stop()
        if self._is_started:
            await self.jobs.record_last_seen()
        await self.deps.worker.stop()
        await self.telegram.shutdown()
        for request in self._requests:
            await request.shutdown()
        await self.database.close()
        if self._lock is not None:
            self._lock.release()

    async def fast_forward_to(self, instant: datetime) -> None:
        """Move the clock from one due instant to the next, up to an instant (sandbox and tests).

        Raises:
            TypeError: the app is not running, or its clock cannot be moved.
        """
        if not isinstance(self.clock, ShiftedClock):
            raise TypeError("only an app with a ShiftedClock can be fast-forwarded")
        while True:
            await self._run_dry()
            due = await self.next_due()
            if due is None or due > instant:
                break
            self._move_to(self.clock, due)
        self._move_to(self.clock, instant)
        await self._run_dry()

    async def _run_dry(self) -> None:
        if self.dispatcher is None or self.tidier is None or self.broadcaster is None:
            raise TypeError("only a running app can be fast-forwarded")
        await self.reliefs.run_dry()
        await self.dispatcher.run_dry()
        await self.tidier.run_dry()
        await self.broadcaster.run_dry()

    async def next_due(self) -> datetime | None:
        """The instant at which the next reminder or minute of a relief is due, or None."""
        async with self.database.transaction() as session:
            found = (await next_due_check.next_due(session), self.reliefs.next_at)
        return min((instant for instant in found if instant is not None), default=None)

    @staticmethod
    def _move_to(clock: ShiftedClock, instant: datetime) -> None:
        if instant > clock.now():
            clock.set(instant)

    def _lock_database(self) -> None:
        """Take the lock file beside an SQLite database, so that no second bot runs on it."""
        path = self.settings.sqlite_path
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock_of(path)
        try:
            self._lock.acquire(timeout=LOCK_SECONDS)
        except Timeout:
            raise ConfigError(f"DATABASE_URL: another process already uses {path.name}") from None

    def _start_scheduler(self) -> None:
        self._scheduler = Scheduler()
        self._scheduler.every(TICK_SECONDS, self.run_tick, at_once=True)
        self._scheduler.every(TICK_SECONDS, self.stretches.tick)
        self._scheduler.every(TICK_SECONDS, self.reliefs.tick)
        if self.broadcaster is not None:
            self._scheduler.every(TICK_SECONDS, self.broadcaster.tick)
        self._scheduler.every(RECOVER_SECONDS, self._recover)
        self._scheduler.every(RENEW_SECONDS, self._renew_lease)
        self._scheduler.every(JOB_SECONDS, self.job_runner.tick)
        self.jobs.schedule(self._scheduler)
        self._scheduler.start()

    async def run_tick(self) -> None:
        """Claim due reminders; the scheduler calls this every second. Never raises."""
        if self.dispatcher is None:
            return
        try:
            await self.dispatcher.tick()
            self.health.record_tick()
        except Exception as error:
            log_failure(log, "the tick failed and will be tried again", error)

    async def _recover(self) -> None:
        """Release what a replica that died had claimed, and take over its updates."""
        if self.dispatcher is None:
            return
        try:
            await self.dispatcher.recover()
        except Exception as error:
            log_failure(
                log, "claims of dead replicas were not released; this will be tried again", error
            )
        try:
            await self.intake.recover()
        except Exception as error:
            log_failure(log, "updates were not taken over; this will be tried again", error)

    async def _renew_lease(self) -> None:
        """Show other replicas that this process is alive."""
        try:
            await self.intake.renew()
        except Exception as error:
            log_failure(log, "the lease was not renewed; this will be tried again", error)

    async def _on_elected(self) -> None:
        """Poll and run the maintenance from now on: this process is the leader."""
        if self.settings.webhook_url is None:
            self._polling = Polling(self.bot, self.intake, lambda: self.leader.is_leader)
            self._polling.start()
        self.jobs.run_leaders_jobs_soon()

    async def _on_deposed(self) -> None:
        if self._polling is not None:
            polling, self._polling = self._polling, None
            await polling.stop()

    def _unpolled_seconds(self) -> float | None:
        """Seconds since Telegram last answered a poll of this process; None if it does not poll."""
        return None if self._polling is None else self._polling.unpolled_seconds

    async def _listen(self, port: int) -> None:
        from starlette.routing import Route  # noqa: PLC0415 - most bots have no HTTP server

        from bot.operations.http_server import HttpServer  # noqa: PLC0415
        from bot.telegram.webhook import Webhook  # noqa: PLC0415

        routes = []
        if self.settings.webhook_url is not None and self.settings.webhook_secret is not None:
            webhook = Webhook(self.intake, self.settings.webhook_secret.get_secret_value())
            routes.append(Route(WEBHOOK_PATH, webhook.receive, methods=["POST"]))
        if self.settings.mini_app_url is not None:
            from bot.features.mini_app.routes import MiniApp  # noqa: PLC0415

            routes += MiniApp(self.deps, self.frame).routes
        if self.settings.reachable_url is not None:
            from bot.features.log_address.routes import LogAddresses  # noqa: PLC0415

            routes += LogAddresses(self.deps, self.frame).routes
        self._http_server = HttpServer(
            routes, self.health.probes, trusted_proxies=self.settings.trusted_proxies
        )
        await self._http_server.start(self.settings.http_host, port)

    def _log_start(self) -> None:
        how = "webhook" if self.settings.webhook_url else "polling"
        who = "everyone" if self.settings.is_open else "the people allowed"
        log.info(
            "@%s is here for %s: takes messages by %s, sends up to %g reminders a second",
            self.bot.username,
            who,
            how,
            self.settings.send_rate,
        )


def _command_menu(tr: Translator) -> list[BotCommand]:
    return commands(tr, FEATURES)


def _admin_menu(tr: Translator) -> list[BotCommand]:
    return commands(tr, FEATURES, is_admin=True)
