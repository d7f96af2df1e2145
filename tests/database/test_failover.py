"""Two real PostgreSQL servers in one address: the primary dies, and the bot follows its standby."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlmodel import select

from bot.database.engine import Database
from bot.database.models import Cramp
from bot.database_address import normalized
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.command_line import end, running
from tests.support.postgres import run_program, started_server
from tests.support.waiting import replied

TAPS = 4


@dataclass
class Pair:
    """A primary server, and a standby to which each commit is copied before it is confirmed."""

    address: str
    kill_primary: Callable[[], None]
    promote: Callable[[], None]


@pytest.fixture
def pair() -> Iterator[Pair]:
    with started_server() as primary, TemporaryDirectory(prefix="calmcalf-standby-") as folder:
        first = Path(primary.socket_folder)
        second = Path(folder)
        second.chmod(0o777)
        data, log = second / "data", second / "log"
        run = run_program
        run("pg_basebackup", "-h", first, "-U", "postgres", "-R", "-X", "stream", "-D", data)
        options = f'-h "" -k {second}'
        run("pg_ctl", "-w", "-D", data, "-l", log, "-o", options, "start")
        for setting in ("synchronous_standby_names = '*'", "synchronous_commit = 'remote_apply'"):
            asyncio.run(primary.execute(f"ALTER SYSTEM SET {setting}"))
        asyncio.run(primary.execute("SELECT pg_reload_conf()"))
        address = (
            f"postgresql+asyncpg://postgres@/postgres?host={first}&host={second}"
            "&target_session_attrs=read-write"
        )
        yield Pair(
            address,
            lambda: run("pg_ctl", "-m", "immediate", "-D", first, "stop"),
            lambda: run("pg_ctl", "-w", "-D", data, "promote"),
        )
        run("pg_ctl", "-m", "immediate", "-D", data, "stop")


async def entries(address: str) -> list[Any]:
    database = Database(normalized(address))
    try:
        async with database.transaction() as session:
            return list((await session.exec(select(Cramp.message_id))).all())
    finally:
        await database.close()


async def test_the_bot_follows_a_standby_that_was_promoted(pair: Pair, tmp_path: Path) -> None:
    world = Telegram()
    server = await serve(create_app(world))
    ann = world.add_person("Ann")
    async with running(world, server, tmp_path, DATABASE_URL=pair.address) as process:
        world.say(ann, "/cramp")
        await replied(world, ann)
        await asyncio.to_thread(pair.kill_primary)
        for _ in range(TAPS):
            world.say(ann, "/cramp")
        await asyncio.to_thread(pair.promote)
        async with asyncio.timeout(60):
            while len(await entries(pair.address)) < TAPS + 1:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await world.settled()
        found = await entries(pair.address)
        assert len(found) == len(set(found)) == TAPS + 1
        process.send_signal(signal.SIGTERM)
        ended = await end(process)
    assert ended.code == 0
    assert "Traceback" not in ended.err
    await server.close()
