"""Export, wipe, import: the identical diary, on both databases, for a year of every person."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    Experiment,
    FlagHit,
    Fluids,
    Habit,
    HitAnswer,
    Kind,
    Medicine,
    NightStatus,
    ProfileItem,
    Reminder,
    SetupStep,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.features.cramps.queries import log, log_at
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.files import InvalidFileError, as_json, read_json
from bot.features.data_export.import_preview_queries import preview_import
from bot.features.data_export.import_queries import import_diary
from bot.features.data_export.schema import DiaryFile
from bot.features.diary.queries import facts_between
from bot.features.experiments.design import WITHOUT, Course
from bot.features.experiments.queries import ended, running
from bot.features.experiments.record_queries import record
from bot.features.experiments.start_stop_queries import settle
from bot.features.health_profile.values import MOST_MEDICINES
from bot.features.history.queries import key_of, next_number
from bot.features.reminders.queries import (
    MOST_REMINDERS,
    add_custom,
    ensure_reminders,
    reminder_of,
    reminders_of,
    set_rests,
)
from bot.identity import people as users
from bot.local_time.nights import local_time, night_of
from tests.support.diaries import FIRST_ON, PEOPLE, make_diary, store

NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
ANN, BOB = 5_000_000_001, 5_000_000_002


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """An open SQLite database, where the kind of database plays no part."""
    database = Database(sqlite_url)
    yield database
    await database.close()


async def fill(database: Database, number: int, nights: int = 364) -> None:
    """A diary with rows in every table."""
    await store(database, make_diary(PEOPLE[number], ANN, seed=7, nights=nights))
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        user.emergency_number = "112"
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
        session.add(meal)
        session.add(Medicine(user_id=ANN, words="x\x01", started_on=date(1985, 3, 12), told_at=NOW))
        session.add(
            Cramp(
                user_id=ANN,
                message_id=7,
                tapped_at=NOW,
                occurred_at=NOW,
                time_zone=user.time_zone or "UTC",
                night_on=night_of(local_time(NOW, user.time_zone or "UTC")),
                note="\x02",
            )
        )
        session.add(
            FlagHit(user_id=ANN, rule="P2", level="soon", hit_on=FIRST_ON, hit_at=NOW, shown=True)
        )
        session.add(
            Experiment(
                user_id=ANN,
                habit=Habit.OTHER,
                words="feet up",
                block_days=7,
                blocks="abba",
                starts_on=NOW.date(),
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


async def exported(database: Database, user_id: int = ANN) -> DiaryFile:
    async with database.transaction() as session:
        user = await session.get_one(User, user_id)
        return await export_diary(session, user, NOW)


async def take_in(database: Database, diary: DiaryFile, user_id: int = ANN) -> None:
    async with database.transaction() as session:
        user = await users.get_or_create(session, user_id, NOW, "en")
        await import_diary(session, user, diary, NOW)


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=[one.name for one in PEOPLE])
async def test_a_year_comes_back_as_it_was(sqlite_url: str, number: int) -> None:
    database = Database(sqlite_url)
    await fill(database, number)
    before = await exported(database)
    assert len(before.entries) > 20
    assert len(before.deliveries) > 90
    content = as_json(before)
    async with database.transaction() as session:
        await users.erase(session, ANN)
    assert read_json(content) == before
    await take_in(database, read_json(content))
    assert as_json(await exported(database)) == content
    await database.close()


async def test_on_either_database_and_into_another_account(database: Database) -> None:
    await fill(database, 2, nights=60)
    before = await exported(database)
    for _ in range(2):  # twice brings nothing more
        await take_in(database, before, BOB)
    assert await exported(database, BOB) == before
    assert await exported(database) == before
    await take_in(database, before)  # into the account that it came from
    assert await exported(database) == before


async def test_into_a_used_account_without_doubles_and_ones_own_wins(database: Database) -> None:
    await fill(database, 0, nights=40)
    whole = await exported(database)
    half = whole.model_copy(update={"entries": whole.entries[::2]})
    async with database.transaction() as session:
        await users.erase(session, ANN)
    await take_in(database, half)
    async with database.transaction() as session:
        first = (await session.exec(select(Cramp).order_by("id").limit(1))).one()
        first.note = "changed here"
        session.add(first)
        preview = await preview_import(session, await session.get_one(User, ANN), whole)
    new = {part: len(rows) for part, rows in preview.new.items() if rows}
    assert new == {"entries": len(whole.entries) - len(half.entries)}
    assert not preview.settings
    await take_in(database, whole)
    found = await exported(database)
    assert len(found.entries) == len(whole.entries)
    assert [one.note for one in found.entries].count("changed here") == 1


async def test_of_two_running_tests_the_one_that_comes_in_ends(database: Database) -> None:
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
    await take_in(database, diary, BOB)
    async with database.transaction() as session:
        rows = await session.exec(select(Experiment).where(Experiment.user_id == BOB))
        assert sorted(row.status for row in rows) == [TrialStatus.RUNNING, TrialStatus.STOPPED]


async def test_answers_count_after_the_move_and_nothing_old_goes_out(database: Database) -> None:
    await fill(database, 0, nights=30)
    diary = await exported(database)
    async with database.transaction() as session:
        await users.erase(session, ANN)
    await take_in(database, diary, BOB)
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
    assert own["feet up"].rests is not None  # the test that goes on is followed
    assert own["=own <words> & more"].rests is None


async def account(database: Database, **fields: Any) -> None:
    """Somebody else, who has answered all questions and chosen nothing."""
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
async def test_a_reminder_that_was_chosen_in_any_way_stays(
    database: Database, chosen: dict[str, Any]
) -> None:
    await fill(database, 1, nights=3)
    diary = await exported(database)
    await account(database)
    await change(database, Kind.MEAL, **chosen)
    await take_in(database, diary, BOB)
    found = await reminder(database, Kind.MEAL)
    at_first = {"enabled": False, "weekdays": 127, "with_sound": False, "times": None}
    assert {name: getattr(found, name) for name in at_first} == at_first | chosen


async def test_one_that_was_switched_off_stays_off(sqlite: Database) -> None:
    await fill(sqlite, 1, nights=3)
    diary = await exported(sqlite)
    value = diary.model_dump(mode="json")
    for row in value["reminders"]:
        row["enabled"] = True
    await account(sqlite)
    await change(sqlite, Kind.STRETCH, enabled=False)
    await take_in(sqlite, DiaryFile.model_validate(value), BOB)
    assert (await reminder(sqlite, Kind.STRETCH)).enabled is False
    assert (await reminder(sqlite, Kind.MEAL)).enabled is True


async def test_one_that_nobody_touched_takes_what_was_chosen_there(sqlite: Database) -> None:
    await fill(sqlite, 1, nights=3)
    await account(sqlite)
    await take_in(sqlite, await exported(sqlite), BOB)
    found = await reminder(sqlite, Kind.MEAL)
    assert (found.enabled, found.weekdays, found.with_sound) == (True, 0b0011111, True)


async def test_a_test_that_runs_here_keeps_its_blocks(sqlite: Database) -> None:
    await fill(sqlite, 1, nights=3)
    diary = await exported(sqlite)
    await account(sqlite)
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
    await take_in(sqlite, diary, BOB)
    assert (await reminder(sqlite, Kind.STRETCH)).rests == before
    async with sqlite.transaction() as session:
        found = {row.kind: row for row in await reminders_of(session, BOB) if row.slot}
        assert found[Kind.CUSTOM].rests is None
        (other,) = await session.exec(
            select(Experiment).where(Experiment.user_id == BOB, Experiment.habit == Habit.OTHER)
        )
    assert (other.status, other.stopped_on) == (TrialStatus.STOPPED, NOW.date())
    assert other.told_at is not None  # its end is nothing to tell


@pytest.mark.parametrize(
    ("level", "answer", "goes_on"),
    [
        ("info", None, True),
        ("soon", HitAnswer.SEEN_DOCTOR, True),
        ("soon", None, False),
        ("urgent", HitAnswer.NOT_NOW, False),
    ],
)
async def test_no_test_goes_on_where_a_warning_sign_was_met(
    sqlite: Database, level: str, answer: HitAnswer | None, goes_on: bool
) -> None:
    await fill(sqlite, 1, nights=3)
    diary = await exported(sqlite)
    await account(sqlite)
    async with sqlite.transaction() as session:
        session.add(
            FlagHit(
                user_id=BOB,
                rule="P3",
                level=level,
                hit_on=NOW.date() - timedelta(days=5),
                hit_at=NOW - timedelta(days=5),
                shown=True,
                answer=answer,
                answered_at=NOW if answer else None,
            )
        )
    await take_in(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        (test,) = await session.exec(select(Experiment).where(Experiment.user_id == BOB))
    assert (test.status is TrialStatus.RUNNING) is goes_on


async def test_whoever_turns_out_to_limit_drinks_gets_no_reminders_of_them(
    sqlite: Database,
) -> None:
    await fill(sqlite, 2, nights=3)  # told to limit drinks, in the profile too
    diary = await exported(sqlite)
    await account(sqlite)
    await take_in(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        assert (await session.get_one(User, BOB)).fluids is Fluids.LIMITED
    assert (await reminder(sqlite, Kind.HYDRATION)).next_at is None


@pytest.mark.parametrize(
    ("fluids", "told"), [(Fluids.FREE, "no"), (Fluids.LIMITED, None), (Fluids.UNSURE, None)]
)
async def test_no_file_says_against_ones_own_answer_that_drinks_are_free(
    sqlite: Database, fluids: Fluids, told: str | None
) -> None:
    await fill(sqlite, 0, nights=3)
    async with sqlite.transaction() as session:
        session.add(ProfileItem(user_id=ANN, item="limit_fluids", value="no", told_at=NOW))
    diary = await exported(sqlite)
    await account(sqlite, fluids=fluids)
    for _ in range(2):
        await take_in(sqlite, diary, BOB)
        found = await exported(sqlite, BOB)
        assert found.settings.fluids is fluids
        assert {row.item: row.value for row in found.profile}.get("limit_fluids") == told
    async with sqlite.transaction() as session:
        preview = await preview_import(session, await session.get_one(User, BOB), diary)
    assert not preview.is_anything_new


async def test_what_was_logged_before_the_zone_was_told_is_read_by_it(sqlite: Database) -> None:
    await fill(sqlite, 3, nights=10)  # Sydney
    diary = await exported(sqlite)
    logged_at = datetime(2027, 1, 19, 3, tzinfo=UTC)  # 14:00 there: the next night
    async with sqlite.transaction() as session:
        await users.get_or_create(session, BOB, NOW, "en")
        cramp, _new = await log(session, BOB, 50, logged_at, "UTC")
        assert cramp.night_on == date(2027, 1, 18)
    await take_in(sqlite, diary, BOB)
    async with sqlite.transaction() as session:
        mine = (await session.exec(select(Cramp).where(Cramp.message_id == 50))).one()
    assert (mine.time_zone, mine.night_on) == ("Australia/Sydney", date(2027, 1, 19))


async def test_an_entry_that_was_removed_here_stays_removed_and_that_is_said(
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
    assert (preview.deleted, preview.is_anything_new) == (1, False)
    await take_in(sqlite, diary)
    assert len((await exported(sqlite)).entries) == len(diary.entries) - 1


async def test_what_finds_no_room_is_counted_and_left_out(database: Database) -> None:
    await fill(database, 0, nights=2)
    diary = await exported(database)
    await account(database)
    async with database.transaction() as session:
        user = await session.get_one(User, BOB)
        for number in range(MOST_MEDICINES):
            session.add(Medicine(user_id=BOB, words=f"{number}", told_at=NOW))
        for number in range(1, MOST_REMINDERS):
            await add_custom(session, user, f"{number}", (), NOW, number)
        preview = await preview_import(session, user, diary)
    # A medicine, two reminders, and the delivery of one of these.
    assert (len(diary.medicines), preview.over_limit) == (1, 4)
    await take_in(database, diary, BOB)
    found = await exported(database, BOB)
    assert len(found.medicines) == MOST_MEDICINES
    assert len(found.reminders) == MOST_REMINDERS


async def test_a_file_that_says_everything_twice_is_read_once(database: Database) -> None:
    await fill(database, 0, nights=20)
    diary = await exported(database)
    async with database.transaction() as session:
        await users.erase(session, ANN)
    parts = {name: getattr(diary, name) for name in DiaryFile.model_fields}
    twice = {name: part * 2 for name, part in parts.items() if isinstance(part, tuple)}
    await take_in(database, diary.model_copy(update=twice))
    assert await exported(database) == diary


async def test_two_files_at_once_lose_nothing(database: Database) -> None:
    await fill(database, 0, nights=60)
    diary = await exported(database)
    await account(database, emergency_number="112")  # nothing else makes one wait for the other
    halves = [
        DiaryFile(exported_at=NOW, settings=diary.settings, entries=diary.entries[start::2])
        for start in (0, 1)
    ]
    await asyncio.gather(*(take_in(database, half, BOB) for half in halves))
    assert (await exported(database, BOB)).entries == diary.entries


async def test_an_entry_can_be_added_to_a_night_whose_added_entry_came_back(
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
        await users.erase(session, ANN)
    await take_in(sqlite, diary)
    await add(NOW + timedelta(minutes=1))
    assert len((await exported(sqlite)).entries) == 2


async def test_no_id_of_a_message_is_in_the_file(sqlite: Database) -> None:
    await fill(sqlite, 0, nights=30)
    diary = await exported(sqlite)
    slots = {row.slot for row in diary.reminders}
    assert len(slots) == 3
    assert not slots & {4711, 4712}


# Files that are none -----------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
SAMPLE = as_json(
    DiaryFile.model_validate(
        {
            "exported_at": NOW,
            "settings": {"language": "en", "time_zone": "Europe/Berlin", "fluids": "free"},
            "entries": [
                {
                    "uid": "0" * 32,
                    "occurred_at": "2027-01-13T02:12:00Z",
                    "entered_at": "2027-01-13T02:12:00Z",
                    "time_zone": "Europe/Berlin",
                    "night_on": "2027-01-12",
                    "possible_triggers": ["stress"],
                    "note": "a note",
                }
            ],
            "night_checks": [
                {"night_on": "2027-01-11", "status": "skip", "answered_at": "2027-01-12T06:00:00Z"}
            ],
            "reminders": [
                {
                    "kind": "stretch",
                    "slot": 0,
                    "enabled": True,
                    "times": "22:15",
                    "weekdays": 127,
                    "with_sound": True,
                }
            ],
        }
    )
)


ODD = st.sampled_from(
    [
        *("0001-01-01", "9999-12-31", "2000-01-01", "2099-12-31", "2027-01-12", "2027-02-30"),
        *("2000-01-01T00:00:00Z", "2027-01-13T02:12:00+14:00", "2027-01-13T02:12:00", "0", "24:00"),
        *("22:30:00", "00:00", "22:30+02:00", "23:59:59.9", "00:00,00:00", "00:00,23:59", ","),
        *("2027-01-10/2027-01-09", "2000-01-01/2099-01-01", "2027-01-10/2027-01-16"),
        *("stretch", "custom", "hydration", "summary", "sent", "missed", "running", "finished"),
        *("free", "limited", "done", "other", "stretch_done", "abab", "aabb", "aaaa", "P2", "P99"),
        *("UTC", "Pacific/Apia", "Asia/Kathmandu", "0" * 32, "f" * 32, "<b>", "\x00", "\u202e"),
        *(-1, 0, 1, 4, 7, 127, 128, 2**31, 2**63, 10**8 - 1, 10**8, True, None, 0.5),
    ]
)


LIKELY: dict[object, list[Any]] = {
    "status": [*DeliveryStatus, *NightStatus, *TrialStatus],
    "answer": [*Answer, *HitAnswer, None],
    "kind": [*Kind],
    "habit": [*Habit],
    "times": ["00:00", "23:59,00:01", "08:00,08:00", "22:15", None],
    "weekdays": [0, 1, 64, 127],
    "rests": ["2027-01-10/2027-01-16", "2027-01-16/2027-01-16,2027-01-01/2027-01-02", None],
    "slot": [0, 1, 10**8 - 1],
    "words": ["<b>", "feet up", "\u202eשלום", "x" * 60],
    "note": ["=1", "<b>", "\u202eשלום", "\x00\x01", "x" * 500, "a\nb"],
    "bed_time": ["00:00:00", "12:00", None],
    "wake_time": ["00:00:00", "12:00", None],
    "time_zone": ["UTC", "Pacific/Apia", "Asia/Kathmandu", None],
    "fluids": [*Fluids, None],
    "site": ["calf", "chest", None],
    "duration": ["gt_10min", "unsure", None],
    "event_type": ["cramp", "twitch", "other_pain"],
    "after_effects": [["weak", "swollen"], []],
    "possible_triggers": [["vomiting_diarrhoea_sweating"], ["none_known", "stress"]],
    "count_tonight": [1, 4],
    "intensity": [0, 10, None],
    "blocks": ["ab", "abba", "aabbabab"],
    "block_days": [1, 14, 28],
    "starts_on": ["2000-01-01", "2026-12-28", "2099-12-31"],
    "started_on": ["0001-01-01", "9999-12-31", None],
    "week_on": ["2000-01-01", "2027-01-12"],
    "rule": ["P1", "P11", "P14", "over_10_minutes"],
    "level": ["info", "soon", "urgent", "emergency"],
    "limited": ["no", "a_lot"],
    "value": ["yes", "no", "18_39"],
    "item": ["pregnant", "limit_fluids", "age_band"],
}
"""Key → values that may stand there, if often not beside the others."""


def changed(data: st.DataObject, value: Any) -> Any:
    """The parts of a real file with other values, with keys and rows gone or there twice."""
    kinds = data.draw(st.sampled_from((("likely", "likely", "twice"), ("odd", "any", "gone"))))
    for _ in range(data.draw(st.integers(1, 4))):
        place = value
        while True:
            if isinstance(place, dict) and place:
                key: Any = data.draw(st.sampled_from(sorted(place)))
            elif isinstance(place, list) and place:
                key = data.draw(st.integers(0, len(place) - 1))
            else:
                break
            inner = place[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 4)):
                place = inner
                continue
            kind = data.draw(st.sampled_from(kinds))
            if kind == "likely":
                place[key] = data.draw(st.sampled_from(LIKELY.get(key, [inner])))
            elif kind == "gone":
                del place[key]
            elif kind == "twice":
                if isinstance(place, list):
                    place.append(json.loads(json.dumps(inner)))
            else:
                place[key] = data.draw(JSON if kind == "any" else ODD)
            break
    return value


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_changed_file_is_read_or_refused_never_a_crash(data: st.DataObject) -> None:
    """Structure-aware: values of a real file are replaced, keys go and come."""
    value = changed(data, json.loads(SAMPLE))
    try:
        read = read_json(json.dumps(value).encode())
    except InvalidFileError:
        return
    assert read_json(as_json(read)) == read


class _UndoneError(Exception):
    """Leaves a transaction without a trace."""


def _undo() -> NoReturn:
    raise _UndoneError


async def _take_in_and_undo(url: str, diary: DiaryFile) -> None:
    """Take a file in twice, look at all that follows from it, and undo it."""
    database = Database(url)
    try:
        async with database.transaction() as session:
            bobs = await session.get_one(User, BOB)
            before = await export_diary(session, bobs, NOW)
            user = await users.get_or_create(session, ANN, NOW, "en")
            await import_diary(session, user, diary, NOW)
            once = await export_diary(session, user, NOW)
            assert read_json(as_json(once)) == once
            preview, _nights = await import_diary(session, user, diary, NOW)
            assert not preview.is_anything_new
            assert await export_diary(session, user, NOW) == once
            await facts_between(session, ANN, date(2000, 1, 1), date(2099, 12, 31))
            for test in await ended(session, ANN):
                await record(session, user, test, NOW)
            test_now = await running(session, ANN)
            if test_now is not None:
                await settle(session, user, test_now, NOW)
            assert await export_diary(session, bobs, NOW) == before
            _undo()
    except _UndoneError:
        pass
    finally:
        await database.close()


async def _prepare(url: str) -> Any:
    database = Database(url)
    await fill(database, 2, nights=10)
    whole = json.loads(as_json(await exported(database)))
    async with database.transaction() as session:
        await users.erase(session, ANN)
    await account(database)
    await database.close()
    return whole


@pytest.fixture(scope="module")
def whole_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    """A database with somebody else in it, and a file with rows in every part."""
    path = tmp_path_factory.mktemp("fuzz") / "calmcalf.db"
    shutil.copy(sqlite_template, path)
    url = f"sqlite+aiosqlite:///{path}"
    whole = asyncio.run(_prepare(url))
    assert all(whole[name] for name in DiaryFile.model_fields)
    return url, whole


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_taken_in_breaks_nothing_and_touches_nobody_else(
    whole_file: tuple[str, Any], data: st.DataObject
) -> None:
    """What passes the reader can be counted, planned, exported and taken in again."""
    url, whole = whole_file
    value = changed(data, json.loads(json.dumps(whole)))
    try:
        read = read_json(json.dumps(value).encode())
    except InvalidFileError:
        return
    asyncio.run(_take_in_and_undo(url, read))


TEXT = st.text(st.characters(codec="utf-8"), max_size=300) | JSON.map(repr)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | TEXT.map(lambda text: text.encode(errors="replace")))
def test_any_bytes_are_refused_in_one_word(content: bytes) -> None:
    with pytest.raises(InvalidFileError):
        read_json(content)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("site", "elbow"),
        ("event_type", "seizure"),
        ("intensity", 11),
        ("intensity", "7"),
        ("count_tonight", 0),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("night_on", "2027-01-13"),
        ("note", "x" * 501),
        ("uid", "no"),
        ("occurred_at", "1890-01-01T00:00:00Z"),
        ("occurred_at", "2027-01-13T02:12:00"),
        ("possible_triggers", ["magic"]),
        ("surprise", 1),
        ("note", ""),
    ],
)
def test_what_cannot_be_is_refused(place: str, change: object) -> None:
    value = json.loads(SAMPLE)
    value["entries"][0][place] = change
    with pytest.raises(InvalidFileError):
        read_json(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("settings", {"bed_time": "22:30:00+02:00"}),
        ("settings", {"wake_time": "07:00:01"}),
        ("settings", {"fluids": "much"}),
        ("settings", {"emergency_number": "call <me>"}),
        ("reminders", {"times": "22:15+02:00"}),
        ("reminders", {"times": "24:00"}),
        ("reminders", {"times": "22"}),
        ("reminders", {"times": ""}),
        ("reminders", {"weekdays": 128}),
        ("reminders", {"rests": "2000-01-01/2099-01-01"}),
        ("reminders", {"rests": "2027-01-10/2027-01-09"}),
        ("reminders", {"slot": 5}),
        ("reminders", {"kind": "custom"}),
        ("night_checks", {"status": "perhaps"}),
        ("warning_signs", {"rule": "P99"}),
        ("fair_tests", {"blocks": "aaaa"}),
        ("fair_tests", {"block_days": 0}),
        ("fair_tests", {"stopped_why": "a whim"}),
        ("warning_signs", {"answer": "not_now", "answered_at": None}),
        ("warning_signs", {"answer": None, "answered_at": "2027-01-13T02:12:00Z"}),
        ("deliveries", {"status": "sending"}),
        ("deliveries", {"night_on": "2026-05-01"}),
        ("deliveries", {"answer": "done", "answered_at": None}),
        ("deliveries", {"answer": None, "answered_at": "2027-01-13T02:12:00Z"}),
        ("profile", {"item": "shoe_size"}),
        ("weeks", {"limited": "very"}),
    ],
)
def test_what_would_break_something_later_is_refused(
    whole_file: tuple[str, Any], part: str, change: dict[str, object]
) -> None:
    _url, whole = whole_file
    value = json.loads(json.dumps(whole))
    assert read_json(json.dumps(value).encode()).entries
    row = value[part][0] if isinstance(value[part], list) else value[part]
    row |= change
    with pytest.raises(InvalidFileError, match=rf"^{part}"):
        read_json(json.dumps(value).encode())
