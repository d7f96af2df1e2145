"""A fair test of one habit on one person: its randomized blocks and its exact test. Pure.

The test is a randomized block design with one person (an n-of-1 trial). Blocks of one or two weeks
with the habit (arm ``a``) and without it (arm ``b``) are put into random order: as many blocks with
as without, at most three of one arm in a row, and every such order equally likely.

The result is a randomization test (permutation test), which needs no other assumption than the
random order. If the habit has no effect, the nights would have been the same in any other order.
So the same nights are counted for every order that could have been drawn, and the p-value is the
share of orders whose difference between the arms is at least as large as the observed one. This is
exact even if nights resemble their neighbors, if there is a seasonal trend, and if nights are
missing, as long as the arm has no influence on which nights are logged. If it seems to have one,
the arms are not compared. docs/fair-test.md has measurements.

All nights of a block count, including its first ones: an effect that carries over into the next
block makes the arms more similar, so it can hide a difference but not create one.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, groupby

WITH, WITHOUT = "a", "b"
MOST_ALIKE = 3
"""The most blocks of one arm in a row. With two, eight blocks would have too few orders for a
p-value below the level; without a limit, a season could coincide with one arm."""
MOST_BLOCKS = 16
"""The most blocks of a test: the number of orders grows exponentially with it."""
LEVEL = Fraction(1, 20)
"""A difference is reported if the p-value is at most this. The test is two-sided, so by chance
alone it reports "fewer" in at most half as many tests."""
LEAST_COVERED = Fraction(1, 2)
"""The share of each arm's nights that must have an entry for the arms to be compared."""
LEAST_BLOCKS = 2
"""The number of each arm's blocks that must have an entry for the arms to be compared."""
_SHIFT = 1 << 16
"""Covered nights and cramp nights are packed into one number; no arm has this many nights."""


@dataclass(frozen=True)
class Plan:
    """The length of a test: a number of blocks of equal length."""

    block_days: int
    blocks: int

    @property
    def nights(self) -> int:
        """Nights of the whole test."""
        return self.block_days * self.blocks

    @property
    def weeks(self) -> int:
        """Weeks of the whole test."""
        return self.nights // 7

    @property
    def code(self) -> str:
        """The plan as callback data writes it: ``7x12``."""
        return f"{self.block_days}x{self.blocks}"


PLANS = (Plan(7, 8), Plan(7, 12), Plan(7, 16), Plan(14, 8))
"""Eight to sixteen weeks. Each has enough orders for a p-value below the level."""
USUAL_PLAN = PLANS[1]


def plan_of(code: str | None) -> Plan | None:
    """The plan with this code, or None."""
    return next((plan for plan in PLANS if plan.code == code), None)


