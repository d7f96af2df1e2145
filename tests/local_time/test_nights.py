"""Nights of people who sleep at night, late, early or by day, and what a change of times does."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_time.nights import (
    LONGEST_SLEEP,
    MOST_CHANGES,
    Nights,
    earlier_after_change,
    night_of,
    nights_of,
    parse_earlier,
    sleep_across_noon,
    slept_night,
)
from tests.support.lengths import example_count

MINUTE = timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2027, 1, 12)
clocks = st.integers(0, 1439).map(lambda minute: (START + minute * MINUTE).time())
moments = st.integers(-20 * 1440, 20 * 1440).map(lambda minute: START + minute * MINUTE)


class Person:
    """The columns of a user that nights follow from."""

    def __init__(self, bed: str | None, wake: str | None) -> None:
        self.bed_time = time.fromisoformat(bed) if bed else None
        self.wake_time = time.fromisoformat(wake) if wake else None
        self.earlier_nights: str | None = None

    @property
    def nights(self) -> Nights:
        return nights_of(self)

    def changes(self, bed: str, wake: str, at: str) -> None:
        """Set both times, one after the other as the settings do."""
        local = moment(at)
        for times in (
            (time.fromisoformat(bed), self.wake_time),
            (time.fromisoformat(bed), time.fromisoformat(wake)),
        ):
            self.earlier_nights = earlier_after_change(self, *times, local)
            self.bed_time, self.wake_time = times
            local += MINUTE


def moment(text: str) -> datetime:
    """A moment of January 2027: its day and time."""
    day, _, clock = text.partition(" ")
    return datetime.combine(date(2027, 1, int(day)), time.fromisoformat(clock))


BOUNDS = [
    # bed, wake, when the night of the 11th begins, its sleep's first and last minute, who
    ("22:30", "07:00", "11 12:00", "11 22:30", "12 06:59", "most people"),
    ("20:00", "04:00", "11 12:00", "11 20:00", "12 03:59", "early"),
    ("03:00", "11:00", "11 12:00", "12 03:00", "12 10:59", "late"),
    ("04:00", "12:00", "11 12:00", "12 04:00", "12 11:59", "until noon, which cuts nothing"),
    ("12:00", "20:00", "11 12:00", "11 12:00", "11 19:59", "from noon on"),
    ("14:00", "22:00", "11 12:00", "11 14:00", "11 21:59", "before a night shift"),
    ("05:00", "13:00", "11 21:00", "12 05:00", "12 12:59", "a bar"),
    ("23:30", "12:30", "11 18:00", "11 23:30", "12 12:29", "thirteen hours"),
    ("08:30", "16:00", "12 00:15", "12 08:30", "12 15:59", "after a night shift"),
    ("07:00", "15:00", "11 23:00", "12 07:00", "12 14:59", "home early"),
    ("11:00", "19:00", "12 03:00", "12 11:00", "12 18:59", "asleep all afternoon"),
    ("11:00", "00:00", "12 05:30", "12 11:00", "12 23:59", "to midnight"),
]


@pytest.mark.parametrize(("bed", "wake", "begins", "first", "last", "who"), BOUNDS)
def test_the_night_of_the_evening_before(
    bed: str, wake: str, begins: str, first: str, last: str, who: str
) -> None:
    nights = Person(bed, wake).nights
    evening = date(2027, 1, 11)
    start = moment(begins)
    inside = (start, moment(first), moment(last), start + DAY - MINUTE)
    assert [nights.of(one) for one in inside] == [evening] * 4, who
    assert nights.of(start - MINUTE) == evening - DAY
    assert nights.of(start + DAY) == evening + DAY
    assert nights.of(nights.middle_of(evening)) == evening


NOT_CUT = [
    ("22:30", None),
    (None, "16:00"),
    ("22:30", "16:00"),
    ("08:30", "07:00"),
    ("09:00", "09:00"),
]


@pytest.mark.parametrize(("bed", "wake"), NOT_CUT)
def test_times_that_are_unknown_or_cannot_both_be_right_leave_noon(
    bed: str | None, wake: str | None
) -> None:
    person = Person(bed, wake)
    assert not person.nights.is_across_noon


@settings(max_examples=example_count(200))
@given(bed=clocks, wake=clocks, at=moments)
def test_one_sleep_is_one_night_and_noon_stays_where_it_cuts_nothing(
    bed: time, wake: time, at: datetime
) -> None:
    sleep = sleep_across_noon(bed, wake)
    nights = Nights(sleep)
    begins = datetime.combine(at.date(), bed)
    length = (datetime.combine(at.date(), wake) - begins) % DAY
    noon = datetime.combine(begins.date(), time(12))
    is_cut = any(begins < one < begins + length for one in (noon, noon + DAY))
    assert nights.is_across_noon == (is_cut and length <= LONGEST_SLEEP)
    if sleep is None:
        assert nights.of(at) == night_of(at)
        assert nights.as_if_by_night(at) == at
        assert nights.evening_on(at) == at.date()
        assert nights.is_to_come(at.date(), at)
        assert nights.last_night(at) == at.date() - DAY
        assert nights.first_unfinished(at) == night_of(at)
        if length and not is_cut:
            assert slept_night(begins + length, bed, wake) == night_of(begins)
        return
    evening = night_of(begins)
    asleep = (begins, begins + length / 2, begins + length - MINUTE)
    assert {nights.of(one) for one in asleep} == {evening}
    assert nights.middle_of(evening) == begins + length / 2
    assert nights.evening_on(begins - MINUTE) == nights.evening_on(begins + length - DAY) == evening
    assert nights.is_to_come(evening, begins + length / 2 - 4 * HOUR)
    assert not nights.is_to_come(evening, begins + length)
    assert nights.last_night(begins + length) == evening
    assert nights.first_unfinished(begins) == evening
    assert nights.first_unfinished(begins + length) == evening + DAY
    assert slept_night(begins + length, bed, wake) == evening
    assert nights.of(at) <= nights.of(at + MINUTE) <= nights.of(at) + DAY


SLEPT = [
    # wall-clock time on the 14th, bed, wake, evening of the night slept, who
    ("07:00", "22:30", "07:00", 13, "most people"),
    ("06:30", "22:30", "07:00", 13, "asked before the time of getting up"),
    ("20:00", "22:30", "07:00", 13, "asked in the evening"),
    ("23:00", "22:30", "07:00", 13, "asked in bed: the night ahead is not slept yet"),
    ("01:00", "22:30", "07:00", 12, "asked in the first half of the night"),
    ("07:00", "07:00", "07:00", 13, "two times that cannot both be right"),
    ("00:30", "16:30", "00:30", 13, "up for an early shift"),
    ("12:00", "04:00", "12:00", 13, "up at noon"),
    ("14:00", "06:00", "14:00", 13, "home at dawn"),
    ("15:00", "07:00", "15:00", 13, "after a night shift"),
    ("16:00", "08:00", "16:00", 13, "as much before noon as after it"),
    ("16:02", "08:00", "16:02", 13, "a minute more after noon than before"),
    ("19:00", "11:00", "19:00", 13, "asleep in the afternoon"),
    ("21:00", "13:00", "21:00", 14, "asleep from lunch on"),
]


@pytest.mark.parametrize(("clock", "bed", "wake", "day", "who"), SLEPT)
def test_the_night_just_slept(clock: str, bed: str, wake: str, day: int, who: str) -> None:
    found = slept_night(moment(f"14 {clock}"), time.fromisoformat(bed), time.fromisoformat(wake))
    assert found == date(2027, 1, day), who


SHIFTS = [
    # times until the change, times after it, moment of the change, sleeps and their nights
    (
        ("22:30", "07:00"),
        ("08:30", "16:00"),
        "11 15:00",
        [("10 23:00", 10), ("12 08:30", 11), ("12 15:30", 11), ("13 10:00", 12)],
        "the afternoon before the first night shift",
    ),
    (
        ("22:30", "07:00"),
        ("08:30", "16:00"),
        "12 10:00",
        [("10 23:00", 10), ("12 08:31", 11), ("12 15:30", 11), ("13 10:00", 12)],
        "in bed after it",
    ),
    (
        ("22:30", "07:00"),
        ("08:30", "16:00"),
        "12 17:00",
        [("10 23:00", 10), ("12 08:30", 11), ("13 08:30", 12), ("13 15:59", 12)],
        "having got up",
    ),
    (
        ("08:30", "16:00"),
        ("22:30", "07:00"),
        "16 17:00",
        [("15 15:00", 14), ("16 15:30", 15), ("16 23:00", 16), ("17 06:00", 16), ("17 23:00", 17)],
        "after the last one, before a night at home",
    ),
    (
        ("08:30", "16:00"),
        ("22:30", "07:00"),
        "16 10:00",
        [("16 08:45", 15), ("16 11:59", 15), ("16 15:30", 15), ("16 22:45", 16), ("17 06:00", 16)],
        "in bed after the last one",
    ),
    (
        ("08:30", "16:00"),
        ("07:00", "14:30"),
        "12 20:00",
        [("12 15:00", 11), ("13 07:30", 12), ("13 14:00", 12)],
        "another shift of the night",
    ),
]


@pytest.mark.parametrize(("before", "after", "at", "sleeps", "who"), SHIFTS)
def test_a_change_of_shifts_neither_doubles_nor_skips_a_night(
    before: tuple[str, str],
    after: tuple[str, str],
    at: str,
    sleeps: list[tuple[str, int]],
    who: str,
) -> None:
    person = Person(*before)
    person.changes(*after, at)
    nights = person.nights
    found = [(text, nights.of(moment(text)).day) for text, _night in sleeps]
    assert found == sleeps, who
    minutes = [START - 9 * DAY + number * 7 * MINUTE for number in range(18 * 1440 // 7)]
    each = [nights.of(one) for one in minutes]
    assert all(later - one in (timedelta(0), DAY) for one, later in pairwise(each))


@settings(max_examples=example_count(50))
@given(
    changes=st.lists(
        st.tuples(clocks, clocks, st.integers(1, 3000)), min_size=1, max_size=MOST_CHANGES + 3
    )
)
def test_nights_never_go_back_and_what_is_stored_stays_small(
    changes: list[tuple[time, time, int]],
) -> None:
    person, local = Person("22:30", "07:00"), START
    for bed, wake, minutes in changes:
        local += minutes * MINUTE
        person.earlier_nights = earlier_after_change(person, bed, wake, local)
        person.bed_time, person.wake_time = bed, wake
        assert len(person.earlier_nights or "") <= 1200
        assert len(parse_earlier(person.earlier_nights)) <= MOST_CHANGES
    nights = person.nights
    each = [nights.of(local - number * 37 * MINUTE) for number in range(300)]
    assert each == sorted(each, reverse=True)


def test_who_sleeps_at_night_stores_nothing() -> None:
    person = Person("22:30", "07:00")
    person.changes("03:00", "11:00", "12 18:00")
    person.changes("20:00", "04:00", "14 18:00")
    assert person.earlier_nights is None


def test_the_first_answers_leave_no_earlier_nights() -> None:
    person = Person(None, None)
    assert earlier_after_change(person, time(8, 30), None, START) is None
    person.bed_time = time(8, 30)
    assert earlier_after_change(person, time(8, 30), time(16), START) is None
