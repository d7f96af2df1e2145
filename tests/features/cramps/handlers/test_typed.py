"""Typed times and strengths of an entry."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.database.models import Cramp, User
from tests.features.cramps.entries import (
    AT_NIGHT,
    LOG,
    NIGHT,
    again,
    heard,
    logged,
    only_row,
    own,
    sleeper,
)
from tests.support.harness import Harness


async def test_a_typed_time_changes_the_newest_entry_and_can_be_undone(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    reply = ann.last
    for label in ("Another time…", "Last night"):
        await ann.taps(label)
    await ann.says("02:40")
    assert ann.last.words == "Changed to 02:40, Tuesday night."  # the night that is on screen
    assert ann.last.silent
    assert reply.words.startswith("Cramp logged: 02:40\nTuesday night")
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(days=1, minutes=32)
    await ann.taps("Undo: Tuesday night → 02:40")
    row = await only_row(harness)
    assert (row.night_on, row.time_precision) == (NIGHT - timedelta(days=1), "night_only")
    assert reply.words.startswith("Cramp logged: Tuesday night")
    for label in ("More…", "Another time…"):
        await ann.taps(label, reply)
    assert "• Last night" in reply.buttons


@pytest.mark.parametrize(
    ("text", "occurred_at"),
    [
        ("15 min ago", AT_NIGHT - timedelta(minutes=15)),
        ("23:50", datetime(2027, 1, 13, 22, 50, tzinfo=UTC)),
    ],
)
async def test_typed_times(harness: Harness, text: str, occurred_at: datetime) -> None:
    ann = await logged(harness)
    await ann.says(text)
    found = (await only_row(harness)).occurred_at
    assert abs(found - occurred_at) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "back"), [("03:10", timedelta(minutes=2)), ("15 min ago", timedelta(minutes=14))]
)
async def test_a_time_typed_while_the_bot_is_down_is_relative_to_when_it_was_typed(
    harness: Harness, text: str, back: timedelta
) -> None:
    ann = await sleeper(harness)
    await harness.app.stop()
    harness.telegram.press(ann.telegram_person, LOG)
    harness.clock.advance(timedelta(minutes=1))
    harness.telegram.say(ann.telegram_person, text)
    harness.clock.set(AT_NIGHT + timedelta(hours=5))
    await harness.start_again()
    assert ann.last.words.startswith("Changed to ")
    assert abs((await only_row(harness)).occurred_at - (AT_NIGHT - back)) < timedelta(seconds=5)


async def test_the_hint_about_typed_times_is_shown_only_while_they_are_taken(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("Another time…", reply)
    assert "also type a time" in reply.words
    bob = await harness.person("Bob")
    await bob.says("/start")
    await bob.says("Berlin")
    await bob.says("yes")
    await bob.says("/cramp")  # a time would be the bedtime that is asked for
    assert bob.last.words.startswith("Cramp logged")
    await bob.taps("More…")
    assert "type" not in bob.last.words


async def test_a_time_in_the_future_is_refused(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("05:00")
    assert "still to come" in ann.last.words
    assert "Leave it as it is" in ann.last.buttons
    assert (await only_row(harness)).occurred_at == AT_NIGHT


async def test_a_number_typed_after_logging_sets_the_strength(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.says("three")
    row = await only_row(harness)
    assert (row.intensity, row.occurred_at) == (3, AT_NIGHT)
    await ann.says("7")
    assert ann.last.words == "Strength 7 of 10: 03:12, Wednesday night."
    assert ann.last.silent
    assert (await only_row(harness)).intensity == 7
    assert "strength 7" in reply.words
    said = ann.last
    await again(harness, ann, own(ann))
    assert (await only_row(harness)).intensity == 7
    await ann.taps("✏️ Change", said)
    await ann.taps("4", said)
    assert (await only_row(harness)).intensity == 4
    assert "strength 4" in said.words
    assert "strength 4" in reply.words
    for label in ("More…", "Note, count…", "Remove entry"):
        await ann.taps(label, said)
    assert reply.words == said.words == "Removed: 03:12, Wednesday night."


async def test_a_number_sets_no_strength_of_a_twitch_or_an_old_entry(harness: Harness) -> None:
    ann = await logged(harness)
    for step in ("More…", "Note, count…", "Twitch"):
        await ann.taps(step, ann.last)
    await ann.says("7")
    assert (await only_row(harness)).intensity is None
    harness.clock.set(AT_NIGHT + timedelta(hours=1))
    await ann.presses(LOG)
    harness.clock.set(AT_NIGHT + timedelta(hours=2))
    await ann.says("7")
    assert [row.intensity for row in await harness.rows(Cramp)] == [None, None]
    assert "Did you mean one of these?" in ann.last.words


@pytest.mark.parametrize("text", ["11", "-1", "22", "٣", "ouch", "12:99", "🦵" * 2000])
async def test_other_texts_do_not_change_the_entry(harness: Harness, text: str) -> None:
    ann = await logged(harness)
    before = await only_row(harness)
    await ann.says(text)
    assert await only_row(harness) == before
    assert heard(ann, "Changed") == 0


async def test_a_time_typed_over_half_an_hour_later_does_not_change_the_entry(
    harness: Harness,
) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(minutes=31))
    await ann.says("02:40")
    assert (await only_row(harness)).occurred_at == AT_NIGHT


async def test_a_typed_time_is_asked_for_and_unclear_ones_are_asked_again(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("Another time…")
    await ann.taps("Type a time…")
    assert ann.last.words.startswith("What time was it?")
    harness.clock.set(
        AT_NIGHT + timedelta(hours=5)
    )  # a time that was asked for is taken however late it comes
    await harness.restart()
    await ann.says("when the cat jumped")
    assert ann.last.words.startswith("I could not read that")
    await ann.says("at 02:45")
    assert ann.last.words == "Changed to 02:45, Wednesday night."
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(minutes=27)
    assert reply.words == "Cramp logged: 02:45, Wednesday night"
    await ann.says("02:50")
    assert (await only_row(harness)).occurred_at == AT_NIGHT - timedelta(minutes=27)


async def test_the_question_for_a_time_can_be_dismissed(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.taps("Another time…")
    await ann.taps("Type a time…")
    await ann.taps("Leave it as it is")
    assert ann.last.words == "Left as it is: 03:12, Wednesday night."
    harness.clock.set(AT_NIGHT + timedelta(hours=1))
    await ann.says("02:45")
    assert (await only_row(harness)).occurred_at == AT_NIGHT


async def test_removing_an_entry_drops_the_question_for_its_time(harness: Harness) -> None:
    ann = await logged(harness)
    reply = ann.last
    await ann.taps("Another time…")
    await ann.taps("Type a time…")
    await ann.forges(f"cramps:undo:{(await only_row(harness)).id}", reply)
    await ann.says("02:45")
    assert (await only_row(harness)).occurred_at == AT_NIGHT
    assert (await harness.rows(User))[0].awaiting is None


@pytest.mark.parametrize("text", ["03:05", "8"])
async def test_typed_changes_set_edited_at(harness: Harness, text: str) -> None:
    ann = await logged(harness)
    assert (await only_row(harness)).edited_at is None
    await ann.says(text)
    assert (await only_row(harness)).edited_at is not None


async def test_an_approximate_time_is_shown_as_such(harness: Harness) -> None:
    ann = await logged(harness)
    await ann.says("about 2:30")
    assert ann.last.words == "Changed to about 02:30, Wednesday night."
    row = await only_row(harness)
    assert (row.time_precision, row.occurred_at.hour) == ("about", 1)
    await ann.taps("Undo: 03:12 → about 02:30")
    assert (await only_row(harness)).time_precision == "exact"
