"""Meal ideas, reminders in own words, and the spans in which a fair test suspends reminders."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Delivery, DeliveryStatus, Kind, Reminder
from bot.dispatch.schedule import Schedule, ZonePlan, first_after, format_rests, parse_rests
from bot.features.diary.limits import REMINDERS
from bot.features.reminders import queries
from bot.identity import people as users
from tests.support.harness import Harness, Someone

BERLIN = ZoneInfo("Europe/Berlin")
WORDS = "Ask at the pharmacy & <call> Dr Ng"


async def own(harness: Harness) -> list[Reminder]:
    return [row for row in await harness.rows(Reminder) if row.kind is Kind.CUSTOM]


async def with_own(harness: Harness, words: str = WORDS, times: str = "21:00") -> Someone:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    await ann.taps("+ Add your own")
    await ann.says(words)
    await ann.says(times)
    return ann


async def test_own_words_own_times_and_it_comes(harness: Harness) -> None:
    ann = await with_own(harness, times="at 9")
    assert ann.last.buttons == ["In the morning, 09:00", "In the evening, 21:00", "◀ Back"]
    await ann.says("10")
    assert ann.last.buttons[0] == "In the morning, 10:00"
    await ann.says("9")
    await ann.says("in the evening")
    assert ann.last.words.startswith(f"📌 {WORDS}: on, next today 21:00\n21:00\nevery day")
    await harness.live_until(datetime(2027, 1, 13, 21, 0, tzinfo=BERLIN))
    due = ann.last
    assert due.words == f"📌 {WORDS}"
    assert due.buttons == ["Done", "Later", "Skip", "…"]
    assert not due.silent
    await ann.taps("Later")
    await ann.taps("30 min")
    assert due.words == f"📌 {WORDS}: again at 21:30"
    await harness.live_until(datetime(2027, 1, 13, 21, 31, tzinfo=BERLIN))
    await ann.taps("Done")
    assert ann.last.words == f"📌 {WORDS}, 21:00: done"
    rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.CUSTOM]
    assert [row.status for row in rows] == [DeliveryStatus.SENT]


async def test_several_of_ones_own_stand_side_by_side(harness: Harness) -> None:
    ann = await with_own(harness, "First", "21:00")
    await ann.says("/reminders")
    await ann.taps("+ Add your own")
    await ann.says("Second")
    await ann.says("21:00, 21:30")
    await harness.live_until(datetime(2027, 1, 13, 21, 30, tzinfo=BERLIN))
    said = [message.words for message in ann.bot_messages]
    assert {"📌 First", "📌 Second"} <= set(said)
    assert "📌 Second, 21:00: no answer" in said
    await ann.says("/reminders")
    assert [label for label in ann.last.buttons if "📌" in label] == ["📌 First", "📌 Second"]


async def test_changing_and_removing(harness: Harness) -> None:
    ann = await with_own(harness)
    await ann.taps("30 min later")
    assert (await own(harness))[0].times == "21:30"
    await ann.taps("Change the words…")
    await ann.says("Walk round the block")
    assert ann.last.words.startswith("📌 Walk round the block: on")
    await ann.taps("Days…")
    await ann.taps("Monday to Friday")
    await ann.taps("◀ Back")
    await ann.taps("Switch off")
    assert not (await own(harness))[0].enabled
    await ann.taps("Remove…")
    await ann.taps("No, keep it")
    assert len(await own(harness)) == 1
    await ann.taps("Remove…")
    await ann.taps("Yes, remove it")
    assert await own(harness) == []
    assert ann.last.words.startswith("Your reminders")


async def test_the_same_typed_words_twice_are_one_reminder(harness: Harness) -> None:
    ann = await with_own(harness)
    slot = (await own(harness))[0].slot
    async with harness.database.transaction() as session:
        user = await users.get(session, ann.id)
        assert user is not None
        for _ in range(2):
            await queries.add_custom(session, user, WORDS, (time(21),), harness.clock.now(), slot)
    assert len(await own(harness)) == 1


async def test_twenty_and_no_more(harness: Harness) -> None:
    ann = await with_own(harness)
    async with harness.database.transaction() as session:
        user = await users.get(session, ann.id)
        assert user is not None
        have = len(await queries.reminders_of(session, user.id))
        made = [
            await queries.add_custom(session, user, f"no {n}", (), harness.clock.now(), 10_000 + n)
            for n in range(REMINDERS)
        ]
    assert sum(one is not None for one in made) == REMINDERS - have
    await ann.says("/reminders")
    await ann.taps("+ Add your own")
    assert ann.last.words.startswith("You have 20 reminders, the most I can keep")


@pytest.mark.parametrize("words", ["x" * 121, "💤" * 300])
async def test_too_many_words_are_not_taken(harness: Harness, words: str) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    await ann.taps("+ Add your own")
    await ann.says(words)
    assert ann.last.words.startswith("That is too long to read on a phone")
    assert await own(harness) == []


async def test_anothers_reminder_is_out_of_reach(harness: Harness) -> None:
    await with_own(harness)
    before = await own(harness)
    bob = await harness.set_up_person("Bob")
    slot = before[0].slot
    for data in (
        f"kind:custom.{slot}",
        f"on:custom.{slot}:0",
        f"set:custom.{slot}:0300",
        f"times:custom.{slot}",
        f"words:{slot}",
        f"remove:{slot}",
        f"removed:{slot}",
        "kind:custom",
        "kind:custom.x",
        "kind:stretch.1",
        f"kind:custom.{10**12}",
    ):
        await bob.forges(f"reminders:{data}")
    assert await own(harness) == before


async def test_a_meal_idea_is_off_at_first_and_rotates(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("/reminders")
    assert "🥗 Meal idea: off" in ann.last.words
    await ann.taps("🥗 Meal idea")
    await ann.taps("Switch on")
    ideas = []
    for day in (14, 15, 16):
        await harness.live_until(datetime(2027, 1, day, 16, 30, tzinfo=BERLIN))
        assert ann.last.words.startswith("🥗 An idea for a meal\n")
        assert ann.last.silent
        ideas.append(ann.last.words.splitlines()[1])
    assert len(set(ideas)) == 3


# Rests --------------------------------------------------------------------------------------------

EVENING = Schedule((time(22, 20),), by_night=True)
PLAN = ZonePlan("Europe/Berlin")


@pytest.mark.parametrize(
    ("rests", "after", "expected"),
    [
        ("", (13, 12), (13, 22, 20)),
        ("2027-01-13/2027-01-13", (13, 12), (14, 22, 20)),
        ("2027-01-13/2027-01-26", (13, 12), (27, 22, 20)),
        ("2027-01-14/2027-01-20", (13, 12), (13, 22, 20)),
        ("2027-01-14/2027-01-20", (13, 23), (21, 22, 20)),
        ("2027-01-13/2027-01-19,2027-01-20/2027-01-26", (13, 12), (27, 22, 20)),
        ("2027-01-13/2027-01-19,2027-01-21/2027-01-26", (13, 12), (20, 22, 20)),
    ],
)
def test_evenings_without_it_are_passed_over(
    rests: str, after: tuple[int, int], expected: tuple[int, int, int]
) -> None:
    schedule = Schedule(EVENING.times, by_night=True, rests=parse_rests(rests))
    found = first_after(schedule, PLAN, datetime(2027, 1, *after, tzinfo=BERLIN))
    assert found is not None
    assert found.key == datetime(2027, 1, *expected)


def test_a_bedtime_past_midnight_rests_with_its_evening() -> None:
    rests = ((date(2027, 1, 13), date(2027, 1, 13)),)
    schedule = Schedule((time(0, 20),), by_night=True, rests=rests)
    found = first_after(schedule, PLAN, datetime(2027, 1, 13, 12, tzinfo=BERLIN))
    assert found is not None
    assert found.key == datetime(2027, 1, 15, 0, 20)


def test_spans_are_stored_and_read_back() -> None:
    spans = ((date(2027, 1, 13), date(2027, 1, 19)), (date(2027, 1, 27), date(2027, 2, 2)))
    assert parse_rests(format_rests(reversed(spans))) == spans
    assert format_rests(()) is None
    assert parse_rests(None) == ()


async def test_a_reminder_rests_for_its_span_and_comes_back(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    span = (date(2027, 1, 14), date(2027, 1, 16))
    async with harness.database.transaction() as session:
        user = await users.get(session, ann.id)
        assert user is not None
        await queries.set_rests(session, user, Kind.STRETCH, [span], harness.clock.now())
    await harness.live_for(timedelta(days=6))
    rows = [row for row in await harness.rows(Delivery) if row.kind is Kind.STRETCH]
    assert [row.night_on.day for row in rows] == [13, 17, 18]


async def test_a_removed_one_asks_for_no_times(harness: Harness) -> None:
    ann = await with_own(harness)
    (reminder,) = await own(harness)
    await ann.taps("Remove…")
    await ann.taps("Yes, remove it")
    answer = await ann.forges(f"reminders:times:custom.{reminder.slot}")
    assert answer == "That reminder no longer exists."
    await ann.says("9:00")
    assert "A cramp at 09:00" in ann.last.words
