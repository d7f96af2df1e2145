"""``check --deep`` of a live installation: each part good, and each part bad in its own way."""

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

from bot.commands.check import BadError, asking
from bot.commands.check_running import DEEP
from bot.config import Settings, load_settings
from bot.database.engine import Database, Session
from bot.database.models import Delivery, DeliveryStatus, FailedUpdate, Kind, Reminder
from bot.sandbox.server import RunningServer
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS, Telegram
from tests.commands.test_command_line import TOKEN, command, running, telegram
from tests.survival.common import prepare, sandbox

__all__ = ["telegram"]
PARTS = ["integrity", "backlog", "telegram", "clock", "disk", "backups", "process"]


def settings_of(url: str, **more: object) -> Settings:
    return load_settings(None, bot_token=TOKEN, database_url=url, **more)


async def found(part: str, settings: Settings) -> str:
    return await DEEP[part](settings)


async def bad(part: str, settings: Settings) -> str:
    with pytest.raises(BadError) as caught:
        await DEEP[part](settings)
    return str(caught.value)


async def test_a_live_bot_is_good_in_every_part(
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
    assert (ended.code, [line[0] for line in lines]) == (0, ["ok"] * 11), ended
    assert [line[1] for line in lines[4:]] == PARTS
    ended = await command("check", "--deep", folder=tmp_path, **environment)
    assert ended.code == 1
    assert "BAD  process: nothing answers at HTTP_PORT" in ended.out
    assert TOKEN not in ended.out + ended.err


@asynccontextmanager
async def changed(url: str) -> AsyncIterator[Session]:
    """A database with two people, opened for a change of their rows."""
    async with sandbox() as (people_of, _server):
        await prepare(url, people_of, 2)
    database = Database(url)
    async with database.transaction() as session:
        yield session
    await database.close()


async def test_reminders_that_nobody_sends(database_url: str) -> None:
    settings = settings_of(database_url)
    async with changed(database_url) as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.CAFFEINE)
            .values(next_at=datetime.now(UTC) - timedelta(minutes=4))
        )
    assert await found("backlog", settings) == "nothing is late, nothing failed"
    database = Database(database_url)
    async with database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.kind) == Kind.CAFFEINE)
            .values(next_at=datetime.now(UTC) - timedelta(minutes=6))
        )
    await database.close()
    assert await bad("backlog", settings) == (
        "2 reminders are over five minutes late, 0 are stuck on their way; does the bot run?"
    )


async def test_a_reminder_that_is_stuck_on_its_way(database_url: str) -> None:
    settings = settings_of(database_url)
    async with changed(database_url) as session:
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
    assert "0 reminders are over five minutes late, 1 are stuck" in await bad("backlog", settings)


async def test_an_update_that_met_a_bug(database_url: str) -> None:
    async with changed(database_url) as session:
        await session.exec(sa.update(Reminder).values(next_at=None))
        session.add(
            FailedUpdate(update_id=7, raw={}, error="KeyError", failed_at=datetime.now(UTC))
        )
    assert "1 updates met a bug" in await bad("backlog", settings_of(database_url))


async def test_a_damaged_file(sqlite_url: str) -> None:
    async with changed(sqlite_url):
        pass
    settings = settings_of(sqlite_url)
    assert await found("integrity", settings) == "the file is whole"
    path = settings.sqlite_path
    assert path is not None
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises((BadError, sa.exc.DatabaseError)):
        await DEEP["integrity"](settings)


async def test_postgres_takes_writes(postgres_url: str) -> None:
    assert await found("integrity", settings_of(postgres_url)) == "the server takes writes"


async def test_backups(sqlite_url: str, tmp_path: Path) -> None:
    assert "none are made" in await found("backups", settings_of(sqlite_url))
    settings = settings_of(sqlite_url, backup_dir=tmp_path)
    assert await bad("backups", settings) == "BACKUP_DIR: there is none yet"
    backup = tmp_path / "calmcalf-2026-11-01.db"
    backup.touch()
    assert (await found("backups", settings)).startswith("1, the newest of")
    os.utime(backup, ((datetime.now(UTC) - timedelta(hours=27)).timestamp(),) * 2)
    assert "the newest is of" in await bad("backups", settings)


@asynccontextmanager
async def server_that_says(port: int, date: datetime | None, ready: object) -> AsyncIterator[str]:
    """A server of which one answer and the clock are wrong."""

    async def answer(_request: web.Request) -> web.Response:
        response = web.json_response(ready)
        if date is not None:
            response.headers["Date"] = format_datetime(date, usegmt=True)
        return response

    app = web.Application()
    app.router.add_get("/{anything:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("seconds", [90, -90])
async def test_a_clock_that_is_wrong(sqlite_url: str, unused_tcp_port: int, seconds: int) -> None:
    theirs = datetime.now(UTC) - timedelta(seconds=seconds)
    async with server_that_says(unused_tcp_port, theirs, {}) as url:
        said = await bad("clock", settings_of(sqlite_url, telegram_api_url=url))
    off = re.search(r"clock is ([+-]\d+) s off", said)
    assert off is not None, said
    assert 0 <= int(off[1]) - seconds <= 3  # what has passed since


async def test_a_clock_that_is_right(sqlite_url: str, unused_tcp_port: int) -> None:
    settings = settings_of(sqlite_url, telegram_api_url=f"http://127.0.0.1:{unused_tcp_port}")
    assert "could not be asked" in await bad("clock", settings)
    async with server_that_says(unused_tcp_port, datetime.now(UTC), {}):
        assert await found("clock", settings) == "right to the second or so"


async def test_what_the_process_says_of_itself(sqlite_url: str, unused_tcp_port: int) -> None:
    assert "cannot be asked" in await found("process", settings_of(sqlite_url))
    settings = settings_of(sqlite_url, http_port=unused_tcp_port)
    parts = {"ready": False, "database": "ok", "tick": "42 s ago"}
    async with server_that_says(unused_tcp_port, None, parts):
        assert await bad("process", settings) == "tick 42 s ago"
    async with server_that_says(unused_tcp_port, None, {"ready": True, "database": "ok"}):
        assert await found("process", settings) == "ready"


async def test_a_webhook_that_is_not_ours(
    telegram: tuple[Telegram, RunningServer],
    sqlite_url: str,
) -> None:
    settings = settings_of(sqlite_url, telegram_api_url=telegram[1].url)
    assert await found("telegram", settings) == "0 updates wait there"
    async with asking(settings, TOKEN) as bot:
        await bot.set_webhook("http://127.0.0.1:9/telegram")
    assert "Telegram has another one" in await bad("telegram", settings)


async def test_many_updates_that_nobody_fetches(
    telegram: tuple[Telegram, RunningServer],
    sqlite_url: str,
) -> None:
    settings = settings_of(sqlite_url, telegram_api_url=telegram[1].url)
    ann = telegram[0].add_person("Ann")
    for number in range(101):
        telegram[0].say(ann, f"Hello {number}")
    assert "101 updates wait at Telegram" in await bad("telegram", settings)


async def test_a_disk_that_is_nearly_full(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is moved instead of the disk being filled."""
    assert "GB are free" in await found("disk", settings_of(sqlite_url))
    monkeypatch.setattr(
        "bot.commands.check_running.SMALLEST_FREE_BYTES", shutil.disk_usage("/").total * 2
    )
    assert "MB are free where the database is" in await bad("disk", settings_of(sqlite_url))
