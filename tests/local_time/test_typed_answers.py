"""Times typed in answer to a question: in any language, among other words, with an error."""

from datetime import time

import pytest

from bot.features.reminders.typed_times import times_meant
from bot.local_time.typed_answers import answered_clock, answered_times, is_shown_twice
from bot.local_time.typed_sleep import bedtimes, wake_times


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("half past ten", "en", "10:30"),
        ("about 11", "en", "11:00"),
        ("usually around 11pm", "en", "23:00"),
        ("i go to bed at half past ten", "en", "10:30"),
        ("halff past ten", "en", "10:30"),
        ("halb elf", "de", "10:30"),
        ("so gegen halb elf", "de", "10:30"),
        ("diez y media", "es", "10:30"),
        ("sept heures", "fr", "7:00"),
        ("dez e meia", "pt_BR", "10:30"),
        ("половина одиннадцатого", "ru", "10:30"),
        ("not at 11", "en", None),
        ("between 10 and 11", "en", None),
        ("11 with my dog xyzzy", "en", None),
        ("ten or eleven", "en", None),
        ("", "en", None),
    ],
)
def test_one_time(text: str, language: str, expected: str | None) -> None:
    found = answered_clock(text, language)
    assert (None if found is None else f"{found.hour}:{found:%M}") == expected


@pytest.mark.parametrize(
    ("text", "language", "bed"),
    [
        ("half past ten", "en", "22:30"),
        ("halb elf", "de", "22:30"),
        ("diez y media", "es", "22:30"),
        ("onze heures et demie", "fr", "23:30"),
        ("dez e meia", "pt_BR", "22:30"),
        ("пол-одиннадцатого", "ru", "22:30"),
        ("quarter to midnight", "en", "23:45"),
    ],
)
def test_bedtimes_in_words(text: str, language: str, bed: str) -> None:
    assert bedtimes(text, language) == (time.fromisoformat(bed),)


def test_times_of_getting_up_in_words() -> None:
    assert wake_times("sept heures", "fr", time(23)) == (time(7),)
    assert wake_times("half six", "en", time(22)) == (time(6, 30),)


def test_several_times() -> None:
    assert answered_times("half past nine and quarter to eleven please") == [
        time(9, 30),
        time(10, 45),
    ]
    assert answered_times("at nine not ten") == []


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("half past nine", ("21:30",)),
        ("9", ("21:00",)),
        ("9 am", ("09:00",)),
        ("09:00", ("09:00",)),
        ("21:15", ("21:15",)),
        ("8 and 9", ("08:00", "09:00")),
        ("never", ()),
    ],
)
def test_a_reminder_of_the_evening_is_set_in_the_evening(text: str, times: tuple[str, ...]) -> None:
    meant = times_meant(text, "en", (time(22),))
    assert meant == tuple(time.fromisoformat(clock) for clock in times)


def test_what_is_shown_twice() -> None:
    assert is_shown_twice("half past ten")
    assert is_shown_twice("9 o'clock")
    assert not is_shown_twice("half past ten at night")
    assert not is_shown_twice("22:30")
