"""Waiting for a bot in another process, of which only the chat can be seen."""

from bot.sandbox.models import Person
from bot.sandbox.telegram import Telegram


async def replied(telegram: Telegram, person: Person) -> None:
    """Wait until the newest message of a chat is the bot's, and no request is under way."""
    await telegram.wait_for(lambda: telegram.chat(person)[-1].from_bot)
    await telegram.settled()
