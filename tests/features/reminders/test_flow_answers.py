"""Answers to reminders in the chat, and forged taps."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Answer, Delivery, DeliveryStatus, Fluids, Kind, Reminder, User
from tests.features.reminders.steps import (
    DAY,
    EVENING,
    MINUTE,
    STRETCH,
    awaiting,
    delivery,
    nudges,
    stretched,
    with_only,
)
from tests.support.harness import Harness


async def test_done_is_stored_and_shown_in_place(harness: Harness) -> None:
    ann = await stretched(harness)
    sent = ann.last
    assert sent.words.startswith("🌙 Time for a short stretch\n")
    assert sent.buttons == ["Done", "Later", "Skip", "…", "Show me, 3 minutes"]
    await ann.taps("Done")
    assert ann.last is sent
    assert sent.words == "🌙 Stretch, 22:20: done"
    assert sent.buttons == ["Change"]
    row = await delivery(harness)
    assert (row.answer, row.night_on) == (Answer.DONE, EVENING)
    assert row.answered_at is not None


async def test_a_skip_can_be_corrected(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Skip")
    assert ann.last.words == "🌙 Stretch, 22:20: skipped"
    await ann.taps("Change")
    assert ann.last.buttons == ["Done", "Later", "Skip", "◀ Back"]
    await ann.taps("◀ Back")
    assert ann.last.words == "🌙 Stretch, 22:20: skipped"
    await ann.taps("Change")
    await ann.taps("Done")
    assert ann.last.words == "🌙 Stretch, 22:20: done"
    assert (await delivery(harness)).answer is Answer.DONE


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(minutes=11), "🌙 Stretch, 22:20: done"),
        (
            timedelta(hours=2, minutes=20),
            "🌙 Stretch, 22:20: done\nNoted for the evening of Wednesday",
        ),
        (timedelta(hours=14), "🌙 Stretch, 22:20: done\nNoted for the evening of Wednesday"),
    ],
    ids=["22:31", "00:40", "next noon"],
)
async def test_an_answer_counts_for_its_own_evening(
    harness: Harness, after: timedelta, words: str
) -> None:
    ann = await stretched(harness)
    await harness.live_until(STRETCH + after)
    await ann.taps("Done")
    assert ann.last.words == words
    row = await delivery(harness)
    assert (row.answer, row.night_on) == (Answer.DONE, EVENING)


async def test_the_same_tap_twice_changes_nothing(harness: Harness) -> None:
    ann = await stretched(harness)
    data = ann.last.inline[0][0]["callback_data"]
    await ann.forges(data)
    first = await delivery(harness)
    await harness.live_for(MINUTE)
    await ann.forges(data)
    assert await delivery(harness) == first
    assert len(nudges(ann)) == 1


async def test_a_closed_reminder_tapped_on_a_stale_screen_is_taken(harness: Harness) -> None:
    ann = await stretched(harness)
    stale, data = ann.last, ann.last.inline[0][0]["callback_data"]
    await harness.live_until(STRETCH + DAY)
    assert (await delivery(harness)).answer is Answer.NO_ANSWER
    assert stale.words == "🌙 Stretch, 22:20: no answer"
    await ann.forges(data, stale)
    assert stale.words == "🌙 Stretch, 22:20: done\nNoted for the evening of Wednesday"
    first, second = await harness.rows(Delivery)
    assert (first.answer, first.night_on) == (Answer.DONE, EVENING)
    assert second.answer is None
    await harness.live_until(STRETCH + 2 * DAY)
    assert stale.buttons == []
    assert stale.words == "🌙 Stretch, 22:20: done"


async def test_an_answered_reminder_loses_its_button_when_the_next_comes(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Done")
    answered = ann.last
    await harness.live_until(STRETCH + DAY)
    assert answered.buttons == []
    assert answered.words == "🌙 Stretch, 22:20: done"
    assert [row.answer for row in await harness.rows(Delivery)] == [Answer.DONE, None]


async def test_a_tap_proves_that_a_message_of_unknown_fate_arrived(harness: Harness) -> None:
    ann = await with_only(harness, Kind.STRETCH)
    harness.telegram.faults.set("drop_after", method="sendMessage", times=1)
    await harness.live_until(STRETCH)
    assert (await delivery(harness)).status is DeliveryStatus.UNKNOWN
    await ann.taps("Done")
    row = await delivery(harness)
    assert (row.status, row.answer, row.message_id) == (
        DeliveryStatus.SENT,
        Answer.DONE,
        ann.last.id,
    )
    await harness.live_until(STRETCH + DAY)
    assert nudges(ann)[0].buttons == []


@pytest.mark.parametrize(
    ("kind", "due_at", "words"),
    [
        (
            Kind.CAFFEINE,
            datetime(2027, 1, 14, 13, 30, tzinfo=UTC),
            "☕ Last caffeine, 14:30: done",
        ),
        (
            Kind.DINNER_CAFFEINE,
            datetime(2027, 1, 14, 17, 0, tzinfo=UTC),
            "🍵 Caffeine at dinner, 18:00: done",
        ),
        (Kind.HYDRATION, datetime(2027, 1, 14, 7, 0, tzinfo=UTC), "💧 Drinks, 08:00: done"),
    ],
)
async def test_every_kind_is_answered_the_same_way(
    harness: Harness, kind: Kind, due_at: datetime, words: str
) -> None:
    ann = await with_only(harness, kind)
    await ann.forges(f"reminders:on:{kind}:1")
    await harness.live_until(due_at)
    assert ann.last.buttons == ["Done", "Later", "Skip", "…"]
    await ann.taps("Done")
    assert ann.last.words == words
    row = await delivery(harness)
    assert (row.kind, row.due_at, row.answer) == (kind, due_at, Answer.DONE)


# Forged taps.

FORGED = [
    "reminders:done:x",
    "reminders:done",
    "reminders:done:999999999999999999",
    "reminders:done:-1",
    "reminders:done:99999999999999999999999999",
    "reminders:in:1:0",
    "reminders:in:1:999999999",
    "reminders:in:1:ten",
    "reminders:until:1:1",
    "reminders:until:1:999999999999",
    "reminders:kind:nonsense",
    "reminders:kind:",
    "reminders:on:nonsense:1",
    "reminders:set:stretch:2599",
    "reminders:set:stretch:2200.2210.2220.2230",
    "reminders:set:stretch:",
    "reminders:times:nonsense",
    "reminders:setdays:stretch:128",
    "reminders:setdays:stretch:-1",
    "reminders:setdays:summary:127",
    "reminders:setdays:summary:0",
    "reminders:reset:nonsense",
    "reminders:explode",
]


async def test_forged_taps_change_nothing_and_harm_nobody(harness: Harness) -> None:
    ann = await stretched(harness)
    rows, plans = await harness.rows(Delivery), await harness.rows(Reminder)
    count = len(ann.bot_messages)
    for data in FORGED:
        await ann.forges(data)
        plain = [row.model_dump(exclude={"has_buttons"}) for row in await harness.rows(Delivery)]
        assert plain == [row.model_dump(exclude={"has_buttons"}) for row in rows], data
        assert await harness.rows(Reminder) == plans, data
    assert len(ann.bot_messages) == count
    await ann.forges(f"reminders:done:{rows[0].id}")
    assert (await delivery(harness)).answer is Answer.DONE


async def test_the_weekly_summary_is_not_answered(harness: Harness) -> None:
    ann = await with_only(harness, Kind.SUMMARY)
    await harness.live_until(datetime(2027, 1, 17, 17, 0, tzinfo=UTC))
    row, count = await delivery(harness), len(ann.bot_messages)
    toast = await ann.forges(f"reminders:done:{row.id}")
    assert toast == "That reminder no longer exists."
    assert await delivery(harness) == row
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize("verb", ["done", "skip", "later", "ask", "back", "at", "step"])
async def test_another_persons_reminder_cannot_be_touched(harness: Harness, verb: str) -> None:
    await stretched(harness)
    row = await delivery(harness)
    eve = await harness.set_up_person("Eve", fluids=Fluids.UNSURE)
    words = eve.last.words
    toast = await eve.forges(f"reminders:{verb}:{row.id}:0:0")
    assert toast == "That reminder no longer exists."
    assert eve.last.words == words
    assert await delivery(harness) == row
    assert await awaiting(harness, eve) is None


async def test_a_typed_time_for_another_persons_reminder_is_not_taken(harness: Harness) -> None:
    await stretched(harness)
    row = await delivery(harness)
    eve = await harness.set_up_person("Eve")
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(User).where(col(User.id) == eve.id).values(awaiting=f"reminders:at:{row.id}")
        )
    await eve.says("22:25")
    assert await delivery(harness) == row
