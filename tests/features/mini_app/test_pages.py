"""The Mini App: its requests over HTTP against the whole bot, and the page in a real Chromium."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.database.models import Cramp, User
from bot.dispatch.replanning import set_blocked
from bot.features.mini_app import pages
from bot.features.mini_app.pages import LONGEST_WAIT, MAX_BODY_BYTES
from tests.features.mini_app.signing import signed
from tests.support.browser import ARGUMENTS, CHROMIUM, PHONE, needs_chromium
from tests.support.harness import Harness, Someone

NIGHT = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
KEY = 1_799_892_720_000
SOON = timedelta(seconds=30)


@asynccontextmanager
async def served(harness: Harness, port: int, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The bot again, with a Mini App."""
    address = f"http://127.0.0.1:{port}"
    await harness.app.stop()
    harness.settings = harness.settings.model_copy(
        update={"http_port": port, "mini_app_url": address} | settings
    )
    await harness.start_again()
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client


@pytest.fixture
async def any_harness(database_url: str) -> AsyncIterator[Harness]:
    """The bot on each database."""
    async with Harness.open(database_url) as harness:
        yield harness


class Phone:
    """The page of one person, as it speaks to the bot."""

    def __init__(self, harness: Harness, client: httpx.AsyncClient, ann: Someone) -> None:
        self._world, self._client, self._ann = harness, client, ann

    async def asks(self, what: str, body: Any = None) -> httpx.Response:
        person = {"id": self._ann.id, "language_code": "en"}
        header = {"Authorization": f"tma {signed(person, self._world.clock.now())}"}
        answer = await self._client.post(f"/app/{what}", json=body or {}, headers=header)
        await self._world.settled()
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
    ann = await harness.set_up_person("Ann")
    async with served(harness, port, **settings) as client:
        await harness.live_until(NIGHT)
        yield ann, Phone(harness, client, ann)


async def test_one_tap_is_one_entry_however_often_it_comes(
    any_harness: Harness, unused_tcp_port: int
) -> None:
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
        assert ann.last.words.startswith("Logged: 03:12, Wednesday night")
        assert ann.last.silent
        await phone.gets("log", {"key": KEY + 1})
        assert len(await any_harness.rows(Cramp)) == 2


