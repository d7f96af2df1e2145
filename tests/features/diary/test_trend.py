"""The trend test: each condition just met and just not, a naive version of it, and chance alone."""

import random
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.diary import trend
from bot.features.diary.trend import Direction, WeekCount

FIRST = date(2027, 1, 4)
"""A Monday, the first night of the diary."""
DAY = timedelta(days=1)
WEEK = 7 * DAY


def weeks(cramps: str, covered: str = "777777777777") -> list[WeekCount]:
    """Twelve weeks, a digit for each, oldest first; the newest four after a space."""
    return [
        WeekCount(int(nights), int(count))
        for count, nights in zip(cramps.replace(" ", ""), covered.replace(" ", ""), strict=True)
    ]


@pytest.mark.parametrize(
    ("cramps", "covered", "direction"),
    [
        ("22222222 5555", "77777777 7777", Direction.MORE),
        ("55555555 2222", "77777777 7777", Direction.FEWER),
        ("00000000 1111", "77777777 7777", Direction.MORE),
        # Unchanging weeks, and none at all.
        ("33333333 3333", "77777777 7777", None),
        ("00000000 0000", "77777777 7777", None),
        ("77777777 7777", "77777777 7777", None),
        # As many ways as 4, and as many as 5, differ as much.
        ("22222225 5555", "77777777 7777", None),  # 5 ways
        ("22222224 5554", "77777777 7777", Direction.MORE),  # 2 ways
        ("22222234 5554", "77777777 7777", Direction.MORE),  # 2 ways
        ("22222444 5554", "77777777 7777", Direction.MORE),  # 4 ways
        ("22224444 5554", "77777777 7777", None),  # 5 ways
        ("55553333 2223", "77777777 7777", None),
        ("55555333 2223", "77777777 7777", Direction.FEWER),
        # One night more a week, each week of the four, is what the counts alone say.
        ("23232323 3434", "77777777 7777", None),
        # A week with five covered nights is enough, one with four is not.
        ("22222222 5555", "77757777 7777", Direction.MORE),
        ("22222222 5555", "77747777 7777", None),
        ("22222222 5555", "77777777 7774", None),
        # The means of covered nights may differ by one, not by more.
        ("11111111 5555", "66666666 7777", Direction.MORE),
        ("11111111 5555", "66666665 7777", None),
        ("55555555 1111", "77777777 6666", Direction.FEWER),
        ("55555555 1111", "77777777 6665", None),
        # More a logged night, but not when the nights without an entry are counted as quiet.
        ("55554444 4545", "77777777 6666", None),
        ("44444444 4444", "77777777 6666", None),
        ("44443444 4444", "77777777 6666", None),
    ],
)
def test_a_direction_needs_every_condition(
    cramps: str, covered: str, direction: Direction | None
) -> None:
    assert trend.find_direction(weeks(cramps, covered)) is direction


def test_a_difference_of_coverage_alone_is_no_direction() -> None:
    """As many cramp nights of fewer logged nights: more by the logged nights, not by all."""
    same = weeks("44444444 4444", "77777777 6666")
    at_least, _at_most = trend.ways([w.cramp_nights for w in same], [w.covered for w in same])
    assert at_least <= trend.MOST_WAYS
    assert trend.find_direction(same) is None


@pytest.mark.parametrize("number", [11, 13])
def test_other_numbers_of_weeks_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="12 weeks"):
        trend.find_direction([WeekCount(7, 1)] * number)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        min_size=12,
        max_size=12,
    )
)
def test_the_ways_equal_a_naive_count(counts: list[tuple[int, int]]) -> None:
    def difference(newest: tuple[int, ...]) -> Fraction:
        inside = [counts[week] for week in newest]
        outside = [one for week, one in enumerate(counts) if week not in newest]
        one, other = (
            Fraction(sum(c for _n, c in some), sum(n for n, _c in some))
            for some in (inside, outside)
        )
        return one - other

    true = difference((8, 9, 10, 11))
    all_of_them = [difference(way) for way in combinations(range(12), 4)]
    assert len(all_of_them) == 495
    assert trend.ways([c for _n, c in counts], [n for n, _c in counts]) == (
        sum(one >= true for one in all_of_them),
        sum(one <= true for one in all_of_them),
    )


