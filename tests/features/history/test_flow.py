"""Paging through nights and correcting them, with the whole bot over HTTP."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.database.models import Cramp, NightCheck, User
from tests.features.cramps.entries import LOG, sleeper
from tests.support.harness import Harness, Someone

MORNING = datetime(2027, 1, 20, 8, 0, tzinfo=UTC)
"""09:00 on a Wednesday in Berlin."""


async def diarist(harness: Harness) -> Someone:
    """Somebody with a week of nights: two cramps on Thursday night, one on Monday night."""
    ann = await sleeper(harness, at=datetime(2027, 1, 15, 1, 0, tzinfo=UTC))
    await ann.presses(LOG)
    harness.clock.set(datetime(2027, 1, 15, 3, 0, tzinfo=UTC))
    await ann.presses(LOG)
    await ann.taps("8")
    harness.clock.set(datetime(2027, 1, 19, 2, 0, tzinfo=UTC))
    await ann.presses(LOG)
    harness.clock.set(MORNING)
    return ann


async def test_nights_are_listed_newest_first_since_the_first_one(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    lines = ann.last.words.splitlines()
    assert lines == [
        "Your nights",
        "Tue 19 Jan: no entry",
        "Mon 18 Jan: 1 cramp",
        "Sun 17 Jan: no entry",
        "Sat 16 Jan: no entry",
        "Fri 15 Jan: no entry",
        "Thu 14 Jan: 2 cramps · up to 8 of 10",
        "Wed 13 Jan: no entry",
    ]
    assert "◀ Earlier" not in ann.last.buttons
    assert "Later ▶" not in ann.last.buttons


async def test_a_long_diary_is_paged_without_gap_or_overlap(harness: Harness) -> None:
    ann = await diarist(harness)
    harness.clock.set(MORNING + timedelta(days=20))
    await ann.says("/history")
    message, seen = ann.last, []
    for _ in range(4):
        seen += message.words.splitlines()[1:]
        if "◀ Earlier" not in message.buttons:
            break
        await ann.taps("◀ Earlier", message)
    days = [line.split(":")[0] for line in seen]
    assert len(days) == len(set(days)) == 27
    assert (days[0], days[-1]) == ("Mon 8 Feb", "Wed 13 Jan")
    await ann.taps("Later ▶", message)
    assert "Later ▶" in message.buttons


async def test_an_entry_opens_is_corrected_and_leads_back(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    message, count = ann.last, len(ann.bot_messages)
    await ann.taps("Thu 14 Jan")
    assert message.words.startswith("Night of Thu 14 Jan\n2 cramps · up to 8 of 10")
    await ann.taps("2. 04:00 · Cramp · 8 of 10")
    await ann.taps("4")
    await ann.taps("More…")
    await ann.taps("Done")
    await ann.taps("✏️ Change", message)
    await ann.taps("◀ That night", message)
    assert "up to 4 of 10" in message.words
    await ann.taps("1. 02:00 · Cramp")
    await ann.taps("Remove entry", message)
    await ann.taps("◀ That night", message)
    assert "1 cramp · up to 4 of 10" in message.words
    await ann.taps("◀ All nights")
    assert message.words.startswith("Your nights")
    assert len(ann.bot_messages) == count


async def test_no_cramps_can_be_said_of_a_night_and_withdrawn(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    await ann.taps("Sun 17 Jan")
    await ann.taps("No cramps that night")
    checks = await harness.rows(NightCheck)
    assert [(check.night_on, check.status) for check in checks] == [
        (date(2027, 1, 17), "none_last_night")
    ]
    assert "no cramps" in ann.last.words
    await ann.taps("Undo: no cramps")
    assert await harness.rows(NightCheck) == []


async def test_each_tap_adds_one_cramp_to_a_night(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    await ann.taps("Fri 15 Jan")
    for _ in range(2):  # the same tap, arriving twice
        await ann.forges("history:add:20270115:1")
    added = [row for row in await harness.rows(Cramp) if row.night_on == date(2027, 1, 15)]
    assert [row.time_precision for row in added] == ["night_only"]
    await ann.taps("Add a cramp")
    await ann.taps("1. Friday night · Cramp")
    await ann.taps("Remove entry")
    await ann.taps("◀ That night")
    await ann.taps("Add a cramp")
    rows = [row for row in await harness.rows(Cramp) if row.night_on == date(2027, 1, 15)]
    assert [row.deleted_at is None for row in rows].count(True) == 2
    assert len(rows) == 3


@pytest.mark.parametrize(
    "data",
    [
        "night:20270121",
        "night:20250101",
        "night:x",
        "night",
        "none:20270117:2",
        "none:20270120:1",
        "add:20270121:1",
        "add:20270115:7",
        "add:20270115:0",
        "add:20270115",
        "page:20991231",
        "page:20000101",
    ],
)
async def test_forged_nights_change_nothing(harness: Harness, data: str) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    before = await harness.rows(Cramp)
    await ann.forges(f"history:{data}")
    assert await harness.rows(Cramp) == before
    assert await harness.rows(NightCheck) == []


async def test_people_see_their_own_nights_only(harness: Harness) -> None:
    await diarist(harness)
    bob = await sleeper(harness, "Bob", at=MORNING)
    await bob.says("/history")
    await bob.forges("history:night:20270114")
    assert "cramp" not in bob.last.words.replace("Add a cramp", "")
    assert len(await harness.rows(User)) == 2


async def test_nights_over_a_year_old_can_be_opened(harness: Harness) -> None:
    ann = await diarist(harness)
    harness.clock.set(MORNING + timedelta(days=500))
    await ann.says("/history")
    await ann.forges("history:page:20270114")
    await ann.taps("Thu 14 Jan")
    assert ann.last.words.startswith("Night of Thu 14 Jan\n2 cramps")
    await ann.forges("history:night:20270112")
    assert ann.last.words.startswith("Night of Thu 14 Jan\n2 cramps")


async def test_text_typed_after_going_back_answers_no_question(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    await ann.taps("Add a cramp…")
    await ann.taps("◀ Back")
    assert [user.awaiting for user in await harness.rows(User)] == [None]
    await ann.says("hello")
    assert "as a time" not in ann.last.words


async def test_the_strength_of_a_night_leaves_out_other_pain(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/cramp 14 Jan 23:00")
    await ann.taps("10")
    for label in ("More…", "Note, count…", "Other pain"):
        await ann.taps(label)
    await ann.says("/history")
    assert "Thu 14 Jan: 2 cramps · up to 8 of 10 · other pain" in ann.last.words
    await ann.taps("Thu 14 Jan")
    assert "1. 23:00 · Other pain · 10 of 10" in ann.last.buttons


async def test_what_is_typed_with_a_night_open_is_about_that_night(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.presses(LOG)  # the newest entry, which is not what is on screen
    await ann.says("/history")
    await ann.taps("Mon 18 Jan")
    await ann.says("04:10")
    assert ann.last.words.startswith("Tue 19 Jan, 04:10: is that another cramp")
    await ann.taps("Correct that entry")
    assert ann.last.words == "Changed to 04:10, Monday night."
    await ann.says("/history")
    await ann.taps("Thu 14 Jan")
    await ann.says("7")
    assert ann.last.words.startswith("Night of Thu 14 Jan")  # one of two entries, so neither
    await ann.says("23:55")
    assert ann.last.words == "A cramp at 23:55, Thursday night?"
    assert [one.intensity for one in await harness.rows(Cramp)] == [None, 8, None, None]


async def test_a_time_typed_after_adding_is_that_of_the_added_cramp(harness: Harness) -> None:
    ann = await diarist(harness)
    await ann.says("/history")
    await ann.taps("Sat 16 Jan")
    await ann.taps("Add a cramp")
    await ann.says("02:30")
    await ann.says("7")
    added = (await harness.rows(Cramp))[-1]
    assert added.occurred_at == datetime(2027, 1, 17, 1, 30, tzinfo=UTC)
    assert added.intensity == 7
