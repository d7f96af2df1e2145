"""Start, idle tick and memory as the number of reminders grows: ``python -m benchmarks.growth``.

Each case runs in a process of its own. Memory is that of the real bot, started on the command
line.
"""

import argparse
import asyncio
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks.bot_api import bot_api
from benchmarks.databases import DATABASES, KINDS, fill, make_due
from benchmarks.dispatch import TOKEN, NoPace, bot_for, measured, settings_for
from bot.clock import SystemClock
from bot.database.engine import Database
from bot.database.models import Kind
from bot.dispatch.dispatcher import Dispatcher
from bot.features.reminders.sending import ReminderRenderer
from bot.operations import garbage_collector
from bot.telegram.context import Deps

SIZES = (5_000, 500_000, 5_000_000)
DUE = 1_000
IDLE_TICKS = 200
RATE = 1_000.0
# structlog imports rich when it is installed, which it is only in a development environment.
WITHOUT_RICH = """
import runpy, sys
sys.modules["rich"] = None
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""


async def _measure(url: str, api: str) -> tuple[float, ...]:
    begun = time.perf_counter()
    settings = settings_for(url, api, RATE)
    database = Database(url)
    deps = Deps(settings, database, SystemClock())
    async with bot_for(api) as bot:
        dispatcher = Dispatcher(
            deps, bot, NoPace(), dict.fromkeys(Kind, ReminderRenderer(database))
        )
        await dispatcher.start()
        await dispatcher.tick()
        start = time.perf_counter() - begun
        garbage_collector.tune_after_startup()
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
    return start, statistics.median(ticks), run.rate, run.cpu, run.block


def _megabytes(url: str, api: str) -> tuple[float, float]:
    """Memory of the bot after it has sent what is due, and its peak, in megabytes."""
    environment = os.environ | {
        "BOT_TOKEN": TOKEN,
        "OPERATOR_NAME": "Benchmark",
        "OPERATOR_CONTACT": "nobody",
        "DATABASE_URL": url,
        "TELEGRAM_API_URL": api,
        "SEND_RATE": f"{RATE:g}",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", WITHOUT_RICH, "run"]
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603
        try:
            asyncio.run(_all_sent(url))
            return _memory_of(process.pid, "VmRSS"), _memory_of(process.pid, "VmHWM")
        finally:
            process.terminate()


async def _all_sent(url: str) -> None:
    """Make reminders due and wait until the bot has sent them."""
    database = Database(url)
    await make_due(database, DUE)
    async with asyncio.timeout(120):
        sent = 0
        while sent < DUE:
            await asyncio.sleep(0.2)
            async with database.transaction() as session:
                connection = await session.connection()
                sent = await connection.scalar(
                    sa.text("SELECT count(*) FROM deliveries WHERE status = 'sent'")
                )
    await database.close()


def _memory_of(pid: int, name: str) -> float:
    """A value of /proc/PID/status in megabytes. ``getrusage`` would include the parent's peak."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def _in_process(url: str, api: str, pipe: "multiprocessing.connection.Connection") -> None:
    pipe.send(asyncio.run(_measure(url, api)))


def rows(sizes: tuple[int, ...]) -> list[str]:
    """The table's rows."""
    context, table = multiprocessing.get_context("spawn"), []
    for name, opened in DATABASES.items():
        with opened() as url, bot_api() as api:
            for size in sizes:
                far = datetime.now(UTC) + timedelta(days=30)
                asyncio.run(fill(url, size // len(KINDS), next_at=far))
                ours, theirs = context.Pipe()
                process = context.Process(target=_in_process, args=(url, api.url, theirs))
                process.start()
                start, tick, rate, cpu, block = ours.recv()
                process.join()
                used, peak = _megabytes(url, api.url)
                table.append(
                    f"| {size:,} | {name} | {start:.2f} s | {tick * 1000:.2f} ms | "
                    f"{DUE / rate:.2f} s | {cpu:.0f} µs | {block:.0f} ms | "
                    f"{used:.0f} MB (peak {peak:.0f}) |"
                )
                print(table[-1], flush=True)
    return table


HEAD = """| reminders | database | start | idle tick | 1,000 due | CPU each | loop | memory |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    rows(SIZES[:1] if parser.parse_args().quick else SIZES)


if __name__ == "__main__":
    main()
