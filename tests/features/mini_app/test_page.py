"""The Mini App's page in a real Chromium, against the whole bot."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, expect

from bot.database.models import Cramp
from tests.features.mini_app.serving import NIGHT, served
from tests.features.mini_app.signing import signed
from tests.support.browser import PATIENCE_MS, PHONE, needs_chromium
from tests.support.harness import Harness


@asynccontextmanager
async def browser(chromium: Browser, url: str, language: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    # Nothing is loaded from elsewhere.
    page.on(
        "request", lambda one: None if one.url.startswith(url[:21]) else problems.append(one.url)
    )
    await page.goto(url)
    try:
        yield page
    finally:
        await context.close()
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
async def test_log_and_undo_on_a_phone(
    harness: Harness,
    chromium: Browser,
    unused_tcp_port: int,
    language: str,
    log: str,
    undo: str,
    removed: str,
) -> None:
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": language}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(chromium, url, language) as page:
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
async def test_lost_answers_are_retried_and_make_one_entry(
    harness: Harness, chromium: Browser, unused_tcp_port: int
) -> None:
    """Each of the first two requests arrives, but its answer does not."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(chromium, url, "en") as page:
            await expect(page.locator("#nights li")).to_have_count(31)
            tries = 0

            async def lose_answers(route: Any) -> None:
                nonlocal tries
                tries += 1
                if tries < 3:
                    answer = await route.fetch()  # the request arrives, its answer does not
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
async def test_undo_is_hidden_while_a_tap_is_being_sent(
    harness: Harness, chromium: Browser, unused_tcp_port: int
) -> None:
    """Otherwise "Undo" would remove the entry before the one the person means."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(chromium, url, "en") as page:
            await page.locator("#log").click()
            await expect(page.locator("#undo")).to_be_visible()
            is_asked, may_go_on = asyncio.Event(), asyncio.Event()

            async def wait(route: Any) -> None:
                is_asked.set()
                await may_go_on.wait()
                await route.continue_()

            await page.route("**/app/log", wait)
            harness.clock.set(harness.clock.now() + timedelta(minutes=20))  # another cramp
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
    harness: Harness, chromium: Browser, unused_tcp_port: int
) -> None:
    """The button stays disabled for a minute, because a tap sooner than that is accidental."""
    async with opened_offline(harness, chromium, unused_tcp_port) as page:
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
async def test_a_failed_tap_stays_visible_when_the_next_succeeds(
    harness: Harness, chromium: Browser, unused_tcp_port: int
) -> None:
    async with opened_offline(harness, chromium, unused_tcp_port) as page:
        said = page.locator("#said-words")
        await page.locator("#log").click()
        await expect(said).to_contain_text("keep trying")
        await page.clock.fast_forward(30 * 60_000)
        await page.locator("#log").click()
        await page.clock.fast_forward(30 * 60_000)
        await expect(said).to_contain_text("went wrong")
        await page.unroute("**/app/log")
        await expect(said).to_contain_text("Logged")
        await expect(said).to_contain_text("went wrong")
        await page.locator("#log").click()
        await expect(said).not_to_contain_text("went wrong")
    assert len(await harness.rows(Cramp)) == 2


@asynccontextmanager
async def opened_offline(harness: Harness, chromium: Browser, port: int) -> AsyncIterator[Page]:
    """The page without a network for log requests, with a clock that tests can move."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, port):
        await harness.live_until(NIGHT)
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(chromium, url, "en") as page:
            await page.clock.install()
            await page.reload()
            await expect(page.locator("#nights li")).to_have_count(31)
            await page.route("**/app/log", lambda route: route.abort())
            yield page


@needs_chromium
async def test_a_retry_after_sleep_counts_the_time_asleep(
    harness: Harness, chromium: Browser, unused_tcp_port: int
) -> None:
    """performance.now() stops while some phones sleep."""
    ann = await harness.set_up_person("Ann")
    async with served(harness, unused_tcp_port):
        data = signed({"id": ann.id, "language_code": "en"}, harness.clock.now())
        url = f"http://127.0.0.1:{unused_tcp_port}/app#tgWebAppData={quote(data, safe='')}"
        async with browser(chromium, url, "en") as page:
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
async def test_opened_outside_telegram(
    harness: Harness, chromium: Browser, unused_tcp_port: int
) -> None:
    async with (
        served(harness, unused_tcp_port),
        browser(chromium, f"http://127.0.0.1:{unused_tcp_port}/app", "en") as page,
    ):
        await expect(page.locator("#said-words")).to_contain_text("from the chat again")
