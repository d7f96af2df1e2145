"""Leader election: one leader at a time on a real PostgreSQL, and soon another one."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import clock
from bot.clock import seconds_up
from bot.database import leases
from bot.database.engine import Database
from bot.dispatch import leader as leader_module
from bot.dispatch.leader import LEADER, Leader
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from tests.support.postgres import PostgresServer
from tests.support.what_happens import assert_said


@pytest.fixture(autouse=True)
def _short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader_module, "LEASE_SECONDS", 1.5)
    monkeypatch.setattr(leader_module, "HEARTBEAT_SECONDS", 0.1)


class Replica:
    """Logs when it becomes and ceases to be the leader."""

    def __init__(self, url: str, events: list[str], name: str) -> None:
        self.database = Database(url, is_impatient=True)
        self.unpolled: float | None = 0.0
        self._events, self._name = events, name
        self.leader = Leader(
            self.database, name, self._on_elected, self._on_deposed, lambda: self.unpolled
        )

    async def _on_elected(self) -> None:
        self._events.append(f"{self._name} elected")

    async def _on_deposed(self) -> None:
        self._events.append(f"{self._name} deposed")

    def freeze(self) -> None:
        """Do nothing more, as a process that was stopped: not even step down."""
        task = self.leader._task
        assert task is not None
        task.cancel()

    async def wake(self) -> None:
        """Go on after having been frozen."""
        await self.leader._beat()

    async def stop(self) -> None:
        await self.leader.stop()
        await self.database.close()


async def happens(events: list[str], event: str) -> None:
    """Wait until something is in the log."""
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while event not in events:  # noqa: ASYNC110  (what logs it may be cancelled)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def replicas(url: str) -> AsyncIterator[tuple[list[str], Replica, Replica]]:
    """A leader, and a replica that waits."""
    events: list[str] = []
    first, second = Replica(url, events, "first"), Replica(url, events, "second")
    try:
        await first.leader.start()
        await second.leader.start()
        assert (first.leader.is_leader, second.leader.is_leader) == (True, False)
        yield events, first, second
    finally:
        await first.stop()
        await second.stop()


async def test_on_sqlite_the_one_process_is_always_the_leader(sqlite_url: str) -> None:
    events: list[str] = []
    only = Replica(sqlite_url, events, "only")
    await only.leader.start()
    assert only.leader.is_leader
    assert only.leader.unled_seconds is None
    await only.stop()
    assert events == ["only elected", "only deposed"]
    assert not only.leader.is_leader


async def test_a_leader_that_stops_releases_the_lease(postgres_url: str) -> None:
    async with replicas(postgres_url) as (events, first, second):
        await first.leader.stop()
        await happens(events, "second elected")
        assert second.leader.is_leader
        assert events == ["first elected", "first deposed", "second elected"]


async def test_a_frozen_leader_is_replaced_and_does_nothing_more_when_it_wakes(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with replicas(postgres_url) as (events, first, second):
        first.freeze()
        await happens(events, "second elected")
        assert (first.leader.is_leader, second.leader.is_leader) == (False, True)
        assert "first deposed" not in events  # it has not noticed yet, and yet it does not lead
        async with second.database.transaction() as session:
            await leases.renew(session, "second")
        first.unpolled = leader_module.POLL_SECONDS  # it has not polled while it was frozen
        await first.wake()
        assert events == ["first elected", "second elected", "first deposed"]
        assert second.leader.is_leader
        assert not [line for line in caplog.messages if "gets a turn" in line]


async def test_a_leader_whose_computer_has_slept_does_not_lead(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease ends by a clock that goes on meanwhile, as ``time.monotonic`` does not."""
    assert clock._UPTIME == time.CLOCK_BOOTTIME
    async with replicas(postgres_url) as (_events, first, _second):
        first.freeze()
        monkeypatch.setattr(leader_module, "seconds_up", lambda: seconds_up() + 3600)
        assert not first.leader.is_leader
        await first.wake()
        assert first.leader.is_leader, "nobody has taken the lead meanwhile"


async def test_a_leader_whose_connections_break_stays_the_leader(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    async with replicas(postgres_url) as (events, first, second):
        database = sa.make_url(postgres_url).database
        await postgres_server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{database}'"
        )
        await first.wake()
        await second.wake()
        assert (first.leader.is_leader, second.leader.is_leader) == (True, False)
        assert events == ["first elected"]


async def test_a_lease_of_a_clock_that_was_a_year_ahead_keeps_nobody_from_leading(
    postgres_url: str,
) -> None:
    only = Replica(postgres_url, [], "only")
    async with only.database.transaction() as session:
        await leases.extend(session, LEADER, "dead", timedelta(days=365))
    await only.leader.start()
    assert only.leader.is_leader
    await only.stop()


