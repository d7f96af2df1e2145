"""Files that are not valid diaries are refused, and valid ones never break anything."""

import asyncio
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.database.engine import Database
from bot.database.models import (
    Answer,
    DeliveryStatus,
    Fluids,
    Habit,
    HitAnswer,
    Kind,
    NightStatus,
    TrialStatus,
    User,
)
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.files import InvalidFileError, as_json
from bot.features.data_export.import_files import read_json
from bot.features.data_export.import_queries import import_diary
from bot.features.data_export.schema import DiaryFile
from bot.features.data_export.schema_entries import Entry
from bot.features.diary.queries import facts_between
from bot.features.experiments.queries import ended, running
from bot.features.experiments.record_queries import record
from bot.features.experiments.start_stop_queries import settle
from bot.identity import people as users
from tests.features.data_export.samples import (
    ANN,
    BOB,
    NOW,
    add_second_person,
    exported,
    fill,
)
from tests.support.lengths import example_count

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


def test_an_error_repeats_nothing_of_the_diary() -> None:
    """It goes into the log, as when an entry of a broken database is exported."""
    entry = json.loads(SAMPLE)["entries"][0] | {"note": "my secret", "night_on": "2027-01-01"}
    with pytest.raises(ValidationError) as raised:
        Entry.model_validate(entry)
    assert "not the night of occurred_at" in str(raised.value)
    assert "secret" not in str(raised.value)


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
    "slot": [0, 1, 10**8 - 1, 10**8, 10**9 - 1],
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
"""Key → values that are valid there, though often not together with the others."""


def changed(data: st.DataObject, value: Any) -> Any:
    """A mutated file: other values, and keys and rows that are deleted or duplicated."""
    kinds = data.draw(
        st.sampled_from((("likely", "likely", "duplicate"), ("odd", "any", "delete")))
    )
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
            elif kind == "delete":
                del place[key]
            elif kind == "duplicate":
                if isinstance(place, list):
                    place.append(json.loads(json.dumps(inner)))
            else:
                place[key] = data.draw(JSON if kind == "any" else ODD)
            break
    return value


@settings(max_examples=example_count(300), deadline=None)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(data: st.DataObject) -> None:
    """What is read can be written and read again."""
    value = changed(data, json.loads(SAMPLE))
    try:
        read = read_json(json.dumps(value).encode())
    except InvalidFileError:
        return
    assert read_json(as_json(read)) == read


class _RollBackError(Exception):
    """Rolls back the transaction in which it is raised."""


def _roll_back() -> NoReturn:
    raise _RollBackError


async def _take_in_and_undo(url: str, diary: DiaryFile) -> None:
    """Import a file twice, check everything that is computed from it, and roll back."""
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
            assert not preview.counts.is_anything_new
            assert await export_diary(session, user, NOW) == once
            await facts_between(session, ANN, date(2000, 1, 1), date(2099, 12, 31))
            for test in await ended(session, ANN):
                await record(session, user, test, NOW)
            test_now = await running(session, ANN)
            if test_now is not None:
                await settle(session, user, test_now, NOW)
            assert await export_diary(session, bobs, NOW) == before
            _roll_back()
    except _RollBackError:
        pass
    finally:
        await database.close()


async def _prepare(url: str) -> Any:
    database = Database(url)
    await fill(database, 2, nights=10)
    whole = json.loads(as_json(await exported(database)))
    async with database.transaction() as session:
        await users.erase(session, ANN, NOW)
    await add_second_person(database)
    await database.close()
    return whole


@pytest.fixture(scope="module")
def complete_file(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Any]:
    """The URL of a database that has Bob in it, and a file with rows in every part."""
    path = tmp_path_factory.mktemp("fuzz") / "calmcalf.db"
    shutil.copy(sqlite_template, path)
    url = f"sqlite+aiosqlite:///{path}"
    whole = asyncio.run(_prepare(url))
    entry = whole["entries"][0]
    whole |= {
        "report_items": [{"item": "who", "told": "yes"}],
        "log_address": {"made_at": "2027-01-13T02:12:00Z", "used_at": "2027-01-14T02:12:00Z"},
        "report_draft": {"weeks": 8, "last_on": "2027-01-12", "updated_at": "2027-01-13T02:12:00Z"},
        "summaries": [{"week_on": "2027-01-04", "caption": "<b>Week</b>"}],
        "removed_entries": [{**entry, "removed_at": "2027-01-13T02:12:00Z"}],
        "account": {"created_at": "2027-01-13T02:12:00Z", "consent_version": 1},
        "helper": {"expires_at": "2027-01-13T02:12:00Z", "shown_from_on": "2027-01-12"},
        "reliefs": [{"started_at": "2027-01-13T02:12:00Z", "move": "calf", "way": "lying"}],
        "earlier_versions": [
            {
                "uid": entry["uid"],
                "made_at": "2027-01-13T02:12:00Z",
                "before": {"note": "left", "intensity": None},
                "after": {"note": "right", "intensity": 7},
                "undone": False,
            }
        ],
    }
    assert all(whole[name] for name in DiaryFile.model_fields)
    return url, whole


@settings(max_examples=example_count(40), deadline=None)
@given(data=st.data())
def test_importing_a_mutated_file_breaks_nothing(
    complete_file: tuple[str, Any], data: st.DataObject
) -> None:
    """A file that is read can be imported, exported and imported again; others are not affected."""
    url, whole = complete_file
    value = changed(data, json.loads(json.dumps(whole)))
    try:
        read = read_json(json.dumps(value).encode())
    except InvalidFileError:
        return
    asyncio.run(_take_in_and_undo(url, read))


TEXT = st.text(st.characters(codec="utf-8"), max_size=300) | JSON.map(repr)


@settings(max_examples=example_count(200), deadline=None)
@given(st.binary(max_size=300) | TEXT.map(lambda text: text.encode(errors="replace")))
def test_arbitrary_bytes_are_refused(content: bytes) -> None:
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
def test_invalid_values_of_an_entry_are_refused(place: str, change: object) -> None:
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
        ("reminders", {"muted": "2027-01-10/2027-01-09"}),
        ("reminders", {"muted": "2027-01-10/2027-09-09"}),
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
def test_invalid_values_of_other_parts_are_refused(
    complete_file: tuple[str, Any], part: str, change: dict[str, object]
) -> None:
    _url, whole = complete_file
    value = json.loads(json.dumps(whole))
    assert read_json(json.dumps(value).encode()).entries
    row = value[part][0] if isinstance(value[part], list) else value[part]
    row |= change
    with pytest.raises(InvalidFileError, match=rf"^{part}"):
        read_json(json.dumps(value).encode())
