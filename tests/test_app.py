"""The whole bot on either database: the daily uses, and a life in between."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.database.models import Cramp, Delivery, DeliveryStatus, FailedUpdate, Kind, WeeklySummary
from bot.dispatch.spreading import offset_of
from bot.features.emergency import matching
from bot.features.emergency.reading import read
from tests.support.harness import START, Harness
from tests.support.what_happens import assert_said

STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
SUMMARY = datetime(2027, 1, 17, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("spread", [0, 599])
async def test_a_week_on_either_database(database_url: str, spread: int) -> None:
    async with Harness.open(database_url) as harness:
        ann = await harness.set_up_person("Ann", spread_seconds=spread)
        await harness.live_until(STRETCH + timedelta(seconds=1))
        await ann.taps("Done")
        await harness.live_until(datetime(2027, 1, 14, 2, 12, tzinfo=UTC))
        await ann.presses("🦵 Log cramp")
        assert ann.last.silent
        await ann.taps("8")
        await harness.live_until(SUMMARY + offset_of(Kind.SUMMARY, spread) + timedelta(seconds=1))
        assert ann.last.photo is not None
        assert "You logged 1 of" in ann.last.words
        cramp = (await harness.rows(Cramp))[0]
        assert (cramp.intensity, cramp.night_on.isoformat()) == (8, "2027-01-13")
        statuses = {delivery.status for delivery in await harness.rows(Delivery)}
        assert statuses == {DeliveryStatus.SENT}  # the check-in asks what came of the cramp
        assert len(await harness.rows(WeeklySummary)) == 1


async def test_taps_are_answered_while_word_lists_are_loaded(harness: Harness) -> None:
    """To load them takes a second, for which nobody waits but who types."""
    ann = await harness.set_up_person("Ann")
    plain = {"/cramp", "🦵 Log cramp", "🦵 Krampf eintragen"}
    assert plain <= harness.app.router._typed.plain
    assert [one for one in harness.app.router._typed.plain if read(one) is not None] == []
    matching._matcher.cache_clear()
    steps = matching.load()
    next(steps)
    await ann.presses("🦵 Log cramp")
    assert "Cramp logged" in ann.last.words
    next(steps)  # the tap has left the other steps
    await ann.says("my chest hurts and I sweat")
    assert "Call 112 now" in ann.last.words
    assert not list(steps)
    await harness.app.load()


def test_lists_that_could_not_be_loaded_are_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "rules", lambda: {"emergency": {"chest": "ab*"}})
    matching._matcher.cache_clear()
    for _ in range(2):
        with pytest.raises((RuntimeError, ValueError)):
            matching.find("my chest hurts")
    matching._matcher.cache_clear()


async def test_an_answer_at_the_start_that_lacks_something_is_one_line(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    await harness.app.stop()
    harness.telegram.faults.set("incomplete", method="getMe", times=1)
    await harness.start_again()
    said = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert said[0].startswith("the start fails: Telegram cannot be reached (")
    assert [line for line in said[1:] if "the start" in line] == [said[-1]]
    assert said[-1].startswith("the start goes well again")
    assert_said("Telegram cannot be reached at the start", said, most=1)
    assert not any(one.exc_info for one in caplog.records)


async def test_updates_kept_for_replay_are_forgotten_after_a_week(harness: Harness) -> None:
    async with harness.database.transaction() as session:
        for number, age in ((1, timedelta(days=8)), (2, timedelta(days=6))):
            session.add(FailedUpdate(update_id=number, raw={}, error="Bug", failed_at=START - age))
    await harness.app.jobs.run_maintenance()
    async with harness.database.transaction() as session:
        assert list(await session.exec(select(FailedUpdate.update_id))) == [2]


async def test_the_sandbox_clock_is_needed_to_live_ahead(harness: Harness) -> None:
    assert await harness.app.next_due() is None
    await harness.live_for(timedelta(hours=1))
    assert harness.clock.now() >= START + timedelta(hours=1)
