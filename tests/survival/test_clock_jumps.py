"""The time of day jumps: a clock that is set back and forward, clock changes in many zones, and
rules of a zone that change between two starts. No occurrence is doubled, none is lost.
"""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.clock import ShiftedClock
from bot.database.engine import Database
from bot.database.models import (
    Delivery,
    DeliveryStatus,
    Fact,
    Fluids,
    Kind,
    Reminder,
    SetupStep,
    User,
)
from bot.dispatch.replanning import replan
from bot.features.reminders import queries
from bot.identity import people as users
from bot.operations.maintenance import new_time_zone_rules
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.harness import TOKEN, Harness
from tests.support.lengths import SOAK_SCALE, soak_length
from tests.support.what_happens import assert_said

ZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Chisinau", "Africa/Cairo", "Africa/Casablanca",
    "Asia/Jerusalem", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Almaty",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Kiritimati", "Antarctica/Troll", "America/New_York", "America/St_Johns",
    "America/Santiago", "America/Nuuk", "America/Los_Angeles", "Pacific/Pago_Pago",
)  # fmt: skip
SOME_ZONES = ZONES[::3] if SOAK_SCALE is None else ZONES
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT, MISSED = DeliveryStatus.SENT, DeliveryStatus.MISSED


class SetClock(ShiftedClock):
    """A clock that can be set forward and back."""

    def step(self, by: timedelta) -> None:
        self._base += by

    def sleep_until(self, instant: datetime) -> None:
        self._base += max(timedelta(0), instant - self.now())


@asynccontextmanager
async def world_at(url: str, start: datetime) -> AsyncIterator[tuple[Harness, SetClock]]:
    clock = SetClock(start)
    telegram = Telegram(clock, token=TOKEN)
    server = await serve(create_app(telegram), "127.0.0.1", 0)
    harness = Harness(telegram, clock, server, url)
    try:
        await harness.app.start()
        await harness.app.jobs.catch_up()
        try:
            yield harness, clock
        finally:
            await harness.app.stop()
    finally:
        await server.close()


async def settle_down(harness: Harness, zones: tuple[str, ...], times: str) -> dict[int, str]:
    """Add one person per time zone, with one custom reminder; returns person → zone."""
    found = {}
    now = harness.clock.now()
    async with harness.database.transaction() as session:
        for zone in zones:
            person = harness.telegram.add_person(zone.rpartition("/")[2], time_zone=zone)
            harness.telegram.chats[person.id].started = True
            found[person.id] = zone
            user = await users.get_or_create(session, person.id, now, "en")
            user.time_zone, user.bed_time, user.wake_time = zone, time(22, 30), time(7)
            user.fluids, user.setup_step = Fluids.LIMITED, SetupStep.DONE
            session.add(user)
            slots = tuple(map(time.fromisoformat, times.split(",")))
            await queries.add_custom(session, user, "Feet up", slots, now, 1)
    return found


def expected(zone: str, times: str, start: datetime, end: datetime) -> list[datetime]:
    """When the reminder is due in a span, found by reading a wall clock every minute.

    The first minute at which the clock shows that time or, when it jumps over it, a later one.
    Two times that it jumps over at once are one.
    """
    there = ZoneInfo(zone)
    slots = [time.fromisoformat(slot) for slot in times.split(",")]
    keys = [
        datetime.combine(start.date() + number * DAY, slot)
        for number in range(-1, (end - start).days + 2)
        for slot in slots
    ]
    left = sorted(key for key in keys if key > start.astimezone(there).replace(tzinfo=None))
    found = []
    instant = start
    while instant <= end and left:
        shown = instant.astimezone(there).replace(tzinfo=None)
        if shown >= left[0]:
            found.append(instant)
            left = [key for key in left if key > shown]
        instant += MINUTE
    return found


async def check_all(harness: Harness, due: dict[int, list[datetime]]) -> Counter[DeliveryStatus]:
    """Check that every occurrence has one row, and that those that were sent arrived once."""
    rows = await harness.rows(Delivery)
    for person, instants in due.items():
        mine = [row for row in rows if row.user_id == person]
        assert sorted(row.due_at for row in mine) == instants, harness.telegram.people[person]
        chat = harness.telegram.chat(harness.telegram.people[person])
        # Those that nobody answered may have gone from the chat by now.
        arrived = [row.message_id for row in mine if row.status is SENT and row.message_id]
        assert len(set(arrived)) == len(arrived)
        assert {message.id for message in chat} <= set(arrived)
    status = Counter(row.status for row in rows)
    assert set(status) <= {SENT, MISSED}
    return status


SLOTS = "18:20,18:40,19:00,19:20,19:40,20:00,20:20,20:40,21:00,21:20,21:40,22:00"


