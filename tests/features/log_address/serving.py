"""The bot with public addresses, and the requests of a button by somebody's bed."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.features.mini_app.serving import NIGHT, served
from tests.support.harness import Harness, Someone


def address_in(ann: Someone) -> str:
    """The path of the address that a message of the bot shows."""
    words = "\n".join(one.words for one in ann.bot_messages)
    found = re.findall(r"https?://[^/\s]+(/log/[A-Za-z0-9_-]{43})\n", words)
    assert found, ann.last.words
    return str(found[-1])


class Bedside:
    """A button by the bed that sends a request to an address."""

    def __init__(self, harness: Harness, client: httpx.AsyncClient, path: str) -> None:
        self.harness, self.client, self.path = harness, client, path

    async def sends(self, json: Any = None, **more: Any) -> httpx.Response:
        """Send a POST request, and wait until the chat shows what follows from it."""
        if json is not None:
            more["json"] = json
        answer = await self.client.post(more.pop("path", self.path), **more)
        await self.harness.settled()
        return answer

    async def hears(self, json: Any = None, **more: Any) -> str:
        """The sentence that answers a request that is carried out."""
        answer = await self.sends(json, **more)
        assert answer.status_code == 200, answer.text
        return answer.text


async def new_address(ann: Someone) -> str:
    """Make an address in the chat; returns its path."""
    await ann.says("/privacy")
    await ann.forges("address:make")
    return address_in(ann)


@asynccontextmanager
async def bedside(
    harness: Harness, port: int, language: str = "en", **settings: Any
) -> AsyncIterator[tuple[Someone, Bedside]]:
    """Give an address to one person who has been set up, at night."""
    ann = await harness.set_up_person("Ann", language=language)
    async with served(harness, port, **settings) as client:
        await harness.live_until(NIGHT)
        yield ann, Bedside(harness, client, await new_address(ann))
