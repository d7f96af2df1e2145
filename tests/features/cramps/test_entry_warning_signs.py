"""What one entry must do at once: the table of the health reference, section (e)."""

from itertools import combinations

import pytest

from bot.database.cramp_values import EventType, WeakOrStiff
from bot.features.cramps import values
from bot.features.cramps.entry_warning_signs import (
    SEVERITY,
    Told,
    asks_side,
    format_signs,
    met_at_once,
    parse_signs,
    risen,
    signs_of,
    tier_of,
)
from bot.features.cramps.signs import TIER_OF, Tier

PAINS = ("cramp", "other_pain")
OTHERS = ("twitch", "urge_to_move")
NONE: frozenset[str] = frozenset()
EFFECTS = tuple(one for one in values.AFTER_EFFECTS if one != "none")
EMERGENCY, TODAY, SOON = Tier.EMERGENCY, Tier.URGENT, Tier.SOON
TABLE: list[tuple[dict[str, object], Tier | None]] = [
    ({}, None),
    ({"site": "chest"}, EMERGENCY),
    ({"site": "chest", "after_effects": frozenset({"swollen"})}, EMERGENCY),
    ({"after_effects": frozenset({"swollen"})}, TODAY),
    ({"after_effects": frozenset({"warm_or_red"})}, TODAY),
    ({"after_effects": frozenset({"weak"})}, TODAY),
    ({"duration": "gt_10min"}, TODAY),
    ({"duration": "5_10min"}, None),
    ({"duration": "unsure"}, None),
    ({"site": "arm"}, TODAY),
    ({"site": "abdomen"}, TODAY),
    ({"site": "hand_forearm"}, None),
    ({"site": "calf"}, None),
    ({"after_effects": frozenset({"numb_or_tingling"})}, SOON),
    ({"after_effects": frozenset({"numb_or_tingling", "weak"})}, TODAY),
    ({"after_effects": frozenset({"sore_next_day"})}, None),
    ({"after_effects": frozenset({"none"})}, None),
]


@pytest.mark.parametrize(("told", "tier"), TABLE)
def test_cramps_and_other_pain_are_rated_alike_and_nothing_else_is(
    told: dict[str, object], tier: Tier | None
) -> None:
    for event_type in PAINS:
        assert tier_of(Told(event_type, **told)) is tier  # type: ignore[arg-type]
    for event_type in OTHERS:
        assert tier_of(Told(event_type, **told)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "tier"),
    [
        ("weak", TODAY),
        ("stiff", TODAY),
        ("both", TODAY),
        ("yes", TODAY),
        ("no", None),
        ("unsure", None),
    ],
)
def test_a_twitch_that_is_weak_or_stiff(answer: str, tier: Tier | None) -> None:
    assert {one.value for one in WeakOrStiff} == {"weak", "stiff", "both", "yes", "no", "unsure"}
    assert tier_of(Told("twitch", weak_or_stiff=answer)) is tier
    assert tier_of(Told("cramp", weak_or_stiff=answer)) is None


@pytest.mark.parametrize("event_type", EventType)
def test_lost_fluid_has_a_card_of_its_own(event_type: str) -> None:
    told = Told(event_type, triggers=frozenset({"vomiting_diarrhoea_sweating", "hot_day"}))
    assert met_at_once(told) == ({"P13": TODAY} if event_type in PAINS else {})
    both = Told(event_type, triggers=told.triggers, duration="gt_10min")
    assert met_at_once(both) == ({"P11": TODAY, "P13": TODAY} if event_type in PAINS else {})
    assert met_at_once(Told(event_type, triggers=frozenset({"hot_day"}))) == {}


@pytest.mark.parametrize("duration", [None, *values.DURATIONS])
def test_a_further_sign_never_lowers_the_tier(duration: str | None) -> None:
    for size in range(len(EFFECTS) + 1):
        for chosen in combinations(EFFECTS, size):
            effects = frozenset(chosen)
            tier = SEVERITY.index(tier_of(Told(duration=duration, after_effects=effects)))
            for more in (
                *(Told(duration=duration, after_effects=effects | {one}) for one in EFFECTS),
                Told(duration="gt_10min", after_effects=effects),
                Told(duration=duration, after_effects=effects, site="arm"),
            ):
                assert SEVERITY.index(tier_of(more)) >= tier


@pytest.mark.parametrize(
    ("side", "asked"),
    [(None, True), ("unsure", True), ("left", False), ("right", False), ("both", False)],
)
def test_the_side_of_a_swollen_leg_is_asked_when_nobody_told_it(
    side: str | None, asked: bool
) -> None:
    for effect in ("swollen", "warm_or_red"):
        told = Told(side=side, after_effects=frozenset({effect}))
        assert asks_side(told) is asked
        assert ("one_leg" in signs_of(told)) is (side != "both")
    assert not asks_side(Told(after_effects=frozenset({"weak"})))
    assert not asks_side(Told("twitch", after_effects=frozenset({"swollen"})))


def test_the_signs_that_stand_first_on_a_card_are_on_it() -> None:
    for told, tier in TABLE:
        for code in signs_of(Told(**told)):  # type: ignore[arg-type]
            assert tier is EMERGENCY or TIER_OF[code] is tier
    assert TIER_OF[signs_of(Told("twitch", weak_or_stiff="weak"))[0]] is TODAY


def test_stored_signs_come_back_and_only_what_rises_is_said_again() -> None:
    met = {"P11": TODAY, "P13": TODAY}
    assert format_signs(met) == "P11:urgent,P13:urgent"
    assert len(format_signs({"P11": EMERGENCY, "P13": EMERGENCY}) or "") <= 60
    assert parse_signs(format_signs(met)) == met
    assert format_signs({}) is None
    assert parse_signs(None) == {}
    assert risen(met, {}) == met
    assert risen(met, {"P11": TODAY}) == {"P13": TODAY}
    assert risen(met, {"P11": SOON, "P13": TODAY}) == {"P11": TODAY}
    assert risen({"P11": SOON}, {"P11": TODAY}) == {}
