"""People with diary entries, and what these look like in the database and in the chat."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Cramp, Reminder
from bot.features.cramps import queries
from bot.sandbox.models import Message as SandboxMessage
from tests.support.harness import Harness, Someone

LOG = "🦵 Log cramp"
AT_NIGHT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
"""03:12 in Berlin, on Wednesday night."""
NIGHT = date(2027, 1, 13)


async def sleeper(harness: Harness, name: str = "Ann", at: datetime = AT_NIGHT) -> Someone:
    """Somebody who gets no reminders, at 03:12."""
    someone = await harness.set_up_person(name)
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder).where(col(Reminder.user_id) == someone.id).values(next_at=None)
        )
    if at > harness.clock.now():
        harness.clock.set(at)
    return someone


async def logged(harness: Harness, name: str = "Ann", at: datetime = AT_NIGHT) -> Someone:
    """Somebody who has just logged a cramp."""
    someone = await sleeper(harness, name, at)
    await someone.presses(LOG)
    return someone


async def only_row(harness: Harness) -> Cramp:
    rows = await harness.rows(Cramp)
    assert len(rows) == 1
    return rows[0]


async def counted(harness: Harness, someone: Someone) -> list[Cramp]:
    """The entries that count."""
    async with harness.database.transaction() as session:
        return await queries.entries_between(
            session, someone.id, date(2026, 1, 1), date(2029, 1, 1)
        )


def own(someone: Someone) -> SandboxMessage:
    """The newest message of the person."""
    return [message for message in someone.messages if not message.from_bot][-1]


def heard(someone: Someone, start: str) -> int:
    """How many messages of the bot begin so."""
    return sum(message.words.startswith(start) for message in someone.bot_messages)


async def again(harness: Harness, someone: Someone, message: SandboxMessage) -> None:
    """The same message comes a second time, as after a crash before it was confirmed."""
    harness.telegram.inject({"message": harness.telegram.as_json(message)}, lane=someone.id)
    await harness.settled()
