"""What others notice of a person who does their worst: ``python -m benchmarks.neighbours``.

A person with 20,000 entries does one thing after another that costs much, while others log a cramp
20 times a second. Their waits are measured from the tap to the answer.
"""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from benchmarks.bot_api import Acts, BotApi, bot_api
from benchmarks.databases import DATABASES, FIRST_PERSON, cramp_row, fill
from benchmarks.dispatch import settings_for
from benchmarks.intake import quantile
from bot.app import App
from bot.database.engine import create_engine
from bot.database.models import Cramp
from bot.operations import garbage_collector

PEOPLE = 1000
ENTRIES = 20_000
HOSTILE = FIRST_PERSON + PEOPLE - 1
TAPS_PER_SECOND = 20.0
SECONDS = 15.0
WARM_UP_TAPS = 40
TIMEOUT_SECONDS = 180.0


def says(text: str) -> dict[str, Any]:
    """A message of the hostile person."""
    someone = {"id": HOSTILE, "is_bot": False, "first_name": "H", "language_code": "en"}
    message = {
        "message_id": 1,
        "date": int(datetime.now(UTC).timestamp()),
        "chat": {"id": HOSTILE, "type": "private", "first_name": "H"},
        "from": someone,
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {"message": message}


def taps(data: str) -> dict[str, Any]:
    """A tap of the hostile person on a button of a message."""
    message = says("x")["message"]
    bot = {"id": 1, "is_bot": True, "first_name": "Calm"}
    query = {"id": "1", "from": message["from"], "chat_instance": "1", "data": data}
    return {"callback_query": query | {"message": message | {"from": bot}}}


ACTS: dict[str, Acts] = {
    "nothing": Acts([]),
    "a chat that takes 15 s": Acts([says("/cramp")] * 3, {HOSTILE: 15.0}),
    "95 taps on a report button": Acts([taps("report:weeks:12"), taps("report:weeks:4")] * 47),
    "30 times /report": Acts([says("/report")] * 30),
    "an export of 20,000 entries": Acts([taps("takeout:file:json")]),
    "one cold /report": Acts([says("/report")]),
    "120 taps in a second": Acts([taps("summary:open")] * 120),
}


async def fill_diary(url: str) -> None:
    """Give the hostile person many entries."""
    now = datetime.now(UTC)
    rows = [
        cramp_row(HOSTILE, -number, f"{number:032x}", now - timedelta(days=number // 8))
        for number in range(1, ENTRIES + 1)
    ]
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.execute(sa.insert(Cramp), rows)
    await engine.dispose()


async def until_answered(api: BotApi, count: int) -> dict[str, Any]:
    """Wait until this many timed taps are answered; returns the report."""
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while (seen := api.report())["answered"] < count:  # noqa: ASYNC110 - as in benchmarks.intake
            await asyncio.sleep(0.05)
    return seen


async def measure(url: str, api: BotApi, acts: Acts, seconds: float) -> list[float]:
    """Waits of the others in seconds, sorted, while somebody does something."""
    app = App(settings_for(url, api.url, 25.0))
    await app.start()
    await app.jobs.catch_up()
    api.tap(PEOPLE - 1, 40, WARM_UP_TAPS / 40)
    await until_answered(api, WARM_UP_TAPS)
    api.act(acts)
    count = int(TAPS_PER_SECOND * seconds)
    api.tap(PEOPLE - 1, TAPS_PER_SECOND, seconds)
    seen = await until_answered(api, WARM_UP_TAPS + count)
    await app.stop()
    return sorted(seen["waits_in_order"][WARM_UP_TAPS:])


HEAD = """| database | somebody | others: p50 | p99 | longest |
| --- | --- | --- | --- | --- |"""


def rows(seconds: float = SECONDS) -> list[str]:
    """The rows of the table."""
    table = []
    for database, opened in DATABASES.items():
        with opened() as url:
            asyncio.run(fill(url, PEOPLE, next_at=datetime.now(UTC) + timedelta(days=30)))
            asyncio.run(fill_diary(url))
            for name, acts in ACTS.items():
                with bot_api() as api:
                    waits = asyncio.run(measure(url, api, acts, seconds))
                shown = [quantile(waits, 0.5), quantile(waits, 0.99), waits[-1]]
                cells = " | ".join(f"{one * 1000:,.0f} ms" for one in shown)
                table.append(f"| {database} | {name} | {cells} |")
                print(table[-1], flush=True)
                asyncio.run(forget_updates(url))
    return table


async def forget_updates(url: str) -> None:
    """Forget what the others sent: the next Bot API begins with the same ids."""
    engine = create_engine(url)
    async with engine.begin() as connection:
        for table in ("inbox", "jobs"):
            await connection.execute(sa.text(f"DELETE FROM {table}"))
        await connection.execute(sa.text(f"DELETE FROM cramps WHERE user_id <> {HOSTILE}"))
    await engine.dispose()


def main() -> None:
    """Measure and print."""
    garbage_collector.tune_after_startup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="for a few seconds only")
    rows(4.0 if parser.parse_args().quick else SECONDS)


if __name__ == "__main__":
    main()
