"""kill -9 of PostgreSQL itself while the bot takes taps and sends reminders.

In turn: all of its processes (as when a container is killed), the postmaster alone, and the process
of one connection (after which PostgreSQL closes all connections and recovers).
The bot stays up. No tap is lost, no entry doubled; every reminder arrives exactly once.
"""

import asyncio
import logging
import random
from collections import Counter
from pathlib import Path

import pytest

from bot.database.migrate import migrate
from bot.database.models import Cramp, Delivery, DeliveryStatus
from tests.support.lengths import soak_length
from tests.support.postgres_process import Postgres, postgres
from tests.survival.common import (
    BotProcess,
    all_sent,
    check_entries,
    prepare,
    received,
    rows,
    sandbox,
)

log = logging.getLogger(__name__)

ROUNDS = soak_length(3, 6, short=1)
TAPPING = 8
RATE = 60
REMINDERS = 80 * ROUNDS


async def die_and_return(server: Postgres, number: int, chance: random.Random) -> None:
    """Kill the server in one of the three ways, and start it again."""
    if number % 3 == 0:
        await server.kill_everything()
    elif number % 3 == 1:
        await server.kill_postmaster()
    else:
        await server.kill_connection(chance)
    await asyncio.sleep(chance.uniform(0, 0.6))
    await server.start()


async def answered(url: str) -> int:
    """How many entries have the id of the message that shows them."""
    return sum(row.reply_message_id is not None for row in await rows(url, Cramp))


@pytest.mark.parametrize("seed", [20270113])
async def test_killed_again_and_again(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    async with sandbox() as (telegram, api), postgres() as server:
        await migrate(server.url)
        people = await prepare(server.url, telegram, REMINDERS)
        telegram.faults.set("slow", method="sendMessage", seconds=0.04)
        process = BotProcess(server.url, api, RATE, tmp_path / "log", LOG_LEVEL="DEBUG")
        taps = at_risk = 0
        async with process.up():
            await telegram.wait_for(lambda: telegram.polling)
            for number in range(ROUNDS):
                for burst in range(3):
                    for _ in range(TAPPING):
                        telegram.say(people[taps], "/cramp")
                        taps += 1
                    if burst == 1:
                        await asyncio.sleep(chance.uniform(0, 0.5))
                        at_risk += taps - await answered(server.url)
                        await die_and_return(server, number, chance)
                # Else it would still rest from the last kill when the next one comes.
                await telegram.settled()
            await all_sent(server.url, seconds=60)
            assert process.is_up, "the bot did not survive"
            assert await process.end() == 0
        await check_entries(server.url, taps)
        deliveries = await rows(server.url, Delivery)
    troubled = sum("the database cannot be reached (delivery" in line for line in process.lines)
    assert troubled > 0, "no kill met a reminder on its way: the test shows nothing"
    assert not any("cannot be made" in line for line in process.lines)
    arrived = received(people, telegram, "☕")
    status = Counter(row.status for row in deliveries)
    assert len(deliveries) == REMINDERS
    assert status == {DeliveryStatus.SENT: REMINDERS}
    assert arrived == {person.id: 1 for person in people}
    # An answer may come once more a kill: the entry was stored, and the news of it lost on the way.
    answers = sum(
        message.from_bot and not message.words.startswith("☕")
        for person in people[:taps]
        for message in telegram.chat(person)
    )
    log.warning(
        "%s kills, %s taps, %s unanswered at kills, %s answers, %s",
        *(ROUNDS, taps, at_risk, answers, status),
    )
    assert taps <= answers <= taps + at_risk
