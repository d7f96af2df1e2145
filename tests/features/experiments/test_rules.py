"""The closed list, its gates, and what pauses, ends or only informs: pure tables."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.database.models import Habit
from bot.features.experiments.design import Course, Tally
from bot.features.experiments.power import ODDS, USUAL_NIGHTS, odds, rounded_down
from bot.features.experiments.queries import HABITS, KINDS, LISTED_HABITS
from bot.features.experiments.rules import (
    CLOSED_LIST,
    EVERYDAY_REMINDERS,
    Care,
    Refusal,
    Sign,
    Subject,
    asks_doctor_first,
    blocking,
    cares,
    has_too_few_entries,
    is_closed_by_answer,
    pausing,
    questions,
    refusal,
    subject_of_code,
)
from bot.features.health_profile.gates import Gates, gates_of
from bot.features.health_profile.values import ITEMS

TODAY = date(2027, 1, 13)
LAST_ON = TODAY + timedelta(days=30)
NO_TO_ALL = dict.fromkeys((item for item in ITEMS if "no" in ITEMS[item]), "no")
ALL_OPEN = gates_of(NO_TO_ALL, fluids="free")


def gates(fluids: str | None = "free", **answers: str | None) -> Gates:
    """The gates of somebody who answered "no" to all, but these; None: not answered."""
    told = {item: value for item, value in (NO_TO_ALL | answers).items() if value is not None}
    return gates_of(told, fluids=fluids)


def sign(rule: str, level: str, days_ago: int = 3, **more: Any) -> Sign:
    return Sign(rule, level, TODAY - timedelta(days=days_ago), **({"is_during": True} | more))


# The closed list ---------------------------------------------------------------------------------


def test_the_list_is_the_twelve_habits_of_the_reference() -> None:
    assert [one.value for one in CLOSED_LIST] == [
        *("stretch", "caffeine", "covers", "pillow", "walk", "warmth", "shoes", "breaks"),
        *("screen_off", "drink_with_meals", "mg_meal", "alcohol"),
    ]
    assert len(LISTED_HABITS) == 12
    assert not {Habit.OTHER, Habit.HYDRATION_DONE} & LISTED_HABITS
    assert set(HABITS) == set(Subject)
    assert {*KINDS, Subject.OTHER} == EVERYDAY_REMINDERS


@pytest.mark.parametrize("code", ["other", "drinks", "meal", "furosemide", "", None, "x" * 60])
def test_nothing_else_has_a_button(code: str | None) -> None:
    assert subject_of_code(code) is None


# Gates -------------------------------------------------------------------------------------------

SHUT: list[tuple[str, str, set[str]]] = [
    ("heart_failure", "yes", {"walk", "drink_with_meals"}),
    ("heart_failure", "unsure", {"walk", "drink_with_meals"}),
    ("kidney_disease", "yes", {"drink_with_meals", "mg_meal"}),
    ("dialysis", "yes", {"drink_with_meals", "mg_meal"}),
    ("liver_disease", "yes", {"drink_with_meals"}),
    ("low_sodium", "unsure", {"drink_with_meals"}),
    ("water_tablets", "yes", {"drink_with_meals"}),
    ("limit_fluids", "yes", {"drink_with_meals"}),
    ("limit_potassium", "yes", {"mg_meal"}),
    ("blood_thinner", "unknown", {"mg_meal"}),
    ("breathless_on_effort", "yes", {"walk"}),
    ("leg_surgery", "yes", {"stretch"}),
    ("plaster", "yes", {"stretch"}),
    ("broken_bone", "unsure", {"stretch"}),
    ("clot_now", "yes", {"stretch"}),
    ("told_not_to_stretch", "yes", {"stretch"}),
    ("drinks_heavily", "yes", {"alcohol"}),
    ("nut_allergy", "yes", set()),
    ("numb_skin", "yes", set()),
    ("balance_problem", "yes", set()),
    ("diabetes", "yes", set()),
]


@pytest.mark.parametrize(("item", "value", "shut"), SHUT)
def test_a_shut_gate_refuses_its_habit_and_ends_its_test(
    item: str, value: str, shut: set[str]
) -> None:
    answers = gates(**{item: value})
    refused = {one.value for one in CLOSED_LIST if refusal(one, [], TODAY, answers)}
    assert refused == shut
    assert {one.value for one in CLOSED_LIST if is_closed_by_answer(one, answers)} == shut


def test_with_no_to_everything_all_twelve_are_offered_without_a_question() -> None:
    for one in CLOSED_LIST:
        assert refusal(one, [], TODAY, ALL_OPEN) is None
        assert questions(one, ALL_OPEN) == ()
        assert cares(one, ALL_OPEN) == ()
        assert not is_closed_by_answer(one, ALL_OPEN)


@pytest.mark.parametrize("item", sorted(NO_TO_ALL))
def test_a_missing_answer_is_asked_for_and_ends_only_a_test_of_drinks(item: str) -> None:
    answers = gates(None, **{item: None})
    for one in CLOSED_LIST:
        is_drinks = one is Subject.DRINK_WITH_MEALS
        assert is_closed_by_answer(one, answers) is is_drinks  # the fluid question is missing, too
        if item in questions(one, answers):
            assert refusal(one, [], TODAY, answers) is None


def test_the_questions_of_each_habit() -> None:
    nobody = gates_of({}, fluids=None)
    asked: dict[Subject, set[str]] = {one: set(questions(one, nobody)) for one in CLOSED_LIST}
    assert asked[Subject.ALCOHOL] == {"drinks_heavily"}
    assert asked[Subject.WALK] == {"heart_failure", "breathless_on_effort"}
    assert asked[Subject.WARMTH] == {"numb_skin", "broken_skin"}
    assert {"balance_problem", "plaster", "clot_now"} <= asked[Subject.STRETCH]
    assert {"kidney_disease", "nut_allergy", "blood_thinner"} <= asked[Subject.MG_MEAL]
    for one in ("caffeine", "covers", "pillow", "shoes", "breaks", "screen_off"):
        assert asked[Subject(one)] == set()


@pytest.mark.parametrize("fluids", ["limited", "unsure"])
def test_limited_drinks_refuse_and_end_the_test_of_drinks(fluids: str) -> None:
    answers = gates(fluids)
    assert refusal(Subject.DRINK_WITH_MEALS, [], TODAY, answers) is Refusal.GATE
    assert is_closed_by_answer(Subject.DRINK_WITH_MEALS, answers)


def test_a_water_tablet_among_the_medicines_ends_a_test_of_drinks() -> None:
    answers = gates_of(NO_TO_ALL, ["furosemide 40"], "free")
    assert is_closed_by_answer(Subject.DRINK_WITH_MEALS, answers)


def test_a_sign_of_a_leg_refuses_the_stretch_but_is_no_answer_that_ends_it() -> None:
    answers = gates_of(NO_TO_ALL, fluids="free", has_leg_sign=True)
    assert refusal(Subject.STRETCH, [], TODAY, answers) is Refusal.GATE
    assert not is_closed_by_answer(Subject.STRETCH, answers)


@pytest.mark.parametrize(
    ("subject", "item", "value", "care"),
    [
        ("stretch", "balance_problem", "yes", Care.SEATED),
        ("caffeine", "pregnant", "yes", Care.CAFFEINE_LIMIT),
        ("walk", "balance_problem", "unsure", Care.EASY_WALK),
        ("warmth", "numb_skin", "yes", Care.SOCKS_ONLY),
        ("warmth", "broken_skin", "yes", Care.SOCKS_ONLY),
        ("warmth", "pregnant", "yes", Care.WARM_NOT_HOT),
        ("mg_meal", "nut_allergy", "yes", Care.NO_NUTS),
        ("mg_meal", "blood_thinner", "warfarin", Care.STEADY_GREENS),
    ],
)
def test_an_answer_changes_how_a_habit_is_tested(
    subject: str, item: str, value: str, care: Care
) -> None:
    answers = gates(**{item: value})
    assert care in cares(Subject(subject), answers)
    assert refusal(Subject(subject), [], TODAY, answers) is None


@pytest.mark.parametrize(
    ("profile", "medicines", "asks"),
    [
        ({}, 0, False),
        ({"pregnant": "yes"}, 0, True),
        ({"kidney_disease": "yes", "diabetes": "no"}, 0, True),
        ({"diabetes": "unsure"}, 0, True),
        ({"kidney_disease": "no"}, 0, False),
        ({"age_band": "under_18"}, 0, True),
        ({"age_band": "40_59"}, 2, False),
        ({"nut_allergy": "yes"}, 0, False),
        ({}, 3, True),
    ],
)
def test_who_asks_a_doctor_first(profile: dict[str, str], medicines: int, asks: bool) -> None:
    assert asks_doctor_first(profile, medicines) is asks


# Signs -------------------------------------------------------------------------------------------

EFFECTS: list[tuple[str, str, bool]] = [
    # Only inform, whatever their level.
    *(
        (rule, level, False)
        for rule in ("P1", "P2", "P3", "P4", "P5", "P8", "P12", "P14")
        for level in ("soon", "urgent")
    ),
    ("P3", "info", False),
    # Pause and ask.
    *((rule, "soon", True) for rule in ("P6", "P7", "P9", "P10")),
    ("P6", "urgent", True),
    ("P11", "urgent", True),
    ("P11", "emergency", True),
    ("P13", "urgent", True),
    ("chest", "emergency", True),
    ("one_leg", "urgent", True),
    # A sign of an entry or a tick within two weeks only informs.
    ("P11", "soon", False),
    ("numb", "soon", False),
    ("lasting_twitch", "soon", False),
]


@pytest.mark.parametrize(("rule", "level", "pauses"), EFFECTS)
def test_which_signs_pause_and_which_only_inform(rule: str, level: str, pauses: bool) -> None:
    found = sign(rule, level)
    assert pausing([found], LAST_ON) == ([found] if pauses else [])
    assert blocking([found], TODAY) == ([found] if pauses else [])


@pytest.mark.parametrize(
    ("signs", "pauses"),
    [
        ([sign("P11", "urgent", is_during=False)], False),
        ([sign("P11", "urgent", seen_doctor=True)], False),
        # A pattern that a doctor has seen is found again for weeks; an entry is a new event.
        ([sign("P9", "soon", 20, seen_doctor=True), sign("P9", "soon", 3)], False),
        ([sign("P9", "soon", 80, seen_doctor=True), sign("P9", "soon", 3)], True),
        ([sign("P6", "soon", 20, seen_doctor=True), sign("P6", "urgent", 3)], True),
        ([sign("P6", "soon", 20, seen_doctor=True), sign("P9", "soon", 3)], True),
        ([sign("P11", "urgent", 20, seen_doctor=True), sign("P11", "urgent", 3)], True),
        ([sign("chest", "emergency", -32)], False),  # after the test
        ([sign("chest", "emergency", -31)], True),  # in its last night
    ],
)
def test_what_a_doctor_has_seen_and_what_is_over_does_not_pause(
    signs: list[Sign], pauses: bool
) -> None:
    assert bool(pausing(signs, LAST_ON)) is pauses


def test_the_most_serious_sign_is_named_first() -> None:
    walking, cramp, chest = sign("P9", "soon", 9), sign("P11", "urgent"), sign("chest", "emergency")
    assert pausing([walking, cramp, chest], LAST_ON) == [chest, cramp, walking]


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        ([], None),
        ([sign("P2", "soon", 0)], None),
        ([sign("P11", "urgent", 1)], Refusal.WARNING_SIGN),
        ([sign("P9", "soon", 56)], Refusal.WARNING_SIGN),
        ([sign("P9", "soon", 57)], None),
        ([sign("P11", "urgent", 1, seen_doctor=True)], None),
        ([sign("P11", "urgent", 0, seen_doctor=True)], Refusal.SIGN_TODAY),
        ([sign("chest", "emergency", 0)], Refusal.SIGN_TODAY),
    ],
)
def test_a_serious_sign_comes_before_any_test(signs: list[Sign], why: Refusal | None) -> None:
    for subject in CLOSED_LIST:
        assert refusal(subject, signs, TODAY, ALL_OPEN) is why


@pytest.mark.parametrize(
    ("covered", "days_in", "silent"),
    [
        ([7, 7, 7, 7], 28, False),
        ([1, 1, 7, 7], 28, True),
        ([7, 1, 1, 7], 14, False),  # the third block is not over
        ([7, 1, 1, 7], 21, True),
        ([1, 2, 1, 2], 28, False),  # two of seven are more than a quarter
        ([0, 0, 0, 0], 13, False),
        ([0, 0, 0, 0], 14, True),
        ([7, 0, 7, 0], 28, False),
    ],
)
def test_two_blocks_in_a_row_without_entries_stop_a_test(
    covered: list[int], days_in: int, silent: bool
) -> None:
    course = Course("abba", 7, TODAY)
    counts = [Tally(0, number) for number in covered]
    assert has_too_few_entries(course, counts, TODAY + timedelta(days=days_in)) is silent


# Odds --------------------------------------------------------------------------------------------


def test_the_odds_have_a_row_for_every_plan_and_rate() -> None:
    assert set(ODDS) == {"7x8", "7x12", "7x16", "14x8"}
    for rows in ODDS.values():
        assert len(rows) == len(USUAL_NIGHTS)
        assert all(0 < row.says_fewer_in_runs < row.says_fewer < row.ends <= 100 for row in rows)
    assert odds("7x12", 3.4) == odds("7x12", 3)
    assert odds("7x12", 7) == odds("7x12", 6)
    assert odds("7x12", 0) == odds("7x12", 1)


@pytest.mark.parametrize(("percent", "told"), [(4, 0), (5, 5), (9, 5), (33, 30), (35, 35)])
def test_odds_are_rounded_down(percent: int, told: int) -> None:
    assert rounded_down(percent) == told
