"""Queries for diary entries, on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.cramp_values import EventType
from bot.database.engine import Database
from bot.database.models import Cramp
from bot.features.cramps import log_queries, queries
from bot.features.diary.limits import Limit
from bot.identity import people as users

ANN, BOB = 5_000_000_001, 5_000_000_002
ZONE = "Europe/Berlin"
TAP = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)
"""03:12 in Berlin, on Wednesday night."""
NIGHT = date(2027, 1, 13)


@pytest.fixture
async def people(database: Database) -> Database:
    async with database.transaction() as session:
        for user_id in (ANN, BOB):
            await users.get_or_create(session, user_id, TAP, "en")
    return database


async def log(
    database: Database, message_id: int, seconds: float = 0, *, user_id: int = ANN, zone: str = ZONE
) -> tuple[Cramp, bool]:
    async with database.transaction() as session:
        logged = await log_queries.log(
            session, user_id, message_id, TAP + timedelta(seconds=seconds), zone
        )
    assert not isinstance(logged, Limit)
    return logged


async def counted(database: Database, user_id: int = ANN) -> list[int]:
    """Message ids of the entries that count, around the night."""
    async with database.transaction() as session:
        entries = await queries.entries_between(
            session, user_id, NIGHT - timedelta(days=3), NIGHT + timedelta(days=3)
        )
    return [entry.message_id for entry in entries]


async def test_an_entry_keeps_instant_zone_and_night(people: Database) -> None:
    cramp, is_new = await log(people, 10)
    assert is_new
    assert (cramp.occurred_at, cramp.tapped_at) == (TAP, TAP)
    assert (cramp.time_zone, cramp.night_on, cramp.time_precision) == (ZONE, NIGHT, "exact")
    assert (cramp.event_type, cramp.same_as_id, cramp.deleted_at) == ("cramp", None, None)


async def test_the_same_message_makes_one_entry(people: Database) -> None:
    first, _new = await log(people, 10)
    again, is_new = await log(people, 10)
    assert (again.id, is_new) == (first.id, False)
    assert again.same_as_id is None
    assert await counted(people) == [10]


async def test_the_same_message_in_concurrent_transactions_makes_one_entry(
    people: Database,
) -> None:
    found = await asyncio.gather(*(log(people, 10) for _ in range(5)))
    assert sorted(is_new for _cramp, is_new in found) == [False] * 4 + [True]
    assert len({cramp.id for cramp, _new in found}) == 1


async def test_the_same_message_id_of_two_people_makes_two_entries(people: Database) -> None:
    await log(people, 10)
    _cramp, is_new = await log(people, 10, user_id=BOB)
    assert is_new
    assert (await counted(people), await counted(people, BOB)) == ([10], [10])


@pytest.mark.parametrize(("seconds", "is_same"), [(0, True), (1, True), (60, True), (61, False)])
async def test_a_second_tap_within_a_minute_is_merged(
    people: Database, seconds: int, is_same: bool
) -> None:
    first, _new = await log(people, 10)
    second, _new = await log(people, 11, seconds)
    assert second.same_as_id == (first.id if is_same else None)
    assert await counted(people) == ([10] if is_same else [10, 11])


async def test_a_tap_soon_after_a_removed_one_is_not_merged(people: Database) -> None:
    first, _new = await log(people, 10)
    async with people.transaction() as session:
        stored = await queries.owned(session, first.id, ANN)
        assert stored is not None
        stored.deleted_at = TAP
        session.add(stored)
    second, _new = await log(people, 11, 5)
    assert second.same_as_id is None
    assert await counted(people) == [11]


async def test_owned_finds_only_entries_of_the_person(people: Database) -> None:
    cramp, _new = await log(people, 10)
    async with people.transaction() as session:
        assert await queries.owned(session, cramp.id, BOB) is None
        assert await queries.owned(session, None, ANN) is None
        assert await queries.owned(session, 10**17, ANN) is None
        found = await queries.owned(session, cramp.id, ANN)
    assert found is not None


async def test_newest_leaves_out_older_entries(people: Database) -> None:
    await log(people, 10)
    await log(people, 11, 600)
    async with people.transaction() as session:
        newest = await queries.newest(session, ANN, TAP + timedelta(minutes=5))
        later = await queries.newest(session, ANN, TAP + timedelta(minutes=11))
        others = await queries.newest(session, BOB, TAP)
    assert newest is not None
    assert newest.message_id == 11
    assert later is others is None


async def test_entries_of_chat_and_mini_app_are_ordered_by_time(
    people: Database,
) -> None:
    """Message ids of Mini App entries are negative, and later ones are lower."""
    first, _new = await log(people, -1_799_000)
    second, _new = await log(people, -1_799_600, 600)
    third, _new = await log(people, 10, 1200)
    fourth, _new = await log(people, -1_800_230, 1230)
    assert [one.same_as_id for one in (first, second, third)] == [None, None, None]
    assert fourth.same_as_id == third.id
    async with people.transaction() as session:
        found = [await queries.earlier_in_night(session, one) for one in (first, second, third)]
    assert found == [(0, None), (1, first.message_id), (2, second.message_id)]


async def test_earlier_entries_of_the_night_are_of_its_type(people: Database) -> None:
    await log(people, 10)
    twitch, _new = await log(people, 11, 600)
    last, _new = await log(people, 12, 1200)
    async with people.transaction() as session:
        stored = await queries.owned(session, twitch.id, ANN)
        assert stored is not None
        stored.event_type = EventType.TWITCH
        session.add(stored)
        await session.flush()
        earlier = await queries.earlier_in_night(session, last)
        newest = await queries.recent(session, ANN)
        number = await queries.number_in_night(session, last, newest)
    assert (earlier, number) == ((1, 10), 2)


async def test_the_number_of_an_entry_counts_those_that_are_not_among_the_newest(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [(await log(people, 10 + number, 600 * number))[0] for number in range(4)]
    monkeypatch.setattr(queries, "RECENT", 2)
    async with people.transaction() as session:
        newest = await queries.recent(session, ANN)
        for few in (newest, newest[:2]):
            found = [await queries.number_in_night(session, one, few) for one in entries]
            assert found == [1, 2, 3, 4]
