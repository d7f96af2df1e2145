"""Work over everybody in batches: done once for each person, whatever cuts it off."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.clock import SystemClock
from bot.database.engine import Database, Session
from bot.database.models import Fact, User
from bot.operations import batches
from bot.operations.batches import Task

NOW = datetime(2027, 1, 13, 12, 0, tzinfo=UTC)
PEOPLE = [5_000_000_001 + number for number in range(10)]
CLOCK = SystemClock()


class KilledError(Exception):
    """Stands for what ends a batch before its commit."""


class Counting:
    """Counts how often the work of each person was committed, in a column of theirs."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.dies_at = dies_at
        self.asked: list[int] = []

    async def __call__(self, session: Session, people: Sequence[int], _now: datetime) -> bool:
        for user_id in people:
            user = await session.get_one(User, user_id)
            user.spread_seconds += 1
        await session.flush()
        self.asked += people
        if self.dies_at in people:
            raise KilledError
        return True


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.transaction() as session:
        session.add_all(
            User(id=user_id, language="en", created_at=NOW, spread_seconds=0) for user_id in PEOPLE
        )
    return database


async def counts(database: Database) -> list[int]:
    async with database.transaction() as session:
        found = await session.exec(sa.select(User.spread_seconds).order_by(User.id))  # type: ignore[call-overload]
        return [row[0] for row in found]


async def facts(database: Database) -> dict[str, str]:
    async with database.transaction() as session:
        rows = await session.exec(sa.select(Fact.name, Fact.value))  # type: ignore[call-overload]
        return dict(rows.all())


async def test_a_task_goes_on_where_it_was_cut_off(database: Database) -> None:
    killed = Task("task", "1", Counting(dies_at=PEOPLE[5]), people=2)
    with pytest.raises(KilledError):
        await batches.run(database, CLOCK, killed, lambda: True)
    assert await counts(database) == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    work = Counting()
    assert await batches.run(database, CLOCK, Task("task", "1", work, people=2), lambda: True)
    assert work.asked == PEOPLE[4:]
    assert await counts(database) == [1] * 10
    assert (await facts(database))["task"] == "1"


async def test_a_task_is_done_once_for_each_version(database: Database) -> None:
    for version in ("1", "1", "2", "2"):
        task = Task("task", version, Counting(), people=3)
        assert await batches.run(database, CLOCK, task, lambda: True)
    assert await counts(database) == [2] * 10


async def test_another_version_does_not_go_on_where_the_first_one_stopped(
    database: Database,
) -> None:
    with pytest.raises(KilledError):
        await batches.run(
            database, CLOCK, Task("task", "1", Counting(PEOPLE[5]), people=2), lambda: True
        )
    await batches.run(database, CLOCK, Task("task", "2", Counting(), people=2), lambda: True)
    assert await counts(database) == [2] * 4 + [1] * 6


async def test_a_task_stops_between_two_batches(database: Database) -> None:
    answers = iter([True, True, False])
    task = Task("task", "1", Counting(), people=2)
    assert not await batches.run(database, CLOCK, task, lambda: next(answers))
    assert await counts(database) == [1] * 4 + [0] * 6


async def test_people_who_need_more_are_asked_about_again(database: Database) -> None:
    """One call does a bounded part of the work of its people."""
    left = dict.fromkeys(PEOPLE, 3)

    async def work(_session: Session, people: Sequence[int], _now: datetime) -> bool:
        for user_id in people:
            left[user_id] -= 1
        return not any(left[user_id] for user_id in people)

    assert await batches.run(database, CLOCK, Task("task", "1", work, people=4), lambda: True)
    assert set(left.values()) == {0}
