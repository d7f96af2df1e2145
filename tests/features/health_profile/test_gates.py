"""Every illness and the gates that it shuts: health reference, section (m)."""

import pytest

from bot.features.health_profile import gates as g
from bot.features.health_profile.gates import Gate, Gates, gates_of
from bot.features.health_profile.values import ITEMS, PAGES, URGE

EVERY_GATE = (
    "drinks",
    "food",
    "greens",
    "nuts",
    "potassium",
    "stretch",
    "standing",
    "seated",
    "walk",
    "warmth",
    "alcohol",
)
CHECKS = {"stretch_check", "food_check"}
WELL = {item: "no" for item, values in ITEMS.items() if "no" in values and item not in CHECKS}
"""Somebody who answered every question with no."""
ALL_LEGS = {"stretch", "standing", "seated"}
TABLE: dict[str, set[str]] = {
    "limit_fluids": {"drinks"},
    "heart_failure": {"drinks", "walk", "potassium"},
    "kidney_disease": {"drinks", "food", "potassium"},
    "dialysis": {"drinks", "food", "potassium"},
    "liver_disease": {"drinks"},
    "low_sodium": {"drinks"},
    "water_tablets": {"drinks"},
    "limit_potassium": {"food", "potassium"},
    "nut_allergy": {"nuts"},
    "drinks_heavily": {"alcohol"},
    "leg_surgery": ALL_LEGS,
    "broken_bone": ALL_LEGS,
    "clot_now": ALL_LEGS,
    "told_not_to_stretch": ALL_LEGS,
    "plaster": {"stretch", "standing"},
    "balance_problem": {"standing"},
    "breathless_on_effort": {"walk"},
    "diabetes": {"potassium"},
    "numb_skin": {"warmth"},
    "broken_skin": {"warmth"},
    "pregnant": set(),
    "recent_birth": set(),
    "breastfeeding": set(),
    "bowel_disease": set(),
    "low_calcium_potassium": set(),
    "clot_before": set(),
    "long_travel": set(),
    "cancer": set(),
    "pill_or_hrt": set(),
    "artery_or_vein": set(),
    "nerve_or_back": set(),
    "parkinson_or_stroke": set(),
    "thyroid_disease": set(),
    "surgery_or_travel": set(),
}
"""Item → the gates that a "yes" or a "not sure" shuts while all else is "no"."""
CLOT_RISKS = {
    "leg_surgery",
    "broken_bone",
    "plaster",
    "clot_now",
    "clot_before",
    "long_travel",
    "cancer",
    "pill_or_hrt",
    "pregnant",
    "recent_birth",
    "artery_or_vein",
    "surgery_or_travel",
}


def shut(gates: Gates) -> set[str]:
    return {name for name in EVERY_GATE if not getattr(gates, name).is_open}


def test_who_answers_no_everywhere_has_every_gate_open() -> None:
    assert shut(gates_of(WELL, fluids="free")) == set()
    assert gates_of(WELL, fluids="free").shut_codes() == ""


def test_every_item_of_the_profile_is_in_the_table() -> None:
    for_the_pages = {*URGE, "bother", "global_change"}
    without_gate = {"age_band", "pregnancy_week", "blood_thinner", "medicines", *for_the_pages}
    assert set(TABLE) == set(ITEMS) - without_gate - CHECKS
    on_pages = [item for items in PAGES.values() for item in items]
    assert sorted(on_pages) == sorted(set(ITEMS) - {"surgery_or_travel", "medicines"} - CHECKS)


@pytest.mark.parametrize("item", TABLE)
def test_yes_and_not_sure_shut_what_the_reference_says(item: str) -> None:
    for answer in ("yes", "unsure"):
        gates = gates_of(WELL | {item: answer}, fluids="free")
        assert shut(gates) == TABLE[item], answer
        assert (item in gates.clot_risks) == (item in CLOT_RISKS)


@pytest.mark.parametrize(
    ("gate", "items"),
    [
        ("food", g.FOOD),
        ("nuts", g.NUTS),
        ("stretch", g.STRETCH),
        ("standing", g.STANDING),
        ("walk", g.WALK),
        ("warmth", g.WARMTH),
        ("alcohol", g.ALCOHOL),
    ],
)
def test_a_missing_answer_keeps_a_gate_shut(gate: str, items: tuple[str, ...]) -> None:
    implied = {"heart_failure", "kidney_disease", "dialysis"}  # the fluid question asks for them
    for item in set(items) - implied:
        told = {name: value for name, value in WELL.items() if name != item}
        found: Gate = getattr(gates_of(told, fluids="free"), gate)
        assert (found.is_open, found.is_unasked, found.missing) == (False, True, (item,))


