"""A bedtime for tonight only: that night's stretch moves, every other night stays as it is."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

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
