"""Operators are notified once when an alert fires, and once when it is resolved."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from telegram.error import NetworkError, TelegramError

from bot.app import App
from bot.config import load_settings
from bot.database import engine
from bot.database.models import Fact
from bot.dispatch import leader as leader_module
from bot.operations.alerts import monitor as monitor_module
from bot.operations.alerts import rules
from bot.operations.alerts.monitor import FIRING_FACT
from tests.dispatch.test_leader import rename_leases
from tests.support.harness import Harness, Someone
from tests.support.postgres import PostgresServer
from tests.support.what_happens import assert_said

LATE = "Reminders go out late"
ON_TIME = "Reminders go out on time again."
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def bot_with_operator(url: str, **settings: object) -> AsyncIterator[tuple[Harness, Someone]]:
    """The bot with an operator who has a chat with it."""
    async with Harness.open(url) as harness:
        operator = await harness.person("Olga")
        await operator.says("/start")
        settings["admin_user_ids"] = frozenset({operator.id})
        await harness.app.stop()
        harness.settings = harness.settings.model_copy(update=settings)
        await harness.start_again()
        yield harness, operator


async def run_monitor(harness: Harness, times: int = 1) -> None:
    for _ in range(times):
        await harness.app.alerts.run_once()
    await harness.settled()


def alerts_of(operator: Someone) -> list[str]:
    """The alert messages that the operator got, oldest first."""
    return [one.words for one in operator.bot_messages if one.words[0] in "⚠✅"]


async def fall_behind(harness: Harness) -> None:
    """Let a reminder be due for six minutes while none can be sent."""
    await harness.set_up_person("Ann")
    assert harness.app.dispatcher is not None
    await harness.app.dispatcher.stop()
    due = await harness.app.next_due()
    assert due is not None
    harness.clock.set(due + 6 * MINUTE)


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for a condition that no event announces."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_backlog_sends_one_message_and_its_end_another(database_url: str) -> None:
    async with bot_with_operator(database_url) as (harness, operator):
        await run_monitor(harness)
        assert alerts_of(operator) == []
        await fall_behind(harness)
        await run_monitor(harness, 3)
        assert [words.startswith(f"⚠️ {LATE}") for words in alerts_of(operator)] == [True]
        assert await stored(harness) == "backlog"
        await harness.restart()
        await harness.live_for(timedelta(seconds=1))
        await run_monitor(harness, 3)
        assert alerts_of(operator)[1:] == [f"✅ {ON_TIME}"]
        assert await stored(harness) == ""


async def stored(harness: Harness) -> str | None:
    """The firing alerts in the database, separated by commas."""
    facts = {fact.name: fact.value for fact in await harness.rows(Fact)}
    return facts.get(FIRING_FACT)


async def test_alerts_survive_a_restart(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bot_with_operator(sqlite_url) as (harness, operator):
        with monkeypatch.context() as limits:
            limits.setattr(rules, "DISK_FREE_BYTES", 10**18)  # more than any disk has
            await run_monitor(harness)
            await harness.restart()
            await run_monitor(harness, 2)
            assert len(alerts_of(operator)) == 1
        await harness.restart()
        await run_monitor(harness, 2)
        assert alerts_of(operator)[1:] == ["✅ There is room on the disk again."]


async def test_a_database_that_is_down(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_with_operator(postgres_url) as (harness, operator):
        await run_monitor(harness)
        await postgres_server.refuse_connections(postgres_url)
        await run_monitor(harness)
        assert alerts_of(operator) == []  # it may only be restarting
        harness.clock.advance(MINUTE)
        await run_monitor(harness, 2)
        await until(lambda: not harness.app.leader.is_leader)
        harness.clock.advance(MINUTE)
        await run_monitor(harness)
        assert [words[:25] for words in alerts_of(operator)] == ["⚠️ The database cannot be"]
        said = {one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING}
        assert len(said) == 1, said  # whoever met it: every tick, every lease, every job
        assert said.pop().startswith("the database fails: cannot connect (")
        await postgres_server.allow_connections(postgres_url)
        await run_monitor(harness)
        assert len(alerts_of(operator)) == 1
        harness.clock.advance(MINUTE)
        await run_monitor(harness, 2)  # whether it is the leader again by now or not
        assert alerts_of(operator)[1:] == ["✅ The database can be reached again."]


async def test_only_the_leader_notifies(postgres_url: str) -> None:
    async with bot_with_operator(postgres_url) as (harness, operator):
        other = App(harness.settings, clock=harness.clock)
        await other.start()
        try:
            assert (harness.app.leader.is_leader, other.leader.is_leader) == (True, False)
            await fall_behind(harness)
            assert other.dispatcher is not None
            await other.dispatcher.stop()
            await other.alerts.run_once()
            await harness.settled()
            assert alerts_of(operator) == []
            await run_monitor(harness)
            await other.alerts.run_once()
            await harness.settled()
            assert len(alerts_of(operator)) == 1
            await harness.app.stop()
            await until(lambda: other.leader.is_leader)
            await other.alerts.run_once()
            await harness.settled()
            assert len(alerts_of(operator)) == 1  # it has read what the first one stored
            await harness.start_again()
        finally:
            await other.stop()


async def test_when_nobody_can_lead_one_replica_says_so_and_the_next_leader_says_its_end(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something foreign keeps the lease from everybody; here its table is missing."""
    monkeypatch.setattr(leader_module, "LEASE_SECONDS", 1.0)
    monkeypatch.setattr(leader_module, "HEARTBEAT_SECONDS", 0.1)
    for module in (rules, monitor_module):
        monkeypatch.setattr(module, "UNLED_SECONDS", 1)
    async with bot_with_operator(postgres_url) as (harness, operator):
        other = App(harness.settings, clock=harness.clock)
        await other.start()
        both = (harness.app, other)
        try:
            for app in both:
                await app.alerts.run_once()
            harness.clock.advance(MINUTE)
            await rename_leases(harness.database, "leases", "away")
            await until(lambda: all((app.leader.unled_seconds or 0) > 1 for app in both))
            assert not any(app.leader.is_leader for app in both)
            harness.telegram.faults.set("too_many_requests", method="sendMessage", retry_after=60)
            await other.alerts.run_once()  # it cannot tell, so it leaves it to the first one
            assert (alerts_of(operator), await stored(harness)) == ([], "")
            harness.telegram.faults.clear()
            for app in both * 2:
                await app.alerts.run_once()
            await harness.settled()
            assert [words[:22] for words in alerts_of(operator)] == ["⚠️ For over a minute no"[:22]]
            assert await stored(harness) == "leader"
            await rename_leases(harness.database, "away", "leases")
            await until(lambda: any(app.leader.is_leader for app in both))
            for app in both * 2:
                await app.alerts.run_once()
            await harness.settled()
            assert alerts_of(operator)[1:] == ["✅ A process of the bot leads again."]
            assert await stored(harness) == ""
        finally:
            await other.stop()


