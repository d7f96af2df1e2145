"""Take the README's pictures from the sandbox, with the real bot: ``python -m docs.take_pictures``.

Needs Chromium, and a font with emoji.
"""

import asyncio
from pathlib import Path

from bot.config import load_settings
from tests.browsing import Phone, phone, running_sandbox

FOLDER = Path(__file__).parent / "pictures"
PORT = 8097
SMALL_PHONE = {"width": 360, "height": 720}


async def _shoot(person: Phone, name: str) -> None:
    await person.page.mouse.move(0, 0)
    await person.page.screenshot(path=FOLDER / f"{name}.png", scale="css")


async def _night(person: Phone, strength: str) -> None:
    await person.moves_time("time-03:12")
    await person.presses("Log cramp")
    await person.sees("Logged: 03:1")
    await person.taps(strength)
    await person.sees(f"strength {strength}")


async def take() -> None:
    """Live some days with the bot, and take pictures on the way."""
    FOLDER.mkdir(exist_ok=True)
    settings = load_settings(None, sandbox_port=PORT)
    async with (
        running_sandbox(settings) as address,
        phone(address, "light", SMALL_PHONE) as person,
    ):
        await person.starts()
        await person.sees("CalmCalf")
        await _shoot(person, "start")
        await person.answers_all()
        await _shoot(person, "plan")
        await person.moves_time("time-22:15")
        await person.moves_time("time-next")
        await person.sees_somewhere("short stretch")
        await _shoot(person, "reminder")
        await person.taps("Done")
        await person.sees_somewhere("Stretch, 22:")
    async with (
        running_sandbox(settings) as address,
        phone(address, "dark", SMALL_PHONE) as person,
    ):
        await person.starts()
        await person.answers_all()
        for strength in ("7", "4"):
            await person.moves_time("time-22:15")
            await person.moves_time("time-next")
            await person.taps("Done")
            await _night(person, strength)
        await _shoot(person, "cramp")
        await person.moves_time("time-22:15")
        await person.presses("This week")
        await person.page.get_by_test_id("picture").last.wait_for()
        await person.page.get_by_test_id("picture").last.evaluate(
            "picture => picture.scrollIntoView({block: 'start'})"
        )
        await _shoot(person, "week")


if __name__ == "__main__":
    asyncio.run(take())
