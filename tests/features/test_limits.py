"""What one person can store is limited, and reaching a limit is said in words.

The limits are lowered, so that they are reached soon.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.database.engine import Database
from bot.database.models import Caregiver, Cramp, Job, User
from bot.features.cramps import log_queries
from bot.features.data_export.import_files import SLICE
from bot.features.data_export.import_preview_queries import preview_import
from bot.features.diary import limits
from bot.features.diary.limits import Limit
from bot.features.experiments import queries as experiments
from bot.features.experiments.rules import Refusal, Subject
from bot.identity import people
from tests.features.caregivers.test_flow import ann_and_caregiver, link_of
from tests.features.data_export.samples import add_second_person, exported, fill, import_file
from tests.features.data_export.test_flow import diarist, file_of
from tests.features.mini_app.serving import KEY, opened
from tests.support.harness import Harness, Someone

ANN, BOB = 5_000_000_001, 5_000_000_002
TAP = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
LOG = "🦵 Log cramp"
FULL = "This diary is full: it holds 2 entries. I could not add this one."
DAY_IS_FULL = "I can add at most 2 entries a day. I could not add this one."


async def tap(database: Database, message_id: int, hours: float, user_id: int = ANN) -> bool | str:
    """Whether a tap added an entry, or the limit that it met."""
    async with database.transaction() as session:
        await people.get_or_create(session, user_id, TAP, "en")
        at = TAP + timedelta(hours=hours)
        logged = await log_queries.log(session, user_id, message_id, at, ZONE)
    return str(logged) if isinstance(logged, Limit) else logged[1]


async def add_earlier(database: Database, message_id: int, hours: float) -> bool | str:
    """The same for an entry at an earlier time."""
    async with database.transaction() as session:
        at = TAP + timedelta(hours=hours)
        logged = await log_queries.log_at(session, ANN, message_id, at, TAP, "exact", ZONE)
    return str(logged) if isinstance(logged, Limit) else logged[1]


async def test_entries_of_a_day_and_of_a_diary(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENTRIES_A_DAY", 2)
    monkeypatch.setattr(limits, "ENTRIES", 5)
    assert [await tap(database, number, number) for number in (1, 2)] == [True, True]
    assert await tap(database, 3, 3) == await add_earlier(database, 4, 3) == Limit.DAY
    assert await tap(database, 2, 2) is await add_earlier(database, 2, 2) is False, "is stored"
    assert await add_earlier(database, -20270101, 3) is True, "those of /history do not count"
    assert await tap(database, 5, 25.5) is True, "the first is a day old"
    assert await tap(database, 6, 25.6) == Limit.DAY
    assert await add_earlier(database, 7, 50) is True
    assert await tap(database, 8, 90) == await add_earlier(database, -9, 90) == Limit.DIARY
    assert await tap(database, 7, 50) is await add_earlier(database, -20270101, 3) is False
    assert await tap(database, 9, 90, BOB) is True, "others have a diary of their own"


async def test_every_way_to_add_an_entry_says_that_the_diary_is_full(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENTRIES", 2)
    ann, bea = await ann_and_caregiver(harness)
    card = bea.last
    for _ in range(2):
        await ann.presses(LOG)
        assert ann.last.words.startswith("Cramp logged: ")
        await harness.live_for(timedelta(minutes=2))
    for said in (LOG, "/cramp", "/cramp yesterday 3am", "woke at 3 with a cramp"):
        before = len(ann.bot_messages)
        await ann.says(said)
        assert ann.last.words == FULL, said
        assert len(ann.bot_messages) == before + 1
    assert await ann.forges("history:add:20270112:1") == FULL
    assert await bea.forges(f"care:log:{ann.id}", card) == FULL
    assert len(await harness.rows(Cramp)) == 2


async def test_taps_of_a_day_end_in_words(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENTRIES_A_DAY", 2)
    ann = await harness.set_up_person("Ann")
    for words in ("Cramp logged: ", "Cramp logged: ", DAY_IS_FULL):
        await ann.presses(LOG)
        assert ann.last.words.startswith(words)
        await harness.live_for(timedelta(minutes=2))


async def test_the_page_has_a_limit_of_its_own(
    harness: Harness, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_ENTRIES_A_DAY", 2)
    async with opened(harness, unused_tcp_port) as (ann, phone):
        for number in (0, 1, 0):
            tap = {"key": KEY + number, "waited": number * 120_000}
            found = await phone.gets("log", tap)
            assert found["entry"]["words"].startswith("Logged")
        found = await phone.gets("log", {"key": KEY + 2})
        assert (found["entry"], found["refusal"]) == (None, DAY_IS_FULL)
        harness.clock.set(harness.clock.now() + timedelta(minutes=2))
        await ann.presses(LOG)
        assert ann.last.words.startswith("Cramp logged"), "the chat goes on"
        monkeypatch.setattr(limits, "ENTRIES", 3)
        monkeypatch.setattr(limits, "PAGE_ENTRIES_A_DAY", 100)
        found = await phone.gets("log", {"key": KEY + 3})
        assert found["refusal"] == ann.last.words == FULL.replace("2", "3")
        assert len(await harness.rows(Cramp)) == 3


async def test_a_caregiver_helps_so_many_people(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "HELPED_PEOPLE", 1)
    _ann, bea = await ann_and_caregiver(harness)
    cleo = await harness.set_up_person("Cleo")
    await bea.says(f"/start {await link_of(cleo)}")
    await bea.taps("Yes, I will help")
    assert bea.last.words == "You already help 1 people, the most that is possible."
    assert sum(row.caregiver_id == bea.id for row in await harness.rows(Caregiver)) == 1


async def test_so_many_fair_tests(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for most, why in ((1, None), (0, Refusal.TOO_MANY)):
        monkeypatch.setattr(limits, "FAIR_TESTS", most)
        async with database.transaction() as session:
            ann: User = await people.get_or_create(session, ANN, TAP, "en")
            assert await experiments.refusal(session, ann, Subject.STRETCH, TAP) is why


# Imports -----------------------------------------------------------------------------------------


async def send_diary(harness: Harness, ann: Someone, entries: int) -> None:
    """Send the file of a diary with more entries than a slice has."""
    value = json.loads(await file_of(ann, "Complete (JSON)"))
    first = value["entries"][0]
    value["entries"] = [first | {"uid": f"{number:032x}"} for number in range(entries)]
    harness.telegram.send_document(ann.telegram_person, json.dumps(value).encode(), "x.json")
    await harness.settled()


async def test_an_import_fills_a_diary_and_says_what_is_left_out(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = SLICE + 11
    monkeypatch.setattr(limits, "ENTRIES", most)
    monkeypatch.setattr(limits, "ROWS_OF_PART", {**limits.ROWS_OF_PART, "entries": most})
    ann = await diarist(harness)
    await send_diary(harness, ann, 2 * SLICE + 10)
    assert ann.last.words == (
        f"Your file contains {2 * SLICE + 10} entries. There is no room for {SLICE} of them. "
        "Shall I add the rest? What is here stays as it is."
    )
    question = ann.last
    await ann.taps("Add it")
    assert question.words == (f"Added: {SLICE + 10} entries. There is no room for {SLICE} of them.")
    assert len(await harness.rows(Cramp)) == most
    whole = await file_of(ann, "Complete (JSON)")
    await ann.says("/delete")
    await ann.taps("Yes, erase everything")
    await ann.says("/start")
    harness.telegram.send_document(ann.telegram_person, whole, "x.json")
    await harness.settled()
    await ann.taps("Add it")
    assert len(await harness.rows(Cramp)) == most, "a whole diary comes back"


async def test_imports_of_a_day(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORTS_A_DAY", 2)
    refusal = "I can import 2 files a day. Please send me this one again tomorrow."
    ann = await diarist(harness)
    await send_diary(harness, ann, 3)
    question = ann.last
    for _ in range(2):
        await ann.forges("takeout:import", question)
    await harness.live_for(timedelta(hours=2))
    await harness.app.job_runner.tick()  # it deletes finished jobs
    assert await ann.forges("takeout:import", question) == refusal
    await send_diary(harness, ann, 4)
    assert ann.last.words == refusal
    assert len(await harness.rows(Cramp)) == 4
    assert len([job for job in await harness.rows(Job) if job.kind == "takeout.import"]) == 2
    await harness.live_for(timedelta(hours=22, minutes=1))
    await send_diary(harness, ann, 4)
    await ann.taps("Add it")
    assert len(await harness.rows(Cramp)) == 5


async def test_an_import_limits_every_part(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(database, 3, nights=30)
    diary = await exported(database)
    monkeypatch.setattr(limits, "ROWS_OF_PART", dict.fromkeys(limits.ROWS_OF_PART, 1))
    await add_second_person(database)
    parts = {part: len(getattr(diary, part)) for part in limits.ROWS_OF_PART}
    assert min(parts.values()) > 0, parts
    left_out = sum(parts.values()) - len(parts)
    async with database.transaction() as session:
        bob = await session.get_one(User, BOB)
        first = await preview_import(session, bob, diary)
        rest = await preview_import(session, bob, diary, counted=first.counts.new)
    assert (first.over_limit, rest.over_limit) == (left_out, left_out + len(parts))
    assert {part: len(first.new[part]) for part in parts} == dict.fromkeys(parts, 1)
    await import_file(database, diary, BOB)
    async with database.transaction() as session:
        again = await preview_import(session, await session.get_one(User, BOB), diary)
    assert not again.counts.is_anything_new
    assert again.over_limit == left_out
