"""What the bot's process holds in memory: little, and no more after rare and heavy work."""

from pathlib import Path

from bot.sandbox.models import Person
from bot.sandbox.telegram import Telegram
from tests.background.test_worker import is_alive
from tests.survival.common import BotProcess, prepare, sandbox

MOST_MEGABYTES = 120
MOST_IN_USE = 138
"""With what pictures need: fonts, letters and shapes that come again and again."""
HEAVY = ("pdfium", "tzfpy")
"""Libraries that only the worker process may load."""


def megabytes(pid: int) -> float:
    """What a process holds (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("it holds nothing")


def children(pid: int) -> set[int]:
    return {
        int(child)
        for tasks in Path(f"/proc/{pid}/task").iterdir()
        for child in (tasks / "children").read_text().split()
    }


def check(pid: int, most: float) -> None:
    """The bot is small and has none of the heavy libraries."""
    assert megabytes(pid) < most
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert not [name for name in HEAVY if name in maps]


async def asked(telegram: Telegram, person: Person, text: str) -> None:
    telegram.say(person, text)
    await telegram.settled()


async def test_a_first_start_that_upgrades_leaves_it_small(tmp_path: Path) -> None:
    async with sandbox() as (telegram, server):
        bot = BotProcess(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", server, 25)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, telegram.add_person("Ann"), "/start")
            check(bot.pid, MOST_MEGABYTES)
            assert children(bot.pid) == set(), "the upgrade is over"
            assert await bot.end() == 0


async def test_it_stays_small_and_ends_its_worker_process(database_url: str) -> None:
    async with sandbox() as (telegram, server):
        (person,) = await prepare(database_url, telegram, 1)
        bot = BotProcess(database_url, server, 25)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, person, "/cramp")
            check(bot.pid, MOST_MEGABYTES)
            assert children(bot.pid) == set()
            for text in ("/summary", "/report", "/timezone", "Buenos Aires", "/learn"):
                await asked(telegram, person, text)
            check(bot.pid, MOST_IN_USE)
            (worker,) = children(bot.pid)
            assert await bot.end() == 0
            assert not is_alive(worker)
