"""Export, erase, import: the diary is identical, on both databases, for a year of every person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.database.engine import Database
from bot.database.models import (
    Cramp,
    Delivery,
    Experiment,
    FlagHit,
    Fluids,
    Habit,
    HitAnswer,
    Kind,
    Medicine,
    ProfileItem,
    Reminder,
    TrialStatus,
    User,
)
from bot.dispatch.planning import is_gate_shut, once_on
from bot.features.cramps.log_queries import log, log_at
from bot.features.data_export.files import as_json
from bot.features.data_export.import_files import read_json
from bot.features.data_export.import_preview_queries import preview_import
from bot.features.data_export.schema import DiaryFile
from bot.features.diary.limits import MEDICINES, REMINDERS, Limit
from bot.features.experiments.design import WITHOUT, Course
from bot.features.history.queries import key_of, next_number
from bot.features.reminders.once_queries import add_once
from bot.features.reminders.queries import (
    add_custom,
    reminder_of,
    reminders_of,
    remove_custom,
    set_rests,
)
from bot.identity import people as users
from tests.features.data_export.samples import (
    ANN,
    BOB,
    NOW,
    add_second_person,
    as_imported,
    exported,
    fill,
    import_file,
)
from tests.support.diaries import FIRST_ON, PEOPLE


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """An SQLite database, for tests that need not run on both kinds."""
    database = Database(sqlite_url)
    yield database
    await database.close()


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[one.name for one in PEOPLE])
async def test_a_year_is_identical_after_export_and_import(sqlite_url: str, number: int) -> None:
    database = Database(sqlite_url)
    await fill(database, number)
    before = await exported(database)
    assert len(before.entries) > 20
    assert len(before.deliveries) > 90
    content = as_json(before)
    async with database.transaction() as session:
        await users.erase(session, ANN, NOW)
    assert read_json(content) == before
    await import_file(database, read_json(content))
    assert await exported(database) == as_imported(before)
    await database.close()


async def test_import_into_another_account_is_idempotent(database: Database) -> None:
    await fill(database, 2, nights=60)
    before = await exported(database)
    for _ in range(2):  # the second import adds nothing
        await import_file(database, before, BOB)
    assert await exported(database, BOB) == as_imported(before)
    assert await exported(database) == before
    await import_file(database, before)  # into the account from which it was exported
    assert as_imported(await exported(database)) == as_imported(before)


async def test_import_into_a_used_account_adds_only_what_is_new(database: Database) -> None:
    await fill(database, 0, nights=40)
    whole = await exported(database)
    half = whole.model_copy(update={"entries": whole.entries[::2]})
    async with database.transaction() as session:
        await users.erase(session, ANN, NOW)
    await import_file(database, half)
    async with database.transaction() as session:
        first = (await session.exec(select(Cramp).order_by("id").limit(1))).one()
        first.note = "changed here"
        session.add(first)
        preview = await preview_import(session, await session.get_one(User, ANN), whole)
    new = {part: len(rows) for part, rows in preview.new.items() if rows}
    assert new == {"entries": len(whole.entries) - len(half.entries)}
    assert not preview.settings
    await import_file(database, whole)
    found = await exported(database)
    assert len(found.entries) == len(whole.entries)
    assert [one.note for one in found.entries].count("changed here") == 1


async def test_an_imported_test_stops_when_another_one_is_running(database: Database) -> None:
    await fill(database, 0, nights=10)
    diary = await exported(database)
    async with database.transaction() as session:
        await users.get_or_create(session, BOB, NOW, "en")
        await session.flush()
        session.add(
            Experiment(
                user_id=BOB,
                habit=Habit.STRETCH_DONE,
                block_days=7,
                blocks="ab",
                starts_on=FIRST_ON,
                created_at=NOW,
            )
        )
    await import_file(database, diary, BOB)
    async with database.transaction() as session:
        rows = await session.exec(select(Experiment).where(Experiment.user_id == BOB))
        assert sorted(row.status for row in rows) == [TrialStatus.RUNNING, TrialStatus.STOPPED]


async def test_imported_deliveries_are_kept_and_not_sent_again(database: Database) -> None:
    await fill(database, 0, nights=30)
    diary = await exported(database)
    async with database.transaction() as session:
        await users.erase(session, ANN, NOW)
    await import_file(database, diary, BOB)
    async with database.transaction() as session:
        rows = list(await session.exec(select(Delivery).where(Delivery.user_id == BOB)))
        reminders = list(await session.exec(select(Reminder).where(Reminder.user_id == BOB)))
    assert len(rows) == len(diary.deliveries)
    assert not [row for row in rows if row.status in ("claimed", "sending")]
    for reminder in reminders:
        assert reminder.next_at is None or reminder.next_at > NOW
    own = {row.words: row for row in reminders if row.kind is Kind.CUSTOM}
    assert sorted(words or "" for words in own) == ["=own <words> & more", "feet up"]
    (answered,) = [row for row in rows if row.kind is Kind.CUSTOM]
    assert answered.reminder_id == own["feet up"].id
    assert own["feet up"].rests is not None  # it follows the running test
    assert own["=own <words> & more"].rests is None


async def reminder(database: Database, kind: Kind) -> Reminder:
    async with database.transaction() as session:
        found = await reminder_of(session, BOB, kind)
        assert found is not None
        return found


async def change(database: Database, kind: Kind, **fields: Any) -> None:
    async with database.transaction() as session:
        found = await reminder_of(session, BOB, kind)
        assert found is not None
        for name, value in fields.items():
            setattr(found, name, value)
        session.add(found)


@pytest.mark.parametrize(
    "chosen",
    [{"enabled": True}, {"weekdays": 1}, {"with_sound": True}, {"times": "12:00"}],
    ids=lambda chosen: next(iter(chosen)),
)
async def test_a_changed_reminder_is_not_overwritten(
    database: Database, chosen: dict[str, Any]
) -> None:
    await fill(database, 1, nights=3)
    diary = await exported(database)
    await add_second_person(database)
    await change(database, Kind.MEAL, **chosen)
    await import_file(database, diary, BOB)
    found = await reminder(database, Kind.MEAL)
    at_first = {"enabled": False, "weekdays": 127, "with_sound": False, "times": None}
    assert {name: getattr(found, name) for name in at_first} == at_first | chosen


async def test_a_reminder_that_was_switched_off_stays_off(sqlite: Database) -> None:
    await fill(sqlite, 1, nights=3)
    diary = await exported(sqlite)
    value = diary.model_dump(mode="json")
    for row in value["reminders"]:
        row["enabled"] = True
    await add_second_person(sqlite)
    await change(sqlite, Kind.STRETCH, enabled=False)
    await import_file(sqlite, DiaryFile.model_validate(value), BOB)
    assert (await reminder(sqlite, Kind.STRETCH)).enabled is False
    assert (await reminder(sqlite, Kind.MEAL)).enabled is True


async def test_an_unchanged_reminder_takes_the_values_of_the_file(sqlite: Database) -> None:
    await fill(sqlite, 1, nights=3)
    await add_second_person(sqlite)
    await import_file(sqlite, await exported(sqlite), BOB)
    found = await reminder(sqlite, Kind.MEAL)
    assert (found.enabled, found.weekdays, found.with_sound) == (True, 0b0011111, True)


async def test_a_reminder_that_comes_once_does_not_come_every_day_after_an_import(
    sqlite: Database,
) -> None:
    await add_second_person(sqlite)
    day = date(2027, 2, 3)
    async with sqlite.transaction() as session:
        user = await session.get_one(User, BOB)
        await add_once(session, user, "call Dr Ng", datetime.combine(day, time(9)), NOW, 4713)
    diary = await exported(sqlite, BOB)
    async with sqlite.transaction() as session:
        await remove_custom(session, BOB, 4713)
    await import_file(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        [found] = [row for row in await reminders_of(session, BOB) if row.slot]
    assert once_on(found) == day
    assert found.next_local == "2027-02-03T09:00"


async def test_a_running_test_keeps_its_blocks(sqlite: Database) -> None:
    await fill(sqlite, 1, nights=3)
    diary = await exported(sqlite)
    await add_second_person(sqlite)
    spans = Course("abba", 7, FIRST_ON).spans(WITHOUT)
    async with sqlite.transaction() as session:
        user = await session.get_one(User, BOB)
        session.add(
            Experiment(
                user_id=BOB,
                habit=Habit.STRETCH_DONE,
                block_days=7,
                blocks="abba",
                starts_on=FIRST_ON,
                created_at=NOW,
            )
        )
        await set_rests(session, user, Kind.STRETCH, spans, NOW)
    before = (await reminder(sqlite, Kind.STRETCH)).rests
    assert before
    await import_file(sqlite, diary, BOB)
    assert (await reminder(sqlite, Kind.STRETCH)).rests == before
    async with sqlite.transaction() as session:
        found = {row.kind: row for row in await reminders_of(session, BOB) if row.slot}
        assert found[Kind.CUSTOM].rests is None
        (other,) = await session.exec(
            select(Experiment).where(Experiment.user_id == BOB, Experiment.habit == Habit.COVERS)
        )
    assert (other.status, other.stopped_on) == (TrialStatus.STOPPED, NOW.date())
    assert other.told_at is not None  # its end is not announced


@pytest.mark.parametrize(
    ("rule", "level", "answer", "goes_on"),
    [
        ("P3", "info", None, True),
        ("P2", "soon", None, True),
        ("P6", "soon", HitAnswer.SEEN_DOCTOR, True),
        ("P6", "soon", None, False),
        ("P11", "urgent", HitAnswer.NOT_NOW, False),
    ],
)
async def test_an_imported_test_stops_after_a_warning_sign(
    sqlite: Database, rule: str, level: str, answer: HitAnswer | None, goes_on: bool
) -> None:
    await fill(sqlite, 1, nights=3)
    diary = await exported(sqlite)
    await add_second_person(sqlite)
    async with sqlite.transaction() as session:
        session.add(
            FlagHit(
                user_id=BOB,
                rule=rule,
                level=level,
                hit_on=NOW.date() - timedelta(days=5),
                hit_at=NOW - timedelta(days=5),
                shown=True,
                answer=answer,
                answered_at=NOW if answer else None,
            )
        )
    await import_file(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        (test,) = await session.exec(select(Experiment).where(Experiment.user_id == BOB))
    assert (test.status is TrialStatus.RUNNING) is goes_on


@pytest.mark.parametrize("habit", [Habit.OTHER, Habit.HYDRATION_DONE])
async def test_an_imported_test_off_the_list_comes_in_as_ended(
    sqlite: Database, habit: Habit
) -> None:
    await fill(sqlite, 1, nights=3)
    async with sqlite.transaction() as session:
        (test,) = await session.exec(select(Experiment))
        test.habit, test.words = habit, "feet up" if habit is Habit.OTHER else None
    diary = await exported(sqlite)
    await add_second_person(sqlite)
    for _ in range(2):
        await import_file(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        (test,) = await session.exec(select(Experiment).where(Experiment.user_id == BOB))
        own = {row.words: row for row in await reminders_of(session, BOB)}
    assert (test.status, test.stopped_why) == (TrialStatus.STOPPED, "off_list")
    assert test.told_at is not None
    assert own["feet up"].rests is None


async def test_an_imported_limit_of_drinks_ends_the_reminders_to_drink(
    sqlite: Database,
) -> None:
    await fill(sqlite, 2, nights=3)  # the person limits drinks, in the profile too
    diary = await exported(sqlite)
    await add_second_person(sqlite)
    await import_file(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        user = await session.get_one(User, BOB)
        assert user.fluids is Fluids.FREE  # what was answered here; the profile comes before it
        assert is_gate_shut(user, "drinks")
    assert (await reminder(sqlite, Kind.HYDRATION)).next_at is None


@pytest.mark.parametrize(
    ("fluids", "told"), [(Fluids.FREE, "no"), (Fluids.LIMITED, None), (Fluids.UNSURE, None)]
)
async def test_a_file_does_not_overrule_a_limit_of_drinks(
    sqlite: Database, fluids: Fluids, told: str | None
) -> None:
    await fill(sqlite, 0, nights=3)
    async with sqlite.transaction() as session:
        session.add(ProfileItem(user_id=ANN, item="limit_fluids", value="no", told_at=NOW))
    diary = await exported(sqlite)
    await add_second_person(sqlite, fluids=fluids)
    for _ in range(2):
        await import_file(sqlite, diary, BOB)
        found = await exported(sqlite, BOB)
        assert found.settings.fluids is fluids
        assert {row.item: row.value for row in found.profile}.get("limit_fluids") == told
    async with sqlite.transaction() as session:
        preview = await preview_import(session, await session.get_one(User, BOB), diary)
    assert not preview.counts.is_anything_new


async def test_an_imported_time_zone_applies_to_earlier_entries(sqlite: Database) -> None:
    await fill(sqlite, 3, nights=10)  # Sydney
    diary = await exported(sqlite)
    logged_at = datetime(2027, 1, 19, 3, tzinfo=UTC)  # 14:00 there: the next night
    async with sqlite.transaction() as session:
        await users.get_or_create(session, BOB, NOW, "en")
        logged = await log(session, BOB, 50, logged_at, "UTC")
        assert not isinstance(logged, Limit)
        cramp, _new = logged
        assert cramp.night_on == date(2027, 1, 18)
    await import_file(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        mine = (await session.exec(select(Cramp).where(Cramp.message_id == 50))).one()
    assert (mine.time_zone, mine.night_on) == ("Australia/Sydney", date(2027, 1, 19))


async def test_a_deleted_entry_stays_deleted_and_is_counted(
    sqlite: Database,
) -> None:
    await fill(sqlite, 0, nights=20)
    diary = await exported(sqlite)
    async with sqlite.transaction() as session:
        first = (await session.exec(select(Cramp).where(Cramp.uid == diary.entries[0].uid))).one()
        first.deleted_at = NOW
        session.add(first)
        user = await session.get_one(User, ANN)
        preview = await preview_import(session, user, diary)
    assert (preview.deleted, preview.counts.is_anything_new) == (1, False)
    await import_file(sqlite, diary)
    assert len((await exported(sqlite)).entries) == len(diary.entries) - 1


async def test_rows_over_a_limit_are_counted_and_left_out(database: Database) -> None:
    await fill(database, 0, nights=2)
    diary = await exported(database)
    await add_second_person(database)
    async with database.transaction() as session:
        user = await session.get_one(User, BOB)
        for number in range(MEDICINES):
            session.add(Medicine(user_id=BOB, words=f"{number}", told_at=NOW))
        for number in range(1, REMINDERS):
            await add_custom(session, user, f"{number}", (), NOW, number)
        preview = await preview_import(session, user, diary)
    # A medicine, two reminders, and the delivery of one of these.
    assert (len(diary.medicines), preview.over_limit) == (1, 4)
    await import_file(database, diary, BOB)
    found = await exported(database, BOB)
    assert len(found.medicines) == MEDICINES
    assert len(found.reminders) == REMINDERS


async def test_duplicate_rows_in_a_file_are_imported_once(database: Database) -> None:
    await fill(database, 0, nights=20)
    diary = await exported(database)
    async with database.transaction() as session:
        await users.erase(session, ANN, NOW)
    parts = {name: getattr(diary, name) for name in DiaryFile.model_fields}
    twice = {name: part * 2 for name, part in parts.items() if isinstance(part, tuple)}
    await import_file(database, diary.model_copy(update=twice))
    assert await exported(database) == as_imported(diary)


async def test_concurrent_imports_lose_nothing(database: Database) -> None:
    await fill(database, 0, nights=60)
    diary = await exported(database)
    await add_second_person(
        database, emergency_number="112"
    )  # so no other write serializes the imports
    halves = [
        DiaryFile(exported_at=NOW, settings=diary.settings, entries=diary.entries[start::2])
        for start in (0, 1)
    ]
    await asyncio.gather(*(import_file(database, half, BOB) for half in halves))
    assert (await exported(database, BOB)).entries == diary.entries


async def test_an_entry_can_be_added_to_a_night_with_an_imported_entry(
    sqlite: Database,
) -> None:
    night_on = date(2027, 1, 12)
    moment = datetime(2027, 1, 13, 2, tzinfo=UTC)

    async def add(entered_at: datetime) -> None:
        async with sqlite.transaction() as session:
            await users.get_or_create(session, ANN, NOW, "en")
            key = key_of(night_on, await next_number(session, ANN, night_on))
            await log_at(session, ANN, key, entered_at, moment, "night_only", "UTC")

    await add(NOW)
    diary = await exported(sqlite)
    async with sqlite.transaction() as session:
        await users.erase(session, ANN, NOW)
    await import_file(sqlite, diary)
    await add(NOW + timedelta(minutes=1))
    assert len((await exported(sqlite)).entries) == 2


async def test_a_file_has_no_message_ids(sqlite: Database) -> None:
    await fill(sqlite, 0, nights=30)
    diary = await exported(sqlite)
    slots = {row.slot for row in diary.reminders}
    assert len(slots) == 3
    assert not slots & {4711, 4712}
