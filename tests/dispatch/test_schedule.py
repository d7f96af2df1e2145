"""When reminders are due: tables of dates, and properties over zones, schedules and years."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dispatch import schedule as rules
from bot.dispatch.schedule import Occurrence, Schedule, ZonePlan
from tests.support.lengths import example_count


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


INSTANTS = [
    # zone, wall-clock time, instant (UTC), why
    ("Europe/Berlin", "2027-01-13T22:20", "2027-01-13T21:20", "an ordinary winter day"),
    ("Europe/Berlin", "2027-07-13T22:20", "2027-07-13T20:20", "an ordinary summer day"),
    ("Europe/Berlin", "2027-03-28T01:59", "2027-03-28T00:59", "just before the gap"),
    ("Europe/Berlin", "2027-03-28T02:00", "2027-03-28T01:00", "first minute of the gap"),
    ("Europe/Berlin", "2027-03-28T02:30", "2027-03-28T01:00", "inside the gap: first after it"),
    ("Europe/Berlin", "2027-03-28T02:59", "2027-03-28T01:00", "last minute of the gap"),
    ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00", "just after the gap"),
    ("Europe/Berlin", "2027-10-31T01:59", "2027-10-30T23:59", "before the repeated hour"),
    ("Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30", "happens twice: the first time"),
    ("Europe/Berlin", "2027-10-31T03:00", "2027-10-31T02:00", "after the repeated hour"),
    ("America/New_York", "2027-03-14T02:30", "2027-03-14T07:00", "gap"),
    ("America/New_York", "2027-11-07T01:30", "2027-11-07T05:30", "repeated"),
    ("Australia/Lord_Howe", "2027-10-03T02:15", "2027-10-02T15:30", "a gap of half an hour"),
    ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-03T14:45", "half an hour repeated"),
    ("Africa/Cairo", "2027-04-30T00:00", "2027-04-29T22:00", "midnight does not exist"),
    ("America/Santiago", "2027-09-05T00:30", "2027-09-05T04:00", "midnight does not exist"),
    ("Asia/Kathmandu", "2027-01-13T22:20", "2027-01-13T16:35", "an offset of 5:45"),
    ("America/Nuuk", "2027-03-27T23:30", "2027-03-28T01:00", "the gap ends on the next date"),
]


@pytest.mark.parametrize(("zone", "key", "instant", "why"), INSTANTS)
def test_instant_of(zone: str, key: str, instant: str, why: str) -> None:
    assert rules.instant_of(local(key), ZoneInfo(zone)) == at(instant), why


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Apia", "2011-12-30"), ("Pacific/Kwajalein", "1993-08-21")]
)
def test_a_day_that_never_was_has_no_instant(zone: str, day: str) -> None:
    assert rules.instant_of(local(f"{day}T12:00"), ZoneInfo(zone)) is None


NEXT = [
    # zone, times, weekdays, now (UTC), expected local key, expected instant
    ("Europe/Berlin", "22:20", None, "2027-01-13T20:00", "2027-01-13T22:20", "2027-01-13T21:20"),
    ("Europe/Berlin", "22:20", None, "2027-01-13T21:20", "2027-01-14T22:20", "2027-01-14T21:20"),
    ("Europe/Berlin", "22:20", None, "2027-01-31T22:00", "2027-02-01T22:20", "2027-02-01T21:20"),
    ("Europe/Berlin", "22:20", None, "2027-12-31T22:00", "2028-01-01T22:20", "2028-01-01T21:20"),
    ("Europe/Berlin", "00:30", None, "2027-03-28T00:00", "2027-03-29T00:30", "2027-03-28T22:30"),
    ("Europe/Berlin", "02:30", None, "2027-03-27T12:00", "2027-03-28T02:30", "2027-03-28T01:00"),
    ("Europe/Berlin", "02:30", None, "2027-03-28T01:00", "2027-03-29T02:30", "2027-03-29T00:30"),
    ("Europe/Berlin", "02:30", None, "2027-10-31T00:30", "2027-11-01T02:30", "2027-11-01T01:30"),
    ("Europe/Berlin", "18:00", {6}, "2027-03-22T00:00", "2027-03-28T18:00", "2027-03-28T16:00"),
    ("Europe/Berlin", "18:00", {6}, "2027-03-28T16:00", "2027-04-04T18:00", "2027-04-04T16:00"),
    ("Europe/Berlin", "18:00", {6}, "2027-10-25T00:00", "2027-10-31T18:00", "2027-10-31T17:00"),
    ("America/New_York", "22:20", None, "2027-01-14T03:00", "2027-01-13T22:20", "2027-01-14T03:20"),
    ("Pacific/Auckland", "08:00", {0}, "2027-01-10T18:00", "2027-01-11T08:00", "2027-01-10T19:00"),
    ("Africa/Cairo", "00:00", None, "2027-04-29T21:59", "2027-04-30T00:00", "2027-04-29T22:00"),
]


@pytest.mark.parametrize(("zone", "slot", "weekdays", "now", "key", "instant"), NEXT)
def test_first_after(
    zone: str, slot: str, weekdays: set[int] | None, now: str, key: str, instant: str
) -> None:
    schedule = Schedule((time.fromisoformat(slot),), frozenset(weekdays or range(7)))
    found = rules.first_after(schedule, ZonePlan(zone), at(now))
    assert found == Occurrence(local(key), at(instant))


def test_two_times_in_one_gap_are_one_occurrence() -> None:
    schedule = Schedule((time(2, 15), time(2, 45), time(3, 0), time(4, 0)))
    plan = ZonePlan("Europe/Berlin")
    first = rules.first_after(schedule, plan, at("2027-03-28T00:00"))
    assert first == Occurrence(local("2027-03-28T02:15"), at("2027-03-28T01:00"))
    second = rules.following(schedule, plan, first)
    assert second == Occurrence(local("2027-03-28T04:00"), at("2027-03-28T02:00"))


def test_a_schedule_without_days_or_times_never_comes() -> None:
    plan, now = ZonePlan("Europe/Berlin"), at("2027-01-13T12:00")
    assert rules.first_after(Schedule((), frozenset(range(7))), plan, now) is None
    assert rules.first_after(Schedule((time(8),), frozenset()), plan, now) is None


def test_a_bedtime_after_midnight_counts_for_the_evening_before() -> None:
    fridays = Schedule((time(0, 20),), frozenset({4}), by_night=True)
    found = rules.first_after(fridays, ZonePlan("Europe/Berlin"), at("2027-01-13T12:00"))
    assert found is not None
    assert found.key == local("2027-01-16T00:20")  # a Saturday by the calendar


def test_the_spread_moves_the_instant_and_not_the_key() -> None:
    schedule = Schedule((time(22, 20),), spread=timedelta(minutes=-7))
    found = rules.first_after(schedule, ZonePlan("Europe/Berlin"), at("2027-01-13T12:00"))
    assert found == Occurrence(local("2027-01-13T22:20"), at("2027-01-13T21:13"))


class TestTravel:
    evening = Schedule((time(22, 20),))

    def test_west_does_not_double(self) -> None:
        """Sent in Berlin at 22:20; in New York 22:20 of the same date is still in the future."""
        sent = Occurrence(local("2027-01-13T22:20"), at("2027-01-13T21:20"))
        found = rules.following(self.evening, ZonePlan("America/New_York"), sent)
        assert found == Occurrence(local("2027-01-14T22:20"), at("2027-01-15T03:20"))

    def test_east_does_not_lose(self) -> None:
        """Planned for 22:20 in New York; in Berlin that has passed, so it comes up at once."""
        found = rules.moved(self.evening, ZonePlan("Europe/Berlin"), local("2027-01-13T22:20"))
        assert found == Occurrence(local("2027-01-13T22:20"), at("2027-01-13T21:20"))

    def test_home_time_is_kept_until_a_date(self) -> None:
        plan = ZonePlan("America/New_York", "Europe/Berlin", date(2027, 1, 15))
        first = rules.first_after(self.evening, plan, at("2027-01-13T12:00"))
        assert first is not None
        keys = [first]
        for _ in range(3):
            following = rules.following(self.evening, plan, keys[-1])
            assert following is not None
            keys.append(following)
        assert keys == [
            Occurrence(local("2027-01-13T22:20"), at("2027-01-13T21:20")),
            Occurrence(local("2027-01-14T22:20"), at("2027-01-14T21:20")),
            Occurrence(local("2027-01-15T22:20"), at("2027-01-16T03:20")),
            Occurrence(local("2027-01-16T22:20"), at("2027-01-17T03:20")),
        ]

    def test_across_the_date_line_a_missing_day_is_left_out(self) -> None:
        found = rules.moved(self.evening, ZonePlan("Pacific/Apia"), local("2011-12-30T22:20"))
        assert found is not None
        assert found.key == local("2011-12-31T22:20")


ZONES = st.sampled_from(sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}))
TIMES = st.lists(
    st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=5
)
DAYS = st.sets(st.integers(0, 6), min_size=1)
STARTS = st.datetimes(datetime(2005, 1, 1), datetime(2036, 1, 1))


@settings(max_examples=example_count(300), deadline=None)
@given(zone=ZONES, times=TIMES, weekdays=DAYS, start=STARTS)
def test_no_occurrence_is_lost_or_doubled(
    zone: str, times: list[time], weekdays: set[int], start: datetime
) -> None:
    """Following the chain for a month meets every wall-clock slot exactly once, in order."""
    schedule, plan = Schedule(tuple(times), frozenset(weekdays)), ZonePlan(zone)
    now = start.replace(tzinfo=UTC)
    chain = []
    occurrence = rules.first_after(schedule, plan, now)
    while occurrence is not None and occurrence.due_at < now + timedelta(days=30):
        chain.append(occurrence)
        occurrence = rules.following(schedule, plan, occurrence)
    instants = [occurrence.due_at for occurrence in chain]
    assert instants == sorted(set(instants))
    expected = set()
    for offset in range(-2, 33):
        day = (now + timedelta(days=offset)).date()
        for slot in times:
            key = datetime.combine(day, slot)
            instant = rules.instant_of(key, ZoneInfo(zone))
            in_time = instant is not None and now < instant < now + timedelta(days=30)
            if day.weekday() in weekdays and in_time:
                expected.add(instant)
    assert set(instants) == expected


@settings(max_examples=example_count(300), deadline=None)
@given(zone=ZONES, key=STARTS)
def test_an_instant_shows_the_wall_clock_time_or_the_end_of_its_gap(
    zone: str, key: datetime
) -> None:
    key = key.replace(second=0, microsecond=0)
    instant = rules.instant_of(key, ZoneInfo(zone))
    if instant is None:
        return
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    before = (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown == key or before < key < shown
    if shown == key:  # the first time that it shows
        earlier = instant - timedelta(hours=1)
        assert earlier.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < key


@settings(max_examples=example_count(200), deadline=None)
@given(
    zones=st.lists(ZONES, min_size=2, max_size=5),
    slot=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),
    stays=st.lists(st.integers(1, 200), min_size=5, max_size=5),
)
def test_a_traveller_gets_one_occurrence_a_date(
    zones: list[str], slot: time, start: datetime, stays: list[int]
) -> None:
    """However a person travels, every local date has its occurrence exactly once."""
    schedule = Schedule((slot,))
    now = start.replace(tzinfo=UTC)
    pending = rules.first_after(schedule, ZonePlan(zones[0]), now)
    fired: list[date] = []
    for zone, hours in zip(zones, stays, strict=False):
        assert pending is not None
        pending = rules.moved(schedule, ZonePlan(zone), pending.key)
        leaves = now + timedelta(hours=hours)
        while pending is not None and pending.due_at <= leaves:
            fired.append(pending.key.date())
            pending = rules.following(schedule, ZonePlan(zone), pending)
        now = leaves
    assert fired == [fired[0] + timedelta(days=n) for n in range(len(fired))] if fired else True


DEFAULTS = [
    # bed, wake, stretch, caffeine, early evening, drinks
    ("22:30", "07:00", "22:20", "14:30", "18:00", "08:00 12:30 15:30 18:30"),
    ("00:30", "08:00", "00:20", "16:30", "20:00", "09:00 12:45 16:30 20:30"),
    ("21:00", "05:30", "20:50", "13:00", "16:30", "06:30 12:30 15:30 17:00"),
    ("08:00", "16:00", "07:50", "00:00", "03:30", "17:00 20:30 00:15 04:00"),
]


@pytest.mark.parametrize(("bed", "wake", "stretch", "caffeine", "dinner", "drinks"), DEFAULTS)
def test_defaults(
    bed: str, wake: str, stretch: str, caffeine: str, dinner: str, drinks: str
) -> None:
    to_bed, up = time.fromisoformat(bed), time.fromisoformat(wake)
    shown = [
        " ".join(slot.strftime("%H:%M") for slot in slots)
        for slots in (
            rules.stretch_times(to_bed),
            rules.caffeine_times(to_bed),
            rules.dinner_caffeine_times(to_bed),
            rules.hydration_times(to_bed, up),
        )
    ]
    assert shown == [stretch, caffeine, dinner, drinks]


@given(
    bed=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    wake=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_drinks_come_by_day_and_never_in_the_two_hours_before_bed(bed: time, wake: time) -> None:
    awake = rules.day_length(bed, wake)
    anchor = datetime.combine(date(2000, 1, 1), wake)
    for slot in rules.hydration_times(bed, wake):
        after_waking = (datetime.combine(date(2000, 1, 1), slot) - anchor) % timedelta(days=1)
        assert timedelta(hours=1) <= after_waking <= awake - timedelta(hours=2)


class TestLateRules:
    due = Occurrence(local("2027-01-13T12:30"), at("2027-01-13T11:30"))

    def test_a_drink_is_dropped_once_the_next_is_near(self) -> None:
        limit = rules.hydration_useful_until(self.due, at("2027-01-13T14:30"), None)
        assert limit == at("2027-01-13T14:00")

    def test_a_drink_is_dropped_two_hours_before_bed(self) -> None:
        limit = rules.hydration_useful_until(self.due, None, at("2027-01-13T15:00"))
        assert limit == at("2027-01-13T13:00")

    def test_a_drink_that_somebody_set_late_is_kept_ten_minutes(self) -> None:
        limit = rules.hydration_useful_until(self.due, None, at("2027-01-13T12:00"))
        assert limit == at("2027-01-13T11:40")

    def test_a_stretch_is_dropped_after_bedtime(self) -> None:
        assert rules.stretch_useful_until(self.due, at("2027-01-13T11:50")) == at(
            "2027-01-13T11:50"
        )

    def test_a_stretch_far_from_bedtime_is_dropped_after_four_hours(self) -> None:
        assert rules.stretch_useful_until(self.due, at("2027-01-13T21:30")) == at(
            "2027-01-13T15:30"
        )

    def test_caffeine_is_dropped_after_two_hours(self) -> None:
        assert rules.caffeine_useful_until(self.due) == at("2027-01-13T13:30")

    @pytest.mark.parametrize(
        ("key", "bed", "expected"),
        [
            ("2027-01-13T22:20", "22:30", "2027-01-13T22:30"),
            ("2027-01-13T22:30", "22:30", "2027-01-13T22:30"),
            ("2027-01-13T23:50", "00:30", "2027-01-14T00:30"),
            ("2027-01-14T00:20", "00:30", "2027-01-14T00:30"),
        ],
    )
    def test_bedtime_after(self, key: str, bed: str, expected: str) -> None:
        assert rules.bedtime_after(local(key), time.fromisoformat(bed)) == local(expected)

    def test_a_morning_question_is_dropped_at_noon(self) -> None:
        up = Occurrence(local("2027-01-13T07:00"), at("2027-01-13T06:00"))
        noon_at = at("2027-01-13T11:00")
        assert rules.check_in_useful_until(up, noon_at) == noon_at

    @pytest.mark.parametrize("noon", ["2027-01-13T11:00", "2027-01-13T12:00", None])
    def test_a_morning_question_of_late_risers_is_kept_four_hours(self, noon: str | None) -> None:
        limit = rules.check_in_useful_until(self.due, at(noon) if noon else None)
        assert limit == at("2027-01-13T15:30")


@pytest.mark.parametrize("days", [0, 1, 6, 250])
def test_a_reminder_that_comes_once_comes_once(days: int) -> None:
    today = date(2027, 1, 13)
    day = today + timedelta(days=days)
    stored = rules.format_rests(rules.only_on(day, today))
    rests = rules.parse_rests(stored)
    assert rules.only_day(rests) == day
    assert rules.only_day(((today, day),)) is None
    schedule = Schedule((time(23),), rests=rests)
    plan = ZonePlan("Europe/Berlin")
    now = at("2027-01-13T10:00")
    found = rules.first_after(schedule, plan, now)
    assert found is not None
    assert found.key == datetime.combine(day, time(23))
    assert rules.first_after(schedule, plan, found.due_at) is None
    assert schedule.horizon_days < 300
