"""The simulation of "more" and "fewer": nights are as asked for, and the page is of today."""

import random
import re
from dataclasses import replace

from benchmarks import rules
from benchmarks.trend import BEGIN, CHANGED, END, PAGE, RATES, UNCHANGED, tables, weeks_of

FIGURE = re.compile(r"[0-9.]+ % \|")


def test_the_page_names_a_direction_in_at_most_five_percent_of_unchanging_diaries() -> None:
    made = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    rows = [line for line in made.splitlines() if line.startswith("| “more”")]
    assert len(rows) == len(UNCHANGED) + 1
    for row in rows:
        shares = [float(found) for found in re.findall(r"([0-9.]+) %(?= \|)", row)]
        assert len(shares) == len(RATES)
        assert max(shares) <= 5
    assert sum(line.startswith("| finds") for line in made.splitlines()) == len(CHANGED)
    assert FIGURE.sub("", made).split() == FIGURE.sub("", tables(1)).split()


def test_nights_come_and_are_logged_as_often_as_asked_for() -> None:
    for scenario in (UNCHANGED[1], UNCHANGED[3]):
        weeks = weeks_of(scenario, 3, 1000, random.Random(2))
        covered = sum(week.covered for week in weeks)
        assert abs(covered / 7000 - (1 - scenario.missing)) < 0.02
        assert abs(7 * sum(week.cramp_nights for week in weeks) / covered - 3) < 0.2
    changed = weeks_of(replace(CHANGED[0][0], missing=0.0), 4, 1000, random.Random(3))
    assert abs(sum(week.cramp_nights for week in changed[16:]) / 984 - 2) < 0.2


def test_the_rules_about_sides_and_strengths_are_seldom_met_by_chance() -> None:
    made = PAGE.read_text(encoding="utf-8").split(rules.BEGIN)[1].split(rules.END)[0]
    shares = {
        line.split(" | ")[0].removeprefix("| "): max(
            map(float, re.findall(r"([0-9.]+) % \|", line))
        )
        for line in made.splitlines()
        if line.startswith("| P")
    }
    assert list(shares) == [scenario.name for scenario in rules.SCENARIOS]
    assert shares["P5 by chance, even sides"] <= 5
    assert shares["P8 by chance, mean strength 5.5, half told"] <= 5
    found = rules.share_met(rules.SCENARIOS[2], 4, 20)
    assert found == rules.share_met(rules.SCENARIOS[2], 4, 20) >= 0.9
