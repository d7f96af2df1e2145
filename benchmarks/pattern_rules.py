"""How often the rules about several nights speak up: ``python -m benchmarks.pattern_rules``.

Simulated diaries in which nothing changes go through the bot's own rules and its own silence. The
tables are written into docs/warning-rules.md; the same seed and number of diaries give the same
tables. ``--diaries 100`` is a quick look, and with ``--print`` the page stays as it is.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from benchmarks.rate_tables import head, row, run
from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, Facts, NightFact
from bot.features.diary.trend import LOOK_EVERY, NIGHTS, WEEKS
from bot.features.warning_signs.findings import LOOK_BACK_NIGHTS, Diary, Level, Weeks
from bot.features.warning_signs.rules import RULES, hits
from bot.features.warning_signs.selection import choose
from bot.features.warning_signs.silence import Past

SEED = 20270114
DIARIES = 500
"""Simulated diaries for each figure."""
RATES = (0.5, 1, 2, 3, 4, 5, 6)
"""Nights with cramps a week."""
LOOKED_AT = 20
"""Weekly summaries, after the first 12 weeks, in which a rule may speak up."""
SUMMARIES = 26
"""Weekly summaries, from the first on, whose remarks are counted."""
LOGGED = 0.9
"""The share of nights that are logged."""
WAKES = 0.7
"""The share of cramps that wake the person."""
TELLS_STRENGTH = 0.5
"""The share of cramps whose strength is told."""
STRENGTH, SPREAD = 5.5, 2.0
"""The mean strength, and its standard deviation; 0 to 10."""
TESTED = ("P4", "P5", "P8")
"""Rules that compare something, so that luck alone can make them speak up."""
FIRST_ON = date(2027, 1, 3)
"""A Sunday, the first night of every diary."""
AT_THREE = time(3)
PAGE = Path(__file__).parent.parent / "docs" / "warning-rules.md"
BEGIN, END = "<!-- pattern rules begin -->", "<!-- pattern rules end -->"


@dataclass(frozen=True)
class Scenario:
    """How nights come."""

    name: str
    runs: float = 0.0
    """The share of nights that copy the night before."""
    side_runs: float = 0.0
    """The share of cramps that are on the side of the cramp before."""


SCENARIOS = (
    Scenario("independent nights"),
    Scenario("nights in runs of 0.5", runs=0.5),
    Scenario("sides in runs of 0.3", side_runs=0.3),
)


def diary_of(scenario: Scenario, rate: float, weeks: int, chance: random.Random) -> Facts:
    """A simulated diary in which nothing changes.

    Args:
        scenario: how nights come.
        rate: nights with cramps a week.
        weeks: how long it is.
        chance: the source of chance.
    """
    cramps, checks = [], []
    share = rate / NIGHTS
    had_cramps, side = chance.random() < share, chance.choice(("left", "right"))
    for number in range(weeks * NIGHTS):
        night_on = FIRST_ON + timedelta(days=number)
        if chance.random() >= scenario.runs:
            had_cramps = chance.random() < share
        is_logged = chance.random() < LOGGED
        if had_cramps and chance.random() >= scenario.side_runs:
            side = chance.choice(("left", "right"))
        strength = min(max(round(chance.gauss(STRENGTH, SPREAD)), 1), 10)
        is_told, woke = chance.random() < TELLS_STRENGTH, chance.random() < WAKES
        if not is_logged:
            continue
        if had_cramps:
            cramps.append(
                CrampFact(
                    datetime.combine(night_on + timedelta(days=1), AT_THREE),
                    night_on,
                    side=side,
                    intensity=strength if is_told else None,
                    woke_me="yes" if woke else "no_was_awake",
                )
            )
        else:
            checks.append(NightFact(night_on, NONE_LAST_NIGHT))
    return Facts(tuple(cramps), tuple(checks))


def _seen(facts: Facts, week: int) -> tuple[Diary, date]:
    """The diary as the summary after so many weeks sees it, and the date of that summary."""
    on = FIRST_ON + timedelta(weeks=week)
    seen = facts.between(on - timedelta(days=LOOK_BACK_NIGHTS), on - timedelta(days=1))
    return Diary(seen, weeks=Weeks(FIRST_ON, FIRST_ON.weekday())), on


def false_alarms(scenario: Scenario, rate: float, diaries: int) -> Mapping[str, float]:
    """The share of unchanging diaries in which rules speak up within 20 weeks.

    Returns:
        A rule, or ``any`` for all of them together → its share.
    """
    chance = random.Random(f"{SEED} {scenario} {rate}")  # noqa: S311 - a simulation
    found = dict.fromkeys((*TESTED, "any"), 0)
    for _diary in range(diaries):
        facts = diary_of(scenario, rate, WEEKS + LOOKED_AT, chance)
        met: set[str] = set()
        for week in range(WEEKS + 1, WEEKS + LOOKED_AT + 1):
            diary, on = _seen(facts, week)
            rules = TESTED if week % LOOK_EVERY == 0 else TESTED[1:]
            met |= {rule for rule in rules if RULES[rule](diary, on).level is not None}
        for rule in met | ({"any"} if met else set()):
            found[rule] += 1
    return {rule: count / diaries for rule, count in found.items()}


def load(rate: float, diaries: int) -> tuple[float, Mapping[str, float]]:
    """The share of weekly summaries with a remark, when nobody answers, and that of each rule."""
    chance = random.Random(f"{SEED} load {rate}")  # noqa: S311 - a simulation
    said: dict[str, int] = {}
    for _diary in range(diaries):
        facts = diary_of(SCENARIOS[0], rate, SUMMARIES, chance)
        past: list[Past] = []
        for week in range(1, SUMMARIES + 1):
            diary, on = _seen(facts, week)
            chosen = choose(hits(diary, on), on, past)
            if chosen is not None:
                said[chosen.rule] = said.get(chosen.rule, 0) + 1
                past.append(Past(chosen.rule, Level(chosen.level), on, shown=True))
    summaries = SUMMARIES * diaries
    return sum(said.values()) / summaries, {rule: n / summaries for rule, n in said.items()}


def tables(diaries: int) -> str:
    """Both tables as Markdown."""
    rows = []
    for scenario in SCENARIOS:
        shares = [false_alarms(scenario, rate, diaries) for rate in RATES]
        for rule in (*TESTED, "any"):
            name = "any of them" if rule == "any" else rule
            rows.append(row(f"{name}, {scenario.name}", [share[rule] for share in shares]))
    return "\n".join(
        (
            f"Nothing changes, and a rule speaks up all the same within {LOOKED_AT} weeks:",
            "",
            *head(RATES),
            *rows,
            "",
            f"Remarks in the first {SUMMARIES} weekly summaries, when nobody answers:",
            "",
            *head(RATES),
            row("summaries with a remark", [load(rate, diaries)[0] for rate in RATES]),
        )
    )


if __name__ == "__main__":
    run(__doc__, tables, DIARIES, (PAGE, BEGIN, END))
