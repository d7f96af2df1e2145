"""Rows of summaries, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from bot.database.cramp_values import Duration, Side, Site, WokeMe
from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    Kind,
    NightCheck,
    NightStatus,
    Reminder,
    User,
    WeeklySummary,
)
from bot.features.diary.facts import CrampFact, Facts, NightFact, ReminderFact
from bot.features.diary.queries import facts_between
from bot.features.reminders.queries import ensure_reminders, reminder_of
from bot.features.summary import queries
from bot.features.summary.stats import NIGHTS
from bot.identity import people as users

ANN, BOB = 5_000_000_001, 5_000_000_002
MET = datetime(2027, 1, 13, 10, 30, tzinfo=UTC)
"""11:30 on Wednesday in Berlin: still Tuesday's night."""
WEEK = date(2027, 1, 10)
NEXT_WEEK = date(2027, 1, 17)


@pytest.fixture
async def people(database: Database) -> Database:
    async with database.transaction() as session:
        for user_id in (ANN, BOB):
            user = await users.get_or_create(session, user_id, MET, "en")
            user.time_zone = "Europe/Berlin"
            await ensure_reminders(session, user)
    return database


def cramp(message_id: int, night_on: date = WEEK, user_id: int = ANN) -> Cramp:
    """A cramp at 03:00 in Berlin."""
    at = datetime(night_on.year, night_on.month, night_on.day, 2, tzinfo=UTC) + timedelta(days=1)
    return Cramp(
        user_id=user_id,
        message_id=message_id,
        tapped_at=at,
        occurred_at=at,
        time_zone="Europe/Berlin",
        night_on=night_on,
    )


async def add(database: Database, *rows: Cramp | NightCheck) -> None:
    async with database.transaction() as session:
        session.add_all(rows)


async def facts(database: Database, week_on: date = WEEK) -> Facts:
    async with database.transaction() as session:
        return await facts_between(session, ANN, week_on, week_on + timedelta(days=NIGHTS - 1))


async def save(
    database: Database,
    week_on: date = WEEK,
    *,
    user_id: int = ANN,
    covered: int = 3,
    at: datetime = MET,
) -> None:
    async with database.transaction() as session:
        await queries.store(session, user_id, week_on, {"covered": covered}, "words", at)


async def note(
    database: Database, message_id: int | None, week_on: date = WEEK, user_id: int = ANN
) -> None:
    async with database.transaction() as session:
        await queries.note_message(session, user_id, week_on, message_id, MET)


async def rows(database: Database) -> list[WeeklySummary]:
    async with database.transaction() as session:
        found = await session.exec(select(WeeklySummary).order_by("user_id", "week_on"))
        return list(found)


# Facts -------------------------------------------------------------------------------------------


async def test_an_entry_has_the_local_time_of_its_own_time_zone(people: Database) -> None:
    entry = cramp(1)
    entry.time_zone, entry.intensity, entry.woke_me = "Asia/Tokyo", 6, WokeMe.YES
    entry.site, entry.side, entry.duration = Site.CALF, Side.LEFT, Duration.FROM_1_TO_5_MIN
    await add(people, entry)
    assert (await facts(people)).cramps == (
        CrampFact(
            local_at=datetime(2027, 1, 11, 11, 0),
            night_on=WEEK,
            intensity=6,
            duration="1_5min",
            woke_me="yes",
            site="calf",
            side="left",
            entry_id=entry.id or 0,
        ),
    )


async def test_only_what_counts_is_a_fact_of_the_week(people: Database) -> None:
    removed, first, again = cramp(1), cramp(2), cramp(3)
    removed.deleted_at = MET
    await add(people, removed, first, cramp(6, user_id=BOB))
    again.same_as_id = first.id
    edges = [WEEK - timedelta(days=1), WEEK + timedelta(days=6), WEEK + timedelta(days=7)]
    await add(people, again, *(cramp(10 + number, day) for number, day in enumerate(edges)))
    found = await facts(people)
    assert sorted(fact.night_on for fact in found.cramps) == [WEEK, WEEK + timedelta(days=6)]


async def test_answers_about_nights_are_facts_of_their_week(people: Database) -> None:
    none = NightStatus.NONE_LAST_NIGHT
    for user_id, day in ((ANN, 9), (ANN, 10), (ANN, 16), (ANN, 17), (BOB, 12)):
        night_on = date(2027, 1, day)
        check = NightCheck(user_id=user_id, night_on=night_on, status=none, answered_at=MET)
        await add(people, check)
    assert set((await facts(people)).checks) == {
        NightFact(date(2027, 1, 10), "none_last_night"),
        NightFact(date(2027, 1, 16), "none_last_night"),
    }


async def test_deliveries_are_facts_of_their_own_evening(people: Database) -> None:
    async with people.transaction() as session:
        reminder = await reminder_of(session, ANN, Kind.STRETCH)
        assert reminder is not None
        for number, answer in enumerate((Answer.DONE, None)):
            due_at = datetime(2027, 1, 16 + number, 21, 20, tzinfo=UTC)
            session.add(
                Delivery(
                    reminder_id=reminder.id or 0,
                    user_id=ANN,
                    kind=Kind.STRETCH,
                    due_at=due_at,
                    night_on=date(2027, 1, 16 + number),
                    status=DeliveryStatus.SENT,
                    send_at=due_at,
                    answer=answer,
                )
            )
    saturday, sunday = date(2027, 1, 16), date(2027, 1, 17)
    assert (await facts(people)).reminders == (ReminderFact("stretch", saturday, "sent", "done"),)
    assert (await facts(people, NEXT_WEEK)).reminders == (ReminderFact("stretch", sunday, "sent"),)


