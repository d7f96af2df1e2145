"""More accidents for ``benchmarks/accidents.py``: what is slow, silent, or only wrong at times."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa

from benchmarks import accident_tools
from benchmarks.accident_scene import TROUBLE_SECONDS, Scene
from benchmarks.accident_tools import MovableClock, tls_front
from bot.database.engine import Database
from bot.sandbox.faults import Fault, Faults

HOUR = timedelta(hours=1)
LONG_SECONDS = 20.0


# Telegram ---------------------------------------------------------------------------------------


class SomeFail(Faults):
    """A third of all requests is refused, at random."""

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        if random.random() < 1 / 3:  # noqa: S311 - no secret
            return Fault("server_error", method, chat_id=chat_id, times=1)
        return None


async def a_third_fails(scene: Scene) -> None:
    """A third of Telegram's answers is 500."""
    await scene.begin(scene.bot())
    good, scene.telegram.faults = scene.telegram.faults, SomeFail()
    await asyncio.sleep(3 * TROUBLE_SECONDS)
    scene.telegram.faults = good


class Way:
    """A way to a server that can become slow or silent; what is under way waits.

    Attributes:
        seconds: how long each byte of an answer takes.
        is_open: cleared while nothing gets through, in either direction.
        url: its address.
    """

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self.seconds = 0.0
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.url = ""

    @asynccontextmanager
    async def ready(self) -> AsyncIterator["Way"]:
        """Listen."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.is_open.wait()
        there, to_there = await asyncio.open_connection(self._target.hostname, self._target.port)
        with suppress(ConnectionError):
            await asyncio.gather(
                self._forward(reader, to_there), self._forward(there, writer, is_answer=True)
            )

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool = False
    ) -> None:
        while True:
            data = await reader.read(1 if is_answer and self.seconds else 1 << 16)
            await self.is_open.wait()
            if is_answer and self.seconds:
                await asyncio.sleep(self.seconds)
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()


async def trickling(scene: Scene) -> None:
    """Telegram's answers come in byte by byte."""
    way = await scene.exits.enter_async_context(Way(scene.api.url).ready())
    await scene.begin(scene.bot(TELEGRAM_API_URL=way.url))
    way.seconds = 0.5
    await asyncio.sleep(TROUBLE_SECONDS)
    way.seconds = 0.0


# Network ----------------------------------------------------------------------------------------


async def silent(scene: Scene) -> None:
    """Something swallows everything without a word; connections stay open."""
    way = await scene.exits.enter_async_context(Way(scene.api.url).ready())
    await scene.begin(scene.bot(TELEGRAM_API_URL=way.url))
    way.is_open.clear()
    await asyncio.sleep(LONG_SECONDS)
    way.is_open.set()


# Disk -------------------------------------------------------------------------------------------


async def slow_disk(scene: Scene) -> None:
    """Each write of the database takes half a second, as on a worn-out memory card."""
    disk = accident_tools.slow_disk(scene.folder)
    await disk.make()
    await scene.begin(scene.bot(environment=disk.environment))
    disk.set(500)
    await asyncio.sleep(LONG_SECONDS)
    disk.set(0)


# Clock ------------------------------------------------------------------------------------------


async def clock_to_and_fro(scene: Scene) -> None:
    """Two programs that disagree set the clock, an hour ahead and an hour behind, by turns."""
    clock = MovableClock(scene.folder)
    await clock.make()
    await scene.begin(scene.bot(environment=clock.environment))
    for number in range(int(TROUBLE_SECONDS)):
        clock.move(HOUR if number % 2 else -HOUR)
        await asyncio.sleep(1)
    clock.move(timedelta())


async def _proxy_with_clock(scene: Scene, ahead: timedelta) -> None:
    clock = MovableClock(scene.folder)
    await clock.make()
    clock.move(ahead)
    front = await scene.exits.enter_async_context(
        tls_front(scene.folder, scene.api.url, clock.environment)
    )
    bot = scene.bot(TELEGRAM_API_URL=front.url, SSL_CERT_FILE=str(front.trusted))
    await scene.begin(bot)
    # Without a message nobody can know which clock is right.
    scene.telegram.say(scene.people[0], "/help")
    await asyncio.sleep(TROUBLE_SECONDS)


async def proxy_ahead(scene: Scene) -> None:
    """The server between the bot and Telegram writes its own time, which is wrong, into answers."""
    await _proxy_with_clock(scene, HOUR)


async def proxy_behind(scene: Scene) -> None:
    """The same, behind."""
    await _proxy_with_clock(scene, -HOUR)


# PostgreSQL -------------------------------------------------------------------------------------


async def postgres_hangs(scene: Scene) -> None:
    """All processes of PostgreSQL stand still."""
    server = await scene.use_postgres()
    await scene.begin(scene.bot())
    server.send_to_all(signal.SIGSTOP)
    await asyncio.sleep(LONG_SECONDS)
    server.send_to_all(signal.SIGCONT)


async def table_locked(scene: Scene) -> None:
    """Somebody keeps the table of deliveries to themselves."""
    await scene.use_postgres()
    await scene.begin(scene.bot())
    database = Database(scene.url)
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.execute(sa.text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
        await asyncio.sleep(LONG_SECONDS)
    await database.close()
