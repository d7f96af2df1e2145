"""What size costs: an erasure among a million entries, and a start beside 100,000 people.

``python -m benchmarks.size``. The start is one with another version of tzdata, after which
everybody's reminders are planned again: until the first tap is answered, and until that is done.
"""

import argparse
import asyncio
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from benchmarks.bot_api import BotApi, bot_api
from benchmarks.databases import DATABASES, FIRST_PERSON, cramp_row, fill
from benchmarks.dispatch import settings_for
from benchmarks.intake import until_answered
from bot.app import App
from bot.database.engine import Database, create_engine
from bot.database.models import Cramp, Fact, User
from bot.features.reminders.new_kinds import NEW_KINDS
from bot.identity import people
from bot.operations import garbage_collector

ENTRIES, ENTRIES_EACH = 1_000_000, 300
PEOPLE = 100_000
ROWS_AT_ONCE = 20_000
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


async def start_seconds(url: str, api: BotApi, count: int) -> tuple[float, float]:
    """Seconds from the start until the first tap is answered, and until all is planned again."""
    await fill(url, count, next_at=datetime.now(UTC) + timedelta(days=30))
    engine = create_engine(url)
    async with engine.begin() as connection:
        rows = [
            {"name": "time_zone_rules", "value": "1999.1"},
            {"name": NEW_KINDS.name, "value": NEW_KINDS.version},
        ]
        await connection.execute(sa.delete(Fact))
        await connection.execute(sa.insert(Fact), rows)
    await engine.dispose()
    app = App(settings_for(url, api.url, 25.0))
    api.tap(100, 20, 0.05)
    begun = time.perf_counter()
    await app.start()
    await until_answered(api, 1)
    first = time.perf_counter() - begun
    await app.jobs.catch_up()
    done = time.perf_counter() - begun
    await app.stop()
    return first, done


HEAD = """| database | erase 300 of 1,000,000 entries | first tap answered | all planned again |
| --- | --- | --- | --- |"""


def rows(entries: int = ENTRIES, count: int = PEOPLE) -> list[str]:
    """The table's rows."""
    garbage_collector.tune_after_startup()
    table = []
    for name, opened in DATABASES.items():
        with opened() as url:
            erased = asyncio.run(erasure_seconds(url, entries))
        with opened() as url, bot_api() as api:
            first, done = asyncio.run(start_seconds(url, api, count))
        table.append(f"| {name} | {erased * 1000:.0f} ms | {first:.1f} s | {done:.0f} s |")
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
