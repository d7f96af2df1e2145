"""An outage of two days, for thousands of people in many time zones.

The bot stops on a Saturday and is back on Monday. Everything that was due has a row. Of each kind
at most the newest occurrence is sent, and only while it is useful, so that nobody gets a burst.
Every weekly summary is delivered once. What is expected is computed here from the wall clock.
"""

import logging
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.commands.stats import as_text
from bot.database.engine import Database
from bot.database.models import Delivery, DeliveryStatus, Fluids, Kind, Reminder, SetupStep, User
from bot.dispatch.schedule import hydration_times
from bot.dispatch.spreading import offset_of
from bot.operations.usage import count_usage
from tests.support.harness import Harness
from tests.support.lengths import soak_length
from tests.support.what_happens import assert_said

log = logging.getLogger(__name__)

PEOPLE = min(soak_length(100, 1_000, short=30), 10_000)
FIRST_ID = 5_000_000_001
STOPPED = datetime(2027, 1, 16, 12, 0, tzinfo=UTC)
BACK = STOPPED + timedelta(days=2, minutes=7)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
KINDS = (Kind.STRETCH, Kind.CAFFEINE, Kind.HYDRATION, Kind.CHECK_IN, Kind.SUMMARY)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SENT, MISSED = DeliveryStatus.SENT, DeliveryStatus.MISSED
ZONES = (
    "Europe/Berlin", "Europe/London", "Africa/Cairo", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Tokyo", "Asia/Shanghai", "Australia/Sydney", "Pacific/Auckland", "Pacific/Kiritimati",
    "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Pago_Pago",
    "Asia/Karachi", "Africa/Lagos",
)  # fmt: skip
BEDS = (time(21, 30), time(22, 30), time(23, 45), time(1, 0))
WAKES = (time(6, 0), time(7, 30), time(9, 0))


