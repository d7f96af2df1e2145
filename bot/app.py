"""The one composition root: settings in, running bot out."""

import asyncio
import logging
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apscheduler.job import Job
from filelock import FileLock, Timeout
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes

from bot import __version__, metrics
from bot.clock import Clock, ShiftedClock, SystemClock
from bot.commands.backup import BackupError
from bot.commands.nightly_backup import make_nightly_backup
from bot.config import ConfigError, Settings
from bot.database.engine import Database
from bot.database.exclusive_lock import lock_of
from bot.database.migrate import migrate, newest_revision
from bot.dispatch import due_check
from bot.dispatch.dispatcher import Dispatcher
from bot.dispatch.leader import Leader
from bot.dispatch.pace import prepare_pace
from bot.features.data_export.queries import forget_before
from bot.features.diary_follow_ups import on_diary_changed
from bot.features.registry import FEATURES, USER_FLAGS, renderers
from bot.features.reminders.new_kinds import add_new_kinds
from bot.i18n.translator import Translator
from bot.identity.directory import Directory
from bot.local_time.tz_database import use_pinned_rules
from bot.operations import maintenance
from bot.operations.alerts.monitor import Monitor
from bot.operations.backlog import update_backlog_metrics
from bot.operations.health import Health
from bot.operations.logging import log_failure
from bot.operations.scheduler import Scheduler
from bot.telegram.bot_profile import commands, set_profile
from bot.telegram.context import Context, Deps
from bot.telegram.feature import on_sent_of
from bot.telegram.frame import Frame
from bot.telegram.http_client import new_polling_request, new_request
from bot.telegram.intake import ALLOWED_UPDATES, Intake, Polling
from bot.telegram.router import Router

if TYPE_CHECKING:
    from bot.operations.http_server import HttpServer

log = logging.getLogger(__name__)

TICK_SECONDS = 1
TAKE_OVER_SECONDS = 5
COUNT_SECONDS = 15
WATCH_SECONDS = 15
TIDY_SECONDS = 3600
LONGEST_WAIT_SECONDS = 30.0
WEBHOOK_PATH = "/telegram"


