"""Requests of the Mini App over HTTP, against the whole bot."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.database.models import Cramp, User
from bot.dispatch.replanning import set_blocked
from bot.features.mini_app import routes
from bot.features.mini_app.routes import LONGEST_WAIT, MAX_BODY_BYTES
from tests.features.mini_app.serving import KEY, NIGHT, SOON, Phone, opened, served
from tests.features.mini_app.signing import signed
from tests.support.harness import Harness


@pytest.fixture
async def any_harness(database_url: str) -> AsyncIterator[Harness]:
    """The bot on each database."""
    async with Harness.open(database_url) as harness:
        yield harness


async def test_a_retried_tap_makes_one_entry(any_harness: Harness, unused_tcp_port: int) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        for _ in range(3):
            found = await phone.gets("log", {"key": KEY, "waited": 0})
            assert found["entry"] == {
                "words": "Logged: 03:12, Wednesday night",
                "is_removed": False,
            }
        (row,) = await any_harness.rows(Cramp)
        assert (row.user_id, row.tapped_at) == (ann.id, row.occurred_at)
        assert NIGHT <= row.occurred_at < NIGHT + SOON
        assert len(ann.bot_messages) == before + 1  # more can be told in the chat
        assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night")
        assert ann.last.silent
        await phone.gets("log", {"key": KEY + 1})
        assert len(await any_harness.rows(Cramp)) == 2


async def test_concurrent_retries_of_a_tap_are_answered_once_in_the_chat(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        await asyncio.gather(*(phone.gets("log", {"key": KEY}) for _ in range(5)))
        assert len(await any_harness.rows(Cramp)) == 1
        assert len(ann.bot_messages) == before + 1


async def test_a_tap_that_was_sent_late_keeps_its_time(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (_ann, phone):
        await phone.gets("log", {"key": KEY, "waited": 600_000})
        (row,) = await any_harness.rows(Cramp)
        assert NIGHT <= row.occurred_at + timedelta(minutes=10) < NIGHT + SOON


async def test_undo_is_idempotent_and_shows_in_the_chat(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        await phone.gets("log", {"key": KEY})
        before = len(ann.bot_messages)
        for _ in range(2):
            found = await phone.gets("undo", {"key": KEY})
            assert found["entry"]["is_removed"]
        (row,) = await any_harness.rows(Cramp)
        assert row.deleted_at is not None
        assert len(ann.bot_messages) == before
        assert ann.last.words == "Removed: 03:12, Wednesday night."


async def test_the_month_shows_what_the_diary_says(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        await ann.says("/cramp")
        await ann.taps("8")
        found = await phone.gets("month")
        month = found["month"]
        assert (month["title"], month["weekdays"][0], month["indent"]) == ("January 2027", "Mon", 4)
        assert len(month["nights"]) == 31
        assert month["nights"][12] == {
            "day": 13,
            "state": "cramps",
            "words": "Wed 13 Jan: 1 cramp",
            "count": 1,
            "colour": month["nights"][12]["colour"],
        }
        assert month["nights"][13] == {"day": 14, "state": "to_come", "words": "Thu 14 Jan"}
        assert (month["earlier"], month["later"]) == (None, None)
        assert found["entry"] is None


async def test_an_entry_of_the_page_can_be_changed_in_the_chat(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        await ann.says("/cramp")
        await any_harness.live_until(NIGHT + timedelta(minutes=5))
        await phone.gets("log", {"key": KEY})
        assert "Your second cramp this night." in ann.last.words
        await ann.taps("8")
        for label in ("More…", "Another time…", "Type a time…"):
            await ann.taps(label)
        await ann.says("02:45")
        for label in ("More…", "Note, count…", "Add a note…"):
            await ann.taps(label)
        await phone.gets("log", {"key": KEY})  # coming again, it calls off no question
        await ann.says("after a long walk")
        _, row = await any_harness.rows(Cramp)
        assert row.note == "after a long walk"
        assert (row.intensity, row.occurred_at) == (8, NIGHT - timedelta(minutes=27))
        found = await phone.gets("undo", {"key": KEY})
        assert found["entry"]["words"] == "Removed: 02:45, Wednesday night."
        assert found["month"]["nights"][12]["count"] == 1


async def test_a_key_of_another_person_finds_no_entry(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(harness, unused_tcp_port) as (_ann, phone):
        await phone.gets("log", {"key": KEY})
        bob = await harness.set_up_person("Bob")
        address = f"http://127.0.0.1:{unused_tcp_port}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            theirs = Phone(harness, client, bob)
            assert (await theirs.gets("undo", {"key": KEY}))["entry"] is None
        (row,) = await harness.rows(Cramp)
        assert row.deleted_at is None


async def test_requests_without_valid_init_data_are_refused(
    harness: Harness, unused_tcp_port: int
) -> None:
    ann = await harness.set_up_person("Ann")
    person = {"id": ann.id}
    now = harness.clock.now()
    good = signed(person, now)
    async with served(harness, unused_tcp_port) as client:
        for given in (
            None,
            "",
            good,
            f"Bearer {good}",
            "tma",
            f"tma {signed(person, now, token='2:other')}",
            f"tma {signed(person, now - timedelta(hours=25))}",
        ):
            headers = {} if given is None else {"Authorization": given}
            for what in ("month", "log", "undo"):
                answer = await client.post(f"/app/{what}", json={"key": KEY}, headers=headers)
                assert (answer.status_code, answer.json()) == (401, {})
        assert (await client.get("/app/log")).status_code == 405
    assert await harness.rows(Cramp) == []


async def test_a_private_bot_refuses_strangers(harness: Harness, unused_tcp_port: int) -> None:
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port, allowed_user_ids=frozenset({1})) as client:
        assert (await Phone(harness, client, ann).asks("log", {"key": KEY})).status_code == 403
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("log", []),
        ("log", {"key": "1"}),
        ("log", {"key": 5}),
        ("log", {"key": -KEY}),
        ("log", {"key": 10**13}),
        ("log", {"key": 1.5e12}),
        ("log", {"key": True}),
        ("log", {"key": KEY, "waited": -1}),
        ("log", {"key": KEY, "waited": LONGEST_WAIT.total_seconds() * 1000 + 1}),
        ("log", {"key": KEY, "waited": "0"}),
        ("undo", {}),
        ("month", {"month": "20271"}),
        ("month", {"month": 202701}),
        ("month", {"month": "x" * MAX_BODY_BYTES}),
    ],
)
async def test_malformed_requests_change_nothing(
    harness: Harness, unused_tcp_port: int, what: str, body: Any
) -> None:
    async with opened(harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        assert (await phone.asks(what, body or [0])).status_code == 400
        assert len(ann.bot_messages) == before
    assert await harness.rows(Cramp) == []


async def test_a_request_that_arrives_too_slowly_gets_503_so_that_it_is_retried(
    harness: Harness, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "READ_SECONDS", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"key": '
        await asyncio.sleep(1)
        yield b"1}"

    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port) as client:
        header = {"Authorization": f"tma {signed({'id': ann.id}, harness.clock.now())}"}
        answer = await client.post("/app/log", content=slowly(), headers=header)
        assert (answer.status_code, answer.json()) == (503, {})


async def test_the_rate_limit_refuses_reading_but_not_logging(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(harness, unused_tcp_port) as (_ann, phone):
        answers: list[int] = []
        while 429 not in answers and len(answers) < 1000:  # two more a second are allowed
            answers.append((await phone.asks("month")).status_code)
        assert len(answers) > 120
        assert {*answers[:-1]} == {200}
        assert answers[-1] == 429
        assert (await phone.asks("log", {"key": KEY})).status_code == 200


async def test_cramps_over_the_rate_limit_are_stored_but_not_answered_in_the_chat(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    """The limit is per person: taps with different keys count together."""
    numbers = [KEY, 10**13 - 1, *range(KEY + 9, KEY + 2, -1)]
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        for back, number in enumerate(numbers):  # minutes apart: each is a cramp of its own
            await phone.gets("log", {"key": number, "waited": back * 120_000})
        assert len(await any_harness.rows(Cramp)) == len(numbers)
        assert len(ann.bot_messages) == before + 5


async def test_log_requests_faster_than_the_page_retries_get_503(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(harness, unused_tcp_port) as (_ann, phone):
        answers: list[int] = []
        while 503 not in answers and len(answers) < 1000:
            answers.append((await phone.asks("log", {"key": KEY + len(answers)})).status_code)
        assert len(answers) > 60
        assert {*answers[:-1]} == {200}
        assert len(await harness.rows(Cramp)) == len(answers) - 1
        await harness.live_until(harness.clock.now() + timedelta(seconds=2))
        assert (await phone.asks("log", {"key": KEY + len(answers)})).status_code == 200


async def test_opening_the_page_does_not_unblock_the_bot(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(harness, unused_tcp_port) as (ann, phone):
        async with harness.database.transaction() as session:
            await set_blocked(session, ann.id, harness.clock.now())
        await phone.gets("month")
        (user,) = await harness.rows(User)
        assert user.blocked_at is not None
        await ann.says("/reminders")
        (user,) = await harness.rows(User)
        assert user.blocked_at is None


async def test_only_who_has_begun_before_the_page_was_opened_is_let_in(
    harness: Harness, unused_tcp_port: int
) -> None:
    """Nobody becomes known by a page, and a signature from before an erasing is worth nothing."""
    bob = await harness.person("Bob")
    requests = [("month", {}), ("log", {"key": KEY}), ("undo", {"key": KEY})]
    async with served(harness, unused_tcp_port) as client:
        phone = Phone(harness, client, bob)
        for what, body in requests:
            assert (await phone.asks(what, body)).status_code == 401
        assert await harness.rows(User) == []
        await bob.says("/start")
        old = {"Authorization": f"tma {signed({'id': bob.id}, harness.clock.now())}"}
        assert (await phone.asks("log", {"key": KEY})).status_code == 200
        await bob.says("/delete")
        await bob.taps("Yes, erase everything")
        for what, body in requests:
            answer = await client.post(f"/app/{what}", json=body, headers=old)
            assert (answer.status_code, await harness.rows(User)) == (401, [])
        await harness.live_for(timedelta(minutes=1))
        await bob.says("/start")
        for what, body in requests:
            answer = await client.post(f"/app/{what}", json=body, headers=old)
            assert (answer.status_code, await harness.rows(Cramp)) == (401, [])
        assert (await phone.asks("log", {"key": KEY})).status_code == 200


async def test_after_consent_was_taken_back_the_page_says_so_and_stores_nothing(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(harness, unused_tcp_port) as (ann, phone):
        await ann.forges("consent:no")
        for what, body in (("log", {"key": KEY}), ("month", {})):
            answer = await phone.asks(what, body)
            assert answer.status_code == 403
            assert "took back your consent" in answer.json()["refusal"]
        assert await harness.rows(Cramp) == []


async def test_odd_ids_are_refused(harness: Harness, unused_tcp_port: int) -> None:
    numbers: tuple[Any, ...] = (2**63, 2**52, 10**400, 0, -1, None, 1.5, True, "5")
    async with served(harness, unused_tcp_port) as client:
        for person in (*({"id": one} for one in numbers), [], 7):
            header = {"Authorization": f"tma {signed(person, harness.clock.now())}"}
            answer = await client.post("/app/log", json={"key": KEY}, headers=header)
            assert (answer.status_code, answer.json()) == (401, {})


async def test_odd_languages_do_no_harm(harness: Harness, unused_tcp_port: int) -> None:
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port) as client:
        for code in ("\x00", "\ud800", "x" * 3000, "../..", "", 5):
            person = {"id": ann.id, "language_code": code}
            header = {"Authorization": f"tma {signed(person, harness.clock.now())}"}
            answer = await client.post("/app/month", json={}, headers=header)
            assert answer.status_code == 200
    assert {one.language for one in await harness.rows(User)} == {"en"}


async def test_without_an_address_there_are_no_routes(
    harness: Harness, unused_tcp_port: int
) -> None:
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port, mini_app_url=None) as client:
        assert (await client.get("/app")).status_code == 404
        await ann.says("/history")
        assert "Open the month" not in ann.last.buttons


async def test_the_list_of_nights_has_a_button_that_opens_the_page(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(harness, unused_tcp_port) as (ann, _phone):
        await ann.says("/history")
        assert ann.last.buttons[-1] == "Open the month"


async def test_language_and_security_headers_of_the_page(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with served(harness, unused_tcp_port) as client:
        answer = await client.get("/app", headers={"Accept-Language": "de-DE,de;q=0.9"})
        assert '<html lang="de">' in answer.text
        assert "{" + "words}" not in answer.text
        for path in ("/app", "/app/app.js", "/app/app.css"):
            headers = (await client.get(path)).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
