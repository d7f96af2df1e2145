"""The simulation of the fair test: its rates are as asked for, and the page and the bot agree."""

import math
import random
import re
from dataclasses import replace

from benchmarks import fair_test
from benchmarks.fair_test import ALIKE, NO_EFFECT, PAGE, Scenario, cramps_for, odds, rates
from bot.features.experiments.design import LEVEL, PLANS, WITH, Verdict, orders
from bot.features.experiments.power import ODDS, USUAL_NIGHTS


def row_of(name: str, nights: int) -> list[int]:
    found = re.search(
        rf"^\| {re.escape(name)} \| {nights} \|([ 0-9%|]*)\|$", PAGE.read_text(), re.MULTILINE
    )
    assert found is not None
    return [int(cell.replace("%", "")) for cell in found.group(1).split("|")]


def test_people_are_told_the_figures_of_the_page() -> None:
    for plan, name in zip(PLANS, fair_test.plan_names(), strict=True):
        for number, nights in enumerate(USUAL_NIGHTS):
            assert list(ODDS[plan.code][number]) == row_of(name, nights), (name, nights)


def test_the_odds_can_be_repeated() -> None:
    """A small run with its own numbers stays within four standard errors of the table."""
    times = 250
    for plan in (PLANS[0], PLANS[1]):
        found = odds(plan, 4, times)
        for now, told in zip(found, ODDS[plan.code][USUAL_NIGHTS.index(4)], strict=True):
            share = told / 100
            error = 100 * math.sqrt(share * (1 - share) / times)
            assert abs(now - told) <= 4 * error + 1


def test_a_sign_ends_a_test_or_leaves_the_habit_out_for_a_while() -> None:
    sure = replace(ALIKE, cramps=cramps_for(6), sign=1.0, goes_on=0.0)
    assert sum(rates(sure, PLANS[0], 20, "sure").values()) == 0
    none = replace(sure, sign=0.0)
    assert sum(rates(none, PLANS[0], 20, "none").values()) == 1
    order = orders(PLANS[0].blocks)[0]
    for share in (0.0, 1.0):  # without a pause the habit leaves no cramps
        person = replace(sure, sign=share, goes_on=1.0, effect=lambda _cramps: 0.0)
        counts = person.nights(order, PLANS[0], random.Random(5))
        assert counts is not None
        with_it = [one for one, letter in zip(counts, order, strict=True) if letter == WITH]
        assert (sum(one.cramp_nights for one in with_it) > 0) is (share > 0)


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
        counts = [tally for _ in range(60) for tally in scenario.nights(order, plan, chance) or ()]
        cramps, covered = sum(t.cramp_nights for t in counts), sum(t.covered for t in counts)
        assert covered == 60 * plan.nights
        assert abs(7 * cramps / covered - 3) < 0.15
    half = Scenario("half", cramps_for(3), logs_cramp=1.0, logs_quiet=0.0)
    counts = list(half.nights(order, plan, chance) or ())
    assert counts
    assert all(t.cramp_nights == t.covered for t in counts)


def test_a_habit_that_leaves_no_cramps_is_noticed_and_none_is_not() -> None:
    scenario = Scenario("none left", cramps_for(4), lambda _cramps: 0.0)
    assert rates(scenario, PLANS[1], 40, "test")[Verdict.FEWER] > 0.9
    still = replace(scenario, effect=lambda cramps: cramps)
    assert rates(still, PLANS[1], 200, "test")[Verdict.FEWER] < 0.1


def test_a_rate_above_the_stated_one_is_seen() -> None:
    assert fair_test.is_within(0.025, 2000)
    assert not fair_test.is_within(0.04, 2000)
