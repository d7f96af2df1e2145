"""False-positive rate and power of the fair test: ``python -m benchmarks.fair_test``.

Simulated diaries go through the bot's own randomization and statistical test. The tables are
written into docs/fair-test.md, and the odds of the start card also into
bot/features/experiments/power.py; the same seed gives the same tables. It takes about half an hour;
``python -m benchmarks.fair_test odds`` makes only the odds of the start card.
"""

import math
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.rate_tables import put_between
from bot.features.experiments.design import LEVEL, PLANS, Plan, Tally, Verdict, compare, draw
from bot.features.experiments.power import USUAL_NIGHTS, Odds

SEED = 20270113
NO_EFFECT_TRIALS = 2000
"""Simulated tests for each false-positive rate."""
EFFECT_TRIALS = 2000
"""Simulated tests for each estimate of power."""
ODDS_TRIALS = 3000
"""Simulated tests for each of the odds of the start card."""
ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "fair-test.md"
BEGIN, END = "<!-- tables begin -->", "<!-- tables end -->"
ODDS_BEGIN, ODDS_END = "<!-- odds begin -->", "<!-- odds end -->"
MODULE = ROOT / "bot" / "features" / "experiments" / "power.py"
MODULE_BEGIN, MODULE_END = "# table begin\n", "# table end"
HALF_A_YEAR = 26 * 7
STRETCHING_EFFECT = 1.2
"""Fewer cramps a night after six weeks of stretching (Hallegraeff 2012)."""
LONGEST_PAUSE = 14
"""Days after a sign within which a doctor's word lets the test go on."""


