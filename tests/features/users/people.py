"""What the tests of meeting the bot and of settings have in common."""

from bot.database.models import Kind, Reminder, User
from bot.sandbox.models import Message as SandboxMessage
from tests.support.harness import Harness, Someone

LOG, WEEK, REMINDERS, SHARE = (
    "🦵 Log cramp",
    "📊 This week",
    "🔔 Reminders",
    "📍 Share my location",
)
KEYBOARD = [[LOG], [WEEK, REMINDERS]]


async def row_of(harness: Harness, someone: Someone) -> User:
    """The person's committed row."""
    return next(user for user in await harness.rows(User) if user.id == someone.id)


async def reminder(harness: Harness, kind: Kind) -> Reminder:
    """The committed reminder of one kind, of the only person there is."""
    return next(one for one in await harness.rows(Reminder) if one.kind is kind)


def keyboard(someone: Someone) -> list[list[str]]:
    """The reply keyboard on the person's screen."""
    return someone.harness.telegram.keyboard(someone.telegram_person)


def heard(someone: Someone, start: str) -> int:
    """How many messages of the bot begin so."""
    return sum(message.words.startswith(start) for message in someone.bot_messages)


async def shares(someone: Someone, latitude: float, longitude: float) -> None:
    """Share a position."""
    telegram = someone.harness.telegram
    telegram.send_location(someone.telegram_person, latitude, longitude)
    await someone.harness.settled()


async def again(someone: Someone, message: SandboxMessage) -> None:
    """The same message comes a second time, as after a crash before it was confirmed."""
    telegram = someone.harness.telegram
    telegram.inject({"message": telegram.as_json(message)}, lane=someone.id)
    await someone.harness.settled()


def own(someone: Someone) -> SandboxMessage:
    """The newest message of the person."""
    return [message for message in someone.messages if not message.from_bot][-1]
