"""Spread default times: inside their windows, in order, and never into what must stay free."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database.models import EVERY_DAY, Fluids, Kind, Reminder, User
from bot.dispatch import schedule as rules
from bot.dispatch.planning import schedule_of
from bot.dispatch.schedule import ZonePlan
from bot.dispatch.spreading import STEPS, WINDOWS, offset_of
from bot.features.reminders import queries

spreads = st.integers(0, STEPS - 1)
QUARTERS = st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)])


def person(spread: int, bed: time = time(22, 30), wake: time = time(7)) -> User:
    return User(
        id=1,
        created_at=datetime(2027, 1, 1, tzinfo=ZoneInfo("UTC")),
        time_zone="Europe/Berlin",
        bed_time=bed,
        wake_time=wake,
        fluids=Fluids.FREE,
        spread_seconds=spread,
    )


def reminder(kind: Kind, times: str | None = None) -> Reminder:
    return Reminder(user_id=1, kind=kind, times=times, weekdays=EVERY_DAY)


@pytest.mark.parametrize(
    ("kind", "half", "last"),
    [
        (Kind.STRETCH, timedelta(minutes=-5), timedelta(seconds=-599)),
        (Kind.CAFFEINE, timedelta(minutes=-10), timedelta(seconds=-1198)),
        (Kind.CHECK_IN, timedelta(minutes=5), timedelta(seconds=599)),
        (Kind.HYDRATION, timedelta(seconds=1350), timedelta(seconds=2696)),
        (Kind.SUMMARY, timedelta(hours=1), timedelta(seconds=7188)),
        (Kind.CUSTOM, timedelta(0), timedelta(0)),
    ],
)
def test_offsets(kind: Kind, half: timedelta, last: timedelta) -> None:
    offsets = [offset_of(kind, spread) for spread in (0, 300, 599)]
    assert offsets == [timedelta(0), half, last]


def test_every_kind_that_has_default_times_is_spread() -> None:
    assert set(WINDOWS) == set(Kind) - {Kind.CUSTOM}


@given(kind=st.sampled_from(list(Kind)), spread=spreads)
def test_a_chosen_time_is_kept_to_the_minute(kind: Kind, spread: int) -> None:
    assert schedule_of(reminder(kind, "14:30"), person(spread)).spread == timedelta(0)
    assert queries.shown_times(reminder(kind, "14:30"), person(spread)) == (time(14, 30),)


@given(spread=spreads, bed=QUARTERS, wake=QUARTERS)
def test_drinks_stay_apart_and_out_of_the_hours_before_bed(
    spread: int, bed: time, wake: time
) -> None:
    user, plan = person(spread, bed, wake), ZonePlan("Etc/UTC")
    schedule = schedule_of(reminder(Kind.HYDRATION), user)
    if not schedule.times:
        return
    day = list(rules.occurrences_after(schedule, plan, datetime(2027, 1, 13)))[:4]
    for one, following in pairwise(day):
        assert following.due_at - one.due_at > rules.NEXT_DRINK_NEAR
    for one in day:
        bed_at = rules.bedtime_after(one.key, bed)
        spare = rules.instant_of(bed_at, ZoneInfo("Etc/UTC"))
        assert spare is not None
        exact = bed_at - one.key  # as far from bed as it is without the spread
        assert spare - one.due_at >= min(exact, rules.NO_DRINK_BEFORE_BED) - timedelta(minutes=45)


@pytest.mark.parametrize("day", [date(2027, 3, 27), date(2027, 10, 30)])
@pytest.mark.parametrize("kind", list(WINDOWS))
def test_each_local_date_has_its_occurrences_over_clock_changes(kind: Kind, day: date) -> None:
    """Both nights in which the clocks change, with the widest offset."""
    schedule = schedule_of(reminder(kind), person(599))
    start = datetime.combine(day, time.min) - timedelta(minutes=1)
    found = [
        one
        for one in rules.occurrences_after(schedule, ZonePlan("Europe/Berlin"), start)
        if one.key.date() < day + timedelta(days=3)
    ]
    assert len(found) == 3 * len(schedule.times)
    assert len({one.due_at for one in found}) == len(found)


@given(spread=spreads, kind=st.sampled_from([Kind(kind) for kind in WINDOWS]))
def test_what_is_shown_is_true_of_ten_minutes(spread: int, kind: Kind) -> None:
    """People read "about 12:30"."""
    user, row = person(spread), reminder(kind)
    schedule = schedule_of(row, user)
    for nominal, shown in zip(schedule.times, queries.shown_times(row, user), strict=True):
        real = datetime.combine(date(2027, 1, 13), nominal) + schedule.spread
        off = abs(real - datetime.combine(date(2027, 1, 13), shown))
        assert off <= timedelta(minutes=10)
