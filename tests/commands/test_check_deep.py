"""``check --deep``: each check of a running installation, passed and failed."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web
from sqlmodel import col, select

from bot.commands.check import CheckFailedError, telegram_bot
from bot.commands.check_deep import DEEP_CHECKS
from bot.config import Settings, load_settings
from bot.database import leases
from bot.database.engine import Database, Session
from bot.database.exclusive_lock import lock_of
from bot.database.models import Delivery, DeliveryStatus, FailedUpdate, Kind, Reminder
from bot.dispatch.leader import LEADER, POLLED
from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.support.command_line import TOKEN, command, running
from tests.support.what_happens import assert_said
from tests.survival.common import prepare, sandbox

NAMES = ["integrity", "backlog", "leader", "telegram", "clock", "disk", "backups", "process"]


def settings_of(url: str, **more: object) -> Settings:
    return load_settings(None, bot_token=TOKEN, database_url=url, **more)


async def passed(name: str, settings: Settings) -> str:
    return await DEEP_CHECKS[name](settings)


async def failed(name: str, settings: Settings) -> str:
    with pytest.raises(CheckFailedError) as caught:
        await DEEP_CHECKS[name](settings)
    return str(caught.value)


async def test_a_running_bot_passes_every_check(
    telegram: tuple[Telegram, RunningServer],
    tmp_path: Path,
    unused_tcp_port: int,
) -> None:
    environment = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram[1].url,
        "HTTP_PORT": str(unused_tcp_port),
        "BACKUP_DIR": str(tmp_path / "backups"),
    }
    more = {name: environment[name] for name in ("HTTP_PORT", "BACKUP_DIR")}
    async with (
        running(telegram[0], telegram[1], tmp_path, **more),
        asyncio.timeout(EVENT_TIMEOUT_SECONDS),
    ):
        while not any((tmp_path / "backups").glob("calmcalf-*.db")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the file of another process
        ended = await command("check", "--deep", folder=tmp_path, **environment)
    lines = [line.partition(":")[0].split() for line in ended.out.splitlines()]
    assert (ended.code, [line[0] for line in lines]) == (0, ["ok"] * 12), ended
    assert [line[1] for line in lines[4:]] == NAMES
    ended = await command("check", "--deep", folder=tmp_path, **environment)
    assert ended.code == 1
    assert "BAD  process: nothing answers at HTTP_PORT" in ended.out
    assert "BAD  leader: no process uses the file; does the bot run?" in ended.out
    assert TOKEN not in ended.out + ended.err


@asynccontextmanager
async def open_filled(url: str) -> AsyncIterator[Session]:
    """A transaction on a database with two people."""
    async with sandbox() as (people_of, _server):
        await prepare(url, people_of, 2)
    database = Database(url)
    async with database.transaction() as session:
        yield session
    await database.close()


async def test_late_reminders(database_url: str) -> None:
    settings = settings_of(database_url)
    async with open_filled(database_url) as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.CAFFEINE)
            .values(next_at=datetime.now(UTC) - timedelta(minutes=4))
        )
    assert await passed("backlog", settings) == "nothing is late, nothing failed"
    database = Database(database_url)
    async with database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.CAFFEINE)
            .values(next_at=datetime.now(UTC) - timedelta(minutes=6))
        )
    await database.close()
    assert await failed("backlog", settings) == (
        "2 reminders are over five minutes late, 0 are stuck on their way; does the bot run?"
    )


async def test_a_stuck_delivery(database_url: str) -> None:
    settings = settings_of(database_url)
    async with open_filled(database_url) as session:
        reminder = (await session.exec(select(Reminder).limit(1))).one()
        await session.exec(sa.update(Reminder).values(next_at=None))
        session.add(
            Delivery(
                reminder_id=reminder.id or 0,
                user_id=reminder.user_id,
                kind=reminder.kind,
                due_at=datetime.now(UTC) - timedelta(minutes=9),
                send_at=datetime.now(UTC) - timedelta(minutes=9),
                night_on=datetime.now(UTC).date(),
                status=DeliveryStatus.SENDING,
            )
        )
    assert "0 reminders are over five minutes late, 1 are stuck" in await failed(
        "backlog", settings
    )


async def test_a_failed_update(database_url: str) -> None:
    async with open_filled(database_url) as session:
        await session.exec(sa.update(Reminder).values(next_at=None))
        session.add(
            FailedUpdate(update_id=7, raw={}, error="KeyError", failed_at=datetime.now(UTC))
        )
    assert "1 updates met a bug" in await failed("backlog", settings_of(database_url))


async def test_a_damaged_file(sqlite_url: str) -> None:
    async with open_filled(sqlite_url):
        pass
    settings = settings_of(sqlite_url)
    assert await passed("integrity", settings) == "the file is whole"
    path = settings.sqlite_path
    assert path is not None
    whole = path.read_bytes()
    middle = len(whole) // 2 // 4096 * 4096
    for begin, end in ((middle, middle + 8192), (0, 16), (0, len(whole))):
        content = bytearray(whole)
        content[begin:end] = b"\xff" * (end - begin)
        path.write_bytes(content)
        said = await failed("integrity", settings)
        assert_said("the database file is damaged", [said])


async def test_without_the_database_the_other_parts_are_looked_at(
    telegram: tuple[Telegram, RunningServer], tmp_path: Path, unused_tcp_port: int
) -> None:
    ended = await command(
        *("check", "--deep"),
        folder=tmp_path,
        BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=telegram[1].url,
        DATABASE_URL=f"postgresql+asyncpg://calmcalf@127.0.0.1:{unused_tcp_port}/calmcalf",
    )
    lines = [line.partition(":")[0].split() for line in ended.out.splitlines()]
    marks = {line[1]: line[0] for line in lines}
    assert [name for name, mark in marks.items() if mark == "BAD"] == [
        *("database", "integrity", "backlog", "leader"),
    ]
    assert {marks[name] for name in ("telegram", "clock", "disk", "backups")} == {"ok"}
    assert (ended.code, ended.err) == (2, "")


async def test_a_writable_postgres(postgres_url: str) -> None:
    assert await passed("integrity", settings_of(postgres_url)) == "the server takes writes"


async def test_backups(sqlite_url: str, tmp_path: Path) -> None:
    assert "none are made" in await passed("backups", settings_of(sqlite_url))
    settings = settings_of(sqlite_url, backup_dir=tmp_path)
    assert await failed("backups", settings) == "BACKUP_DIR: there is none yet"
    backup = tmp_path / "calmcalf-2026-11-01.db"
    backup.touch()
    assert (await passed("backups", settings)).startswith("1, the newest of")
    os.utime(backup, ((datetime.now(UTC) - timedelta(hours=27)).timestamp(),) * 2)
    assert "the newest is of" in await failed("backups", settings)


@asynccontextmanager
async def server_with(
    port: int, date: datetime | str | None, ready: object, host: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """A server with a given ``Date`` header, as Telegram or as the bot's own server."""

    async def answer(request: web.Request) -> web.Response:
        is_for_telegram = request.method == "POST"
        response = web.json_response({"ok": True, "result": True} if is_for_telegram else ready)
        if date is not None:
            said = date if isinstance(date, str) else format_datetime(date, usegmt=True)
            response.headers["Date"] = said
        return response

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("seconds", [90, -90])
async def test_a_clock_that_is_wrong(sqlite_url: str, unused_tcp_port: int, seconds: int) -> None:
    theirs = datetime.now(UTC) - timedelta(seconds=seconds)
    async with server_with(unused_tcp_port, theirs, {}) as url:
        said = await failed("clock", settings_of(sqlite_url, telegram_api_url=url))
    off = re.search(r"clock is ([+-]\d+) s off", said)
    assert off is not None, said
    assert 0 <= int(off[1]) - seconds <= 3  # what has passed since


