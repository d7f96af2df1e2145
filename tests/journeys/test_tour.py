"""A tour of the bot, in a real browser.

With ``SHOTS=folder`` a screenshot of every stop is saved.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.config import load_settings
from bot.features.users.messages.keyboard import log_label
from bot.i18n.translator import SOURCE_LANGUAGE
from tests.i18n.test_catalogues import LANGUAGES
from tests.support.browser import PATIENCE_MS, Phone, needs_chromium, phone, running_sandbox
from tests.support.lengths import IS_SHORT

SHOTS = os.environ.get("SHOTS")
TOURED = (SOURCE_LANGUAGE, *(LANGUAGES if SHOTS else () if IS_SHORT else ("ru",)))
"""The languages that are toured; all of them for screenshots, as a tour takes its time."""
CARDS = ("help", "reminders", "language", "learn", "warnings", "caregiver", "privacy", "report")
"""Commands that are opened during the tour."""


class Tour:
    """A person's tour, which saves screenshots if ``SHOTS`` is set."""

    def __init__(self, person: Phone, language: str) -> None:
        self.person = person
        self._folder = Path(SHOTS) / language if SHOTS else None
        self._number = 0

    async def stop(self, name: str) -> None:
        self._number += 1
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._number:02}-{name}.png"
            await self.person.page.screenshot(path=path, scale="css")

    async def fits(self) -> None:
        """Check that no inline button is cut off."""
        buttons = self.person.page.get_by_test_id("inline-button")
        cut = await buttons.evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1)"
            ".map(one => one.innerText)"
        )
        assert cut == []


@needs_chromium
@pytest.mark.parametrize("language", TOURED)
async def test_a_tour(chromium: Browser, unused_tcp_port: int, language: str) -> None:
    settings = load_settings(None, sandbox_port=unused_tcp_port)
    async with (
        running_sandbox(settings) as address,
        phone(chromium, address, language=language) as person,
    ):
        tour = Tour(person, language)
        await expect(person.page.locator("html")).to_have_attribute(
            "lang", language.replace("_", "-"), timeout=PATIENCE_MS
        )
        await tour.stop("page")
        await person.starts()
        await person.answers_all()
        await tour.stop("plan")

        if SHOTS or language == SOURCE_LANGUAGE:
            await person.moves_time("time-22:15")
            await person.moves_time("time-next")
            await person.first_stretch()
            await tour.stop("reminder")
            await person.taps("Show me, 3 minutes")
            await person.sees_somewhere("Stretch with me")
            await tour.stop("stretch")
            await tour.fits()
            await person.taps("Stop here")
            await person.taps(person.tr.pgettext("reminder", "Done"))

        await person.moves_time("time-03:12")
        await (
            person.page.get_by_test_id("reply-button").filter(has_text=log_label(person.tr)).click()
        )
        await person.sees("03:1")
        await tour.fits()
        await person.taps("8")
        await person.sees(person.said("strength {number}").format(number=8))
        await tour.stop("cramp")
        await person.taps("More…")
        await person.taps("Left calf")
        await person.taps("Woke me")
        await tour.stop("details")
        await tour.fits()

        await person.presses("This week")
        picture = person.last.get_by_test_id("picture").locator("img")
        await expect(picture).to_be_visible(timeout=PATIENCE_MS)
        await tour.stop("week")
        await tour.fits()

        for command in CARDS:
            before = await person.messages.count()
            await person.types(f"/{command}")
            await expect(person.messages).not_to_have_count(before, timeout=PATIENCE_MS)
            await tour.stop(command)
            await tour.fits()
