"""What is asked of every night: which nights count, and on which side."""

from datetime import date, datetime, timedelta

import pytest

from bot.features.diary.every_night import (
    EXPOSURES,
    ExposureCount,
    Falls,
    Sleep,
    exposure_counts,
    falls,
    is_told_alike,
    sleep,
)
from bot.features.diary.facts import (
    NONE_LAST_NIGHT,
    CrampFact,
    ExposureFact,
    Facts,
    HabitFact,
    NightFact,
)

FIRST = date(2027, 1, 4)


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


def cramp(number: int, fell: str | None = None) -> CrampFact:
    return CrampFact(datetime(2027, 1, 5, 3) + timedelta(days=number), night(number), fell=fell)


def test_only_covered_nights_count_and_notes_of_an_entry_do_not() -> None:
    """Cramps in nights 0 to 2, quiet 3 to 5, night 6 without an entry."""
    noted = CrampFact(
        datetime(2027, 1, 5, 3), night(0), possible_triggers=frozenset({"stress", "hot_day"})
    )
    facts = Facts(
        (noted, cramp(1), cramp(2)),
        tuple(NightFact(night(number), NONE_LAST_NIGHT) for number in (3, 4, 5)),
        exposures=tuple(
            ExposureFact(night(number), "stress", present)
            for number, present in ((0, False), (1, True), (3, True), (4, False), (6, True))
        ),
    )
    assert exposure_counts(facts) == (ExposureCount("stress", 2, 1, 2, 1, 2),)


def test_late_caffeine_counts_as_it_was_said_in_the_morning() -> None:
    """An answer to a reminder is none, and an answer to the exposure comes first."""
    facts = Facts(
        tuple(cramp(number) for number in range(4)),
        habits=(
            HabitFact(night(0), "caffeine_after_cutoff", True, is_stated=True),
            HabitFact(night(1), "caffeine_after_cutoff", True),
            HabitFact(night(2), "caffeine_after_cutoff", True, is_stated=True),
        ),
        exposures=(ExposureFact(night(2), "caffeine_late", False),),
    )
    assert exposure_counts(facts) == (ExposureCount("caffeine_late", 1, 1, 1, 1, 2),)


def test_ten_nights_of_either_sort_can_be_compared() -> None:
    for sides, is_comparable in (((10, 10), True), ((9, 30), False), ((30, 9), False)):
        count = ExposureCount(EXPOSURES[0], sides[0], 0, sides[1], 0, 0)
        assert count.is_comparable is is_comparable


@pytest.mark.parametrize(
    ("letters", "is_alike"),
    [
        ("CQ" * 6, True),
        ("CQCQCQcQcQcQ", True),
        ("CQCQcQcQcQcQ", False),
        ("cQ" * 6, False),
        ("CQCQCqCqCqCQ", True),
        ("CQCqCqCqCqCQ", False),
        ("cccqccCQCQqcc", True),  # before the first answer and after the last one
        ("QQqqQQ", True),  # no cramps to be asked about
        ("CCcc", True),
        ("cqcq", True),
    ],
)
def test_answers_of_one_sort_of_nights_alone_are_not_compared(letters: str, is_alike: bool) -> None:
    """C a night with cramps, Q a quiet one; a small letter is a night without an answer."""
    nights = {night(number): letter for number, letter in enumerate(letters)}
    known = {one for one, letter in nights.items() if letter.isupper()}
    cramps = {one for one, letter in nights.items() if letter in "Cc"}
    assert is_told_alike(known, nights.keys(), cramps) is is_alike


def test_sleep_is_a_median_of_all_mornings_and_of_those_after_cramps() -> None:
    checks = [
        NightFact(night(number), NONE_LAST_NIGHT, quality)
        for number, quality in enumerate((2, 3, 8, None, 0))
    ]
    assert sleep(Facts((), tuple(checks[3:4]))) is None
    assert sleep(Facts((), tuple(checks))) == Sleep(4, 2.5, 0, None)
    assert sleep(Facts((cramp(2), cramp(3)), tuple(checks))) == Sleep(4, 2.5, 1, 8.0)


def test_falls_are_told_apart() -> None:
    told = ("no", "nearly", "yes_hurt", "yes_not_hurt", "nearly", None)
    facts = Facts(tuple(cramp(number, fell) for number, fell in enumerate(told)))
    assert falls(facts) == Falls(hurt=1, not_hurt=1, nearly=2, none=1)
    assert falls(Facts((cramp(0),))) is None
