"""What a typed bedtime or wake time means, and when it is asked."""

from datetime import time, timedelta
from itertools import product

import pytest

from bot.local_time.typed_sleep import bedtimes, is_by_day, wake_times


def shown(times: tuple[time, ...]) -> str:
    return " ".join(f"{one:%H:%M}" for one in times)


def clock(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


BEDTIMES = [
    # what is typed, when the person gets up, what it can mean
    ("11", None, "23:00"),
    ("10:30", None, "22:30"),
    ("10.30", "07:00", "22:30"),
    ("1030", "07:00", "22:30"),
    ("9", "06:00", "21:00"),
    ("12", "07:00", "00:00"),
    ("12:30", "08:00", "00:30"),
    ("1", "09:00", "01:00"),
    ("3", "11:00", "03:00"),
    ("22:30", None, "22:30"),
    ("10:30 pm", None, "22:30"),
    ("00:15", None, "00:15"),
    ("midnight", None, "00:00"),
    ("20", "04:00", "20:00"),
    ("8:30", None, "20:30 08:30"),
    ("08:30", None, "20:30 08:30"),
    ("08:30", "07:00", "20:30 08:30"),
    ("8:30", "16:00", "20:30 08:30"),
    ("6", "05:00", "18:00 06:00"),
    ("5", None, "17:00 05:00"),
    ("09:30", None, "21:30 09:30"),
    ("11", "16:00", "23:00 11:00"),
    ("10:30", "18:00", "22:30 10:30"),
    ("1", "21:00", "01:00 13:00"),
    ("8:30 am", None, "20:30 08:30"),
    ("10:30 in the morning", "07:00", "22:30 10:30"),
    ("8:30 am", "16:00", "08:30"),
    ("13:00", None, "01:00 13:00"),
    ("13:00", "21:00", "13:00"),
    ("noon", None, "00:00 12:00"),
    ("late", None, ""),
    ("25", None, ""),
]


@pytest.mark.parametrize(("text", "wake", "meant"), BEDTIMES)
def test_a_bedtime(text: str, wake: str | None, meant: str) -> None:
    assert shown(bedtimes(text, wake=clock(wake))) == meant


def test_who_was_asked_and_says_so_again_is_believed() -> None:
    assert shown(bedtimes("8:30 am", is_sure=True)) == "08:30"
    assert shown(bedtimes("in the morning at 8:30", is_sure=True)) == "08:30"
    assert shown(bedtimes("8:30", is_sure=True)) == "20:30 08:30"


WAKE_TIMES = [
    # what is typed, when the person goes to bed, what it can mean
    ("7", None, "07:00"),
    ("6:30", "22:30", "06:30"),
    ("4", None, "04:00 16:00"),
    ("4", "22:30", "04:00"),
    ("04:00", "22:30", "04:00"),
    ("4", "20:00", "04:00"),
    ("4", "08:30", "16:00"),
    ("04:00", "08:30", "16:00 04:00"),
    ("4 pm", None, "16:00"),
    ("4 am", "08:30", "04:00"),
    ("16", "22:30", "16:00"),
    ("11", "03:00", "11:00"),
    ("12", "23:00", "12:00"),
    ("1", "22:30", "01:00 13:00"),
    ("5", "08:30", "17:00"),
    ("soon", None, ""),
]


@pytest.mark.parametrize(("text", "bed", "meant"), WAKE_TIMES)
def test_a_wake_time(text: str, bed: str | None, meant: str) -> None:
    assert shown(wake_times(text, bed=clock(bed))) == meant


IN_LANGUAGES = [
    # language, the evening, asked, without doubt
    ("de", "11 Uhr", "8:30 Uhr", "11 Uhr abends"),
    ("es", "a las 11", "a las 8:30", "a las 11 de la noche"),
    ("fr", "11h", "8h30", "11h du soir"),
    ("pt_BR", "11h", "às 8h30", "11 da noite"),
    ("ru", "в 11", "в 8:30", "в 11 вечера"),
    ("it", "alle 11", "alle 8:30", "alle 11 di sera"),
    ("uk", "об 11", "о 8:30", "об 11 вечора"),
    ("en", "at 11", "8.30", "11 at night"),
]


@pytest.mark.parametrize(("language", "evening", "asked", "stated"), IN_LANGUAGES)
def test_in_all_languages(language: str, evening: str, asked: str, stated: str) -> None:
    assert shown(bedtimes(evening, language)) == "23:00"
    assert shown(bedtimes(asked, language)) == "20:30 08:30"
    assert shown(bedtimes(stated, language, time(16))) == "23:00"
    assert shown(wake_times(asked, language, time(22, 30))) == "08:30"


def test_nobody_is_taken_to_go_to_bed_by_day_without_saying_so() -> None:
    """Whatever number of a clock is typed, and whenever the person gets up."""
    wakes = [None, *(time(hour) for hour in range(24))]
    for hour, minute, wake in product(range(24), (0, 30), wakes):
        for text in (f"{hour}:{minute:02}", f"{hour:02}:{minute:02}", f"{hour}"):
            found = bedtimes(text, wake=wake)
            assert found
            if len(found) == 1 and is_by_day(found[0]):
                assert hour > 12 or text in {"12", "12:00", "12:30"}
                assert wake is not None
                sleep = timedelta(hours=wake.hour - found[0].hour, minutes=-found[0].minute)
                assert timedelta(hours=3) <= sleep % timedelta(days=1) <= timedelta(hours=14)
