"""The retention period that the operator can set, and erasure of a person."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from bot.config import ConfigError, load_settings
from bot.database.engine import Database
from bot.database.models import (
    Broadcast,
    BroadcastCopy,
    Caregiver,
    Cramp,
    Delivery,
    EntryChange,
    Experiment,
    Exposure,
    FailedUpdate,
    FlagHit,
    Habit,
    HabitDay,
    Job,
    LogAddress,
    NightCheck,
    NightExposure,
    Relief,
    ReminderNight,
    ReportDraft,
    Stranger,
    StretchCount,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.features.data_export.deletion_queries import delete_expired
from bot.identity.people import erase
from tests.support.diaries import FIRST_ON, PEOPLE, make_diary, store
from tests.support.harness import Harness
from tests.support.wording import assert_kind_words

ANN = 5_000_000_001
CUT = FIRST_ON + timedelta(days=30)
NOW = datetime(2027, 3, 1, tzinfo=UTC)


async def test_only_rows_before_the_retention_period_are_deleted(database: Database) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3, nights=60))
    async with database.transaction() as session:
        assert await delete_expired(session, [ANN], CUT, datetime(2026, 2, 4, tzinfo=UTC), NOW)
    async with database.transaction() as session:
        for table in (Cramp, NightCheck, HabitDay, Delivery):
            rows = await session.exec(select(table))
            nights = [row.model_dump()["night_on"] for row in rows]
            assert nights
            assert min(nights) >= CUT
        assert await session.get(User, ANN) is not None


@pytest.mark.parametrize(
    ("starts_on", "status", "stays"),
    [
        (CUT - timedelta(days=28), TrialStatus.FINISHED, False),
        (CUT - timedelta(days=27), TrialStatus.FINISHED, True),  # its last night is the first kept
        (CUT - timedelta(days=28), TrialStatus.STOPPED, False),
        (CUT - timedelta(days=28), TrialStatus.RUNNING, True),
    ],
)
async def test_a_fair_test_is_deleted_after_its_last_night(
    database: Database, starts_on: date, status: TrialStatus, stays: bool
) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3, nights=1))
    async with database.transaction() as session:
        session.add(
            Experiment(
                user_id=ANN,
                habit=Habit.STRETCH_DONE,
                block_days=7,
                blocks="abba",
                starts_on=starts_on,
                status=status,
                created_at=datetime(2026, 1, 5, tzinfo=UTC),
            )
        )
    async with database.transaction() as session:
        await delete_expired(session, [ANN], CUT, datetime(2020, 1, 1, tzinfo=UTC), NOW)
    async with database.transaction() as session:
        assert bool(list(await session.exec(select(Experiment)))) is stays


async def counts(database: Database) -> dict[str, int]:
    """Table → number of rows about Ann, for every table about people."""
    found = {}
    async with database.transaction() as session:
        for table in SQLModel.metadata.sorted_tables:
            column = table.columns.get("id" if table.name == "users" else "user_id")
            if column is not None:
                query = sa.select(sa.func.count()).where(column == ANN)
                rows = await (await session.connection()).execute(query)
                found[table.name] = rows.scalar_one()
    return found


async def test_erasure_leaves_no_row_in_any_table(database: Database) -> None:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    habits = replace(PEOPLE[2], profile=(("pregnant", "no"),))
    await store(database, make_diary(habits, ANN, seed=3, nights=20))
    async with database.transaction() as session:
        session.add(
            Experiment(
                user_id=ANN,
                habit=Habit.STRETCH_DONE,
                block_days=7,
                blocks="abba",
                starts_on=FIRST_ON,
                created_at=at,
            )
        )
        session.add(FlagHit(user_id=ANN, rule="P1", level="soon", hit_on=FIRST_ON, hit_at=at))
        session.add(ReportDraft(user_id=ANN, last_on=FIRST_ON, updated_at=at))
        session.add(
            WeeklySummary(
                user_id=ANN,
                week_on=FIRST_ON,
                figures={},
                caption="",
                created_at=at,
                updated_at=at,
            )
        )
        session.add(FailedUpdate(update_id=1, user_id=ANN, raw={}, error="x", failed_at=at))
        session.add(Stranger(user_id=ANN, answered_at=at))
        session.add(StretchCount(user_id=ANN, message_id=1, step=0, way="seated", started_at=at))
        session.add(Caregiver(user_id=ANN, code="x", expires_at=at))
        session.add(LogAddress(user_id=ANN, token_hash="x", made_at=at))
        session.add(ReminderNight(user_id=ANN, night_on=FIRST_ON, answers=""))
        session.add(
            NightExposure(
                user_id=ANN,
                night_on=FIRST_ON,
                exposure=Exposure.HOT_DAY,
                present=True,
                answered_at=at,
            )
        )
        session.add(Job(user_id=ANN, kind="x", arguments={}, queued_at=at))
        session.add(Relief(user_id=ANN, move="foot", way="seated", started_at=at))
        cramp_id = (await session.exec(select(Cramp.id))).first() or 0
        change = EntryChange(user_id=ANN, cramp_id=cramp_id, before={}, after={}, made_at=at)
        session.add(change)
        session.add(Broadcast(id=1, texts={"": "x"}, created_at=at))
        await session.flush()
        session.add(BroadcastCopy(broadcast_id=1, user_id=ANN))
    # The inbox has nobody's updates yet; what an admin wrote to everybody stays without its author.
    nobodys = {"pace", "facts", "leases", "revocations", "inbox", "broadcasts"}
    before = await counts(database)
    del before["inbox"]
    assert set(before) == {table.name for table in SQLModel.metadata.sorted_tables} - nobodys
    assert all(before.values()), before
    async with database.transaction() as session:
        await erase(session, ANN, NOW)
    assert not any((await counts(database)).values())


async def test_people_who_blocked_the_bot_long_ago_are_erased(database: Database) -> None:
    await store(database, make_diary(PEOPLE[0], ANN, seed=3, nights=5))
    blocked = datetime(2026, 2, 1, tzinfo=UTC)
    async with database.transaction() as session:
        (await session.get_one(User, ANN)).blocked_at = blocked
    async with database.transaction() as session:
        await delete_expired(session, [ANN], date(2020, 1, 1), blocked, NOW)
        assert await session.get(User, ANN) is not None
    async with database.transaction() as session:
        await delete_expired(session, [ANN], date(2020, 1, 1), blocked + timedelta(seconds=1), NOW)
        assert await session.get(User, ANN) is None


async def test_diaries_are_kept_forever_by_default(harness: Harness) -> None:
    assert harness.settings.retention_days == 0
    ann = await harness.set_up_person("Ann")
    await ann.presses("🦵 Log cramp")
    harness.clock.set(harness.clock.now() + timedelta(days=4000))
    await harness.app.jobs.run_maintenance()
    assert len(await harness.rows(Cramp)) == 1


async def test_maintenance_and_the_privacy_card_follow_the_setting(harness: Harness) -> None:
    harness.settings = load_settings(
        None, **(harness.settings.model_dump(exclude_none=True) | {"retention_days": 120})
    )
    await harness.restart()
    ann = await harness.set_up_person("Ann")
    await ann.presses("🦵 Log cramp")
    await ann.says("/privacy")
    await ann.taps("How long?")
    assert "How long: your nights and answers for 120 days; " in ann.last.words
    assert "your settings, until you erase them. If you block me for that long" in ann.last.words
    assert_kind_words(ann.last.words)
    harness.clock.set(harness.clock.now() + timedelta(days=119))
    await harness.app.jobs.run_maintenance()
    assert len(await harness.rows(Cramp)) == 1
    harness.clock.set(harness.clock.now() + timedelta(days=2))
    await harness.app.jobs.run_maintenance()
    assert await harness.rows(Cramp) == []


@pytest.mark.parametrize("days", ["-1", "1", "119", "a week"])
def test_a_retention_period_that_is_too_short_is_refused(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("RETENTION_DAYS", days)
    with pytest.raises(ConfigError, match=r"^RETENTION_DAYS: "):
        load_settings(None)
