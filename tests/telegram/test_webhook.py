"""What the webhook rejects, over real HTTP: requests without the secret cost nothing."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.routing import Route
from telegram.ext import Application

from bot.clock import SystemClock
from bot.config import load_settings
from bot.database.engine import Database
from bot.identity.people_store import PeopleStore
from bot.operations.http_server import HttpServer
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from bot.telegram import webhook
from bot.telegram.context import Deps
from bot.telegram.frame import Frame
from bot.telegram.intake import Intake
from bot.telegram.rate_limit import Rate
from bot.telegram.reply_sending import ReplySender
from bot.telegram.webhook import SECRET_HEADER, Webhook

SECRET = "a-secret-of-enough-letters"
RIGHT = {SECRET_HEADER: SECRET}
WRONG = {SECRET_HEADER: "not-the-secret-but-as-long"}
PATH = "/telegram"


class Gate(Intake):
    """The real intake behind a gate: what is taken waits until the test opens it."""

    def __init__(self, database: Database) -> None:
        application = Application.builder().token("1:token").updater(None).job_queue(None).build()
        deps = Deps(load_settings(None, bot_token="1:sandbox-token"), database, SystemClock())
        frame = Frame(application, deps, PeopleStore(), "gate")
        super().__init__(application, deps, frame, ReplySender(deps, application.bot, frame, {}))
        self.open = asyncio.Event()
        self.open.set()
        self.taken: list[int] = []
        self.came = asyncio.Condition()

    async def accept(self, raws: Sequence[Mapping[str, Any]]) -> bool:
        async with self.came:
            self.taken += [raw["update_id"] for raw in raws]
            self.came.notify_all()
        await self.open.wait()
        return True

    async def holds(self, number: int) -> None:
        """Wait until as many updates have come in."""
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS), self.came:
            await self.came.wait_for(lambda: len(self.taken) >= number)


class Desk:
    def __init__(self, gate: Gate, port: int) -> None:
        self.gate, self.port = gate, port
        self.client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=EVENT_TIMEOUT_SECONDS
        )

    async def post(self, number: int = 1, headers: dict[str, str] = RIGHT) -> httpx.Response:
        return await self.client.post(PATH, json={"update_id": number}, headers=headers)

    @asynccontextmanager
    async def line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection for what no well-behaved client does."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()


def head(headers: dict[str, str], length: int) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode()


@pytest.fixture
async def desk(sqlite_url: str, unused_tcp_port: int) -> AsyncIterator[Desk]:
    database = Database(sqlite_url)
    gate = Gate(database)
    route = Route(PATH, Webhook(gate, SECRET).receive, methods=["POST"])
    web = HttpServer([route], {})
    await web.start("127.0.0.1", unused_tcp_port)
    desk = Desk(gate, unused_tcp_port)
    yield desk
    gate.open.set()
    await desk.client.aclose()
    await web.stop()
    await database.close()


async def test_beyond_so_many_at_a_time_telegram_is_asked_to_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MOST_IN_WORK", 3)
    desk.gate.open.clear()
    held = [asyncio.create_task(desk.post(number)) for number in range(3)]
    await desk.gate.holds(3)
    beyond = await desk.post(3)
    assert (beyond.status_code, beyond.headers["Retry-After"]) == (503, "1")
    desk.gate.open.set()
    assert [response.status_code for response in await asyncio.gather(*held)] == [200] * 3
    assert (await desk.post(3)).status_code == 200
    assert sorted(desk.gate.taken) == [0, 1, 2, 3]


async def test_all_connections_of_telegram_are_served_at_once(desk: Desk) -> None:
    """``setWebhook`` allows at most 100."""
    desk.gate.open.clear()
    async with httpx.AsyncClient(
        base_url=desk.client.base_url,
        limits=httpx.Limits(max_connections=None),
        timeout=EVENT_TIMEOUT_SECONDS,
    ) as telegram:
        posts = [
            asyncio.create_task(telegram.post(PATH, json={"update_id": n}, headers=RIGHT))
            for n in range(100)
        ]
        await desk.gate.holds(100)
        desk.gate.open.set()
        assert {response.status_code for response in await asyncio.gather(*posts)} == {200}


async def test_the_wrong_secret_has_a_small_budget_and_telegram_does_not_feel_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhook, "WRONG_SECRETS", Rate(4, 3600))
    monkeypatch.setattr(webhook, "MOST_IN_WORK", 1)
    caplog.set_level(logging.WARNING, "bot.telegram.webhook")
    told = [await desk.post(headers=WRONG) for _ in range(7)]
    assert [response.status_code for response in told] == [403] * 4 + [429] * 3
    assert told[-1].headers["Retry-After"] == "60"
    assert {response.headers["Connection"] for response in told} == {"close"}
    assert (await desk.post()).status_code == 200
    assert desk.gate.taken == [1]
    assert [record.getMessage() for record in caplog.records] == [
        "posts to the webhook with a wrong secret: 1"  # the rest with the line of the next minute
    ]


async def test_what_comes_with_a_wrong_secret_is_not_read(desk: Desk) -> None:
    async with desk.line() as (reader, writer):
        writer.write(head(WRONG, 500_000))  # and not one byte of it follows
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 403 ")


async def test_a_slow_sender_loses_its_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.2)
    monkeypatch.setattr(webhook, "MOST_IN_WORK", 1)
    async with desk.line() as (reader, writer):
        writer.write(head(RIGHT, 500) + b'{"update_id"')
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert (await desk.post(2)).status_code == 200
    assert desk.gate.taken == [2]


async def test_a_sender_that_hangs_up_gives_its_place_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhook, "MOST_IN_WORK", 1)
    async with desk.line() as (_reader, writer):
        writer.write(head(RIGHT, 500) + b'{"update_id"')
        await writer.drain()
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while (response := await desk.post(2)).status_code == 503:
            pass
    assert response.status_code == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_body_that_says_it_is_too_large_is_not_waited_for(desk: Desk) -> None:
    async with desk.line() as (reader, writer):
        writer.write(head(RIGHT, webhook.MAX_BODY_BYTES + 1))
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_body_that_grows_too_large_is_cut_off(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "MAX_BODY_BYTES", 1000)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 400

    response = await desk.client.post(PATH, content=chunks(), headers=RIGHT)
    assert response.status_code == 413
    assert desk.gate.taken == []


async def test_a_body_of_the_largest_size_is_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = json.dumps({"update_id": 1}).encode()
    monkeypatch.setattr(webhook, "MAX_BODY_BYTES", len(body))
    response = await desk.client.post(PATH, content=body, headers=RIGHT)
    assert (response.status_code, desk.gate.taken) == (200, [1])


@pytest.mark.parametrize("body", [b"[" * 500_000, b'{"a":' * 150_000, b"1" * 900_000])
async def test_a_body_made_to_hurt_is_left_out(desk: Desk, body: bytes) -> None:
    response = await desk.client.post(PATH, content=body, headers=RIGHT)
    assert (response.status_code, desk.gate.taken) == (200, [])