async def test_what_cannot_be_stored_is_told_by_the_process_itself(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the tables, as an operator's own session that was left open."""
    monkeypatch.setattr(engine, "LOCK_SECONDS", 1)
    monkeypatch.setattr(leader_module, "LEASE_SECONDS", 1.0)
    monkeypatch.setattr(leader_module, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(leader_module, "ANSWER_SECONDS", 0.5)
    for module in (rules, monitor_module):
        monkeypatch.setattr(module, "UNLED_SECONDS", 1)
    async with bot_with_operator(postgres_url) as (harness, operator):
        await run_monitor(harness)
        harness.clock.advance(MINUTE)
        app = harness.app
        async with harness.database.transaction() as session:
            for lock in ("leases IN ACCESS EXCLUSIVE MODE", "facts IN SHARE MODE"):
                await (await session.connection()).execute(sa.text(f"LOCK TABLE {lock}"))
            await until(lambda: (app.leader.unled_seconds or 0) > 1 and not app.leader.is_leader)
            await run_monitor(harness)
        await until(lambda: app.leader.is_leader)
        assert [words[:22] for words in alerts_of(operator)] == ["⚠️ For over a minute no"[:22]]
        await run_monitor(harness, 2)
        assert alerts_of(operator)[1:] == ["✅ A process of the bot leads again."]


async def test_telegram_errors(sqlite_url: str) -> None:
    async with bot_with_operator(sqlite_url) as (harness, operator):
        await run_monitor(harness)
        harness.telegram.faults.set("server_error", method="getChat")
        for _ in range(20):
            with pytest.raises(NetworkError):
                await harness.app.bot.get_chat(operator.id)
        await run_monitor(harness, 2)
        assert [words[:19] for words in alerts_of(operator)] == ["⚠️ Telegram answers"]
        harness.telegram.faults.clear()
        for _ in range(2):  # the first run after the window still measures from within it
            harness.clock.advance(timedelta(minutes=6))
            await run_monitor(harness)
        for _ in range(3):
            await harness.app.bot.get_chat(operator.id)
        await run_monitor(harness, 2)
        assert alerts_of(operator)[1:] == ["✅ Telegram answers without errors again."]


async def test_a_revoked_token_is_told_once_it_works_again(sqlite_url: str) -> None:
    """Nobody can be told meanwhile: no message is accepted."""
    async with bot_with_operator(sqlite_url) as (harness, operator):
        await run_monitor(harness)
        harness.telegram.faults.set("unauthorized", method="*")
        for _ in range(20):
            with pytest.raises(TelegramError):
                await harness.app.bot.get_chat(operator.id)
        await harness.app.alerts.run_once()
        assert alerts_of(operator) == []
        harness.telegram.faults.clear()
        await run_monitor(harness, 2)
        assert [words[:19] for words in alerts_of(operator)] == ["⚠️ Telegram answers"]


async def test_a_message_that_was_refused_is_sent_later(sqlite_url: str) -> None:
    async with bot_with_operator(sqlite_url) as (harness, operator):
        await fall_behind(harness)
        harness.telegram.faults.set("too_many_requests", method="sendMessage", retry_after=60)
        await run_monitor(harness, 2)
        assert (alerts_of(operator), await stored(harness)) == ([], None)
        harness.telegram.faults.clear()
        await run_monitor(harness, 2)
        assert len(alerts_of(operator)) == 1


async def test_a_message_that_may_have_arrived_is_not_sent_twice(sqlite_url: str) -> None:
    async with bot_with_operator(sqlite_url) as (harness, operator):
        await fall_behind(harness)
        harness.telegram.faults.set("drop_after", method="sendMessage", times=1)
        await run_monitor(harness, 2)
        assert len(alerts_of(operator)) == 1


async def test_a_failed_backup(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "backups"
    blocked.write_text("a file where the folder should be")
    async with bot_with_operator(sqlite_url, backup_dir=blocked) as (harness, operator):
        await harness.app.jobs.run_maintenance()
        await run_monitor(harness, 2)
        assert [words[:20] for words in alerts_of(operator)] == ["⚠️ The nightly backup"[:20]]
        blocked.unlink()
        await harness.app.jobs.run_maintenance()
        await run_monitor(harness, 2)
        assert alerts_of(operator)[1:] == ["✅ The nightly backup was made again."]
        assert_said("the nightly backup fails", caplog.messages)


async def test_operators_get_their_own_language_and_one_who_blocked_the_bot_stops_no_other(
    sqlite_url: str,
) -> None:
    async with Harness.open(sqlite_url) as harness:
        gone, here = await harness.person("Gone"), await harness.person("Hans", language="de")
        for one in (gone, here):
            await one.says("/start")
        harness.telegram.block(gone.telegram_person)
        await harness.settled()
        await harness.app.stop()
        operators = {"admin_user_ids": frozenset({gone.id, here.id, 999})}
        harness.settings = harness.settings.model_copy(update=operators)
        await harness.start_again()
        await fall_behind(harness)
        await run_monitor(harness, 3)
        assert len(alerts_of(here)) == 1
        assert alerts_of(gone) == []
        assert (
            len(harness.telegram.calls_of("sendMessage", chat_id=gone.id)) == 2
        )  # start, and once
        assert harness.app.alerts._translators[here.id].language == "de"


def test_operators_are_read_from_the_environment() -> None:
    assert load_settings(None).admin_user_ids == frozenset()
    assert load_settings(None, admin_user_ids=" 5, -100 ").admin_user_ids == {5, -100}
