"""kill -9 at random moments of real processes that take taps and send reminders.

No tap is lost, no entry doubled. No reminder is lost without a trace: one that was "sending" at
the kill is "unknown" and is not sent again, so nobody gets a reminder twice. One process on SQLite
and on PostgreSQL, and one of three that share a PostgreSQL.

``SOAK_SCALE`` multiplies the number of kills.
"""

import asyncio
import logging
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from benchmarks.databases import FIRST_PERSON, fill, make_due
from bot.clock import SystemClock
from bot.database.engine import Database
from bot.database.leases import KEPT
from bot.database.models import (
    Cramp,
    Delivery,
    DeliveryStatus,
    InboxRow,
    InboxState,
    Lease,
    Reminder,
)
from bot.dispatch.dispatcher import workers_for
from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.lengths import soak_length
from tests.support.private import OPERATOR
from tests.support.replica import Replica, leads, metric, ready

log = logging.getLogger(__name__)

KILLS = soak_length(4, 100, short=2)
KILLS_OF_THREE = soak_length(2, 100, short=1)
KILLS_BEHIND_A_BALANCER = soak_length(3, 20)
TAPPING = 6
REMINDERS = 22 * KILLS
RATE = 90
SECRET = "a-secret-of-enough-letters"
SEED = 20270113


@dataclass
class Replicas:
    """People with one due reminder each, and processes of the bot on one database."""

    telegram: Telegram
    server: RunningServer
    url: str
    people: Sequence[Person]
    folder: Path
    taps: int = 0

    def replica(self, **settings: str) -> Replica:
        """A new process on this database."""
        shared = {
            "BOT_TOKEN": "1:sandbox-token",
            "DATABASE_URL": self.url,
            "TELEGRAM_API_URL": self.server.url,
            "SEND_RATE": str(RATE),
            "LOG_LEVEL": "WARNING",
            **OPERATOR,
        }
        return Replica(shared | settings, str(self.folder))

    def tap(self) -> None:
        """Let a few people log a cramp."""
        for person in self.people[:TAPPING]:
            self.telegram.say(person, "/cramp")
            self.taps += 1

    async def polled(self) -> None:
        """Wait until a process polls."""
        await self.telegram.wait_for(lambda: self.telegram.polling)

    async def kill_while_sending(self, replica: Replica) -> None:
        """Start a process and kill it while it sends a reminder, whose outcome is then unknown."""
        replica.start()
        await self.telegram.wait_for(lambda: self.telegram.is_in_progress("sendMessage"))
        assert await replica.end(signal.SIGKILL) == -signal.SIGKILL


@asynccontextmanager
async def scene(url: str, folder: Path) -> AsyncIterator[Replicas]:
    telegram = Telegram(SystemClock())
    server = await serve(create_app(telegram))
    people = [
        telegram.add_person(f"P{number}", user_id=FIRST_PERSON + number)
        for number in range(REMINDERS)
    ]
    for person in people:
        telegram.chats[person.id].started = True
    await fill(url, REMINDERS, next_at=datetime.now(UTC) + timedelta(days=30))
    database = Database(url)
    await make_due(database, REMINDERS)
    await database.close()
    # Messages take their time on the way, so that a kill meets some of them.
    telegram.faults.set("slow", method="sendMessage", seconds=0.04)
    yield Replicas(telegram, server, url, people, folder)
    await server.close()


