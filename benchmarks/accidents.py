"""What becomes of reminders while anything but Telegram is in trouble, with real programs.

``python -m benchmarks.accidents [WORD...]``: for each accident (or each whose name has one of the
words), the bot runs as operators run it, reminders of 200 people come due within ten seconds, and
something happens meanwhile. It prints how many were sent once, sent twice, perhaps sent, late, and
lost, how late the latest was, and how many lines the bots have logged.

It needs root for full disks, a C compiler for the clock, and Debian's pgbouncer, nginx and
tinyproxy in ``PATH``; what is missing is left out and named.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from benchmarks import trouble
from benchmarks.accident_tools import (
    MissingError,
    MovableClock,
    free_port,
    full_disk,
    http_proxy,
    newer_version,
    small_disk,
    standby_of,
    tls_front,
)
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
from tests.support.pgbouncer import PROGRAM as PGBOUNCER
from tests.support.pgbouncer import pgbouncer
from tests.support.postgres_process import Postgres, postgres
from tests.survival.common import ZONE, BotProcess, prepare, rows, sandbox

PEOPLE = 200
RATE = 25
"""The usual ``SEND_RATE``."""
SPREAD_SECONDS = 10.0
"""Half of the reminders are due at once, the others within this time."""
TROUBLE_SECONDS = 10.0
OPEN = {DeliveryStatus.CLAIMED, DeliveryStatus.SENDING, DeliveryStatus.MISSED}
"""What may still be sent; what was missed only because of the clock is sent after all."""
LATE = timedelta(minutes=1)
LONGEST_SECONDS = 240.0
MOST_IN_FLIGHT = 8
"""How many a process that freezes may have on their way out; nobody else may send them."""
PATIENCE_SECONDS = 300.0
"""How long a start may take on a busy computer."""
AT_ONCE = 2
"""How many accidents happen side by side, each with programs of its own."""
HEAD = """\
| accident | database | due | sent once | twice | perhaps sent | late | lost | latest after |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


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

    def bot(
        self,
        url: str | None = None,
        *,
        folder: Path = ROOT,
        **settings: str,
    ) -> BotProcess:
        """A bot that is not started yet, with another address or folder or further settings."""
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


Accident = Callable[[Scene], Awaitable[None]]


# SQLite -----------------------------------------------------------------------------------------


