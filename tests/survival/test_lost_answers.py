"""A database whose confirmation of a commit is lost at random.

Every sixth transaction ends so, and every twelfth fails before it begins. No tap is lost or
doubled, and every reminder arrives exactly once, also when Telegram asks to wait meanwhile.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.engine import Database, Session
from bot.database.errors import DatabaseUnreachableError
from bot.database.models import Cramp, Delivery, DeliveryStatus, Kind, Reminder
from bot.dispatch import dispatcher
from bot.telegram import person_queues, polling
from tests.support.harness import Harness, Someone
from tests.support.lengths import soak_length
from tests.survival.common import received

PEOPLE = 40
TAPPING = 6
LEAST_LOST = 6
"""Answers of the database that are lost at the least. How many transactions there are depends on
how much of the work shares one, so people go on tapping until it is enough."""


def lose_answers(database: Database, chance: random.Random) -> Counter[str]:
    """Make every fourth transaction fail from now on; returns the number of failures by kind."""
    original = database.transaction
    happened: Counter[str] = Counter()
    deck: list[str] = []

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Session]:
        if not deck:
            deck.extend(["not begun"] + ["answer lost"] * 2 + ["good"] * 9)
            chance.shuffle(deck)
        luck = deck.pop()
        happened[luck] += 1
        if luck == "not begun":
            raise DatabaseUnreachableError("no connection")
        async with original() as session:
            yield session
        if luck == "answer lost":
            raise DatabaseUnreachableError("the connection broke after the commit")

    database.transaction = transaction  # type: ignore[method-assign]
    return happened


@pytest.mark.parametrize("seed", range(soak_length(1, 1)))
async def test_what_was_stored_unseen_is_neither_lost_nor_doubled(
    database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "STORE_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(polling, "LONGEST_PAUSE_SECONDS", 0.5)
    monkeypatch.setattr(person_queues, "LONGEST_PAUSE_SECONDS", 0.5)
    async with Harness.open(database_url, is_scheduled=True) as harness:
        people = [await harness.set_up_person(f"P{number}") for number in range(PEOPLE)]
        async with harness.database.transaction() as session:
            await session.exec(
                sa.update(Reminder).where(col(Reminder.kind) != Kind.STRETCH).values(next_at=None)
            )
        happened = lose_answers(harness.database, random.Random(seed))
        harness.telegram.faults.set("too_many_requests", method="sendMessage", times=3)
        rounds = 1
        tap(harness, people[:TAPPING])
        harness.clock.set(harness.clock.now().replace(hour=21, minute=20, second=0, microsecond=0))
        await all_sent(harness)
        await all_stored(harness, TAPPING)
        while happened["answer lost"] < LEAST_LOST:
            rounds += 1
            tap(harness, people[:TAPPING])
            await all_stored(harness, rounds * TAPPING)
        deliveries, cramps = await harness.rows(Delivery), await harness.rows(Cramp)
        assert Counter(row.user_id for row in cramps) == {
            person.id: rounds for person in people[:TAPPING]
        }
        assert Counter(row.status for row in deliveries) == {DeliveryStatus.SENT: PEOPLE}
        arrived = received([one.telegram_person for one in people], harness.telegram, "🌙")
        shown = [
            [message.words for message in one.bot_messages][-3:]
            for one in people
            if arrived[one.id] != 1
        ]
        assert not shown, shown


def tap(harness: Harness, people: Sequence[Someone]) -> None:
    """Let each of them log a cramp."""
    for person in people:
        harness.telegram.say(person.telegram_person, "/cramp")


async def all_stored(harness: Harness, count: int) -> None:
    """Wait until so many taps are stored: one whose transaction failed is tried again later."""
    deadline = asyncio.get_running_loop().time() + 40
    await harness.settled()
    while len(await harness.rows(Cramp)) < count:
        assert asyncio.get_running_loop().time() < deadline, "a tap was lost"
        await asyncio.sleep(0.05)
    await harness.settled()


async def all_sent(harness: Harness) -> None:
    """Wait until every reminder has a final state."""
    deadline = asyncio.get_running_loop().time() + 40
    while True:
        found = await harness.rows(Delivery)
        if len(found) == PEOPLE and all(row.status is DeliveryStatus.SENT for row in found):
            return
        left = Counter(row.status for row in found)
        assert asyncio.get_running_loop().time() < deadline, f"not at its end: {left}"
        harness.clock.advance(timedelta(seconds=1))
        await asyncio.sleep(0.2)
