"""setWebhook, and how updates are posted to the bot."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.bot_api.http import MAX_LONG_POLL_SECONDS
from bot.sandbox.models import Person
from bot.sandbox.server import RunningServer, serve
from tests.sandbox.conftest import Wire


class Hook:
    """A bot's webhook, which answers with the given statuses in turn."""

    def __init__(self, *answers: int) -> None:
        self.answers = list(answers)
        self.seen: list[tuple[str, dict[str, Any]]] = []

    async def take(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], body))
        status = self.answers.pop(0) if self.answers else 200
        return Response(status_code=status)

    async def serve(self) -> RunningServer:
        return await serve(Starlette(routes=[Route("/hook", self.take, methods=["POST"])]))


async def test_webhook_retries_in_order_until_it_is_taken(wire: Wire, ann: Person) -> None:
    hook = Hook(503, 500, 200)
    wire.telegram.webhook_first_retry_seconds = 0.01
    receiver = await hook.serve()
    await wire.result("setWebhook", url=f"{receiver.url}/hook", secret_token="s-1_x")
    wire.telegram.say(ann, "one")
    wire.telegram.say(ann, "two")
    await wire.result("setWebhook", url=f"{receiver.url}/hook", secret_token="s-1_x")
    await wire.telegram.settled()
    texts = [update["message"]["text"] for _, update in hook.seen]
    assert texts == ["one", "one", "one", "two"]
    assert {secret for secret, _ in hook.seen} == {"s-1_x"}
    info = await wire.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert info["pending_update_count"] == 0
    answer = await wire.refusal("getUpdates")
    assert answer[0] == 409
    assert "while webhook is active" in answer[1]
    await wire.result("deleteWebhook")
    assert (await wire.result("getWebhookInfo"))["url"] == ""
    assert await wire.result("getUpdates") == []
    await receiver.close()


async def test_webhook_with_one_connection_gets_the_updates_of_everybody(
    wire: Wire, ann: Person
) -> None:
    hook = Hook()
    receiver = await hook.serve()
    url = f"{receiver.url}/hook"
    await wire.result("setWebhook", url=url, secret_token="s", max_connections=1)
    bob = wire.telegram.add_person("Bob")
    for person in (ann, bob, ann, bob):
        wire.telegram.say(person, person.first_name)
    await wire.telegram.settled()
    texts = [update["message"]["text"] for _, update in hook.seen]
    assert sorted(texts) == ["Ann", "Ann", "Bob", "Bob"]
    await receiver.close()


async def test_update_stays_while_nobody_serves_the_webhook(
    wire: Wire, ann: Person, unused_tcp_port: int
) -> None:
    await wire.result("setWebhook", url=f"http://127.0.0.1:{unused_tcp_port}/hook")
    wire.telegram.say(ann, "one")
    webhook = wire.telegram.webhook
    assert webhook is not None
    await wire.telegram.wait_for(lambda: webhook.last_error is not None)
    info = await wire.result("getWebhookInfo")
    assert info["last_error_message"] == "Connection failed: ClientConnectorError"
    assert info["pending_update_count"] == 1


async def test_setting_a_webhook_ends_a_long_poll(wire: Wire) -> None:
    poll = asyncio.create_task(wire.call("getUpdates", timeout=MAX_LONG_POLL_SECONDS))
    await wire.telegram.wait_for(lambda: wire.telegram.polling)
    await wire.result("setWebhook", url="http://127.0.0.1:1/hook")
    async with asyncio.timeout(MAX_LONG_POLL_SECONDS / 2):
        description = (await poll).json()["description"]
    assert description == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "nonsense"}, "invalid webhook URL specified"),
        (
            {"url": "http://127.0.0.1/", "secret_token": "no spaces"},
            "secret token contains unallowed characters",
        ),
        ({"url": "http://127.0.0.1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_that_are_refused(wire: Wire, params: dict[str, str], words: str) -> None:
    assert await wire.refusal("setWebhook", **params) == (400, f"Bad Request: {words}")
