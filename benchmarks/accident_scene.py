"""The scene of an accident: people whose reminders come due, and what becomes of them."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from benchmarks import trouble
from benchmarks.accident_tools import small_disk
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.database.models import Delivery, DeliveryStatus, Fact, Kind, Reminder, User
from bot.database.read_only import reading
from bot.dispatch.planning import format_key
from bot.features.data_export.private_ids import PRIVATE_UIDS
from bot.local_time.nights import local_time
from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import Telegram
from tests.support.paths import ROOT
from tests.support.postgres_process import Postgres, postgres
from tests.survival.common import ZONE, BotProcess, prepare, rows, sandbox

PEOPLE = 200
RATE = 25
"""The usual ``SEND_RATE``."""
SPREAD_SECONDS = 10.0
"""Half of the reminders are due at once, the others within this time."""
OPEN = {DeliveryStatus.CLAIMED, DeliveryStatus.SENDING, DeliveryStatus.MISSED}
"""What may still be sent; what was missed only because of the clock is sent after all."""
LATE = timedelta(minutes=1)
LONGEST_SECONDS = 240.0
TROUBLE_SECONDS = 10.0
PATIENCE_SECONDS = 300.0
"""How long a start may take on a busy computer."""


@dataclass
class Scene:
    """People whose reminders come due, the Bot API, and a database."""

    telegram: Telegram
    api: RunningServer
    folder: Path
    url: str
    """The address under which the database is counted, and the bots' unless they get another."""
    people: Sequence[Person]
    exits: AsyncExitStack
    due: dict[int, datetime] = field(default_factory=dict)
    logs: list[Path] = field(default_factory=list)

    async def use(self, url: str) -> None:
        """Let everybody's data be in an empty database."""
        self.url = url
        await migrate(url)
        self.people = await prepare(url, self.telegram, PEOPLE)
        await self.execute(sa.update(Reminder).values(next_at=None))

    async def use_postgres(self) -> Postgres:
        """Let everybody's data be on a PostgreSQL of its own."""
        server = await self.exits.enter_async_context(postgres())
        await self.use(server.url)
        return server

    async def execute(self, *statements: sa.Executable, url: str | None = None) -> None:
        """Execute statements, each in a transaction of its own, in this database or another."""
        database = Database(url or self.url)
        try:
            for statement in statements:
                async with database.transaction() as session:
                    await (await session.connection()).execute(statement)
        finally:
            await database.close()

    def bot(
        self,
        url: str | None = None,
        *,
        folder: Path = ROOT,
        environment: Mapping[str, str] = MappingProxyType({}),
        **settings: str,
    ) -> BotProcess:
        """A bot that is not started yet, with another address or folder or further settings."""
        settings |= environment
        log = self.folder / f"log-{len(self.logs)}"
        self.logs.append(log)
        made = BotProcess(
            url or self.url, self.api, RATE, log, folder, has_own_interpreter=True, **settings
        )
        self.exits.push_async_callback(_end, made)
        return made

    async def begin(self, *bots: BotProcess) -> None:
        """Start bots one after the other, let the reminders come due, and let some be sent."""
        for one in bots:
            await one.start()
            await self.telegram.wait_for(lambda: self.telegram.polling, PATIENCE_SECONDS)
            await asyncio.sleep(1.5)  # the first one leads
        await self._caught_up()
        now = datetime.now(UTC)
        half = len(self.people) // 2
        step = SPREAD_SECONDS / half
        self.due = {
            person.id: now + timedelta(seconds=max(0, number - half) * step)
            for number, person in enumerate(self.people)
        }
        while True:  # on a busy computer the bot may keep the file for long
            try:
                await self._plan()
            except OperationalError:
                continue
            break
        await asyncio.sleep(2)

    async def _plan(self) -> None:
        """Let each reminder be due at its instant."""
        database = Database(self.url)
        try:
            async with database.transaction() as session:
                for person_id, at in self.due.items():
                    local = local_time(at, ZONE)
                    await session.exec(
                        sa.update(Reminder)
                        .where(
                            col(Reminder.user_id) == person_id,
                            col(Reminder.kind) == Kind.CAFFEINE,
                        )
                        .values(
                            times=f"{local:%H:%M}",
                            next_at=at,
                            next_local=format_key(local),
                            last_local=None,
                        )
                    )
        finally:
            await database.close()

    async def _caught_up(self) -> None:
        """Wait until the first start has planned everybody's reminders anew."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while PRIVATE_UIDS.name not in {fact.name for fact in await rows(self.url, Fact)}:  # noqa: ASYNC110
                await asyncio.sleep(0.5)


async def _end(bot: BotProcess) -> None:
    if bot.is_up:
        bot.send_signal(signal.SIGCONT)
        await bot.end(signal.SIGKILL)


@dataclass(frozen=True)
class Result(trouble.Result):
    """What became of everybody's reminder, and what the logs say."""

    latest: float
    """After how many seconds the last one arrived."""
    lines: Counter[str]
    """The lines of the logs."""


async def finished(scene: Scene) -> None:
    """Wait until nothing is to be sent any more, but not without end."""
    deadline = asyncio.get_running_loop().time() + LONGEST_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(1)
        with suppress(Exception):
            found = await _values(scene.url, col(Delivery.status))
            if len(found) == len(scene.people) and not OPEN & set(found):
                return


async def _values(url: str, column: Any) -> list[Any]:
    """A column of a table, read without keeping the bot from writing."""
    async with reading(url) as connection:
        return list((await connection.execute(sa.select(column))).scalars())


async def counted(scene: Scene) -> Result:
    """Count what has arrived."""
    arrived: dict[int, list[datetime]] = {person.id: [] for person in scene.people}
    for person in scene.people:
        for message in scene.telegram.chat(person):
            if message.from_bot and message.words.startswith("☕"):
                arrived[person.id].append(message.date)
    found = await rows(scene.url, Delivery)
    unknown = {row.user_id for row in found if row.status is DeliveryStatus.UNKNOWN}
    waits = [at[0] - scene.due[person] for person, at in arrived.items() if at]
    return Result(
        due=len(arrived),
        once=sum(len(at) == 1 for at in arrived.values()),
        twice=sum(len(at) > 1 for at in arrived.values()),
        unknown=len(unknown),
        late=sum(wait > LATE for wait in waits),
        lost=sum(not at and person not in unknown for person, at in arrived.items()),
        latest=max(waits, default=timedelta()).total_seconds(),
        blocked=sum(one.blocked_at is not None for one in await rows(scene.url, User)),
        lines=Counter(line for log in scene.logs for line in log.read_text().splitlines()),
    )


@asynccontextmanager
async def scene_on(database: str) -> AsyncIterator[Scene]:
    """People with a database of a kind, ``SQLite`` on a small disk; PostgreSQL starts none."""
    with TemporaryDirectory(prefix="calmcalf-accident-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - at once
        async with sandbox() as (telegram, api), AsyncExitStack() as exits:
            scene = Scene(telegram, api, folder, "", (), exits)
            if database == "SQLite":
                disk = folder / "disk"
                if os.geteuid() == 0:
                    await exits.enter_async_context(small_disk(disk, 64))
                else:
                    disk.mkdir()
                await scene.use(f"sqlite+aiosqlite:///{disk / 'calmcalf.db'}")
            yield scene
