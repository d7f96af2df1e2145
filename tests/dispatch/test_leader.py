"""Which replica polls: one at a time on a real PostgreSQL, and soon another one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.database.engine import create_engine
from bot.dispatch.leader import DUTY_LOCK, Leader
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS


class Replica:
    """Takes down when its duty begins and ends."""

    def __init__(self, url: str, diary: list[str], name: str) -> None:
        self.changed = asyncio.Event()
        self._diary, self._name = diary, name
        self.duty = Leader(url, self._begins, self._ends)

    async def _begins(self) -> None:
        self._note("begins")

    async def _ends(self) -> None:
        self._note("ends")

    def _note(self, what: str) -> None:
        self._diary.append(f"{self._name} {what}")
        self.changed.set()

    async def changes(self) -> None:
        """Wait for the next beginning or end."""
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            await self.changed.wait()
        self.changed.clear()


@asynccontextmanager
async def replicas(url: str) -> AsyncIterator[tuple[list[str], Replica, Replica]]:
    """One on duty, and one that waits."""
    diary: list[str] = []
    first, second = Replica(url, diary, "first"), Replica(url, diary, "second")
    try:
        await first.duty.start()
        await second.duty.start()
        await first.changes()
        yield diary, first, second
    finally:
        await first.duty.stop()
        await second.duty.stop()


async def test_on_sqlite_it_is_always_on_duty(sqlite_url: str) -> None:
    diary: list[str] = []
    only = Replica(sqlite_url, diary, "only")
    await only.duty.start()
    assert diary == ["only begins"]
    await only.duty.stop()
    assert diary == ["only begins", "only ends"]
    assert not only.duty.is_mine


async def test_who_stops_hands_over(postgres_url: str) -> None:
    async with replicas(postgres_url) as (diary, first, second):
        assert (first.duty.is_mine, second.duty.is_mine) == (True, False)
        await first.duty.stop()
        await second.changes()
        assert second.duty.is_mine
        assert diary == ["first begins", "first ends", "second begins"]


async def test_a_holder_that_lost_its_connection_is_replaced(postgres_url: str) -> None:
    """As when a machine vanishes: its connection is gone, and with it the lock."""
    async with replicas(postgres_url) as (diary, first, second):
        engine = create_engine(postgres_url)
        async with engine.connect() as connection:
            ended = await connection.scalar(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                    "AND granted AND (classid::bigint << 32) + objid::bigint = :key AND database = "
                    "(SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"key": DUTY_LOCK},
            )
        await engine.dispose()
        assert ended is True
        # Whichever looks first has it next; the other one is not on duty.
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while len(diary) < 3:  # noqa: ASYNC110  (either may change)
                await asyncio.sleep(0.05)
        assert sorted([first.duty.is_mine, second.duty.is_mine]) == [False, True]
        assert diary.count("first ends") == 1


async def test_what_fails_at_its_beginning_is_tried_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.leader.LOOK_SECONDS", 0.05)
    tries = 0
    begun = asyncio.Event()

    async def begins() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError
        begun.set()

    async def ends() -> None:
        begun.clear()

    duty = Leader(postgres_url, begins, ends)
    await duty.start()
    assert not duty.is_mine
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        await begun.wait()
    await duty.stop()
    assert tries == 2
