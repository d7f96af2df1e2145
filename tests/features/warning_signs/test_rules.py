"""Every rule just below, at and above its threshold; missing nights; any order; no future."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.cramps import values
from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, Facts, HabitFact, NightFact
from bot.features.warning_signs.rules import LOOK_BACK_NIGHTS, RULES, Diary, Hit, Level, hits
from tests.features.warning_signs.diaries import (
    ON,
    cramp,
    cramps,
    facts,
    first_nights,
    night,
    quiet,
    stretched,
    weeks,
)

AFTER_SPRING = date(2027, 4, 4)
AFTER_AUTUMN = date(2027, 11, 7)
"""Sundays a week after the clocks changed in most of Europe."""
DAYS = [ON, AFTER_SPRING, AFTER_AUTUMN]
INFO, SOON, URGENT = Level.INFO, Level.SOON, Level.URGENT


def level(rule: str, told: Facts, on: date = ON, **about: Any) -> Level | None:
    return RULES[rule](Diary(told, **about), on).level


# P1 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("woken", "expected"),
    [
        ((3, 3, 0), SOON),
        ((3, 0, 3), SOON),
        ((0, 3, 3), SOON),
        ((4, 5, 7), SOON),
        ((3, 2, 2), None),
        ((2, 3, 2), None),
        ((2, 2, 2), None),
        ((7, 0, 0), None),
        ((3, 2, 0, 7, 7), None),
        ((0, 0, 0), None),
    ],
)
def test_p1_woken_on_three_nights_in_two_of_three_weeks(
    woken: tuple[int, ...], expected: Level | None, on: date
) -> None:
    assert level("P1", weeks(woken, on=on, woke_me="yes"), on) is expected
    assert level("P1", facts(cramps(first_nights(woken), on, woke_me="yes")), on) is expected


def test_p1_counts_nights_and_only_cramps_that_woke() -> None:
    two = [0, 1, 7, 8, 9]
    woke = cramps(two, woke_me="yes")
    assert level("P1", facts(woke)) is None
    assert level("P1", facts([*woke, cramp(1, clock=time(5), woke_me="yes")])) is None
    assert level("P1", facts([*woke, cramp(2, woke_me="no_was_awake"), cramp(3)])) is None
    assert level("P1", facts([*woke, cramp(2, woke_me="yes", event_type="twitch")])) is None
    assert level("P1", facts([*woke, cramp(2, woke_me="yes")])) is SOON


@pytest.mark.parametrize(
    ("backs", "expected"),
    [
        ([4, 5, 6, 11, 12, 13], SOON),
        ([5, 6, 7, 11, 12, 13], None),  # 2, then 4
        ([5, 6, 7, 13, 14, 15], None),  # 2, 2, 2
        ([4, 5, 6, 18, 19, 20], SOON),
        ([4, 5, 6, 19, 20, 21], None),  # the last one is four weeks ago
    ],
)
def test_p1_weeks_end_with_the_night_before(backs: list[int], expected: Level | None) -> None:
    assert level("P1", facts(cramps(backs, woke_me="yes"))) is expected


# P2, P3 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("nights", "expected"),
    [
        ((3, 3, 3), SOON),
        ((7, 3, 5), SOON),
        ((2, 3, 3), None),
        ((3, 2, 3), None),
        ((3, 3, 2), None),
        ((7, 7, 2), None),
        ((3, 3, 0, 3), None),
    ],
)
def test_p2_three_cramp_nights_three_weeks_running(
    nights: tuple[int, ...], expected: Level | None, on: date
) -> None:
    assert level("P2", weeks(nights, on=on), on) is expected
    assert level("P2", facts(cramps(first_nights(nights), on)), on) is expected


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("nights", "expected"),
    [
        ((4, 0), None),
        ((5, 0), INFO),
        ((7, 4), INFO),
        ((5, 5), SOON),
        ((7, 6), SOON),
        ((4, 7), None),
        ((5, 4, 7), INFO),
    ],
)
def test_p3_five_cramp_nights_in_a_week_then_in_two(
    nights: tuple[int, ...], expected: Level | None, on: date
) -> None:
    assert level("P3", weeks(nights, on=on), on) is expected
    assert level("P3", facts(cramps(first_nights(nights), on)), on) is expected


def test_several_cramps_in_a_night_and_twitches_make_no_more_nights() -> None:
    four = cramps(range(4))
    more = [cramp(0, clock=time(5)), cramp(1, count=4), cramp(4, event_type="twitch")]
    assert level("P3", facts([*four, *more])) is None
    assert level("P3", facts([*four, cramp(4)])) is INFO


# P4 ----------------------------------------------------------------------------------------------

FULL = (7,) * 6
FIVE = (5,) * 6


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("nights", "covered", "expected"),
    [
        ((2, 2, 0, 0, 0, 0), FULL, SOON),
        ((2, 1, 0, 0, 0, 0), FULL, None),
        ((4, 0, 0, 0, 0, 0), FULL, SOON),
        ((2, 2, 1, 1, 1, 2), FULL, SOON),
        ((2, 2, 1, 1, 2, 2), FULL, None),
        ((3, 3, 2, 2, 2, 2), FULL, SOON),  # exactly half more
        ((3, 3, 2, 2, 2, 3), FULL, None),
        ((3, 3, 2, 2, 2, 2), FIVE, SOON),
        ((3, 3, 2, 2, 2, 2), (5, 4, 5, 5, 5, 5), None),
        ((3, 3, 2, 2, 2, 2), (4, 5, 5, 5, 5, 5), None),
        ((3, 3, 2, 2, 2, 2), (5, 5, 5, 5, 5, 4), None),
        ((3, 3, 2, 2, 2, 2), (7, 7, 5, 5, 5, 5), None),  # a fuller diary alone is no rise
        ((7, 7, 5, 5, 5, 5), FULL, None),
        ((0, 0, 0, 0, 0, 0), FULL, None),
    ],
)
def test_p4_rising(
    nights: tuple[int, ...], covered: tuple[int, ...], expected: Level | None, on: date
) -> None:
    assert level("P4", weeks(nights, covered, on), on) is expected


def test_p4_nights_without_an_entry_are_not_free_of_cramps() -> None:
    """Cramps alone say nothing about uncovered weeks before."""
    assert level("P4", facts(cramps(first_nights((4, 4, 1, 1, 1, 1))))) is None


# P5 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"left": 4}, None),
        ({"left": 5}, INFO),
        ({"right": 5}, INFO),
        ({"left": 4, "right": 1}, INFO),
        ({"right": 4, "both": 1}, INFO),
        ({"left": 3, "right": 1, "both": 1}, None),
        ({"left": 7, "right": 2}, None),
        ({"left": 8, "right": 2}, INFO),
        ({"left": 4, "unsure": 6}, None),
        ({"left": 5, "unsure": 6}, INFO),
        ({"both": 9}, None),
    ],
)
def test_p5_one_side(sides: dict[str, int], expected: Level | None, on: date) -> None:
    told = [
        cramp(number, on, side=side)
        for number, side in enumerate(side for side, count in sides.items() for _ in range(count))
    ]
    assert level("P5", facts(told), on) is expected
    assert level("P5", facts([*told, cramp(1, on)]), on) is expected


def test_p5_an_entry_may_stand_for_several_and_the_four_weeks_have_an_end() -> None:
    assert level("P5", facts([cramp(0, side="left", count=4)])) is None
    assert level("P5", facts([cramp(0, side="left", count=4), cramp(27, side="left")])) is INFO
    assert level("P5", facts([cramp(0, side="left", count=4), cramp(28, side="left")])) is None


@pytest.mark.parametrize(
    ("swelling", "expected"),
    [
        (cramp(3, side="left", after_effects=frozenset({"swollen"})), URGENT),
        (cramp(3, side="left", after_effects=frozenset({"warm_or_red", "weak"})), URGENT),
        (cramp(27, after_effects=frozenset({"swollen"})), URGENT),
        (cramp(28, after_effects=frozenset({"swollen"})), INFO),
        (cramp(3, after_effects=frozenset({"weak", "sore_next_day"})), INFO),
        (cramp(3, event_type="twitch", after_effects=frozenset({"swollen"})), INFO),
    ],
)
def test_p5_is_urgent_with_swelling_warmth_or_redness(swelling: CrampFact, expected: Level) -> None:
    assert level("P5", facts([*cramps(range(5), side="left"), swelling])) is expected


# P6 to P9 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([(0, "weak")], None),
        ([(0, "weak"), (13, "weak")], SOON),
        ([(0, "weak"), (13, "numb_or_tingling")], SOON),
        ([(0, "weak"), (14, "weak")], None),
        ([(0, "numb_or_tingling"), (0, "numb_or_tingling")], SOON),
        ([(0, "swollen"), (1, "sore_next_day"), (2, "none")], None),
    ],
)
def test_p6_weak_or_numb_twice_in_two_weeks(
    ticks: Sequence[tuple[int, str]], expected: Level | None
) -> None:
    told = [cramp(back, after_effects=frozenset({code})) for back, code in ticks]
    assert level("P6", facts(told)) is expected


def test_p6_both_in_one_entry_are_one_tick() -> None:
    both = frozenset({"weak", "numb_or_tingling"})
    assert level("P6", facts([cramp(0, after_effects=both)])) is None


def twitch(back: int, **told: Any) -> CrampFact:
    return cramp(back, event_type="twitch", **told)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([twitch(0)], None),
        ([twitch(0), twitch(14)], None),
        ([twitch(0), twitch(15)], SOON),
        ([twitch(12), twitch(27)], SOON),
        ([twitch(13), twitch(28)], None),
        ([twitch(0, twitch_days="4_14days")], None),
        ([twitch(0, twitch_days="gt_14days")], SOON),
        ([twitch(27, twitch_days="gt_14days")], SOON),
        ([twitch(28, twitch_days="gt_14days")], None),
        ([twitch(0, twitch_elsewhere="no", twitch_weak_or_stiff="no")], None),
        ([twitch(0, twitch_elsewhere="yes")], SOON),
        ([twitch(0, twitch_weak_or_stiff="yes")], SOON),
        ([twitch(0, site="calf"), twitch(1, site="calf")], None),
        ([twitch(0, site="calf"), twitch(1)], None),
        ([twitch(0, site="calf"), twitch(1, site="eyelid_face")], SOON),
        ([twitch(0, site="calf", side="left"), twitch(1, site="calf")], None),
        ([twitch(0, site="calf", side="left"), twitch(1, site="calf", side="unsure")], None),
        ([twitch(0, site="calf", side="left"), twitch(1, site="calf", side="right")], SOON),
        ([twitch(0, site="calf", side="both")], SOON),
        ([cramp(0, site="calf"), cramp(20, site="toes")], None),
    ],
)
def test_p7_a_twitch_that_lasts_spreads_or_is_weak(
    told: list[CrampFact], expected: Level | None
) -> None:
    assert level("P7", facts(told)) is expected


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [
        ([7, 7, 7], None),
        ([7, 7, 7, 7], SOON),
        ([6, 7, 7, 7], SOON),
        ([6, 6, 8, 8], SOON),
        ([6, 6, 7, 10], None),  # 6.5
        ([0, 7, 10, 10, 10], SOON),
        ([6, 6, 6, 10, 10], None),
        ([10, 10, 10, None], None),
        ([10, 10, 10, 10, None], SOON),
    ],
)
def test_p8_strong(strengths: list[int | None], expected: Level | None) -> None:
    told = [cramp(back, intensity=strength) for back, strength in enumerate(strengths)]
    assert level("P8", facts(told)) is expected


def test_p8_an_entry_counts_once_and_for_two_weeks() -> None:
    assert level("P8", facts([cramp(0, intensity=9, count=4)])) is None
    assert level("P8", facts(cramps([0, 1, 2, 13], intensity=7))) is SOON
    assert level("P8", facts(cramps([0, 1, 2, 14], intensity=7))) is None
    others = cramps([3, 4], intensity=9, event_type="other_pain")
    assert level("P8", facts([*cramps([0, 1, 2], intensity=7), *others])) is None


@pytest.mark.parametrize(
    ("backs", "expected"), [((0, 1), None), ((0, 0, 13), SOON), ((0, 1, 14), None)]
)
def test_p9_walking(backs: tuple[int, ...], expected: Level | None) -> None:
    assert level("P9", facts(cramps(backs, context="walking"))) is expected
    assert level("P9", facts(cramps(backs, context="walking", event_type="other_pain"))) is expected
    assert level("P9", facts(cramps(backs, context="walking", event_type="twitch"))) is None
    assert level("P9", facts(cramps(backs, context="asleep"))) is None


# P10 ---------------------------------------------------------------------------------------------

BEGUN = night(13)
"""Two weeks ago."""


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        (3, 0, SOON),
        (2, 0, None),
        (3, 4, SOON),  # 3 of 14 is exactly half more than 4 of 28
        (3, 5, None),
        (6, 8, SOON),
        (6, 9, None),
        (0, 0, None),
    ],
)
def test_p10_more_cramps_since_a_medicine(after: int, before: int, expected: Level | None) -> None:
    told = facts(
        [*cramps(range(after)), *cramps(range(14, 14 + before))],
        quiet(*range(after, 14), *range(14 + before, 42)),
    )
    assert level("P10", told, medicines_on=(BEGUN,)) is expected
    assert level("P10", told) is None
    assert level("P10", told, medicines_on=(date(2020, 1, 1),)) is None


@pytest.mark.parametrize(
    ("back", "expected"), [(0, None), (3, None), (4, SOON), (27, SOON), (28, None), (-1, None)]
)
def test_p10_begun_in_the_last_four_weeks(back: int, expected: Level | None) -> None:
    """Cramps in every night since, none before; four nights are too few."""
    told = facts(cramps(range(back + 1)), quiet(*range(back + 1, 70)))
    assert level("P10", told, medicines_on=(night(back),)) is expected


def test_p10_a_ticked_change_counts_as_its_night() -> None:
    ticked = cramp(13, possible_triggers=frozenset({"new_or_changed_medicine"}))
    quiet_nights = quiet(*range(2, 13), *range(14, 42))
    assert level("P10", facts([ticked, *cramps(range(2))], quiet_nights)) is SOON
    assert level("P10", facts([cramp(13), *cramps(range(2))], quiet_nights)) is None


@pytest.mark.parametrize(("known", "expected"), [(4, None), (5, SOON)])
def test_p10_wants_five_known_nights_on_either_side(known: int, expected: Level | None) -> None:
    few_before = facts(cramps(range(14)), quiet(*range(14, 14 + known)))
    few_after = facts(cramps(range(known)), quiet(*range(14, 42)))
    for told in (few_before, few_after):
        assert level("P10", told, medicines_on=(BEGUN,)) is expected


def test_p10_looks_no_further_than_four_weeks_on_either_side() -> None:
    begun = night(27)
    told = facts(cramps(range(25, 28)), quiet(*range(25), *range(28, 56)))
    older = facts([*told.cramps, *cramps(range(56, 70))], told.checks)
    assert level("P10", told, medicines_on=(begun,)) is SOON
    assert level("P10", older, medicines_on=(begun,)) is SOON


def test_p10_of_several_medicines_one_is_enough() -> None:
    told = facts(cramps(range(4)), quiet(*range(4, 42)))
    early, late = night(20), night(5)
    finding = RULES["P10"](Diary(told, medicines_on=(late, early)), ON)
    assert finding.level is SOON
    assert finding == RULES["P10"](Diary(told, medicines_on=(early, late)), ON)
    assert RULES["P10"](Diary(told), ON).numbers == ()


# P11 to P14 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (cramp(0, duration="gt_10min"), URGENT),
        (cramp(6, duration="gt_10min"), URGENT),
        (cramp(7, duration="gt_10min"), None),
        (cramp(0, duration="5_10min"), None),
        (cramp(0, after_effects=frozenset({"swollen"})), URGENT),
        (cramp(0, after_effects=frozenset({"weak"})), URGENT),
        (cramp(0, after_effects=frozenset({"numb_or_tingling"})), None),
        (cramp(0, site="chest"), URGENT),
        (cramp(0, site="chest", event_type="twitch"), None),
    ],
)
def test_p11_an_urgent_entry(fact: CrampFact, expected: Level | None) -> None:
    assert level("P11", facts([fact])) is expected


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("evenings", "nights", "covered", "expected"),
    [
        (30, (3, 3, 3, 3, 3, 3), FULL, INFO),
        (29, (3, 3, 3, 3, 3, 3), FULL, None),
        (42, (3, 3, 0, 0, 4, 4), FULL, None),  # fell by exactly a quarter
        (42, (4, 3, 0, 0, 4, 4), FULL, INFO),
        (42, (5, 5, 0, 0, 1, 1), FULL, INFO),
        (42, (0, 0, 0, 0, 0, 1), FULL, None),
        (42, (0, 0, 0, 0, 0, 0), FULL, None),
        (42, (2, 2, 2, 2, 0, 0), FULL, None),  # no cramps that could become fewer
        (42, (3, 3, 3, 3, 3, 3), FIVE, INFO),
        (42, (3, 3, 3, 3, 3, 3), (4, 5, 5, 5, 5, 5), None),
        (42, (3, 3, 3, 3, 3, 3), (5, 5, 5, 4, 5, 5), None),
        (42, (3, 3, 3, 3, 4, 4), (5, 5, 7, 7, 7, 7), INFO),  # 6 of 10 after 8 of 14
    ],
)
def test_p12_no_clear_change_after_a_fair_try(
    evenings: int,
    nights: tuple[int, ...],
    covered: tuple[int, ...],
    expected: Level | None,
    on: date,
) -> None:
    told = replace(weeks(nights, covered, on), habits=tuple(stretched(range(evenings), on)))
    assert level("P12", told, on) is expected


def test_p12_only_a_stretch_that_is_known_to_be_done_counts() -> None:
    told = weeks((3,) * 6)
    done, skipped = stretched(range(29)), stretched(range(29, 42), done=False)
    other = HabitFact(night(30), "hydration_done", done=True)
    older = stretched([42, 43])
    assert level("P12", replace(told, habits=(*done, *skipped, other, *older))) is None


LOST: dict[str, Any] = {"possible_triggers": frozenset({"vomiting_diarrhoea_sweating"})}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([cramp(0, **LOST)], URGENT),
        ([cramp(6, **LOST)], URGENT),
        ([cramp(7, **LOST)], None),
        ([cramp(0, possible_triggers=frozenset({"hot_day"}))], None),
        ([twitch(1, **LOST)], None),
        ([twitch(1, **LOST), cramp(0)], URGENT),
        ([twitch(3, **LOST), cramp(1)], URGENT),  # 48 hours
        ([twitch(3, **LOST), cramp(1, clock=time(3, 1))], None),
        ([twitch(1, **LOST), cramp(3)], URGENT),
        ([twitch(1, **LOST), cramp(3, clock=time(2, 59))], None),
    ],
)
def test_p13_lost_fluid_and_a_cramp_within_two_days(
    told: list[CrampFact], expected: Level | None
) -> None:
    assert level("P13", facts(told)) is expected


@pytest.mark.parametrize(
    ("backs", "pregnant", "expected"),
    [((0, 6), True, INFO), ((0, 7), True, None), ((0, 0), True, None), ((0, 6), False, None)],
)
def test_p14_pregnant(backs: tuple[int, ...], pregnant: bool, expected: Level | None) -> None:
    assert level("P14", facts(cramps(backs)), pregnant=pregnant) is expected


# All of them -------------------------------------------------------------------------------------


def test_an_empty_diary_meets_nothing() -> None:
    assert hits(Diary(Facts()), ON) == ()
    assert hits(Diary(Facts(), pregnant=True, medicines_on=(night(3),)), ON) == ()


def test_a_quiet_diary_meets_nothing() -> None:
    told = facts((), quiet(*range(70)), stretched(range(70)))
    assert hits(Diary(told, pregnant=True, medicines_on=(night(3),)), ON) == ()


def test_hits_say_rule_and_level() -> None:
    told = weeks((5, 3, 3), woke_me="yes", intensity=8)
    assert hits(Diary(told, pregnant=True), ON) == (
        Hit("P1", SOON),
        Hit("P2", SOON),
        Hit("P3", INFO),
        Hit("P8", SOON),
        Hit("P14", INFO),
    )


def _optional(codes: Sequence[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(codes)


def _several(codes: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(codes), max_size=2)


BACKS = st.integers(-10, 80)
FACTS = st.builds(
    facts,
    st.lists(
        st.builds(
            cramp,
            BACKS,
            clock=st.sampled_from([time(0), time(3), time(11, 59)]),
            event_type=st.sampled_from(["cramp", "cramp", "cramp", *values.EVENT_TYPES]),
            intensity=st.none() | st.integers(0, 10),
            duration=_optional(values.DURATIONS),
            woke_me=_optional(values.WOKE_ME),
            site=_optional(values.SITES + values.OTHER_SITES),
            side=_optional(values.SIDES),
            count=st.integers(1, 4),
            context=_optional(values.CONTEXTS),
            possible_triggers=_several(values.TRIGGERS),
            after_effects=_several(values.AFTER_EFFECTS),
            twitch_days=_optional(values.TWITCH_DAYS),
        ),
        max_size=40,
    ),
    st.lists(BACKS, max_size=60).map(lambda backs: quiet(*backs)),
    st.lists(BACKS, max_size=60).map(lambda backs: stretched(sorted(set(backs)))),
)
DIARIES = st.builds(
    Diary,
    FACTS,
    pregnant=st.booleans(),
    medicines_on=st.lists(BACKS.map(night), max_size=2).map(tuple),
)


@given(DIARIES, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(diary: Diary, chance: random.Random) -> None:
    told = diary.facts
    mixed = Facts(
        *(
            tuple(chance.sample(part, len(part)))  # type: ignore[arg-type]
            for part in (told.cramps, told.checks, told.reminders, told.habits)
        )
    )
    medicines = tuple(chance.sample(diary.medicines_on, len(diary.medicines_on)))
    for look in RULES.values():
        assert look(replace(diary, facts=mixed, medicines_on=medicines), ON) == look(diary, ON)


@given(DIARIES)
def test_no_rule_sees_what_is_yet_to_come_or_long_past(diary: Diary) -> None:
    seen = replace(
        diary,
        facts=diary.facts.between(night(LOOK_BACK_NIGHTS - 1), night(0)),
        medicines_on=tuple(day for day in diary.medicines_on if day < ON),
    )
    assert hits(seen, ON) == hits(diary, ON)


@given(DIARIES, BACKS)
def test_a_night_free_of_cramps_makes_nothing_appear_that_counts_cramps(
    diary: Diary, back: int
) -> None:
    if night(back) in diary.facts.cramp_nights():
        return
    checks = (*diary.facts.checks, NightFact(night(back), NONE_LAST_NIGHT))
    freer = replace(diary, facts=replace(diary.facts, checks=checks))
    compare = {"P4", "P10", "P12"}
    for rule in RULES.keys() - compare:
        assert RULES[rule](freer, ON) == RULES[rule](diary, ON)


@given(DIARIES, st.integers(-400, 400))
def test_a_diary_means_the_same_on_any_date(diary: Diary, days: int) -> None:
    away = timedelta(days=days)
    told = diary.facts
    moved = Diary(
        Facts(
            tuple(
                replace(one, local_at=one.local_at + away, night_on=one.night_on + away)
                for one in told.cramps
            ),
            tuple(replace(one, night_on=one.night_on + away) for one in told.checks),
            (),
            tuple(replace(one, night_on=one.night_on + away) for one in told.habits),
        ),
        diary.pregnant,
        tuple(day + away for day in diary.medicines_on),
    )
    assert hits(moved, ON + away) == hits(diary, ON)


@given(DIARIES, st.integers(0, 69))
def test_a_further_cramp_takes_no_warning_of_frequent_cramps_away(diary: Diary, back: int) -> None:
    more = replace(diary, facts=replace(diary.facts, cramps=(*diary.facts.cramps, cramp(back))))
    before = {hit.rule: hit.level for hit in hits(diary, ON)}
    after = {hit.rule: hit.level for hit in hits(more, ON)}
    order = list(Level)
    for rule in {"P1", "P2", "P3", "P5", "P6", "P7", "P8", "P9", "P11", "P13", "P14"} & set(before):
        assert order.index(after[rule]) >= order.index(before[rule])
