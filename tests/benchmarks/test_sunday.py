"""The simulated Sunday: due times are the bot's, the queue is right, the stated numbers hold."""

from datetime import UTC, datetime, time, timedelta

import pytest

from benchmarks import sunday
from benchmarks.sunday import DAY, ONE_ZONE, SUNDAY, WORLD, Lateness, Person
from bot.database.models import EVERY_DAY, Fluids, Kind, Reminder, User
from bot.dispatch.planning import default_weekdays, next_occurrence


@pytest.mark.parametrize("spread", [0, 7, 333, 599])
@pytest.mark.parametrize("kind", [Kind.STRETCH, Kind.CAFFEINE, Kind.HYDRATION, Kind.SUMMARY])
def test_due_seconds_are_those_of_the_bots_plan(kind: Kind, spread: int) -> None:
    weekdays = default_weekdays(kind)
    start = datetime.combine(SUNDAY, time.min, UTC)
    user = User(
        id=1,
        created_at=start,
        time_zone="UTC",
        bed_time=time(22, 30),
        wake_time=time(7),
        fluids=Fluids.FREE,
        spread_seconds=spread,
    )
    row = Reminder(user_id=1, kind=kind, weekdays=weekdays)
    planned, now = [], start - timedelta(hours=1)
    while (found := next_occurrence(row, user, now)) and found.due_at < start + timedelta(days=1):
        if found.due_at >= start:
            planned.append(int((found.due_at - start).total_seconds()))
        now = found.due_at
    person = Person(kind, None, weekdays, time(22, 30), time(7), 0)
    assert list(sunday.due_seconds(person, [spread])) == planned
    assert planned


def test_a_queue_by_hand() -> None:
    """Ten urgent and twenty relaxed messages in one second, five sent a second: urgent first."""
    load = {Kind.STRETCH: [0.0] * DAY, Kind.HYDRATION: [0.0] * DAY}
    load[Kind.STRETCH][100], load[Kind.HYDRATION][100] = 1.0, 2.0
    found = sunday.run(load, 10, 5)
    assert found["urgent"] == Lateness(1, 1, 1, 1)
    assert found["relaxed"] == Lateness(5, 5, 5, 5)


def test_below_the_rate_nothing_is_late() -> None:
    load = {Kind.STRETCH: [1 / DAY] * DAY}
    assert sunday.run(load, 1000, 30)["urgent"] == Lateness(0, 0, 0, 0)


def test_what_is_left_at_midnight_counts_as_late() -> None:
    load = {Kind.SUMMARY: [0.0] * DAY}
    load[Kind.SUMMARY][DAY - 1] = 1.0
    assert sunday.run(load, 300, 1)["relaxed"].worst == 299


def test_time_zones_shift_the_day_and_keep_every_message() -> None:
    counts = [0.0] * DAY
    counts[12 * 3600] = 1.0
    moved = sunday.over_zones(counts, {1: 25.0, -8: 75.0})
    assert (moved[11 * 3600], moved[20 * 3600]) == (0.25, 0.75)
    assert sum(sunday.over_zones(counts, WORLD)) == pytest.approx(1)


def test_everybody_has_what_the_bot_sends() -> None:
    load = sunday.load_of(sunday.real_people(), spread=False)
    assert {kind: round(sum(counts), 6) for kind, counts in load.items()} == {
        Kind.STRETCH: 1,
        Kind.CAFFEINE: 1,
        Kind.CHECK_IN: 1,
        Kind.HYDRATION: 3.2,
        Kind.SUMMARY: 1,
    }
    assert EVERY_DAY == 0b1111111


@pytest.fixture(scope="module")
def peers_load() -> sunday.Load:
    return sunday.load_of(sunday.peers_people())


@pytest.mark.parametrize(("zones", "users"), [(ONE_ZONE, 60_000), (WORLD, 125_000)])
@pytest.mark.in_ci
def test_more_users_than_the_best_of_the_usual_designs(
    peers_load: sunday.Load, zones: dict[int, float], users: int
) -> None:
    """That one keeps the limits up to 55,000 in one zone and 120,000 over the world."""
    spread = {kind: sunday.over_zones(counts, zones) for kind, counts in peers_load.items()}
    assert sunday.keeps_limits(sunday.run(spread, users, 30))
    assert not sunday.keeps_limits(sunday.run(spread, users * 2, 30))