# When it is looked for ---------------------------------------------------------------------------


def test_every_fourth_summary_from_the_twelfth_looks() -> None:
    looks = [number for number in range(60) if trend.is_look(FIRST + number * WEEK, FIRST)]
    assert looks == [11, 15, 19, 23, 27, 31, 35, 39, 43, 47, 51, 55, 59]


@pytest.mark.parametrize("moved", range(7))
def test_weeks_that_begin_on_another_weekday_look_as_often(moved: int) -> None:
    """The week with the first night is the first one, on whichever weekday weeks begin."""
    begin = FIRST - moved * DAY
    looks = [number for number in range(30) if trend.is_look(begin + number * WEEK, FIRST)]
    assert looks == [11, 15, 19, 23, 27]


def test_the_latest_look_stays_for_four_weeks() -> None:
    found = [
        trend.latest_look(FIRST + day * DAY, FIRST, FIRST.weekday()) for day in range(17 * 7 - 1)
    ]
    twelfth, sixteenth = FIRST + 12 * WEEK - DAY, FIRST + 16 * WEEK - DAY
    assert found == [None] * 83 + [twelfth] * 28 + [sixteenth] * 7
    assert trend.is_look(twelfth - 6 * DAY, FIRST)


# From nights -------------------------------------------------------------------------------------


def nights_of(cramps: str, covered: str = "777777777777") -> tuple[set[date], set[date]]:
    known, with_cramps = set(), set()
    for number, one in enumerate(weeks(cramps, covered)):
        begin = FIRST + number * WEEK
        known |= {begin + day * DAY for day in range(one.covered)}
        with_cramps |= {begin + day * DAY for day in range(one.cramp_nights)}
    return known, with_cramps


LAST = FIRST + 12 * WEEK - DAY


def test_nights_of_other_weeks_do_not_count() -> None:
    covered, cramps = nights_of("22222222 5555", "67777777 7775")
    beside = {FIRST - DAY, LAST + DAY}
    found = trend.trend(covered | beside, cramps | beside, LAST, looks=True)
    assert found == trend.Trend(20, 26, 16, 55, Direction.MORE, True)


def test_without_a_look_there_is_no_direction() -> None:
    found = trend.trend(*nights_of("22222222 5555"), LAST, looks=False)
    assert found == trend.Trend(20, 28, 16, 56, None, False)


@pytest.mark.parametrize(
    ("recent", "earlier", "is_too_early", "is_comparable"),
    [(4, 5, True, False), (5, 5, False, True), (4, 9, False, False), (9, 4, False, False)],
)
def test_few_nights_are_not_compared(
    recent: int, earlier: int, is_too_early: bool, is_comparable: bool
) -> None:
    found = trend.Trend(1, recent, 1, earlier)
    assert (found.is_too_early, found.is_comparable) == (is_too_early, is_comparable)


# Chance ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("a_week", "runs"), [(4, 0.0), (4, 0.3)])
def test_an_unchanging_diary_gets_a_direction_in_few_of_20_weeks(a_week: int, runs: float) -> None:
    """20 weeks of looks after the first 12; a tenth of the nights is missing.

    ``runs`` is the share of nights that copy the night before.
    """
    dice, diaries, told = random.Random(13), 300, 0
    for _diary in range(diaries):
        counts, was = [], False
        for _week in range(28):
            covered = cramps = 0
            for _night in range(7):
                was = was if dice.random() < runs else dice.random() < a_week / 7
                logged = dice.random() >= 0.1
                covered += logged
                cramps += logged and was
            counts.append(WeekCount(covered, cramps))
        told += any(trend.find_direction(counts[end - 12 : end]) for end in range(12, 29, 4))
    assert told / diaries <= 0.05
