"""The odds of a fair test, from a simulation. Pure.

``python -m benchmarks.fair_test`` runs the simulation with the bot's own random orders and test. It
writes the table below and the same figures into docs/fair-test.md, with the assumptions.
"""

from typing import NamedTuple

USUAL_NIGHTS = (1, 2, 3, 4, 5, 6)
"""Cramp nights per week without the habit: the rows of ``ODDS``."""
MOST_USUAL = 6.5
"""Above this many cramp nights a week the table says too much: with cramps on nearly every night,
half as many cramps still leave one on most nights. The odds of 12 weeks at 6.9 are half those
at 6."""
STEP = 5
"""Odds are rounded down to a multiple of this before people are told them."""


class Odds(NamedTuple):
    """Percent of tests, when the habit does halve the cramps and warning signs pause some tests."""

    ends: int
    """Tests that reach their end."""
    says_fewer: int
    """Tests that say "fewer cramp nights with it"."""
    says_fewer_in_runs: int
    """The same, when cramp nights come in runs."""


# Code of a plan → a row for each of ``USUAL_NIGHTS``, written by ``benchmarks.fair_test``.
# table begin
ODDS: dict[str, tuple[Odds, ...]] = {
    "7x8": (
        Odds(ends=99, says_fewer=4, says_fewer_in_runs=2),
        Odds(ends=96, says_fewer=8, says_fewer_in_runs=4),
        Odds(ends=95, says_fewer=11, says_fewer_in_runs=5),
        Odds(ends=93, says_fewer=15, says_fewer_in_runs=6),
        Odds(ends=92, says_fewer=18, says_fewer_in_runs=8),
        Odds(ends=90, says_fewer=19, says_fewer_in_runs=9),
    ),
    "7x12": (
        Odds(ends=98, says_fewer=11, says_fewer_in_runs=5),
        Odds(ends=96, says_fewer=19, says_fewer_in_runs=9),
        Odds(ends=93, says_fewer=28, says_fewer_in_runs=11),
        Odds(ends=90, says_fewer=33, says_fewer_in_runs=13),
        Odds(ends=88, says_fewer=39, says_fewer_in_runs=16),
        Odds(ends=85, says_fewer=41, says_fewer_in_runs=18),
    ),
    "7x16": (
        Odds(ends=97, says_fewer=15, says_fewer_in_runs=7),
        Odds(ends=94, says_fewer=28, says_fewer_in_runs=11),
        Odds(ends=91, says_fewer=37, says_fewer_in_runs=15),
        Odds(ends=88, says_fewer=45, says_fewer_in_runs=18),
        Odds(ends=86, says_fewer=51, says_fewer_in_runs=21),
        Odds(ends=81, says_fewer=52, says_fewer_in_runs=23),
    ),
    "14x8": (
        Odds(ends=97, says_fewer=8, says_fewer_in_runs=5),
        Odds(ends=93, says_fewer=14, says_fewer_in_runs=7),
        Odds(ends=91, says_fewer=22, says_fewer_in_runs=8),
        Odds(ends=87, says_fewer=27, says_fewer_in_runs=10),
        Odds(ends=84, says_fewer=32, says_fewer_in_runs=14),
        Odds(ends=81, says_fewer=35, says_fewer_in_runs=13),
    ),
}
# table end


def odds(plan: str, nights_a_week: float) -> Odds:
    """The odds of a plan for a number of cramp nights per week, from the nearest row."""
    row = min(USUAL_NIGHTS, key=lambda usual: abs(usual - nights_a_week))
    return ODDS[plan][USUAL_NIGHTS.index(row)]


def rounded_down(percent: int) -> int:
    """Odds as people are told them: rounded down to the next multiple of five."""
    return percent - percent % STEP
