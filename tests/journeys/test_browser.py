"""A week with the bot in a real browser: start, a reminder, a cramp at night and the summary."""

from pathlib import Path

from playwright.async_api import Browser, expect

from bot.config import load_settings
from tests.support.browser import PATIENCE_MS, needs_chromium, phone, running_sandbox


@needs_chromium
async def test_a_week_in_the_browser(
    chromium: Browser, unused_tcp_port: int, tmp_path: Path
) -> None:
    settings = load_settings(None, sandbox_port=unused_tcp_port)
    async with running_sandbox(settings) as address, phone(chromium, address) as person:
        await person.starts()
        await person.answers_all()

        await person.moves_time("time-22:15")
        await person.moves_time("time-next")
        await person.first_stretch()
        await person.taps("Done")
        await person.sees_somewhere("Stretch, 22:")

        await person.moves_time("time-03:12")
        await person.presses("Log cramp")
        await person.sees("Cramp logged: 03:1")
        await expect(person.last.get_by_test_id("silent")).to_be_visible()
        await person.taps("8")
        await person.sees("strength 8")
        await person.taps("More…")
        await person.taps("Woke me")
        await person.sees("woke me")

        await person.moves_time(
            "time-hour"
        )  # a button by the bed, over HTTP, with no phone at hand
        await person.types("/settings")
        for button in ("Log without a screen", "Make an address", "Copy the address"):
            await person.taps(button)
        await person.presses_bedside_button("200: Logged, 4:1")
        await person.sees("Cramp logged: 04:1")

        await person.presses("This week")
        picture = person.last.get_by_test_id("picture").locator("img")
        await expect(picture).to_be_visible(timeout=PATIENCE_MS)
        width = await picture.evaluate("image => image.naturalWidth")
        assert width == 1080
        await person.sees("Cramps on 1 night")

        await person.moves_time("time-week")
        await person.sees_somewhere("not compared with others")
        await person.page.screenshot(path=tmp_path / "week.png")
