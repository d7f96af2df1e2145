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
import resource
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa

from benchmarks import further_accidents as further
from benchmarks.accident_scene import (
    TROUBLE_SECONDS,
    Result,
    Scene,
    counted,
    finished,
    scene_on,
)
from benchmarks.accident_tools import (
    BreakableDisk,
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
from tests.support.pgbouncer import PROGRAM as PGBOUNCER
from tests.support.pgbouncer import pgbouncer
from tests.support.postgres_process import Postgres

MOST_IN_FLIGHT = 8
"""How many a process that freezes may have on their way out; nobody else may send them."""
AT_ONCE = 2
"""How many accidents happen side by side, each with programs of its own."""
HEAD = """\
| accident | database | due | sent once | twice | perhaps sent | late | lost | latest after |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""

A_DAY = 86_400
MAY_BE_LATE = ("Telegram asks everybody to wait a day",)
WANTING_ROOM = ("SELECT pg_switch_wal()", "CREATE TABLE more (n int)")
"""Statements for which PostgreSQL needs a new file for its log."""
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
    await scene.begin(scene.bot(environment=clock.environment))
    clock.move(by)
    await asyncio.sleep(TROUBLE_SECONDS)
    clock.move(timedelta())


async def clock_days(scene: Scene) -> None:
    """The clock is three days ahead for a while."""
    await _jump(scene, timedelta(days=3))


async def clock_forward(scene: Scene) -> None:
    """The clock is an hour ahead for a while."""
    await _jump(scene, timedelta(hours=1))


async def clock_back(scene: Scene) -> None:
    """The clock is an hour behind for a while."""
    await _jump(scene, -timedelta(hours=1))


async def clock_year(scene: Scene) -> None:
    """The clock is a year ahead for a while."""
    await _jump(scene, timedelta(days=365))


async def no_more_files(scene: Scene) -> None:
    """The process may open no more files and connections (``ulimit -n``)."""
    bot = scene.bot()
    await scene.begin(bot)
    open_now = len(os.listdir(f"/proc/{bot.pid}/fd"))  # noqa: PTH208 - only their number
    _, most = resource.prlimit(bot.pid, resource.RLIMIT_NOFILE)
    scene.telegram.faults.set("drop_before", times=MOST_IN_FLIGHT)  # new connections are needed
    resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (open_now // 2, most))
    await asyncio.sleep(TROUBLE_SECONDS)
    scene.telegram.faults.clear()
    resource.prlimit(bot.pid, resource.RLIMIT_NOFILE, (most, most))


async def read_only(scene: Scene) -> None:
    """The file system becomes read-only after an error, and is mounted again with a restart."""
    disk = await scene.exits.enter_async_context(BreakableDisk.made(scene.folder / "broken"))
    await scene.use(f"sqlite+aiosqlite:///{disk.folder / 'calmcalf.db'}")
    bot = scene.bot()
    await scene.begin(bot)
    await disk.make_read_only()
    await asyncio.sleep(TROUBLE_SECONDS)
    await bot.end()
    await disk.mount_again()
    await bot.start()


async def wait_a_day(scene: Scene) -> None:
    """Telegram asks everybody to wait a day, and takes it back."""
    await scene.begin(scene.bot())
    scene.telegram.faults.set("too_many_requests", method="sendMessage", retry_after=A_DAY)
    await asyncio.sleep(TROUBLE_SECONDS)
    scene.telegram.faults.clear()


async def one_waits_a_day(scene: Scene) -> None:
    """Telegram asks one chat to wait a day, and takes it back."""
    await scene.begin(scene.bot())
    chat = scene.people[-1].id
    scene.telegram.faults.set("too_many_requests", chat_id=chat, retry_after=A_DAY)
    await asyncio.sleep(TROUBLE_SECONDS)
    scene.telegram.faults.clear()


# PostgreSQL ---------------------------------------------------------------------------------------


async def stopped(scene: Scene) -> None:
    """PostgreSQL is stopped and started."""
    server = await scene.use_postgres()
    await scene.begin(scene.bot())
    await server.stop()
    await asyncio.sleep(TROUBLE_SECONDS)
    await server.start()


async def crashed(scene: Scene) -> None:
    """PostgreSQL is killed and started."""
    server = await scene.use_postgres()
    await scene.begin(scene.bot())
    await server.kill_everything()
    await asyncio.sleep(TROUBLE_SECONDS)
    await server.start()


async def restarted_often(scene: Scene) -> None:
    """PostgreSQL is restarted every five seconds."""
    server = await scene.use_postgres()
    await scene.begin(scene.bot())
    for _ in range(6):
        await server.stop()
        await asyncio.sleep(0.5)
        await server.start()
        await asyncio.sleep(4.5)


async def promoted(scene: Scene) -> None:
    """PostgreSQL dies, and its standby is promoted."""
    primary, standby = await scene.exits.enter_async_context(standby_of())
    await scene.use(primary.url)
    both = f"{primary.url}&host={standby.folder}&target_session_attrs=read-write"
    await scene.begin(scene.bot(both))
    await primary.kill_everything()
    await standby.promote()
    scene.url = standby.url


async def too_many_connections(scene: Scene) -> None:
    """Something else has taken all connections."""
    server = await scene.use_postgres()
    await scene.execute(sa.text("CREATE ROLE few LOGIN SUPERUSER"))
    await scene.begin(scene.bot(server.url.replace("postgres@", "few@")))
    await scene.execute(
        sa.text("ALTER ROLE few NOSUPERUSER CONNECTION LIMIT 0"),
        sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'few'"),
    )
    await asyncio.sleep(TROUBLE_SECONDS)
    await scene.execute(sa.text("ALTER ROLE few SUPERUSER CONNECTION LIMIT -1"))


async def _pooler_killed(scene: Scene, mode: str) -> None:
    if PGBOUNCER is None:
        raise MissingError("pgbouncer")
    server, port = await scene.use_postgres(), free_port()
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
    await scene.use(server.url)
    await scene.begin(scene.bot())
    async with full_disk(disk):
        for _ in range(3):
            with suppress(Exception):
                await scene.execute(*map(sa.text, WANTING_ROOM))
        await asyncio.sleep(TROUBLE_SECONDS)
    await server.start()


async def _with_clock(scene: Scene, ahead: timedelta) -> None:
    """The clock of PostgreSQL is not that of the bots; the one that leads is killed."""
    clock = MovableClock(scene.folder)
    await clock.make()
    clock.move(ahead)
    server = Postgres(scene.folder, environment=clock.environment)
    await server.start()
    scene.exits.push_async_callback(server.stop)
    await scene.use(server.url)
    leader, other = scene.bot(), scene.bot()
    await scene.begin(leader, other)
    await leader.end(signal.SIGKILL)


async def database_ahead(scene: Scene) -> None:
    """PostgreSQL's clock is an hour ahead of the bots'."""
    await _with_clock(scene, timedelta(hours=1))


async def database_behind(scene: Scene) -> None:
    """It is a day behind."""
    await _with_clock(scene, -timedelta(days=1))


async def no_more_files_on_postgres(scene: Scene) -> None:
    """The process may open no more files and connections."""
    await scene.use_postgres()
    await no_more_files(scene)


async def frozen(scene: Scene) -> None:
    """The leader of two replicas hangs for 100 s."""
    await scene.use_postgres()
    leader, other = scene.bot(), scene.bot()
    await scene.begin(leader, other)
    leader.send_signal(signal.SIGSTOP)
    await asyncio.sleep(100)
    leader.send_signal(signal.SIGCONT)


async def leader_killed(scene: Scene) -> None:
    """The leader of two replicas is killed."""
    await scene.use_postgres()
    leader, other = scene.bot(), scene.bot()
    await scene.begin(leader, other)
    await leader.end(signal.SIGKILL)


async def killed_on_postgres(scene: Scene) -> None:
    """The only process is killed while it sends, and started again."""
    await scene.use_postgres()
    await killed(scene)


async def upgraded(scene: Scene) -> None:
    """A newer version upgrades the schema beside the running one, which is ended later."""
    await scene.use_postgres()
    older = scene.bot()
    await scene.begin(older)
    newer = scene.bot(folder=newer_version(scene.folder))
    await newer.start()
    await asyncio.sleep(TROUBLE_SECONDS)
    await older.end()


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
    ("the clock is three days ahead", "SQLite", clock_days),
    ("the clock is a year ahead", "SQLite", clock_year),
    ("no more files can be opened", "SQLite", no_more_files),
    ("the file system turns read-only, is mounted again", "SQLite", read_only),
    ("Telegram asks one chat to wait a day", "SQLite", one_waits_a_day),
    ("Telegram asks everybody to wait a day", "SQLite", wait_a_day),
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
    ("it is killed, PostgreSQL's clock is an hour ahead", "PostgreSQL", database_ahead),
    ("it is killed, PostgreSQL's clock is a day behind", "PostgreSQL", database_behind),
    ("no more files can be opened", "PostgreSQL", no_more_files_on_postgres),
    ("a newer version upgrades beside it", "PostgreSQL", upgraded),
    ("a third of Telegram's answers is 500, for 30 s", "SQLite", further.a_third_fails),
    ("Telegram's answers trickle in, byte by byte", "SQLite", further.trickling),
    ("a firewall swallows everything without a word", "SQLite", further.silent),
    ("the disk takes half a second for each write", "SQLite", further.slow_disk),
    ("the clock is set back and forward every second", "SQLite", further.clock_to_and_fro),
    ("a proxy's clock is an hour ahead", "SQLite", further.proxy_ahead),
    ("a proxy's clock is an hour behind", "SQLite", further.proxy_behind),
    ("PostgreSQL hangs for 20 s", "PostgreSQL", further.postgres_hangs),
    ("somebody locks a table for 20 s", "PostgreSQL", further.table_locked),
)


async def measured(database: str, accident: Accident) -> Result:
    """Let one accident happen."""
    async with scene_on(database) as scene:
        await accident(scene)
        await finished(scene)
        return await counted(scene)


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
        is_late = found.late > MOST_IN_FLIGHT and name not in MAY_BE_LATE
        if found.twice or found.lost or is_late or found.blocked:
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
