"""A fair test of one habit on one person: how it is laid out, and its exact test. Pure.

Blocks of one or two weeks with the habit (``a``) and without it (``b``) follow each other in an
order that is drawn by lot: as many blocks with as without, never more than three alike in a row,
and every such order as likely as any other.

The test rests on that draw alone. If the habit changes nothing, the nights would have gone as they
did whatever order had been drawn. So the same nights are counted once for every order that could
have been drawn, and the p-value is the share of orders whose gap between the arms is at least as
large as the one found. That holds exactly for nights that resemble their neighbours, for a season
that rises or falls, and for missing nights, as long as the arm itself does not decide which nights
are logged. When that shows, nothing is compared. docs/fair-test.md measures it.

All nights of a block count, its first ones too: what lingers from one block into the next makes
the arms more alike, so it may hide a difference but cannot make one.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, groupby

WITH, WITHOUT = "a", "b"
MOST_ALIKE = 3
"""Blocks of one kind in a row. Two would leave eight blocks too few orders to ever reach the
level; no limit at all would let a season fall upon one arm."""
MOST_BLOCKS = 16
LEVEL = Fraction(1, 20)
"""A difference is told when the p-value is at most this, and only then. Both directions count, so
chance alone makes the test say "fewer" in at most half as many."""
LEAST_COVERED = Fraction(1, 2)
"""Share of each arm's nights that must have an entry before the arms are compared."""
LEAST_BLOCKS = 2
"""Blocks of each arm that must have an entry before the arms are compared."""
_SHIFT = 1 << 16
"""Covered and cramp nights of a block travel as one number; no arm has that many nights."""


@dataclass(frozen=True)
class Plan:
    """How long a test is: so many blocks of so many nights."""

    block_days: int
    blocks: int

    @property
    def nights(self) -> int:
        return self.block_days * self.blocks

    @property
    def weeks(self) -> int:
        return self.nights // 7

    @property
    def code(self) -> str:
        """Names it in callback data: ``7x12``."""
        return f"{self.block_days}x{self.blocks}"


PLANS = (Plan(7, 8), Plan(7, 12), Plan(7, 16), Plan(14, 8))
"""Eight to sixteen weeks, with enough orders each for a p-value below the level."""
USUAL_PLAN = PLANS[1]


def plan_of(code: str | None) -> Plan | None:
    """The plan of a code, or None."""
    return next((plan for plan in PLANS if plan.code == code), None)


# The draw ----------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def orders(blocks: int) -> tuple[str, ...]:
    """Every order that can be drawn for so many blocks; swapping the arms gives the same set.

    Raises:
        ValueError: for an odd number of blocks, for none, or for more than sixteen.
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
    """One order by lot.

    Args:
        blocks: how many.
        choose: picks one of a sequence, each as likely as any other, such as
            ``secrets.SystemRandom().choice``.
    """
    return choose(orders(blocks))


def is_drawable(order: str) -> bool:
    """Whether an order is one that the draw can give; a file's may be anything."""
    is_countable = 0 < len(order) <= MOST_BLOCKS and len(order) % 2 == 0
    return is_countable and order in orders(len(order))


def smallest_p(blocks: int) -> Fraction:
    """The smallest p-value that so many blocks can give: an order and its swap out of all."""
    return Fraction(2, len(orders(blocks)))


# The calendar ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """A drawn order laid upon the calendar. Nights are named after their evening's date."""

    order: str
    block_days: int
    starts_on: date

    @property
    def nights(self) -> int:
        return len(self.order) * self.block_days

    @property
    def last_on(self) -> date:
        """The last block's last night."""
        return self.starts_on + timedelta(days=self.nights - 1)

    def block_of(self, night_on: date) -> int | None:
        """The number of a night's block, from 0; None outside the test."""
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
        """Which evening of its block a night begins with, from 1."""
        return (night_on - self.starts_on).days % self.block_days + 1

    def spans(self, arm: str) -> list[tuple[date, date]]:
        """The nights of an arm as spans, both ends included."""
        found, block = [], 0
        for kind, run in groupby(self.order):
            length = len(list(run))
            if kind == arm:
                found.append((self.first_of(block), self.last_of(block + length - 1)))
            block += length
        return found


@dataclass(frozen=True)
class Tally:
    """What was logged: nights with a cramp, out of nights with an entry."""

    cramp_nights: int = 0
    covered: int = 0


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