@pytest.mark.parametrize("seed", range(soak_length(2, 4)))
async def test_a_clock_that_is_set_back_and_forward(sqlite_url: str, seed: int) -> None:
    chance = random.Random(seed)
    start = datetime(2027, 1, 13, 17, 5, tzinfo=UTC)
    async with world_at(sqlite_url, start) as (harness, clock):
        people = await settle_down(harness, ("Europe/Berlin",) * 6, SLOTS)
        moves = ["on"] * 16 + ["back", "forward", "wiggle"] * 4
        chance.shuffle(moves)
        for move in moves:
            if move == "on":
                clock.step(chance.randrange(1, 15) * MINUTE)
            elif move == "back":
                clock.step(-HOUR)
            elif move == "forward":
                clock.step(HOUR)
            else:  # set and set right again before anything was sent
                clock.step(HOUR)
                await harness.app.run_tick()
                clock.step(-HOUR)
            await harness.app.run_tick()
            if chance.random() < 0.7:
                assert harness.app.dispatcher is not None
                await harness.app.dispatcher.run_dry()
        clock.step(start + timedelta(hours=5) - clock.now())
        await harness.live_for(MINUTE)
        due = expected("Europe/Berlin", SLOTS, start, start + timedelta(hours=5))
        assert len(due) == 12
        status = await check_all(harness, dict.fromkeys(people, due))
        assert status[SENT] > 12


