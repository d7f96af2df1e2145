"""Reminders of people who travel: who comes back over the date line lives an evening again."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.database.models import EVERY_DAY, Fluids, Kind, Reminder, User
from bot.dispatch import schedule as rules
from bot.dispatch.planning import (
    format_key,
    move_reminder,
    replan_reminder,
    schedule_of,
    set_next,
    zone_plan_of,
)
from bot.dispatch.schedule import Occurrence
from tests.support.lengths import example_count

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(zone: str, text: str) -> datetime:
    """The instant of a wall-clock time (``01-13T22:20``) of 2027 in a zone."""
    return datetime.fromisoformat(f"2027-{text}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Traveller:
    """One person with one reminder, without a database."""

    def __init__(self, zone: str, now: datetime, kind: Kind = Kind.STRETCH) -> None:
        self.user = User(
            id=1,
            created_at=now,
            time_zone=zone,
            bed_time=time(22, 30),
            wake_time=time(7),
            fluids=Fluids.FREE,
        )
        weekdays = 1 << 6 if kind is Kind.SUMMARY else EVERY_DAY
        self.reminder = Reminder(user_id=1, kind=kind, enabled=True, weekdays=weekdays)
        self.now = now
        self.came: list[Occurrence] = []
        replan_reminder(self.reminder, self.user, now)

    def lives_until(self, instant: datetime) -> None:
        """Everything that is due by then has come."""
        row, schedule, plan = self.reminder, schedule_of(self.reminder, self.user), self.plan
        while row.next_at is not None and row.next_at <= instant:
            assert row.next_local is not None
            one = Occurrence(datetime.fromisoformat(row.next_local), row.next_at)
            self.came.append(one)
            row.last_local = format_key(one.key)
            set_next(row, rules.following(schedule, plan, one))
        self.now = instant

    @property
    def plan(self) -> rules.ZonePlan:
        return zone_plan_of(self.user)

    def flies(self, zone: str, instant: datetime) -> None:
        """Arrive in a zone, and let the reminders come along."""
        self.lives_until(instant)
        self.user.time_zone = zone
        move_reminder(self.reminder, self.user, instant)

    def keeps_home(self, zone: str, until: date) -> None:
        """Arrive in a zone, and let the reminders keep the time of home until a date there."""
        self.user.home_zone, self.user.home_zone_until_on = self.user.time_zone, until
        self.flies(zone, self.now)


JOURNEYS = [
    # from, to, when it is there, the evening there that has a stretch next, and why
    ("Pacific/Auckland", "Pacific/Honolulu", "01-12T23:00", "01-12T22:20", "the 12th again"),
    ("Pacific/Auckland", "Pacific/Honolulu", "01-12T18:00", "01-11T22:20", "the 11th again"),
    ("Pacific/Auckland", "America/Los_Angeles", "01-21T12:00", "01-20T22:20", "the 20th again"),
    ("Asia/Tokyo", "America/Los_Angeles", "01-12T23:00", "01-12T22:20", "17 hours back"),
    ("Asia/Tokyo", "America/Los_Angeles", "03-14T23:00", "03-14T22:20", "clocks go forward there"),
    ("Asia/Tokyo", "America/Los_Angeles", "11-08T08:00", "11-07T22:20", "clocks go back there"),
    ("Australia/Sydney", "America/Los_Angeles", "04-04T23:00", "04-04T22:20", "back in Sydney"),
    ("Pacific/Auckland", "Pacific/Honolulu", "04-04T22:30", "04-04T22:20", "back in Auckland"),
    ("Pacific/Auckland", "Pacific/Honolulu", "09-26T22:30", "09-26T22:20", "forward in Auckland"),
    ("Pacific/Apia", "Pacific/Pago_Pago", "01-12T23:00", "01-12T22:20", "a whole day back"),
    ("Pacific/Kiritimati", "Pacific/Niue", "01-12T22:21", "01-12T22:20", "not within an hour"),
    ("Pacific/Kiritimati", "Pacific/Niue", "01-12T21:00", "01-11T22:20", "25 hours back"),
    ("Europe/Berlin", "America/New_York", "01-12T23:00", "01-13T22:20", "not over the line"),
    ("Asia/Tokyo", "Europe/London", "01-12T23:00", "01-13T22:20", "nine hours, not over it"),
    ("Asia/Tokyo", "Europe/London", "01-12T20:00", "01-12T22:20", "not sent before"),
    ("Pacific/Honolulu", "Pacific/Auckland", "01-12T23:00", "01-13T22:20", "over it to the west"),
    ("America/Los_Angeles", "Asia/Tokyo", "01-12T12:00", "01-12T22:20", "passed: it is let go"),
]


@pytest.mark.parametrize(("here", "there", "when", "evening", "why"), JOURNEYS)
def test_the_next_evening_of_a_traveller(
    here: str, there: str, when: str, evening: str, why: str
) -> None:
    now = at(here, when)
    ann = Traveller(here, now - 5 * DAY)
    ann.flies(there, now)
    assert ann.reminder.next_local == f"2027-{evening}", why
    assert ann.reminder.next_at == at(there, evening)
    before = ann.reminder.next_at
    if before > now:
        replan_reminder(ann.reminder, ann.user, now)  # a look at the reminder changes nothing
        assert ann.reminder.next_at == before


def test_each_evening_drink_and_morning_of_a_date_that_is_lived_again_comes() -> None:
    now = at("Pacific/Auckland", "01-12T23:00")
    found = {}
    for kind in (Kind.HYDRATION, Kind.CHECK_IN, Kind.CAFFEINE):
        ann = Traveller("Pacific/Auckland", now - 3 * DAY, kind)
        ann.flies("Pacific/Honolulu", now)
        ann.lives_until(at("Pacific/Honolulu", "01-12T23:59"))
        found[kind] = [one.key.time() for one in ann.came if one.due_at > now]
    assert found == {
        Kind.HYDRATION: [time(8), time(12, 30), time(15, 30), time(18, 30)],
        Kind.CHECK_IN: [time(7)],
        Kind.CAFFEINE: [time(14, 30)],
    }


KEPT = [
    # home, where they are, and the clock there at the last evening of home's time
    ("Pacific/Auckland", "Pacific/Honolulu", time(23, 20)),
    ("Pacific/Kiritimati", "Pacific/Niue", time(21, 20)),
    ("Pacific/Honolulu", "Pacific/Auckland", time(21, 20)),
    ("Pacific/Apia", "Pacific/Pago_Pago", time(22, 20)),
    ("Asia/Tokyo", "America/Los_Angeles", time(5, 20)),
    ("America/Los_Angeles", "Asia/Tokyo", time(15, 20)),
    ("Europe/Berlin", "America/New_York", time(16, 20)),
    ("Europe/Berlin", "Asia/Tokyo", time(6, 20)),
]


@pytest.mark.parametrize("kind", [Kind.STRETCH, Kind.HYDRATION, Kind.CHECK_IN])
@pytest.mark.parametrize(("home", "there", "clock"), KEPT)
def test_each_date_has_its_reminders_when_home_time_ends(
    home: str, there: str, clock: time, kind: Kind
) -> None:
    """No evening is left out over the date line, and none has two, an hour apart."""
    ann = Traveller(home, at(home, "01-10T12:00"), kind)
    ann.lives_until(at(there, "01-12T12:00"))
    ann.keeps_home(there, date(2027, 1, 15))
    for day in range(13, 19):
        ann.lives_until(at(there, f"01-{day}T12:00"))
        before = ann.reminder.next_at
        replan_reminder(ann.reminder, ann.user, ann.now)  # a look at the reminder changes nothing
        assert ann.reminder.next_at == before
    lived = [one.due_at.astimezone(ZoneInfo(there)) for one in ann.came]
    dates = [one.day for one in lived]
    wanted = 4 if kind is Kind.HYDRATION else 1
    assert {day: dates.count(day) for day in range(13, 18)} == dict.fromkeys(range(13, 18), wanted)
    if kind is Kind.STRETCH:
        evenings = {one.day: one.time() for one in lived}
        assert (evenings[14], evenings[15]) == (clock, time(22, 20))


def test_a_week_has_one_summary() -> None:
    ann = Traveller("Pacific/Auckland", at("Pacific/Auckland", "01-15T12:00"), Kind.SUMMARY)
    ann.flies("Pacific/Honolulu", at("Pacific/Auckland", "01-17T20:00"))
    ann.lives_until(at("Pacific/Honolulu", "01-25T12:00"))
    assert [one.key.day for one in ann.came] == [17, 24]


ZONES = (
    *("Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "Pacific/Honolulu", "UTC"),
    *("Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Niue", "Australia/Lord_Howe"),
)


@settings(max_examples=example_count(60), deadline=None)
@given(
    start=st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 1)),
    flights=st.lists(st.tuples(st.sampled_from(ZONES), st.integers(20, 200)), max_size=8),
)
def test_no_journey_brings_two_stretches_in_one_evening(
    start: datetime, flights: list[tuple[str, int]]
) -> None:
    """Nor leaves somebody, who stays where they are for two days, without one."""
    ann = Traveller("Europe/Berlin", start.replace(tzinfo=UTC))
    for zone, hours in flights:
        ann.flies(zone, ann.now + hours * HOUR)
    ann.lives_until(ann.now + 2 * DAY)
    for one, later in pairwise(ann.came):
        assert later.key > one.key or later.due_at >= one.due_at + 12 * HOUR
    assert ann.came[-1].due_at > ann.now - DAY - HOUR
