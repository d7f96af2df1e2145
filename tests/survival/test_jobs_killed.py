"""kill -9 while an import runs: its rows are added once, and a job that kills three times is over.

On SQLite and on PostgreSQL. And when memory runs out in the worker process, which is what the
kernel kills then, a job is given up and nobody else notices.
"""

import asyncio
import json
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from benchmarks.databases import cramp_row
from bot.database.engine import Database
from bot.database.models import Cramp, Job, JobState
from bot.local_time.nights import local_time, night_of
from bot.sandbox.models import Message, Person
from bot.sandbox.telegram import Telegram
from tests.support.lengths import SOAK_SCALE, soak_length
from tests.support.waiting import replied
from tests.support.what_happens import assert_said
from tests.survival.common import BotProcess, prepare, sandbox

ENTRIES = soak_length(1_000, 20_000)
ZONE = "Europe/Berlin"
TOO_LITTLE_BYTES = 64_000_000
"""Less address space than the worker process needs to load its libraries."""
GIVEN_UP = "Sorry, I tried three"
JOBS = {"export": "takeout:file:json", "report": "report:make", "import": "takeout:import"}
"""What is asked for, and the callback data that asks for it."""


def diary() -> bytes:
    now = datetime.now(UTC).replace(microsecond=0)
    entries = []
    for number in range(ENTRIES):
        at = now - timedelta(days=2, minutes=20 * number)
        entries.append(
            {
                "uid": f"{number:032x}",
                "occurred_at": at.isoformat(),
                "entered_at": at.isoformat(),
                "time_zone": ZONE,
                "night_on": night_of(local_time(at, ZONE)).isoformat(),
            }
        )
    return json.dumps(
        {
            "format": "calmcalf-diary",
            "version": 1,
            "exported_at": now.isoformat(),
            "settings": {"language": "en"},
            "entries": entries,
        }
    ).encode()


async def jobs(database: Database) -> list[Job]:
    async with database.transaction() as session:
        return list(await session.exec(select(Job).order_by(col(Job.id))))


async def running(database: Database, attempt: int) -> None:
    """Wait until the newest job is running for the nth time."""
    async with asyncio.timeout(120):
        while True:
            for newest in [one for one in await jobs(database) if one.kind == "takeout.import"]:
                assert newest.attempts <= attempt
                assert newest.state in {JobState.WAITING, JobState.RUNNING}
                if (newest.state, newest.attempts) == (JobState.RUNNING, attempt):
                    return
            await asyncio.sleep(0.005)


async def asked_to_import(telegram: Telegram, ann: Person) -> Message:
    telegram.send_document(ann, diary(), "diary.json")

    def found() -> list[Message]:
        return [one for one in telegram.chat(ann) if "Add it" in one.buttons]

    await telegram.wait_for(lambda: bool(found()), timeout=120)
    return found()[0]


async def test_an_import_that_is_killed_goes_on(database_url: str) -> None:
    async with sandbox() as (telegram, server):
        (ann,) = await prepare(database_url, telegram, 1)
        database = Database(database_url)
        bot = BotProcess(database_url, server, 25)
        async with bot.up():
            question = await asked_to_import(telegram, ann)
            telegram.tap(ann, question.id, "Add it")
            await running(database, 1)
            await bot.end(signal.SIGKILL)
        async with bot.up():
            await telegram.wait_for(lambda: telegram.polling)
            await telegram.wait_for(lambda: question.words.startswith("Added:"), timeout=120)
            assert f"{ENTRIES} entries" in question.words
            assert await bot.end() == 0
        async with database.transaction() as session:
            uids = list(await session.exec(select(Cramp.uid)))
        assert len(uids) == len(set(uids)) == ENTRIES
        await database.close()


