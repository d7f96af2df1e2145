"""What others notice of a person who does their worst: ``python -m benchmarks.neighbours``.

A person with 20,000 entries does one thing after another that costs much, while others log a cramp
20 times a second, and four reminders become due in a second. The waits of the others are measured
from the tap to the answer, and how late the reminders are from when they are due.
"""

import argparse
import asyncio
import json
import socket
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import col

from benchmarks.bot_api import Acts, BotApi, WebhookAddress, bot_api
from benchmarks.databases import DATABASES, FIRST_PERSON, ZONE, cramp_row, fill
from benchmarks.dispatch import settings_for
from benchmarks.intake import quantile
from bot.app import WEBHOOK_PATH, App
from bot.config import Settings
from bot.database.engine import create_engine
from bot.database.models import Cramp, Kind, Reminder
from bot.dispatch.planning import format_key
from bot.local_time.nights import local_time, night_of
from bot.operations import garbage_collector

PEOPLE = 1000
ENTRIES = 20_000
HOSTILE = FIRST_PERSON + PEOPLE - 1
REMINDED = 100
"""People beside those, who only get a reminder."""
FIRST_REMINDED = FIRST_PERSON + PEOPLE
REMINDERS_PER_SECOND = 4.0
FILE_BYTES = 4_900_000
SECRET = "a-secret-of-the-benchmark"
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


def sends_file() -> dict[str, Any]:
    """A diary file of the hostile person."""
    message = says("x")["message"]
    del message["text"]
    document = {
        "file_id": "1",
        "file_unique_id": "1",
        "file_name": "diary.json",
        "mime_type": "application/json",
        "file_size": FILE_BYTES,
    }
    return {"message": message | {"document": document}}


def diary_file() -> bytes:
    """A diary of about 4.9 MB."""
    now = datetime.now(UTC).replace(microsecond=0)
    entries: list[dict[str, str]] = []
    size = 0
    while size < FILE_BYTES:
        at = now - timedelta(days=2, minutes=20 * len(entries))
        entries.append(
            {
                "uid": f"{len(entries):032x}",
                "occurred_at": at.isoformat(),
                "entered_at": at.isoformat(),
                "time_zone": ZONE,
                "night_on": night_of(local_time(at, ZONE)).isoformat(),
            }
        )
        size += len(json.dumps(entries[-1])) + 2
    head = {"format": "calmcalf-diary", "version": 1, "exported_at": now.isoformat()}
    return json.dumps({**head, "settings": {"language": "en"}, "entries": entries}).encode()


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
    "ten diary files of 4.9 MB": Acts([sends_file()] * 10, file=diary_file()),
}
INTAKES = ("polling", "webhook")


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


async def plan_reminders(url: str, begin: datetime, seconds: float) -> dict[int, float]:
    """Let reminders be due one after another.

    Returns:
        Person → when their reminder is due (seconds since 1970).
    """
    count = min(REMINDED, int(REMINDERS_PER_SECOND * seconds))
    due = {
        FIRST_REMINDED + number: begin + timedelta(seconds=number / REMINDERS_PER_SECOND)
        for number in range(count)
    }
    engine = create_engine(url)
    async with engine.begin() as connection:
        for person, at in due.items():
            is_theirs = (col(Reminder.user_id) == person, col(Reminder.kind) == Kind.CAFFEINE)
            key = format_key(local_time(at, ZONE))
            values = {"next_at": at, "next_local": key}
            await connection.execute(sa.update(Reminder).where(*is_theirs).values(values))
    await engine.dispose()
    return {person: at.timestamp() for person, at in due.items()}


def settings_of(url: str, api: str, intake: str) -> Settings:
    """Settings of a bot that gets its updates in one of two ways."""
    made = settings_for(url, api, 25.0)
    if intake == "polling":
        return made
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    changes = {"webhook_url": f"http://127.0.0.1:{port}", "http_port": port}
    return made.model_copy(update={**changes, "webhook_secret": SecretStr(SECRET)})


async def measure(
    url: str, api: BotApi, acts: Acts, seconds: float, intake: str
) -> tuple[list[float], list[float]]:
    """Waits of the others, and how late reminders are, in seconds and sorted, while somebody does
    something.
    """
    settings = settings_of(url, api.url, intake)
    app = App(settings)
    await app.start()
    await app.load()
    await app.jobs.catch_up()
    if intake == "webhook":
        api.push(WebhookAddress(f"{settings.webhook_url}{WEBHOOK_PATH}", SECRET))
    api.tap(PEOPLE - 1, 40, WARM_UP_TAPS / 40)
    await until_answered(api, WARM_UP_TAPS)
    due = await plan_reminders(url, datetime.now(UTC) + timedelta(seconds=1), seconds)
    api.act(acts)
    count = int(TAPS_PER_SECOND * seconds)
    api.tap(PEOPLE - 1, TAPS_PER_SECOND, seconds)
    seen = await until_answered(api, WARM_UP_TAPS + count)
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while not due.keys() <= seen["first_sent"].keys():
            await asyncio.sleep(0.05)
            seen = api.report()
    await app.stop()
    late = sorted(seen["first_sent"][person] - at for person, at in due.items())
    return sorted(seen["waits_in_order"][WARM_UP_TAPS:]), late


HEAD = """| database | intake | somebody | others: p50 | p99 | longest | latest reminder |
| --- | --- | --- | --- | --- | --- | --- |"""


def rows(seconds: float = SECONDS, only: Collection[str] = ()) -> list[str]:
    """The rows of the table, of these acts or of all."""
    table = []
    for database, opened in DATABASES.items():
        with opened() as url:
            far = datetime.now(UTC) + timedelta(days=30)
            asyncio.run(fill(url, PEOPLE + REMINDED, next_at=far))
            asyncio.run(fill_diary(url))
            for intake in INTAKES:
                for name, acts in ACTS.items():
                    if only and name not in only:
                        continue
                    with bot_api() as api:
                        waits, late = asyncio.run(measure(url, api, acts, seconds, intake))
                    shown = [quantile(waits, 0.5), quantile(waits, 0.99), waits[-1], late[-1]]
                    cells = " | ".join(f"{one * 1000:,.0f} ms" for one in shown)
                    table.append(f"| {database} | {intake} | {name} | {cells} |")
                    print(table[-1], flush=True)
                    asyncio.run(forget_updates(url))
    return table


async def forget_updates(url: str) -> None:
    """Forget what the others sent: the next Bot API begins with the same ids."""
    engine = create_engine(url)
    async with engine.begin() as connection:
        for table in ("inbox", "jobs", "deliveries"):
            await connection.execute(sa.text(f"DELETE FROM {table}"))
        await connection.execute(sa.text(f"DELETE FROM cramps WHERE user_id <> {HOSTILE}"))
    await engine.dispose()


def main() -> None:
    """Measure and print."""
    garbage_collector.tune_after_startup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="for a few seconds only")
    parser.add_argument("acts", nargs="*", help="some of the acts; all if none is named")
    given = parser.parse_args()
    rows(4.0 if given.quick else SECONDS, given.acts)


if __name__ == "__main__":
    main()
