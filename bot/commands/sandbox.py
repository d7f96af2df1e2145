"""The sandbox with the real bot in it, in one process: what ``make run`` starts without a token."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app import App
from bot.clock import ShiftedClock
from bot.config import ConfigError, Settings
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram

log = logging.getLogger(__name__)

TOKEN = "1:sandbox-token"  # noqa: S105  (the sandbox's own; worth nothing elsewhere)


class Playground:
    """What the sandbox page may do with the bot: stop it, start it, live ahead."""

    def __init__(self, settings: Settings, clock: ShiftedClock) -> None:
        self.settings = settings
        self._clock = clock
        self._app: App | None = None

    @property
    def bot_running(self) -> bool:
        return self._app is not None

    async def start_bot(self) -> None:
        """Start the bot; without effect while it runs."""
        if self._app is None:
            app = App(self.settings, clock=self._clock)
            await app.start()
            self._app = app

    async def stop_bot(self) -> None:
        """Stop the bot; what people do meanwhile waits in the sandbox."""
        if self._app is not None:
            app, self._app = self._app, None
            await app.stop()

    async def next_due(self) -> datetime | None:
        """When the next reminder is due."""
        return await self._app.next_due() if self._app is not None else None

    async def live_until(self, at: datetime) -> None:
        """Let the bot live through everything up to an instant; stopped, only time passes."""
        if self._app is not None:
            await self._app.live_until(at)
        elif at > self._clock.now():
            self._clock.set(at)


async def run_sandbox(settings: Settings, until_stopped: Callable[[], Awaitable[object]]) -> None:
    """Serve the sandbox page and its Bot API with the real bot, on a database of its own.

    Each run begins anew: the sandbox forgets its chats, so the bot forgets them too.
    """
    clock = ShiftedClock()
    telegram = Telegram(clock, token=TOKEN)
    playground = Playground(settings, clock)
    try:
        server = await serve(create_app(telegram, playground), port=settings.sandbox_port)
    except OSError:
        raise ConfigError(
            f"SANDBOX_PORT: {settings.sandbox_port} is taken; choose another"
        ) from None
    with TemporaryDirectory(prefix="calmcalf-sandbox-") as folder:
        playground.settings = settings.model_copy(
            update={
                "bot_token": SecretStr(TOKEN),
                "database_url": f"sqlite+aiosqlite:///{Path(folder) / 'sandbox.db'}",
                "telegram_api_url": server.url,
                "allowed_user_ids": frozenset[int](),
                "webhook_url": None,
                "mini_app_url": None,
                "http_port": None,
                "backup_dir": None,  # play must not push real backups out
            }
        )
        try:
            await playground.start_bot()
            log.info("This is a sandbox, not Telegram. Open %s in a browser.", server.url)
            await until_stopped()
        finally:
            await playground.stop_bot()
            await server.close()
