"""Every rule just below, at and above its threshold; missing nights; any order; no future."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.cramps import values
from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, Facts, HabitFact, NightFact
from bot.features.warning_signs.findings import (
    LOOK_BACK_NIGHTS,
    Diary,
    Level,
    StretchRun,
    Weeks,
)
from bot.features.warning_signs.rules import RULES, hits
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


def weeks_of(number: int, on: date = ON) -> Weeks:
    """A diary whose newest week, which ends before ``on``, has this number."""
    return Weeks(on - timedelta(weeks=number), (on - timedelta(days=7)).weekday())


def stretches(backs: Iterable[int], on: date = ON) -> tuple[HabitFact, ...]:
    return tuple(stretched(backs, on))


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

FULL = (7,) * 12
RISE = (4, 4, 4, 4, *(1,) * 8)


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("nights", "covered", "expected"),
    [
        (RISE, FULL, SOON),
        (RISE, (5,) * 12, SOON),
        (RISE, (4, *(5,) * 11), None),
        (RISE, (*(5,) * 11, 4), None),
        (RISE, (*(7,) * 4, *(5,) * 8), None),  # a fuller diary alone is no rise
        ((1, 1, 1, 1, *(0,) * 8), FULL, SOON),
        ((1, 1, 1, 0, *(0,) * 8), FULL, None),  # four cramp nights at least
        ((3, 3, 2, 2, *(2,) * 8), FULL, None),
        ((0, 0, 0, 0, *(4,) * 8), FULL, None),
        ((0,) * 12, FULL, None),
    ],
)
def test_p4_rising_by_the_exact_test(
    nights: tuple[int, ...], covered: tuple[int, ...], expected: Level | None, on: date
) -> None:
    assert level("P4", weeks(nights, covered, on), on, weeks=weeks_of(12, on)) is expected


def test_p4_looks_every_fourth_week_and_says_the_same_in_between() -> None:
    told = weeks(RISE)
    found = [
        level("P4", told, ON + timedelta(days=days), weeks=weeks_of(12)) for days in range(-1, 29)
    ]
    assert found == [None, *[SOON] * 28, None]
    assert level("P4", told, weeks=weeks_of(13)) is None  # a look comes in three weeks
    assert level("P4", told) is None  # nobody knows when the diary begins


def test_p4_nights_without_an_entry_are_not_free_of_cramps() -> None:
    """Cramps alone say nothing about uncovered weeks before."""
    assert level("P4", facts(cramps(first_nights(RISE))), weeks=weeks_of(12)) is None


# P5 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({"left": 9}, None),
        ({"left": 10}, INFO),
        ({"right": 10}, INFO),
        ({"left": 10, "right": 1}, None),  # p = 0.012
        ({"left": 12, "right": 1}, None),  # p = 0.0034
        ({"left": 13, "right": 1}, INFO),  # p = 0.0018
        ({"left": 16, "right": 3}, None),  # p = 0.0044
        ({"left": 17, "right": 3}, None),  # p = 0.0026
        ({"left": 18, "right": 3}, INFO),  # p = 0.0015
        ({"left": 40, "right": 11}, None),  # 78 %
        ({"left": 40, "right": 10}, INFO),
        ({"left": 9, "both": 9}, None),
        ({"left": 10, "both": 9}, INFO),
        ({"left": 9, "unsure": 9}, None),
        ({"both": 20}, None),
    ],
)
def test_p5_one_side(sides: dict[str, int], expected: Level | None, on: date) -> None:
    told = [
        cramp(number, on, side=side)
        for number, side in enumerate(side for side, count in sides.items() for _ in range(count))
    ]
    assert level("P5", facts(told), on) is expected
    assert level("P5", facts([*told, cramp(1, on)]), on) is expected


def test_p5_counts_nights_and_the_eight_weeks_have_an_end() -> None:
    nine = cramps(range(9), side="left")
    assert level("P5", facts([*nine, cramp(8, side="left", count=4, clock=time(5))])) is None
    assert level("P5", facts([*nine, cramp(55, side="left")])) is INFO
    assert level("P5", facts([*nine, cramp(56, side="left")])) is None
    ten = cramps(range(10), side="left")
    assert level("P5", facts([*ten, cramp(9, side="right", clock=time(5))])) is None


def test_p5_is_never_more_than_a_remark() -> None:
    swollen = cramps(range(10), side="left", after_effects=frozenset({"swollen"}))
    assert level("P5", facts(swollen)) is INFO


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
        ([7] * 11, None),
        ([7] * 12, SOON),
        ([7] * 9 + [6] * 3, SOON),
        ([10] * 8 + [6] * 4, None),
        ([7] * 9 + [6] * 4, None),
        ([10] * 11 + [None], None),
        ([10] * 12 + [None], SOON),
    ],
)
def test_p8_strong(strengths: list[int | None], expected: Level | None) -> None:
    told = [cramp(back, intensity=strength) for back, strength in enumerate(strengths)]
    assert level("P8", facts(told)) is expected


def test_p8_an_entry_counts_once_and_for_eight_weeks() -> None:
    assert level("P8", facts(cramps(range(6), intensity=9, count=4))) is None
    assert level("P8", facts(cramps([*range(11), 55], intensity=7))) is SOON
    assert level("P8", facts(cramps([*range(11), 56], intensity=7))) is None
    others = cramps([11, 12], intensity=9, event_type="other_pain")
    assert level("P8", facts([*cramps(range(11), intensity=7), *others])) is None


@pytest.mark.parametrize(
    ("backs", "expected"), [((0, 1), None), ((0, 0, 13), SOON), ((0, 1, 14), None)]
)
def test_p9_walking(backs: tuple[int, ...], expected: Level | None) -> None:
    assert level("P9", facts(cramps(backs, context="walking"))) is expected
    assert level("P9", facts(cramps(backs, context="walking", event_type="other_pain"))) is expected
    assert level("P9", facts(cramps(backs, context="walking", event_type="twitch"))) is None
    assert level("P9", facts(cramps(backs, context="asleep"))) is None


# P10 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [((), None), ((0,), SOON), ((28,), SOON), ((29,), None), ((-1,), None), ((40, 3), SOON)],
)
def test_p10_by_the_persons_own_account_of_the_last_four_weeks(
    said: tuple[int, ...], expected: Level | None
) -> None:
    days = tuple(ON - timedelta(days=back) for back in said)
    assert level("P10", Facts(), worse_after=days) is expected


def test_p10_counts_no_nights() -> None:
    ticked = cramps(range(20), possible_triggers=frozenset({"new_or_changed_medicine"}))
    assert level("P10", facts(ticked)) is None


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
        (cramp(0, site="chest"), Level.EMERGENCY),
        (cramp(0, site="chest", event_type="other_pain"), Level.EMERGENCY),
        (cramp(0, site="chest", event_type="twitch"), None),
        (twitch(0, twitch_weak_or_stiff="stiff"), URGENT),
    ],
)
def test_p11_an_urgent_entry(fact: CrampFact, expected: Level | None) -> None:
    assert level("P11", facts([fact])) is expected


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize(
    ("evenings", "run", "expected"),
    [
        (30, (42, 9, 20), INFO),
        (29, (42, 9, 20), None),
        (42, (41, 9, 20), None),  # begun less than six weeks ago
        (42, (100, 0, 5), INFO),
        (42, (42, 4, 4), None),
        (42, None, None),
    ],
)
def test_p12_two_counts_after_six_weeks(
    evenings: int, run: tuple[int, int, int] | None, expected: Level | None, on: date
) -> None:
    told = replace(weeks((3, 3, 2, 2), (7, 7, 6, 6), on), habits=stretches(range(evenings), on))
    began = None if run is None else StretchRun(on - timedelta(days=run[0]), *run[1:])
    finding = RULES["P12"](Diary(told, stretching=began), on)
    assert finding.level is expected
    if run is not None:
        assert finding.numbers == (evenings, *run[1:], 10, 26)


def test_p12_wants_logged_nights_now_too() -> None:
    few = replace(weeks((4,)), habits=stretches(range(42)), checks=())
    run = StretchRun(night(60), 9, 20)
    assert level("P12", few, stretching=run) is None
    assert level("P12", replace(few, checks=tuple(quiet(4))), stretching=run) is INFO


def test_p12_only_a_stretch_that_is_known_to_be_done_counts() -> None:
    done, skipped = stretched(range(29)), stretched(range(29, 42), done=False)
    other = HabitFact(night(30), "hydration_done", done=True)
    habits = (*done, *skipped, other, *stretched([42, 43]))
    told = replace(weeks((3,) * 6), habits=habits)
    assert level("P12", told, stretching=StretchRun(night(60), 9, 20)) is None


LOST: dict[str, Any] = {"possible_triggers": frozenset({"vomiting_diarrhoea_sweating"})}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([cramp(0, **LOST)], URGENT),
        ([cramp(6, **LOST)], URGENT),
        ([cramp(7, **LOST)], None),
        ([cramp(0, possible_triggers=frozenset({"hot_day"}))], None),
        ([twitch(1, **LOST)], None),
        ([cramp(0, event_type="other_pain", **LOST)], URGENT),
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
    assert hits(Diary(Facts(), pregnant=True, weeks=weeks_of(12)), ON) == ()


def test_a_quiet_diary_meets_nothing() -> None:
    told = facts((), quiet(*range(112)), stretched(range(29)))
    assert hits(Diary(told, pregnant=True, weeks=weeks_of(16)), ON) == ()


def test_hits_say_rule_level_and_nights() -> None:
    told = weeks((5, 3, 3), woke_me="yes", intensity=8)
    found = hits(Diary(told, pregnant=True), ON)
    assert [(hit.rule, hit.level) for hit in found] == [
        ("P1", SOON),
        ("P2", SOON),
        ("P3", INFO),
        ("P14", INFO),
    ]
    every = tuple(sorted(told.cramp_nights()))
    assert [hit.counted.nights for hit in found] == [every, every, every[6:], every[6:]]


@pytest.mark.parametrize(
    ("rule", "told", "backs"),
    [
        ("P5", facts(cramps(range(10), side="left")), range(10)),
        ("P6", facts(cramps([2, 5], after_effects=frozenset({"weak"}))), [2, 5]),
        ("P7", facts([twitch(3, twitch_elsewhere="yes")]), [3]),
        ("P8", facts([*cramps(range(12), intensity=7), *cramps([13], intensity=2)]), range(12)),
        ("P9", facts(cramps([1, 4, 9], context="walking")), [1, 4, 9]),
        ("P11", facts(cramps([1, 2], site="arm")), [1, 2]),
        ("P13", facts(cramps([3], **LOST)), [3]),
    ],
)
def test_a_finding_names_the_nights_that_it_counted(
    rule: str, told: Facts, backs: Sequence[int]
) -> None:
    finding = RULES[rule](Diary(told), ON)
    assert finding.level is not None
    assert finding.nights == tuple(sorted(map(night, backs)))


def _optional(codes: Sequence[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(codes)


def _several(codes: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(codes), max_size=2)


BACKS = st.integers(-10, 120)
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
    worse_after=st.lists(BACKS.map(night), max_size=2).map(tuple),
    weeks=st.integers(12, 20).map(weeks_of),
    stretching=st.none() | st.builds(StretchRun, BACKS.map(night), st.just(9), st.just(20)),
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
    medicines = tuple(chance.sample(diary.worse_after, len(diary.worse_after)))
    for look in RULES.values():
        assert look(replace(diary, facts=mixed, worse_after=medicines), ON) == look(diary, ON)


@given(DIARIES)
def test_no_rule_sees_what_is_yet_to_come_or_long_past(diary: Diary) -> None:
    seen = replace(
        diary,
        facts=diary.facts.between(night(LOOK_BACK_NIGHTS - 1), night(0)),
        worse_after=tuple(day for day in diary.worse_after if day <= ON),
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
    compare = {"P4", "P12"}
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
        tuple(day + away for day in diary.worse_after),
        None if diary.weeks is None else weeks_of(12, ON + away),
        None
        if diary.stretching is None
        else replace(diary.stretching, began_on=diary.stretching.began_on + away),
    )
    still = replace(diary, weeks=None if diary.weeks is None else weeks_of(12))
    before, after = hits(still, ON), hits(moved, ON + away)
    assert [(one.rule, one.level, one.counted.numbers) for one in after] == [
        (one.rule, one.level, one.counted.numbers) for one in before
    ]


@given(DIARIES, st.integers(0, 69))
def test_a_further_cramp_takes_no_warning_of_frequent_cramps_away(diary: Diary, back: int) -> None:
    more = replace(diary, facts=replace(diary.facts, cramps=(*diary.facts.cramps, cramp(back))))
    before = {hit.rule: hit.level for hit in hits(diary, ON)}
    after = {hit.rule: hit.level for hit in hits(more, ON)}
    order = list(Level)
    for rule in {"P1", "P2", "P3", "P5", "P6", "P7", "P8", "P9", "P11", "P13", "P14"} & set(before):
        assert order.index(after[rule]) >= order.index(before[rule])
