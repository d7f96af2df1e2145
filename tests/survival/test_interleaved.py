"""Many people write at once to three replicas, which are killed and frozen meanwhile.

Telegram posts to a balancer, so each person's updates reach one replica after the other. Each
person logs cramps and types a strength after each. What they typed must be about the cramp before
it, so every effect out of order, left out or doubled changes a row.

``SOAK_SCALE`` multiplies the number of kills and freezes; with it there are a thousand people.
"""

import asyncio
import logging
import random
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from benchmarks.databases import FIRST_PERSON, fill
from bot.database.engine import Database
from bot.database.leases import LEASE
from bot.database.models import Cramp, FailedUpdate, InboxRow, InboxState
from bot.sandbox.models import Person
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.lengths import SOAK_SCALE, soak_length
from tests.support.private import OPERATOR
from tests.support.replica import Replica, ready
from tests.survival.test_kills import SECRET, balancer

log = logging.getLogger(__name__)

PEOPLE = 30 if SOAK_SCALE is None else 1000
CRAMPS = 2 if SOAK_SCALE is None else 4
TROUBLES = soak_length(2, 6)
"""How often a replica is killed or frozen, in turn."""
BETWEEN = timedelta(minutes=2)
SEED = 20270113
FINISHED_SECONDS = 900.0


class LateTelegram(Telegram):
    """Delivers messages that were written some time ago, as after an outage."""

    ago = timedelta()

    def whole_second(self) -> datetime:
        return super().whole_second() - self.ago


@dataclass
class Scene:
    """People, three replicas behind a balancer, and what everybody has sent."""

    telegram: LateTelegram
    url: str
    people: Sequence[Person]
    replicas: Sequence[Replica]
    ports: Sequence[int]
    reachable: list[int]
    """The ports to which the balancer passes connections."""
    sent: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Person → message that logs a cramp, and the strength that is typed after it."""

    async def write_all(self, chance: random.Random) -> None:
        """Let everybody log a cramp and type its strength, in any order."""
        self.telegram.ago -= BETWEEN
        for person in chance.sample(self.people, len(self.people)):
            self.write(person)
            await asyncio.sleep(0)

    def write(self, person: Person) -> None:
        """Log a cramp and type its strength."""
        strength = 1 + (person.id + 4 * len(self.sent[person.id])) % 9
        message = self.telegram.say(person, "/cramp")
        self.telegram.say(person, str(strength))
        self.sent[person.id].append((message.id, strength))

    async def kill(self, number: int) -> None:
        """Kill a replica and start another in its place."""
        assert await self.replicas[number].end(signal.SIGKILL) == -signal.SIGKILL
        self.replicas[number].start()
        await ready(self.ports[number])

    async def freeze(self, number: int) -> None:
        """Freeze a replica until its lease has ended and others have what it held."""
        self.reachable.remove(self.ports[number])
        self.replicas[number].send_signal(signal.SIGSTOP)
        await asyncio.sleep(LEASE.total_seconds() + 1)
        self.replicas[number].send_signal(signal.SIGCONT)
        self.reachable.append(self.ports[number])

    async def finished(self) -> None:
        """Wait until everything that was sent is dealt with."""
        await self.telegram.settled(FINISHED_SECONDS)
        database = Database(self.url)
        is_open = select(InboxRow.update_id).where(InboxRow.state != InboxState.DONE).limit(1)
        async with asyncio.timeout(FINISHED_SECONDS):
            while True:
                async with database.transaction() as session:
                    if (await session.exec(is_open)).first() is None:
                        break
                await asyncio.sleep(0.2)
        await database.close()


@asynccontextmanager
async def scene(url: str, folder: Path, ports: Sequence[int]) -> AsyncIterator[Scene]:
    telegram = LateTelegram()
    # Two cramps within a minute are one, so each comes some minutes after the one before.
    telegram.ago = (CRAMPS + TROUBLES) * BETWEEN
    server = await serve(create_app(telegram))
    people = [telegram.add_person(f"P{n}", user_id=FIRST_PERSON + n) for n in range(PEOPLE)]
    for person in people:
        telegram.chats[person.id].started = True
    await fill(url, PEOPLE, next_at=datetime.now(UTC) + timedelta(days=30))
    # Messages take their time on the way, so that kills meet some of them.
    telegram.faults.set("slow", method="sendMessage", seconds=0.02)
    reachable = list(ports)
    async with balancer(reachable) as (public, _fed):
        replicas = [
            Replica(
                {
                    "BOT_TOKEN": "1:sandbox-token",
                    "DATABASE_URL": url,
                    "TELEGRAM_API_URL": server.url,
                    "LOG_LEVEL": "WARNING",
                    "WEBHOOK_URL": f"http://127.0.0.1:{public}",
                    "WEBHOOK_SECRET": SECRET,
                    "HTTP_PORT": str(port),
                    **OPERATOR,
                },
                str(folder),
            )
            for port in ports
        ]
        for replica in replicas:
            replica.start()
        for port in ports:
            await ready(port)
        try:
            yield Scene(telegram, url, people, replicas, ports, reachable)
            for replica in replicas:
                assert await replica.end(signal.SIGTERM) == 0
        finally:
            for replica in replicas:
                if replica.is_running:
                    await replica.end(signal.SIGKILL)
            await server.close()


async def test_everybody_has_their_effects_in_order(
    postgres_url: str, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    chance = random.Random(SEED)
    ports = [unused_tcp_port_factory() for _ in range(3)]
    async with scene(postgres_url, tmp_path, ports) as one:
        trouble = asyncio.create_task(make_trouble(one, chance))
        for _ in range(CRAMPS):
            await one.write_all(chance)
        await trouble
        await one.finished()
        await check(one)


async def make_trouble(one: Scene, chance: random.Random) -> None:
    """Kill and freeze replicas in turn, while they have something to do."""
    for number in range(TROUBLES):
        await one.telegram.wait_for(lambda: bool(one.telegram.updates.waiting))
        await asyncio.sleep(chance.uniform(0.1, 0.5))
        victim = chance.randrange(len(one.replicas))
        await (one.freeze if number % 2 == 0 else one.kill)(victim)
        if not one.telegram.updates.waiting:
            await one.write_all(chance)


async def check(one: Scene) -> None:
    """Check each person's rows against what they have sent."""
    database = Database(one.url)
    async with database.transaction() as session:
        rows = await session.exec(
            select(Cramp.user_id, Cramp.message_id, Cramp.intensity).order_by(col(Cramp.id))
        )
        failed = await session.exec(select(FailedUpdate.update_id, FailedUpdate.error))
        assert failed.all() == []
    await database.close()
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for user_id, message_id, strength in rows:
        found[user_id].append((message_id, strength))
    wrong = [number for number in one.sent if found[number] != one.sent[number]]
    assert not wrong, [(number, one.sent[number], found[number]) for number in wrong[:5]]
    count = sum(map(len, one.sent.values()))
    log.warning("%s people, %s updates, %s troubles: all in order", PEOPLE, 2 * count, TROUBLES)
