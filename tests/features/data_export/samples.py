"""Diaries for tests of export and import, and helpers that export and import them."""

from datetime import UTC, date, datetime, time
from typing import Any

from bot.database.cramp_values import Fell, YesNo
from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    Exposure,
    FlagHit,
    Fluids,
    Habit,
    Kind,
    Medicine,
    NightExposure,
    ReminderNight,
    SetupStep,
    User,
    WeeklySummary,
)
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.import_queries import import_diary
from bot.features.data_export.schema import DiaryFile
from bot.features.experiments.design import WITHOUT, Course
from bot.features.reminders.queries import (
    add_custom,
    ensure_reminders,
    reminder_of,
    set_rests,
)
from bot.identity import people as users
from bot.local_time.nights import local_time, night_of
from tests.support.diaries import FIRST_ON, PEOPLE, make_diary, store

NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
ANN, BOB = 5_000_000_001, 5_000_000_002


async def fill(database: Database, number: int, nights: int = 364) -> None:
    """Store a diary with rows in every table for Ann."""
    await store(database, make_diary(PEOPLE[number], ANN, seed=7, nights=nights))
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        user.emergency_number, user.asks_more, user.light_pictures = "112", True, True
        user.wants_news = False
        session.add(user)
        await add_custom(session, user, "=own <words> & more", (time(21),), NOW, 4711)
        second = await add_custom(session, user, "feet up", (time(20),), NOW, 4712)
        assert second is not None
        session.add(
            Delivery(
                reminder_id=second.id or 0,
                user_id=ANN,
                kind=Kind.CUSTOM,
                due_at=NOW,
                send_at=NOW,
                night_on=NOW.date(),
                status=DeliveryStatus.SENT,
                sent_at=NOW,
                message_id=99,
                answer=Answer.DONE,
                answered_at=NOW,
            )
        )
        meal = await reminder_of(session, ANN, Kind.MEAL)
        assert meal is not None
        meal.enabled, meal.weekdays, meal.with_sound = True, 0b0011111, True
        meal.muted = "2027-01-10/2027-01-16"
        session.add(meal)
        session.add(
            NightExposure(
                user_id=ANN,
                night_on=date(2025, 3, 1),
                exposure=Exposure.HOT_DAY,
                present=False,
                answered_at=NOW,
            )
        )
        session.add(ReminderNight(user_id=ANN, night_on=date(2025, 3, 1), answers="stretch:d"))
        session.add(
            Medicine(
                user_id=ANN,
                words="x\x01",
                started_on=date(1985, 3, 12),
                changed_on=date(1985, 4, 12),
                stopped_on=date(1986, 4, 12),
                worse_after=YesNo.UNSURE,
                worse_asked_at=NOW,
                told_at=NOW,
            )
        )
        session.add(
            Cramp(
                user_id=ANN,
                message_id=7,
                tapped_at=NOW,
                occurred_at=NOW,
                time_zone=user.time_zone or "UTC",
                night_on=night_of(local_time(NOW, user.time_zone or "UTC")),
                twitch_tingling=YesNo.UNSURE,
                fell=Fell.NEARLY,
                note="\x02",
            )
        )
        session.add(
            FlagHit(
                user_id=ANN,
                rule="P2",
                level="soon",
                hit_on=FIRST_ON,
                hit_at=NOW,
                shown=True,
                withdrawn_at=NOW,
                counted={"before": "2027-01-17", "numbers": [3, 4.5], "nights": ["2027-01-16"]},
            )
        )
        session.add(
            Experiment(
                user_id=ANN,
                habit=Habit.COVERS,
                words="feet up",
                block_days=7,
                blocks="abba",
                starts_on=NOW.date(),
                paused_at=NOW,
                paused_why="chest",
                notice_read_at=NOW,
                created_at=NOW,
            )
        )
        await session.flush()
        course = Course("abba", 7, NOW.date())
        await set_rests(session, user, Kind.CUSTOM, course.spans(WITHOUT), NOW, 4712)
        session.add(
            WeeklySummary(
                user_id=ANN,
                week_on=FIRST_ON,
                figures={},
                caption="",
                limited="a_bit",
                limited_at=NOW,
                created_at=NOW,
                updated_at=NOW,
            )
        )


def as_imported(diary: DiaryFile) -> DiaryFile:
    """What an account that had nothing exports after the import of a file.

    It is the same, but that drinks are free has to be answered anew: a file opens no gate.
    """
    fluids = Fluids.UNSURE if diary.settings.fluids is Fluids.FREE else diary.settings.fluids
    reminders = tuple(
        row.model_copy(update={"enabled": row.enabled and row.kind is not Kind.HYDRATION})
        for row in diary.reminders
    )
    settings = diary.settings.model_copy(update={"fluids": fluids})
    parts = ("removed_entries", "summaries", "earlier_versions", "reliefs")
    not_imported = {"report_draft": None, "helper": None} | dict.fromkeys(parts, ())
    return diary.model_copy(update={"settings": settings, "reminders": reminders, **not_imported})


async def exported(database: Database, user_id: int = ANN) -> DiaryFile:
    """The diary, without what is kept of the account itself."""
    async with database.transaction() as session:
        user = await session.get_one(User, user_id)
        diary = await export_diary(session, user, NOW)
    assert diary.account is not None
    return diary.model_copy(update={"account": None})


async def import_file(database: Database, diary: DiaryFile, user_id: int = ANN) -> None:
    async with database.transaction() as session:
        user = await users.get_or_create(session, user_id, NOW, "en")
        await import_diary(session, user, diary, NOW)


async def add_second_person(database: Database, **fields: Any) -> None:
    """Add Bob, who has finished the set-up and has all default settings."""
    async with database.transaction() as session:
        user = await users.get_or_create(session, BOB, NOW, "en")
        plain = {
            "time_zone": "Europe/Berlin",
            "bed_time": time(22, 30),
            "wake_time": time(7),
            "fluids": Fluids.FREE,
            "setup_step": SetupStep.DONE,
        }
        for name, value in (plain | fields).items():
            setattr(user, name, value)
        session.add(user)
        await session.flush()
        await ensure_reminders(session, user)