# The test ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arm:
    """All blocks of a kind together."""

    cramp_nights: int
    covered: int
    nights: int
    """Nights that it has, logged or not."""
    blocks_covered: int
    """Blocks with at least one entry."""

    @property
    def is_enough(self) -> bool:
        """Whether enough of it was logged to be compared."""
        is_logged = self.covered >= LEAST_COVERED * self.nights
        return is_logged and self.blocks_covered >= LEAST_BLOCKS


class Verdict(StrEnum):
    """What a finished test says."""

    FEWER = "fewer"
    """Fewer cramp nights with the habit: what is called "helped" where rates are stated."""
    MORE = "more"
    CANNOT_TELL = "cannot_tell"
    UNEVEN = "uneven"
    """The arms were logged so unevenly that a gap may come from the logging."""
    TOO_FEW_NIGHTS = "too_few_nights"


@dataclass(frozen=True)
class Result:
    """A finished test. ``difference`` is cramp nights per covered night, with minus without.

    ``p`` is None when the arms are not compared.
    """

    with_it: Arm
    without_it: Arm
    difference: Fraction | None
    p: Fraction | None
    verdict: Verdict


def arm(order: str, counts: Sequence[Tally], kind: str, block_days: int) -> Arm:
    """The blocks of one kind together."""
    own = [tally for letter, tally in zip(order, counts, strict=True) if letter == kind]
    return Arm(
        sum(tally.cramp_nights for tally in own),
        sum(tally.covered for tally in own),
        len(own) * block_days,
        sum(tally.covered > 0 for tally in own),
    )


def difference(order: str, counts: Sequence[Tally]) -> Fraction | None:
    """Cramp nights per covered night, with minus without; None when an arm has no entry."""
    with_it, without_it = (arm(order, counts, kind, 0) for kind in (WITH, WITHOUT))
    if with_it.covered == 0 or without_it.covered == 0:
        return None
    return Fraction(with_it.cramp_nights, with_it.covered) - Fraction(
        without_it.cramp_nights, without_it.covered
    )


@lru_cache(maxsize=8)
def _masks(blocks: int) -> tuple[tuple[int, int], ...]:
    """The orders that begin with the habit, as bits of the blocks with it: first half, second.

    A swapped order turns the sign of the gap alone, so half of the orders tell all.
    """
    half, found = blocks // 2, []
    for order in orders(blocks):
        if order[0] == WITH:
            bits = [1 << number for number in range(blocks) if order[number] == WITH]
            mask = sum(bits)
            found.append((mask & ((1 << half) - 1), mask >> half))
    return tuple(found)


def _subset_sums(values: Sequence[int]) -> list[int]:
    """The sum of every choice of values; a choice is a number whose bits say which."""
    sums = [0]
    for value in values:
        sums += [value + one for one in sums]
    return sums


def p_value(order: str, counts: Sequence[Tally]) -> Fraction:
    """The share of orders whose gap between the arms is at least as large as this one's.

    Two-sided and exact. An order that would leave an arm without an entry has no gap; it counts as
    large, so that it can only make the p-value greater.

    Raises:
        ValueError: for an order that cannot be drawn.
    """
    if not is_drawable(order):
        raise ValueError("not an order of the draw")
    packed = [tally.covered * _SHIFT + tally.cramp_nights for tally in counts]
    own = sum(value for letter, value in zip(order, packed, strict=True) if letter == WITH)
    all_covered, all_cramps = divmod(sum(packed), _SHIFT)

    def gap(total: int) -> tuple[int, int]:
        """The gap as numerator and denominator: whole numbers compare exactly and fast."""
        covered, cramps = divmod(total, _SHIFT)
        return abs(cramps * all_covered - all_cramps * covered), covered * (all_covered - covered)

    found, scale = gap(own)
    half = len(order) // 2
    first, second = _subset_sums(packed[:half]), _subset_sums(packed[half:])
    masks, large = _masks(len(order)), 0
    for low, high in masks:
        size, width = gap(first[low] + second[high])
        large += size * scale >= found * width  # nought on both sides when an arm is empty
    return Fraction(large, len(masks))


def compare(order: str, block_days: int, counts: Sequence[Tally]) -> Result:
    """What a finished test says. An order that cannot be drawn gets no comparison.

    The nights without an entry are put to the same test first: when they fall upon one arm more
    than the draw alone explains, then the arm may have decided what was logged.
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