async def locked(scene: Scene) -> None:
    """Another program writes to the file and does not finish."""
    await scene.begin(scene.bot())
    other = sqlite3.connect(scene.url.partition("///")[2], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await asyncio.sleep(TROUBLE_SECONDS + 5)
    other.close()


async def disk_full(scene: Scene) -> None:
    """Something else fills the disk."""
    await scene.begin(scene.bot())
    async with full_disk(scene.folder / "disk"):
        await asyncio.sleep(TROUBLE_SECONDS)


async def killed(scene: Scene) -> None:
    """The process is killed while it sends, and started again."""
    bot = scene.bot()
    await scene.begin(bot)
    await bot.end(signal.SIGKILL)
    await bot.start()


async def killed_often(scene: Scene) -> None:
    """It is killed every three seconds."""
    bot = scene.bot()
    await scene.begin(bot)
    for _ in range(5):
        await bot.end(signal.SIGKILL)
        await bot.start()
        await asyncio.sleep(3)


async def slow(scene: Scene) -> None:
    """Telegram takes 15 s for each message."""
    await scene.begin(scene.bot())
    scene.telegram.faults.set("slow", method="sendMessage", seconds=15)
    await asyncio.sleep(TROUBLE_SECONDS)
    scene.telegram.faults.clear()


async def proxy_down(scene: Scene) -> None:
    """The proxy on the way to Telegram ends and comes back."""
    port = free_port()
    bot = scene.bot(TELEGRAM_PROXY=f"http://127.0.0.1:{port}")
    async with http_proxy(scene.folder, port):
        await scene.begin(bot)
    await asyncio.sleep(TROUBLE_SECONDS)
    await scene.exits.enter_async_context(http_proxy(scene.folder, port))


async def tls_refused(scene: Scene) -> None:
    """What answers in Telegram's place has a certificate that nobody trusts."""
    front = await scene.exits.enter_async_context(tls_front(scene.folder, scene.api.url))
    bot = scene.bot(TELEGRAM_API_URL=front.url, SSL_CERT_FILE=str(front.trusted))
    await scene.begin(bot)
    await front.use_foreign_certificate()
    await asyncio.sleep(TROUBLE_SECONDS)
    await front.use_own_certificate()


async def _jump(scene: Scene, by: timedelta) -> None:
    clock = MovableClock(scene.folder)
    await clock.make()
    bot = scene.bot(LD_PRELOAD=str(clock.library), AHEAD=str(clock.file))
    await scene.begin(bot)
    clock.set(by)
    await asyncio.sleep(TROUBLE_SECONDS)
    clock.set(timedelta())


async def clock_forward(scene: Scene) -> None:
    """The clock is an hour ahead for a while."""
    await _jump(scene, timedelta(hours=1))


async def clock_back(scene: Scene) -> None:
    """The clock is an hour behind for a while."""
    await _jump(scene, -timedelta(hours=1))


async def clock_year(scene: Scene) -> None:
    """The clock is a year ahead for a while."""
    await _jump(scene, timedelta(days=365))


# PostgreSQL ---------------------------------------------------------------------------------------


async def _server(scene: Scene) -> Postgres:
    server = await scene.exits.enter_async_context(postgres())
    await _use(scene, server.url)
    return server


async def _use(scene: Scene, url: str) -> None:
    """Give a scene another database."""
    scene.url = url
    await migrate(url)
    scene.people = await prepare(url, scene.telegram, PEOPLE)
    await _plan_nothing(url)


async def stopped(scene: Scene) -> None:
    """PostgreSQL is stopped and started."""
    server = await _server(scene)
    await scene.begin(scene.bot())
    await server.stop()
    await asyncio.sleep(TROUBLE_SECONDS)
    await server.start()


async def crashed(scene: Scene) -> None:
    """PostgreSQL is killed and started."""
    server = await _server(scene)
    await scene.begin(scene.bot())
    await server.kill_everything()
    await asyncio.sleep(TROUBLE_SECONDS)
    await server.start()


async def restarted_often(scene: Scene) -> None:
    """PostgreSQL is restarted every five seconds."""
    server = await _server(scene)
    await scene.begin(scene.bot())
    for _ in range(6):
        await server.stop()
        await asyncio.sleep(0.5)
        await server.start()
        await asyncio.sleep(4.5)


async def promoted(scene: Scene) -> None:
    """PostgreSQL dies, and its standby is promoted."""
    primary, standby = await scene.exits.enter_async_context(standby_of())
    await _use(scene, primary.url)
    both = f"{primary.url}&host={standby.folder}&target_session_attrs=read-write"
    await scene.begin(scene.bot(both))
    await primary.kill_everything()
    await standby.promote()
    scene.url = standby.url


async def too_many_connections(scene: Scene) -> None:
    """Something else has taken all connections."""
    server = await _server(scene)
    await _execute(server.url, "CREATE ROLE few LOGIN SUPERUSER")
    await scene.begin(scene.bot(server.url.replace("postgres@", "few@")))
    await _execute(
        server.url,
        "ALTER ROLE few NOSUPERUSER CONNECTION LIMIT 0",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'few'",
    )
    await asyncio.sleep(TROUBLE_SECONDS)
    await _execute(server.url, "ALTER ROLE few SUPERUSER CONNECTION LIMIT -1")


async def _pooler_killed(scene: Scene, mode: str) -> None:
    if PGBOUNCER is None:
        raise MissingError("pgbouncer")
    server, port = await _server(scene), free_port()
    async with pgbouncer(str(server.folder), port, mode, "postgres") as base:
        await scene.begin(scene.bot(f"{base}/postgres"))
    await asyncio.sleep(TROUBLE_SECONDS)
    await scene.exits.enter_async_context(pgbouncer(str(server.folder), port, mode, "postgres"))


async def session_pooler(scene: Scene) -> None:
    """The pooler (session mode) ends and comes back."""
    await _pooler_killed(scene, "session")


async def transaction_pooler(scene: Scene) -> None:
    """The pooler (transaction mode) ends and comes back."""
    await _pooler_killed(scene, "transaction")


async def volume_full(scene: Scene) -> None:
    """The disk of PostgreSQL is full, so that it crashes; there is room again later."""
    disk = await scene.exits.enter_async_context(small_disk(scene.folder / "pg", 200))
    server = Postgres(scene.folder, disk / "data")
    await server.start()
    scene.exits.push_async_callback(server.stop)
    await _use(scene, server.url)
    await scene.begin(scene.bot())
    async with full_disk(disk):
        for _ in range(3):  # it needs a new file for its log
            with suppress(Exception):
                await _execute(server.url, "SELECT pg_switch_wal()", "CREATE TABLE more (n int)")
        await asyncio.sleep(TROUBLE_SECONDS)
    await server.start()


async def frozen(scene: Scene) -> None:
    """The leader of two replicas hangs for 100 s."""
    await _server(scene)
    leader, other = scene.bot(), scene.bot()
    await scene.begin(leader, other)
    leader.send_signal(signal.SIGSTOP)
    await asyncio.sleep(100)
    leader.send_signal(signal.SIGCONT)


async def leader_killed(scene: Scene) -> None:
    """The leader of two replicas is killed."""
    await _server(scene)
    leader, other = scene.bot(), scene.bot()
    await scene.begin(leader, other)
    await leader.end(signal.SIGKILL)


async def killed_on_postgres(scene: Scene) -> None:
    """The only process is killed while it sends, and started again."""
    await _server(scene)
    await killed(scene)


async def upgraded(scene: Scene) -> None:
    """A newer version upgrades the schema beside the running one, which is ended later."""
    await _server(scene)
    older = scene.bot()
    await scene.begin(older)
    newer = scene.bot(folder=newer_version(scene.folder))
    await newer.start()
    await asyncio.sleep(TROUBLE_SECONDS)
    await older.end()


async def _execute(url: str, *statements: str) -> None:
    database = Database(url)
    try:
        for statement in statements:
            async with database.transaction() as session:
                await (await session.connection()).execute(sa.text(statement))
    finally:
        await database.close()


ACCIDENTS: Sequence[tuple[str, str, Accident]] = (
    ("another program keeps the file locked for 15 s", "SQLite", locked),
    ("the disk is full", "SQLite", disk_full),
    ("the process is killed", "SQLite", killed),
    ("it is killed every 3 s", "SQLite", killed_often),
    ("the proxy ends and comes back", "SQLite", proxy_down),
    ("a certificate that nobody trusts", "SQLite", tls_refused),
    ("Telegram takes 15 s to answer", "SQLite", slow),
    ("the clock is an hour ahead", "SQLite", clock_forward),
    ("the clock is an hour behind", "SQLite", clock_back),
    ("the clock is a year ahead", "SQLite", clock_year),
    ("PostgreSQL is stopped and started", "PostgreSQL", stopped),
    ("it is killed and started", "PostgreSQL", crashed),
    ("it is restarted every 5 s", "PostgreSQL", restarted_often),
    ("its standby is promoted", "PostgreSQL", promoted),
    ("its connection limit is reached", "PostgreSQL", too_many_connections),
    ("its disk is full", "PostgreSQL", volume_full),
    ("a pooler in session mode ends and comes back", "PostgreSQL", session_pooler),
    ("a pooler in transaction mode does", "PostgreSQL", transaction_pooler),
    ("the process is killed", "PostgreSQL", killed_on_postgres),
    ("the leader of two replicas is killed", "PostgreSQL", leader_killed),
    ("it hangs for 100 s", "PostgreSQL", frozen),
    ("a newer version upgrades beside it", "PostgreSQL", upgraded),
)


async def _plan_nothing(url: str) -> None:
    database = Database(url)
    async with database.transaction() as session:
        await session.exec(sa.update(Reminder).values(next_at=None))
    await database.close()


async def _finished(scene: Scene) -> None:
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


async def _counted(scene: Scene) -> Result:
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
async def _scene(database: str) -> AsyncIterator[Scene]:
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
                await _use(scene, f"sqlite+aiosqlite:///{disk / 'calmcalf.db'}")
            yield scene


async def measured(database: str, accident: Accident) -> Result:
    """Let one accident happen."""
    async with _scene(database) as scene:
        await accident(scene)
        await _finished(scene)
        return await _counted(scene)


async def rows_of(words: Sequence[str] = ()) -> list[str]:
    """A row for each accident.

    Raises:
        SystemExit: a reminder was lost, came twice or late, or somebody was struck off.
    """
    turns = asyncio.Semaphore(AT_ONCE)
    bad: list[str] = []

    async def row(name: str, database: str, accident: Accident) -> str | None:
        async with turns:
            try:
                found = await measured(database, accident)
            except MissingError as error:
                print(f"{name}: left out, because {error} is missing", file=sys.stderr)
                return None
            except Exception as error:
                print(f"{name} ({database}): {error!r}", file=sys.stderr)
                bad.append(name)
                return None
        cells = (found.due, found.once, found.twice, found.unknown, found.late, found.lost)
        line = f"| {name} | {database} | {' | '.join(map(str, cells))} | {found.latest:.0f} s |"
        logged = (f"    {count} × {text}" for text, count in found.lines.items())
        print(line, *logged, sep="\n", flush=True)
        if found.twice or found.lost or found.late > MOST_IN_FLIGHT or found.blocked:
            bad.append(name)
        return line

    wanted = [one for one in ACCIDENTS if not words or any(word in one[0] for word in words)]
    made = await asyncio.gather(*(row(*one) for one in wanted))
    if bad:
        raise SystemExit(f"lost, twice, late or struck off: {', '.join(bad)}")
    return [line for line in made if line is not None]


if __name__ == "__main__":
    print(HEAD)
    asyncio.run(rows_of(sys.argv[1:]))
