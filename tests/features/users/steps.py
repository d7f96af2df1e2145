"""What the tests of onboarding, settings and language share."""

from bot.database.models import Kind, Reminder, User
from bot.sandbox.models import Message as SandboxMessage
from tests.support.harness import Harness, Someone

LOG, WEEK, REMINDERS, SHARE = (
    "🦵 Log cramp",
    "📊 This week",
    "🔔 Reminders",
    "📍 Share my location",
)
KEYBOARD = [[LOG, "🦶 Relief"], [WEEK, REMINDERS]]


async def row_of(harness: Harness, someone: Someone) -> User:
    """Return the person's committed row, without what is on their screen."""
    user = next(user for user in await harness.rows(User) if user.id == someone.id)
    user.on_screen = user.open_question = user.open_question_message_id = None
    return user


async def reminder(harness: Harness, kind: Kind) -> Reminder:
    """Return the committed reminder of one kind; there is only one person."""
    return next(one for one in await harness.rows(Reminder) if one.kind is kind)


def keyboard(someone: Someone) -> list[list[str]]:
    """Return the reply keyboard on the person's screen."""
    return someone.harness.telegram.keyboard(someone.telegram_person)


def count_messages(someone: Someone, start: str) -> int:
    """Return how many of the bot's messages start with this text."""
    return sum(message.words.startswith(start) for message in someone.bot_messages)


async def shares_location(someone: Someone, latitude: float, longitude: float) -> None:
    """Share a location, in degrees."""
    telegram = someone.harness.telegram
    telegram.send_location(someone.telegram_person, latitude, longitude)
    await someone.harness.settled()


async def redeliver(someone: Someone, message: SandboxMessage) -> None:
    """Deliver a message once more in another update, as after a crash before the acknowledgment."""
    telegram = someone.harness.telegram
    telegram.inject({"message": telegram.as_json(message)}, lane=someone.id)
    await someone.harness.settled()


def last_own_message(someone: Someone) -> SandboxMessage:
    """Return the person's newest message."""
    return [message for message in someone.messages if not message.from_bot][-1]
