"""What the tests of reminders in the chat share."""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Delivery, Kind, Reminder, User
from bot.sandbox.models import Message
from tests.support.harness import Harness, Someone

EVENING = date(2027, 1, 13)
"""The Wednesday on which these tests begin."""
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
"""When the stretch of that evening is due: 22:20 in Berlin."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def with_only(harness: Harness, kind: Kind, name: str = "Ann", **settings: time) -> Someone:
    """Return a person who gets only one kind of reminder."""
    someone = await harness.set_up_person(name, **settings)  # type: ignore[arg-type]
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.user_id) == someone.id, col(Reminder.kind) != kind)
            .values(enabled=False, next_at=None)
        )
    return someone


async def stretched(harness: Harness, name: str = "Ann") -> Someone:
    """Return a person who has just received the stretch reminder of the evening."""
    someone = await with_only(harness, Kind.STRETCH, name)
    await harness.live_until(STRETCH)
    return someone


async def delivery(harness: Harness, number: int = 0) -> Delivery:
    """Return one committed delivery, the oldest by default."""
    return (await harness.rows(Delivery))[number]


async def awaiting(harness: Harness, someone: Someone) -> str | None:
    """Return the question that the person's typed text would answer."""
    return next(user.awaiting for user in await harness.rows(User) if user.id == someone.id)


async def next_at(harness: Harness, someone: Someone, kind: Kind) -> datetime | None:
    """Return when a reminder of the person is due next."""
    return next(
        reminder.next_at
        for reminder in await harness.rows(Reminder)
        if reminder.user_id == someone.id and reminder.kind is kind
    )


def nudges(someone: Someone) -> list[Message]:
    """Return the bot's messages about stretching, oldest first."""
    return [message for message in someone.bot_messages if message.words.startswith("🌙")]