# The random order --------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def orders(blocks: int) -> tuple[str, ...]:
    """Every order that can be drawn for a number of blocks. The set is symmetric in the arms.

    Raises:
        ValueError: the number is odd, zero, or more than sixteen.
    """
    if blocks % 2 or not 0 < blocks <= MOST_BLOCKS:
        raise ValueError("an even number of blocks, sixteen at most")
    found = []
    for chosen in combinations(range(blocks), blocks // 2):
        order = "".join(WITH if number in chosen else WITHOUT for number in range(blocks))
        if max(len(list(run)) for _, run in groupby(order)) <= MOST_ALIKE:
            found.append(order)
    return tuple(found)


def draw(blocks: int, choose: Callable[[Sequence[str]], str]) -> str:
    """Draw an order.

    Args:
        blocks: the number of blocks.
        choose: returns a uniformly random element, such as ``secrets.SystemRandom().choice``.
    """
    return choose(orders(blocks))


def is_drawable(order: str) -> bool:
    """Whether an order can be drawn. The order in an imported file may be anything."""
    is_countable = 0 < len(order) <= MOST_BLOCKS and len(order) % 2 == 0
    return is_countable and order in orders(len(order))


# The calendar ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """The blocks of a test on the calendar. A night has the date of its evening."""

    order: str
    block_days: int
    starts_on: date

    @property
    def nights(self) -> int:
        """Nights of the whole test."""
        return len(self.order) * self.block_days

    @property
    def last_on(self) -> date:
        """The last night of the test."""
        return self.starts_on + timedelta(days=self.nights - 1)

    def block_of(self, night_on: date) -> int | None:
        """The index of a night's block, from 0; None outside the test."""
        number = (night_on - self.starts_on).days // self.block_days
        return number if 0 <= number < len(self.order) else None

    def first_of(self, block: int) -> date:
        """The first night of a block."""
        return self.starts_on + timedelta(days=block * self.block_days)

    def last_of(self, block: int) -> date:
        """The last night of a block."""
        return self.first_of(block + 1) - timedelta(days=1)

    def arm_of(self, night_on: date) -> str | None:
        """``a`` or ``b``, or None outside the test."""
        block = self.block_of(night_on)
        return None if block is None else self.order[block]

    def evening_of(self, night_on: date) -> int:
        """The number of a night within its block, from 1."""
        return (night_on - self.starts_on).days % self.block_days + 1

    def spans(self, arm: str) -> list[tuple[date, date]]:
        """The nights of an arm as spans of dates, both ends included."""
        found, block = [], 0
        for kind, run in groupby(self.order):
            length = len(list(run))
            if kind == arm:
                found.append((self.first_of(block), self.last_of(block + length - 1)))
            block += length
        return found


@dataclass(frozen=True)
class Tally:
    """The counts of a block: nights with a cramp, and nights with an entry."""

    cramp_nights: int = 0
    covered: int = 0


@dataclass(frozen=True)
class Adherence:
    """Evenings of an arm on which the habit was done, out of those for which that is known."""

    done: int
    known: int


def tallies(
    course: Course, cramp_nights: Collection[date], covered_nights: Collection[date]
) -> tuple[Tally, ...]:
    """Count each block's nights. A night without an entry is in neither number."""
    cramps, covered = [0] * len(course.order), [0] * len(course.order)
    for counts, nights in ((cramps, cramp_nights), (covered, covered_nights)):
        for night_on in nights:
            block = course.block_of(night_on)
            if block is not None:
                counts[block] += 1
    return tuple(Tally(*both) for both in zip(cramps, covered, strict=True))


# The comparison ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arm:
    """The counts of all blocks with the habit, or of all blocks without it."""

    cramp_nights: int
    covered: int
    nights: int
    """All nights of its blocks, logged or not."""
    blocks_covered: int
    """The number of its blocks that have at least one entry."""

    @property
    def is_enough(self) -> bool:
        """Whether enough nights are logged to compare it."""
        is_logged = self.covered >= LEAST_COVERED * self.nights
        return is_logged and self.blocks_covered >= LEAST_BLOCKS


class Verdict(StrEnum):
    """The result of a finished test."""

    FEWER = "fewer"
    """Significantly fewer cramp nights with the habit."""
    MORE = "more"
    """Significantly more cramp nights with the habit."""
    CANNOT_TELL = "cannot_tell"
    UNEVEN = "uneven"
    """The arms were logged so unevenly that a difference may be due to the logging."""
    TOO_FEW_NIGHTS = "too_few_nights"


@dataclass(frozen=True)
class Result:
    """The result of a finished test, with its numbers."""

    with_it: Arm
    without_it: Arm
    difference: Fraction | None
    """Cramp nights per covered night, with the habit minus without; None if an arm has no entry."""
    p: Fraction | None
    """The p-value; None if the arms are not compared."""
    verdict: Verdict


def arm(order: str, counts: Sequence[Tally], kind: str, block_days: int) -> Arm:
    """Add up the blocks of one arm."""
    own = [tally for letter, tally in zip(order, counts, strict=True) if letter == kind]
    return Arm(
        sum(tally.cramp_nights for tally in own),
        sum(tally.covered for tally in own),
        len(own) * block_days,
        sum(tally.covered > 0 for tally in own),
    )


def difference(order: str, counts: Sequence[Tally]) -> Fraction | None:
    """Cramp nights per covered night, with the habit minus without; None if an arm has no entry."""
    with_it, without_it = (arm(order, counts, kind, 0) for kind in (WITH, WITHOUT))
    if with_it.covered == 0 or without_it.covered == 0:
        return None
    return Fraction(with_it.cramp_nights, with_it.covered) - Fraction(
        without_it.cramp_nights, without_it.covered
    )


@lru_cache(maxsize=8)
def _masks(blocks: int) -> tuple[tuple[int, int], ...]:
    """The orders that begin with the habit, as bit masks of their blocks with it.

    Each order has two masks, for the first and the second half of its blocks. The mirror image of
    an order only changes the sign of the difference, so half of the orders are enough.
    """
    half, found = blocks // 2, []
    for order in orders(blocks):
        if order[0] == WITH:
            bits = [1 << number for number in range(blocks) if order[number] == WITH]
            mask = sum(bits)
            found.append((mask & ((1 << half) - 1), mask >> half))
    return tuple(found)


def _subset_sums(values: Sequence[int]) -> list[int]:
    """The sums of all subsets. The index of a subset is the bit mask of its values."""
    sums = [0]
    for value in values:
        sums += [value + one for one in sums]
    return sums


def p_value(order: str, counts: Sequence[Tally]) -> Fraction:
    """The share of orders whose difference between the arms is at least as large as this one's.

    Two-sided and exact. An order that would leave an arm without an entry has no difference; it is
    counted as a large one, so that it can only increase the p-value.

    Raises:
        ValueError: the order cannot be drawn.
    """
    own, *gaps = _gaps(order, counts)
    found, scale = own
    large = sum(size * scale >= found * width for size, width in gaps)  # 0 >= 0: an arm is empty
    return Fraction(large, len(gaps))


def margin(order: str, counts: Sequence[Tally]) -> Fraction | None:
    """The "give or take" of a difference, in cramp nights per covered night.

    It comes from the same shuffles as the p-value: half the width of the central 95 % of the
    differences that the orders would give, which are symmetric about 0. None if too many orders
    would leave an arm without an entry.

    Raises:
        ValueError: the order cannot be drawn.
    """
    _own, *gaps = _gaps(order, counts)
    known = sorted(Fraction(size, width) for size, width in gaps if width)
    rank = math.ceil((1 - LEVEL) * len(gaps))
    return known[rank - 1] if rank <= len(known) else None


def _gaps(order: str, counts: Sequence[Tally]) -> list[tuple[int, int]]:
    """The size of the difference, as numerator and denominator, for this order and for all.

    Integers compare exactly and fast. The denominator is 0 when an arm has no entry. The mirror
    image of an order has the same size, so only the orders that begin with the habit are listed.
    """
    if not is_drawable(order):
        raise ValueError("this order cannot be drawn")
    packed = [tally.covered * _SHIFT + tally.cramp_nights for tally in counts]
    own = sum(value for letter, value in zip(order, packed, strict=True) if letter == WITH)
    all_covered, all_cramps = divmod(sum(packed), _SHIFT)

    def gap(total: int) -> tuple[int, int]:
        covered, cramps = divmod(total, _SHIFT)
        return abs(cramps * all_covered - all_cramps * covered), covered * (all_covered - covered)

    half = len(order) // 2
    first, second = _subset_sums(packed[:half]), _subset_sums(packed[half:])
    masks = _masks(len(order))
    return [gap(own), *(gap(first[low] + second[high]) for low, high in masks)]


def compare(order: str, block_days: int, counts: Sequence[Tally]) -> Result:
    """Compare the arms of a finished test, unless the order cannot be drawn.

    The same test is applied to the missing nights first: if significantly more of them are in one
    arm, the arm may have had an influence on what was logged, and the cramps are not compared.
    """
    with_it, without_it = (arm(order, counts, kind, block_days) for kind in (WITH, WITHOUT))
    gap = difference(order, counts)
    is_enough = with_it.is_enough and without_it.is_enough and is_drawable(order)
    if gap is None or not is_enough:
        return Result(with_it, without_it, gap, None, Verdict.TOO_FEW_NIGHTS)
    if p_value(order, [Tally(tally.covered, block_days) for tally in counts]) <= LEVEL:
        return Result(with_it, without_it, gap, None, Verdict.UNEVEN)
    p = p_value(order, counts)
    verdict = Verdict.CANNOT_TELL
    if p <= LEVEL:
        verdict = Verdict.FEWER if gap < 0 else Verdict.MORE
    return Result(with_it, without_it, gap, p, verdict)
