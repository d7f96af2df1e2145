"""Which hit is stored, which one is mentioned, and for how long it is silent afterwards."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.warning_signs.findings import Hit, Level
from bot.features.warning_signs.rules import RULES
from bot.features.warning_signs.selection import (
    MOST_SERIOUS_FIRST,
    SHOWN_AT_ONCE,
    choose,
    is_new,
)
from bot.features.warning_signs.silence import FREQUENCY, Past, may_tell
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


# The shared silence ------------------------------------------------------------------------------

# Weeks with the two days on which the clocks change in most of Europe: 28 March, 31 October 2027.
FIRST = (date(2027, 3, 7), date(2027, 10, 10))


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize(
    ("told", "next_in", "rule"),
    [
        ((0,), 4, "P2"),
        ((0, 4), 8, "P2"),
        ((0, 4, 12), 16, "P2"),
        ((0, 4, 12, 28), 16, "P2"),
        ((0,), 4, "P1"),  # what one rule said is said for all of them
        ((0, 4), 8, "P8"),
        ((0, 4), 8, "P4"),
    ],
)
def test_the_shared_silence_doubles(
    told: tuple[int, ...], next_in: int, rule: str, first: date
) -> None:
    past = [Past("P2", SOON, first + timedelta(weeks=week), True) for week in told]
    end = first + timedelta(weeks=told[-1] + next_in)
    assert not may_tell(rule, SOON, end - timedelta(days=1), past)
    assert not may_tell(rule, INFO, end - timedelta(days=1), past)
    assert may_tell(rule, SOON, end, past)
    assert may_tell("P6", SOON, first + timedelta(days=1), past)


@pytest.mark.parametrize("first", FIRST)
def test_a_rise_in_level_starts_it_anew(first: date) -> None:
    def on(week: int) -> date:
        return first + timedelta(weeks=week)

    past = [Past("P3", INFO, on(0), True), Past("P3", INFO, on(4), True)]
    assert not may_tell("P3", INFO, on(5), past)
    assert may_tell("P2", SOON, on(5), past)
    past.append(Past("P2", SOON, on(5), True))
    assert not may_tell("P2", SOON, on(9) - timedelta(days=1), past)
    assert may_tell("P2", SOON, on(9), past)
    past.append(Past("P3", INFO, on(9), True))
    assert not may_tell("P2", SOON, on(16), past), "a level that was told before is no rise"
    assert may_tell("P2", SOON, on(17), past)


@pytest.mark.parametrize("first", FIRST)
def test_a_doctor_starts_it_anew_and_mutes_the_rule_at_that_level(first: date) -> None:
    def on(week: int) -> date:
        return first + timedelta(weeks=week)

    past = [
        Past("P2", SOON, on(0), True),
        Past("P2", SOON, on(4), True),
        Past("P2", SOON, on(12), True, seen_doctor_on=on(13)),
    ]
    assert not may_tell("P1", SOON, on(17) - timedelta(days=1), past)
    assert may_tell("P1", SOON, on(17), past), "four weeks after the answer, not sixteen"
    assert not may_tell("P2", SOON, on(21) - timedelta(days=1), past)
    assert may_tell("P2", SOON, on(21), past)
    assert may_tell("P2", URGENT, on(14), past)
    past.append(Past("P1", SOON, on(17), True))
    assert not may_tell("P1", SOON, on(25) - timedelta(days=1), past)
    assert may_tell("P1", SOON, on(25), past)


def test_what_was_only_stored_or_comes_later_keeps_nothing_silent() -> None:
    assert may_tell("P2", SOON, ON, [Past("P2", SOON, ago(7), shown=False)])
    assert may_tell("P2", SOON, ON, [shown("P2", SOON, -7)])
    assert not may_tell("P2", SOON, ON, [shown("P2", SOON, 0)])


# Silences of their own ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "level", "days"),
    [
        ("P6", SOON, 14),
        ("P7", SOON, 14),
        ("P9", SOON, 14),
        ("P10", SOON, 14),
        ("P14", INFO, 14),
        ("P5", INFO, 56),
        ("P12", INFO, 56),
    ],
)
def test_other_rules_have_their_own_silence(rule: str, level: Level, days: int) -> None:
    assert not may_tell(rule, level, ON, [shown(rule, level, days - 1)])
    assert not may_tell(rule, level, ON, [shown(rule, level, 0)])
    assert may_tell(rule, level, ON, [shown(rule, level, days)])
    assert may_tell(rule, URGENT, ON, [shown(rule, level, 1)])
    assert may_tell(rule, level, ON, [shown("P2", SOON, 1)])


@pytest.mark.parametrize(
    ("seen", "expected"), [(0, False), (1, False), (55, False), (56, True), (-2, False)]
)
def test_a_rule_is_muted_for_eight_weeks_at_the_level_that_a_doctor_saw(
    seen: int, expected: bool
) -> None:
    past = [shown("P6", SOON, 60, seen)]
    assert may_tell("P6", SOON, ON, past) is expected
    assert may_tell("P6", INFO, ON, past) is expected
    assert may_tell("P6", URGENT, ON, past)
    assert may_tell("P7", SOON, ON, past)


def test_hits_shown_at_once_are_never_muted_and_never_mentioned_again() -> None:
    assert may_tell("P11", URGENT, ON, [shown("P11", URGENT, 3, 2)])
    assert choose([Hit("P11", URGENT), Hit("P13", URGENT)], ON, []) is None


# Which one ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "now", "before", "expected"),
    [
        (13, SOON, SOON, False),
        (14, SOON, SOON, True),
        (0, SOON, SOON, False),
        (7, SOON, INFO, True),
        (7, INFO, SOON, False),
    ],
)
def test_a_rule_that_stays_met_is_stored_every_two_weeks(
    days: int, now: Level, before: Level, expected: bool
) -> None:
    assert is_new(Hit("P3", now), ON, [Past("P3", before, ago(days), False)]) is expected
    assert is_new(Hit("P3", now), ON, [Past("P2", before, ago(days), False)])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        ([Hit("P2", SOON)], "P2"),
        ([Hit("P2", SOON), Hit("P1", SOON)], "P1"),
        ([Hit("P1", SOON), Hit("P6", SOON), Hit("P4", SOON)], "P6"),
        ([Hit("P14", INFO), Hit("P2", SOON)], "P2"),
        ([Hit("P6", SOON), Hit("P10", SOON)], "P10"),
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
    assert choose(found, ON, [shown("P1", SOON, 7)]) == found[2], "P2 shares the silence of P1"
    assert choose(found, ON, [shown("P1", SOON, 7), shown("P14", INFO, 7)]) is None


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
            is_same = one.rule == chosen.rule or {one.rule, chosen.rule} <= FREQUENCY
            if is_same and one.level == chosen.level:
                least = timedelta(weeks=4 if chosen.rule in FREQUENCY else 2)
                assert on - one.hit_on >= least
            if one.rule == chosen.rule and one.level == chosen.level and one.seen_doctor_on:
                assert on - one.hit_on >= timedelta(weeks=8)
        past.append(Past(chosen.rule, chosen.level, on, True, on if sees_doctor else None))
