"""What stays out of the bot's process: heavy libraries, and the memory that heavy work needs."""

from pathlib import Path

from bot.sandbox.models import Person
from bot.sandbox.telegram import Telegram
from tests.background.test_worker import is_alive
from tests.support.waiting import replied
from tests.survival.common import BotProcess, prepare, sandbox

MOST_GROWTH = 1.3
"""How much more memory the process may have after heavy work: pictures need fonts and caches."""
HEAVY = ("pdfium", "tzfpy")
"""Libraries that only the worker process may load."""


def megabytes(pid: int) -> float:
    """The memory of a process (VmRSS)."""
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


def check_libraries(pid: int) -> None:
    """The process has loaded none of the heavy libraries."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert not [name for name in HEAVY if name in maps]


async def asked(telegram: Telegram, person: Person, text: str) -> None:
    telegram.say(person, text)
    await replied(telegram, person)


async def test_a_first_start_that_upgrades_leaves_nothing_heavy_behind(tmp_path: Path) -> None:
    async with sandbox() as (telegram, server):
        bot = BotProcess(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", server, 25)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, telegram.add_person("Ann"), "/start")
            check_libraries(bot.pid)
            assert children(bot.pid) == set(), "the upgrade is over"
            assert await bot.end() == 0


async def test_heavy_work_happens_in_a_worker_process_that_ends_with_the_bot(
    database_url: str,
) -> None:
    async with sandbox() as (telegram, server):
        (person,) = await prepare(database_url, telegram, 1)
        bot = BotProcess(database_url, server, 25)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, person, "/cramp")
            before = megabytes(bot.pid)
            assert children(bot.pid) == set()
            for text in ("/summary", "/report", "/timezone", "Buenos Aires", "/learn"):
                await asked(telegram, person, text)
            check_libraries(bot.pid)
            assert megabytes(bot.pid) < MOST_GROWTH * before
            (worker,) = children(bot.pid)
            assert await bot.end() == 0
            assert not is_alive(worker)
