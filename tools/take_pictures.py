"""Take the screenshots for the README and the tour: ``python -m tools.take_pictures [NAME…]``.

The script drives the sandbox in Chromium, so it needs Chromium and a font with emoji. NAME is a
scene: "evening", "morning", "pages", "german" or "months"; without one, all are taken.
"""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.async_api import Browser

from bot.config import load_settings
from bot.database.migrate import migrate
from tests.support.browser import Phone, phone, running_sandbox, started_chromium
from tests.support.harness import Harness
from tests.support.two_months import TwoMonths

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
PORT = 8097
SMALL_PHONE = {"width": 360, "height": 720}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Scene = Callable[[Browser, str], Awaitable[None]]


async def _shoot(person: Phone, name: str) -> None:
    await person.page.mouse.move(0, 0)
    await person.page.screenshot(path=FOLDER / f"{name}.png", scale="css")


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
        await person.taps("Invite someone")
        await person.sees("start=care_")
        await _shoot(person, "caregiver")


async def _pages(chromium: Browser, address: str) -> None:
    async with phone(chromium, address, "dark", SMALL_PHONE) as person:
        await person.starts()
        await person.answers_all()
        for strength in ("8", "4"):
            await person.moves_time("time-03:12")
            await person.presses("Log cramp")
            await person.taps(strength)
            await person.sees_somewhere(person.said("strength {number}").format(number=strength))
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
        await person.moves_time("time-03:12")
        await person.presses("Log cramp")
        await person.sees("03:1")
        await person.taps("6")
        await person.sees_somewhere(person.said("strength {number}").format(number=6))
        await _shoot(person, "german")


async def _two_months(chromium: Browser) -> None:
    """The stops of the tour of two months, on a light and on a dark phone."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "months.db"
        await migrate(f"sqlite+aiosqlite:///{path}")
        async with Harness.open(f"sqlite+aiosqlite:///{path}") as harness:
            ann = await harness.set_up_person("Ann", language="en-DE")

            async def stop(name: str) -> None:
                for scheme in SCHEMES:
                    async with phone(chromium, harness.server.url, scheme, SMALL_PHONE) as person:
                        await person.last.wait_for()
                        if ann.last.photo is not None:
                            await _picture(person)
                        await _shoot(person, f"{name.replace(' ', '-')}-{scheme}")

            await TwoMonths(harness, ann, stop).live()
    for name in ("week", "month"):
        shutil.copy(FOLDER / f"{name}-dark.png", FOLDER / f"{name}.png")
    shutil.copy(FOLDER / "night-dark.png", FOLDER / "cramp.png")


SCENES: dict[str, Scene] = {
    "evening": _first_evening,
    "morning": _morning,
    "pages": _pages,
    "german": _in_german,
}


async def take(names: list[str]) -> None:
    """Play scenes, each in a fresh sandbox, and save their screenshots."""
    FOLDER.mkdir(exist_ok=True)
    settings = load_settings(None, sandbox_port=PORT)
    async with started_chromium() as chromium:
        for name, scene in SCENES.items():
            if not names or name in names:
                async with running_sandbox(settings) as address:
                    await scene(chromium, address)
        if not names or "months" in names:
            await _two_months(chromium)


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1:]))
