"""The usual design with python-telegram-bot: one in-memory job of its JobQueue for each reminder.

A thousand people have five daily jobs each, and a thousand jobs are due in the same second, with
the library's default settings and the same Bot API server as for our own dispatch.
"""

import asyncio
import datetime
import logging
import time
from typing import Any

from telegram.ext import Application, ContextTypes

from benchmarks.bot_api import BotApi, bot_api
from benchmarks.databases import FIRST_PERSON
from benchmarks.dispatch import TOKEN

QUIET_SECONDS = 8
"""Idle time before the burst. httpx closes idle connections after five seconds, so the burst has to
open new ones, as after a quiet time in production."""

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


async def _remind(context: ContextTypes.DEFAULT_TYPE) -> None:
    if context.job is not None and context.job.chat_id is not None:
        await context.bot.send_message(context.job.chat_id, "Time to stretch")


async def measure(api: BotApi, people: int, due: int) -> str:
    """Measure; returns a row: people, time to register jobs, messages delivered, longest block."""
    application: AnyApplication = (
        Application.builder().token(TOKEN).base_url(f"{api.url}/bot").updater(None).build()
    )
    queue = application.job_queue
    assert queue is not None
    begun = time.perf_counter()
    for number in range(people):
        for slot in range(5):
            at = datetime.time((slot * 4 + 1) % 24, number % 60, tzinfo=datetime.UTC)
            queue.run_daily(_remind, at, chat_id=FIRST_PERSON + number)
    registered = time.perf_counter() - begun
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last - 0.001), now

    async with application:
        await application.start()
        when = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=QUIET_SECONDS)
        for number in range(due):
            queue.run_once(_remind, when, chat_id=FIRST_PERSON + number)
        watching = asyncio.create_task(watch())
        begun, sent = time.perf_counter(), -1
        while (seen := api.report()["sent"]) != sent or (
            time.perf_counter() - begun < 3 * QUIET_SECONDS
        ):
            sent = seen
            await asyncio.sleep(2)
        watching.cancel()
        await application.stop()
    return f"| {people:,} | {registered:.1f} s | {sent:,} of {due:,} | {longest:.1f} s |"


HEAD = """| people | registering their jobs | delivered | loop |
| --- | --- | --- | --- |"""


def rows() -> list[str]:
    """The table's rows."""
    logging.disable(logging.CRITICAL)
    with bot_api() as api:
        table = [asyncio.run(measure(api, 1_000, 1_000))]
    print(table[-1], flush=True)
    logging.disable(logging.NOTSET)
    return table


if __name__ == "__main__":
    rows()
