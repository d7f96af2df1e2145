"""What stays out of the bot's process: heavy libraries, and the memory that heavy work needs."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.cramp_values import Site
from bot.database.engine import Database
from bot.database.models import Cramp
from bot.local_time.nights import local_time, night_of
from bot.sandbox.models import Message, Person
from bot.sandbox.telegram import Telegram
from tests.background.test_worker import is_alive
from tests.support.lengths import soak_length
from tests.support.waiting import replied
from tests.survival.common import BotProcess, prepare, sandbox

MOST_GROWTH = 1.3
"""How much more memory the process may have after heavy work: pictures need fonts and caches."""
MOST_MEGABYTES = 250
"""What the bot and its worker process may have together, whatever one person does."""
ENTRIES = soak_length(2_000, 20_000)
Act = Callable[[], object]
HEAVY = ("tzfpy",)
"""Libraries that only the worker process may load."""
SENTENCES = {
    "en": "cramp in my left calf at 3, strength 7",
    "de": "um 3 ein krampf in der linken wade, stärke 7",
    "es": "calambre en la pantorrilla izquierda a las 3, fuerza 7",
    "fr": "crampe au mollet gauche à 3 h, force 7",
    "it": "crampo al polpaccio sinistro alle 3, forza 7",
    "pt-br": "cãibra na panturrilha esquerda às 3, força 7",
    "ru": "судорога в левой икре в 3 часа, сила 7",
    "uk": "судома в лівій литці о 3, сила 7",
}
"""The words of each language take memory from the first sentence on."""


def share(pid: int) -> float:
    """The memory of a process; what it shares with others counts in part (Pss)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("it holds nothing")


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


def command_line(pid: int) -> bytes:
    """The arguments that a process was started with; b"" when it has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def started_children(pid: int) -> set[int]:
    """The children that have a memory of their own.

    Between vfork and exec a child uses its parent's memory, which would count twice.
    """
    own = command_line(pid)
    return {child for child in children(pid) if command_line(child) not in {own, b""}}


def check_libraries(pid: int) -> None:
    """The process has loaded none of the heavy libraries."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert not [name for name in HEAVY if name in maps]


async def asked(telegram: Telegram, person: Person, text: str) -> None:
    telegram.say(person, text)
    await replied(telegram, person)


async def test_a_first_start_that_upgrades_leaves_nothing_heavy_behind(tmp_path: Path) -> None:
    async with sandbox() as (telegram, server):
        bot = BotProcess(
            f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", server, 25, has_own_interpreter=True
        )
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, telegram.add_person("Ann"), "/start")
            check_libraries(bot.pid)
            assert children(bot.pid) == set(), "the upgrade is over"
            assert await bot.end() == 0


@pytest.mark.in_ci
async def test_heavy_work_happens_in_a_worker_process_that_ends_with_the_bot(
    sqlite_url: str,
) -> None:
    async with sandbox() as (telegram, server):
        (person,) = await prepare(sqlite_url, telegram, 1)
        bot = BotProcess(sqlite_url, server, 25, has_own_interpreter=True)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, person, "/cramp")
            await asked(telegram, person, "/help")  # the lists of danger are loaded by then
            before = megabytes(bot.pid)
            assert children(bot.pid) == set()
            for text in ("/summary", "/report", "/timezone", "Buenos Aires", "/learn"):
                await asked(telegram, person, text)
            check_libraries(bot.pid)
            assert megabytes(bot.pid) < MOST_GROWTH * before
            (worker,) = children(bot.pid)
            assert await bot.end() == 0
            assert not is_alive(worker)


