"""Operators are told once when something is wrong, and once when it is well again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.app import App
from bot.config import load_settings
from bot.database.models import Fact
from bot.operations.alerts import rules
from bot.operations.alerts.watcher import TOLD_FACT
from tests.conftest import execute
from tests.support.harness import Harness, Someone

LATE = "Reminders go out late"
ON_TIME = "Reminders go out on time again."
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def operated(url: str, **settings: object) -> AsyncIterator[tuple[Harness, Someone]]:
    """The bot with somebody who runs it."""
    async with Harness.open(url) as harness:
        operator = await harness.person("Olga")
        await operator.says("/start")
        settings["admin_user_ids"] = frozenset({operator.id})
        await harness.app.stop()
        harness.settings = harness.settings.model_copy(update=settings)
        await harness.start_again()
        yield harness, operator


async def look(harness: Harness, times: int = 1) -> None:
    for _ in range(times):
        await harness.app.watcher.look()
    await harness.settled()


def told(operator: Someone) -> list[str]:
    """What the operator was told, oldest first."""
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
    """Wait until something is so that no event tells of."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_backlog_is_told_once_and_its_end_too(database_url: str) -> None:
    async with operated(database_url) as (harness, operator):
        await look(harness)
        assert told(operator) == []
        await fall_behind(harness)
        await look(harness, 3)
        assert [words.startswith(f"⚠️ {LATE}") for words in told(operator)] == [True]
        assert await stored(harness) == "backlog"
        await harness.restart()
        await harness.live_for(timedelta(seconds=1))
        await look(harness, 3)
        assert told(operator)[1:] == [f"✅ {ON_TIME}"]
        assert await stored(harness) == ""


async def stored(harness: Harness) -> str | None:
    """What the database remembers of it."""
    facts = {fact.name: fact.value for fact in await harness.rows(Fact)}
    return facts.get(TOLD_FACT)


async def test_a_restart_repeats_nothing_and_forgets_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with operated(database_url, backup_dir=Path()) as (harness, operator):
        with monkeypatch.context() as limits:
            limits.setattr(rules, "LEAST_FREE_BYTES", 10**18)  # more than any disk of ours has
            await look(harness)
            await harness.restart()
            await look(harness, 2)
            assert len(told(operator)) == 1
        await harness.restart()
        await look(harness, 2)
        assert told(operator)[1:] == ["✅ There is room on the disk again."]


async def test_a_database_that_is_away_is_told_without_it(
    postgres_folder: str, postgres_url: str
) -> None:
    name = postgres_url.partition("@/")[2].partition("?")[0]
    async with operated(postgres_url) as (harness, operator):
        await look(harness)
        await execute(postgres_folder, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await execute(
            postgres_folder,
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608
        )
        await look(harness)
        assert told(operator) == []  # it may only be starting anew
        harness.clock.advance(MINUTE)
        await look(harness, 2)
        await until(lambda: not harness.app.duty.is_mine)
        harness.clock.advance(MINUTE)
        await look(harness)
        assert [words[:25] for words in told(operator)] == ["⚠️ The database cannot be"]
        await execute(postgres_folder, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await look(harness)
        assert len(told(operator)) == 1
        harness.clock.advance(MINUTE)
        await look(harness, 2)  # whether it has duty again by now or not
        assert told(operator)[1:] == ["✅ The database can be reached again."]


async def test_only_the_replica_on_duty_tells(postgres_url: str) -> None:
    async with operated(postgres_url) as (harness, operator):
        other = App(harness.settings, clock=harness.clock)
        await other.start()
        try:
            assert (harness.app.duty.is_mine, other.duty.is_mine) == (True, False)
            await fall_behind(harness)
            assert other.dispatcher is not None
            await other.dispatcher.stop()
            await other.watcher.look()
            await harness.settled()
            assert told(operator) == []
            await look(harness)
            await other.watcher.look()
            await harness.settled()
            assert len(told(operator)) == 1
            await harness.app.stop()
            await until(lambda: other.duty.is_mine)
            await other.watcher.look()
            await harness.settled()
            assert len(told(operator)) == 1  # it knows what the first one has told
            await harness.start_again()
        finally:
            await other.stop()


async def test_errors_of_telegram(sqlite_url: str) -> None:
    async with operated(sqlite_url) as (harness, operator):
        await look(harness)
        harness.telegram.faults.set("server_error", method="getChat")
        for _ in range(20):
            with pytest.raises(NetworkError):
                await harness.app.bot.get_chat(operator.id)
        await look(harness, 2)
        assert [words[:19] for words in told(operator)] == ["⚠️ Telegram answers"]
        harness.telegram.faults.clear()
        for _ in range(2):  # the first look after the span still measures from within it
            harness.clock.advance(timedelta(minutes=6))
            await look(harness)
        for _ in range(3):
            await harness.app.bot.get_chat(operator.id)
        await look(harness, 2)
        assert told(operator)[1:] == ["✅ Telegram answers without errors again."]


async def test_what_could_not_be_told_is_told_later(sqlite_url: str) -> None:
    async with operated(sqlite_url) as (harness, operator):
        await fall_behind(harness)
        harness.telegram.faults.set("too_many_requests", method="sendMessage", retry_after=60)
        await look(harness, 2)
        assert (told(operator), await stored(harness)) == ([], None)
        harness.telegram.faults.clear()
        await look(harness, 2)
        assert len(told(operator)) == 1


async def test_what_perhaps_arrived_is_not_told_twice(sqlite_url: str) -> None:
    async with operated(sqlite_url) as (harness, operator):
        await fall_behind(harness)
        harness.telegram.faults.set("drop_after", method="sendMessage", times=1)
        await look(harness, 2)
        assert len(told(operator)) == 1


async def test_a_backup_that_failed(sqlite_url: str, tmp_path: Path) -> None:
    blocked = tmp_path / "backups"
    blocked.write_text("a file where the folder should be")
    async with operated(sqlite_url, backup_dir=blocked) as (harness, operator):
        await harness.app._tidy()
        await look(harness, 2)
        assert [words[:20] for words in told(operator)] == ["⚠️ The nightly backup"[:20]]
        blocked.unlink()
        await harness.app._tidy()
        await look(harness, 2)
        assert told(operator)[1:] == ["✅ The nightly backup was made again."]


async def test_an_operator_reads_their_own_language_and_the_other_one_who_left_hinders_nobody(
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
        await look(harness, 3)
        assert len(told(here)) == 1
        assert told(gone) == []
        assert (
            len(harness.telegram.calls_of("sendMessage", chat_id=gone.id)) == 2
        )  # start, and once
        assert harness.app.watcher._readers[here.id].language == "de"


def test_the_setting() -> None:
    assert load_settings(None).admin_user_ids == frozenset()
    assert load_settings(None, admin_user_ids=" 5, -100 ").admin_user_ids == {5, -100}