async def test_the_diary_begins_when_the_bot_is_started_or_with_an_earlier_entry(
    people: Database,
) -> None:
    async with people.transaction() as session:
        ann = await session.get_one(User, ANN)
        assert queries.started_on(ann) == date(2027, 1, 12)
        assert await queries.first_night(session, ann) == date(2027, 1, 12)
    await add(people, cramp(1, date(2027, 1, 11)), cramp(2, date(2027, 1, 20)))
    removed = cramp(3, date(2027, 1, 2))
    removed.deleted_at = MET
    await add(people, removed, cramp(4, date(2027, 1, 3), BOB))
    async with people.transaction() as session:
        ann = await session.get_one(User, ANN)
        assert await queries.first_night(session, ann) == date(2027, 1, 11)


@pytest.mark.parametrize(("mask", "weekday"), [(1, 0), (1 << 3, 3), (1 << 6, 6), (0, 6)])
async def test_the_summary_has_one_day_sunday_unless_chosen(
    people: Database, mask: int, weekday: int
) -> None:
    async with people.transaction() as session:
        reminder = await reminder_of(session, ANN, Kind.SUMMARY)
        assert isinstance(reminder, Reminder)
        reminder.weekdays = mask
        session.add(reminder)
    async with people.transaction() as session:
        assert await queries.summary_weekday(session, ANN) == weekday
        assert await queries.summary_weekday(session, BOB) == 6
        assert await queries.summary_weekday(session, 404) == 6


# Stored summaries --------------------------------------------------------------------------------


async def test_a_week_is_stored_once_and_keeps_its_message(people: Database) -> None:
    await save(people)
    await note(people, 50)
    later = MET + timedelta(hours=3)
    await save(people, covered=5, at=later)
    (row,) = await rows(people)
    assert (row.figures, row.caption, row.message_id) == ({"covered": 5}, "words", 50)
    assert (row.created_at, row.updated_at, row.sent_at) == (MET, later, MET)


async def test_a_message_shows_one_week_and_a_week_its_newest_message(people: Database) -> None:
    await save(people)
    await save(people, NEXT_WEEK)
    await save(people, user_id=BOB)
    await note(people, 50)
    await note(people, 50, user_id=BOB)
    await note(people, 50, NEXT_WEEK)
    shown = [(row.user_id, row.week_on, row.message_id) for row in await rows(people)]
    assert shown == [(ANN, WEEK, None), (ANN, NEXT_WEEK, 50), (BOB, WEEK, 50)]
    await note(people, 51, NEXT_WEEK)
    await note(people, None, NEXT_WEEK)
    assert [row.message_id for row in await rows(people)] == [None, 51, 50]


async def test_only_this_very_week_counts_as_stored(people: Database) -> None:
    await save(people)
    async with people.transaction() as session:
        asked = [
            await queries.is_stored(session, user_id, week_on)
            for user_id, week_on in ((ANN, WEEK), (ANN, WEEK + timedelta(days=1)), (BOB, WEEK))
        ]
    assert asked == [True, False, False]


@pytest.mark.parametrize(
    ("nights", "expected"),
    [
        ({-68}, []),
        ({-67}, [10]),
        ({-65}, [10]),
        ({-64}, [10, 13]),
        ({9}, [10, 13]),
        ({10}, [10, 13]),
        ({16}, [10, 13]),
        ({17}, [13]),
        ({19}, [13]),
        ({20}, []),
        ({-68, 20}, []),
        ({-68, 19}, [13]),
        ({10, 19}, [10, 13]),
    ],
)
async def test_the_stored_weeks_that_count_a_night(
    people: Database, nights: set[int], expected: list[int]
) -> None:
    """Its own week, and the eleven weeks after it, whose trend counts it."""
    for day in (10, 13):  # the summary's day was changed from Sunday to Wednesday
        await save(people, date(2027, 1, day))
    await save(people, user_id=BOB)
    async with people.transaction() as session:
        dates = {date(2026, 12, 31) + timedelta(days=night) for night in nights}
        found = await queries.stored_weeks(session, ANN, dates)
    assert sorted(row.week_on.day for row in found) == expected
    assert {row.user_id for row in found} <= {ANN}


# Quiet nights ------------------------------------------------------------------------------------


async def said(database: Database) -> dict[int, tuple[date, NightStatus]]:
    async with database.transaction() as session:
        return {
            row.user_id: (row.night_on, row.status)
            for row in await session.exec(select(NightCheck))
        }


async def test_marking_and_unmarking_a_night_is_idempotent(people: Database) -> None:
    for user_id, is_none in ((ANN, True), (ANN, True), (BOB, True), (BOB, False), (BOB, False)):
        async with people.transaction() as session:
            await queries.set_none(session, user_id, WEEK, is_none, MET)
    assert await said(people) == {ANN: (WEEK, NightStatus.NONE_LAST_NIGHT)}


async def test_unmarking_a_night_keeps_other_answers_about_it(people: Database) -> None:
    status = NightStatus.HAD_CRAMPS
    await add(people, NightCheck(user_id=ANN, night_on=WEEK, status=status, answered_at=MET))
    async with people.transaction() as session:
        await queries.set_none(session, ANN, WEEK, False, MET)
    assert await said(people) == {ANN: (WEEK, NightStatus.HAD_CRAMPS)}