def person(number: int) -> dict[str, object]:
    """The row of a person who has used the bot for a month."""
    return {
        "id": FIRST_ID + number,
        "language": "en",
        "created_at": STOPPED - 30 * DAY,
        "setup_step": SetupStep.DONE,
        "time_zone": ZONES[number % len(ZONES)],
        "bed_time": BEDS[number // 20 % 4],
        "wake_time": WAKES[number % len(WAKES)],
        "fluids": Fluids.FREE,
        "spread_seconds": number * 37 % 600,
        "paused": False,
    }


async def fill(harness: Harness, database: Database) -> None:
    for number in range(PEOPLE):
        someone = harness.telegram.add_person(
            f"P{number}", time_zone=ZONES[number % len(ZONES)], user_id=FIRST_ID + number
        )
        harness.telegram.chats[someone.id].started = True
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.execute(sa.insert(User), [person(number) for number in range(PEOPLE)])
        await connection.execute(sa.text("DELETE FROM facts WHERE name = 'reminder_kinds'"))


def local_times(kind: Kind, bed: time, wake: time) -> tuple[time, ...]:
    """When a kind is due by day, before it is spread."""
    if kind is Kind.HYDRATION:
        return hydration_times(bed, wake)
    by = {
        Kind.STRETCH: (bed, -10 * MINUTE),
        Kind.CAFFEINE: (bed, -8 * HOUR),
        Kind.CHECK_IN: (wake, 0 * MINUTE),
        Kind.SUMMARY: (time(18), 0 * MINUTE),
    }
    start, offset = by[kind]
    return ((datetime.combine(date(2027, 1, 2), start) + offset).time(),)


def occurrences(number: int, kind: Kind) -> list[tuple[datetime, datetime]]:
    """(wall-clock time, instant) of a kind for some days around the outage, oldest first."""
    zone, bed, wake = ZONES[number % 20], BEDS[number // 20 % 4], WAKES[number % 3]
    spread = offset_of(kind, number * 37 % 600)
    found = []
    for day in range(14, 22):
        for slot in local_times(kind, bed, wake):
            key = datetime.combine(date(2027, 1, day), slot)
            if kind is not Kind.SUMMARY or key.weekday() == 6:
                found.append((key, key.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) + spread))
    return sorted(found)


def useful_until(
    number: int, kind: Kind, key: datetime, due: datetime, next_due: datetime
) -> datetime:
    """Until when an occurrence is worth sending, by the rules that the documentation states."""
    if kind is Kind.SUMMARY:
        return datetime.max.replace(tzinfo=UTC)
    if kind is Kind.CAFFEINE:
        return due + 2 * HOUR
    zone = ZoneInfo(ZONES[number % 20])
    if kind is Kind.CHECK_IN:
        noon = datetime.combine(key.date(), time(12), zone).astimezone(UTC)
        return max(noon, due + 4 * HOUR)
    bed = datetime.combine(key.date(), BEDS[number // 20 % 4])
    bed_at = (bed if bed >= key else bed + DAY).replace(tzinfo=zone).astimezone(UTC)
    if kind is Kind.STRETCH:
        return max(min(bed_at, due + 4 * HOUR), due + 10 * MINUTE)
    return max(min(due + 3 * HOUR, next_due - 30 * MINUTE, bed_at - 2 * HOUR), due + 10 * MINUTE)


def expected(
    number: int, kind: Kind, planned_at: datetime, end: datetime
) -> dict[datetime, DeliveryStatus | None]:
    """Due instant → expected status; None where it depends on the second of sending."""
    plan = occurrences(number, kind)
    found: dict[datetime, DeliveryStatus | None] = {}
    for (key, due), (_next_key, next_due) in pairwise([*plan, (FAR, FAR)]):
        if planned_at < due <= BACK:
            limit = useful_until(number, kind, key, due, next_due)
            found[due] = SENT if next_due > BACK and limit >= BACK else MISSED
            if BACK <= min(next_due, limit) <= end:
                found[due] = None
    return found


async def test_two_days_without_the_bot(sqlite_url: str) -> None:
    async with Harness.open(sqlite_url, STOPPED) as harness:
        await harness.app.stop()
        database = Database(sqlite_url)
        # As much as one core can do here: a summary that Telegram is slow to take is sent again.
        harness.settings = harness.settings.model_copy(update={"send_rate": 100.0})
        await fill(harness, database)
        await database.close()
        await harness.start_again()
        planned_at = harness.clock.now()
        await harness.app.stop()
        assert not any(harness.telegram.chat(one) for one in harness.telegram.people.values())
        harness.clock.set(BACK)
        await harness.start_again()
        assert harness.app.dispatcher is not None
        await harness.app.dispatcher.run_dry()
        end = harness.clock.now()
        rows = await harness.rows(Delivery)
        left = [row for row in await harness.rows(Reminder) if row.next_at and row.next_at <= BACK]
        usage = as_text(await count_usage(harness.settings, end)).splitlines()
    log.warning(
        "%s people, back after %s s: %s",
        *(PEOPLE, round((end - BACK).total_seconds())),
        dict(Counter((row.kind.value, row.status.value) for row in rows)),
    )
    assert left == []
    assert_said("the bot is off for two days", usage)
    hung = check_rows(rows, planned_at, end)
    assert hung < len(rows) / 20
    check_chats(harness, rows)


def check_rows(rows: list[Delivery], planned_at: datetime, end: datetime) -> int:
    """Check the row of everything that was due; returns how many depended on the second."""
    found: dict[tuple[int, Kind], dict[datetime, DeliveryStatus]] = {}
    for row in rows:
        if planned_at < row.due_at <= BACK:
            found.setdefault((row.user_id, row.kind), {})[row.due_at] = row.status
    hung = 0
    for number in range(PEOPLE):
        for kind in KINDS:
            want = expected(number, kind, planned_at, end)
            have = found.get((FIRST_ID + number, kind), {})
            assert set(have) == set(want), (number, kind)
            for due, status in want.items():
                assert status in (None, have[due]), (number, kind, due)
                hung += status is None
    assert {kind for _, kind in found} == set(KINDS)
    return hung


def check_chats(harness: Harness, rows: list[Delivery]) -> None:
    """Check that nobody got two messages of a kind, and nearly nobody more than three."""
    sent = Counter((row.user_id, row.kind) for row in rows if row.status is SENT)
    assert set(sent.values()) == {1}
    by_person = Counter(person for person, _ in sent)
    summaries = 0
    for person in harness.telegram.people.values():
        chat = harness.telegram.chat(person)
        assert len(chat) == by_person[person.id]
        summaries += sum(message.photo is not None for message in chat)
    log.warning("messages a person: %s", dict(Counter(by_person.values())))
    assert summaries == PEOPLE
    assert max(by_person.values()) <= 4
