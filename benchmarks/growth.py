"""Whether size costs anything: start, idle tick, memory and lateness with few and many reminders.

Each case runs in a process of its own, so that memory is its own too.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.bot_api import bot_api
from benchmarks.dispatch import Free, bot_for, measured, settings_for
from benchmarks.places import KINDS, PLACES, fill, make_due
from bot import memory
from bot.clock import SystemClock
from bot.context import Deps
from bot.db import Database
from bot.models import Kind
from bot.reminders.dispatch import Dispatcher, ReminderRenderer

SIZES = (5_000, 500_000, 5_000_000)
DUE = 1_000
IDLE_TICKS = 200
RATE = 1_000.0


async def _measure(url: str, api: str) -> tuple[float, ...]:
    begun = time.perf_counter()
    settings = settings_for(url, api, RATE)
    database = Database(url)
    deps = Deps(settings, database, SystemClock())
    async with bot_for(api) as bot:
        dispatcher = Dispatcher(deps, bot, Free(), dict.fromkeys(Kind, ReminderRenderer()))
        await dispatcher.start()
        await dispatcher.tick()
        start = time.perf_counter() - begun
        memory.settle()
        ticks = []
        for _ in range(IDLE_TICKS):
            begun = time.perf_counter()
            await dispatcher.tick()
            ticks.append(time.perf_counter() - begun)
        await make_due(database, DUE)

        async def work() -> int:
            await dispatcher.run_dry()
            return DUE

        run = await measured(work)
        await dispatcher.stop()
    await database.close()
    return start, statistics.median(ticks), run.rate, run.cpu, run.block, _peak_megabytes()


def _peak_megabytes() -> float:
    """Of this process alone: what getrusage tells is handed down from its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def _in_process(url: str, api: str, pipe: "multiprocessing.connection.Connection") -> None:
    pipe.send(asyncio.run(_measure(url, api)))


def rows(sizes: tuple[int, ...]) -> list[str]:
    """The table's rows."""
    context, table = multiprocessing.get_context("spawn"), []
    for place, opened in PLACES.items():
        with opened() as url, bot_api() as api:
            for size in sizes:
                far = datetime.now(UTC) + timedelta(days=30)
                asyncio.run(fill(url, size // len(KINDS), next_at=far))
                ours, theirs = context.Pipe()
                process = context.Process(target=_in_process, args=(url, api.url, theirs))
                process.start()
                start, tick, rate, cpu, block, peak = ours.recv()
                process.join()
                table.append(
                    f"| {size:,} | {place} | {start:.2f} s | {tick * 1000:.2f} ms | "
                    f"{DUE / rate:.2f} s | {cpu:.0f} µs | {block:.0f} ms | {peak:.0f} MB |"
                )
                print(table[-1], flush=True)
    return table


HEAD = """| reminders | database | start | idle tick | 1,000 due | CPU each | loop | memory |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    rows(SIZES[:1] if parser.parse_args().quick else SIZES)


if __name__ == "__main__":
    main()
