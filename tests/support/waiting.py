"""Waiting for other processes: a bot of which only the chat can be seen, a port."""

import asyncio

from bot.sandbox.models import Person
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram


async def replied(telegram: Telegram, person: Person) -> None:
    """Wait until the newest message of a chat is the bot's, and no request is under way."""
    await telegram.wait_for(lambda: telegram.chat(person)[-1].from_bot)
    await telegram.settled()


async def listening(port: int) -> None:
    """Wait until a program on this computer takes connections at a port."""
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return
