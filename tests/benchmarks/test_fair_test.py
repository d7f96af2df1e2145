"""The simulation of the fair test: its rates are as asked for, and the page and the bot agree."""

import random
import re
from dataclasses import replace

from benchmarks import fair_test
from benchmarks.fair_test import EFFECTS, NO_EFFECT, PAGE, Scenario, cramps_for, rates
from bot.features.experiments.design import LEVEL, PLANS, Verdict, orders
from bot.features.experiments.power import NOTICED, USUAL_NIGHTS

HEADS = ("a third fewer (placebo groups)", "half as many")


def row_of(name: str, nights: int) -> list[int]:
    found = re.search(
        rf"^\| {re.escape(name)} \| {nights} \|(.*)\|$", PAGE.read_text(), re.MULTILINE
    )
    assert found is not None
    return [int(cell.replace("%", "")) for cell in found.group(1).split("|")][: len(PLANS)]


def test_people_are_told_the_figures_of_the_page() -> None:
    for number, nights in enumerate(USUAL_NIGHTS):
        for place, name in enumerate(HEADS):
            told = [NOTICED[plan.code][number][place] for plan in PLANS]
            assert told == row_of(name, nights), (name, nights)
    assert set(HEADS) <= set(EFFECTS)


def test_the_page_says_fewer_no_more_often_than_stated() -> None:
    for scenario in NO_EFFECT:
        line = next(
            one for one in PAGE.read_text().splitlines() if one.startswith(f"| {scenario.name} |")
        )
        shares = [float(found) for found in re.findall(r"([0-9.]+) %", line)]
        assert len(shares) == 2 * len(PLANS)
        assert max(shares) / 100 <= float(LEVEL) / 2


def test_nights_go_as_often_as_asked_for() -> None:
    plan, chance = PLANS[2], random.Random(1)
    order = orders(plan.blocks)[0]
    for scenario in (
        Scenario("steady", cramps_for(3)),
        Scenario("in runs", cramps_for(3), persistence=0.5),
    ):
        counts = [tally for _ in range(60) for tally in scenario.nights(order, plan, chance)]
        cramps, covered = sum(t.cramp_nights for t in counts), sum(t.covered for t in counts)
        assert covered == 60 * plan.nights
        assert abs(7 * cramps / covered - 3) < 0.15
    half = Scenario("half", cramps_for(3), logs_cramp=1.0, logs_quiet=0.0)
    assert all(t.cramp_nights == t.covered for t in half.nights(order, plan, chance))


def test_a_habit_that_leaves_no_cramps_is_noticed_and_none_is_not() -> None:
    scenario = Scenario("none left", cramps_for(4), lambda _cramps: 0.0)
    assert rates(scenario, PLANS[1], 40, "test")[Verdict.FEWER] > 0.9
    still = replace(scenario, effect=lambda cramps: cramps)
    assert rates(still, PLANS[1], 200, "test")[Verdict.FEWER] < 0.1


def test_a_rate_above_the_stated_one_is_seen() -> None:
    assert fair_test.is_within(0.025, 2000)
    assert not fair_test.is_within(0.04, 2000)
    assert not fair_test.agrees({})
    assert fair_test.agrees(NOTICED)