async def test_a_clock_that_was_a_year_ahead_silences_nobody(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also who paused their reminders for a month gets them after that month, not before."""
    start = datetime(2027, 1, 13, 17, 5, tzinfo=UTC)
    async with world_at(database_url, start) as (harness, clock):
        people = list(await settle_down(harness, ("Europe/Berlin",) * 3, SLOTS))
        paused = people[-1]
        async with harness.database.transaction() as session:
            user = await session.get_one(User, paused)
            user.paused, user.paused_until_at = True, start + 30 * DAY
            await replan(session, user, start)
        planned = {row.user_id: row.next_at for row in await harness.rows(Reminder) if row.next_at}
        clock.step(365 * DAY)
        async with harness.database.transaction() as session:  # one adds a reminder meanwhile
            user = await session.get_one(User, people[1])
            slots = tuple(map(time.fromisoformat, SLOTS.split(",")))
            await queries.add_custom(session, user, "Legs up", slots, clock.now(), 2)
        for _ in range(3):
            await harness.app.run_tick()
            assert harness.app.dispatcher is not None
            await harness.app.dispatcher.run_dry()
            clock.step(2 * SECOND)
        clock.step(-365 * DAY)
        await harness.app.jobs.run_maintenance()
        for row in await harness.rows(Reminder):
            if row.next_at is not None:
                assert row.next_at == planned[row.user_id], row.user_id
        before = len(harness.telegram.chat(harness.telegram.people[people[0]]))
        clock.step(15 * MINUTE)  # the first is due at 18:20
        await harness.live_for(MINUTE)
        assert len(harness.telegram.chat(harness.telegram.people[people[0]])) > before
    assert_said("the same, and plans were made by that clock", caplog.messages, most=1)


async def test_what_came_due_while_the_clock_was_a_year_ahead_is_sent_afterwards(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, although the bot had recorded it as too late."""
    async with world_at(sqlite_url, datetime(2027, 1, 13, 17, 5, tzinfo=UTC)) as (harness, clock):
        people = list(await settle_down(harness, ("Europe/Berlin",) * 2, SLOTS))
        clock.step(365 * DAY + 15 * MINUTE)  # the first is due at 18:20
        await harness.app.run_tick()
        assert harness.app.dispatcher is not None
        await harness.app.dispatcher.run_dry()
        assert {row.status for row in await harness.rows(Delivery)} == {MISSED}
        clock.step(-365 * DAY)
        await harness.app.jobs.run_maintenance()
        await harness.live_for(SECOND)
        assert [row.status for row in await harness.rows(Delivery)] == [SENT] * len(people)
        for person in people:
            assert len(harness.telegram.chat(harness.telegram.people[person])) == 1
        async with harness.database.transaction() as session:  # as if it had been in the queue
            await session.exec(
                sa.update(Delivery)
                .where(col(Delivery.user_id) == people[0])
                .values(status=MISSED, attempts=0, sent_at=None)
            )
        await harness.app.jobs.plan_anew()
        await harness.live_for(SECOND)
        assert [row.status for row in await harness.rows(Delivery)] == [SENT] * len(people)
        assert len(harness.telegram.chat(harness.telegram.people[people[0]])) == 2
    assert_said("the same, and something came due meanwhile", caplog.messages)


JUMPS = (10 * SECOND, HOUR, DAY, 3 * DAY, 9 * DAY, 365 * DAY)


async def test_what_comes_due_after_any_jump_is_sent_once_in_its_time(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The clock is ahead for a moment, and right within a minute of the job that looks."""
    start = datetime(2027, 1, 13, 17, 25, tzinfo=UTC)
    async with world_at(database_url, start) as (harness, clock):
        people = list(await settle_down(harness, ("Europe/Berlin",) * 2, SLOTS))
        assert harness.app.dispatcher is not None
        for jump in JUMPS:
            clock.step(jump)
            await harness.app.dispatcher.run_dry()
            clock.step(-jump)
            await harness.app.jobs.plan_anew()
            clock.step(20 * MINUTE)  # another one is due
            await harness.app.dispatcher.run_dry()
        end = clock.now()
        rows = [row for row in await harness.rows(Delivery) if row.due_at <= end]
        due = expected("Europe/Berlin", SLOTS, start, end)
        assert len(due) == len(JUMPS)
        for person in people:
            mine = sorted((row.due_at, row.status) for row in rows if row.user_id == person)
            assert mine == [(instant, SENT) for instant in due]
        sent = [call.params["chat_id"] for call in harness.telegram.calls_of("sendMessage")]
        all_sent = [row for row in await harness.rows(Delivery) if row.status is SENT]
        assert len(sent) == len(all_sent)
    assert_said(
        "the clock was ahead, by an hour or a year, and answers name no time (a Bot API server of "
        "your own)",
        caplog.messages,
    )


NIGHT = "02:30,02:45,12:00"
SPANS = [
    (datetime(2027, 3, 10, tzinfo=UTC), datetime(2027, 4, 7, tzinfo=UTC)),
    (datetime(2027, 9, 23, tzinfo=UTC), datetime(2027, 11, 10, tzinfo=UTC)),
]


@pytest.mark.parametrize(("first", "last"), SPANS, ids=["spring", "autumn"])
async def test_clock_changes_in_many_zones(
    sqlite_url: str, first: datetime, last: datetime
) -> None:
    """The bot runs on every day on which some zone's clocks change, and is stopped in between."""
    async with world_at(sqlite_url, first) as (harness, clock):
        people = await settle_down(harness, SOME_ZONES, NIGHT)
        due = {
            person: expected(zone, NIGHT, first, last + 2 * HOUR) for person, zone in people.items()
        }
        changes = [
            day for day in days(first, last) if any(changed(zone, day) for zone in SOME_ZONES)
        ]
        assert len(changes) >= 3
        for day in changes:
            clock.sleep_until(day - 6 * HOUR)
            await harness.app.fast_forward_to(day + 36 * HOUR)
        clock.sleep_until(last)
        await harness.app.fast_forward_to(last + 2 * HOUR)
        status = await check_all(harness, due)
        assert status[SENT] > len(SOME_ZONES) * 3 * len(changes)


def days(first: datetime, last: datetime) -> list[datetime]:
    return [first + number * DAY for number in range((last - first).days)]


def changed(zone: str, day: datetime) -> bool:
    """Whether a zone's offset changes within a day."""
    there = ZoneInfo(zone)
    return day.astimezone(there).utcoffset() != (day + DAY).astimezone(there).utcoffset()


@pytest.mark.parametrize("hours", [-1, 1], ids=["west", "east"])
@pytest.mark.parametrize(
    "away", [timedelta(minutes=1), timedelta(hours=7), timedelta(days=2)], ids=str
)
async def test_rules_that_change_between_two_starts(
    sqlite_url: str, hours: int, away: timedelta
) -> None:
    """What was planned by the old rules is due by the new ones, even if the bot was stopped."""
    times = "00:15,06:15,12:15,18:15"
    start = datetime(2027, 1, 17, 12, 0, tzinfo=UTC)
    async with world_at(sqlite_url, start) as (harness, clock):
        people = await settle_down(harness, SOME_ZONES, times)
        await harness.app.fast_forward_to(start + timedelta(hours=13))
        stopped_at = clock.now()
        await harness.app.stop()
        assert len(await harness.rows(Delivery)) > len(SOME_ZONES)
        await plan_by_old_rules(sqlite_url, hours * HOUR)
        clock.step(away)
        await harness.start_again()
        await harness.app.fast_forward_to(stopped_at + away + timedelta(hours=20))
        end = stopped_at + away + timedelta(hours=20)
        due = {person: expected(zone, times, start, end) for person, zone in people.items()}
        await check_all(harness, due)


async def plan_by_old_rules(url: str, by: timedelta) -> None:
    """Change the stored plans as if all zones had had another offset when they were made."""
    database = Database(url)
    async with database.transaction() as session:
        await session.exec(
            sa.update(Fact)
            .where(col(Fact.name) == new_time_zone_rules().name)
            .values(value="1999.1")
        )
        for row in await session.exec(select(Reminder).where(col(Reminder.next_at).is_not(None))):
            assert row.next_at is not None
            row.next_at += by
            session.add(row)
    await database.close()


async def test_new_rules_lose_no_summary(sqlite_url: str) -> None:
    """The bot is upgraded on Sunday at the time of the summary, and is back on Monday."""
    async with world_at(sqlite_url, datetime(2027, 1, 16, 12, 0, tzinfo=UTC)) as (harness, clock):
        ann = await harness.set_up_person()
        await harness.app.fast_forward_to(datetime(2027, 1, 17, 16, 59, tzinfo=UTC))
        await harness.app.stop()
        await plan_by_old_rules(sqlite_url, timedelta(0))
        clock.step(DAY)
        await harness.start_again()
        await harness.live_for(MINUTE)
        summaries = [row for row in await harness.rows(Delivery) if row.kind is Kind.SUMMARY]
        assert [row.status for row in summaries] == [SENT]
        assert sum(message.photo is not None for message in ann.bot_messages) == 1
