"""Requests over HTTP of one person, sent again by others: nothing of theirs is read or changed.

Every registered route is named in ``SORTS``, so a new one cannot be forgotten. The updates that
come by the webhook are sent again by another person in ``tests/telegram/test_done_once.py``.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import httpx
from pydantic import SecretStr

from bot.features.log_address.messages import IN_PLACE
from tests.features.log_address.serving import address_in, new_address
from tests.features.mini_app.serving import KEY, NIGHT, served
from tests.features.mini_app.signing import signed
from tests.support.harness import START, Harness, Someone
from tests.support.raw_rows import raw_rows

SECRET = "a-secret-of-enough-letters"
NOTE = "woke me twice"
LAMP = "lamp-1"
"""The key of Ann's request to her address."""
NOT_OF_PEOPLE = {"inbox", "leases", "pace", "jobs", "facts", "deliveries"}
MINUTE = timedelta(minutes=1)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Sort(Enum):
    """What a route asks for before it does anything."""

    NOTHING = "nothing: it shows nothing of anybody"
    SIGNATURE = "what Telegram signed for whoever opened the page"
    TOKEN = "the token of an address"
    SECRET = "the secret of the webhook"


SORTS = {
    "/healthz": Sort.NOTHING,
    "/readyz": Sort.NOTHING,
    "/metrics": Sort.NOTHING,
    "/telegram": Sort.SECRET,
    "/app": Sort.NOTHING,
    "/app/app.js": Sort.NOTHING,
    "/app/app.css": Sort.NOTHING,
    "/app/month": Sort.SIGNATURE,
    "/app/log": Sort.SIGNATURE,
    "/app/undo": Sort.SIGNATURE,
    "/log": Sort.TOKEN,
    "/log/": Sort.TOKEN,
    "/log/{token}": Sort.TOKEN,
    "/log/{token}/": Sort.TOKEN,
}
OF_PAGE: tuple[Any, ...] = (
    {},
    {"month": "202701"},
    {"key": KEY},
    {"key": KEY, "waited": 9000},
    [KEY],
)
"""Bodies that Ann's page sends, and one that no page does."""
OF_ADDRESS: tuple[Mapping[str, Any], ...] = (
    {},
    {"json": {"key": LAMP}},
    {"json": {"key": LAMP, "strength": 9, "minutes_ago": 3}},
    {"data": {"key": LAMP, "side": "left"}},
    {"headers": {"Idempotency-Key": LAMP}},
    {"content": b"\xff["},
)


