"""Typed clock times, moments and days."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_time.typed_days import parse_day, parse_when
from bot.local_time.typed_times import parse_clock, parse_times

NOW = datetime(2026, 3, 11, 7, 30, 42)  # a Wednesday
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22:45", time(22, 45)),
        ("22.45", time(22, 45)),
        ("2245", time(22, 45)),
        ("745", time(7, 45)),
        ("22h45", time(22, 45)),
        ("22h", time(22)),
        ("22 h", time(22)),
        ("10.30pm", time(22, 30)),
        ("10:30 PM", time(22, 30)),
        ("10:30 p.m.", time(22, 30)),
        ("10 p.m.", time(22)),
        ("1030pm", time(22, 30)),
        ("10pm", time(22)),
        ("7", time(7)),
        ("07", time(7)),
        ("0", time(0)),
        ("0000", time(0)),
        ("midnight", time(0)),
        ("Noon", time(12)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("12:30 am", time(0, 30)),
        ("２２：４５", time(22, 45)),
        ("  22:45\n", time(22, 45)),
        ("\u202e22:45\u200f", time(22, 45)),
        ("22\u00a0:\u00a045", time(22, 45)),
        ("at 9:05", time(9, 5)),
        ("23:59", time(23, 59)),
    ],
)
def test_clock_is_read(text: str, expected: time) -> None:
    assert parse_clock(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "25:00", "24:00", "10:75", "13pm", "0am", "22:4", "22:455", "22:45:00"),
        *("half past", "10-11", "-7", "10 or 11", "123456", "am", ":30", "٢٢:٤٥", "1 2"),
        "7" * 5000,
        " " * 4000 + "7",
    ],
)
def test_unclear_clock_is_none(text: str) -> None:
    assert parse_clock(text) is None


@given(
    st.times(),
    st.sampled_from(["%H:%M", "%H.%M", "%H%M", "%Hh%M", "%I:%M %p", "%I.%M%p", "%I%M %p"]),
)
def test_formatted_times_round_trip(moment: time, form: str) -> None:
    assert parse_clock(moment.strftime(form)) == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:00, 12.30 and 3pm", [time(8), time(12, 30), time(15)]),
        ("3 p.m., 8", [time(8), time(15)]),
        ("8:00 12:30 8:00", [time(8), time(12, 30)]),
        ("10 pm", [time(22)]),
        ("8, 9, and 10", [time(8), time(9), time(10)]),
        ("8\n9", [time(8), time(9)]),
        ("8:00,", [time(8)]),
        ("8:00, soon", []),
        ("8:00 25:00", []),
        ("", []),
        (",,", []),
        ("8," * 2000, []),
    ],
)
def test_lists_of_times(text: str, expected: list[time]) -> None:
    assert parse_times(text) == expected


@given(st.sets(st.times(), min_size=1, max_size=8), st.sampled_from([", ", " ", " and ", "; "]))
def test_lists_of_times_round_trip(moments: set[time], between: str) -> None:
    expected = sorted({moment.replace(second=0, microsecond=0) for moment in moments})
    assert parse_times(between.join(m.strftime("%H:%M") for m in moments)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03:10", datetime(2026, 3, 11, 3, 10)),
        ("3am", datetime(2026, 3, 11, 3)),
        ("07:30", datetime(2026, 3, 11, 7, 30)),
        ("07:31", datetime(2026, 3, 10, 7, 31)),
        ("23:50", datetime(2026, 3, 10, 23, 50)),
        ("midnight", datetime(2026, 3, 11)),
        ("yesterday 3am", datetime(2026, 3, 10, 3)),
        ("Yesterday at 23:00", datetime(2026, 3, 10, 23)),
        ("3am yesterday", datetime(2026, 3, 10, 3)),
        ("last night 23:30", datetime(2026, 3, 10, 23, 30)),
        ("last night at 2", datetime(2026, 3, 11, 2)),
        ("4:00 this morning", datetime(2026, 3, 11, 4)),
        ("today 5:15", datetime(2026, 3, 11, 5, 15)),
        ("15 min ago", datetime(2026, 3, 11, 7, 15)),
        ("15min ago", datetime(2026, 3, 11, 7, 15)),
        ("about 20 minutes ago", datetime(2026, 3, 11, 7, 10)),
        ("an hour ago", datetime(2026, 3, 11, 6, 30)),
        ("half an hour ago", datetime(2026, 3, 11, 7)),
        ("2h ago", datetime(2026, 3, 11, 5, 30)),
        ("two hours ago", datetime(2026, 3, 11, 5, 30)),
        ("10 hours ago", datetime(2026, 3, 10, 21, 30)),
        ("now", datetime(2026, 3, 11, 7, 30)),
    ],
)
def test_past_moment_is_read(text: str, expected: datetime) -> None:
    assert parse_when(text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "today 23:00", "this morning 9:00", "tomorrow 3am", "yesterday", "yesterday 25:00"),
        *("999 hours ago", "ago", "15 ago", "in 15 min", "last week", "my leg hurts"),
    ],
)
def test_unclear_moment_is_none(text: str) -> None:
    assert parse_when(text, NOW) is None


@given(st.text(max_size=80), st.datetimes())
def test_any_text_gives_no_future_moment(text: str, local_now: datetime) -> None:
    found = parse_when(text, local_now)
    assert found is None or found <= local_now


@given(st.times(), st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))
def test_bare_time_is_its_last_occurrence(clock: time, local_now: datetime) -> None:
    found = parse_when(clock.strftime("%H:%M"), local_now)
    assert found is not None
    assert (found.hour, found.minute) == (clock.hour, clock.minute)
    assert timedelta(0) <= local_now - found < timedelta(days=1)


@pytest.mark.parametrize("now", [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)])
@pytest.mark.parametrize("text", ["23:59", "2h ago", "yesterday 3am"])
def test_first_and_last_days_of_the_calendar_do_not_raise(text: str, now: datetime) -> None:
    found = parse_when(text, now)
    assert found is None or found <= now


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow", date(2026, 3, 12)),
        ("monday", date(2026, 3, 16)),
        ("Wed", date(2026, 3, 18)),
        ("thurs", date(2026, 3, 12)),
        ("next friday", date(2026, 3, 13)),
        ("until sunday", date(2026, 3, 15)),
        ("2027-01-05", date(2027, 1, 5)),
        ("5 Jan", date(2027, 1, 5)),
        ("5th of January", date(2027, 1, 5)),
        ("Jan 5", date(2027, 1, 5)),
        ("January 5th, 2028", date(2028, 1, 5)),
        ("5.1.", date(2027, 1, 5)),
        ("05.01.2028", date(2028, 1, 5)),
        ("12.3.", date(2026, 3, 12)),
        ("11 March", date(2027, 3, 11)),
        ("29 feb", date(2028, 2, 29)),
        ("3 sept", date(2026, 9, 3)),
    ],
)
def test_future_day_is_read(text: str, expected: date) -> None:
    assert parse_day(text, TODAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "today",
            "yesterday",
            "2026-03-11",
            "2020-01-01",
            "5.1.2026",
            "5/1",
            "31 feb",
            "30.2.",
        ),
        *("2027-13-01", "5 j", "5 ja", "someday", "mo", "2027-02-29", "0 jan", "jan 5 0000"),
    ],
)
def test_past_or_unclear_day_is_none(text: str) -> None:
    assert parse_day(text, TODAY) is None


@given(st.dates(max_value=date(9990, 1, 1)), st.integers(1, 300))
def test_days_ahead_round_trip(today: date, ahead: int) -> None:
    wanted = today + timedelta(days=ahead)
    assert parse_day(wanted.isoformat(), today) == wanted
    assert parse_day(f"{wanted.day}.{wanted.month}.", today) == wanted


@given(st.text(max_size=80), st.dates())
def test_any_text_gives_no_past_day(text: str, today: date) -> None:
    parse_clock(text)
    parse_times(text)
    found = parse_day(text, today)
    assert found is None or found > today
