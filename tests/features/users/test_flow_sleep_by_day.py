"""People who sleep by day, and people whose shifts change: one sleep is one night, everywhere."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Cramp, Delivery, DeliveryStatus, Kind, SetupStep, WeeklySummary
from bot.features.summary.stats import WeekFigures
from bot.features.users.messages.bed_wake_fluids import first_wake_time
from bot.local_time.nights import local_time
from tests.features.users.steps import LOG, reminder, row_of
from tests.support.harness import Harness, Someone

ZONE = "Europe/Berlin"


def at(day: int, clock: str = "12:00") -> datetime:
    """A moment of January 2027, which begins on a Friday."""
    return datetime.combine(date(2027, 1, day), time.fromisoformat(clock), ZoneInfo(ZONE))


async def logs_at(harness: Harness, someone: Someone, *moments: datetime) -> None:
    for moment in moments:
        await harness.live_until(moment)
        await someone.presses(LOG)


async def nights(harness: Harness) -> list[int]:
    """The day of each entry's night, in the order in which they were logged."""
    rows = await harness.rows(Cramp)
    return [row.night_on.day for row in sorted(rows, key=lambda row: row.tapped_at)]


async def test_a_week_of_somebody_who_sleeps_by_day(harness: Harness) -> None:
    harness.clock.set(at(18, "17:00"))
    ann = await harness.set_up_person("Ann", bed=time(8, 30), wake=time(16))
    await logs_at(harness, ann, at(19, "11:50"))
    await logs_at(harness, ann, at(19, "12:40"))
    assert "It counts towards Monday night.\nYour second cramp this night." in ann.last.words
    assert await nights(harness) == [18, 18]
    assert ann.last.silent

    await harness.live_until(at(20, "15:59"))
    assert not any("How was last night" in one.words for one in ann.bot_messages)
    await harness.live_until(at(20, "16:00"))  # after THEIR waking
    await ann.taps("No cramps", ann.with_button("No cramps"))
    assert "Tuesday night: no cramps." in ann.last.words

    await harness.live_until(at(20, "17:00"))
    await ann.says("/history")
    lines = ann.last.words.splitlines()
    assert lines[1:3] == ["Tue 19 Jan: no cramps", "Mon 18 Jan: 2 cramps"]
    await ann.says("no cramps last night")
    assert "Tuesday night" in ann.last.words
    await ann.says("cramp yesterday 14:30")
    await ann.says("cramp last night")
    assert await nights(harness) == [18, 18, 18, 19]

    await harness.live_until(at(24, "18:10"))
    deliveries = [one for one in await harness.rows(Delivery) if one.kind is not Kind.SUMMARY]
    when = {(one.kind, local_time(one.due_at, ZONE).time()) for one in deliveries}
    assert {clock for kind, clock in when if kind is Kind.STRETCH} == {time(8, 20)}
    assert {clock for kind, clock in when if kind is Kind.CAFFEINE} == {time(0, 30)}
    assert {clock for kind, clock in when if kind is Kind.CHECK_IN} == {time(16)}
    drinks = {clock for kind, clock in when if kind is Kind.HYDRATION}
    assert drinks == {time(17), time(20, 45), time(0, 30), time(4, 30)}
    for one in deliveries:  # a waking day and the sleep after it have the date of one evening
        local = local_time(one.due_at, ZONE)
        is_before = local.time() < time(12) or one.kind is Kind.CHECK_IN
        assert one.night_on == local.date() - timedelta(days=is_before), one.kind
    each_stretch = Counter(one.night_on for one in deliveries if one.kind is Kind.STRETCH)
    assert set(each_stretch.values()) == {1}

    (row,) = await harness.rows(WeeklySummary)
    week = WeekFigures.from_json(row.figures)
    assert [night.cramps for night in week.nights][:4] == [0, 3, 1, 0]
    assert (week.covered, week.cramps, week.finished) == (2, 4, 6)


SHIFTS = [
    # when the times are set, and when cramps are logged with the night they belong to
    (
        "18 15:00",
        [("18 03:00", 17), ("19 10:00", 18), ("19 14:00", 18), ("20 09:00", 19), ("20 15:00", 19)],
    ),
    ("19 10:00", [("18 03:00", 17), ("19 10:30", 18), ("19 14:00", 18), ("20 14:00", 19)]),
]


