"""Receiving reminders in the chat: answers, later, the guided stretch, and forged taps."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Answer, Delivery, DeliveryStatus, Fluids, Kind, Reminder, User
from bot.sandbox.models import Message
from tests.support.harness import Harness, Someone

EVENING = date(2027, 1, 13)
"""The Wednesday on which these tests begin; Berlin is an hour ahead of UTC."""
STRETCH = datetime(2027, 1, 13, 21, 20, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def with_only(harness: Harness, kind: Kind, name: str = "Ann", **settings: time) -> Someone:
    """Somebody who gets one kind of reminder."""
    someone = await harness.set_up_person(name, **settings)  # type: ignore[arg-type]
    async with harness.database.transaction() as session:
        await session.exec(
            sa.update(Reminder)
            .where(col(Reminder.user_id) == someone.id, col(Reminder.kind) != kind)
            .values(enabled=False, next_at=None)
        )
    return someone


async def stretched(harness: Harness, name: str = "Ann") -> Someone:
    """Somebody who has just got the evening's stretch reminder."""
    someone = await with_only(harness, Kind.STRETCH, name)
    await harness.live_until(STRETCH)
    return someone


async def delivery(harness: Harness, number: int = 0) -> Delivery:
    return (await harness.rows(Delivery))[number]


async def awaiting(harness: Harness, someone: Someone) -> str | None:
    return next(user.awaiting for user in await harness.rows(User) if user.id == someone.id)


async def next_at(harness: Harness, someone: Someone, kind: Kind) -> datetime | None:
    return next(
        reminder.next_at
        for reminder in await harness.rows(Reminder)
        if reminder.user_id == someone.id and reminder.kind is kind
    )


def nudges(someone: Someone) -> list[Message]:
    """The bot's messages about stretching, oldest first."""
    return [message for message in someone.bot_messages if message.words.startswith("🌙")]


# Answers -----------------------------------------------------------------------------------------


async def test_done_is_stored_and_shown_in_place(harness: Harness) -> None:
    ann = await stretched(harness)
    sent = ann.last
    assert sent.words.startswith("🌙 Time for a short stretch\n")
    assert sent.buttons == ["Done", "Later", "Skip", "Show me, 3 minutes"]
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
            "🌙 Stretch, 22:20: done\nNoted for Wednesday evening.",
        ),
        (timedelta(hours=14), "🌙 Stretch, 22:20: done\nNoted for Wednesday evening."),
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
    assert stale.words == "🌙 Stretch, 22:20: done\nNoted for Wednesday evening."
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
    assert ann.last.buttons == ["Done", "Later", "Skip"]
    await ann.taps("Done")
    assert ann.last.words == words
    row = await delivery(harness)
    assert (row.kind, row.due_at, row.answer) == (kind, due_at, Answer.DONE)


# Later -------------------------------------------------------------------------------------------


async def test_later_brings_the_same_one_again_and_leaves_the_schedule(harness: Harness) -> None:
    ann = await stretched(harness)
    planned, first = await next_at(harness, ann, Kind.STRETCH), ann.last
    await ann.taps("Later")
    assert first.words == "🌙 Stretch\nWhen shall I come back? Your schedule stays."
    assert first.buttons == ["10 min", "20 min", "30 min", "At…", "◀ Back"]
    await ann.taps("10 min")
    assert first.words == "🌙 Stretch: again at 22:30"
    assert await next_at(harness, ann, Kind.STRETCH) == planned
    await harness.live_until(STRETCH + timedelta(minutes=9))
    assert len(nudges(ann)) == 1
    await harness.live_until(STRETCH + timedelta(minutes=11))
    second = ann.last
    assert second is not first
    assert second.buttons == ["Done", "Later", "Skip", "Show me, 3 minutes"]
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
    assert ann.last.buttons == ["10 min", "30 min", "60 min", "At…", "◀ Back"]
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
    await ann.taps("At…")
    assert first.words == "🌙 Stretch\nAt what time? Type it: 22:45 or 10.45pm."
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


@pytest.mark.parametrize("nonsense", ["25:00", "lots", "22:61", "21:00", "🦵" * 2000])
async def test_an_unclear_time_is_asked_again(harness: Harness, nonsense: str) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("At…")
    await ann.says(nonsense)
    assert ann.last.words == "I need a time within the next 12 hours. Try 22:45 or 10.45pm."
    assert (await delivery(harness)).later_at is None
    await ann.says("22:29")
    assert (await delivery(harness)).later_at == STRETCH + timedelta(minutes=9)


async def test_a_typed_time_past_bedtime_is_asked(harness: Harness) -> None:
    ann = await stretched(harness)
    first = ann.last
    await ann.taps("Later")
    await ann.taps("At…")
    await ann.says("23:30")
    assert ann.last.words == "🌙 Stretch\n23:30 is past your bedtime, 22:30."
    assert first.buttons == []
    await ann.taps("Yes, at 23:30")
    assert (await delivery(harness)).later_at == STRETCH + timedelta(minutes=70)
    assert await awaiting(harness, ann) is None


async def test_an_answer_ends_the_question_for_a_time(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("At…")
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
    assert ann.last.words == "🌙 Stretch, 22:20: skipped\nNoted for Wednesday evening."


async def test_a_later_survives_a_restart(harness: Harness) -> None:
    ann = await stretched(harness)
    await ann.taps("Later")
    await ann.taps("10 min")
    await harness.restart()
    await harness.live_until(STRETCH + timedelta(minutes=11))
    assert len(nudges(ann)) == 2


# The guided stretch ------------------------------------------------------------------------------


async def test_the_guided_stretch_leads_through_all_steps_in_place(harness: Harness) -> None:
    ann = await stretched(harness)
    sent, count = ann.last, len(ann.bot_messages)
    await ann.taps("Show me, 3 minutes")
    seen = [sent.words.split(" · ")[0]]
    while "Next ▶" in sent.buttons:
        await ann.taps("Next ▶")
        seen.append(sent.words.split(" · ")[0])
    assert seen == ["Left calf", "Right calf", "Back of the left thigh", "Back of the right thigh"]
    await ann.taps("Seated instead")
    assert "Sitting, stretch your right calf" in sent.words
    await ann.taps("◀ Back")
    assert "Sitting, stretch your left calf" in sent.words
    await ann.taps("Next ▶")
    await ann.taps("Finished")
    assert sent.words == "🌙 Stretch, 22:20: done"
    assert len(ann.bot_messages) == count
    assert (await delivery(harness)).answer is Answer.DONE


async def test_the_guided_stretch_can_be_left(harness: Harness) -> None:
    ann = await stretched(harness)
    words = ann.last.words
    await ann.taps("Show me, 3 minutes")
    await ann.taps("Stop here")
    assert ann.last.words == words
    assert (await delivery(harness)).answer is None


# Taps that nobody offered ------------------------------------------------------------------------

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
    "reminders:step:1:99:0",
    "reminders:step:1:-1:0",
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
    assert toast == "That reminder is not there any more."
    assert await delivery(harness) == row
    assert len(ann.bot_messages) == count


@pytest.mark.parametrize("verb", ["done", "skip", "later", "ask", "back", "at", "step"])
async def test_another_persons_reminder_cannot_be_touched(harness: Harness, verb: str) -> None:
    await stretched(harness)
    row = await delivery(harness)
    eve = await harness.set_up_person("Eve", fluids=Fluids.UNSURE)
    words = eve.last.words
    toast = await eve.forges(f"reminders:{verb}:{row.id}:0:0")
    assert toast == "That reminder is not there any more."
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
