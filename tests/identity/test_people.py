"""Queries about people, on both databases."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.database.engine import Database, Session
from bot.database.models import FailedUpdate, Reminder, User
from bot.dispatch.replanning import set_blocked
from bot.dispatch.spreading import STEPS
from bot.features.reminders.queries import ensure_reminders
from bot.identity import people

NOW = datetime(2027, 1, 13, 19, 0, tzinfo=UTC)
BIG_ID = 7_999_999_999
"""Ids of people need more than 32 bits."""


async def ids(session: Session) -> list[int]:
    """The ids of all people."""
    return list(await session.exec(select(User.id)))


async def _reminders(session: Session) -> list[Reminder]:
    return list(await session.exec(select(Reminder)))


@given(st.integers(min_value=1, max_value=2**52))
def test_everybody_has_a_fixed_offset_within_ten_minutes(user_id: int) -> None:
    assert 0 <= people.spread_of(user_id) < STEPS
    assert people.spread_of(user_id) == people.spread_of(user_id)


def test_offsets_of_neighbouring_ids_are_spread_evenly() -> None:
    tenths = [0] * 10
    for user_id in range(5_000_000_000, 5_000_001_000):
        tenths[people.spread_of(user_id) * 10 // STEPS] += 1
    assert all(80 <= count <= 120 for count in tenths), tenths


@pytest.mark.parametrize(
    ("code", "language"), [("de", "de"), (None, "en"), ("", "en"), ("x" * 40, "x" * 16)]
)
async def test_the_row_is_created_at_first_and_then_kept(
    database: Database, code: str | None, language: str
) -> None:
    async with database.transaction() as session:
        first = await people.get_or_create(session, BIG_ID, NOW, code)
        first.time_zone = "Asia/Tokyo"
        session.add(first)
    async with database.transaction() as session:
        user = await people.get_or_create(session, BIG_ID, NOW.replace(year=2028), "fr")
        assert (user.language, user.time_zone, user.created_at) == (language, "Asia/Tokyo", NOW)
        assert await ids(session) == [BIG_ID]


async def test_an_unknown_person_has_no_row(database: Database) -> None:
    async with database.transaction() as session:
        assert await people.get(session, BIG_ID) is None
        await set_blocked(session, BIG_ID, NOW)
        await people.erase(session, BIG_ID, NOW)
        assert await ids(session) == []


async def test_blocking_stops_every_reminder_of_this_person_only(database: Database) -> None:
    async with database.transaction() as session:
        for user_id in (BIG_ID, BIG_ID + 1):
            user = await people.get_or_create(session, user_id, NOW, "en")
            await ensure_reminders(session, user)
        for reminder in await _reminders(session):
            reminder.next_at, reminder.next_local = NOW, "2027-01-13T20:00"
            session.add(reminder)
    async with database.transaction() as session:
        await set_blocked(session, BIG_ID, NOW)
    async with database.transaction() as session:
        assert (await session.get_one(User, BIG_ID)).blocked_at == NOW
        assert (await session.get_one(User, BIG_ID + 1)).blocked_at is None
        plans = {(one.user_id, one.next_at, one.next_local) for one in await _reminders(session)}
        assert plans == {(BIG_ID, None, None), (BIG_ID + 1, NOW, "2027-01-13T20:00")}


async def test_erasing_takes_everything_of_this_person_only(database: Database) -> None:
    async with database.transaction() as session:
        for user_id in (BIG_ID, BIG_ID + 1):
            user = await people.get_or_create(session, user_id, NOW, "en")
            await ensure_reminders(session, user)
            failed = FailedUpdate(
                update_id=user_id, user_id=user_id, raw={}, error="ValueError", failed_at=NOW
            )
            session.add(failed)
    async with database.transaction() as session:
        await people.erase(session, BIG_ID, NOW)
    async with database.transaction() as session:
        assert await ids(session) == [BIG_ID + 1]
        assert {one.user_id for one in await _reminders(session)} == {BIG_ID + 1}
        assert await session.get(FailedUpdate, BIG_ID) is None
        assert await session.get(FailedUpdate, BIG_ID + 1) is not None
