"""Reply latency while 10,000 reminders are sent: ``python -m benchmarks.reply_latency``."""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta

from benchmarks.bot_api import BotApi, bot_api
from benchmarks.databases import DATABASES, fill, make_due
from benchmarks.dispatch import NO_LIMIT, settings_for
from benchmarks.intake import quantile, until_answered
from bot.app import App
from bot.operations import garbage_collector

DUE = 10_000
TAPS_PER_SECOND = 5.0
FREE_RATE = 30.0


async def measure_waits(url: str, api: BotApi, rate: float, taps: int) -> tuple[list[float], int]:
    """Seconds from each tap to its reply, sorted, and the number of reminders sent meanwhile."""
    await fill(url, DUE, next_at=datetime.now(UTC) + timedelta(days=30))
    app = App(settings_for(url, api.url, rate))
    await app.start()
    await app.load()
    await app.jobs.catch_up()
    api.tap(100, 20, 1)  # warm-up
    await until_answered(api, 20)
    await make_due(app.database, DUE)
    before = api.report()["sent"]
    await app.run_tick()
    api.tap(100, TAPS_PER_SECOND, taps / TAPS_PER_SECOND)
    await until_answered(api, 20 + taps)
    seen = api.report()
    await app.stop()
    return sorted(seen["waits_in_order"][20:]), seen["sent"] - before - taps


def rows(taps: int) -> list[str]:
    """The table's rows."""
    table = []
    for database, opened in DATABASES.items():
        for rate, name in ((FREE_RATE, "30 a second"), (NO_LIMIT, "no limit")):
            with opened() as url, bot_api() as api:
                # Without a limit the burst is over in seconds; later taps would meet an idle bot.
                count = taps if rate == FREE_RATE else max(15, taps // 5)
                found, sent = asyncio.run(measure_waits(url, api, rate, count))
            table.append(
                f"| {database} | {name} | {sent:,} | {quantile(found, 0.5) * 1000:.0f} ms | "
                f"{quantile(found, 0.99) * 1000:.0f} ms | {found[-1] * 1000:.0f} ms |"
            )
            print(table[-1], flush=True)
    return table


HEAD = """| database | pace | reminders sent meanwhile | p50 | p99 | longest |
| --- | --- | --- | --- | --- | --- |"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    garbage_collector.tune_after_startup()
    rows(25 if parser.parse_args().quick else 150)


if __name__ == "__main__":
    main()