@pytest.mark.in_ci
async def test_a_job_that_kills_the_process_three_times_is_given_up(
    database_url: str, tmp_path: Path
) -> None:
    async with sandbox() as (telegram, server):
        (ann,) = await prepare(database_url, telegram, 1)
        database = Database(database_url)
        bot = BotProcess(database_url, server, 25, tmp_path / "log.txt")
        async with bot.up():
            question = await asked_to_import(telegram, ann)
            telegram.tap(ann, question.id, "Add it")
            await running(database, 1)
            await bot.end(signal.SIGKILL)
        for attempt in (2, 3):
            async with bot.up():
                await running(database, attempt)
                await bot.end(signal.SIGKILL)
        async with bot.up():
            await telegram.wait_for(
                lambda: any(one.words.startswith(GIVEN_UP) for one in telegram.chat(ann)),
                timeout=120,
            )
            telegram.say(ann, "/cramp")
            await replied(telegram, ann)
            assert await bot.end() == 0
        what = "a report or an import that kills the process"
        assert_said(what, bot.lines, most=1)
        assert (await jobs(database))[-1].state is JobState.FAILED
        async with database.transaction() as session:
            own = await session.exec(select(Cramp.uid).where(col(Cramp.message_id) > 0))
            assert len(own.all()) == 1
        await database.close()


def workers_of(pid: int) -> Iterator[int]:
    """The processes that a process has started."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, file.read_text().split())


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def limit_memory(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_AS, (TOO_LITTLE_BYTES, TOO_LITTLE_BYTES))


async def starved(bot: BotProcess, starve: Callable[[int], None]) -> None:
    """Do this to each worker process of the bot, for ever."""
    while True:
        for pid in workers_of(bot.pid):
            with suppress(ProcessLookupError):
                starve(pid)
        await asyncio.sleep(0.01)


IN_SHORT = (("export", kill), ("report", limit_memory))
IN_FULL = tuple((name, starve) for name in JOBS for starve in (kill, limit_memory))


@pytest.mark.parametrize(
    "database_url", ["sqlite"] if SOAK_SCALE is None else ["sqlite", "postgres"], indirect=True
)
async def test_memory_that_runs_out_ends_a_job_and_nothing_else(database_url: str) -> None:
    url = database_url
    async with sandbox() as (telegram, server):
        ann, ben = await prepare(url, telegram, 2)
        await with_entries(url, ann)
        bot = BotProcess(url, server, 25)
        taps = 0
        async with bot.up():
            question = await asked_to_import(telegram, ann)
            for name, starve in IN_SHORT if SOAK_SCALE is None else IN_FULL:
                given_up = said(telegram, ann, GIVEN_UP)
                trouble = asyncio.create_task(starved(bot, starve))
                telegram.tap_data(ann, question, JOBS[name])
                await telegram.wait_for(
                    lambda before=given_up: said(telegram, ann, GIVEN_UP) > before,  # type: ignore[misc]
                    timeout=120,
                )
                telegram.say(ben, "/cramp")
                taps += 1
                await replied(telegram, ben)
                trouble.cancel()
                await asyncio.gather(trouble, return_exceptions=True)
                for pid in workers_of(bot.pid):
                    kill(pid)  # one that has too little memory for ever
            files = len([one for one in telegram.chat(ann) if one.kind == "document"])
            telegram.tap_data(ann, question, JOBS["export"])
            await telegram.wait_for(
                lambda: (
                    len([one for one in telegram.chat(ann) if one.kind == "document"]) == files + 1
                ),
                timeout=120,
            )
            assert await bot.end() == 0, "it was killed with its worker"
        database = Database(url)
        async with database.transaction() as session:
            theirs = await session.exec(select(Cramp.id).where(Cramp.user_id == ben.id))
            assert len(theirs.all()) == taps
        await database.close()


def said(telegram: Telegram, person: Person, begins: str) -> int:
    """How many messages of the bot have this beginning."""
    return sum(one.words.startswith(begins) for one in telegram.chat(person))


async def with_entries(url: str, person: Person) -> None:
    """Give somebody a diary."""
    database = Database(url)
    now = datetime.now(UTC)
    rows = [
        cramp_row(person.id, -number, f"{number:032x}", now - timedelta(hours=5 * number))
        for number in range(1, 200)
    ]
    async with database.transaction() as session:
        await (await session.connection()).execute(sa.insert(Cramp), rows)
    await database.close()
