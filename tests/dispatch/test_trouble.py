"""Reminders while Telegram is in trouble: none that is still useful is lost, nobody is struck off.

The real bot sends to the sandbox over HTTP; the faults are what proxies and Telegram have answered.
"""

import asyncio
import logging
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.database.models import Delivery, DeliveryStatus, User
from bot.dispatch import circuit_breaker, judge
from bot.dispatch.blocks import FEWEST, WINDOW_SECONDS, BlockWatch, SeeminglyGone
from bot.sandbox.faults import Kind as Trouble
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import EVENT_TIMEOUT_SECONDS
from tests.dispatch.test_dispatcher import STRETCH, nudges, statuses, stretcher
from tests.support.harness import Harness
from tests.support.what_happens import assert_said

SENT = DeliveryStatus.SENT
PEOPLE = 12
A_DAY = 86_400


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit_breaker, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(circuit_breaker, "LONGEST_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(judge, "LONGEST_WAIT_SECONDS", 1.0)


async def trouble_at_bedtime(
    harness: Harness, kind: Trouble, count: int = PEOPLE, retry_after: int = 1
) -> None:
    """Let reminders become due while every request is answered by a fault."""
    for number in range(count):
        await stretcher(harness, f"P{number}")
    harness.telegram.calls.clear()
    method = "*" if kind == "unauthorized" else None
    harness.telegram.faults.set(kind, method=method, retry_after=retry_after)
    harness.clock.set(STRETCH)
    await harness.app.run_tick()
    least = FEWEST if kind == "all_blocked" else circuit_breaker.RUN
    await harness.telegram.wait_for(lambda: len(harness.telegram.calls_of("sendMessage")) >= least)


async def until_all_are_sent(harness: Harness) -> None:
    """Live on, a few seconds at a time: what was refused is due again after a short while."""
    for _ in range(40):
        if await statuses(harness) == [SENT] * PEOPLE:
            return
        await harness.live_for(timedelta(seconds=5))
        await asyncio.sleep(0.02)
    pytest.fail(f"not sent: {await statuses(harness)}")


REFUSING: list[Trouble] = [
    "server_error",
    "bad_gateway",
    "block_page",
    "missing_page",
    "unauthorized",
    "logged_out",
    "all_blocked",
]
ROWS = {
    "server_error": "Telegram answers 500 or 502",
    "bad_gateway": "Telegram answers 500 or 502",
    "block_page": "a proxy answers with a page of its own (403, 404)",
    "missing_page": "a proxy answers with a page of its own (403, 404)",
    "all_blocked": "everybody seems to have blocked the bot",
}
"""Those that are in the table of docs/operating.md."""


@pytest.mark.parametrize("kind", REFUSING)
async def test_what_is_refused_goes_out_when_telegram_is_well_again(
    harness: Harness, kind: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await trouble_at_bedtime(harness, kind)
    harness.telegram.faults.clear()
    await until_all_are_sent(harness)
    for name in harness.telegram.people.values():
        assert [one.words for one in harness.telegram.chat(name) if "🌙" in one.words[:2]], name
    assert all(one.blocked_at is None for one in await harness.rows(User))
    lines = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(lines) <= 6, lines
    assert not any(one.exc_info for one in caplog.records)
    if kind in ROWS:
        assert_said(ROWS[kind], lines, most=1)


async def test_a_run_of_failures_stops_further_requests(harness: Harness) -> None:
    """Three failures open the breaker; then it is only asked, and one at a time."""
    await trouble_at_bedtime(harness, "bad_gateway")
    await harness.telegram.wait_for(lambda: len(harness.telegram.calls_of("getMe")) >= 2)
    sent = len(harness.telegram.calls_of("sendMessage"))
    assert sent <= PEOPLE
    assert DeliveryStatus.UNKNOWN not in await statuses(harness)
    harness.telegram.faults.clear()
    await until_all_are_sent(harness)


async def test_what_may_have_been_carried_out_stays_unknown(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    await trouble_at_bedtime(harness, "garbage", count=3)
    harness.telegram.faults.clear()
    await harness.live_for(timedelta(minutes=2))
    assert set(await statuses(harness)) <= {DeliveryStatus.UNKNOWN, SENT}
    assert (await statuses(harness)).count(DeliveryStatus.UNKNOWN) >= 1
    assert_said("answers that nobody can read", caplog.messages, most=1)


async def test_one_chat_that_has_to_wait_keeps_nobody_else_waiting(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    people = [await stretcher(harness, f"P{number}") for number in range(5)]
    harness.telegram.faults.set(
        "too_many_requests", method="sendMessage", chat_id=people[0].id, retry_after=A_DAY
    )
    await harness.live_until(STRETCH)
    assert [len(nudges(one)) for one in people] == [0, 1, 1, 1, 1]
    assert_said("Telegram asks to wait with one chat (429)", caplog.messages, most=1)
    harness.telegram.faults.clear()
    await harness.live_for(timedelta(minutes=3))
    assert [len(nudges(one)) for one in people] == [1] * 5, "it is asked before the day is over"


@pytest.mark.parametrize("seconds", [1, A_DAY])
async def test_two_chats_that_have_to_wait_make_everybody_wait(
    harness: Harness, seconds: int, caplog: pytest.LogCaptureFixture
) -> None:
    await trouble_at_bedtime(harness, "too_many_requests", retry_after=seconds)
    count = len(harness.telegram.calls_of("sendMessage"))
    assert count <= PEOPLE
    assert SENT not in await statuses(harness)
    harness.telegram.faults.clear()
    await until_all_are_sent(harness)
    assert_said("it asks to wait with a second chat", caplog.messages)


async def test_without_a_network_reminders_wait(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(PEOPLE):
        await stretcher(harness, f"P{number}")
    port = int(harness.server.url.rpartition(":")[2])
    await harness.server.close()
    harness.clock.set(STRETCH)
    await harness.app.run_tick()
    async with asyncio.timeout(EVENT_TIMEOUT_SECONDS):
        while "reminders wait" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    harness.server = await serve(create_app(harness.telegram), "127.0.0.1", port)
    await until_all_are_sent(harness)
    assert_said("the network or DNS is gone", caplog.messages, most=1)
    assert not any(one.exc_info for one in caplog.records)


async def test_who_really_blocked_the_bot_is_struck_off(harness: Harness) -> None:
    for number in range(PEOPLE):
        someone = await stretcher(harness, f"P{number}")
        if number < 3:
            someone.telegram_person.trouble = "blocked"
    await harness.live_until(STRETCH)
    async with harness.database.transaction() as session:
        gone = (await session.exec(select(User.id).where(col(User.blocked_at).is_not(None)))).all()
        failed = (
            await session.exec(select(Delivery.id).where(Delivery.status == DeliveryStatus.FAILED))
        ).all()
    assert (len(gone), len(failed)) == (3, 3)


def test_many_blocks_in_a_minute_are_not_believed() -> None:
    watch = BlockWatch()
    seen = [watch.record(SeeminglyGone(n, n), blocked=True, at=n) for n in range(FEWEST)]
    assert seen[:-1] == [[]] * (FEWEST - 1)
    assert seen[-1] == [SeeminglyGone(n, n) for n in range(FEWEST)]
    assert watch.is_alarmed
    assert watch.record(SeeminglyGone(99, 99), blocked=True, at=FEWEST) == []
    assert watch.record(SeeminglyGone(98, 98), blocked=False, at=WINDOW_SECONDS * 3) == []
    assert not watch.is_alarmed


def test_a_few_blocks_among_many_messages_are_believed() -> None:
    watch = BlockWatch()
    for number in range(400):
        is_blocked = number % 20 == 0
        assert watch.record(SeeminglyGone(number, 1), blocked=is_blocked, at=number / 30) == []
    assert not watch.is_alarmed
