"""The statistical power of a fair test, from a simulation. Pure.

``python -m benchmarks.fair_test`` runs the simulation with the bot's own random orders and test,
compares its numbers with these, and writes them to docs/fair-test.md with the assumptions.
"""

from typing import NamedTuple

USUAL_NIGHTS = (1, 2, 3, 4, 5, 6)
"""Cramp nights per week without the habit: the rows of ``NOTICED``."""
POOR = 50
"""Percent. Below this power, a test of a habit that helps is more likely to find nothing."""


class Noticed(NamedTuple):
    """Percent of tests that report "fewer" when the habit does reduce cramps."""

    third: int
    """When it reduces them by a third, as much as in placebo groups of trials."""
    half: int
    """When it reduces them by half."""


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
"""Code of a plan → a row for each of ``USUAL_NIGHTS``. Assumes entries for 85 % of the nights."""


def noticed(plan: str, nights_a_week: float) -> Noticed:
    """The power of a plan for a number of cramp nights per week, from the nearest row."""
    row = min(USUAL_NIGHTS, key=lambda usual: abs(usual - nights_a_week))
    return NOTICED[plan][USUAL_NIGHTS.index(row)]
