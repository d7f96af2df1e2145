"""A phone in Chromium that chats with the real bot on the sandbox page."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from html import unescape
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.commands.sandbox import run_sandbox
from bot.config import Settings
from bot.features.health_profile import gate_messages
from bot.features.users.messages import bed_wake_fluids, keyboard, place
from bot.i18n.translator import translator
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from bot.telegram.message import Message

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ZONE = "Europe/Berlin"
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 1000 * EVENT_TIMEOUT_SECONDS
"""How long to wait for what should appear, in milliseconds: computers can be busy."""

expect.set_options(timeout=PATIENCE_MS)

CHROMIUM = shutil.which("chromium")
NO_CHROMIUM = "Chromium is not installed (in CI it is, and a skipped test fails there)"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM)


@asynccontextmanager
async def running_sandbox(settings: Settings) -> AsyncIterator[str]:
    """The sandbox with the real bot, as ``make run`` starts it; yields its address."""
    up, down = asyncio.Event(), asyncio.Event()

    async def until_stopped() -> None:
        up.set()
        await down.wait()

    task = asyncio.create_task(run_sandbox(settings, until_stopped))
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    try:
        yield f"http://127.0.0.1:{settings.sandbox_port}"
    finally:
        down.set()
        await task


class Phone:
    """What a person does on the page, and what they see. Words are given in English."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.tr = translator(language, "DE")

    def said(self, words: str) -> str:
        """Words as the bot says them to this person."""
        return self.tr.gettext(words)

    @property
    def messages(self) -> Locator:
        """The bot's messages."""
        return self.page.locator('[data-testid="message"][data-from="bot"]')

    @property
    def last(self) -> Locator:
        """The bot's newest message."""
        return self.messages.last

    async def starts(self) -> None:
        await self.page.get_by_test_id("start").click()

    async def answers_all(self) -> None:
        """Answer the four questions, without typing."""
        await self.sees("CalmCalf")
        elsewhere = self.said("I agree · {place}").format(place=self.said("somewhere else…"))
        await self.taps(elsewhere)
        await self.asked(place.location_offer(self.tr))
        await self.types("Berlin")
        await self.taps("Yes")
        await self.asked(bed_wake_fluids.bed_question(self.tr))
        await self.taps("22:30")
        await self.asked(bed_wake_fluids.wake_question(self.tr))
        await self.taps("07:00")
        await self.asked(bed_wake_fluids.fluid_question(self.tr, is_last=True))
        await self.says_no()
        await self.sees_somewhere("All set. These are your reminders:")
        await self.asked(keyboard.keyboard_message(self.tr))

    async def says_no(self) -> None:
        """Tap the newest "No", and not a "Not sure"."""
        no = self.page.get_by_test_id("inline-button").get_by_text(self.said("No"), exact=True)
        await no.last.click()

    async def first_stretch(self) -> None:
        """Answer the question that comes in the place of the first reminder to stretch."""
        await self.asked(gate_messages.gate_question(self.tr, "stretch"))
        await self.says_no()
        await self.sees_somewhere("Time for a short stretch")

    async def asked(self, message: Message) -> None:
        """Wait until the newest message of the bot is this one."""
        words = unescape(re.sub(r"<[^>]+>", "", message.text))
        await self.sees(words.split("\n")[0][:60])

    async def types(self, text: str) -> None:
        """Type and send."""
        await self.page.get_by_test_id("composer-input").fill(text)
        await self.page.get_by_test_id("composer-send").click()

    async def taps(self, label: str) -> None:
        """Tap the newest inline button with this label (or one that begins so)."""
        words = self.said(label)
        button = self.page.get_by_test_id("inline-button").filter(has_text=words).last
        await button.click()

    async def presses(self, label: str) -> None:
        """Press a button of the reply keyboard."""
        key = self.page.get_by_test_id("reply-button").filter(has_text=self.said(label))
        await key.click()

    async def sees(self, words: str) -> None:
        """Wait until the newest message of the bot has these words."""
        await expect(self.last).to_contain_text(self.said(words))

    async def sees_somewhere(self, words: str) -> None:
        """Wait until any message has these words."""
        await expect(self.messages.filter(has_text=self.said(words)).last).to_be_visible()

    async def _opens_panel(self) -> None:
        opener = self.page.get_by_test_id("open-panel")
        if await opener.is_visible() and await opener.get_attribute("aria-expanded") != "true":
            await opener.click()

    async def presses_bedside_button(self, answer: str) -> None:
        """Press the button by the bed, and wait for what it is answered."""
        await self._opens_panel()
        await self.page.get_by_test_id("bedside-press").click()
        await expect(self.page.get_by_test_id("bedside-said")).to_contain_text(answer)
        await self.page.keyboard.press("Escape")

    async def moves_time(self, button: str) -> None:
        """Use a button of the time panel, and wait until the time has moved."""
        key = self.page.get_by_test_id(button)
        await self._opens_panel()
        async with self.page.expect_response("**/sandbox/time") as answer:
            await key.click()
        until = (await (await answer.value).json())["until"] / 1000
        shown = datetime.fromtimestamp(until, ZoneInfo(ZONE)).strftime("%H:%M")
        await expect(self.page.get_by_test_id("clock")).to_contain_text(shown)
        await expect(self.page.get_by_test_id("moving")).to_be_hidden()
        await self.page.keyboard.press("Escape")


@asynccontextmanager
async def started_chromium() -> AsyncIterator[Browser]:
    """Chromium, for any number of phones."""
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))


@asynccontextmanager
async def phone(
    chromium: Browser,
    address: str,
    scheme: Literal["light", "dark"] = "light",
    viewport: dict[str, int] | None = None,
    language: str = "en",
) -> AsyncIterator[Phone]:
    """A phone in Berlin with the page open."""
    size = viewport or PHONE
    context = await chromium.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=2,
        timezone_id=ZONE,
        locale=language.replace("_", "-"),
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(address)
    yield Phone(page, language)
    await context.close()
