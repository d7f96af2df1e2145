"""Random orders and the exact test: by hand, against naive code, and by their properties."""

import random
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.experiments.design import (
    LEVEL,
    PLANS,
    WITH,
    WITHOUT,
    Course,
    Plan,
    Tally,
    Verdict,
    arm,
    compare,
    difference,
    draw,
    is_drawable,
    margin,
    orders,
    p_value,
    plan_of,
    tallies,
)
from tests.support.lengths import example_count

MONDAY = date(2027, 1, 11)


def swapped(order: str) -> str:
    return order.translate(str.maketrans("ab", "ba"))


def smallest_p(blocks: int) -> Fraction:
    """The smallest possible p-value: one order and its mirror image out of all orders."""
    return Fraction(2, len(orders(blocks)))


def gap(order: str, counts: Sequence[Tally]) -> Fraction | None:
    """Cramp nights per covered night, with minus without, computed naively."""
    shares = []
    for letter in "ab":
        own = [tally for kind, tally in zip(order, counts, strict=True) if kind == letter]
        covered = sum(tally.covered for tally in own)
        if not covered:
            return None
        shares.append(Fraction(sum(tally.cramp_nights for tally in own), covered))
    return shares[0] - shares[1]


def plain_p(order: str, counts: Sequence[Tally]) -> Fraction:
    """The p-value by enumerating every order."""
    found = gap(order, counts)
    every = orders(len(order))
    large = 0
    for other in every:
        its = gap(other, counts)
        large += found is None or its is None or abs(its) >= abs(found)
    return Fraction(large, len(every))


@st.composite
def diaries(draw_: st.DrawFn, blocks: int | None = None) -> tuple[str, tuple[Tally, ...]]:
    """An order, and arbitrary counts."""
    number = blocks or draw_(st.sampled_from((2, 4, 6, 8)))
    order = draw_(st.sampled_from(orders(number)))
    covered = draw_(st.lists(st.integers(0, 14), min_size=number, max_size=number))
    counts = tuple(Tally(draw_(st.integers(0, most)), most) for most in covered)
    return order, counts


# The draw ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "number"), [(2, 2), (4, 6), (6, 20), (8, 62), (12, 616), (16, 6344)]
)
def test_orders_are_balanced_mixed_and_symmetric(blocks: int, number: int) -> None:
    every = orders(blocks)
    assert len(every) == len(set(every)) == number
    for order in every:
        assert order.count(WITH) == order.count(WITHOUT) == blocks // 2
        assert max(len(list(run)) for _, run in groupby(order)) <= 3
    assert {swapped(order) for order in every} == set(every)


@pytest.mark.parametrize("blocks", [-2, 0, 1, 7, 18, 40])
def test_other_numbers_of_blocks_have_no_orders(blocks: int) -> None:
    with pytest.raises(ValueError, match="even number"):
        orders(blocks)


def test_every_order_is_as_likely_as_any_other() -> None:
    chance = random.Random(1)
    drawn = Counter(draw(4, chance.choice) for _ in range(6000))
    assert set(drawn) == set(orders(4))
    assert all(850 < count < 1150 for count in drawn.values())


def test_the_draw_takes_any_chooser() -> None:
    assert draw(8, lambda every: every[-1]) == orders(8)[-1]
    assert draw(16, secrets.SystemRandom().choice) in orders(16)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_every_plan_can_reach_the_level_within_16_weeks(plan: Plan) -> None:
    assert smallest_p(plan.blocks) <= LEVEL
    assert 8 <= plan.weeks <= 16
    assert plan.block_days in {7, 14}
    assert plan_of(plan.code) == plan
    order = orders(plan.blocks)[0]
    counts = [Tally(7 if letter == WITHOUT else 0, 7) for letter in order]
    assert p_value(order, counts) == smallest_p(plan.blocks)


@pytest.mark.parametrize("code", [None, "", "7", "7x11", "x", "14x16"])
def test_other_plans_are_refused(code: str | None) -> None:
    assert plan_of(code) is None


@pytest.mark.parametrize("order", ["", "a", "ab" * 20, "aaaabbbb", "aab", "abab" * 2 + "a", "abcd"])
def test_orders_that_cannot_be_drawn_are_recognized(order: str) -> None:
    assert not is_drawable(order)
    counts = [Tally(1, 7)] * len(order)
    with pytest.raises(ValueError, match="order"):
        p_value(order, counts)
    assert compare(order, 7, counts).verdict is Verdict.TOO_FEW_NIGHTS


# The calendar ------------------------------------------------------------------------------------

COURSE = Course("abba", 7, MONDAY)


def test_nights_belong_to_blocks() -> None:
    assert COURSE.last_on == MONDAY + timedelta(days=27)
    assert [COURSE.block_of(MONDAY + timedelta(days=day)) for day in (-1, 0, 6, 7, 27, 28)] == [
        None,
        0,
        0,
        1,
        3,
        None,
    ]
    assert [COURSE.arm_of(MONDAY + timedelta(days=day)) for day in (-1, 6, 7, 20, 21, 28)] == [
        None,
        WITH,
        WITHOUT,
        WITHOUT,
        WITH,
        None,
    ]
    assert [COURSE.evening_of(MONDAY + timedelta(days=day)) for day in (0, 6, 7, 27)] == [
        1,
        7,
        1,
        7,
    ]


