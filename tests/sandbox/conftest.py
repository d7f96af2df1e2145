"""A sandbox on a real port, and clients of its Bot API."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import Telegram


@dataclass
class Wire:
    """A client of the Bot API over real HTTP."""

    client: httpx.AsyncClient
    telegram: Telegram
    server: RunningServer

    async def call(self, method: str, **params: Any) -> httpx.Response:
        """Call a method with a JSON body."""
        return await self.client.post(f"/bot{self.telegram.token}/{method}", json=params)

    async def result(self, method: str, **params: Any) -> Any:
        """Call a method that must succeed; return its result."""
        answer = (await self.call(method, **params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> tuple[int, str]:
        """Call a method that must be refused; return code and description."""
        response = await self.call(method, **params)
        answer = response.json()
        assert answer["ok"] is False
        assert answer["error_code"] == response.status_code
        return answer["error_code"], answer["description"]


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
async def server(telegram: Telegram) -> AsyncIterator[RunningServer]:
    running = await serve(create_app(telegram))
    yield running
    await running.close()


@pytest.fixture
async def wire(telegram: Telegram, server: RunningServer) -> AsyncIterator[Wire]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        yield Wire(client, telegram, server)


@pytest.fixture
def ann(telegram: Telegram) -> Person:
    """A person who has started the bot; the update is confirmed."""
    person = telegram.add_person("Ann")
    telegram.say(person, "/start")
    telegram.updates.clear()
    return person


@pytest.fixture
async def bot(telegram: Telegram, server: RunningServer) -> AsyncIterator[Bot]:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    root = server.url
    made = Bot(telegram.token, f"{root}/bot", f"{root}/file/bot", request=request)
    async with made:
        yield made