async def test_while_the_database_is_away_nobody_leads_and_one_line_says_so(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with replicas(postgres_url) as (events, first, second):
        await postgres_server.refuse_connections(postgres_url)
        await happens(events, "first deposed")
        assert (first.leader.is_leader, second.leader.is_leader) == (False, False)
        said = [line for line in caplog.messages if "fails: cannot connect" in line]
        assert len(said) == 2  # one line each; a statement under way fails with a line of its own
        assert_said("PostgreSQL is gone", said)
        await postgres_server.allow_connections(postgres_url)
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while not (first.leader.is_leader or second.leader.is_leader):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_connection_limit_that_is_reached_is_said_once(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = sa.make_url(postgres_url)
    name, password = f"few_{url.database}", "a-password"
    limited = url.set(username=name, password=password).render_as_string(hide_password=False)
    await postgres_server.execute(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{password}'")
    await postgres_server.execute(f"ALTER ROLE {name} NOSUPERUSER CONNECTION LIMIT 0")
    only = Replica(limited, [], "only")
    try:
        await only.leader.start()
        await only.wake()
        (said,) = [line for line in caplog.messages if "fails" in line]
        assert said == "the database fails: cannot connect (TooManyConnectionsError)"
        assert_said("PostgreSQL's connection limit is reached", [said])
        assert not only.leader.is_leader
        await postgres_server.execute(f"ALTER ROLE {name} SUPERUSER CONNECTION LIMIT -1")
        await only.wake()
        assert only.leader.is_leader
    finally:
        await only.stop()
        await postgres_server.execute(f"DROP ROLE {name}")


async def test_a_lease_that_cannot_be_taken_is_said_once(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Being unable to become the leader is not standing by."""
    database = Database(postgres_url, is_impatient=True)
    await rename_leases(database, "leases", "away")
    only = Replica(postgres_url, [], "only")
    try:
        with caplog.at_level(logging.INFO):
            await only.leader.start()
            await only.wake()
        (said,) = [line for line in caplog.messages if "leader" in line]
        assert_said(
            "no replica can lead: something foreign holds a lock, or a table is missing", [said]
        )
        assert not only.leader.is_leader
    finally:
        await rename_leases(database, "away", "leases")
        await only.stop()
        await database.close()


async def test_every_replica_knows_whether_one_polls(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader_module, "POLL_SECONDS", 1.0)
    async with replicas(postgres_url) as (_events, first, second):
        assert await second.leader.polling_trouble() is None
        first.unpolled = 1.0
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while await second.leader.polling_trouble() is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert await first.leader.polling_trouble() == "no process has polled for a minute"
        first.unpolled = 0.0
        await first.wake()
        assert await second.leader.polling_trouble() is None


async def test_a_leader_that_hears_nothing_from_telegram_gives_another_replica_a_turn(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once: Telegram may be away for all of them."""
    monkeypatch.setattr(leader_module, "YIELD_SECONDS", 1.0)
    async with replicas(postgres_url) as (events, first, second):
        first.unpolled = leader_module.POLL_SECONDS
        await first.wake()
        assert events == ["first elected"], "nobody else could lead"
        async with second.database.transaction() as session:
            await leases.renew(session, "second")
        await happens(events, "second elected")
        assert (first.leader.is_leader, second.leader.is_leader) == (False, True)
        await second.leader.stop()
        async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
            while not first.leader.is_leader:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await first.wake()
        assert events == [
            *("first elected", "first deposed", "second elected"),
            *("second deposed", "first elected"),
        ]
        what = "the leader's machine cannot reach Telegram any more"
        assert_said(what, caplog.messages, most=1)


async def test_for_how_long_nobody_leads(postgres_url: str) -> None:
    async with replicas(postgres_url) as (_events, first, second):
        first.freeze()
        second.freeze()
        for one in (first, second):
            assert one.leader.unled_seconds == 0, "one leads, one stands by"
        await rename_leases(second.database, "leases", "away")
        await second.wake()
        assert (second.leader.unled_seconds or 0) > 0
        second.leader._looked_at = second.leader._led_at = seconds_up() - 100
        await second.wake()
        assert second.leader.unled_seconds == 0, "it was frozen itself, so it knows nothing"
        second.leader._led_at -= 70
        await second.wake()
        assert (second.leader.unled_seconds or 0) >= 70
        await rename_leases(second.database, "away", "leases")
        await second.wake()
        assert second.leader.unled_seconds == 0


async def rename_leases(database: Database, name: str, new: str) -> None:
    """Without its table no lease can be taken, and everything else goes on."""
    async with database.transaction() as session:
        await (await session.connection()).execute(sa.text(f"ALTER TABLE {name} RENAME TO {new}"))


async def test_on_sqlite_polling_is_that_of_this_process(sqlite_url: str) -> None:
    only = Replica(sqlite_url, [], "only")
    assert await only.leader.polling_trouble() is None
    for unpolled in (60.0, None):
        only.unpolled = unpolled
        assert await only.leader.polling_trouble() == "no process has polled for a minute"
    await only.stop()


async def test_an_election_whose_callback_fails_is_tried_again(postgres_url: str) -> None:
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

    database = Database(postgres_url)
    leader = Leader(database, "only", on_elected, on_deposed)
    await leader.start()
    assert tries == 1
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        await elected.wait()
    assert (leader.is_leader, tries) == (True, 2)
    await leader.stop()
    await database.close()
