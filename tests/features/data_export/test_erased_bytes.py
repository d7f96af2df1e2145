"""After an erasure no byte of what somebody typed is left in the database's files."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from bot.database.sqlite_files import side_files
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from tests.support.harness import Harness

MARKER = re.compile(rb"zq[a-z]{2}marker", re.IGNORECASE)


def marker(number: int) -> str:
    """A word that is found nowhere else."""
    first, second = divmod(number, 26)
    return f"zq{chr(97 + first)}{chr(97 + second)}marker"


def found_in(path: Path) -> set[bytes]:
    """The markers in a database file and the files beside it."""
    files = [path, *(file for file in side_files(path) if file.exists())]
    return {match for file in files for match in MARKER.findall(file.read_bytes())}


async def test_no_byte_is_left(sqlite_url: str) -> None:
    async with Harness.open(sqlite_url) as harness:
        path = harness.settings.sqlite_path
        assert path is not None
        bob = await harness.set_up_person("Bob")
        ann = await harness.set_up_person("Ann")
        numbers = iter(range(26 * 26))
        for _ in range(4):
            await harness.live_for(timedelta(minutes=30))  # nobody types as fast as a test
            await ann.presses("🦵 Log cramp")
            for _ in range(4):
                harness.telegram.reply(
                    ann.telegram_person, ann.last.id, f"note {marker(next(numbers))}"
                )
                await harness.settled()
        for _ in range(8):
            await harness.live_for(timedelta(minutes=1))
            await ann.says(f"something {marker(next(numbers))} nobody understands")
        await ann.forges("about:add")
        await ann.says(f"medicine {marker(next(numbers))}")
        await ann.forges("report:question:about")
        await ann.says(marker(next(numbers)))
        assert len(found_in(path)) >= 20, "the test wrote too little"
        await harness.live_for(timedelta(minutes=5))
        await ann.says("/delete")
        await ann.taps("Yes, erase everything")
        await harness.settled()
        await harness.app.intake.idle()
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while found_in(path):  # noqa: ASYNC110 - the log is truncated beside the answer
                await asyncio.sleep(0.05)
        await bob.presses("🦵 Log cramp")  # the diary of everybody else goes on
        assert "Logged" in bob.last.words or bob.last.buttons
