"""How often the rules about sides (P5) and strengths (P8) are met by chance.

``python -m benchmarks.rules`` simulates diaries, lets the bot's own rules look at them once a week,
and writes the table into docs/fair-test.md. The same seed and number of diaries give the same
table. The rule about a rise (P4) is in ``benchmarks/trend.py``.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from benchmarks.rate_tables import head, row, run
from bot.features.diary.facts import CrampFact, Facts
from bot.features.warning_signs.findings import EIGHT_WEEKS, NIGHTS, Diary, Rule
from bot.features.warning_signs.frequency_rules import p5, p8

SEED = 20270113
DIARIES = 1000
"""Simulated diaries for each figure."""
RATES = (0.5, 1, 2, 3, 4, 5)
"""Nights with cramps a week."""
FIRST = date(2027, 1, 4)
PAGE = Path(__file__).parent.parent / "docs" / "fair-test.md"
BEGIN, END = "<!-- rules begin -->", "<!-- rules end -->"


@dataclass(frozen=True)
class Scenario:
    """How the cramps of a simulated person are. One cramp in a night with cramps, all logged."""

    name: str
    rule: Rule
    weeks: int
    """Weeks with a look at their end."""
    left: float = 0.5
    """The share of cramps on the left."""
    runs: float = 0.0
    """The share of cramps on the side of the cramp before."""
    strength: float = 5.5
    """The mean strength; single strengths differ by 2 (standard deviation), within 0 to 10."""
    told: float = 0.5
    """The share of cramps with a strength."""

    def cramps(self, rate: float, chance: random.Random) -> Iterator[CrampFact]:
        """The cramps of all weeks.

        Args:
            rate: nights with cramps a week.
            chance: the source of chance.
        """
        side = self._side(chance)
        for number in range(self.weeks * NIGHTS):
            if chance.random() >= rate / NIGHTS:
                continue
            if chance.random() >= self.runs:
                side = self._side(chance)
            strength = min(max(round(chance.gauss(self.strength, 2)), 0), 10)
            night_on = FIRST + timedelta(days=number)
            yield CrampFact(
                datetime.combine(night_on + timedelta(days=1), time(3)),
                night_on,
                side=side,
                intensity=strength if chance.random() < self.told else None,
            )

    def _side(self, chance: random.Random) -> str:
        return "left" if chance.random() < self.left else "right"


SCENARIOS = (
    Scenario("P5 by chance, even sides", p5, 20),
    Scenario("P5 by chance, sides in runs of 0.3", p5, 20, runs=0.3),
    Scenario("P5 found within 12 weeks, 95 % on one side", p5, 12, left=0.95),
    Scenario("P8 by chance, mean strength 5.5, half told", p8, 20),
    Scenario("P8 found within 20 weeks, mean strength 8, half told", p8, 20, strength=8),
)


def share_met(scenario: Scenario, rate: float, diaries: int) -> float:
    """The share of diaries in which the rule is met at the end of any week."""
    chance = random.Random(f"{SEED} {scenario.name} {rate}")  # noqa: S311 - a simulation
    met = 0
    for _diary in range(diaries):
        cramps = list(scenario.cramps(rate, chance))
        ends = (FIRST + timedelta(days=NIGHTS * week) for week in range(1, scenario.weeks + 1))
        met += any(_is_met(scenario.rule, cramps, on) for on in ends)
    return met / diaries


def _is_met(rule: Rule, cramps: Sequence[CrampFact], on: date) -> bool:
    first_on = on - timedelta(days=EIGHT_WEEKS)
    shown = tuple(fact for fact in cramps if first_on <= fact.night_on < on)
    return rule(Diary(Facts(shown)), on).level is not None


def table(diaries: int) -> str:
    """The table as Markdown."""
    rows = [
        row(scenario.name, [share_met(scenario, rate, diaries) for rate in RATES])
        for scenario in SCENARIOS
    ]
    return "\n".join((*head(RATES), *rows))


if __name__ == "__main__":
    run(__doc__, table, DIARIES, (PAGE, BEGIN, END))