async def test_a_tap_that_comes_twice_at_once_is_answered_once(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        await asyncio.gather(*(phone.gets("log", {"key": KEY}) for _ in range(5)))
        assert len(await any_harness.rows(Cramp)) == 1
        assert len(ann.bot_messages) == before + 1


async def test_a_tap_that_was_sent_late_has_the_time_of_the_tap(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (_ann, phone):
        await phone.gets("log", {"key": KEY, "waited": 600_000})
        (row,) = await any_harness.rows(Cramp)
        assert NIGHT <= row.occurred_at + timedelta(minutes=10) < NIGHT + SOON


async def test_undo_twice_is_the_same_and_shows_in_the_chat(
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
        await ann.taps("7")
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


async def test_what_the_page_logged_can_be_told_more_of_and_corrected_in_the_chat(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        await ann.says("/cramp")
        await any_harness.live_until(NIGHT + timedelta(minutes=5))
        await phone.gets("log", {"key": KEY})
        assert "Your second cramp this night." in ann.last.words
        await ann.taps("7")
        await ann.taps("More…")
        await ann.taps("At what time")
        await ann.says("02:45")
        for label in ("More…", "Even more…", "Note…"):
            await ann.taps(label)
        await phone.gets("log", {"key": KEY})  # coming again, it calls off no question
        await ann.says("after a long walk")
        _, row = await any_harness.rows(Cramp)
        assert row.note == "after a long walk"
        assert (row.intensity, row.occurred_at) == (7, NIGHT - timedelta(minutes=27))
        found = await phone.gets("undo", {"key": KEY})
        assert found["entry"]["words"] == "Removed: 02:45, Wednesday night."
        assert found["month"]["nights"][12]["count"] == 1


async def test_whose_button_it_is(harness: Harness, unused_tcp_port: int) -> None:
    """Each sees and undoes their own; the key of another is nothing to them."""
    async with opened(harness, unused_tcp_port) as (_ann, phone):
        await phone.gets("log", {"key": KEY})
        bob = await harness.set_up_person("Bob")
        address = f"http://127.0.0.1:{unused_tcp_port}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            theirs = Phone(harness, client, bob)
            assert (await theirs.gets("undo", {"key": KEY}))["entry"] is None
        (row,) = await harness.rows(Cramp)
        assert row.deleted_at is None


async def test_only_whom_telegram_signed_in(harness: Harness, unused_tcp_port: int) -> None:
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
            f"tma {signed(person, now - timedelta(days=31))}",
        ):
            headers = {} if given is None else {"Authorization": given}
            for what in ("month", "log", "undo"):
                answer = await client.post(f"/app/{what}", json={"key": KEY}, headers=headers)
                assert (answer.status_code, answer.json()) == (401, {})
        assert (await client.get("/app/log")).status_code == 405
    assert await harness.rows(Cramp) == []


async def test_a_private_bot_stays_private(harness: Harness, unused_tcp_port: int) -> None:
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
async def test_what_makes_no_sense_changes_nothing(
    harness: Harness, unused_tcp_port: int, what: str, body: Any
) -> None:
    async with opened(harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        assert (await phone.asks(what, body or [0])).status_code == 400
        assert len(ann.bot_messages) == before
    assert await harness.rows(Cramp) == []


async def test_a_tap_that_arrives_too_slowly_is_asked_for_again(
    harness: Harness, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "READ_SECONDS", 0.1)

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"key": '
        await asyncio.sleep(1)
        yield b"1}"

    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port) as client:
        header = {"Authorization": f"tma {signed({'id': ann.id}, harness.clock.now())}"}
        answer = await client.post("/app/log", content=slowly(), headers=header)
        assert (answer.status_code, answer.json()) == (503, {})


async def test_looking_too_often_is_refused_and_logging_never(
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


async def test_a_flood_of_cramps_is_taken_down_and_not_answered(
    any_harness: Harness, unused_tcp_port: int
) -> None:
    """Whatever the page calls its taps."""
    numbers = [KEY, 10**13 - 1, *range(KEY + 9, KEY + 2, -1)]
    async with opened(any_harness, unused_tcp_port) as (ann, phone):
        before = len(ann.bot_messages)
        for number in numbers:
            await phone.gets("log", {"key": number})
        assert len(await any_harness.rows(Cramp)) == len(numbers)
        assert len(ann.bot_messages) == before + 5


async def test_whoever_logs_faster_than_the_page_tries_has_to_wait(
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


async def test_looking_at_the_page_is_no_word_in_the_chat(
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


async def test_a_stranger_can_log_before_anything_is_asked(
    harness: Harness, unused_tcp_port: int
) -> None:
    bob = await harness.person("Bob")
    await bob.says("/privacy")
    async with served(harness, unused_tcp_port) as client:
        found = await Phone(harness, client, bob).gets("log", {"key": KEY})
    assert found["entry"]["is_removed"] is False
    assert [row.user_id for row in await harness.rows(Cramp)] == [bob.id]
    assert len(await harness.rows(User)) == 1


async def test_without_an_address_there_is_no_page(harness: Harness, unused_tcp_port: int) -> None:
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port, mini_app_url=None) as client:
        assert (await client.get("/app")).status_code == 404
        await ann.says("/history")
        assert "Open the month" not in ann.last.buttons


async def test_the_list_of_nights_opens_it(harness: Harness, unused_tcp_port: int) -> None:
    async with opened(harness, unused_tcp_port) as (ann, _phone):
        await ann.says("/history")
        assert ann.last.buttons[-1] == "Open the month"


async def test_what_the_browser_is_told_to_keep_to(harness: Harness, unused_tcp_port: int) -> None:
    async with served(harness, unused_tcp_port) as client:
        answer = await client.get("/app", headers={"Accept-Language": "de-DE,de;q=0.9"})
        assert '<html lang="de">' in answer.text
        assert "{" + "words}" not in answer.text
        for path in ("/app", "/app/app.js", "/app/app.css"):
            headers = (await client.get(path)).headers
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"


# In the browser ----------------------------------------------------------------------------------


@asynccontextmanager
async def browser(url: str, language: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = await chromium.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
        page = await context.new_page()
        # Telegram's own script is elsewhere; the page has to do without it, as on a bad network.
        await page.route("https://telegram.org/**", lambda route: route.abort())
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(url)
        try:
            yield page
        finally:
            await chromium.close()
        assert problems == []


@needs_chromium
@pytest.mark.parametrize(
    ("language", "log", "undo", "removed"),
    [
        ("en", "Log cramp", "Undo", "Removed"),
        ("de", "Krampf", "Rückgängig", "Entfernt"),
        ("ru", "Записать судорогу", "Отменить", "Убрано"),
    ],
)
async def test_on_a_phone(
    harness: Harness, unused_tcp_port: int, language: str, log: str, undo: str, removed: str
) -> None:
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": language}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(url, language) as page:
            await expect(page.locator("#log")).to_contain_text(log)
            await expect(page.locator("#nights li")).to_have_count(31)
            await page.locator("#log").click()
            await expect(page.locator("#said-words")).to_contain_text("03:12")
            await expect(page.locator("#nights li.cramps")).to_have_count(1)
            if folder := os.environ.get("SHOTS"):
                await page.screenshot(path=f"{folder}/miniapp-{language}.png")
            assert len(await harness.rows(Cramp)) == 1
            await expect(page.locator("#undo")).to_have_text(undo)
            await page.locator("#undo").click()
            await expect(page.locator("#said-words")).to_contain_text(removed)
            await expect(page.locator("#nights li.cramps")).to_have_count(0)
            assert (await harness.rows(Cramp))[0].deleted_at is not None


@needs_chromium
async def test_a_network_that_comes_and_goes(harness: Harness, unused_tcp_port: int) -> None:
    """The tap is sent again until it is answered, and is one entry."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(url, "en") as page:
            await expect(page.locator("#nights li")).to_have_count(31)
            tries = 0

            async def lose_answers(route: Any) -> None:
                nonlocal tries
                tries += 1
                if tries < 3:
                    answer = await route.fetch()  # it arrives, and nobody hears of it
                if tries == 1:
                    await route.abort()
                elif tries == 2:
                    await route.fulfill(status=200, body=(await answer.text())[:40])
                else:
                    await route.continue_()

            await page.route("**/app/log", lose_answers)
            await page.locator("#log").click()
            await expect(page.locator("#said-words")).to_contain_text("keep trying")
            await expect(page.locator("#said-words")).to_contain_text("Logged")
            assert tries == 3
            assert len(await harness.rows(Cramp)) == 1


@needs_chromium
async def test_only_what_is_shown_can_be_undone(harness: Harness, unused_tcp_port: int) -> None:
    """A tap that is under way is not there yet, and the one before it is no longer meant."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(url, "en") as page:
            await page.locator("#log").click()
            await expect(page.locator("#undo")).to_be_visible()
            is_asked, may_go_on = asyncio.Event(), asyncio.Event()

            async def wait(route: Any) -> None:
                is_asked.set()
                await may_go_on.wait()
                await route.continue_()

            await page.route("**/app/log", wait)
            await page.locator("#log").click()
            await is_asked.wait()
            await expect(page.locator("#undo")).to_be_hidden()
            may_go_on.set()
            await page.locator("#undo").click()
            await expect(page.locator("#said-words")).to_contain_text("Removed")
            first, second = await harness.rows(Cramp)
            assert (first.deleted_at, second.deleted_at is not None) == (None, True)


@needs_chromium
async def test_without_a_network_the_next_cramp_can_be_logged_too(
    harness: Harness, unused_tcp_port: int
) -> None:
    """Not at once: a second tap soon after the first is impatience."""
    async with opened_offline(harness, unused_tcp_port) as page:
        await page.locator("#log").click()
        await expect(page.locator("#said-words")).to_contain_text("keep trying")
        await page.clock.fast_forward(30_000)
        await expect(page.locator("#log")).to_be_disabled()
        await page.clock.fast_forward(30 * 60_000)
        await page.locator("#log").click()
        await page.unroute("**/app/log")
        await expect(page.locator("#nights li.cramps")).to_contain_text("×2")
        await expect(page.locator("#undo")).to_be_visible()
    first, second = sorted([row.occurred_at for row in await harness.rows(Cramp)])
    assert timedelta(minutes=30) < second - first < timedelta(minutes=32)


@needs_chromium
async def test_a_tap_that_came_to_nothing_is_not_hidden_by_the_next(
    harness: Harness, unused_tcp_port: int
) -> None:
    async with opened_offline(harness, unused_tcp_port) as page:
        said = page.locator("#said-words")
        await page.locator("#log").click()
        await expect(said).to_contain_text("keep trying")
        await page.clock.fast_forward(30 * 60_000)
        await page.locator("#log").click()
        await page.clock.fast_forward(30 * 60_000)
        await expect(said).to_contain_text("did not work")
        await page.unroute("**/app/log")
        await expect(said).to_contain_text("Logged")
        await expect(said).to_contain_text("did not work")
        await page.locator("#log").click()
        await expect(said).not_to_contain_text("did not work")
    assert len(await harness.rows(Cramp)) == 2


@asynccontextmanager
async def opened_offline(harness: Harness, port: int) -> AsyncIterator[Page]:
    """A page whose taps do not arrive, with a clock that can be put forward."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(url, "en") as page:
            await page.clock.install()
            await page.reload()
            await expect(page.locator("#nights li")).to_have_count(31)
            await page.route("**/app/log", lambda route: route.abort())
            yield page


@needs_chromium
async def test_a_phone_that_slept_says_for_how_long(harness: Harness, unused_tcp_port: int) -> None:
    """A clock that stands still while the phone sleeps does not make the cramp a later one."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(url, "en") as page:
            await expect(page.locator("#nights li")).not_to_have_count(0)
            await page.evaluate("performance.now = () => 1000")
            waits: list[int] = []

            async def lose_the_first(route: Any) -> None:
                waits.append(route.request.post_data_json["waited"])
                if len(waits) == 1:
                    await route.abort()
                else:
                    await route.continue_()

            await page.route("**/app/log", lose_the_first)
            await page.locator("#log").click()
            await expect(page.locator("#said-words")).to_contain_text("Logged")
            assert waits[0] < 1000 < waits[1]


@needs_chromium
async def test_opened_outside_telegram(harness: Harness, unused_tcp_port: int) -> None:
    async with (
        served(harness, unused_tcp_port),
        browser(f"http://127.0.0.1:{unused_tcp_port}/app", "en") as page,
    ):
        await expect(page.locator("#said-words")).to_contain_text("from the chat with the bot")
