"""Rows about a night and its evening, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import select

from bot.database.cramp_values import EventType
from bot.database.engine import Database, Session
from bot.database.models import (
    Answer,
    Delivery,
    DeliveryStatus,
    Experiment,
    Fluids,
    Habit,
    HabitDay,
    Kind,
    NightCheck,
    NightStatus,
    TrialStatus,
    User,
)
from bot.features.check_in import queries
from bot.features.cramps import log_queries
from bot.features.cramps.entry_times import middle_of
from bot.features.diary.limits import Limit
from bot.features.diary.queries import set_status
from bot.features.reminders.queries import ensure_reminders, reminder_of
from bot.identity import people as users

NOW = datetime(2027, 1, 14, 6, 0, tzinfo=UTC)
NIGHT = date(2027, 1, 13)
ANN, BEN = 5_000_000_001, 5_000_000_002
BERLIN = "Europe/Berlin"


async def person(session: Session, user_id: int = ANN, fluids: Fluids = Fluids.FREE) -> User:
    user = await users.get_or_create(session, user_id, NOW - timedelta(days=9), "en")
    user.time_zone, user.bed_time, user.wake_time = BERLIN, time(22, 30), time(7)
    user.fluids = fluids
    session.add(user)
    await ensure_reminders(session, user)
    return user


async def answered(session: Session, kind: Kind, answer: Answer, hour: int) -> None:
    reminder = await reminder_of(session, ANN, kind)
    assert reminder is not None
    assert reminder.id is not None
    at = datetime(2027, 1, 13, hour, tzinfo=UTC)
    session.add(
        Delivery(
            reminder_id=reminder.id,
            user_id=ANN,
            kind=kind,
            due_at=at,
            send_at=at,
            night_on=NIGHT,
            status=DeliveryStatus.SENT,
            answer=answer,
        )
    )
    await session.flush()


async def test_setting_a_status_is_idempotent(database: Database) -> None:
    for number, status in enumerate((*NightStatus, *NightStatus)):
        async with database.transaction() as session:
            await person(session)
            at = NOW + timedelta(minutes=number)
            for _ in range(2):
                await set_status(session, ANN, NIGHT, status, at)
            (row,) = await session.exec(select(NightCheck))
            await session.refresh(row)
            assert (row.user_id, row.night_on, row.status, row.answered_at) == (
                ANN,
                NIGHT,
                status,
                at,
            )
            assert (await queries.known_of(session, ANN, NIGHT)).status is status


async def test_the_nights_of_other_people_are_not_read(database: Database) -> None:
    async with database.transaction() as session:
        await person(session)
        await person(session, BEN)
        await set_status(session, BEN, NIGHT, NightStatus.NONE_LAST_NIGHT, NOW)
        await set_status(session, ANN, NIGHT - timedelta(days=1), NightStatus.SKIP, NOW)
        await queries.set_habit(session, BEN, NIGHT, Habit.STRETCH_DONE, True, NOW)
        await log_queries.log(session, BEN, 7, NOW - timedelta(hours=3), BERLIN)
    async with database.transaction() as session:
        known = await queries.known_of(session, ANN, NIGHT)
        assert (known.status, known.cramp_entries, dict(known.habits)) == (None, 0, {})
        of_ben = await queries.known_of(session, BEN, NIGHT)
        assert of_ben.cramp_entries == 1
        assert of_ben.habits == {Habit.STRETCH_DONE: True}


@pytest.mark.parametrize(
    ("event_type", "is_removed", "count"),
    [
        ("cramp", False, 1),
        ("cramp", True, 0),
        ("twitch", False, 0),
        ("urge_to_move", False, 0),
        ("other_pain", False, 0),
    ],
)
async def test_only_counted_cramps_suppress_the_check_in(
    database: Database, event_type: str, is_removed: bool, count: int
) -> None:
    async with database.transaction() as session:
        await person(session)
        logged = await log_queries.log_at(
            session, ANN, 7, NOW, middle_of(NIGHT, BERLIN), "night_only", BERLIN
        )
        assert not isinstance(logged, Limit)
        row, _ = logged
        row.event_type, row.deleted_at = EventType(event_type), NOW if is_removed else None
        session.add(row)
    async with database.transaction() as session:
        assert (await queries.known_of(session, ANN, NIGHT)).cramp_entries == count


async def test_a_habit_is_set_changed_and_cleared(database: Database) -> None:
    for done in (True, True, False, None, None, True):
        async with database.transaction() as session:
            await person(session)
            await queries.set_habit(session, ANN, NIGHT, Habit.MAGNESIUM_RICH_MEAL, done, NOW)
        async with database.transaction() as session:
            rows = [row.done for row in await session.exec(select(HabitDay))]
            assert rows == ([] if done is None else [done])


async def test_answers_about_a_day_take_precedence_over_answers_to_reminders(
    database: Database,
) -> None:
    async with database.transaction() as session:
        await person(session)
        await answered(session, Kind.STRETCH, Answer.DONE, 21)
        await answered(session, Kind.CAFFEINE, Answer.DONE, 13)
        await answered(session, Kind.HYDRATION, Answer.SKIPPED, 8)
        await answered(session, Kind.HYDRATION, Answer.DONE, 11)
        told = (await queries.known_of(session, ANN, NIGHT)).habits
        assert told == {
            Habit.STRETCH_DONE: True,
            Habit.HYDRATION_DONE: True,
        }  # a last call for caffeine says nothing about the evening to come
        await queries.set_habit(session, ANN, NIGHT, Habit.STRETCH_DONE, False, NOW)
        said = (await queries.known_of(session, ANN, NIGHT)).habits
        assert said == {**told, Habit.STRETCH_DONE: False}
        await queries.set_habit(session, ANN, NIGHT, Habit.STRETCH_DONE, None, NOW)
        assert (await queries.known_of(session, ANN, NIGHT)).habits == told


@pytest.mark.parametrize("fluids", list(Fluids))
async def test_only_people_without_a_limit_are_asked_about_drinks(
    database: Database, fluids: Fluids
) -> None:
    async with database.transaction() as session:
        asked = await queries.asked_habits(session, await person(session, fluids=fluids))
    assert (Habit.HYDRATION_DONE in asked) is (fluids is Fluids.FREE)
    assert Habit.OTHER not in asked


async def test_only_an_own_running_test_that_is_not_paused_adds_a_row(database: Database) -> None:
    """Every habit of the list has a row of its own, unless it is asked about anyway."""
    async with database.transaction() as session:
        user = await person(session)
        await person(session, BEN)
        usual = list(await queries.asked_habits(session, user))
        test = Experiment(
            user_id=ANN,
            habit=Habit.COVERS,
            block_days=7,
            blocks="abba",
            starts_on=NIGHT,
            created_at=NOW,
        )
        session.add(test)
        for habit in Habit:
            test.habit = habit
            await session.flush()
            is_old = habit in {Habit.OTHER, Habit.HYDRATION_DONE}
            expected = usual if habit in usual or is_old else [*usual, habit]
            assert list(await queries.asked_habits(session, user)) == expected
        test.habit = Habit.WALK
        for values in (
            {"paused_at": NOW},
            {"status": TrialStatus.STOPPED},
            {"status": TrialStatus.FINISHED},
            {"user_id": BEN},
        ):
            before = {name: getattr(test, name) for name in values}
            for name, value in values.items():
                setattr(test, name, value)
            await session.flush()
            assert list(await queries.asked_habits(session, user)) == usual, values
            for name, value in before.items():
                setattr(test, name, value)
