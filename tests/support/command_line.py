"""The bot as a process, started on the command line."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.forked_bot import ForkedBot

TOKEN = "1:sandbox-token"
WELL_FORMED_TOKEN = "123456:abcdefghijklmnop"


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    code: int
    out: str
    err: str


async def start(*arguments: str, folder: Path, **environment: str) -> ForkedBot:
    """Start a command of the bot in a folder, with further environment variables."""
    return await ForkedBot.start(arguments, os.environ | environment, folder)


async def end(process: ForkedBot) -> Ended:
    """Wait until a process ends."""
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def command(*arguments: str, folder: Path, **environment: str) -> Ended:
    """Run a command to its end."""
    return await end(await start(*arguments, folder=folder, **environment))


@asynccontextmanager
async def running(
    telegram: Telegram, server: RunningServer, folder: Path, **environment: str
) -> AsyncIterator[ForkedBot]:
    """A running bot that polls."""
    process = await start(
        "run", folder=folder, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=server.url, **environment
    )
    try:
        await telegram.wait_for(lambda: telegram.polling)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
