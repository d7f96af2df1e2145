"""A bedtime for tonight only: that night's stretch moves, every other night stays as it is."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Delivery, DeliveryStatus, Kind, User
from bot.local_time.nights import local_time
from tests.support.harness import Harness, Someone

BERLIN = ZoneInfo("Europe/Berlin")


def at(hour: int, minute: int, day: int = 13) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=BERLIN)


async def sent(harness: Harness) -> list[datetime]:
    """When stretches came, by the clock in Berlin."""
    return [
        local_time(one.send_at, "Europe/Berlin")
        for one in await harness.rows(Delivery)
        if one.kind is Kind.STRETCH and one.status is DeliveryStatus.SENT
    ]


async def bedtime(harness: Harness) -> time | None:
    return (await harness.rows(User))[0].bed_time


async def set_up(harness: Harness) -> Someone:
    """A person who goes to bed at 22:30, on Wednesday, 13 January 2027, 20:00 in Berlin."""
    return await harness.set_up_person("Ann")


async def test_tonights_stretch_comes_later_once(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    assert ann.last.words.splitlines() == [
        "Bedtime, only tonight: 23:15",
        "🌙 Stretch: 23:05 · silent",
        "All other nights stay as they are.",
    ]
    assert ann.last.buttons == ["Undo", "Bedtime, every night: 23:15"]
    assert await bedtime(harness) == time(22, 30)
    await harness.live_until(at(23, 4))
    assert await sent(harness) == []
    await harness.live_until(at(23, 6))
    assert await sent(harness) == [datetime(2027, 1, 13, 23, 5)]
    assert "Skip" in ann.last.buttons
    await harness.live_until(at(22, 40, day=14))
    assert (await sent(harness))[1:] == [datetime(2027, 1, 14, 22, 20)]


async def test_it_comes_earlier_and_not_again_at_the_usual_time(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("going to bed at 9:30 tonight")
    assert "🌙 Stretch: 21:20\n" in ann.last.words
    await harness.live_until(at(23, 30))
    assert await sent(harness) == [datetime(2027, 1, 13, 21, 20)]


async def test_undo_leaves_tonight_as_usual(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    moved = ann.last
    await ann.taps("Undo", moved)
    assert moved.words == "Undone. Tonight is like every other night."
    await harness.live_until(at(23, 30))
    assert await sent(harness) == [datetime(2027, 1, 13, 22, 20)]


async def test_every_night_is_a_tap_away_and_brings_no_second_stretch(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    await ann.taps("Bedtime, every night: 23:15")
    assert await bedtime(harness) == time(23, 15)
    await harness.live_until(at(23, 50))
    assert await sent(harness) == [datetime(2027, 1, 13, 23, 5)]


async def test_a_stretch_that_came_comes_again_before_the_later_bedtime(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(at(22, 25))
    await ann.says("tonight I'm going to bed at 23:30")
    await harness.live_until(at(23, 25))
    assert await sent(harness) == [datetime(2027, 1, 13, 23, 20)]


async def test_undo_of_a_stretch_that_came_says_so_and_brings_no_other(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(at(22, 25))
    await ann.says("tonight I'm going to bed at 23:30")
    moved = ann.last
    await ann.taps("Undo", moved)
    assert moved.words == "Undone. Tonight is like every other night."
    await harness.live_until(at(23, 55))
    assert ann.last is moved
    assert await sent(harness) == [datetime(2027, 1, 13, 22, 20)]


async def test_undo_after_the_second_stretch_shows_no_third(harness: Harness) -> None:
    ann = await set_up(harness)
    await harness.live_until(at(22, 25))
    await ann.says("tonight I'm going to bed at 23:30")
    moved = ann.last
    words = moved.words
    await harness.live_until(at(23, 55))
    await ann.taps("Undo", moved)
    assert moved.words == words


async def test_a_stretch_that_was_done_or_does_not_come_is_not_moved(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("skip stretching today")
    await ann.says("tonight I go to bed at 23:15")
    assert "No stretch reminder is to come tonight" in ann.last.words
    assert ann.last.buttons == ["Bedtime, every night: 23:15"]
    await harness.live_until(at(22, 25, day=14))
    await ann.taps("Done")
    await ann.says("tonight I go to bed at 23:15")
    assert "No stretch reminder is to come tonight" in ann.last.words
    await harness.live_until(at(23, 50, day=14))
    assert await sent(harness) == [datetime(2027, 1, 14, 22, 20)]


async def test_said_again_the_last_time_counts(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    await ann.says("tonight I go to bed at 23:45")
    await harness.live_until(at(23, 55))
    assert await sent(harness) == [datetime(2027, 1, 13, 23, 35)]


@pytest.mark.parametrize("otherwise", ["skip stretching today", "mute the stretch today"])
async def test_a_stretch_that_is_muted_does_not_come_at_its_other_time(
    harness: Harness, otherwise: str
) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    await ann.says(otherwise)
    await harness.live_until(at(23, 50))
    assert await sent(harness) == []
    await harness.live_until(at(22, 40, day=14))
    assert await sent(harness) == [datetime(2027, 1, 14, 22, 20)]


@pytest.mark.parametrize(
    ("does", "what", "comes_at"),
    [
        (Someone.says, "stretch at 22:00", time(22)),
        (Someone.says, "stretch reminder 15 minutes earlier", time(22, 5)),
        (Someone.says, "stretch reminder 15 minutes later", time(22, 35)),
        (Someone.says, "my bedtime is 23:00", time(22, 50)),
        (Someone.forges, "users:bed:2300", time(22, 50)),
        (Someone.forges, "reminders:set:stretch:2200", time(22)),
        (Someone.forges, "users:move:Europe/Kyiv", time(21, 20)),
    ],
)
async def test_with_another_plan_one_stretch_comes(
    harness: Harness,
    does: Callable[[Someone, str], Awaitable[object]],
    what: str,
    comes_at: time,
) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    await does(ann, what)
    await harness.live_until(at(23, 50))
    assert await sent(harness) == [datetime.combine(date(2027, 1, 13), comes_at)]


@pytest.mark.parametrize(
    ("off", "on"),
    [("pause until tomorrow", "resume"), ("turn stretching off", "turn stretching on")],
)
async def test_after_a_pause_that_was_ended_the_usual_one_comes(
    harness: Harness, off: str, on: str
) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    await ann.says(off)
    await ann.says(on)
    await harness.live_until(at(23, 50))
    assert await sent(harness) == [datetime(2027, 1, 13, 22, 20)]


async def test_undo_after_the_usual_time_brings_it_at_once(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    moved = ann.last
    await harness.live_until(at(22, 40))
    await ann.taps("Undo", moved)
    assert moved.words == "Undone. Tonight is like every other night."
    await harness.live_until(at(23, 50))
    (came_at,) = await sent(harness)
    assert f"{came_at:%H:%M}" == "22:40"


async def test_the_list_says_when_it_comes(harness: Harness) -> None:
    ann = await set_up(harness)
    await ann.says("tonight I go to bed at 23:15")
    await ann.says("/reminders")
    assert "today 23:05" in ann.last.words
    assert "22:20" not in ann.last.words.splitlines()[2]
    await harness.live_until(at(22, 40))
    await ann.says("/reminders")
    assert "today 23:05" in ann.last.words
    await harness.live_until(at(23, 10))
    await ann.says("/reminders")
    assert "tomorrow 22:20" in ann.last.words


@pytest.mark.parametrize(
    ("now", "said", "shown", "comes_at"),
    [
        ("2027-03-27T22:00+01:00", "3:05 am", "01:55", "2027-03-28T00:55+00:00"),
        ("2027-03-27T22:00+01:00", "1:30 am", "01:20", "2027-03-28T00:20+00:00"),
        ("2027-03-27T22:00+01:00", "3:30 am", "03:20", "2027-03-28T01:20+00:00"),
        ("2027-10-30T22:00+02:00", "2:55 am", "02:45", "2027-10-31T00:45+00:00"),
        ("2027-10-30T22:00+02:00", "3:05 am", "02:55", "2027-10-31T01:55+00:00"),
        ("2027-10-31T02:40+02:00", "2:55 am", "02:45", "2027-10-31T00:45+00:00"),
        ("2027-10-31T02:40+01:00", "2:55 am", "02:45", "2027-10-31T01:45+00:00"),
    ],
)
async def test_on_days_of_a_clock_change_it_is_ten_minutes_before_bed(
    harness: Harness, now: str, said: str, shown: str, comes_at: str
) -> None:
    harness.clock.set(datetime.fromisoformat(now) - timedelta(hours=9))
    ann = await harness.set_up_person("Ann", bed=time(3, 40), wake=time(11))
    harness.clock.set(datetime.fromisoformat(now))
    await ann.says(f"tonight I go to bed at {said}")
    assert f"Stretch: {shown}" in ann.last.words
    due = [one.later_at for one in await harness.rows(Delivery) if one.later_at is not None]
    assert due == [datetime.fromisoformat(comes_at)]


async def test_with_an_earlier_time_tapped_on_the_last_ones_menu_one_comes(
    harness: Harness,
) -> None:
    ann = await set_up(harness)
    await harness.live_until(at(22, 25))
    card = ann.last
    await harness.live_until(at(20, 0, day=14))
    await ann.says("tonight I go to bed at 23:15")
    await ann.taps("…", card)
    await ann.taps("30 min earlier", card)
    await harness.live_until(at(23, 50, day=14))
    assert (await sent(harness))[1:] == [datetime(2027, 1, 14, 21, 50)]
