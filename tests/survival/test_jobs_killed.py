"""kill -9 while an import runs: its rows are added once, and a job that kills three times is over.

On SQLite and on PostgreSQL.
"""

import asyncio
import json
import signal
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.database.engine import Database
from bot.database.models import Cramp, Job, JobState
from bot.local_time.nights import local_time, night_of
from bot.sandbox.models import Message, Person
from bot.sandbox.telegram import Telegram
from tests.support.lengths import soak_length
from tests.survival.common import BotProcess, prepare, sandbox

ENTRIES = soak_length(1_000, 20_000)
ZONE = "Europe/Berlin"


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
            await asyncio.sleep(0.3)
            await bot.end(signal.SIGKILL)
        async with bot.up():
            await telegram.wait_for(lambda: question.words.startswith("Added:"), timeout=120)
            assert f"{ENTRIES} entries" in question.words
            assert await bot.end() == 0
        async with database.transaction() as session:
            uids = list(await session.exec(select(Cramp.uid)))
        assert len(uids) == len(set(uids)) == ENTRIES
        await database.close()


async def test_a_job_that_kills_the_process_three_times_is_given_up(database_url: str) -> None:
    async with sandbox() as (telegram, server):
        (ann,) = await prepare(database_url, telegram, 1)
        database = Database(database_url)
        bot = BotProcess(database_url, server, 25)
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
                lambda: any(
                    one.words.startswith("Sorry, I tried three") for one in telegram.chat(ann)
                ),
                timeout=120,
            )
            telegram.say(ann, "/cramp")
            await telegram.settled()
            assert await bot.end() == 0
        assert (await jobs(database))[-1].state is JobState.FAILED
        async with database.transaction() as session:
            own = await session.exec(select(Cramp.uid).where(col(Cramp.message_id) > 0))
            assert len(own.all()) == 1
        await database.close()
