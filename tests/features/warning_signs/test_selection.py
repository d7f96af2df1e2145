"""Which hit a summary mentions: one, at most every two weeks, unless its rule is muted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.warning_signs.rules import RULES, Hit, Level
from bot.features.warning_signs.selection import (
    MOST_SERIOUS_FIRST,
    SHOWN_AT_ONCE,
    Past,
    choose,
    is_muted,
    is_new,
)
from tests.features.warning_signs.diaries import ON

INFO, SOON, URGENT = Level.INFO, Level.SOON, Level.URGENT


def ago(days: int) -> date:
    return ON - timedelta(days=days)


def shown(rule: str, level: Level, days: int, seen: int | None = None) -> Past:
    """A hit that was mentioned ``days`` ago; the person saw a doctor about it ``seen`` days ago."""
    return Past(rule, level, ago(days), True, None if seen is None else ago(seen))


def test_every_rule_has_a_rank() -> None:
    assert sorted(MOST_SERIOUS_FIRST) == sorted(RULES)
    assert list(RULES) == [f"P{number}" for number in range(1, 15)]


@pytest.mark.parametrize(
    ("days", "now", "before", "expected"),
    [
        (13, SOON, SOON, False),
        (14, SOON, SOON, True),
        (1, SOON, SOON, False),
        (0, SOON, SOON, True),  # today does not count
        (7, SOON, INFO, True),
        (7, URGENT, SOON, True),
        (7, INFO, SOON, False),
        (7, INFO, INFO, False),
        (14, INFO, SOON, True),
    ],
)
def test_once_in_two_weeks_unless_its_level_rises(
    days: int, now: Level, before: Level, expected: bool
) -> None:
    hit = Hit("P3", now)
    assert is_new(hit, ON, [shown("P3", before, days)], shown_only=True) is expected
    assert is_new(hit, ON, [shown("P2", before, days)], shown_only=True)


def test_a_hit_that_was_not_shown_may_be_mentioned() -> None:
    noted = [Past("P3", SOON, ago(7), False)]
    assert is_new(Hit("P3", SOON), ON, noted, shown_only=True)
    assert not is_new(Hit("P3", SOON), ON, noted, shown_only=False)


@pytest.mark.parametrize(
    ("seen", "expected"), [(0, True), (1, True), (55, True), (56, False), (57, False), (-2, True)]
)
def test_a_rule_is_muted_for_eight_weeks_after_a_doctor_was_seen(seen: int, expected: bool) -> None:
    past = [shown("P2", SOON, 60, seen)]
    assert is_muted("P2", ON, past) is expected
    assert not is_muted("P1", ON, past)
    assert (choose([Hit("P2", SOON)], ON, past) is None) is expected


def test_a_muted_rule_stays_muted_at_a_higher_level() -> None:
    assert choose([Hit("P3", SOON)], ON, [shown("P3", INFO, 7, 6)]) is None


def test_hits_shown_at_once_are_never_muted_and_never_in_a_summary() -> None:
    assert not is_muted("P11", ON, [shown("P11", URGENT, 3, 2)])
    assert choose([Hit("P11", URGENT), Hit("P13", URGENT)], ON, []) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        ([Hit("P2", SOON)], "P2"),
        ([Hit("P2", SOON), Hit("P1", SOON)], "P1"),
        ([Hit("P1", SOON), Hit("P6", SOON), Hit("P4", SOON)], "P6"),
        ([Hit("P14", INFO), Hit("P2", SOON)], "P2"),
        ([Hit("P6", SOON), Hit("P5", URGENT)], "P5"),
        ([Hit("P6", SOON), Hit("P5", INFO)], "P6"),
        ([Hit("P12", INFO), Hit("P14", INFO), Hit("P3", INFO)], "P3"),
        ([Hit("P11", URGENT), Hit("P2", SOON)], "P2"),
    ],
)
def test_the_most_serious_goes_first(found: list[Hit], expected: str | None) -> None:
    for order in (found, found[::-1]):
        chosen = choose(order, ON, [])
        assert (chosen.rule if chosen else None) == expected


def test_the_next_in_line_has_its_turn() -> None:
    found = [Hit("P1", SOON), Hit("P2", SOON), Hit("P14", INFO)]
    assert choose(found, ON, [shown("P1", SOON, 7)]) == found[1]
    assert choose(found, ON, [shown("P1", SOON, 7), shown("P2", SOON, 7)]) == found[2]
    assert choose(found, ON, [shown(hit.rule, hit.level, 7) for hit in found]) is None


WEEKS = st.lists(
    st.lists(
        st.builds(Hit, st.sampled_from(list(RULES)), st.sampled_from([INFO, SOON, URGENT])),
        max_size=6,
        unique_by=lambda hit: hit.rule,
    ),
    max_size=20,
)


@given(WEEKS, st.lists(st.booleans(), min_size=20, max_size=20))
def test_over_many_weeks(weeks: list[list[Hit]], seen: list[bool]) -> None:
    past: list[Past] = []
    for week, (found, sees_doctor) in enumerate(zip(weeks, seen, strict=False)):
        on = ON + timedelta(weeks=week)
        chosen = choose(found, on, past)
        if chosen is None:
            continue
        assert chosen in found
        assert chosen.rule not in SHOWN_AT_ONCE
        for one in past:
            if one.rule == chosen.rule:
                assert on - one.hit_on >= timedelta(days=14) or chosen.level != one.level
                assert one.seen_doctor_on is None or on - one.hit_on >= timedelta(weeks=8)
        past.append(Past(chosen.rule, chosen.level, on, True, on if sees_doctor else None))
