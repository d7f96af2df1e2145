"""The bot with a Mini App, and the requests of its page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.features.mini_app.signing import signed
from tests.support.harness import Harness, Someone

NIGHT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
KEY = 1_799_892_720_000
SOON = timedelta(seconds=30)


@asynccontextmanager
async def served(harness: Harness, port: int, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Restart the bot with a Mini App on a port; yields an HTTP client for it."""
    address = f"http://127.0.0.1:{port}"
    await harness.app.stop()
    harness.settings = harness.settings.model_copy(
        update={"http_port": port, "mini_app_url": address} | settings
    )
    await harness.start_again()
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client


class Phone:
    """Sends the requests of one person's page."""

    def __init__(self, harness: Harness, client: httpx.AsyncClient, ann: Someone) -> None:
        self._harness, self._client, self._ann = harness, client, ann

    async def asks(self, what: str, body: Any = None) -> httpx.Response:
        person = {"id": self._ann.id, "language_code": "en"}
        header = {"Authorization": f"tma {signed(person, self._harness.clock.now())}"}
        answer = await self._client.post(f"/app/{what}", json=body or {}, headers=header)
        await self._harness.settled()
        return answer

    async def gets(self, what: str, body: Any = None) -> dict[str, Any]:
        answer = await self.asks(what, body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@asynccontextmanager
async def opened(
    harness: Harness, port: int, **settings: Any
) -> AsyncIterator[tuple[Someone, Phone]]:
    """Serve the Mini App to one person who has been set up, at night."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, port, **settings) as client:
        await harness.live_until(NIGHT)
        yield ann, Phone(harness, client, ann)
