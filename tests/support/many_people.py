"""Rows of very many people, made in bulk: what a plan of a query and its time depend on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from benchmarks.databases import cramp_row
from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Caregiver,
    Cramp,
    Delivery,
    DeliveryStatus,
    EntryChange,
    Experiment,
    Exposure,
    FailedUpdate,
    FlagHit,
    Fluids,
    Habit,
    HabitDay,
    InboxRow,
    InboxState,
    Job,
    JobState,
    LogAddress,
    Medicine,
    NightCheck,
    NightExposure,
    NightStatus,
    ProfileItem,
    Reminder,
    ReminderNight,
    ReportDraft,
    SetupStep,
    Stranger,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.features.reminders.queries import KINDS, LOW_PRIORITY

FIRST_ID = 7_000_000_001
ROWS_EACH = 75
"""Rows of each person, in all tables together."""
LAST_ON = date(2027, 1, 12)
"""The last night that anything is told of."""
FAR = datetime(2027, 1, 20, 21, 20, tzinfo=UTC)
"""When everybody's reminders are due."""
ROWS_AT_ONCE = 20_000


async def fill(database: Database, people: int) -> None:
    """Insert people with rows in every table, and bring the planner's statistics up to date.

    PostgreSQL keeps these statistics, also when a task has deleted most rows of a table.
    """
    if not database.is_sqlite:
        async with database.transaction() as session:
            connection = await session.connection()
            for name in SQLModel.metadata.tables:
                autovacuum = f"ALTER TABLE {name} SET (autovacuum_enabled = false)"
                await connection.execute(sa.text(autovacuum))
    for start in range(0, people, ROWS_AT_ONCE // 14):
        numbers = range(start, min(people, start + ROWS_AT_ONCE // 14))
        async with database.transaction() as session:
            connection = await session.connection()
            for table, rows in _tables(numbers):
                await connection.execute(sa.insert(table), list(rows))
    async with database.transaction() as session:
        await session.exec(_changes())
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.execute(sa.text("COMMIT"))
            await connection.execute(sa.text("VACUUM ANALYZE"))


Rows = Iterator[dict[str, Any]]


def _tables(numbers: range) -> Iterator[tuple[type[SQLModel], Rows]]:
    """Each table with its rows of some people; a table comes after those that it refers to."""
    yield User, map(_user, numbers)
    yield Reminder, (row for number in numbers for row in _reminders(number))
    yield Delivery, (row for number in numbers for row in _deliveries(number))
    yield Cramp, (row for number in numbers for row in _cramps(number))
    yield NightCheck, (row for number in numbers for row in _night_checks(number))
    yield HabitDay, (row for number in numbers for row in _habits(number))
    yield NightExposure, (row for number in numbers for row in _exposures(number))
    yield WeeklySummary, (row for number in numbers for row in _weeks(number))
    yield (
        ProfileItem,
        ({**_owned(number), "item": "age", "value": "50", **_TOLD} for number in numbers),
    )
    yield (
        Medicine,
        ({**_owned(number), "uid": f"{number:032x}", "words": "x", **_TOLD} for number in numbers),
    )
    yield ReminderNight, (row for number in numbers for row in _reminder_nights(number))
    yield FlagHit, map(_hit, numbers)
    yield Experiment, map(_experiment, numbers)
    yield (
        ReportDraft,
        (
            {**_owned(number), "weeks": 8, "last_on": LAST_ON, "left_out": "", "updated_at": _at(0)}
            for number in numbers
        ),
    )
    yield (
        Caregiver,
        (
            {**_owned(number), "code": f"{number}", "expires_at": _at(0), "caregiver_id": number}
            for number in numbers
        ),
    )
    yield (
        LogAddress,
        (
            {**_owned(number), "token_hash": f"{number:064x}", "made_at": _at(0)}
            for number in numbers
        ),
    )
    yield Stranger, ({"user_id": number + 1, "answered_at": _at(number)} for number in numbers)
    yield InboxRow, map(_inbox_row, numbers)
    yield Job, map(_job, numbers)
    yield FailedUpdate, map(_failed_update, numbers)


def _owned(number: int) -> dict[str, Any]:
    return {"user_id": FIRST_ID + number}


def _at(back: int) -> datetime:
    """An instant of the last week."""
    return datetime(2027, 1, 12, 21, 20, tzinfo=UTC) - timedelta(seconds=back % 600_000)


def _night(back: int) -> date:
    """A night of the last two months."""
    return LAST_ON - timedelta(days=back % 60)


_RECENT = datetime(2027, 1, 17, 19, 0, tzinfo=UTC)
"""Within the hour before the jobs run: as most rows are that are kept for days only."""
_TOLD = {"told_at": _at(0)}


def _user(number: int) -> dict[str, Any]:
    return {
        "id": FIRST_ID + number,
        "language": "en",
        "created_at": datetime(2026, 10, 1, tzinfo=UTC),
        "setup_step": SetupStep.DONE,
        "time_zone": "Europe/Berlin",
        "bed_time": time(22, 30),
        "wake_time": time(7, 0),
        "fluids": Fluids.FREE,
        "spread_seconds": number * 37 % 600,
        "paused": False,
    }


def _reminder_id(number: int, kind: int) -> int:
    return 1_000_000 + number * len(KINDS) + kind


def _reminders(number: int) -> Rows:
    for place, kind in enumerate(KINDS):
        yield {
            "id": _reminder_id(number, place),
            **_owned(number),
            "kind": kind,
            "slot": 0,
            "enabled": True,
            "weekdays": 127,
            "with_sound": True,
            "priority": int(kind in LOW_PRIORITY),
            "times": "22:20",
            "next_at": FAR,
            "next_local": "2027-01-20T22:20",
        }


def _deliveries(number: int) -> Rows:
    for day in range(14):
        at = _at(0) - timedelta(days=day)
        yield {
            "reminder_id": _reminder_id(number, 0),
            **_owned(number),
            "kind": KINDS[0],
            "due_at": at,
            "night_on": at.date(),
            "status": DeliveryStatus.SENT,
            "send_at": at,
            "attempts": 0,
            "sent_at": at,
            "message_id": day,
            "has_buttons": day == 0,
            "answer": Answer.DONE if day % 2 else None,
            "answered_at": at if day % 2 else None,
        }


def _cramps(number: int) -> Rows:
    for day in range(14):
        at = _at(0) - timedelta(days=day)
        uid = f"{number:022x}{day:010x}"
        yield cramp_row(FIRST_ID + number, day + 1, uid, at)


def _changes() -> Any:
    """A change of one entry of each person."""
    change = sa.select(
        col(Cramp.user_id),
        col(Cramp.id),
        sa.literal({}, sa.JSON),
        sa.literal({}, sa.JSON),
        sa.false(),
        sa.literal(_RECENT, SQLModel.metadata.tables["entry_changes"].c.made_at.type),
    ).where(col(Cramp.message_id) == 1, col(Cramp.user_id) >= FIRST_ID)
    names = ["user_id", "cramp_id", "before", "after", "undone", "made_at"]
    return sa.insert(EntryChange).from_select(names, change)


def _night_checks(number: int) -> Rows:
    for day in range(14, 24):
        yield {
            **_owned(number),
            "night_on": _night(day),
            "status": NightStatus.NONE_LAST_NIGHT,
            "answered_at": _at(0),
        }


def _habits(number: int) -> Rows:
    for day in range(5):
        yield {
            **_owned(number),
            "night_on": _night(day),
            "habit": Habit.STRETCH_DONE,
            "done": True,
            "answered_at": _at(0),
        }


def _exposures(number: int) -> Rows:
    for day in range(5):
        yield {
            **_owned(number),
            "night_on": _night(day),
            "exposure": Exposure.HOT_DAY,
            "present": True,
            "answered_at": _at(0),
        }


def _weeks(number: int) -> Rows:
    for week in range(3):
        yield {
            **_owned(number),
            "week_on": _night(7 * week),
            "figures": {},
            "caption": "",
            "message_id": week,
            "created_at": _at(0),
            "updated_at": _at(0),
        }


def _reminder_nights(number: int) -> Rows:
    for day in range(5):
        yield {
            **_owned(number),
            "night_on": LAST_ON - timedelta(days=day),
            "answers": "hydration:dd-s stretch:d",
        }


def _hit(number: int) -> dict[str, Any]:
    return {
        **_owned(number),
        "rule": "P1",
        "level": "soon",
        "hit_on": _night(number),
        "hit_at": _at(0),
        "shown": True,
    }


def _experiment(number: int) -> dict[str, Any]:
    return {
        **_owned(number),
        "uid": f"{number:032x}",
        "habit": Habit.STRETCH_DONE,
        "block_days": 7,
        "blocks": "abba",
        "starts_on": _night(50),
        "status": TrialStatus.FINISHED,
        "created_at": _at(0),
        "told_at": _at(0),
    }


def _inbox_row(number: int) -> dict[str, Any]:
    return {
        "update_id": 2**50 + number,
        **_owned(number),
        "state": InboxState.DONE,
        "attempts": 1,
        "received_at": _at(0),
    }


def _failed_update(number: int) -> dict[str, Any]:
    return {
        "update_id": number,
        **_owned(number),
        "raw": {"text": "x" * 600},
        "error": "x",
        "failed_at": _RECENT,
    }


def _job(number: int) -> dict[str, Any]:
    return {
        **_owned(number),
        "kind": "pages",
        "arguments": {},
        "state": JobState.DONE,
        "attempts": 1,
        "done": 0,
        "queued_at": _at(0),
        "finished_at": _RECENT,
    }
