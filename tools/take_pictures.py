"""Take the screenshots for the README and the tour: ``python -m tools.take_pictures``.

The script drives the sandbox in Chromium, so it needs Chromium and a font with emoji.
"""

import asyncio
from pathlib import Path

from playwright.async_api import Browser

from bot.config import load_settings
from tests.support.browser import Phone, phone, running_sandbox, started_chromium

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
PORT = 8097
SMALL_PHONE = {"width": 360, "height": 720}


async def _shoot(person: Phone, name: str) -> None:
    await person.page.mouse.move(0, 0)
    await person.page.screenshot(path=FOLDER / f"{name}.png", scale="css")


async def _night(person: Phone, strength: str) -> None:
    await person.moves_time("time-03:12")
    await person.presses("Log cramp")
    await person.sees("03:1")
    await person.taps(strength)
    await person.sees(person.said("strength {number}").format(number=strength))


async def _picture(person: Phone) -> None:
    """Wait for the newest picture to load, then scroll its top to the top of the screen."""
    newest = person.page.get_by_test_id("picture").last
    await newest.wait_for()
    await newest.locator("img").evaluate("image => image.decode()")
    await newest.evaluate("picture => picture.scrollIntoView({block: 'start'})")


async def _first_evening(chromium: Browser, address: str) -> None:
    async with phone(chromium, address, "light", SMALL_PHONE) as person:
        await person.starts()
        await person.sees("CalmCalf")
        await _shoot(person, "start")
        await person.answers_all()
        await _shoot(person, "plan")
        await person.moves_time("time-22:15")
        await person.moves_time("time-next")
        await person.first_stretch()
        await _shoot(person, "reminder")
        await person.taps("Done")
        await person.sees_somewhere("Stretch, 22:")
        await person.types("/caregiver")
        await person.taps("Invite somebody")
        await person.sees("start=care_")
        await _shoot(person, "caregiver")


async def _nights_and_weeks(chromium: Browser, address: str) -> None:
    async with phone(chromium, address, "dark", SMALL_PHONE) as person:
        await person.starts()
        await person.answers_all()
        for number, strength in enumerate(("8", "4")):
            await person.moves_time("time-22:15")
            await person.moves_time("time-next")
            if number == 0:
                await person.first_stretch()
            await person.taps("Done")
            await _night(person, strength)
        await _shoot(person, "cramp")
        await person.moves_time("time-22:15")
        await person.moves_time("time-22:15")  # a day without an entry
        await person.presses("This week")
        await _picture(person)
        await _shoot(person, "week")
        await person.taps("Month")
        await person.sees_somewhere("3 months")
        await _picture(person)
        await _shoot(person, "month")
        await person.types("/report")
        await person.sees_somewhere("Pages for a doctor, nurse or pharmacist")
        await _picture(person)
        await _shoot(person, "report")


async def _morning(chromium: Browser, address: str) -> None:
    async with phone(chromium, address, "light", SMALL_PHONE) as person:
        await person.starts()
        await person.answers_all()
        await person.moves_time("time-22:15")
        await person.moves_time("time-03:12")
        for _attempt in range(4):
            await person.moves_time("time-next")
            if await person.page.get_by_text("No cramps", exact=True).count():
                break
        await _shoot(person, "morning")


async def _in_german(chromium: Browser, address: str) -> None:
    async with phone(chromium, address, "dark", SMALL_PHONE, language="de") as person:
        await person.starts()
        await person.answers_all()
        await person.moves_time("time-22:15")
        await person.moves_time("time-next")
        await _night(person, "6")
        await _shoot(person, "german")


async def take() -> None:
    """Play every scene in a fresh sandbox and save its screenshots."""
    FOLDER.mkdir(exist_ok=True)
    settings = load_settings(None, sandbox_port=PORT)
    async with started_chromium() as chromium:
        for scene in (_first_evening, _nights_and_weeks, _morning, _in_german):
            async with running_sandbox(settings) as address:
                await scene(chromium, address)


if __name__ == "__main__":
    asyncio.run(take())
