"""The tips of reminders: sources, lengths, wording."""

import re

import pytest

from bot.features.learn.sources import SOURCES
from bot.features.reminders.tips import TIPS, Tip, tip
from bot.i18n.translator import translator
from tests.support.wording import assert_kind_words

TR = translator("en")
LEAST = {"hydration": 7, "stretch": 7, "caffeine": 7, "dinner_caffeine": 4, "meal": 12}
EVERY_TIP = [(kind, line) for kind, lines in TIPS.items() for line in lines]


def test_there_are_enough_different_lines() -> None:
    assert set(TIPS) == set(LEAST)
    for kind, least in LEAST.items():
        assert len({line.text for line in TIPS[kind]}) == len(TIPS[kind]) >= least


@pytest.mark.parametrize(("kind", "line"), EVERY_TIP)
def test_every_line_is_short_sourced_and_kind(kind: str, line: Tip) -> None:
    assert line.sources
    assert set(line.sources) <= set(SOURCES)
    assert len(line.text) <= 90
    assert "\n" not in line.text
    assert not set("<>&{}") & set(line.text)
    assert_kind_words(line.text)
    if "caffeine" in kind:
        assert "cramp" not in line.text
    if kind == "hydration":
        assert not re.search(r"\d|cramp", line.text)
    if kind == "meal":
        assert line.text.endswith("?")
        assert not re.search(r"\d|cramp|\bnight|sleep|\bleg|muscle", line.text)


@pytest.mark.parametrize("kind", LEAST)
def test_lines_take_turns(kind: str) -> None:
    lines = [line.text for line in TIPS[kind]]
    assert [tip(TR, kind, number) for number in range(len(lines))] == lines
    assert tip(TR, kind, len(lines)) == lines[0]
    assert tip(TR, kind, 739_000) == tip(TR, kind, 739_000 % len(lines))


def test_a_kind_without_lines_has_none() -> None:
    assert tip(TR, "summary", 3) == ""


def test_tips_leave_out_what_a_gate_shuts() -> None:
    tr = translator("en")
    said = {
        gate: {tip(tr, kind, number, {gate}) for kind in TIPS for number in range(60)}
        for gate in ("greens", "nuts", "nuts?", "drinks", "drinks?", "standing", "")
    }
    left_out = {gate: said[""] - found for gate, found in said.items() if gate}
    assert left_out["greens"] == {"Spinach with dinner?", "Salmon with broccoli?"}
    assert len(left_out["nuts"]) == 5
    assert left_out["nuts?"] == left_out["nuts"]
    assert left_out["standing"] == {"For the calf: back knee straight, both heels down."}
    assert left_out["drinks?"] == left_out["drinks"]
    (evening,) = left_out["drinks"]
    assert evening.startswith("A drink without caffeine may suit the evening")
