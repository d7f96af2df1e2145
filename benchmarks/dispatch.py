"""Reminders sent a second, compared with the transport alone: ``python -m benchmarks.dispatch``."""

import argparse
import asyncio
import resource
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from benchmarks.bot_api import bot_api
from benchmarks.databases import DATABASES, FIRST_PERSON, fill, make_due
from bot.clock import SystemClock
from bot.config import Settings, load_settings
from bot.database.engine import Database
from bot.database.models import Kind
from bot.dispatch.dispatcher import Dispatcher, requests_for
from bot.features.reminders.messages.sent import reminder_due
from bot.features.reminders.sending import ReminderRenderer
from bot.features.reminders.tips import tip
from bot.i18n.translator import translator
from bot.operations import garbage_collector
from bot.telegram.context import Deps
from bot.telegram.http_client import new_polling_request, new_request
from bot.telegram.sender import Sent, send

TOKEN = "1:benchmark-token"
NO_LIMIT = 1_000_000.0
FAR = timedelta(hours=20)
"""Until other reminders are due; not so far that they would be planned anew."""
WATCH_SECONDS = 0.005
"""How often the event loop is watched. Each millisecond would be a twentieth of the CPU time that
is measured."""


@dataclass(frozen=True)
class Run:
    """One measured run."""

    rate: float
    """Messages a second."""
    cpu: float
    """CPU time of this process for each message, in microseconds."""
    block: float
    """Longest time the event loop was blocked, in milliseconds."""


class Round(NamedTuple):
    """What one round has measured."""

    theirs: Run
    top: Run
    ours: Run


class NoPace:
    """A pace without any limit."""

    async def turn(self) -> None:
        return None

    async def pause(self, duration: timedelta) -> None:
        raise AssertionError(f"the Bot API of the benchmark never asks for a pause, got {duration}")


def settings_for(url: str, api: str, rate: float = NO_LIMIT) -> Settings:
    """Settings of a bot that talks to the benchmark's Bot API."""
    made = load_settings(
        None,
        bot_token=TOKEN,
        database_url=url,
        telegram_api_url=api,
        operator_name="Benchmark",
        operator_contact="nobody",
    )
    return made.model_copy(update={"send_rate": rate})


@asynccontextmanager
async def bot_for(api: str) -> AsyncIterator[ExtBot[None]]:
    """A bot of the library over the real bot's transport."""
    made: ExtBot[None] = ExtBot(
        TOKEN,
        f"{api}/bot",
        request=new_request(None),
        get_updates_request=new_polling_request(None),
    )
    async with made:
        yield made


async def measured(work: Callable[[], Awaitable[int]]) -> Run:
    """Measure a function that sends messages and returns their number."""
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now = time.perf_counter()
            longest, last = max(longest, now - last - WATCH_SECONDS), now

    watching = asyncio.create_task(watch())
    begun, usage = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    count = await work()
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    watching.cancel()
    cpu = used.ru_utime + used.ru_stime - usage.ru_utime - usage.ru_stime
    return Run(count / seconds, cpu / count * 1e6, longest * 1e3)


def _message() -> Any:
    tr = translator("en")
    return reminder_due(tr, Kind.CAFFEINE, 1, tip(tr, Kind.CAFFEINE, 1))


async def ceiling(bot: ExtBot[None], count: int) -> Run:
    """Send the same messages with the same concurrency and nothing else: the upper bound."""
    message = _message()

    async def one(number: int) -> None:
        assert isinstance(await send(bot, FIRST_PERSON + number, message), Sent)

    return await _sent_by(one, count)


async def library(bot: ExtBot[None], count: int) -> Run:
    """The same with python-telegram-bot's own method, over the same transport."""
    message = _message()

    async def one(number: int) -> None:
        rows = [
            [
                InlineKeyboardButton(one.label, callback_data=one.data, style=one.style)
                for one in row
            ]
            for row in message.rows
        ]
        await bot.send_message(
            FIRST_PERSON + number,
            message.text,
            parse_mode=ParseMode.HTML,
            reply_markup=InlineKeyboardMarkup(rows),
        )

    return await _sent_by(one, count)


async def _sent_by(one: Callable[[int], Awaitable[None]], count: int) -> Run:
    left = iter(range(count))

    async def sender() -> None:
        for number in left:
            await one(number)

    async def work() -> int:
        await asyncio.gather(*(sender() for _ in range(requests_for(NO_LIMIT))))
        return count

    return await measured(work)


async def dispatched(database: Database, bot: ExtBot[None], settings: Settings, count: int) -> Run:
    """Claim, send and record reminders that are due, as the bot does."""
    await make_due(database, count)
    renderer = ReminderRenderer(database)
    dispatcher = Dispatcher(
        Deps(settings, database, SystemClock()), bot, NoPace(), dict.fromkeys(Kind, renderer)
    )
    await dispatcher.start()

    async def work() -> int:
        await dispatcher.run_dry()
        return count

    run = await measured(work)
    await dispatcher.stop()
    async with database.transaction() as session:
        connection = await session.connection()
        sent = await connection.scalar(
            sa.text("SELECT count(*) FROM deliveries WHERE status = 'sent'")
        )
    assert sent == count, f"{sent} of {count} are recorded as sent"
    return run


async def compare(url: str, api: str, count: int, rounds: int) -> list[Round]:
    """Measure the library, the ceiling and the dispatch in turn; returns all rounds."""
    database, settings = Database(url), settings_for(url, api)
    await fill(url, max(count, 1000), next_at=datetime.now(UTC) + FAR)
    found = []
    async with bot_for(api) as bot:
        await ceiling(bot, 500)
        for _ in range(rounds):
            theirs, top = await library(bot, count), await ceiling(bot, count)
            found.append(Round(theirs, top, await dispatched(database, bot, settings, count)))
    await database.close()
    return found


def line(name: str, delay: float, rounds: list[Round]) -> str:
    """A row of the table, with the medians of the rounds."""

    def middle(values: list[float]) -> float:
        return statistics.median(values)

    theirs, top = middle([a.theirs.rate for a in rounds]), middle([a.top.rate for a in rounds])
    ours = middle([a.ours.rate for a in rounds])
    of_theirs = middle([a.ours.rate / a.theirs.rate for a in rounds])
    ratio = middle([a.ours.rate / a.top.rate for a in rounds])
    used = middle([a.ours.cpu for a in rounds])
    extra = middle([a.ours.cpu - a.top.cpu for a in rounds])
    block = max(a.ours.block for a in rounds)
    return (
        f"| {name} | {delay * 1000:.0f} ms | {theirs:,.0f} | {top:,.0f} | {ours:,.0f} | "
        f"{of_theirs:.2f} | {ratio:.2f} | {used:.0f} µs | {extra:.0f} µs | {block:.0f} ms |"
    )


HEAD = """| database | round trip | library | ceiling | dispatch | of library | of ceiling | CPU each | extra | loop |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"""  # noqa: E501 - a row of a table


def main() -> None:
    """Measure and print."""
    garbage_collector.tune_after_startup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases and rounds")
    quick = parser.parse_args().quick
    count, rounds = (2_000, 1) if quick else (10_000, 3)
    for name, opened in DATABASES.items():
        with opened() as url:
            for delay in (0.0, 0.05):
                with bot_api(delay) as api:
                    found = asyncio.run(compare(url, api.url, count, rounds))
                print(line(name, delay, found), flush=True)


if __name__ == "__main__":
    main()
