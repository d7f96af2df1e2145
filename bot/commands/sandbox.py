"""The sandbox and the real bot in one process: what ``make run`` starts without a token."""

import logging
import secrets
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app import App
from bot.clock import ShiftedClock
from bot.config import ConfigError, Settings
from bot.sandbox.server import LOOPBACK, create_app, serve
from bot.sandbox.telegram import Telegram

log = logging.getLogger(__name__)


class BotControls:
    """What the sandbox page can do with the bot: start it, stop it, fast-forward its clock."""

    def __init__(self, settings: Settings, clock: ShiftedClock) -> None:
        self.settings = settings
        self._clock = clock
        self._app: App | None = None

    @property
    def bot_running(self) -> bool:
        """Whether the bot is running."""
        return self._app is not None

    @property
    def bot_url(self) -> str | None:
        """Where the bot's own HTTP server listens, with people's addresses that log a cramp."""
        return self.settings.public_url

    async def start_bot(self) -> None:
        """Start the bot, unless it is running."""
        if self._app is None:
            app = App(self.settings, clock=self._clock)
            await app.start()
            self._app = app
            await app.load()

    async def stop_bot(self) -> None:
        """Stop the bot. Updates wait in the sandbox until it is started again."""
        if self._app is not None:
            app, self._app = self._app, None
            await app.stop()

    async def next_due(self) -> datetime | None:
        """The instant at which the next reminder is due; None when there is none or no bot."""
        return await self._app.next_due() if self._app is not None else None

    async def fast_forward_to(self, at: datetime) -> None:
        """Move the clock to an instant and let the bot send everything due until then.

        While the bot is stopped, only the clock moves.
        """
        if self._app is not None:
            await self._app.fast_forward_to(at)
        elif at > self._clock.now():
            self._clock.set(at)


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


async def run_sandbox(settings: Settings, until_stopped: Callable[[], Awaitable[object]]) -> None:
    """Serve the sandbox page and its Bot API with the real bot, until stopped.

    The sandbox keeps its chats in memory, so the bot gets a new temporary database each time.
    """
    clock = ShiftedClock()
    token = f"1:{secrets.token_urlsafe(24)}"  # no other page can guess it
    telegram = Telegram(clock, token=token)
    controls = BotControls(settings, clock)
    try:
        server = await serve(create_app(telegram, controls), port=settings.sandbox_port)
    except OSError:
        raise ConfigError(
            f"SANDBOX_PORT: {settings.sandbox_port} is taken; choose another"
        ) from None
    port = _free_port()
    with TemporaryDirectory(prefix="calmcalf-sandbox-") as folder:
        controls.settings = settings.model_copy(
            update={
                "bot_token": SecretStr(token),
                "database_url": f"sqlite+aiosqlite:///{Path(folder) / 'sandbox.db'}",
                "telegram_api_url": server.url,
                "allowed_user_ids": frozenset[int](),
                "operator_name": settings.operator_name or "Ada Example",
                "operator_contact": settings.operator_contact or "ada@example.org",
                "webhook_url": None,
                "mini_app_url": None,
                # On this computer alone, so plain http will do.
                "public_url": f"http://{LOOPBACK}:{port}",
                "http_host": LOOPBACK,
                "http_port": port,
                "backup_dir": None,  # backups of the sandbox must not replace real ones
            }
        )
        try:
            await controls.start_bot()
            log.info("This is a sandbox, not Telegram. Open %s in a browser.", server.url)
            await until_stopped()
        finally:
            await controls.stop_bot()
            await server.close()
