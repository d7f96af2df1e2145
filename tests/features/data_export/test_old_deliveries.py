"""Deliveries older than 400 days are reduced, and no figure of any week changes."""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ShiftedClock
from bot.config import load_settings
from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Delivery,
    DeliveryStatus,
    Experiment,
    Habit,
    Kind,
    Reminder,
    ReminderNight,
    User,
)
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.files import as_json
from bot.features.data_export.import_files import read_json
from bot.features.data_export.import_queries import import_diary
from bot.features.data_export.retention import DELIVERIES_KEPT, tasks_of_the_day
from bot.features.diary.queries import facts_between
from bot.features.experiments.record_queries import record
from bot.features.reminders.queries import add_custom
from bot.features.summary.queries import beginning
from bot.features.summary.week_building import build_stored_weeks
from bot.operations import batches
from tests.support.diaries import FIRST_ON, PEOPLE, make_diary, store

ANN, BOB = 5_000_000_001, 5_000_000_002
FIRST_KEPT_ON = FIRST_ON + timedelta(days=200)
NOW = datetime.combine(FIRST_KEPT_ON, time(12), UTC) + DELIVERIES_KEPT
SETTINGS = load_settings(None)


async def reduce(database: Database, now: datetime = NOW) -> None:
    (task,) = tasks_of_the_day(SETTINGS, now)
    assert await batches.run(database, ShiftedClock(now), task, lambda: True)


async def nights_of(session: AsyncSession, user_id: int) -> list[tuple[date, str]]:
    """The nights of a person, oldest first, with what was answered in each."""
    kept = select(ReminderNight).where(ReminderNight.user_id == user_id)
    rows = await session.exec(kept.order_by(col(ReminderNight.night_on)))
    return [(row.night_on, row.answers) for row in rows]


async def weeks_of(database: Database) -> list[object]:
    """All that is read from deliveries: the figures of every week, the habits, the beginning."""
    found: list[object] = []
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        found.append(await beginning(session, user))
        weeks = [FIRST_ON + timedelta(weeks=week) for week in range(52)]
        reports = await build_stored_weeks(session, user, NOW, weeks)
        found += [report.figures for report in reports]
        facts = await facts_between(session, ANN, FIRST_ON, FIRST_ON + timedelta(days=364))
        found.append(facts.habits)
    return found


async def test_no_figure_of_any_week_changes(database: Database) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3))
    before = await weeks_of(database)
    await reduce(database)
    async with database.transaction() as session:
        deliveries = list(await session.exec(select(Delivery)))
        nights = list(await session.exec(select(ReminderNight)))
    assert min(one.night_on for one in deliveries) == FIRST_KEPT_ON
    assert len(nights) == 200
    assert any("stretch:d" in night.answers for night in nights)
    assert await weeks_of(database) == before


async def test_a_night_that_an_import_brings_back_is_not_counted_twice(database: Database) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3, nights=30))
    async with database.transaction() as session:
        rows = [row.model_dump() for row in await session.exec(select(Delivery))]
    before = await weeks_of(database)
    for day in range(2):
        await reduce(database, NOW + timedelta(days=400 + day))
        assert await weeks_of(database) == before
        async with database.transaction() as session:
            assert not list(await session.exec(select(Delivery)))
            await (await session.connection()).execute(sa.insert(Delivery), rows)


async def test_what_was_reduced_is_exported_and_imported(database: Database) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3, nights=30))
    await reduce(database, NOW + timedelta(days=400))
    async with database.transaction() as session:
        content = as_json(await export_diary(session, await session.get_one(User, ANN), NOW))
        nights = await nights_of(session, ANN)
    assert b'"stretch:d' in content or b" stretch:d" in content
    async with database.transaction() as session:
        session.add(User(id=BOB, created_at=NOW))
    async with database.transaction() as session:
        bob = await session.get_one(User, BOB)
        await import_diary(session, bob, read_json(content), NOW + timedelta(days=800))
    async with database.transaction() as session:
        assert await nights_of(session, BOB) == nights
    assert len(nights) == 30


async def test_a_fair_test_keeps_the_answers_to_its_own_reminder(database: Database) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3, nights=30))
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        at = datetime(2026, 1, 5, tzinfo=UTC)
        reminder = await add_custom(session, user, "warm socks", (time(21),), at, 77)
        assert reminder is not None
        for day in range(8):
            due_at = datetime(2026, 1, 5 + day, 20, tzinfo=UTC)
            session.add(
                Delivery(
                    reminder_id=reminder.id or 0,
                    user_id=ANN,
                    kind=Kind.CUSTOM,
                    due_at=due_at,
                    send_at=due_at,
                    night_on=due_at.date(),
                    status=DeliveryStatus.SENT,
                    answer=Answer.DONE if day % 3 else Answer.SKIPPED,
                    answered_at=due_at,
                )
            )
        session.add(
            Experiment(
                user_id=ANN,
                habit=Habit.WARMTH,
                words="warm socks",
                block_days=7,
                blocks="abba",
                starts_on=date(2026, 1, 5),
                created_at=at,
            )
        )

    async def kept() -> object:
        async with database.transaction() as session:
            user = await session.get_one(User, ANN)
            (test,) = await session.exec(select(Experiment))
            return (await record(session, user, test, NOW)).kept

    before = await kept()
    await reduce(database, NOW + timedelta(days=400))
    assert await kept() == before
    async with database.transaction() as session:
        custom = select(Reminder).where(col(Reminder.kind) == Kind.CUSTOM)
        assert len(list(await session.exec(custom))) == 1
        assert not list(await session.exec(select(Delivery)))
