"""Requests to an address over HTTP, against the whole bot."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from bot.database.models import Cramp, InboxRow, LogAddress, User
from bot.dispatch.replanning import set_blocked
from bot.features.diary import limits
from bot.features.log_address import queries, routes
from bot.features.log_address.routes import MAX_BODY_BYTES
from bot.features.log_address.token import hash_of
from tests.features.log_address.serving import Bedside, address_in, bedside, new_address
from tests.features.mini_app.serving import NIGHT, SOON, served
from tests.support.harness import Harness

TOKEN_LENGTH = 43


@pytest.fixture
async def any_harness(database_url: str) -> AsyncIterator[Harness]:
    """The bot on each database."""
    async with Harness.open(database_url) as harness:
        yield harness


async def test_one_request_logs_a_cramp_and_the_chat_shows_it_without_a_sound(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(any_harness, unused_tcp_port) as (ann, button):
        before = len(ann.bot_messages)
        answer = await button.sends()
        assert (answer.status_code, answer.text) == (200, "Logged, 3:12.")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        (row,) = await any_harness.rows(Cramp)
        assert (row.user_id, row.tapped_at) == (ann.id, row.occurred_at)
        assert NIGHT <= row.occurred_at < NIGHT + SOON
        assert len(ann.bot_messages) == before + 1
        assert ann.last.words.startswith("Cramp logged: 03:12\nWednesday night")
        assert ann.last.silent
        assert row.reply_message_id == ann.last.id
        (address,) = await any_harness.rows(LogAddress)
        assert address.used_at is not None
        assert await button.hears() == "Already logged, 3:12."
        assert len(ann.bot_messages) == before + 1, "the chat shows it already"
        assert [one.same_as_id for one in await any_harness.rows(Cramp)] == [None, row.id]
        await any_harness.live_until(NIGHT + timedelta(minutes=5))
        assert await button.hears() == "Logged, 3:17."
        assert "Your second cramp this night." in ann.last.words


async def test_by_day_the_chat_is_silent_too_and_details_are_kept(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(any_harness, unused_tcp_port) as (ann, button):
        await any_harness.live_until(NIGHT + timedelta(hours=10))
        said = {"strength": "7", "side": "left", "site": "calf", "minutes_ago": 30}
        answer = await button.sends(said, headers={"Accept": "application/json"})
        assert answer.json() == {
            "status": "logged",
            "text": "Logged, 12:42.",
            "at": "2027-01-14T12:42",
        }
        assert ann.last.silent
        (row,) = await any_harness.rows(Cramp)
        assert (row.intensity, row.side, row.site) == (7, "left", "calf")
        assert row.tapped_at - row.occurred_at == timedelta(minutes=30)
        assert "left calf · strength 7" in ann.last.words
        # Of the same cramp only what is new is added, and nothing is overwritten.
        form = {"strength": "3", "minutes_ago": "29.5"}
        assert (
            await button.hears(content=b"strength=3&minutes_ago=29.5") == "Already logged, 12:42."
        )
        assert form
        row, _same = await any_harness.rows(Cramp)
        assert row.intensity == 7


async def test_details_of_a_second_request_belong_to_the_entry_that_counts(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(harness, unused_tcp_port) as (ann, button):
        await button.hears()
        card = ann.last
        assert await button.hears({"strength": 8}) == "Already logged, 3:12."
        row, same = await harness.rows(Cramp)
        assert (row.intensity, same.intensity, same.same_as_id) == (8, None, row.id)
        assert row.edited_at is not None
        (shown,) = [one for one in ann.bot_messages if one.id == card.id]
        assert "strength 8" in shown.words


async def test_a_key_makes_one_entry_however_often_and_late_it_comes(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(any_harness, unused_tcp_port) as (ann, button):
        before = len(ann.bot_messages)
        header = {"Idempotency-Key": "button-17"}
        answers = await asyncio.gather(*(button.hears(headers=header) for _ in range(4)))
        assert set(answers) == {"Logged, 3:12."}
        assert len(ann.bot_messages) == before + 1
        await any_harness.live_until(NIGHT + timedelta(days=5))
        before = len(ann.bot_messages)
        assert await button.hears({"key": "button-17", "strength": 9}) == "Already logged, 3:12."
        (row,) = await any_harness.rows(Cramp)
        assert row.intensity is None, "the first request counts"
        assert len(ann.bot_messages) == before
        card = next(one for one in ann.bot_messages if one.words.startswith("Cramp logged"))
        await ann.taps("Change", card)
        await ann.taps("Remove entry", card)
        assert await button.hears({"key": "button-17"}) == "This cramp was removed in the chat."
        assert await button.hears({"key": "button-18"}) == "Logged, 3:12."


async def test_a_process_killed_after_the_commit_is_made_good_by_the_next(
    harness: Harness, unused_tcp_port: int
) -> None:
    """What is said in the chat is stored with the entry, and a repeated request adds nothing."""
    async with bedside(harness, unused_tcp_port) as (ann, button):
        before = len(ann.bot_messages)
        harness.app.frame.enqueue = lambda _held: None  # killed before it could send anything
        assert await button.hears({"key": "a"}) == "Logged, 3:12."
        assert len(await harness.rows(Cramp)) == 1
        assert any(row.replies for row in await harness.rows(InboxRow))
        assert len(ann.bot_messages) == before
        await harness.restart()
        assert len(ann.bot_messages) == before + 1
        assert ann.last.words.startswith("Cramp logged: 03:12")
        assert await button.hears({"key": "a"}) == "Logged, 3:12."
        assert len(ann.bot_messages) == before + 1
        assert len(await harness.rows(Cramp)) == 1


REFUSED: tuple[tuple[Any, str], ...] = (
    ({"stength": 7}, "I do not know the field stength. Possible fields: strength, side, site, "),
    ({"strength": 11}, "strength has to be a whole number from 0 to 10."),
    ({"side": "middle"}, "side has to be one of: left, right, both."),
    ({"site": "chest"}, "site has to be one of: calf, foot_sole, "),
    ({"minutes_ago": "soon"}, "minutes_ago has to be a number from 0 to 1440."),
    (
        {"at": "yesterday"},
        "at has to be a time within the last 24 hours, such as 2027-01-14T03:12:",
    ),
    ({"at": 5, "minutes_ago": 5}, "Send either at or minutes_ago, not both."),
    ({"key": "x" * 201}, "key has to be a text of 1 to 200 characters."),
    ([1], "I could not read that. Send JSON, form fields, or nothing at all."),
    ({"\u202e<b>\n" + "x" * 500: 1}, f"I do not know the field b{'x' * 29}. Possible fields: "),
)


async def test_what_is_wrong_is_said_in_one_sentence_and_nothing_is_logged(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(harness, unused_tcp_port) as (ann, button):
        before = len(ann.bot_messages)
        for body, sentence in REFUSED:
            answer = await button.sends(body)
            assert answer.status_code == 400, body
            assert answer.text.startswith(sentence), answer.text
            assert len(answer.text) < 200
        answer = await button.sends(path=f"{button.path}?strength=7")
        assert answer.text == "Send the fields in the body, not in the address."
        answer = await button.sends(content=b"x" * (MAX_BODY_BYTES + 1))
        assert (answer.status_code, answer.headers["connection"]) == (413, "close")
        assert len(ann.bot_messages) == before
    assert await harness.rows(Cramp) == []


async def test_wrong_tokens_learn_nothing_and_are_soon_not_looked_up(
    harness: Harness, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("bot", "uvicorn", "starlette", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with bedside(harness, unused_tcp_port) as (ann, button):
        await button.hears()
        token = button.path.rpartition("/")[2]
        bodies = set()
        swapped = token.swapcase()
        for path, headers in (
            ("/log/x", {}),
            ("/log/" + "é" * TOKEN_LENGTH, {}),
            ("/log/" + "A" * 5000, {}),
            (f"/log/{token[:-1]}", {}),
            (f"/log/{swapped}", {}),
            (f"/log/{hash_of(token)[:TOKEN_LENGTH]}", {}),
            ("/log", {}),
            ("/log", {"Authorization": token}),
            ("/log", {"Authorization": f"Basic {token}"}),
            ("/log", {"Authorization": f"Bearer {swapped}"}),
        ):
            answer = await button.client.post(path, headers=headers, content=b"x" * 9000)
            bodies.add((answer.status_code, answer.text, answer.headers["connection"]))
        assert bodies == {(404, "There is nothing here.", "close")}
        statuses = [
            (await button.client.post(f"/log/{number:043}")).status_code for number in range(40)
        ]
        assert statuses.count(429) > 20
        assert statuses[-1] == 429
        assert (await button.client.post(f"/log/{1:043}")).headers["retry-after"] == "60"
        for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):  # previews and prefetching
            answer = await button.client.request(method, button.path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        headers = {"Authorization": f"Bearer {token}"}
        assert await button.hears(path="/log", headers=headers) == "Already logged, 3:12."
        for path in (f"{button.path}/", "/log/"):  # a redirect would lead to http:// behind a proxy
            assert await button.hears(path=path, headers=headers) == "Already logged, 3:12."
        assert len(await harness.rows(Cramp)) == 4, "it was used before, so it is looked up"
        button.path = await new_address(ann)  # from the same address, and never used before
        assert await button.hears() == "Already logged, 3:12."
        assert token not in caplog.text
        metrics = (await button.client.get("/metrics")).text
        assert token not in metrics
        assert str(ann.id) not in metrics


async def test_headers_keep_the_address_private(harness: Harness, unused_tcp_port: int) -> None:
    async with bedside(harness, unused_tcp_port) as (_ann, button):
        answers = [
            await button.sends(headers={"Origin": "https://evil.example"}),
            await button.client.get(button.path, headers={"Accept-Language": "de-DE"}),
            await button.client.post("/log/x"),
            await button.client.options(button.path, headers={"Origin": "https://evil.example"}),
        ]
        assert answers[1].text.startswith("Diese Adresse")
        for answer in answers:
            headers = answer.headers
            assert "access-control-allow-origin" not in headers
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cache-control"] == "no-store"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_two_hundred_requests_in_a_minute(harness: Harness, unused_tcp_port: int) -> None:
    """They are one cramp, the chat gets a few lines, and the address works again afterwards."""
    async with bedside(harness, unused_tcp_port) as (ann, button):
        before = len(ann.bot_messages)
        answers = []
        for _ in range(40):
            answers += await asyncio.gather(*(button.client.post(button.path) for _ in range(5)))
        await harness.settled()
        codes = [one.status_code for one in answers]
        assert codes.count(200) >= 50
        assert codes.count(429) >= 80
        assert set(codes) == {200, 429}
        assert {one.headers.get("retry-after") for one in answers} == {None, "5"}
        rows = await harness.rows(Cramp)
        assert len([row for row in rows if row.same_as_id is None]) == 1
        assert len(ann.bot_messages) == before + 1
        await harness.live_until(harness.clock.now() + timedelta(minutes=2))
        assert (await button.hears()).startswith("Logged, 3:1")


async def test_one_person_has_few_requests_at_a_time(
    harness: Harness, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "READ_SECONDS", 0.5)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(2)
        yield b"}"

    async with bedside(harness, unused_tcp_port) as (_ann, button):
        slow = [
            asyncio.create_task(button.client.post(button.path, content=slowly()))
            for _ in range(routes.MOST_OF_ONE)
        ]
        await asyncio.sleep(0.2)
        assert (await button.client.post(button.path)).status_code == 429
        # They get 408, unless the connection ends while they still send.
        answers = await asyncio.gather(*slow, return_exceptions=True)
        assert not [one for one in answers if isinstance(one, httpx.Response) and one.is_success]
        assert await button.hears() == "Logged, 3:12."


async def test_a_day_and_a_diary_hold_so_many(
    harness: Harness, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ADDRESS_ENTRIES_A_DAY", 2)
    async with bedside(harness, unused_tcp_port) as (_ann, button):
        for key in ("a", "b"):
            assert (await button.sends({"key": key})).status_code == 200
        answer = await button.sends({"key": "c"})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
        assert answer.text.startswith("I can add at most 2 entries a day.")
        assert (await button.sends({"key": "a"})).status_code == 200, "it is stored already"
        monkeypatch.setattr(limits, "ENTRIES", 2)
        await harness.live_until(NIGHT + timedelta(days=2))
        answer = await button.sends({"key": "d"})
        assert (answer.status_code, answer.text[:20]) == (409, "This diary is full: ")
        assert len(await harness.rows(Cramp)) == 2


async def test_while_the_database_is_away_it_says_so_and_when_to_come_back(
    harness: Harness, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bedside(harness, unused_tcp_port) as (_ann, button):

        def away(*_arguments: object) -> None:
            raise sa.exc.OperationalError("x", {}, OSError("away"))

        for error, status in ((away, 503), (lambda *_arguments: 1 / 0, 500)):
            with monkeypatch.context() as patch:
                patch.setattr(queries, "address_of", error)
                answer = await button.sends()
            assert (answer.status_code, answer.headers["retry-after"]) == (status, "5")
            assert answer.text == "I cannot log right now. Please try again in a moment."
        assert await button.hears() == "Logged, 3:12."


# Who may ----------------------------------------------------------------------------------------


async def gone(button: Bedside) -> bool:
    """Whether an address does nothing any more."""
    answer = await button.sends()
    assert answer.status_code in {200, 404}, answer.text
    return answer.status_code == 404


async def set_withdrawn(harness: Harness, at: datetime | None) -> None:
    """As if the only person took their consent back, or gave it again."""
    async with harness.database.transaction() as session:
        await session.exec(sa.update(User).values(consent_withdrawn_at=at))


async def test_an_address_ends_when_it_is_replaced_switched_off_or_erased(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(any_harness, unused_tcp_port) as (ann, first):
        second = Bedside(any_harness, first.client, await new_address(ann))
        assert await gone(first)
        assert not await gone(second)
        async with any_harness.database.transaction() as session:
            await set_blocked(session, ann.id, any_harness.clock.now())
        assert await gone(second), "they blocked the bot"
        (user,) = await any_harness.rows(User)
        assert user.blocked_at is not None, "a request brings nobody back"
        await ann.says("/privacy")
        assert not await gone(second), "they are back"
        await set_withdrawn(any_harness, any_harness.clock.now())
        count = len(await any_harness.rows(Cramp))
        answer = await second.sends()
        assert answer.status_code == 403
        assert answer.text.startswith("You took back your consent")
        assert len(await any_harness.rows(Cramp)) == count
        await set_withdrawn(any_harness, None)
        await ann.forges("users:settings")
        await ann.taps("🔘 Log without a screen")
        await ann.taps("Switch it off…")
        assert not await gone(second), "they were asked, and have not answered"
        await ann.taps("Yes, switch it off")
        assert ann.last.words.endswith("Your address is switched off. It no longer does anything.")
        assert await gone(second)
        third = Bedside(any_harness, first.client, await new_address(ann))
        await ann.says("/delete")
        await ann.taps("Yes, erase everything")
        assert await gone(third)
        assert await any_harness.rows(LogAddress) == []
        assert await any_harness.rows(User) == []


async def test_a_private_bot_refuses_who_is_not_on_its_list_any_more(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(harness, unused_tcp_port) as (_ann, button):
        await harness.app.stop()
        harness.settings = harness.settings.model_copy(update={"allowed_user_ids": frozenset({1})})
        await harness.start_again()
        assert await gone(button)


async def test_an_address_logs_for_its_owner_only(harness: Harness, unused_tcp_port: int) -> None:
    async with bedside(harness, unused_tcp_port) as (ann, button):
        bob = await harness.set_up_person("Bob", language="de", zone="America/New_York")
        his = Bedside(harness, button.client, await new_address(bob))
        assert await button.hears({"key": "a"}) == "Logged, 3:12."
        assert await his.hears({"key": "a"}) == "Eingetragen, 21:12 Uhr."
        owners = {row.user_id for row in await harness.rows(Cramp)}
        assert owners == {ann.id, bob.id}


async def test_the_chat_shows_an_address_once_and_what_became_of_it(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with bedside(harness, unused_tcp_port) as (ann, button):
        shown = ann.last
        assert button.path in shown.words
        await ann.taps("How to use it")
        assert "rest_command" in ann.last.words
        await ann.taps("I have it: hide it", shown)
        seen = "\n".join(one.words for one in ann.bot_messages)
        assert button.path not in seen
        assert "Made: Thu 14 Jan, 03:12. Not used yet." in seen
        await ann.says("/privacy")
        await ann.taps("What?")
        assert "Your web address can log cramps. Made: Thu 14 Jan, 03:12." in ann.last.words
        await harness.live_until(NIGHT + timedelta(days=1))
        await button.hears()
        await ann.says("/privacy")
        await ann.taps("What?")
        assert "Last used: Fri 15 Jan, 03:12." in ann.last.words
        await ann.taps("◀ Privacy")
        await ann.taps("Log without a screen")
        await ann.forges("address:make")  # of a card from before there was one
        await ann.taps("◀ Back")
        await ann.taps("Make a new one…")
        await ann.taps("◀ Back")
        assert not await gone(button)
        await ann.taps("Make a new one…")
        await ann.taps("Yes, make a new one")
        assert await gone(button)
        (row,) = await harness.rows(LogAddress)
        assert row.token_hash == hash_of(address_in(ann).rpartition("/")[2])
        rows = [one.replies or b"" for one in await harness.rows(InboxRow)]
        assert not any(b"/log/" in one for one in rows)


async def test_without_a_public_address_there_is_none(
    harness: Harness, unused_tcp_port: int
) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.forges("users:settings")
    assert "🔘 Log without a screen" not in ann.last.buttons
    for verb in ("open", "make"):
        await ann.forges(f"address:{verb}")
        assert "the person who runs it has not set one up yet" in ann.last.words
    assert await harness.rows(LogAddress) == []
    async with served(harness, unused_tcp_port, mini_app_url=None) as client:
        assert (await client.post(f"/log/{0:043}")).status_code == 404
    async with served(harness, unused_tcp_port, mini_app_url=None, webhook_url=None) as client:
        assert (await client.post("/log")).text == "Not Found"


async def test_somebody_without_a_time_zone_is_told_no_time(
    harness: Harness, unused_tcp_port: int
) -> None:
    bob = await harness.beginner("Bob")
    async with served(harness, unused_tcp_port) as client:
        button = Bedside(harness, client, await new_address(bob))
        assert await button.hears() == "Logged."
        assert await button.hears() == "Already logged."


async def test_a_twelve_hour_clock_is_spoken(harness: Harness, unused_tcp_port: int) -> None:
    ann = await harness.set_up_person("Ann", zone="America/New_York")
    async with served(harness, unused_tcp_port) as client:
        button = Bedside(harness, client, await new_address(ann))
        await harness.live_until(NIGHT)
        assert await button.hears() == "Logged, 9:12\N{NO-BREAK SPACE}PM."