async def sets(someone: Someone, what: str, typed: str, tapped: str | None = None) -> None:
    await someone.says("/settings")
    await someone.taps(what)
    await someone.says(typed)
    if tapped is not None:
        await someone.taps(tapped)


@pytest.mark.parametrize(("changed", "logged"), SHIFTS)
async def test_shifts_that_change_keep_what_was_entered(
    harness: Harness, changed: str, logged: list[tuple[str, int]]
) -> None:
    """To the night shift and back: no night twice, none left out, and the week has seven."""

    def moment(text: str) -> datetime:
        day, _, clock = text.partition(" ")
        return at(int(day), clock)

    harness.clock.set(at(17, "20:00"))
    ann = await harness.set_up_person("Ann")
    await logs_at(harness, ann, moment(logged[0][0]))
    await harness.live_until(moment(changed))
    await sets(ann, "Bedtime", "8:30", "In the morning, 08:30")
    await sets(ann, "Getting up", "4")
    assert (await row_of(harness, ann)).wake_time == time(16)
    assert await nights(harness) == [17]
    await logs_at(harness, ann, *(moment(text) for text, _night in logged[1:]))
    await harness.live_until(at(23, "17:00"))
    await sets(ann, "Bedtime", "10:30", "In the evening, 22:30")
    await sets(ann, "Getting up", "7")
    user = await row_of(harness, ann)
    assert (user.bed_time, user.wake_time) == (time(22, 30), time(7))
    await logs_at(harness, ann, at(23, "23:30"), at(24, "02:00"), at(24, "13:00"))
    assert await nights(harness) == [*(night for _text, night in logged), 23, 23, 24]
    mornings = [one for one in await harness.rows(Delivery) if one.kind is Kind.CHECK_IN]
    asked = [one.night_on for one in mornings if one.status is DeliveryStatus.SENT]
    assert len(set(asked)) == len(asked)
    assert {one.night_on.day for one in mornings} == set(range(17, 24))


TYPED = [
    # language, what is typed for the bedtime, the button that follows, the stored bedtime
    ("en", "11", None, time(23)),
    ("en", "10:30", None, time(22, 30)),
    ("en", "08:30", "In the evening, 20:30", time(20, 30)),
    ("de", "halb neun oder 8:30", None, None),
    ("de", "8:30 Uhr", "Morgens, 08:30", time(8, 30)),
    ("fr", "10h30", None, time(22, 30)),
    ("ru", "в 11", None, time(23)),
    ("es", "a las 11", None, time(23)),
    ("pt-br", "10h30", None, time(22, 30)),
]


@pytest.mark.parametrize(("language", "typed", "button", "bed"), TYPED)
async def test_a_typed_bedtime_is_the_evening_or_is_asked(
    harness: Harness, language: str, typed: str, button: str | None, bed: time | None
) -> None:
    ann = await harness.person("Ann", language=language)
    await ann.says("/start")
    await ann.forges(f"users:zone:{ZONE}")
    if (await row_of(harness, ann)).setup_step is not SetupStep.BED:
        await ann.forges(f"users:move:{ZONE}")
    await ann.says(typed)
    if button is not None:
        assert (await row_of(harness, ann)).bed_time is None
        assert len(ann.last.buttons) >= 2
        await ann.taps(button)
    assert (await row_of(harness, ann)).bed_time == bed


async def test_no_stretch_comes_in_the_morning_without_a_word(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann", language="en")
    await sets(ann, "Bedtime", "10:30")
    assert (await reminder(harness, Kind.STRETCH)).next_local == "2027-01-13T22:20"
    await sets(ann, "Bedtime", "10:30 am")
    assert (await reminder(harness, Kind.STRETCH)).next_local == "2027-01-13T22:20"
    await ann.says("10:30 am")  # asked, and said again
    assert (await reminder(harness, Kind.STRETCH)).next_local == "2027-01-14T10:20"


@pytest.mark.parametrize(
    ("bed", "first"),
    [
        (None, time(5, 30)),
        (time(22, 30), time(5, 30)),
        (time(0, 30), time(5, 30)),
        (time(8, 30), time(13, 30)),
        (time(6, 10), time(11)),
    ],
)
def test_times_to_get_up_follow_a_bedtime_by_day(bed: time | None, first: time) -> None:
    assert first_wake_time(bed) == first
