"""The instants that chips and typed texts mean."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.cramps import entry_times
from bot.features.cramps.entry_times import Unusable, When, chosen_moment, moment, typed_instant
from bot.local_time.nights import Nights, local_time, night_of, sleep_across_noon

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")
INSTANTS = st.datetimes(
    datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC), allow_imaginary=False
).map(lambda instant: instant.replace(microsecond=0))


def berlin(*parts: int, fold: int = 0) -> datetime:
    """A wall-clock time in Berlin as an instant."""
    year, month, day, hour, minute = parts
    local = datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(BERLIN), fold=fold)
    return local.astimezone(UTC)


def night(instant: datetime, zone: str = BERLIN) -> date:
    return night_of(local_time(instant, zone))


@pytest.mark.parametrize(
    ("tapped_at", "when", "night_on", "precision"),
    [
        (berlin(2027, 1, 14, 3, 12), When.NOW, date(2027, 1, 13), "exact"),
        (berlin(2027, 1, 14, 3, 12), When.QUARTER, date(2027, 1, 13), "exact"),
        (berlin(2027, 1, 14, 3, 12), When.EARLIER, date(2027, 1, 13), "night_only"),
        (berlin(2027, 1, 14, 3, 12), When.LAST_NIGHT, date(2027, 1, 12), "night_only"),
        # Over breakfast "last night" is the night just slept.
        (berlin(2027, 1, 14, 7, 30), When.LAST_NIGHT, date(2027, 1, 13), "night_only"),
        (berlin(2027, 1, 14, 11, 59), When.LAST_NIGHT, date(2027, 1, 13), "night_only"),
        (berlin(2027, 1, 14, 12, 0), When.LAST_NIGHT, date(2027, 1, 13), "night_only"),
        (berlin(2027, 1, 14, 21, 0), When.LAST_NIGHT, date(2027, 1, 13), "night_only"),
        (berlin(2027, 1, 14, 5, 59), When.LAST_NIGHT, date(2027, 1, 12), "night_only"),
        # A quarter of an hour before noon belongs to the night before.
        (berlin(2027, 1, 14, 12, 5), When.QUARTER, date(2027, 1, 13), "exact"),
        (berlin(2027, 1, 14, 12, 5), When.NOW, date(2027, 1, 14), "exact"),
    ],
)
def test_chips(tapped_at: datetime, when: When, night_on: date, precision: str) -> None:
    instant, found = moment(when, tapped_at, BERLIN)
    assert (night(instant), found) == (night_on, precision)


def test_15_minutes_ago_is_elapsed_time_across_a_clock_change() -> None:
    after_the_gap = berlin(2027, 3, 28, 3, 5)
    instant, _precision = moment(When.QUARTER, after_the_gap, BERLIN)
    assert local_time(instant, BERLIN) == datetime(2027, 3, 28, 1, 50)


@given(tapped_at=INSTANTS, zone=st.sampled_from(ZONES), when=st.sampled_from(When))
def test_a_chip_is_never_after_the_tap_and_can_be_told_from_its_moment(
    tapped_at: datetime, zone: str, when: When
) -> None:
    instant, precision = moment(when, tapped_at, zone)
    assert instant <= tapped_at
    assert tapped_at - instant < timedelta(hours=50)
    assert chosen_moment(tapped_at, instant, precision, zone) is when


def test_a_typed_time_has_no_chip() -> None:
    tapped_at = berlin(2027, 1, 14, 3, 12)
    assert chosen_moment(tapped_at, berlin(2027, 1, 14, 3, 1), "exact", BERLIN) is None


NOW = berlin(2027, 1, 14, 3, 20)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("03:10", NOW, berlin(2027, 1, 14, 3, 10)),
        ("3.10", NOW, berlin(2027, 1, 14, 3, 10)),
        ("23:50", NOW, berlin(2027, 1, 13, 23, 50)),
        ("15 min ago", NOW, berlin(2027, 1, 14, 3, 5)),
        ("yesterday 3am", NOW, berlin(2027, 1, 13, 3, 0)),
        ("yesterday 04:00", NOW, berlin(2027, 1, 13, 4, 0)),
        ("04:00", NOW, Unusable.TO_COME),
        ("03:21", NOW, Unusable.TO_COME),
        ("it hurts", NOW, Unusable.UNCLEAR),
        ("25:00", NOW, Unusable.UNCLEAR),
        ("tomorrow 3am", NOW, Unusable.UNCLEAR),
        ("3 days ago", NOW, Unusable.UNCLEAR),
        # 02:30 comes twice: the later one that has been is meant.
        ("02:30", berlin(2027, 10, 31, 2, 40), berlin(2027, 10, 31, 2, 30)),
        ("02:30", berlin(2027, 10, 31, 2, 40, fold=1), berlin(2027, 10, 31, 2, 30, fold=1)),
        ("02:50", berlin(2027, 10, 31, 2, 40, fold=1), berlin(2027, 10, 31, 2, 50)),
        ("15 min ago", berlin(2027, 10, 31, 2, 5, fold=1), berlin(2027, 10, 31, 2, 50)),
        # 02:50 never was: it is the end of the hour that clocks skipped.
        ("02:50", berlin(2027, 3, 28, 3, 5), berlin(2027, 3, 28, 3, 0)),
        ("2:30", berlin(2027, 3, 28, 8, 0), berlin(2027, 3, 28, 3, 0)),
        ("today 2:30", berlin(2027, 3, 28, 8, 0), berlin(2027, 3, 28, 3, 0)),
        ("15 min ago", berlin(2027, 3, 28, 3, 5), berlin(2027, 3, 28, 1, 50)),
    ],
)
def test_typed(text: str, now: datetime, expected: datetime | Unusable) -> None:
    assert typed_instant(text, now, BERLIN) == expected


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Europe/Berlin", "America/New_York"])
def test_the_first_day_of_year_1_is_too_long_ago(zone: str) -> None:
    """datetime raises OverflowError for it in eastern zones."""
    now = berlin(2027, 1, 13, 3, 5)
    assert typed_instant("0001-01-01 7:00", now, zone) is Unusable.TOO_LONG_AGO


@given(now=INSTANTS, zone=st.sampled_from(ZONES), minutes=st.integers(0, 17 * 60))
def test_a_time_of_day_of_the_last_hours_is_taken_as_past(
    now: datetime, zone: str, minutes: int
) -> None:
    meant = local_time(now - timedelta(minutes=minutes), zone)
    found = typed_instant(f"{meant:%H:%M}", now, zone)
    assert isinstance(found, datetime)
    assert found <= now
    assert local_time(found, zone).time() == meant.replace(second=0).time()


@given(text=st.text(max_size=80), now=INSTANTS, zone=st.sampled_from(ZONES))
def test_no_text_raises(text: str, now: datetime, zone: str) -> None:
    found = typed_instant(text, now, zone)
    assert isinstance(found, Unusable) or found <= now


BY_DAY = Nights(sleep_across_noon(time(8, 30), time(16)))


@pytest.mark.parametrize(
    ("text", "language", "local"),
    [
        ("last night 10:15", "en", "2027-01-13 10:15"),
        ("last night at 3", "en", "2027-01-13 15:00"),
        ("about 11 last night", "en", "2027-01-13 11:00"),
        ("last night half past ten", "en", "2027-01-13 10:30"),
        ("tuesday night at 3", "en", "2027-01-13 15:00"),
        ("letzte Nacht um 3", "de", "2027-01-13 15:00"),
        ("la nuit dernière à 10h15", "fr", "2027-01-13 10:15"),
        ("anoche a las 10:15", "es", "2027-01-13 10:15"),
        ("прошлой ночью в 10:15", "ru", "2027-01-13 10:15"),
        # What is said otherwise, or is not in the sleep, is read as by everybody.
        ("last night 10:15 pm", "en", "2027-01-12 22:15"),
        ("last night 23:30", "en", "2027-01-12 23:30"),
        ("yesterday 10:15", "en", "2027-01-12 10:15"),
        ("10:15", "en", "2027-01-13 10:15"),
    ],
)
def test_a_time_of_last_night_is_in_the_sleep_of_who_sleeps_by_day(
    text: str, language: str, local: str
) -> None:
    zone = "Europe/Berlin"
    for now in (datetime(2027, 1, 13, 15, 30, tzinfo=UTC), datetime(2027, 1, 13, 21, tzinfo=UTC)):
        found = entry_times.typed_moment(text, now, zone, language, BY_DAY)
        assert not isinstance(found, Unusable)
        assert f"{local_time(found[0], zone):%Y-%m-%d %H:%M}" == local
    by_night = entry_times.typed_moment(
        "last night 10:15", datetime(2027, 1, 13, 8, tzinfo=UTC), zone
    )
    assert not isinstance(by_night, Unusable)
    assert f"{local_time(by_night[0], zone):%d %H:%M}" == "12 22:15"