async def test_a_clock_that_is_right(sqlite_url: str, unused_tcp_port: int) -> None:
    settings = settings_of(sqlite_url, telegram_api_url=f"http://127.0.0.1:{unused_tcp_port}")
    assert "could not be asked" in await failed("clock", settings)
    async with server_with(unused_tcp_port, datetime.now(UTC), {}):
        assert await passed("clock", settings) == "right to the second or so"


@pytest.mark.parametrize("date", ["yesterday", "Mon, 30 Nov 2026 10:00:00 MSK"])
async def test_an_answer_that_names_no_time(
    sqlite_url: str, unused_tcp_port: int, date: str
) -> None:
    async with server_with(unused_tcp_port, date, {}) as url:
        settings = settings_of(sqlite_url, telegram_api_url=url)
        assert await passed("clock", settings) == "the answer named no time"


async def test_the_clock_and_telegram_are_asked_through_the_proxy(
    sqlite_url: str, unused_tcp_port: int
) -> None:
    async with server_with(unused_tcp_port, datetime.now(UTC), {}) as proxy:
        settings = settings_of(
            sqlite_url,
            telegram_api_url="http://telegram.invalid",
            telegram_api_over_http=True,
            telegram_proxy=proxy,
        )
        assert await passed("clock", settings) == "right to the second or so"


