"""Export, wipe, import: the identical diary, on both databases, for a year of every person."""

import json
from datetime import UTC, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.db import Database
from bot.models import (
    Cramp,
    Delivery,
    Experiment,
    FlagHit,
    Habit,
    Kind,
    Reminder,
    TrialStatus,
    User,
    WeeklySummary,
)
from bot.reminders.queries import add_custom
from bot.takeout import queries
from bot.takeout.files import UnusableFileError, as_json, read_json
from bot.takeout.schema import DiaryFile
from bot.users import queries as users
from tests.diaries import FIRST_ON, PEOPLE, make_diary, store

NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
ANN, BOB = 5_000_000_001, 5_000_000_002


async def fill(database: Database, number: int, nights: int = 364) -> None:
    """A diary with rows in every table."""
    await store(database, make_diary(PEOPLE[number], ANN, seed=7, nights=nights))
    async with database.transaction() as session:
        user = await session.get_one(User, ANN)
        user.emergency_number = "112"
        session.add(user)
        await add_custom(session, user, "=own <words> & more", (time(21),), NOW, 4711)
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
                starts_on=FIRST_ON,
                created_at=NOW,
            )
        )
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
        return await queries.diary_of(session, user, NOW)


async def take_in(database: Database, diary: DiaryFile, user_id: int = ANN) -> None:
    async with database.transaction() as session:
        user = await users.get_or_create(session, user_id, NOW, "en")
        await queries.bring_in(session, user, diary, NOW)


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
        coming = await queries.look_into(session, ANN, whole)
    assert coming.new_entries == len(whole.entries) - len(half.entries)
    assert (coming.new_nights, coming.new_others) == (0, 0)
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
    assert [row.words for row in reminders if row.kind is Kind.CUSTOM] == ["=own <words> & more"]


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


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_changed_file_is_read_or_refused_never_a_crash(data: st.DataObject) -> None:
    """Structure-aware: values of a real file are replaced, keys go and come."""
    value = json.loads(SAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        place = value
        while True:
            if isinstance(place, dict) and place:
                key: object = data.draw(st.sampled_from(sorted(place)))
            elif isinstance(place, list) and place:
                key = data.draw(st.integers(0, len(place) - 1))
            else:
                break
            inner = place[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
                place = inner
                continue
            if data.draw(st.booleans()) and isinstance(place, dict):
                del place[key]
            else:
                place[key] = data.draw(JSON)
            break
    try:
        read = read_json(json.dumps(value).encode())
    except UnusableFileError:
        return
    assert read_json(as_json(read)) == read


TEXT = st.text(st.characters(codec="utf-8"), max_size=300) | JSON.map(repr)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | TEXT.map(lambda text: text.encode(errors="replace")))
def test_any_bytes_are_refused_in_one_word(content: bytes) -> None:
    with pytest.raises(UnusableFileError):
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
    ],
)
def test_what_cannot_be_is_refused(place: str, change: object) -> None:
    value = json.loads(SAMPLE)
    value["entries"][0][place] = change
    with pytest.raises(UnusableFileError):
        read_json(json.dumps(value).encode())