def test_blocks_alike_are_one_span() -> None:
    assert COURSE.spans(WITHOUT) == [(MONDAY + timedelta(days=7), MONDAY + timedelta(days=20))]
    assert COURSE.spans(WITH) == [
        (MONDAY, MONDAY + timedelta(days=6)),
        (MONDAY + timedelta(days=21), MONDAY + timedelta(days=27)),
    ]


@given(st.sampled_from(orders(8)), st.sampled_from((7, 14)))
def test_both_arms_spans_are_all_nights_once(order: str, block_days: int) -> None:
    course = Course(order, block_days, MONDAY)
    nights = Counter(
        first + timedelta(days=day)
        for letter in (WITH, WITHOUT)
        for first, last in course.spans(letter)
        for day in range((last - first).days + 1)
    )
    assert nights == Counter(MONDAY + timedelta(days=day) for day in range(course.nights))


def test_nights_are_counted_by_block_and_others_are_not() -> None:
    covered = {MONDAY + timedelta(days=day) for day in (-1, 0, 1, 7, 27, 28)}
    cramps = {MONDAY + timedelta(days=day) for day in (-1, 1, 27)}
    assert tallies(COURSE, cramps, covered) == (
        Tally(1, 2),
        Tally(0, 1),
        Tally(0, 0),
        Tally(1, 1),
    )


# The test ----------------------------------------------------------------------------------------


def test_a_case_by_hand() -> None:
    """Six orders of four blocks with 0, 1, 2 and 3 cramp nights: abba has no gap, aabb the most."""
    counts = [Tally(number, 7) for number in range(4)]
    assert difference("abba", counts) == 0
    assert p_value("abba", counts) == 1
    assert difference("aabb", counts) == Fraction(1, 14) - Fraction(5, 14)
    assert p_value("aabb", counts) == Fraction(2, 6)
    assert difference("abab", counts) == Fraction(2 - 4, 14)
    assert p_value("abab", counts) == Fraction(4, 6)


def test_an_order_that_empties_an_arm_counts_as_large() -> None:
    """Entries in the first two blocks only: aabb and bbaa leave an arm without any."""
    counts = [Tally(7, 7), Tally(0, 7), Tally(), Tally()]
    assert difference("aabb", counts) is None
    assert p_value("aabb", counts) == 1
    assert p_value("abab", counts) == 1  # all other orders have the same difference
    even = [Tally(3, 7), Tally(3, 7), Tally(1, 1), Tally()]
    assert p_value("aabb", even) == plain_p("aabb", even)


@given(diaries())
@settings(max_examples=example_count(300))
def test_the_p_value_equals_a_naive_computation(diary: tuple[str, tuple[Tally, ...]]) -> None:
    order, counts = diary
    assert difference(order, counts) == gap(order, counts)
    assert p_value(order, counts) == plain_p(order, counts)


@given(diaries(blocks=12))
@settings(max_examples=5)
def test_the_p_value_equals_a_naive_computation_for_the_usual_length(
    diary: tuple[str, tuple[Tally, ...]],
) -> None:
    assert p_value(*diary) == plain_p(*diary)


@given(diaries())
@settings(max_examples=example_count(60), deadline=None)
def test_the_rate_of_false_positives_is_at_most_the_level(
    diary: tuple[str, tuple[Tally, ...]],
) -> None:
    """If no order changes the nights, p-values up to x have a probability of at most x."""
    _order, counts = diary
    every = orders(len(counts))
    values = [p_value(order, counts) for order in every]
    for level in {*values, LEVEL, Fraction(1, 100), Fraction(1, 2)}:
        assert Fraction(sum(p <= level for p in values), len(every)) <= level


@given(diaries())
@settings(max_examples=example_count(60), deadline=None)
def test_without_an_effect_fewer_is_reported_in_at_most_half_of_the_level(
    diary: tuple[str, tuple[Tally, ...]],
) -> None:
    _order, counts = diary
    every = orders(len(counts))
    said = Counter(compare(order, 14, counts).verdict for order in every)
    assert Fraction(said[Verdict.FEWER], len(every)) <= LEVEL / 2
    assert said[Verdict.FEWER] == said[Verdict.MORE]


@given(diaries())
def test_swapping_the_arms_only_changes_the_sign_of_the_difference(
    diary: tuple[str, tuple[Tally, ...]],
) -> None:
    order, counts = diary
    one, other = compare(order, 7, counts), compare(swapped(order), 7, counts)
    assert one.p == other.p
    assert (one.difference is None) == (other.difference is None)
    if one.difference is not None and other.difference is not None:
        assert one.difference == -other.difference
    turned = {Verdict.FEWER: Verdict.MORE, Verdict.MORE: Verdict.FEWER}
    assert other.verdict is turned.get(one.verdict, one.verdict)


