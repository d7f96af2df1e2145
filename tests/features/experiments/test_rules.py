"""Who may start a test, with which words, and when it is stopped."""

from datetime import date, timedelta

import pytest

from bot.features.experiments.design import Course, Tally
from bot.features.experiments.power import NOTICED, USUAL_NIGHTS, noticed
from bot.features.experiments.rules import (
    Refusal,
    Sign,
    Subject,
    asks_team_first,
    clean,
    drinks_are_free,
    has_too_few_entries,
    is_about_medicine,
    refusal,
    stopping_sign,
)

TODAY = date(2027, 1, 13)


def sign(
    days_ago: int, level: str = "soon", rule: str = "P1", *, seen: bool = False, during: bool = True
) -> Sign:
    return Sign(rule, level, TODAY - timedelta(days=days_ago), seen, during)


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        ([], None),
        ([sign(1, "info")], None),
        ([sign(0, "info")], None),
        ([sign(1)], Refusal.WARNING_SIGN),
        ([sign(1, "urgent")], Refusal.WARNING_SIGN),
        ([sign(1, "emergency")], Refusal.WARNING_SIGN),
        ([sign(56)], Refusal.WARNING_SIGN),
        ([sign(57)], None),
        ([sign(1, seen=True)], None),
        ([sign(1, seen=True), sign(2)], Refusal.WARNING_SIGN),
        ([sign(0)], Refusal.SIGN_TODAY),
        ([sign(0, "emergency", seen=True)], Refusal.SIGN_TODAY),
    ],
)
def test_a_warning_sign_comes_first(signs: list[Sign], why: Refusal | None) -> None:
    for subject in Subject:
        assert refusal(subject, signs, TODAY, drinks_are_free=True) is why


def test_only_a_test_of_drinks_needs_free_drinks() -> None:
    refused = {one for one in Subject if refusal(one, [], TODAY, drinks_are_free=False)}
    assert refused == {Subject.DRINKS}
    assert refusal(Subject.DRINKS, [], TODAY, drinks_are_free=False) is Refusal.FLUIDS


@pytest.mark.parametrize(
    ("answer", "profile", "free"),
    [
        ("free", {}, True),
        ("limited", {}, False),
        ("unsure", {}, False),
        (None, {}, False),
        ("free", {"limit_fluids": "yes"}, False),
        ("free", {"limit_fluids": "no"}, True),
    ],
)
def test_drinks_are_free_by_both_answers(
    answer: str | None, profile: dict[str, str], free: bool
) -> None:
    assert drinks_are_free(answer, profile) is free


@pytest.mark.parametrize(
    ("profile", "asks"),
    [
        ({}, False),
        ({"pregnant": "yes"}, True),
        ({"kidney": "yes", "diabetes": "no"}, True),
        ({"kidney": "no"}, False),
        ({"age": "under_18"}, True),
        ({"age": "40_59"}, False),
    ],
)
def test_who_asks_their_own_team_first(profile: dict[str, str], asks: bool) -> None:
    assert asks_team_first(Subject.STRETCH, profile) is asks
    assert asks_team_first(Subject.OTHER, profile)


@pytest.mark.parametrize(
    "words",
    [
        "magnesium 400 mg",
        "Magnesium citrate at night",
        "take my magnesium",
        "one tablet at 8",
        "Tabletten abends",
        "half the dose",
        "smaller doses",
        "dosage in the evening",
        "two pills",
        "a capsule of turmeric",
        "10 drops",
        "drops under the tongue",
        "vitamin D",
        "a supplement",
        "Nahrungsergänzung 300mg",
        "5ml syrup",
        "skip my statin",
        "stop simvastatin",
        "less water tablets",
        "quinine",
        "tonic water",
        "my blood pressure medication",
        "Medikament weglassen",
        "médicament le soir",
        "paracetamol before bed",
        "CBD oil",
        "salt in water",
        "500 µg",
        "electrolyte drink",
        "insulin later",
        "muscle gel",
    ],
)
def test_words_about_medicines_are_refused(words: str) -> None:
    assert is_about_medicine(words)
    assert is_about_medicine(words.upper())


@pytest.mark.parametrize(
    "words",
    [
        "raise my feet at night",
        "sleep with loose bedding",
        "a pillow between the knees",
        "walk 20 minutes after dinner",
        "10 heel drops on a step",
        "wear warm socks",
        "a warm bath",
        "no alcohol in the evening",
        "compression stockings",
        "more magnesium-rich food",
        "magnesium rich dinner",
        "flat shoes",
        "ride the exercise bike for 10 min",
        "physiotherapy exercises twice a day",
    ],
)
def test_words_about_things_to_do_are_accepted(words: str) -> None:
    assert not is_about_medicine(words)


def test_typed_words_become_one_line() -> None:
    assert clean("  raise\nmy \t feet ") == "raise my feet"
    assert clean(" \n ") == ""


@pytest.mark.parametrize(
    ("signs", "stops"),
    [
        ([], False),
        ([sign(3, "info")], False),
        ([sign(3)], True),
        ([sign(3, "urgent")], True),
        ([sign(3, "emergency")], True),
        ([sign(3, during=False)], False),
        # A doctor has seen the pattern; something urgent always stops it.
        ([sign(40, seen=True, during=False), sign(3)], False),
        ([sign(40, seen=True, during=False), sign(3, rule="P6")], True),
        ([sign(3, seen=True)], False),
        ([sign(40, "urgent", "P11", seen=True, during=False), sign(3, "urgent", "P11")], True),
        ([sign(3, "urgent", seen=True)], True),
    ],
)
def test_a_warning_sign_stops_a_test(signs: list[Sign], stops: bool) -> None:
    assert (stopping_sign(signs) is not None) is stops


def test_the_first_of_several_signs_says_when() -> None:
    first = sign(9, "urgent", "P13")
    assert stopping_sign([sign(3), first, sign(5)]) == first


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


def test_the_power_table_has_a_row_for_every_plan_and_rate() -> None:
    assert set(NOTICED) == {"7x8", "7x12", "7x16", "14x8"}
    for rows in NOTICED.values():
        assert len(rows) == len(USUAL_NIGHTS)
        assert all(0 < row.third < row.half < 100 for row in rows)
    assert noticed("7x12", 3.4) == noticed("7x12", 3)
    assert noticed("7x12", 7) == noticed("7x12", 6)
    assert noticed("7x12", 0) == noticed("7x12", 1)
