"""How often a summary says "more" or "fewer": ``python -m benchmarks.trend``.

Simulated diaries go through the bot's own trend test. The tables are written into
docs/fair-test.md; the same seed and number of diaries give the same tables. ``--diaries 200`` is a
quick look, and with ``--print`` the page stays as it is.
"""

import random
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rate_tables import head, row, run
from bot.features.diary.trend import LOOK_EVERY, NIGHTS, WEEKS, Direction, WeekCount, find_direction

SEED = 20270113
DIARIES = 2000
"""Simulated diaries for each figure."""
RATES = (0.5, 1, 2, 3, 4, 5, 6)
"""Nights with cramps a week."""
LOOKED_AT = 20
"""Weeks, after the first 12, in whose looks a direction may be named."""
FOUND_WITHIN = 8
"""Weeks whose looks should find a change."""
PAGE = Path(__file__).parent.parent / "docs" / "fair-test.md"
BEGIN, END = "<!-- trend begin -->", "<!-- trend end -->"


@dataclass(frozen=True)
class Scenario:
    """How cramp nights come and are logged."""

    name: str
    missing: float = 0.1
    """The share of nights that are not logged."""
    runs: float = 0.0
    """The share of nights that copy the night before."""
    factor: float = 1.0
    """How many times as many cramp nights there are after a change; 1: nothing changes."""


UNCHANGED = (
    Scenario("independent nights"),
    Scenario("20 % of nights missing", missing=0.2),
    Scenario("in runs of 0.3", runs=0.3),
    Scenario("in runs of 0.5", runs=0.5),
)
CHANGED = (
    (Scenario("halved", factor=0.5), Direction.FEWER),
    (Scenario("a quarter", factor=0.25), Direction.FEWER),
    (Scenario("doubled", factor=2.0), Direction.MORE),
    (Scenario("× 2.5", factor=2.5), Direction.MORE),
)


def weeks_of(
    scenario: Scenario, rate: float, number: int, chance: random.Random
) -> list[WeekCount]:
    """The counts of the first weeks of a simulated diary.

    A change comes in any of the weeks from one look to the next.

    Args:
        scenario: how nights come and are logged.
        rate: nights with cramps a week, before any change.
        number: how many weeks.
        chance: the source of chance.
    """
    weeks, had_cramps = [], chance.random() < rate / NIGHTS
    changes_in = WEEKS + chance.randrange(LOOK_EVERY)
    for week in range(number):
        share = min(rate * (scenario.factor if week >= changes_in else 1), NIGHTS) / NIGHTS
        covered = cramp_nights = 0
        for _night in range(NIGHTS):
            if chance.random() >= scenario.runs:
                had_cramps = chance.random() < share
            if chance.random() >= scenario.missing:
                covered += 1
                cramp_nights += had_cramps
        weeks.append(WeekCount(covered, cramp_nights))
    return weeks


def named(
    scenario: Scenario, rate: float, after: int, diaries: int
) -> dict[frozenset[Direction], float]:
    """How often which directions are named in the looks of the weeks after the first 12.

    Args:
        scenario: how nights come and are logged.
        rate: nights with cramps a week, before any change.
        after: how many weeks after the first 12.
        diaries: how many to simulate.

    Returns:
        The directions that a diary was told → the share of such diaries.
    """
    chance = random.Random(f"{SEED} {scenario} {rate}")  # noqa: S311 - a simulation
    found: dict[frozenset[Direction], float] = {}
    for _diary in range(diaries):
        weeks = weeks_of(scenario, rate, WEEKS + after, chance)
        looks = range(WEEKS + LOOK_EVERY, WEEKS + after + 1, LOOK_EVERY)
        told = (find_direction(weeks[end - WEEKS : end]) for end in looks)
        key = frozenset(direction for direction in told if direction is not None)
        found[key] = found.get(key, 0.0) + 1 / diaries
    return found


def share_with(found: dict[frozenset[Direction], float], *directions: Direction) -> float:
    """The share of diaries that were told at least one of some directions."""
    return sum(share for told, share in found.items() if told & set(directions))


def tables(diaries: int) -> str:
    """Both tables as Markdown."""
    false, power = [], []
    for scenario in UNCHANGED:
        shares = [named(scenario, rate, LOOKED_AT, diaries) for rate in RATES]
        both = [share_with(share, *Direction) for share in shares]
        false.append(row(f"“more” or “fewer”, {scenario.name}", both, 1))
        if scenario is UNCHANGED[0]:
            more = [share_with(share, Direction.MORE) for share in shares]
            more_row = row("“more” alone (rule P4), independent nights", more, 1)
    for scenario, direction in CHANGED:
        shares = [named(scenario, rate, FOUND_WITHIN, diaries) for rate in RATES]
        told = [share_with(share, direction) for share in shares]
        power.append(row(f"finds “{direction}”, cramps {scenario.name}", told, 0))
    return "\n".join(
        (
            f"Nothing changes, and a direction is named all the same within {LOOKED_AT} weeks:",
            "",
            *head(RATES),
            *false,
            more_row,
            "",
            f"Something changes, and one of the next {FOUND_WITHIN // LOOK_EVERY} looks names it:",
            "",
            *head(RATES),
            *power,
        )
    )


if __name__ == "__main__":
    run(__doc__, tables, DIARIES, (PAGE, BEGIN, END))
