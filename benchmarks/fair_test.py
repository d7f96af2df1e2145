"""How often the fair test is wrong, and how often it notices: ``python -m benchmarks.fair_test``.

Simulates people and their nights, and lets the bot's own draw and test judge them. Writes the
tables of docs/fair-test.md; the same seed gives the same tables.
"""

import math
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.features.experiments.design import LEVEL, PLANS, Plan, Tally, Verdict, compare, draw
from bot.features.experiments.power import NOTICED, USUAL_NIGHTS, Noticed

SEED = 20270113
DIARIES = 2000
"""Simulated tests for each rate of false words."""
TRIALS = 2000
"""Simulated tests for each rate of noticing."""
PAGE = Path(__file__).parent.parent / "docs" / "fair-test.md"
BEGIN, END = "<!-- tables begin -->", "<!-- tables end -->"
HALF_A_YEAR = 26 * 7
TAKEN_PER_NIGHT = 1.2
"""Fewer cramps a night after six weeks of stretching (Hallegraeff 2012)."""
TOLERANCE = 4
"""Percentage points by which ``experiments/power.py`` may differ from what is found here."""


@dataclass(frozen=True)
class World:
    """How somebody's nights go, and how they are logged. Rates are per night."""

    name: str
    cramps: float
    """Expected cramps of a night without the habit; a night has none with exp(-cramps)."""
    effect: Callable[[float], float] = lambda cramps: cramps
    """What the habit makes of that number."""
    season: float = 1.0
    """By which the number is multiplied within half a year."""
    likeness: float = 0.0
    """How much a night takes after the one before it, 0 to 1."""
    logs_cramp: float = 1.0
    logs_quiet: float = 1.0
    logs_quiet_with: float | None = None
    """The same in blocks with the habit, when it differs."""
    weekdays: frozenset[int] = frozenset(range(7))
    """Days on which anything is logged."""

    def nights(self, order: str, plan: Plan, chance: random.Random) -> tuple[Tally, ...]:
        """Live through a test."""
        counts = [[0, 0] for _ in order]
        before = None
        for night in range(plan.nights):
            letter = order[night // plan.block_days]
            cramps = self.cramps * self.season ** (night / HALF_A_YEAR)
            share = 1 - math.exp(-(self.effect(cramps) if letter == "a" else cramps))
            if before is not None:
                share = self.likeness * before + (1 - self.likeness) * share
            has_cramp = chance.random() < share
            before = float(has_cramp)
            quiet = self.logs_quiet
            if letter == "a" and self.logs_quiet_with is not None:
                quiet = self.logs_quiet_with
            logs = self.logs_cramp if has_cramp else quiet
            if night % 7 in self.weekdays and chance.random() < logs:
                counts[night // plan.block_days][0] += has_cramp
                counts[night // plan.block_days][1] += 1
        return tuple(Tally(*both) for both in counts)


def cramps_for(nights_a_week: float) -> float:
    """Expected cramps a night that give so many cramp nights a week."""
    return -math.log(1 - nights_a_week / 7)


def rates(world: World, plan: Plan, times: int, seed: str) -> dict[Verdict, float]:
    """The share of each verdict."""
    chance = random.Random(f"{SEED} {seed}")  # noqa: S311 - a simulation
    found = dict.fromkeys(Verdict, 0)
    for _ in range(times):
        order = draw(plan.blocks, chance.choice)
        result = compare(order, plan.block_days, world.nights(order, plan, chance))
        found[result.verdict] += 1
    return {verdict: count / times for verdict, count in found.items()}


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


# With no effect -----------------------------------------------------------------------------------

QUIET_WORLDS = (
    World("every night logged", 0),
    World("season rising, twice the cramps in half a year", 0, season=2.0),
    World("season falling, half the cramps in half a year", 0, season=0.5),
    World("cramp nights come in runs", 0, likeness=0.5),
    World("a quarter of the nights missing", 0, logs_cramp=0.75, logs_quiet=0.75),
    World("quiet nights often not logged", 0, logs_cramp=0.95, logs_quiet=0.55),
    World(
        "season, runs and quiet nights missing",
        0,
        season=2.0,
        likeness=0.5,
        logs_cramp=0.95,
        logs_quiet=0.55,
    ),
    World("logs on weekends only", 0, weekdays=frozenset({5, 6})),
)
BROKEN_WORLDS = (
    World(
        "quiet nights logged: 9 of 10 without it, 6 with", 0, logs_quiet=0.9, logs_quiet_with=0.6
    ),
    World(
        "quiet nights logged: 6 of 10 without it, 9 with", 0, logs_quiet=0.6, logs_quiet_with=0.9
    ),
)
"""What the test does not protect from: the arm itself decides which nights are logged."""
STATED = float(LEVEL) / 2
BASELINES = (1, 3, 5)
"""Cramp nights a week."""


def is_within(share: float, times: int) -> bool:
    """Whether a measured share agrees with a true one of at most the stated rate."""
    return share <= STATED + 3.3 * math.sqrt(STATED * (1 - STATED) / times)


def false_words() -> tuple[list[str], bool]:
    """How often a test says "fewer" or "more" though the habit changes nothing."""
    rows, holds = [], True
    for world in (*QUIET_WORLDS, *BROKEN_WORLDS):
        row = [world.name]
        for plan in PLANS:
            fewer, more = _worst(world, plan)
            row.append(f"{percent(fewer)} / {percent(more)}")
            if world in QUIET_WORLDS:
                holds &= is_within(fewer, DIARIES) and is_within(more, DIARIES)
        rows.append(row)
    return table(["nights, with no effect", *plan_names()], rows), holds


def _worst(world: World, plan: Plan) -> tuple[float, float]:
    """The largest shares of both words over people with few, some and many cramp nights."""
    found = [
        rates(
            replace(world, cramps=cramps_for(nights)),
            plan,
            DIARIES,
            f"{world.name} {nights} {plan.code}",
        )
        for nights in BASELINES
    ]
    return max(one[Verdict.FEWER] for one in found), max(one[Verdict.MORE] for one in found)


def plan_names() -> list[str]:
    return [
        f"{plan.weeks} weeks" + (", blocks of two" if plan.block_days > 7 else "") for plan in PLANS
    ]


# With an effect -----------------------------------------------------------------------------------

EFFECTS: dict[str, Callable[[float], float]] = {
    "a quarter fewer cramps (responder line)": lambda cramps: 0.75 * cramps,
    "a third fewer (placebo groups)": lambda cramps: cramps * 2 / 3,
    "half as many": lambda cramps: cramps / 2,
    "1.2 fewer a night (stretching, 2012)": lambda cramps: max(cramps - TAKEN_PER_NIGHT, 0),
}
LOGGED = 0.85


def weeks_for(nights: float, effect: Callable[[float], float]) -> int:
    """Weeks until four of five tests notice, by the usual formula for two shares."""
    before = cramps_for(nights)
    p, q = (1 - math.exp(-cramps) for cramps in (before, effect(before)))
    each = (1.96 + 0.84) ** 2 * (p * (1 - p) + q * (1 - q)) / (p - q) ** 2
    return math.ceil(2 * each / 7 / LOGGED)


def noticing() -> tuple[list[str], dict[str, tuple[Noticed, ...]]]:
    """How often a test says "fewer" when the habit does lower the number of cramps."""
    rows: list[list[str]] = []
    found: dict[tuple[str, int, str], float] = {}
    for name, effect in EFFECTS.items():
        for nights in USUAL_NIGHTS:
            row = [name, str(nights)]
            world = World(name, cramps_for(nights), effect, logs_cramp=LOGGED, logs_quiet=LOGGED)
            for plan in PLANS:
                share = rates(world, plan, TRIALS, f"{name} {nights} {plan.code}")[Verdict.FEWER]
                found[name, nights, plan.code] = share
                row.append(f"{100 * share:.0f} %")
            rows.append([*row, str(weeks_for(nights, effect))])
    _quarter, third, half, _stretch = EFFECTS
    power = {
        plan.code: tuple(
            Noticed(
                round(100 * found[third, nights, plan.code]),
                round(100 * found[half, nights, plan.code]),
            )
            for nights in USUAL_NIGHTS
        )
        for plan in PLANS
    }
    head = ["the habit makes it", "cramp nights a week", *plan_names(), "weeks for 80 %"]
    return table(head, rows), power


def agrees(power: dict[str, tuple[Noticed, ...]]) -> bool:
    """Whether the figures that people are told are those found here."""
    if set(power) != set(NOTICED):
        return False
    return all(
        abs(told - now) <= TOLERANCE
        for code, rows in power.items()
        for told_row, row in zip(NOTICED[code], rows, strict=True)
        for told, now in zip(told_row, row, strict=True)
    )


def lines() -> Iterator[str]:
    """What is to be said on standard output."""
    false, holds = false_words()
    power_table, power = noticing()
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    parts = [
        "### With no effect: how often it says “fewer” / “more”",
        "",
        *false,
        "### With an effect: how often it says “fewer”",
        "",
        *power_table,
    ]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(parts) + f"{END}{after}")
    yield from parts
    yield f"says “fewer” no more often than {percent(STATED)}: {'yes' if holds else 'NO'}"
    yield f"bot/features/experiments/power.py agrees: {'yes' if agrees(power) else f'NO: {power}'}"


def main() -> None:
    """Measure, write the page, print."""
    for line in lines():
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
