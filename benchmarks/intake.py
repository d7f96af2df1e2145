"""Updates a second that one process takes in: ``python -m benchmarks.intake``.

A thousand people log a cramp each, first all at once, then at rates that one process can sustain.
Each update is stored before it is acknowledged, and its effect is committed before it is answered.
Before that, updates are only fetched, stored and acknowledged, and nothing is handled.
"""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from benchmarks.bot_api import BotApi, bot_api
from benchmarks.databases import DATABASES, fill
from benchmarks.dispatch import measured, settings_for
from bot.app import App
from bot.database.engine import Database
from bot.operations import garbage_collector
from bot.telegram.polling import Polling

PEOPLE = 1000
TIMEOUT_SECONDS = 120.0
WARM_UP_TAPS = 20
POLL_SECONDS = 0.25
NOT_DUE = timedelta(hours=20)
"""Reminders are due after the run, and not so far ahead that they would be planned anew."""
ALL_AT_ONCE = 10_000.0
ACKNOWLEDGED = 4000


def quantile(values: list[float], share: float) -> float:
    """A quantile of sorted values; NaN when there are none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


async def until_answered(api: BotApi, count: int) -> None:
    """Wait until the bot has answered this many taps."""
    await until(api, "answered", count)


async def until(api: BotApi, what: str, count: int) -> None:
    """Wait until the Bot API has counted something this many times.

    It is asked seldom: each question stops the event loop until the other process has answered.
    """
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while api.report()[what] < count:  # noqa: ASYNC110 - the counter is in another process
            await asyncio.sleep(POLL_SECONDS)


async def acknowledge(url: str, api: BotApi, count: int) -> str:
    """Fetch, store and acknowledge updates, and handle none; returns the cells of a row."""
    await fill(url, PEOPLE, next_at=datetime.now(UTC) + NOT_DUE)
    app = App(settings_for(url, api.url, 25.0))
    await app.telegram.initialize()
    await app.intake.stop()  # it still stores what comes, for another process to handle
    polling = Polling(app.bot, app.intake, lambda: True)

    async def work() -> int:
        polling.start()
        await until(api, "acknowledged", count)
        return count

    api.tap(PEOPLE, ALL_AT_ONCE, count / ALL_AT_ONCE)
    await asyncio.sleep(1.0)
    run = await measured(work)
    seconds = api.report()["acknowledging_seconds"]
    await polling.stop()
    await app.stop()
    return f"{count / seconds:,.0f} | {run.cpu:,.0f} µs"


async def measure(url: str, api: BotApi, count: int, rate: float) -> str:
    """Offer ``count`` taps at a rate a second; returns the cells of a row of the table."""
    await fill(url, PEOPLE, next_at=datetime.now(UTC) + NOT_DUE)
    app = App(settings_for(url, api.url, 25.0))
    await app.start()
    await app.jobs.catch_up()
    api.tap(PEOPLE, 50, WARM_UP_TAPS / 50)
    await until_answered(api, WARM_UP_TAPS)
    before = api.report()["done_at"]

    async def work() -> int:
        api.tap(PEOPLE, rate, count / rate)
        await until_answered(api, WARM_UP_TAPS + count)
        return count

    run = await measured(work)
    seen = api.report()
    await app.stop()
    database = Database(url)
    async with database.transaction() as session:
        rows = await (await session.connection()).scalar(sa.text("SELECT count(*) FROM cramps"))
    await database.close()
    assert rows == WARM_UP_TAPS + count, f"{rows} rows of {WARM_UP_TAPS + count} taps"
    assert before is not None
    waits = sorted(seen["waits_in_order"][WARM_UP_TAPS:])
    return (
        f"{rate:,.0f} | {run.rate:,.0f} | {run.cpu / 1000:.1f} ms | "
        f"{quantile(waits, 0.5) * 1000:,.0f} ms | {quantile(waits, 0.99) * 1000:,.0f} ms"
    )


ACKNOWLEDGE_HEAD = """| database | acknowledged a second | CPU each |
| --- | --- | --- |"""
HEAD = """| database | offered a second | taken a second | CPU each | wait p50 | p99 |
| --- | --- | --- | --- | --- | --- |"""


def main() -> None:
    """Measure and print."""
    garbage_collector.tune_after_startup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    quick = parser.parse_args().quick
    cases = ((200, ALL_AT_ONCE),) if quick else ((1000, ALL_AT_ONCE), (200, 20.0), (300, 40.0))
    for database, opened in DATABASES.items():
        with opened() as url, bot_api() as api:
            print(
                f"| {database} | {asyncio.run(acknowledge(url, api, ACKNOWLEDGED))} |", flush=True
            )
    for database, opened in DATABASES.items():
        for count, rate in cases:
            with opened() as url, bot_api() as api:
                print(f"| {database} | {asyncio.run(measure(url, api, count, rate))} |", flush=True)


if __name__ == "__main__":
    main()
