"""``python -m bot stats``: what it counts, on both databases, while the bot runs."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.__main__ import main
from bot.commands.stats import PEOPLE_LABELS, PERIOD_LABELS, WAITING_LABELS, as_json, as_text
from bot.config import ConfigError, load_settings
from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    FailedUpdate,
    Habit,
    HabitDay,
    Kind,
    NightCheck,
    NightStatus,
    Reminder,
    SetupStep,
    User,
)
from bot.operations.usage import count_usage
from tests.support.harness import START, Harness

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRIVATE = "my secret words"


def _delivery(reminder: Reminder, ago: timedelta, status: str, **more: Any) -> Delivery:
    return Delivery(
        reminder_id=reminder.id or 0,
        user_id=reminder.user_id,
        kind=reminder.kind,
        due_at=NOW - ago,
        send_at=NOW - ago,
        night_on=date(2027, 3, 1),
        status=DeliveryStatus(status),
        **more,
    )


def _cramp(user_id: int, message_id: int, ago: timedelta, **more: Any) -> Cramp:
    at = NOW - ago
    return Cramp(
        user_id=user_id,
        message_id=message_id,
        tapped_at=at,
        occurred_at=at,
        time_zone="UTC",
        night_on=at.date(),
        note=PRIVATE,
        **more,
    )


async def _fill(database: Database) -> None:
    """Ann answers, Ben logs, Cleo says something of a night, Dan is quiet, Eve blocked."""
    done = SetupStep.DONE
    async with database.transaction() as session:
        long_ago = NOW - 90 * DAY
        session.add_all(
            [
                User(id=1, created_at=long_ago, setup_step=done),
                User(id=2, created_at=NOW - 2 * DAY, setup_step=done),
                User(id=3, created_at=long_ago, setup_step=done),
                User(id=4, created_at=NOW - HOUR, paused=True),
                User(id=5, created_at=long_ago, setup_step=done, blocked_at=NOW - 3 * DAY),
            ]
        )
        await session.flush()
        due = NOW - timedelta(minutes=20)
        reminders = [
            Reminder(user_id=1, kind=Kind.STRETCH, next_at=NOW + HOUR),
            Reminder(user_id=4, kind=Kind.CAFFEINE, next_at=due),
        ]
        session.add_all(reminders)
        await session.flush()
        stretch = reminders[0]
        session.add_all(
            [
                _delivery(stretch, HOUR, "sent", answer=Answer.DONE, answered_at=NOW),
                _delivery(stretch, 2 * HOUR, "sent", answer=Answer.NO_ANSWER, answered_at=NOW),
                _delivery(stretch, 3 * HOUR, "sent"),
                _delivery(stretch, 2 * DAY, "sent", answer=Answer.SKIPPED),
                _delivery(stretch, 4 * HOUR, "missed"),
                _delivery(stretch, 3 * DAY, "missed"),
                _delivery(stretch, 5 * DAY, "failed"),
                _delivery(stretch, 5 * HOUR, "unknown"),
                _delivery(stretch, 6 * HOUR, "not_needed"),
                _delivery(stretch, 8 * DAY, "sent", answer=Answer.DONE),
                _delivery(stretch, timedelta(minutes=30), "sending"),
                _delivery(stretch, timedelta(minutes=-10), "claimed"),  # put off
            ]
        )
        ben = _cramp(2, 1, HOUR)
        session.add(ben)
        await session.flush()
        session.add_all(
            [
                _cramp(2, 2, HOUR, same_as_id=ben.id),
                _cramp(2, 3, HOUR, deleted_at=NOW),
                _cramp(2, 4, HOUR, event_type="twitch"),
                _cramp(2, 5, 2 * DAY),
                _cramp(5, 6, 20 * DAY),
                NightCheck(
                    user_id=3,
                    night_on=date(2027, 2, 20),
                    status=NightStatus.SKIP,
                    answered_at=NOW - 10 * DAY,
                ),
                HabitDay(
                    user_id=4,
                    night_on=date(2027, 1, 20),
                    habit=Habit.STRETCH_DONE,
                    done=True,
                    answered_at=NOW - 31 * DAY,
                ),
                FailedUpdate(update_id=1, raw={"text": PRIVATE}, error="Bug", failed_at=NOW),
            ]
        )


async def test_every_count_on_either_database(database: Database, database_url: str) -> None:
    await _fill(database)
    found = json.loads(
        as_json(await count_usage(load_settings(None, database_url=database_url), NOW))
    )
    assert found == {
        "at": "2027-03-01T12:00:00+00:00",
        "people": {
            "all": 5,
            "set_up": 4,
            "active_7_days": 2,
            "active_30_days": 4,
            "paused": 1,
            "blocked": 1,
        },
        "last_24_hours": {
            "sent": 3,
            "answered": 1,
            "late": 1,
            "failed": 0,
            "unknown": 1,
            "cramps": 1,
            "new_people": 1,
            "blocked": 0,
        },
        "last_7_days": {
            "sent": 4,
            "answered": 2,
            "late": 2,
            "failed": 1,
            "unknown": 1,
            "cramps": 2,
            "new_people": 2,
            "blocked": 1,
        },
        "waiting": {
            "due": 1,
            "on_their_way": 1,
            "oldest_seconds": 1800,
            "failed_updates": 1,
            "given_up_jobs": 0,
            "open_updates": 0,
            "oldest_update_seconds": 0,
        },
    }


async def test_the_text_says_all_of_it_aligned(database: Database, database_url: str) -> None:
    await _fill(database)
    found = await count_usage(load_settings(None, database_url=database_url), NOW)
    text = as_text(found)
    lines = [line for line in text.splitlines() if line]
    for label in (*PEOPLE_LABELS.values(), *PERIOD_LABELS.values(), *WAITING_LABELS.values()):
        assert sum(line.strip().startswith(label.strip()) for line in lines) >= 1, label
    assert {len(line) for line in lines} == {44, 56}
    assert text.splitlines()[9].split() == ["answered", "1", "2"]
    assert PRIVATE not in text + as_json(found)


async def test_a_busy_bot_is_not_kept_waiting_nor_waited_for(database_url: str) -> None:
    async with Harness.open(database_url) as harness:
        ann = await harness.set_up_person("Ann")
        async with harness.database.transaction() as session:
            session.add(User(id=77, created_at=START))
            await session.flush()  # the database is being written to, and not committed
            found = await count_usage(harness.settings, harness.clock.now())
        assert (found.people.all, found.last_24_hours.cramps) == (1, 0)
        await ann.presses("🦵 Log cramp")
        found = await count_usage(harness.settings, harness.clock.now())
        assert (found.people.all, found.last_24_hours.cramps) == (2, 1)
        assert found.people.active_7_days == 1


@pytest.mark.usefixtures("own_logging")
def test_the_command(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["people"]["all"] == 0
    assert main(["stats"]) == 0
    assert capsys.readouterr().out.startswith("people  ")


@pytest.mark.usefixtures("own_logging")
def test_without_a_database_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats"]) == 2
    assert capsys.readouterr().err.startswith("DATABASE_URL: ")


async def test_another_schema_is_named(database: Database, database_url: str) -> None:
    async with database.transaction() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(ConfigError, match="another schema"):
        await count_usage(load_settings(None, database_url=database_url), NOW)


@pytest.mark.usefixtures("own_logging")
def test_a_database_that_is_away_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:9/none")
    assert main(["stats"]) == 1
    said = capsys.readouterr().err
    assert "the database cannot be reached" in said
    assert said.count("\n") == 1