@pytest.mark.parametrize("fluids", [None, "limited", "unsure"])
def test_only_a_no_to_the_fluid_question_opens_the_drinks_gate(fluids: str | None) -> None:
    gates = gates_of(WELL, fluids=fluids)
    assert not gates.drinks.is_open
    assert gates.drinks.is_unasked == (fluids is None)
    assert shut(gates) == {"drinks"}


def test_a_later_yes_in_the_profile_shuts_what_the_fluid_question_opened() -> None:
    assert gates_of({}, fluids="free").drinks.is_open
    for item in g.DRINKS:
        for answer in ("yes", "unsure"):
            found = gates_of({item: answer}, fluids="free").drinks
            assert found.reasons == (item,)


@pytest.mark.parametrize(
    ("told", "medicines", "expected"),
    [
        ({"blood_thinner": "warfarin"}, (), {"greens"}),
        ({"blood_thinner": "other"}, (), set()),
        ({"blood_thinner": "unknown"}, (), {"food"}),
        ({"blood_thinner": "unknown"}, ("Marcumar 3 mg",), {"greens"}),
        ({"blood_thinner": "unknown"}, ("Eliquis",), set()),
        ({"blood_thinner": "no"}, ("варфарина, вечером",), {"greens"}),
        ({}, ("WARFARINA",), {"greens"}),
        ({}, ("furosémide 40 mg",), {"drinks", "potassium"}),
        ({}, ("eine Wassertablette",), {"drinks", "potassium"}),
        ({}, ("спиронолактон",), {"drinks", "potassium"}),
        ({}, ("Ramipril",), {"potassium"}),
        ({}, ("losartana",), {"potassium"}),
        ({}, ("paracetamol", "Vitamin D"), set()),
    ],
)
def test_medicines_shut_gates_by_their_words(
    told: dict[str, str], medicines: tuple[str, ...], expected: set[str]
) -> None:
    assert shut(gates_of(WELL | told, medicines, "free")) == expected


@pytest.mark.parametrize(("check", "gate"), [("stretch_check", "stretch"), ("food_check", "food")])
def test_the_question_of_a_gate_stands_for_its_items(check: str, gate: str) -> None:
    def found(told: dict[str, str]) -> Gate:
        gate_found: Gate = getattr(gates_of(told, fluids="free"), gate)
        return gate_found

    item = {"stretch": "plaster", "food": "limit_potassium"}[gate]
    assert found({}).is_unasked
    assert found({check: "no"}).is_open
    assert found({check: "no", item: "yes"}).reasons == (item,)
    for answer in ("yes", "unsure"):
        assert found({check: answer}).reasons == (check,)
        assert found(WELL | {check: answer}).is_open  # each item was answered since
        assert found(WELL | {check: answer, item: "yes"}).reasons == (item,)


def test_the_sign_of_one_leg_shuts_stretching_until_it_was_seen() -> None:
    assert shut(gates_of(WELL, fluids="free", has_leg_sign=True)) == {*ALL_LEGS, "walk"}


def test_the_old_item_of_surgery_and_travel_stays_readable() -> None:
    older = {item: "no" for item in WELL if item != "leg_surgery"} | {"surgery_or_travel": "yes"}
    assert shut(gates_of(older, fluids="free")) == ALL_LEGS
    answered = older | {"leg_surgery": "no"}
    assert shut(gates_of(answered, fluids="free")) == set()


def test_notes_for_texts() -> None:
    gates = gates_of({"dialysis": "yes", "pregnant": "unsure", "balance_problem": "yes"})
    assert gates.is_on_dialysis
    assert gates.is_pregnant
    assert gates.has_caffeine_limit
    assert gates.needs_company
    assert gates_of({"breastfeeding": "yes"}).has_caffeine_limit
    assert not gates_of({"breastfeeding": "yes"}).is_pregnant


def test_codes_of_what_is_shut_are_stored_by_reason_and_by_lack_of_an_answer() -> None:
    assert gates_of({}, fluids="free").shut_codes() == "food?,stretch?,nuts?"
    told = {"kidney_disease": "yes", "blood_thinner": "warfarin", "nut_allergy": "yes"}
    assert gates_of(told).shut_codes() == "drinks,food,stretch?,greens,nuts"
    assert len(gates_of(dict.fromkeys(WELL, "yes"), fluids="limited").shut_codes()) <= 200