class World:
    """Ann, whose requests are sent again, and Eve; all requests come from one place."""

    def __init__(self, bot: Harness, client: httpx.AsyncClient, ann: Someone, eve: Someone) -> None:
        self.bot, self.client, self.ann, self.eve = bot, client, ann, eve
        self.began_at = START

    async def log(self) -> None:
        """Log a cramp on Ann's page and one at her address, and note something."""
        bot, ann = self.bot, self.ann
        answer = await self.client.post(
            "/app/log", json={"key": KEY}, headers=self.signature(ann, bot.clock.now())
        )
        assert answer.status_code == 200
        await bot.settled()
        bot.telegram.reply(ann.telegram_person, ann.last.id, NOTE)
        await bot.settled()
        self.old_token = (await new_address(ann)).rpartition("/")[2]
        bot.clock.advance(2 * MINUTE)
        await ann.forges(f"address:make:{IN_PLACE}")
        self.token = address_in(ann).rpartition("/")[2]
        assert self.token != self.old_token
        self.eves_token = (await new_address(self.eve)).rpartition("/")[2]
        bot.clock.advance(2 * MINUTE)
        assert (await self.client.post(f"/log/{self.token}", json={"key": LAMP})).status_code == 200
        await bot.settled()

    def signature(self, someone: Someone, at: datetime, **more: str) -> dict[str, str]:
        """The header of a page that somebody opened at an instant."""
        data = signed({"id": someone.id, "language_code": "en"}, at, **more)
        return {"Authorization": f"tma {data}"}

    async def anns(self) -> tuple[object, ...]:
        """All rows of Ann, and what she sees."""
        await self.bot.settled()
        rows = {
            name: [row for row in found if self.ann.id in row]
            for name, (_columns, found) in (await raw_rows(self.bot.settings.database_url)).items()
            if name not in NOT_OF_PEOPLE
        }
        return rows, [one.words for one in self.ann.messages]

    def unsigned(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Headers by which nobody is let in."""
        now, ann, eve = self.bot.clock.now(), self.ann, self.eve
        yield "none", {}
        yield "expired", self.signature(ann, now - timedelta(hours=25))
        yield "from before she began", self.signature(ann, self.began_at - MINUTE)
        yield "of tomorrow", self.signature(ann, now + timedelta(hours=1))
        yield "of another bot", self.signature(ann, now, token="2:another")
        mine, theirs = (self.signature(one, now)["Authorization"] for one in (ann, eve))
        yield (
            "her data, Eve's hash",
            {
                "Authorization": mine.partition("&hash=")[0]
                + "&hash="
                + theirs.partition("&hash=")[2]
            },
        )
        yield (
            "of a stranger",
            {"Authorization": f"tma {signed({'id': 987_654_321, 'language_code': 'en'}, now)}"},
        )
        yield "token of an address", {"Authorization": f"Bearer {self.token}"}


@asynccontextmanager
async def world(harness: Harness, port: int) -> AsyncIterator[World]:
    ann, eve = await harness.set_up_person("Ann"), await harness.set_up_person("Eve")
    webhook = {
        "webhook_url": f"http://127.0.0.1:{port}",
        "webhook_secret": SecretStr(SECRET),
    }
    async with served(harness, port, **webhook) as client:
        await harness.live_until(NIGHT)
        found = World(harness, client, ann, eve)
        await found.log()
        yield found


async def test_nothing_of_one_person_is_read_or_changed_by_requests_of_others(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with world(harness, unused_tcp_port) as one:
        server = harness.app._http_server
        assert server is not None
        assert {route.path for route in server._routes} == set(SORTS)
        before = await one.anns()
        await try_other_methods(one)
        await try_webhook(one)
        await try_open_pages(one)
        for path, sort in SORTS.items():
            if sort is Sort.SIGNATURE:
                await try_signed(one, path)
            elif sort is Sort.TOKEN:
                await try_address(one, path)
            assert await one.anns() == before, path
        await try_after_erasing(one)


async def try_other_methods(one: World) -> None:
    """Whatever is asked without a right, with any method: no answer tells of anything."""
    for path in SORTS:
        for method in METHODS:
            answer = await one.client.request(method, path.format(token="x" * 43))
            assert answer.status_code < 500
            tells_nothing(one, answer)


async def try_open_pages(one: World) -> None:
    """With Ann's own signature they are as without: they show nothing of anybody."""
    own = one.signature(one.ann, one.bot.clock.now())
    for path in (path for path, sort in SORTS.items() if sort is Sort.NOTHING):
        answer = await one.client.get(path, headers=own)
        assert answer.status_code == 200
        tells_nothing(one, answer)


async def try_webhook(one: World) -> None:
    """An update of Ann, by somebody who has not the secret."""
    raw = {
        "update_id": 5_000_000,
        "message": {
            "message_id": 77_777,
            "date": int(one.bot.clock.now().timestamp()),
            "chat": {"id": one.ann.id, "type": "private"},
            "from": one.ann.telegram_person.as_user(),
            "text": "/cramp",
        },
    }
    name = "X-Telegram-Bot-Api-Secret-Token"
    for headers in ({}, {name: ""}, {name: SECRET[:-1]}, {name: SECRET.upper()}):
        answer = await one.client.post("/telegram", json=raw, headers=headers)
        assert (answer.status_code, answer.text) == (403, "")


async def try_signed(one: World, path: str) -> None:
    """Ann's requests of the page, with other signatures than hers, and with Eve's."""
    for body in OF_PAGE:
        one.bot.clock.advance(MINUTE)
        for how, headers in one.unsigned():
            answer = await one.client.post(path, json=body, headers=headers)
            refused = {401} if isinstance(body, dict) else {400, 401}
            assert answer.status_code in refused, how
            assert answer.text == "{}", how
        headers = one.signature(one.eve, one.bot.clock.now())
        answer = await one.client.post(path, json=body, headers=headers)
        assert answer.status_code in {200, 400}
        tells_nothing(one, answer)


async def try_address(one: World, path: str) -> None:
    """Ann's requests to her address, with other tokens than hers, and with Eve's."""
    replaced = [one.old_token, one.token[::-1], one.token[:-1], one.token.swapcase(), "x"]
    for request in OF_ADDRESS:
        one.bot.clock.advance(MINUTE)
        refused = {
            (answer.status_code, answer.text)
            for token in replaced
            for answer in [await ask(one, path, token, request)]
        }
        assert len(refused) == 1, "a replaced token is like one that never was"
        assert {status for status, _text in refused} == {404}
        answer = await ask(one, path, one.eves_token, request)
        assert answer.status_code in {200, 400}
        tells_nothing(one, answer)


async def ask(one: World, path: str, token: str, request: Mapping[str, Any]) -> httpx.Response:
    """A request to an address, whose token is in the path or in a header."""
    headers = dict(request.get("headers", {}))
    if "{" not in path:
        headers["Authorization"] = f"Bearer {token}"
    rest = {name: value for name, value in request.items() if name != "headers"}
    return await one.client.post(path.format(token=token), headers=headers, **rest)


async def try_after_erasing(one: World) -> None:
    """What Ann could do before she erased everything and began anew, she cannot do any more."""
    signature = one.signature(one.ann, one.bot.clock.now())
    one.bot.clock.advance(MINUTE)
    await one.ann.says("/delete")
    await one.ann.taps("Yes, erase everything")
    for has_begun in (False, True):
        if has_begun:
            one.bot.clock.advance(MINUTE)
            await one.ann.says("/start")
        before = await one.anns()
        for path, sort in SORTS.items():
            if sort is Sort.SIGNATURE:
                for body in OF_PAGE:
                    answer = await one.client.post(path, json=body, headers=signature)
                    assert answer.status_code in {400, 401}, (path, body)
                    assert answer.text == "{}", (path, body)
            elif sort is Sort.TOKEN:
                answer = await ask(one, path, one.token, {"json": {"key": LAMP}})
                assert answer.status_code == 404, path
        assert await one.anns() == before


def tells_nothing(one: World, answer: httpx.Response) -> None:
    """Nothing of Ann is in an answer."""
    told = answer.text + str(answer.headers)
    number = rf"(?<![\d.]){one.ann.id}(?!\d)"  # not the end of a measured number of seconds
    assert re.search(number, told) is None
    for secret in (NOTE, one.token, one.old_token, "Ann"):
        assert secret not in told
