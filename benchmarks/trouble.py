"""What becomes of reminders that come due while Telegram is in trouble.

``python -m benchmarks.trouble [PEOPLE] [SECONDS]``: for each kind of trouble, reminders of this
many people come due, every request is answered with the trouble for so long, and then all is well.
It prints, for each, how many were sent once, sent twice, perhaps sent, late, and lost.
"""

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlmodel import col

from bot.database.migrate import migrate
from bot.database.models import Delivery, DeliveryStatus, Fluids, Kind, Reminder, SetupStep, User
from bot.dispatch.replanning import replan
from bot.features.reminders.queries import ensure_reminders
from bot.sandbox.faults import Kind as Trouble
from tests.support.harness import Harness

DUE = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
"""When everybody's stretch reminder comes due."""
RATE = 25
"""The usual ``SEND_RATE``."""
LATE = timedelta(minutes=1)
OPEN = {DeliveryStatus.CLAIMED, DeliveryStatus.SENDING}
LONGEST = timedelta(minutes=10)
TROUBLES: tuple[tuple[Trouble, str], ...] = (
    ("server_error", "500"),
    ("bad_gateway", "502"),
    ("gateway_timeout", "504"),
    ("block_page", "403, a proxy's page"),
    ("missing_page", "404, a proxy's page"),
    ("unauthorized", "401"),
    ("logged_out", "400 that speaks of the bot"),
    ("all_blocked", "403 for everybody"),
    ("too_many_requests", "429 for everybody"),
    ("drop_before", "cut off before the request is carried out"),
    ("garbage", "200 with a page"),
    ("drop_after", "cut off after the request is carried out"),
)
"""Fault of the sandbox → its name in the table."""


HEAD = """\
| trouble | due | sent once | twice | perhaps sent | late | lost |
| --- | --- | --- | --- | --- | --- | --- |"""


@dataclass(frozen=True)
class Result:
    """What became of everybody's reminder."""

    due: int
    once: int
    twice: int
    unknown: int
    """Perhaps sent: nobody can know, so it is not repeated."""
    late: int
    """Of those that were sent, more than a minute."""
    lost: int
    """Neither sent nor perhaps sent."""
    blocked: int
    """People who were taken for gone."""


async def settle(harness: Harness, people: int) -> list[int]:
    """People who are set up, each with the stretch reminder only."""
    now, numbers = harness.clock.now(), []
    async with harness.database.transaction() as session:
        for number in range(people):
            person = harness.telegram.add_person(f"P{number}")
            harness.telegram.chats[person.id].started = True
            user = User(
                id=person.id,
                created_at=now,
                setup_step=SetupStep.DONE,
                time_zone="Europe/Berlin",
                bed_time=time(22, 30),
                wake_time=time(7),
                fluids=Fluids.FREE,
            )
            session.add(user)
            await session.flush()
            await ensure_reminders(session, user)
            await replan(session, user, now)
            numbers.append(person.id)
        await session.exec(
            sa.update(Reminder).where(col(Reminder.kind) != Kind.STRETCH).values(next_at=None)
        )
    return numbers


async def measured(kind: Trouble, people: int, seconds: float) -> Result:
    """Let one trouble happen."""
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'calmcalf.db'}"
        await migrate(url)
        async with Harness.open(url) as harness:
            await harness.app.stop()
            harness.settings = harness.settings.model_copy(update={"send_rate": RATE})
            await harness.start_again()
            numbers = await settle(harness, people)
            harness.telegram.faults.set(kind, method="*" if kind == "unauthorized" else None)
            harness.clock.set(DUE)
            await harness.app.run_tick()
            await asyncio.sleep(seconds)
            harness.telegram.faults.clear()
            while harness.clock.now() < DUE + LONGEST:
                await asyncio.sleep(0.5)
                rows = await harness.rows(Delivery)
                if len(rows) == people and not any(row.status in OPEN for row in rows):
                    break
            rows = await harness.rows(Delivery)
            arrived = Counter(
                one
                for one in numbers
                for message in harness.telegram.chats[one].messages.values()
                if message.from_bot and message.words.startswith("🌙")
            )
            unknown = {row.user_id for row in rows if row.status is DeliveryStatus.UNKNOWN}
            sent = [row for row in rows if row.status is DeliveryStatus.SENT]
            return Result(
                due=people,
                once=sum(count == 1 for count in arrived.values()),
                twice=sum(count > 1 for count in arrived.values()),
                unknown=len(unknown),
                late=sum((row.sent_at or DUE) - row.due_at > LATE for row in sent),
                lost=sum(one not in arrived and one not in unknown for one in numbers),
                blocked=sum(one.blocked_at is not None for one in await harness.rows(User)),
            )


def rows(people: int = 200, seconds: float = 10) -> list[str]:
    """A row for each kind of trouble.

    Raises:
        SystemExit: a reminder was lost or came twice, or somebody was struck off.
    """
    table, is_good = [], True
    for kind, name in TROUBLES:
        found = asyncio.run(measured(kind, people, seconds))
        cells = (found.due, found.once, found.twice, found.unknown, found.late, found.lost)
        table.append(f"| {name} | {' | '.join(map(str, cells))} |")
        print(table[-1], flush=True)
        is_good = is_good and not (found.twice or found.lost or found.blocked)
    if not is_good:
        raise SystemExit("a reminder was lost or came twice, or somebody was struck off")
    return table


if __name__ == "__main__":
    print(HEAD)
    rows(*map(int, sys.argv[1:]))
