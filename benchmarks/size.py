"""Measures an erasure among a million entries, and a start with 100,000 people in the database.

Run it with ``python -m benchmarks.size``. The bot is started in a process of its own after tzdata
has changed, so that it plans everybody's reminders again. The time is taken until the first tap is
answered, and until all reminders are planned. On a busy computer, only the processor time is
meaningful.
"""

import argparse
import asyncio
import compileall
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from benchmarks.bot_api import BotApi, bot_api
from benchmarks.databases import DATABASES, FIRST_PERSON, cramp_row, fill
from benchmarks.dispatch import TOKEN
from bot.database.engine import Database, create_engine
from bot.database.models import Cramp, Fact, User
from bot.database.read_only import reading
from bot.features.reminders.new_kinds import NEW_KINDS
from bot.identity import people
from bot.operations import garbage_collector
from bot.operations.maintenance import new_time_zone_rules

ENTRIES, ENTRIES_EACH = 1_000_000, 300
PEOPLE = 100_000
ROWS_AT_ONCE = 20_000
NOT_FAR = timedelta(days=5)
"""How far ahead reminders are due at most; a start would replan those that are implausibly far."""
TIMEOUT_SECONDS = 1800.0
FOLDER = Path(__file__).parent.parent
RULES = new_time_zone_rules()
NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)


def _cramp(number: int) -> dict[str, object]:
    at = NOW - timedelta(hours=number % ENTRIES_EACH)
    person = FIRST_PERSON + number // ENTRIES_EACH
    return cramp_row(person, number % ENTRIES_EACH + 1, f"{number:032x}", at)


async def erasure_seconds(url: str, entries: int) -> float:
    """How long the erasure of a person with 300 entries takes."""
    await fill(url, entries // ENTRIES_EACH + 1, next_at=NOW)
    database = Database(url)
    for start in range(0, entries, ROWS_AT_ONCE):
        rows = [_cramp(number) for number in range(start, min(entries, start + ROWS_AT_ONCE))]
        async with database.transaction() as session:
            await (await session.connection()).execute(sa.insert(Cramp), rows)
    begun = time.perf_counter()
    async with database.transaction() as session:
        await people.erase(session, FIRST_PERSON + 7, NOW)
    seconds = time.perf_counter() - begun
    async with database.transaction() as session:
        assert await session.get(User, FIRST_PERSON + 7) is None
    await database.close()
    return seconds


class Start(NamedTuple):
    """How long a start takes, in seconds."""

    first: float
    """From the start of the process until the first tap is answered."""
    cpu: float
    """The processor time of the process until then."""
    done: float
    """Until everybody's reminders are planned again."""


async def start_seconds(url: str, api: BotApi, count: int) -> Start:
    """Start the bot as operators do, while taps wait at Telegram."""
    await fill(url, count, next_at=datetime.now(UTC) + NOT_FAR)
    engine = create_engine(url)
    async with engine.begin() as connection:
        rows = [
            {"name": RULES.name, "value": "1999.1"},
            {"name": NEW_KINDS.name, "value": NEW_KINDS.version},
        ]
        await connection.execute(sa.delete(Fact))
        await connection.execute(sa.insert(Fact), rows)
    await engine.dispose()
    compileall.compile_dir(FOLDER / "bot", quiet=1)
    api.tap(100, 2000, 0.05)
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), env=_environment(url, api), cwd=FOLDER
    )
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while not (waits := api.report()["waits"]):  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.05)
            cpu = _cpu_seconds(process.pid)
            while not await _is_planned(url):  # noqa: ASYNC110 - the same
                await asyncio.sleep(1.0)
        done = time.perf_counter() - begun
    finally:
        process.terminate()
        await process.wait()
    return Start(waits[0], cpu, done)


def _environment(url: str, api: BotApi) -> dict[str, str]:
    # Installations have the bytecode; else each start would compile the bot's own modules.
    compiled = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    return compiled | {
        "BOT_TOKEN": TOKEN,
        "DATABASE_URL": url,
        "TELEGRAM_API_URL": api.url,
        "OPERATOR_NAME": "Benchmark",
        "OPERATOR_CONTACT": "nobody",
        "LOG_LEVEL": "ERROR",
    }


def _cpu_seconds(pid: int) -> float:
    """The processor time that a process has taken (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _is_planned(url: str) -> bool:
    query = sa.select(col(Fact.value)).where(col(Fact.name) == RULES.name)
    async with reading(url) as connection:
        return await connection.scalar(query) == RULES.version


HEAD = """| database | erase 300 of 1,000,000 entries | first tap answered | CPU until then | all planned again |
| --- | --- | --- | --- | --- |"""  # noqa: E501 - a row of a table


def rows(entries: int = ENTRIES, count: int = PEOPLE) -> list[str]:
    """The table's rows."""
    garbage_collector.tune_after_startup()
    table = []
    for name, opened in DATABASES.items():
        with opened() as url:
            erased = asyncio.run(erasure_seconds(url, entries))
        with opened() as url, bot_api() as api:
            start = asyncio.run(start_seconds(url, api, count))
        table.append(
            f"| {name} | {erased * 1000:.0f} ms | {start.first:.1f} s | {start.cpu:.1f} s | "
            f"{start.done:.0f} s |"
        )
        print(table[-1], flush=True)
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of all")
    if parser.parse_args().quick:
        rows(ENTRIES // 100, PEOPLE // 100)
    else:
        rows()


if __name__ == "__main__":
    main()
