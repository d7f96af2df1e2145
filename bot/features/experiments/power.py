"""How often a fair test notices a difference that is there. Pure: numbers of a simulation.

``python -m benchmarks.fair_test`` simulates them with the bot's own draw and test, compares them
with these, and writes them to docs/fair-test.md with what was assumed.
"""

from typing import NamedTuple

USUAL_NIGHTS = (1, 2, 3, 4, 5, 6)
"""Cramp nights a week without the habit."""
POOR = 50
"""Percent: below it a test that finds nothing is the likelier end though the habit helps."""


class Noticed(NamedTuple):
    """Percent of tests that say "fewer" when the habit really lowers the number of cramps."""

    third: int
    """By a third, as much as the placebo groups of trials."""
    half: int


NOTICED: dict[str, tuple[Noticed, ...]] = {
    "7x8": (
        Noticed(2, 4),
        Noticed(4, 8),
        Noticed(6, 11),
        Noticed(7, 15),
        Noticed(7, 19),
        Noticed(8, 20),
    ),
    "7x12": (
        Noticed(6, 11),
        Noticed(8, 19),
        Noticed(13, 28),
        Noticed(14, 38),
        Noticed(20, 45),
        Noticed(20, 50),
    ),
    "7x16": (
        Noticed(8, 14),
        Noticed(14, 27),
        Noticed(18, 41),
        Noticed(23, 50),
        Noticed(27, 60),
        Noticed(29, 67),
    ),
    "14x8": (
        Noticed(5, 7),
        Noticed(8, 17),
        Noticed(11, 25),
        Noticed(14, 32),
        Noticed(15, 41),
        Noticed(17, 45),
    ),
}
"""Code of a plan → a row for each of ``USUAL_NIGHTS``; 85 of 100 nights have an entry."""


def noticed(plan: str, nights_a_week: float) -> Noticed:
    """What a plan notices for somebody with so many cramp nights a week, to the nearest row."""
    row = min(USUAL_NIGHTS, key=lambda usual: abs(usual - nights_a_week))
    return NOTICED[plan][USUAL_NIGHTS.index(row)]