async def add_diary(url: str, user_id: int) -> None:
    """Add entries over a year, all of whose fields are filled in."""
    now = datetime.now(UTC)
    entries = []
    for number in range(ENTRIES):
        at = now - timedelta(days=number % 360, minutes=number // 360)
        entries.append(
            {
                "user_id": user_id,
                "message_id": -number - 1,
                "uid": f"{number:032x}",
                "tapped_at": at,
                "occurred_at": at,
                "time_zone": "Europe/Berlin",
                "night_on": night_of(local_time(at, "Europe/Berlin")),
                "site": Site.CALF,
                "intensity": number % 11,
                "possible_triggers": "stress,hot_day",
                "relief_tried": "stretched",
                "note": f"Note {number}, as long as people write it down in the night",
            }
        )
    database = Database(url)
    async with database.transaction() as session:
        await (await session.connection()).execute(sa.insert(Cramp), entries)
    await database.close()


class Peak:
    """The most memory that a process and its children had together, in megabytes."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.most = 0.0
        self.parts: dict[int, float] = {}

    async def watch(self) -> None:
        while True:
            parts = {}
            for one in (self.pid, *started_children(self.pid)):
                with suppress(FileNotFoundError, ProcessLookupError, RuntimeError):
                    parts[one] = share(one)
            if sum(parts.values()) > self.most:
                self.most, self.parts = sum(parts.values()), parts
            await asyncio.sleep(0.02)


async def result(
    telegram: Telegram, person: Person, act: Act, fits: Callable[[Message], object]
) -> Message:
    """Do something that the bot does as a job, and wait for a new message that fits."""
    known = {one.id for one in telegram.chat(person)}

    def found() -> list[Message]:
        return [one for one in telegram.chat(person) if one.id not in known and fits(one)]

    act()
    await telegram.wait_for(lambda: bool(found()), timeout=120)
    await telegram.settled()
    return found()[0]


@pytest.mark.in_ci
async def test_a_whole_diary_fits_into_memory(sqlite_url: str) -> None:
    """Bot and worker together, while one person reports, exports and imports all they may have."""
    async with sandbox() as (telegram, server):
        ann, bob, *others = await prepare(sqlite_url, telegram, 2 + len(SENTENCES))
        await add_diary(sqlite_url, ann.id)
        bot = BotProcess(sqlite_url, server, 25, has_own_interpreter=True)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await asked(telegram, ann, "/cramp")
            await asked(telegram, bob, "/cramp")
            peak = Peak(bot.pid)
            watching = asyncio.create_task(peak.watch())
            seconds = {}

            async def timed(
                name: str,
                person: Person,
                act: Callable[[], object],
                fits: Callable[[Message], object],
            ) -> Message:
                begun = time.perf_counter()
                message = await result(telegram, person, act, fits)
                seconds[name] = round(time.perf_counter() - begun, 1)
                print(name, seconds[name], "s; peak", round(peak.most), peak.parts)  # noqa: T201
                return message

            preview = await timed(
                "report", ann, lambda: telegram.say(ann, "/report"), lambda one: one.photo
            )
            await timed(
                "pdf",
                ann,
                lambda: telegram.tap(ann, preview.id, "Make the PDF"),
                lambda one: one.file,
            )
            await asked(telegram, ann, "/export")
            card = next(one for one in telegram.chat(ann) if "Entries (CSV)" in one.buttons)
            for label in (one for one in card.buttons if "(" in one):
                tap = partial(telegram.tap, ann, card.id, label)
                made = await timed(label, ann, tap, lambda one: one.file)
                if "JSON" in label:
                    file = made.file
            assert file is not None
            question = await timed(
                "read",
                bob,
                lambda: telegram.send_document(bob, file.content, "x.json"),
                lambda one: "Add it" in one.buttons,
            )
            telegram.tap(bob, question.id, "Add it")
            begun = time.perf_counter()
            await telegram.wait_for(lambda: question.words.startswith("Added: "), timeout=120)
            print("import", round(time.perf_counter() - begun, 1), "s; peak", peak.most)  # noqa: T201
            for person, (code, sentence) in zip(others, SENTENCES.items(), strict=True):
                person.language_code = code
                await asked(telegram, person, sentence)
            await asked(telegram, bob, "/timezone")
            await asked(telegram, bob, "Buenos Aires")
            await asked(telegram, bob, "/timezone")
            telegram.send_location(bob, 52.5, 13.4)
            await telegram.settled()
            await timed("week", ann, lambda: telegram.say(ann, "/summary"), lambda one: one.photo)
            await timed("again", ann, lambda: telegram.say(ann, "/report"), lambda one: one.photo)
            watching.cancel()
            assert peak.most < MOST_MEGABYTES, peak.parts
            assert await bot.end() == 0
    database = Database(sqlite_url)
    async with database.transaction() as session:
        count = await session.exec(
            sa.select(sa.func.count()).select_from(Cramp).where(col(Cramp.user_id) == bob.id)  # type: ignore[call-overload]
        )
        assert count.one()[0] >= ENTRIES
    await database.close()