@dataclass(frozen=True)
class Scenario:
    """A simulated person: how cramps occur and how they are logged. Rates are per night."""

    name: str
    cramps: float
    """Expected cramps without the habit; a night has none with probability exp(-cramps)."""
    effect: Callable[[float], float] = lambda cramps: cramps
    """The expected cramps with the habit, given those without it."""
    season: float = 1.0
    """Factor by which the expected cramps change within half a year."""
    persistence: float = 0.0
    """Correlation of a night with the night before, 0 to 1."""
    logs_cramp: float = 1.0
    """Probability that a night with cramps is logged."""
    logs_quiet: float = 1.0
    """Probability that a night without cramps is logged."""
    logs_quiet_with: float | None = None
    """The same in blocks with the habit; None: as in blocks without it."""
    weekdays: frozenset[int] = frozenset(range(7))
    """Days of the week on which anything is logged, 0 to 6."""
    sign: float = 0.0
    """Probability that a logged cramp night has a warning sign that pauses the test."""
    goes_on: float = 1.0
    """Probability that a paused test goes on after a doctor's word. Otherwise it ends there."""

    def nights(self, order: str, plan: Plan, chance: random.Random) -> tuple[Tally, ...] | None:
        """Simulate one test; returns a tally for each block, or None if a sign ended it.

        While it is paused, nights are logged and counted as before, but the habit is left out.
        """
        counts = [[0, 0] for _ in order]
        before, paused_until = None, 0
        for night in range(plan.nights):
            letter = order[night // plan.block_days]
            if night < paused_until:
                letter = "b"
            cramps = self.cramps * self.season ** (night / HALF_A_YEAR)
            share = 1 - math.exp(-(self.effect(cramps) if letter == "a" else cramps))
            if before is not None:
                share = self.persistence * before + (1 - self.persistence) * share
            has_cramp = chance.random() < share
            before = float(has_cramp)
            quiet = self.logs_quiet
            if letter == "a" and self.logs_quiet_with is not None:
                quiet = self.logs_quiet_with
            logs = self.logs_cramp if has_cramp else quiet
            if night % 7 in self.weekdays and chance.random() < logs:
                counts[night // plan.block_days][0] += has_cramp
                counts[night // plan.block_days][1] += 1
                if (
                    has_cramp
                    and self.sign
                    and night >= paused_until
                    and chance.random() < self.sign
                ):
                    if chance.random() >= self.goes_on:
                        return None
                    paused_until = night + 1 + chance.randint(1, LONGEST_PAUSE)
        return tuple(Tally(*both) for both in counts)


def cramps_for(nights_a_week: float) -> float:
    """Expected cramps a night that give this many nights with cramps a week."""
    return -math.log(1 - nights_a_week / 7)


def rates(scenario: Scenario, plan: Plan, times: int, seed: str) -> dict[Verdict, float]:
    """Simulate ``times`` tests and return the share of each verdict.

    A test that a warning sign ended has no verdict, so the shares may add up to less than 1.
    """
    chance = random.Random(f"{SEED} {seed}")  # noqa: S311 - a simulation
    found = dict.fromkeys(Verdict, 0)
    for _ in range(times):
        order = draw(plan.blocks, chance.choice)
        counts = scenario.nights(order, plan, chance)
        if counts is not None:
            found[compare(order, plan.block_days, counts).verdict] += 1
    return {verdict: count / times for verdict, count in found.items()}


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


# With no effect -----------------------------------------------------------------------------------

NO_EFFECT = (
    Scenario("every night logged", 0),
    Scenario("season rising, twice the cramps in half a year", 0, season=2.0),
    Scenario("season falling, half the cramps in half a year", 0, season=0.5),
    Scenario("cramp nights come in runs", 0, persistence=0.5),
    Scenario("a quarter of the nights missing", 0, logs_cramp=0.75, logs_quiet=0.75),
    Scenario("quiet nights often not logged", 0, logs_cramp=0.95, logs_quiet=0.55),
    Scenario(
        "season, runs and quiet nights missing",
        0,
        season=2.0,
        persistence=0.5,
        logs_cramp=0.95,
        logs_quiet=0.55,
    ),
    Scenario("logs on weekends only", 0, weekdays=frozenset({5, 6})),
)
BIASED_LOGGING = (
    Scenario(
        "quiet nights logged: 9 of 10 without it, 6 with", 0, logs_quiet=0.9, logs_quiet_with=0.6
    ),
    Scenario(
        "quiet nights logged: 6 of 10 without it, 9 with", 0, logs_quiet=0.6, logs_quiet_with=0.9
    ),
)
"""Biases that the test cannot detect: the habit itself changes which nights are logged."""
STATED_RATE = float(LEVEL) / 2
"""The false-positive rate of each verdict, as the texts state it."""
BASELINES = (1, 3, 5)
"""Nights with cramps a week."""


def is_within(share: float, times: int) -> bool:
    """Whether a measured share is compatible with a true share of at most the stated rate."""
    return share <= STATED_RATE + 3.3 * math.sqrt(STATED_RATE * (1 - STATED_RATE) / times)


def false_positives() -> tuple[list[str], bool]:
    """The table of false positives, and whether none is above the stated rate."""
    rows, holds = [], True
    for scenario in (*NO_EFFECT, *BIASED_LOGGING):
        row = [scenario.name]
        for plan in PLANS:
            fewer, more = _worst(scenario, plan)
            row.append(f"{percent(fewer)} / {percent(more)}")
            if scenario in NO_EFFECT:
                holds &= is_within(fewer, NO_EFFECT_TRIALS) and is_within(more, NO_EFFECT_TRIALS)
        rows.append(row)
    return table(["nights, with no effect", *plan_names()], rows), holds


def _worst(scenario: Scenario, plan: Plan) -> tuple[float, float]:
    """The highest shares of both verdicts over people with few, some and many cramp nights."""
    found = [
        rates(
            replace(scenario, cramps=cramps_for(nights)),
            plan,
            NO_EFFECT_TRIALS,
            f"{scenario.name} {nights} {plan.code}",
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
    "1.2 fewer a night (stretching, 2012)": lambda cramps: max(cramps - STRETCHING_EFFECT, 0),
}
LOGGED = 0.85


def weeks_for(nights: float, effect: Callable[[float], float]) -> int:
    """Weeks until the power is 80 %, by the usual formula for two proportions."""
    before = cramps_for(nights)
    p, q = (1 - math.exp(-cramps) for cramps in (before, effect(before)))
    each = (1.96 + 0.84) ** 2 * (p * (1 - p) + q * (1 - q)) / (p - q) ** 2
    return math.ceil(2 * each / 7 / LOGGED)


def power_of_the_test() -> list[str]:
    """The table of power: verdict "fewer" when there are fewer cramps, without any pause."""
    rows: list[list[str]] = []
    for name, effect in EFFECTS.items():
        for nights in USUAL_NIGHTS:
            row = [name, str(nights)]
            scenario = Scenario(
                name, cramps_for(nights), effect, logs_cramp=LOGGED, logs_quiet=LOGGED
            )
            for plan in PLANS:
                found = rates(scenario, plan, EFFECT_TRIALS, f"{name} {nights} {plan.code}")
                row.append(f"{100 * found[Verdict.FEWER]:.0f} %")
            rows.append([*row, str(weeks_for(nights, effect))])
    head = ["the habit makes it", "cramp nights a week", *plan_names(), "weeks for 80 %"]
    return table(head, rows)


# The odds of the start card ----------------------------------------------------------------------


def halved(cramps: float) -> float:
    """The effect of a habit that halves the cramps."""
    return cramps / 2


ALIKE = Scenario("nights alike", 0, halved, logs_cramp=0.9, logs_quiet=0.9, sign=0.01, goes_on=0.7)
"""The person of the start card: a sign pauses the test on 1 % of logged cramp nights, and seven in
ten tests go on after a doctor's word."""
IN_RUNS = replace(ALIKE, name="nights in runs", persistence=0.5)


def odds(plan: Plan, nights: float, times: int = ODDS_TRIALS) -> Odds:
    """The odds of a plan for a number of cramp nights a week, in percent."""

    def found(scenario: Scenario) -> dict[Verdict, float]:
        person = replace(scenario, cramps=cramps_for(nights))
        return rates(person, plan, times, f"{scenario.name} {nights} {plan.code}")

    alike, in_runs = found(ALIKE), found(IN_RUNS)
    return Odds(
        ends=round(100 * sum(alike.values())),
        says_fewer=round(100 * alike[Verdict.FEWER]),
        says_fewer_in_runs=round(100 * in_runs[Verdict.FEWER]),
    )


def write_odds() -> list[str]:
    """Simulate the odds, write them into the page and the module, and return the page's table."""
    found = {plan.code: tuple(odds(plan, one) for one in USUAL_NIGHTS) for plan in PLANS}
    rows = [
        [name, str(nights), *(f"{value} %" for value in found[plan.code][number])]
        for plan, name in zip(PLANS, plan_names(), strict=True)
        for number, nights in enumerate(USUAL_NIGHTS)
    ]
    head = ["plan", "cramp nights a week", "reaches its end", "says “fewer”", "in runs"]
    lines = table(head, rows)
    put_between(PAGE, ODDS_BEGIN, ODDS_END, "\n" + "\n".join(lines))
    code = ["ODDS: dict[str, tuple[Odds, ...]] = {"]
    for plan in PLANS:
        code += [
            f'    "{plan.code}": (',
            *(f"        {one}," for one in found[plan.code]),
            "    ),",
        ]
    put_between(MODULE, MODULE_BEGIN, MODULE_END, "\n".join([*code, "}", ""]))
    return lines


def lines(*, only_odds: bool) -> Iterator[str]:
    """Write the page and the module, and yield the lines for standard output."""
    yield from write_odds()
    if only_odds:
        return
    table_of_false_positives, holds = false_positives()
    parts = [
        "### With no effect: how often it says “fewer” / “more”",
        "",
        *table_of_false_positives,
        "### With an effect: how often it says “fewer”",
        "",
        *power_of_the_test(),
    ]
    put_between(PAGE, BEGIN, END, "\n" + "\n".join(parts))
    yield from parts
    yield f"says “fewer” no more often than {percent(STATED_RATE)}: {'yes' if holds else 'NO'}"


def main() -> None:
    """Measure, write, print."""
    for line in lines(only_odds="odds" in sys.argv[1:]):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    if any(word != "odds" for word in sys.argv[1:]):
        sys.exit(__doc__)
    main()