async def test_the_readiness_of_a_process_on_ipv6(sqlite_url: str, unused_tcp_port: int) -> None:
    settings = settings_of(sqlite_url, http_host="::1", http_port=unused_tcp_port)
    async with server_with(unused_tcp_port, None, {"ready": True}, "::1"):
        assert await passed("process", settings) == "ready"


async def test_the_readiness_of_the_process(sqlite_url: str, unused_tcp_port: int) -> None:
    assert "cannot be asked" in await passed("process", settings_of(sqlite_url))
    settings = settings_of(sqlite_url, http_port=unused_tcp_port)
    parts = {"ready": False, "database": "ok", "tick": "42 s ago"}
    async with server_with(unused_tcp_port, None, parts):
        assert await failed("process", settings) == "tick 42 s ago"
    async with server_with(unused_tcp_port, None, {"ready": True, "database": "ok"}):
        assert await passed("process", settings) == "ready"


async def test_another_webhook_than_ours(
    telegram: tuple[Telegram, RunningServer],
    sqlite_url: str,
) -> None:
    settings = settings_of(sqlite_url, telegram_api_url=telegram[1].url)
    assert await passed("telegram", settings) == "0 updates wait there"
    async with telegram_bot(settings, TOKEN) as bot:
        await bot.set_webhook("http://127.0.0.1:9/telegram")
    assert "Telegram has another one" in await failed("telegram", settings)


async def test_replicas_without_a_leader(sqlite_url: str, postgres_url: str) -> None:
    on_sqlite = settings_of(sqlite_url)
    assert on_sqlite.sqlite_path is not None
    assert "does the bot run?" in await failed("leader", on_sqlite)
    with lock_of(on_sqlite.sqlite_path):
        assert "to itself" in await passed("leader", on_sqlite)
    assert "does the bot run?" in await failed("leader", on_sqlite)
    settings = settings_of(postgres_url)
    assert "no replica is the leader" in await failed("leader", settings)
    database = Database(postgres_url)
    for name, trouble in ((LEADER, "no replica has polled for a minute"), (POLLED, None)):
        async with database.transaction() as session:
            await leases.extend(session, name, "somebody", timedelta(minutes=1))
        if trouble is not None:
            assert trouble in await failed("leader", settings)
    assert await passed("leader", settings) == "there is one"
    await database.close()


async def test_many_pending_updates(
    telegram: tuple[Telegram, RunningServer],
    sqlite_url: str,
) -> None:
    settings = settings_of(sqlite_url, telegram_api_url=telegram[1].url)
    ann = telegram[0].add_person("Ann")
    for number in range(101):
        telegram[0].say(ann, f"Hello {number}")
    assert "101 updates wait at Telegram" in await failed("telegram", settings)


async def test_a_disk_that_is_nearly_full(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test raises the limit instead of filling the disk."""
    assert "GB are free" in await passed("disk", settings_of(sqlite_url))
    monkeypatch.setattr("bot.commands.check_deep.DISK_FREE_BYTES", shutil.disk_usage("/").total * 2)
    assert "MB are free where the database is" in await failed("disk", settings_of(sqlite_url))