@given(diaries())
def test_the_p_value_counts_at_least_the_order_and_its_mirror_image(
    diary: tuple[str, tuple[Tally, ...]],
) -> None:
    order, counts = diary
    assert smallest_p(len(order)) <= p_value(order, counts) <= 1


# What is said ------------------------------------------------------------------------------------


def split(order: str, with_it: Tally, without_it: Tally) -> list[Tally]:
    return [with_it if letter == WITH else without_it for letter in order]


ORDER = "abbabaab"


@pytest.mark.parametrize(
    ("with_it", "without_it", "verdict"),
    [
        (Tally(0, 7), Tally(5, 7), Verdict.FEWER),
        (Tally(5, 7), Tally(0, 7), Verdict.MORE),
        (Tally(3, 7), Tally(3, 7), Verdict.CANNOT_TELL),
        (Tally(0, 7), Tally(0, 7), Verdict.CANNOT_TELL),
        (Tally(0, 4), Tally(4, 4), Verdict.FEWER),
        (Tally(0, 3), Tally(3, 3), Verdict.TOO_FEW_NIGHTS),  # under half of each arm
        (Tally(0, 7), Tally(3, 3), Verdict.TOO_FEW_NIGHTS),
        (Tally(3, 7), Tally(3, 6), Verdict.UNEVEN),  # 12 of 28 against 12 of 24 is not compared
        (Tally(0, 5), Tally(5, 7), Verdict.UNEVEN),
        (Tally(0, 0), Tally(5, 7), Verdict.TOO_FEW_NIGHTS),
    ],
)
def test_verdicts(with_it: Tally, without_it: Tally, verdict: Verdict) -> None:
    result = compare(ORDER, 7, split(ORDER, with_it, without_it))
    assert result.verdict is verdict
    assert (result.p is None) == (verdict in {Verdict.TOO_FEW_NIGHTS, Verdict.UNEVEN})


def test_nights_missing_in_both_arms_alike_are_not_uneven() -> None:
    counts = [
        Tally(0 if letter == WITH else 4, 5 if n % 3 else 7) for n, letter in enumerate(ORDER)
    ]
    assert compare(ORDER, 7, counts).verdict is Verdict.FEWER


def test_half_of_the_nights_of_an_arm_are_enough() -> None:
    counts = split(ORDER, Tally(0, 7), Tally(7, 7))
    counts[0], counts[3] = Tally(), Tally()  # two of the four blocks with it: 14 of 28 nights
    assert compare(ORDER, 7, counts).with_it.is_enough
    assert compare(ORDER, 7, counts).verdict is not Verdict.TOO_FEW_NIGHTS
    counts[5] = Tally(0, 6)
    assert not compare(ORDER, 7, counts).with_it.is_enough
    assert compare(ORDER, 7, counts).verdict is Verdict.TOO_FEW_NIGHTS


def test_one_block_alone_is_not_enough_however_long() -> None:
    one = arm("ab", [Tally(3, 14), Tally(3, 14)], WITH, 14)
    assert (one.covered, one.nights, one.blocks_covered, one.is_enough) == (14, 14, 1, False)


def test_the_level_is_one_in_twenty() -> None:
    """Of 62 orders, 2 are within 1/20 (0.032) and 4 are not (0.065)."""
    rare = split(ORDER, Tally(0, 7), Tally(7, 7))
    assert compare(ORDER, 7, rare).p == Fraction(2, 62)
    assert compare(ORDER, 7, rare).verdict is Verdict.FEWER
    by_p = {p_value(order, [Tally(n, 7) for n in (0, 1, 2, 3, 4, 5, 6, 7)]) for order in orders(8)}
    above = min(p for p in by_p if p > LEVEL)
    order = next(one for one in orders(8) if p_value(one, [Tally(n, 7) for n in range(8)]) == above)
    assert compare(order, 7, [Tally(n, 7) for n in range(8)]).verdict is Verdict.CANNOT_TELL


# The "give or take" ------------------------------------------------------------------------------


def test_the_margin_is_below_the_difference_exactly_when_it_is_reported() -> None:
    chance = random.Random(11)
    reported = 0
    for blocks, block_days in ((8, 7), (8, 14), (12, 7)):
        for _ in range(60):
            order = chance.choice(orders(blocks))
            rates = {WITH: chance.random(), WITHOUT: chance.random()}
            counts = [
                Tally(sum(chance.random() < rates[letter] for _ in range(block_days)), block_days)
                for letter in order
            ]
            found, gap = margin(order, counts), difference(order, counts)
            assert found is not None
            assert gap is not None
            is_reported = p_value(order, counts) <= LEVEL
            assert (found < abs(gap)) is is_reported
            reported += is_reported
    assert 10 < reported < 170


def test_there_is_no_margin_when_shuffles_leave_an_arm_empty() -> None:
    counts = [Tally(1, 7) if number < 2 else Tally(0, 0) for number in range(8)]
    assert margin("abbabaab", counts) is None
