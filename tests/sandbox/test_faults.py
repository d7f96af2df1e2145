"""Injected faults, and the server itself."""

import asyncio
import json

import httpx
import pytest

from bot.sandbox.bot_api.http import MAX_LONG_POLL_SECONDS
from bot.sandbox.faults import Kind
from bot.sandbox.models import ApiError, Person
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.sandbox.conftest import Wire


async def test_too_many_requests(wire: Wire, ann: Person) -> None:
    wire.telegram.faults.set("too_many_requests", times=1, retry_after=7)
    response = await wire.call("sendMessage", chat_id=ann.id, text="x")
    assert response.status_code == 429
    assert response.json()["parameters"] == {"retry_after": 7}
    assert response.json()["description"] == "Too Many Requests: retry after 7"
    wire.telegram.faults.set("too_many_requests", times=1, retry_after=None)
    assert "parameters" not in (await wire.call("sendMessage", chat_id=ann.id, text="x")).json()
    await wire.result("sendMessage", chat_id=ann.id, text="x")


async def test_server_error_and_garbage(wire: Wire, ann: Person) -> None:
    wire.telegram.faults.set("server_error", times=1)
    response = await wire.call("sendMessage", chat_id=ann.id, text="x")
    assert response.status_code == 500
    wire.telegram.faults.set("garbage", times=1)
    response = await wire.call("sendMessage", chat_id=ann.id, text="x")
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert len(wire.telegram.chat(ann)) == 1


@pytest.mark.parametrize(("kind", "arrived"), [("drop_before", 0), ("drop_after", 1)])
async def test_dropped_connections_are_really_dropped(
    wire: Wire, ann: Person, kind: Kind, arrived: int
) -> None:
    wire.telegram.faults.set(kind, method="sendMessage", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await wire.call("sendMessage", chat_id=ann.id, text="x")
    await wire.telegram.settled()
    assert len(wire.telegram.chat(ann)) == 1 + arrived
    await wire.result("sendMessage", chat_id=ann.id, text="y")
    await wire.telegram.settled()


async def test_slow_and_hanging_answers(wire: Wire, ann: Person) -> None:
    wire.telegram.faults.set("slow", times=1, seconds=0.05)
    await wire.result("sendMessage", chat_id=ann.id, text="late")
    fault = wire.telegram.faults.set("hang")
    hanging = asyncio.create_task(wire.call("sendMessage", chat_id=ann.id, text="never"))
    await wire.telegram.wait_for(lambda: bool(wire.telegram.calls_of("sendMessage")[1:]))
    with pytest.raises(TimeoutError, match="requests in progress: sendMessage"):
        await wire.telegram.settled(0.05)
    assert wire.telegram.faults.active == [fault]
    wire.telegram.faults.clear("hang")
    with pytest.raises(httpx.RemoteProtocolError):
        await hanging
    assert wire.telegram.last(ann).text == "late"


async def test_faults_for_one_method_or_one_chat(wire: Wire, ann: Person) -> None:
    ben = wire.telegram.add_person("Ben")
    wire.telegram.say(ben, "/start")
    wire.telegram.faults.set("server_error", chat_id=ben.id)
    await wire.result("sendMessage", chat_id=ann.id, text="x")
    assert (await wire.call("sendMessage", chat_id=ben.id, text="x")).status_code == 500
    wire.telegram.faults.clear()
    wire.telegram.faults.set("server_error", method="sendMessage")
    await wire.result("getMe")
    assert (await wire.call("sendMessage", chat_id=ann.id, text="x")).status_code == 500
    wire.telegram.faults.clear()
    wire.telegram.faults.set("server_error")
    await wire.result("getUpdates")
    wire.telegram.faults.clear()
    wire.telegram.faults.set("server_error", method="*")
    assert (await wire.call("getUpdates")).status_code == 500
    with pytest.raises(ValueError, match="no such fault"):
        wire.telegram.faults.set("meteor")  # type: ignore[arg-type]


async def test_the_server_is_local_and_closes_at_once(telegram: Telegram) -> None:
    with pytest.raises(ValueError, match="this computer only"):
        await serve(create_app(telegram), "192.0.2.1")
    server = await serve(create_app(telegram))
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        poll = asyncio.create_task(
            client.post(f"/bot{telegram.token}/getUpdates", json={"timeout": MAX_LONG_POLL_SECONDS})
        )
        await telegram.wait_for(lambda: telegram.polling)
        async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
            await server.close()
            assert (await poll).json()["result"] == []


def test_errors_have_code_and_description() -> None:
    error = ApiError(429, "Too Many Requests: retry after 1", {"retry_after": 1})
    assert (error.code, str(error)) == (429, "Too Many Requests: retry after 1")
