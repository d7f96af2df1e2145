"""The simulation of the pattern rules: a small run agrees with the page, which keeps to 5 %."""

import re

from benchmarks.pattern_rules import (
    BEGIN,
    END,
    PAGE,
    RATES,
    SCENARIOS,
    TESTED,
    false_alarms,
    load,
    tables,
)

FIGURE = re.compile(r"[0-9.]+ % \|")
REFERENCE = {1: 0.4, 2: 3.7, 3: 10.5, 4: 11.6, 5: 11.6}
"""Cramp nights a week → summaries with a remark, in percent (health reference, section e)."""


def page() -> str:
    return PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


def row_of(name: str) -> list[float]:
    line = next(line for line in page().splitlines() if line.startswith(f"| {name} |"))
    return [float(found) for found in re.findall(r"([0-9.]+) % \|", line)]


def test_unchanging_diaries_are_told_of_a_change_in_at_most_five_percent() -> None:
    for scenario in SCENARIOS[:2]:
        for rule in (*TESTED, "any of them"):
            shares = row_of(f"{rule}, {scenario.name}")
            assert len(shares) == len(RATES)
            assert max(shares) <= 5, rule


def test_the_page_is_of_these_scenarios() -> None:
    assert FIGURE.sub("", page()).split() == FIGURE.sub("", tables(1)).split()


def test_the_load_of_remarks_is_near_that_of_the_reference() -> None:
    told = dict(zip(RATES, row_of("summaries with a remark"), strict=True))
    for rate, percent in REFERENCE.items():
        assert abs(told[rate] - percent) < 4, rate


def test_a_small_run_agrees() -> None:
    found = false_alarms(SCENARIOS[0], 3, 25)
    assert found["any"] <= 0.16
    share, by_rule = load(4, 6)
    assert 0.06 < share < 0.2
    assert set(by_rule) <= {"P1", "P2", "P3", "P4", "P5", "P8"}
