"""kill -9 in the middle of a message to everybody: nobody gets it twice, on both databases."""

import asyncio
import signal
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.database.engine import Database
from bot.database.models import Broadcast, BroadcastCopy, BroadcastState, SetupStep, User
from bot.features.administration.broadcaster import MOST_AT_ONCE, SHARE
from tests.support.replica import Replica
from tests.support.waiting import replied
from tests.support.what_happens import assert_said
from tests.survival.common import TOKEN, received, rows, sandbox

PEOPLE, KILLED_AFTER = 40, (6, 20)
RATE = 80
TEXT = "The bot rests tonight."


async def the_row(url: str) -> Broadcast:
    [row] = await rows(url, Broadcast)
    return row


async def test_nobody_gets_it_twice(database_url: str, tmp_path: Path) -> None:
    async with sandbox() as (telegram, server):
        people = [telegram.add_person(f"P{number}") for number in range(PEOPLE)]
        now = datetime.now(UTC)
        database = Database(database_url)
        async with database.transaction() as session:
            for person in people:
                telegram.chats[person.id].started = True
                session.add(User(id=person.id, created_at=now, setup_step=SetupStep.DONE))
            running = BroadcastState.RUNNING
            await session.flush()
            sent = Broadcast(texts={"": TEXT}, state=running, people=PEOPLE, created_at=now)
            sent.admin_id = admin_id = people[0].id
            session.add(sent)
        await database.close()
        settings = {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": database_url,
            "TELEGRAM_API_URL": server.url,
            "SEND_RATE": str(RATE),
            "ADMIN_USER_IDS": str(admin_id),
        }
        bot = Replica(settings, str(tmp_path))

        def has_come_to(count: int) -> bool:
            return received(people, telegram, TEXT).total() >= count

        for count in KILLED_AFTER:
            bot.start()
            await telegram.wait_for(partial(has_come_to, count), timeout=60)
            await bot.end(signal.SIGKILL)
        bot.start()
        before = received(people, telegram, TEXT).total()
        await telegram.wait_for(partial(has_come_to, before + 1), timeout=60)
        begun = time.monotonic()
        async with asyncio.timeout(60):
            while (await the_row(database_url)).state is not BroadcastState.DONE:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        rest = received(people, telegram, TEXT).total() - before - MOST_AT_ONCE
        assert time.monotonic() - begun >= rest / (RATE * SHARE), "half of the pace, at most"
        found = received(people, telegram, TEXT)
        telegram.say(people[0], "/broadcast")
        await replied(telegram, people[0])
        shown = [message.words for message in telegram.chat(people[0])]
        assert_said("a message to everybody is interrupted by a kill", shown)
        assert await bot.end(signal.SIGTERM) == 0
        row = await the_row(database_url)
        assert set(found.values()) == {1}
        assert row.failed == 0
        assert row.unknown <= len(KILLED_AFTER) * MOST_AT_ONCE
        assert row.sent + row.unknown == PEOPLE, "everybody is counted once"
        assert row.sent <= len(found) <= PEOPLE
        assert await rows(database_url, BroadcastCopy) == []