@pytest.fixture
async def on_either(database_url: str, tmp_path: Path) -> AsyncIterator[Replicas]:
    async with scene(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def on_postgres(postgres_url: str, tmp_path: Path) -> AsyncIterator[Replicas]:
    async with scene(postgres_url, tmp_path) as made:
        yield made


async def test_one_process_killed_again_and_again(on_either: Replicas) -> None:
    chance = random.Random(SEED)
    process = on_either.replica()
    await on_either.kill_while_sending(process)
    for _ in range(KILLS):
        process.start()
        await on_either.polled()
        on_either.tap()
        await asyncio.sleep(chance.uniform(0.0, 0.35))
        assert await process.end(signal.SIGKILL) == -signal.SIGKILL
    await let_leases_run_out(on_either.url)
    process.start()
    await finished(on_either)
    assert await process.end(signal.SIGTERM) == 0
    await check(on_either, KILLS + 1)


async def test_one_of_three_killed_again_and_again(on_postgres: Replicas) -> None:
    """Another replica polls soon after the leader was killed."""
    chance = random.Random(SEED)
    replicas = [on_postgres.replica() for _ in range(3)]
    await on_postgres.kill_while_sending(replicas[0])
    for replica in replicas:
        replica.start()
    await on_postgres.polled()
    for _ in range(KILLS_OF_THREE):
        on_postgres.tap()
        await on_postgres.polled()
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        victim = chance.choice(replicas)
        assert await victim.end(signal.SIGKILL) == -signal.SIGKILL
        victim.start()
    await finished(on_postgres)
    for replica in replicas:
        assert await replica.end(signal.SIGTERM) == 0
    await check(on_postgres, KILLS_OF_THREE + 1)


async def test_a_leader_that_hangs_is_replaced_and_does_nothing_more_when_it_wakes(
    on_postgres: Replicas, unused_tcp_port_factory: Callable[[], int]
) -> None:
    ports = [unused_tcp_port_factory() for _ in range(2)]
    frozen, other = (on_postgres.replica(HTTP_PORT=str(port)) for port in ports)
    await on_postgres.kill_while_sending(frozen)
    frozen.start()
    await ready(ports[0])
    other.start()
    await ready(ports[1])
    frozen.send_signal(signal.SIGSTOP)
    on_postgres.tap()
    await leads(ports[1], is_leader=True)
    await finished(on_postgres)
    frozen.send_signal(signal.SIGCONT)
    on_postgres.tap()
    await leads(ports[0], is_leader=False)
    await finished(on_postgres)
    assert await metric(ports[1], "calmcalf_leader") == 1
    for replica in (frozen, other):
        assert await replica.end(signal.SIGTERM) == 0
    await check(on_postgres, 2)


async def test_three_behind_a_balancer(
    on_postgres: Replicas, unused_tcp_port_factory: Callable[[], int]
) -> None:
    chance = random.Random(SEED)
    ports = [unused_tcp_port_factory() for _ in range(3)]
    async with balancer(ports) as (public, fed):
        replicas = [
            on_postgres.replica(
                WEBHOOK_URL=f"http://127.0.0.1:{public}",
                WEBHOOK_SECRET=SECRET,
                HTTP_PORT=str(port),
            )
            for port in ports
        ]
        await on_postgres.kill_while_sending(replicas[0])
        for replica in replicas:
            replica.start()
        for port in ports:
            await ready(port)
        # The one that was killed had the lease of the leader, which ends by itself.
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while sum([await metric(port, "calmcalf_leader") for port in ports]) < 1:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        kills = 0
        # A connection stays with its replica until that is killed: at the end all have had some.
        while kills < KILLS_BEHIND_A_BALANCER or fed != set(ports):
            on_postgres.tap()
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            number = chance.randrange(3)
            assert await replicas[number].end(signal.SIGKILL) == -signal.SIGKILL
            replicas[number].start()
            await ready(ports[number])
            kills += 1
        await finished(on_postgres)
        for replica in replicas:
            assert await replica.end(signal.SIGTERM) == 0
    await check(on_postgres, kills + 1)


@asynccontextmanager
async def balancer(ports: Sequence[int]) -> AsyncIterator[tuple[int, set[int]]]:
    """Pass each connection to the next port that accepts it.

    Yields:
        Its own port, and the ports to which it has passed something on until now.
    """
    turn, fed = 0, set[int]()

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
                if (there := writer.get_extra_info("peername")[1]) in ports:
                    fed.add(there)
        except OSError:
            pass
        finally:
            writer.close()

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        nonlocal turn
        for _ in ports:
            turn += 1
            try:
                return await asyncio.open_connection("127.0.0.1", ports[turn % len(ports)])
            except OSError:
                continue
        return None

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await connect()
        if behind is None:
            writer.close()
            return
        await asyncio.gather(pour(reader, behind[1]), pour(behind[0], writer))

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], fed
    finally:
        server.close()
        await server.wait_closed()


async def let_leases_run_out(url: str) -> None:
    """Let leases run out, as a minute's wait would do. Their holders are dead."""
    database = Database(url)
    async with database.transaction() as session:
        await session.exec(
            sa.update(Delivery)
            .where(col(Delivery.lease_until_at).is_not(None))
            .values(lease_until_at=datetime.now(UTC) - timedelta(seconds=1))
        )
        await session.exec(sa.update(Lease).values(until_at=datetime.now(UTC) - KEPT))
    await database.close()


async def finished(scene: Replicas) -> None:
    """Wait until every tap is handled, no reminder is due and no delivery is open."""
    await scene.telegram.settled()
    database = Database(scene.url)
    open_ones = (DeliveryStatus.CLAIMED, DeliveryStatus.SENDING)
    async with asyncio.timeout(120):
        while True:
            async with database.transaction() as session:
                due = await session.exec(
                    select(sa.func.count()).where(col(Reminder.next_at) <= datetime.now(UTC))
                )
                left = await session.exec(
                    select(sa.func.count()).where(col(Delivery.status).in_(open_ones))
                )
                waiting = await session.exec(
                    select(sa.func.count()).where(col(InboxRow.state) != InboxState.DONE)
                )
                if not due.one() and not left.one() and not waiting.one():
                    break
            await asyncio.sleep(0.1)
    await database.close()


async def check(scene: Replicas, kills: int) -> None:
    """Check that every tap is one row, and that nobody lost a reminder or got one twice."""
    database = Database(scene.url)
    async with database.transaction() as session:
        entries = await session.exec(select(Cramp.user_id, Cramp.message_id))
        keys = Counter(entries.all())
        found = await session.exec(select(Delivery.user_id, Delivery.status))
        deliveries = found.all()
    await database.close()
    assert (len(keys), set(keys.values())) == (scene.taps, {1})
    received = Counter(
        person.id
        for person in scene.people
        for message in scene.telegram.chat(person)
        if message.from_bot and message.words.startswith("☕")
    )
    by_status = Counter(status for _, status in deliveries)
    assert len(deliveries) == REMINDERS
    assert set(by_status) <= {DeliveryStatus.SENT, DeliveryStatus.UNKNOWN}
    assert max(received.values()) == 1
    unknown = by_status[DeliveryStatus.UNKNOWN]
    assert 0 < unknown <= workers_for(RATE) * kills, "no kill met a message on its way"
    for person, status in deliveries:
        if status is DeliveryStatus.SENT:
            assert received[person] == 1, "recorded as sent, but it never arrived"
    lost = sum(received[person] == 0 for person, _ in deliveries)
    assert lost <= unknown
    log.warning(
        "%s kills: %s of %s taps are one row; %s reminders sent, 0 twice, %s in flight at a kill, "
        "%s of these never arrived",
        kills,
        len(keys),
        scene.taps,
        by_status[DeliveryStatus.SENT],
        unknown,
        lost,
    )
