"""Snoozing reminders in the chat."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Answer, Delivery, Kind
from tests.features.reminders.steps import (
    DAY,
    EVENING,
    MINUTE,
    STRETCH,
    awaiting,
    delivery,
    next_at,
    nudges,
    stretched,
    with_only,
)
from tests.support.harness import Harness


async def test_later_brings_the_same_one_again_and_leaves_the_schedule(harness: Harness) -> None:
    ann = await stretched(harness)
    planned, first = await next_at(harness, ann, Kind.STRETCH), ann.last
    await ann.taps("Later")
    assert (
        first.words == "🌙 Stretch\nWhen should I remind you again? Your schedule stays the same."
    )
    assert first.buttons == ["10 min", "20 min", "30 min", "At a time…", "◀ Back"]
    await ann.taps("10 min")
    assert first.words == "🌙 Stretch: again at 22:30"
    assert await next_at(harness, ann, Kind.STRETCH) == planned
    await harness.live_until(STRETCH + timedelta(minutes=9))
    assert len(nudges(ann)) == 1
    await harness.live_until(STRETCH + timedelta(minutes=11))
    second = ann.last
    assert second is not first
    assert second.buttons == ["Done", "Later", "Skip", "…", "Show me, 3 minutes"]
    assert first.buttons == []
    assert first.words == "🌙 Stretch, 22:20: came again later"
    assert ((await delivery(harness)).message_id, (await delivery(harness)).has_buttons) == (
        second.id,
        True,
    )
    await ann.taps("Done", second)
    rows = await harness.rows(Delivery)
    assert len(rows) == 1
    assert (rows[0].answer, rows[0].night_on) == (Answer.DONE, EVENING)
    assert await next_at(harness, ann, Kind.STRETCH) == planned == STRETCH + DAY
    await harness.live_until(STRETCH + DAY)
    assert second.buttons == []


async def test_minutes_count_from_the_tap(harness: Harness) -> None:
    ann = await with_only(harness, Kind.CAFFEINE)
    await harness.live_until(datetime(2027, 1, 14, 13, 50, tzinfo=UTC))
    await ann.taps("Later")
    assert ann.last.buttons == ["10 min", "30 min", "60 min", "At a time…", "◀ Back"]
    await ann.taps("60 min")
    assert ann.last.words == "☕ Last caffeine: again at 15:50"


async def test_just_past_bedtime_is_said(harness: Harness) -> None:
    ann = await stretched(harness)
    await harness.live_for(timedelta(minutes=2))
    await ann.taps("Later")
    await ann.taps("10 min")
    assert ann.last.words == ("🌙 Stretch: again at 22:32\nThat is just past your bedtime, 22:30.")
    assert (await delivery(harness)).later_at is not None


async def test_well_past_bedtime_is_asked_and_may_be_wanted(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("30 min")
    assert ann.last.words == "🌙 Stretch\n22:50 is past your bedtime, 22:30."
    assert ann.last.buttons == ["Yes, at 22:50", "Skip it", "◀ Back"]
    assert (await delivery(harness)).later_at is None
    await harness.live_for(MINUTE)
    await ann.taps("Yes, at 22:50")
    assert ann.last.words == "🌙 Stretch: again at 22:50"
    assert (await delivery(harness)).later_at == STRETCH + timedelta(minutes=30)
    await harness.live_until(STRETCH + timedelta(minutes=31))
    assert len(nudges(ann)) == 2
    assert ann.last.silent


async def test_well_past_bedtime_may_be_skipped(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("30 min")
    await ann.taps("Skip it")
    row = await delivery(harness)
    assert (row.answer, row.later_at) == (Answer.SKIPPED, None)
    await harness.live_for(timedelta(hours=2))
    assert len(nudges(ann)) == 1


async def test_a_later_that_arrives_twice_keeps_the_first_time(harness: Harness) -> None:
    ann = await stretched(harness)
    number = (await delivery(harness)).id
    await ann.forges(f"reminders:in:{number}:10")
    first = (await delivery(harness)).later_at
    assert first is not None
    await harness.live_for(timedelta(seconds=20))
    await ann.forges(f"reminders:in:{number}:10")
    assert (await delivery(harness)).later_at == first


async def test_answering_after_all_calls_the_later_off(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("10 min")
    await ann.taps("Change")
    await ann.taps("Done")
    assert (await delivery(harness)).later_at is None
    await harness.live_for(timedelta(hours=1))
    assert len(nudges(ann)) == 1


async def test_back_from_later_shows_the_reminder_as_it_was(harness: Harness) -> None:
    ann = await stretched(harness)
    words, buttons = ann.last.words, ann.last.buttons
    await ann.taps("Later")
    await ann.taps("◀ Back")
    assert (ann.last.words, ann.last.buttons) == (words, buttons)


async def test_a_typed_time_brings_it_back_then(harness: Harness) -> None:
    ann = await stretched(harness)
    first = ann.last
    await ann.taps("Later")
    await ann.taps("At a time…")
    assert first.words == "🌙 Stretch\nAt what time? Type it, such as 22:45 or 10.45pm."
    await ann.says("10.25pm")
    assert ann.last is not first
    assert ann.last.words == first.words == "🌙 Stretch: again at 22:25"
    assert (ann.last.buttons, first.buttons) == (["Change"], [])
    assert await awaiting(harness, ann) is None
    assert (await delivery(harness)).later_at == STRETCH + timedelta(minutes=5)
    below = ann.last
    await harness.live_until(STRETCH + timedelta(minutes=6))
    assert "Done" in ann.last.buttons
    assert below.buttons == []


async def test_a_typed_time_replaces_no_message_that_is_gone(harness: Harness) -> None:
    ann = await stretched(harness)
    first = ann.last
    await ann.taps("Later")
    await ann.taps("At a time…")
    await harness.app.bot.delete_message(ann.id, first.id)
    count = len(ann.bot_messages)
    await ann.says("10.25pm")
    assert len(ann.bot_messages) == count + 1
    assert (await delivery(harness)).message_id == ann.last.id


@pytest.mark.parametrize("nonsense", ["25:00", "lots", "22:61", "21:00", "🦵" * 2000])
async def test_an_unclear_time_is_asked_again(harness: Harness, nonsense: str) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("At a time…")
    await ann.says(nonsense)
    assert ann.last.words == "I need a time within the next 12 hours. Try 22:45 or 10.45pm."
    assert (await delivery(harness)).later_at is None
    await ann.says("22:29")
    assert (await delivery(harness)).later_at == STRETCH + timedelta(minutes=9)


async def test_a_typed_time_past_bedtime_is_asked(harness: Harness) -> None:
    ann = await stretched(harness)
    first = ann.last
    await ann.taps("Later")
    await ann.taps("At a time…")
    await ann.says("23:30")
    assert ann.last.words == "🌙 Stretch\n23:30 is past your bedtime, 22:30."
    assert first.buttons == []
    await ann.taps("Yes, at 23:30")
    assert (await delivery(harness)).later_at == STRETCH + timedelta(minutes=70)
    assert await awaiting(harness, ann) is None


async def test_an_answer_ends_the_question_for_a_time(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("At a time…")
    await ann.taps("◀ Back")
    await ann.taps("◀ Back")
    await ann.taps("Done")
    assert await awaiting(harness, ann) is None
    await ann.says("22:45")
    row = await delivery(harness)
    assert (row.answer, row.later_at) == (Answer.DONE, None)


async def test_what_is_long_over_cannot_come_later(harness: Harness) -> None:
    ann = await stretched(harness)
    number = (await delivery(harness)).id
    await harness.live_until(STRETCH + timedelta(hours=14))
    await ann.taps("Later")
    assert ann.last.buttons == ["Done", "Skip", "◀ Back"]
    await ann.forges(f"reminders:in:{number}:10")
    assert (await delivery(harness)).later_at is None
    await ann.taps("Skip")
    assert ann.last.words == "🌙 Stretch, 22:20: skipped\nNoted for the evening of Wednesday"


async def test_a_later_survives_a_restart(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("10 min")
    await harness.restart()
    await harness.live_until(STRETCH + timedelta(minutes=11))
    assert len(nudges(ann)) == 2
