"""Writes docs/capacity.md: what one installation carries, measured on this machine.

``python -m benchmarks.capacity`` takes about a quarter of an hour on two cores. Figures of other
machines differ; ratios of one run do not differ much.
"""

import asyncio
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks import dispatch, growth, intake, job_queue, people_first
from benchmarks.bot_api import bot_api
from benchmarks.places import PLACES
from bot.dispatch.dispatcher import senders_for
from bot.operations import garbage_collector

FILE = Path(__file__).parent.parent / "docs" / "capacity.md"
PACKAGES = ("python-telegram-bot", "aiohttp", "SQLAlchemy", "aiosqlite", "asyncpg")


def machine() -> str:
    """What it was measured on, in a line."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory_gb:.0f} GiB, Python {platform.python_version()}, "
        f"{versions}."
    )


def commit() -> str:
    """What was measured."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        cwd=FILE.parent,
    )
    return done.stdout.strip() or "unknown"


def dispatch_rows() -> list[str]:
    """Dispatch against its transport, on both databases, near and far from Telegram."""
    table = []
    for place, opened in PLACES.items():
        with opened() as url:
            for delay in (0.0, 0.05):
                with bot_api(delay) as api:
                    pairs = asyncio.run(dispatch.compare(url, api.url, 10_000, 3))
                table.append(dispatch.line(place, delay, pairs))
                print(table[-1], flush=True)
    return table


def intake_rows() -> list[str]:
    """Taps a second, all at once and at rates that are kept."""
    table = []
    for place, opened in PLACES.items():
        for count, rate in ((1000, 10_000.0), (300, 30.0)):
            with opened() as url, bot_api() as api:
                table.append(f"| {place} | {asyncio.run(intake.take(url, api, count, rate))} |")
                print(table[-1], flush=True)
    return table


def page() -> str:
    """The whole page."""
    tables = {
        "job_queue": (job_queue.HEAD, job_queue.rows()),
        "dispatch": (dispatch.HEAD, dispatch_rows()),
        "growth": (growth.HEAD, growth.rows(growth.SIZES)),
        "people": (people_first.HEAD, people_first.rows(150)),
        "intake": (intake.HEAD, intake_rows()),
    }
    shown = {name: "\n".join((head, *rows)) for name, (head, rows) in tables.items()}
    senders = senders_for(dispatch.NO_LIMIT)
    return TEMPLATE.format(machine=machine(), commit=commit(), senders=senders, **shown)


TEMPLATE = """# What one installation carries

Written by `make bench` (`python -m benchmarks.capacity`) at commit {commit}. {machine} The Bot API
is a fast stand-in on the same machine (`benchmarks/bot_api.py`): no TLS, no limits of Telegram's.
So figures a second say what our own code allows; Telegram itself lets a bot send about 30 messages
a second, and 1,000 with paid broadcasts. [Lateness on a Sunday](capacity-sunday.md) says what that
means for people.

## Dispatch against its own transport

10,000 reminders due at once: claimed, planned anew, written, marked "sending", sent, recorded.
*Ceiling*: the same messages over the same transport with nothing around them, as many on their way
at a time ({senders}). Medians of three rounds, each against the ceiling of its own round; *extra*
is the CPU time a message beyond the ceiling's, *loop* the longest time that the event loop was busy
in any round.

{dispatch}

Up to 100 messages a second each mark and each outcome is committed by itself. Above that those that
come while one commit is under way share the next. A kill costs what is in flight, in both cases at
most the number of deliveries in hand: 8 at 25 a second, 500 at 1,000 a second. They are recorded as
"unknown" and not sent again; nearly all of them have arrived
(`tests/survival/test_kills.py` counts).

## The design that comes first to mind

python-telegram-bot's JobQueue with five jobs a person, then 1,000 due in one second, over its own
transport on the same Bot API. What it has in memory is gone after a restart.

{job_queue}

## Whether size costs anything

Start: opening the database, taking over what a dead process left, and the first tick. Memory: the
peak of the whole process. 1,000 reminders due among all.

{growth}

## People first

How long somebody who logs a cramp waits for the answer while 10,000 reminders go out.

{people}

## Intake

A thousand people log a cramp; each tap is committed before it is acknowledged, answered, and its
week's summary looked after. *Offered* 10,000 a second means all at once: then the waits are those
of a queue, and *taken* is the most that one process does.

{intake}

## What follows from it

- One process on SQLite sends more than Telegram allows for free, whatever the number of people.
- Lateness is a matter of how many people share an hour, not of this code: see the Sunday.
- Intake is bound by the CPU of one process. A hundred taps a second are some hundred thousand
  people who log in the same quarter of an hour; beyond that, several replicas on PostgreSQL behind
  a webhook share the work.
"""


def main() -> None:
    """Measure and write the page."""
    garbage_collector.tune_after_startup()
    FILE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
