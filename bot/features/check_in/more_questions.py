"""Which further questions a morning has, for people who want them. Pure.

At most three exposures are asked in a morning, in turn, also after quiet nights: only so can nights
with something be put beside nights without it (health reference, section b).
"""

from collections.abc import Collection
from datetime import date

ROTATED = (
    "alcohol_evening",
    "hot_day",
    "long_standing",
    "poor_sleep",
    "hard_exercise",
    "long_sitting",
    "stress",
)
"""The exposures that take turns. Late caffeine is missing because every check-in asks about it."""
A_MORNING = 3
"""Exposures that are asked in one morning."""
ASKED_AS_HABIT = {"alcohol_evening": "no_alcohol"}
"""Exposure → the habit of a fair test that asks the same."""
SLEEP_QUALITIES = range(11)
"""0, the best, to 10, the worst."""


def asked_on(night_on: date, habits: Collection[str]) -> tuple[str, ...]:
    """The exposures that are asked about a night; seven nights ask each of them three times.

    Args:
        night_on: the night.
        habits: what the check-in asks about already.
    """
    first = night_on.toordinal() * A_MORNING
    turn = (ROTATED[(first + number) % len(ROTATED)] for number in range(A_MORNING))
    return tuple(one for one in turn if ASKED_AS_HABIT.get(one) not in habits)