class App:
    """A bot that can be started and stopped; tests and sandbox give it a clock of their own."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        use_pinned_rules()
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database_url)
        self.deps = Deps(settings, self.database, self.clock, on_diary_changed, _command_menu)
        self._requests = (new_request(), new_polling_request())
        self.telegram = (
            Application.builder()
            .token(settings.token)
            .base_url(f"{settings.telegram_api_url}/bot")
            .base_file_url(f"{settings.telegram_api_url}/file/bot")
            .request(self._requests[0])
            .get_updates_request(self._requests[1])
            .context_types(ContextTypes(context=Context))
            .updater(None)
            .job_queue(None)
            .build()
        )
        directory = Directory()
        self.frame = Frame(self.telegram, self.deps, directory, on_sent_of(FEATURES))
        self.router = Router(FEATURES, self.deps, self.frame, directory)
        self.router.attach(self.telegram)
        self.intake = Intake(self.telegram, self.deps)
        self.health = Health(self.database, self.bot)
        self.leader = Leader(settings.database_url, self._on_elected, self._on_deposed)
        self.alerts = Monitor(self.deps, self.bot, lambda: self.leader.is_leader)
        self.dispatcher: Dispatcher | None = None
        self._polling: Polling | None = None
        self._scheduler: Scheduler | None = None
        self._tidying: Job | None = None
        self._http_server: HttpServer | None = None
        self._lock: FileLock | None = None
        self._backed_up_on: date | None = None

    @property
    def bot(self) -> Bot:
        return self.telegram.bot

    async def start(self) -> None:
        """Migrate, set the profile in Telegram, then take updates and send reminders.

        Raises:
            ConfigError: when a setting makes it impossible.
        """
        metrics.BUILD.labels(__version__, newest_revision()).set(1)
        self._keep_others_out()
        await migrate(self.settings.database_url, apart=True)
        await self._meet_telegram()
        await maintenance.replan_for_new_time_zone_rules(self.database, self.clock.now())
        await add_new_kinds(self.database, self.clock.now())
        await set_profile(self.bot, FEATURES)
        self.dispatcher = Dispatcher(
            self.deps,
            self.bot,
            await prepare_pace(self.database, self.settings.send_rate),
            renderers(self.deps),
            flags=USER_FLAGS,
        )
        await self.dispatcher.start()
        self.health.start()
        self._start_ticking()
        if self.settings.http_port is not None:
            await self._listen(self.settings.http_port)
        if self.settings.webhook_url is None:
            await self._keep_webhooks_in_use()
        else:
            await self._set_webhook(self.settings.webhook_url)
        await self.leader.start()
        self._say_hello()

    async def stop(self) -> None:
        """Finish what is in hand, then let go of everything."""
        self.deps.worker.begin_shutdown()
        await self.leader.stop()
        if self._http_server is not None:
            await self._http_server.stop()
        if self._scheduler is not None:
            await self._scheduler.finish()
        await self.health.stop()
        if self.dispatcher is not None:
            await self.dispatcher.stop()
        await self.deps.worker.stop()
        await self.telegram.shutdown()
        for request in self._requests:  # also after a start that failed half-way
            await request.shutdown()
        await self.database.close()
        if self._lock is not None:
            self._lock.release()

    async def live_until(self, instant: datetime) -> None:
        """Live through every due instant up to this one, moving the clock (sandbox and tests).

        Raises:
            TypeError: when the app runs by a clock that cannot be moved.
        """
        if not isinstance(self.clock, ShiftedClock) or self.dispatcher is None:
            raise TypeError("only a running app with a movable clock can live ahead")
        while True:
            await self.dispatcher.run_dry()
            due = await self.next_due()
            if due is None or due > instant:
                break
            self._move_to(self.clock, due)
        self._move_to(self.clock, instant)
        await self.dispatcher.run_dry()

    async def next_due(self) -> datetime | None:
        """The next instant at which something is due."""
        async with self.database.transaction() as session:
            return await due_check.next_due(session)

    @staticmethod
    def _move_to(clock: ShiftedClock, instant: datetime) -> None:
        if instant > clock.now():
            clock.set(instant)

    def _keep_others_out(self) -> None:
        path = self.settings.sqlite_path
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = lock_of(path)
        try:
            self._lock.acquire()
        except Timeout:
            raise ConfigError(f"DATABASE_URL: another process already uses {path.name}") from None

    async def _meet_telegram(self) -> None:
        """Ask Telegram who we are; wait for it as long as it cannot be reached."""
        pause = 1.0
        while True:
            try:
                await self.telegram.initialize()
            except InvalidToken:
                raise ConfigError("BOT_TOKEN: Telegram does not know it") from None
            except TelegramError as error:
                log.warning("Telegram cannot be reached (%s); waiting", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_WAIT_SECONDS)
            else:
                return

    def _start_ticking(self) -> None:
        self._scheduler = Scheduler()
        self._scheduler.every(TICK_SECONDS, self.run_tick, at_once=True)
        self._scheduler.every(TAKE_OVER_SECONDS, self._take_over)
        self._scheduler.every(COUNT_SECONDS, self._count, at_once=True)
        self._tidying = self._scheduler.every(TIDY_SECONDS, self._tidy)
        if self.settings.admin_user_ids:
            self._scheduler.every(WATCH_SECONDS, self.alerts.run_once)
        self._scheduler.start()

    async def run_tick(self) -> None:
        """Claim what is due; the scheduler calls it every second. Never raises."""
        if self.dispatcher is None:
            return
        try:
            await self.dispatcher.tick()
            self.health.record_tick()
        except Exception as error:
            log_failure(log, "the tick failed and will be tried again", error)

    async def _take_over(self) -> None:
        """Let go of what another replica held that is gone."""
        if self.dispatcher is None:
            return
        try:
            await self.dispatcher.recover()
        except Exception as error:
            log_failure(log, "nothing could be taken over; it will be tried again", error)

    async def _count(self) -> None:
        metrics.LOOP_LAG.set(self.health.take_lag())
        if self.dispatcher is not None:
            metrics.QUEUE.set(self.dispatcher.backlog)
        if self.leader.is_leader:
            try:
                await update_backlog_metrics(self.database, self.clock.now())
            except Exception as error:
                log.error("what waits could not be counted (%s)", type(error).__name__)

    async def _tidy(self) -> None:
        if self.leader.is_leader:
            try:
                await maintenance.delete_expired(
                    self.settings, self.database, forget_before, self.clock.now()
                )
            except Exception as error:
                log_failure(log, "tidying failed and will be tried again", error)
            await self._back_up()

    async def _back_up(self) -> None:
        """Once a day, where it is wanted."""
        today = self.clock.now().date()
        if self.settings.backup_dir is None or self._backed_up_on == today:
            return
        try:
            await make_nightly_backup(self.settings, self.clock.now())
            self._backed_up_on = today
        except (BackupError, ConfigError) as error:
            log.error("no backup was made and it will be tried again: %s", error)
        except Exception:
            log.exception("no backup was made and it will be tried again")
        self.alerts.record_backup(made=self._backed_up_on == today)

    async def _on_elected(self) -> None:
        """Poll and run the maintenance from now on: this process is the leader."""
        if self.settings.webhook_url is None:
            self._polling = Polling(self.telegram, self.intake)
            self._polling.start()
        if self._tidying is not None:
            self._tidying.modify(next_run_time=SystemClock().now())

    async def _on_deposed(self) -> None:
        if self._polling is not None:
            polling, self._polling = self._polling, None
            await polling.stop()

    async def _keep_webhooks_in_use(self) -> None:
        """Polling would silence a webhook that somebody may still need.

        Raises:
            ConfigError: when there is one.
        """
        hook = await self.bot.get_webhook_info()
        if hook.url:
            host = urlsplit(hook.url).hostname
            raise ConfigError(
                f"WEBHOOK_URL: not set, but Telegram sends updates to {host}; "
                "delete that webhook first if it is no longer in use"
            )

    async def _set_webhook(self, url: str) -> None:
        secret = self.settings.webhook_secret
        await self.bot.set_webhook(
            f"{url}{WEBHOOK_PATH}",
            secret_token=secret.get_secret_value() if secret else None,
            allowed_updates=list(ALLOWED_UPDATES),
        )

    async def _listen(self, port: int) -> None:
        from starlette.routing import Route  # noqa: PLC0415 - most bots listen to nobody

        from bot.operations.http_server import HttpServer  # noqa: PLC0415
        from bot.telegram.webhook import Webhook  # noqa: PLC0415

        routes = []
        if self.settings.webhook_url is not None and self.settings.webhook_secret is not None:
            webhook = Webhook(self.intake, self.settings.webhook_secret.get_secret_value())
            routes.append(Route(WEBHOOK_PATH, webhook.receive, methods=["POST"]))
        if self.settings.mini_app_url is not None:
            from bot.features.mini_app.routes import MiniApp  # noqa: PLC0415

            routes += MiniApp(self.deps, self.frame).routes
        self._http_server = HttpServer(routes, self.health.probes)
        await self._http_server.start(self.settings.http_host, port)

    def _say_hello(self) -> None:
        how = "webhook" if self.settings.webhook_url else "polling"
        who = "everyone" if not self.settings.allowed_user_ids else "the people allowed"
        log.info(
            "@%s is here for %s: takes messages by %s, sends up to %g reminders a second",
            self.bot.username,
            who,
            how,
            self.settings.send_rate,
        )


def _command_menu(tr: Translator) -> list[BotCommand]:
    return commands(tr, FEATURES)
