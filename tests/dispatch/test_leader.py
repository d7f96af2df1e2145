"""Leader election: one leader at a time on a real PostgreSQL, and soon another one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.database.engine import create_engine
from bot.dispatch.leader import LEADER_LOCK, Leader
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS


class Replica:
    """Logs when it becomes and ceases to be the leader."""

    def __init__(self, url: str, events: list[str], name: str) -> None:
        self.changed = asyncio.Event()
        self._events, self._name = events, name
        self.leader = Leader(url, self._on_elected, self._on_deposed)

    async def _on_elected(self) -> None:
        self._note("elected")

    async def _on_deposed(self) -> None:
        self._note("deposed")

    def _note(self, what: str) -> None:
        self._events.append(f"{self._name} {what}")
        self.changed.set()

    async def changes(self) -> None:
        """Wait for the next change."""
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            await self.changed.wait()
        self.changed.clear()


@asynccontextmanager
async def replicas(url: str) -> AsyncIterator[tuple[list[str], Replica, Replica]]:
    """A leader, and a replica that waits."""
    events: list[str] = []
    first, second = Replica(url, events, "first"), Replica(url, events, "second")
    try:
        await first.leader.start()
        await second.leader.start()
        await first.changes()
        yield events, first, second
    finally:
        await first.leader.stop()
        await second.leader.stop()


async def test_on_sqlite_the_one_process_is_always_the_leader(sqlite_url: str) -> None:
    events: list[str] = []
    only = Replica(sqlite_url, events, "only")
    await only.leader.start()
    assert events == ["only elected"]
    await only.leader.stop()
    assert events == ["only elected", "only deposed"]
    assert not only.leader.is_leader


async def test_a_leader_that_stops_releases_the_lock(postgres_url: str) -> None:
    async with replicas(postgres_url) as (events, first, second):
        assert (first.leader.is_leader, second.leader.is_leader) == (True, False)
        await first.leader.stop()
        await second.changes()
        assert second.leader.is_leader
        assert events == ["first elected", "first deposed", "second elected"]


async def test_a_leader_that_lost_its_connection_is_replaced(postgres_url: str) -> None:
    """As when a machine vanishes: its connection is gone, and with it the lock."""
    async with replicas(postgres_url) as (events, first, second):
        engine = create_engine(postgres_url)
        async with engine.connect() as connection:
            ended = await connection.scalar(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                    "AND granted AND (classid::bigint << 32) + objid::bigint = :key AND database = "
                    "(SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"key": LEADER_LOCK},
            )
        await engine.dispose()
        assert ended is True
        # Either replica may take the lock first.
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while len(events) < 3:  # noqa: ASYNC110  (either may change)
                await asyncio.sleep(0.05)
        assert sorted([first.leader.is_leader, second.leader.is_leader]) == [False, True]
        assert events.count("first deposed") == 1


async def test_an_election_whose_callback_fails_is_tried_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.leader.CHECK_SECONDS", 0.05)
    tries = 0
    elected = asyncio.Event()

    async def on_elected() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError
        elected.set()

    async def on_deposed() -> None:
        elected.clear()

    leader = Leader(postgres_url, on_elected, on_deposed)
    await leader.start()
    assert not leader.is_leader
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        await elected.wait()
    await leader.stop()
    assert tries == 2
