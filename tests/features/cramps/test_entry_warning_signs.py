"""Every combination of duration and after-effects of one entry."""

from itertools import combinations

import pytest

from bot.features.cramps.entry_warning_signs import met_at_once, tier_for
from bot.features.cramps.signs import Tier

DURATIONS = (None, "lt_1min", "1_5min", "5_10min", "gt_10min", "unsure")
AFTER_EFFECTS = ("sore_next_day", "numb_or_tingling", "weak", "swollen", "warm_or_red", "none")
EVERY_SET = [
    frozenset(chosen)
    for size in range(len(AFTER_EFFECTS) + 1)
    for chosen in combinations(AFTER_EFFECTS, size)
]


@pytest.mark.parametrize(
    ("duration", "after_effects", "tier"),
    [
        (None, set(), None),
        ("unsure", set(), None),
        ("5_10min", {"sore_next_day"}, None),
        ("1_5min", {"none"}, None),
        ("gt_10min", set(), Tier.URGENT),
        ("gt_10min", {"none"}, Tier.URGENT),
        (None, {"swollen"}, Tier.URGENT),
        (None, {"warm_or_red"}, Tier.URGENT),
        (None, {"weak"}, Tier.URGENT),
        (None, {"numb_or_tingling"}, Tier.SOON),
        ("lt_1min", {"numb_or_tingling", "sore_next_day"}, Tier.SOON),
        ("lt_1min", {"numb_or_tingling", "weak"}, Tier.URGENT),
        ("gt_10min", {"numb_or_tingling"}, Tier.URGENT),
        ("some other code", {"of a later version"}, None),
    ],
)
def test_table(duration: str | None, after_effects: set[str], tier: Tier | None) -> None:
    assert tier_for(duration, frozenset(after_effects)) is tier


@pytest.mark.parametrize(
    ("site", "tier"),
    [
        ("chest", Tier.URGENT),
        ("arm", Tier.URGENT),
        ("abdomen", Tier.URGENT),
        ("calf", None),
        ("hand_forearm", None),
        (None, None),
    ],
)
def test_sites(site: str | None, tier: Tier | None) -> None:
    assert tier_for(None, frozenset(), site) is tier


@pytest.mark.parametrize("duration", DURATIONS)
def test_a_further_sign_never_lowers_the_tier(duration: str | None) -> None:
    order = [None, Tier.SOON, Tier.URGENT, Tier.EMERGENCY]
    for after_effects in EVERY_SET:
        tier = order.index(tier_for(duration, after_effects))
        for further in AFTER_EFFECTS:
            assert order.index(tier_for(duration, after_effects | {further})) >= tier
        assert order.index(tier_for("gt_10min", after_effects)) >= tier


@pytest.mark.parametrize("duration", DURATIONS)
def test_every_combination(duration: str | None) -> None:
    for after_effects in EVERY_SET:
        tier = tier_for(duration, after_effects)
        signs = after_effects - {"sore_next_day", "none"}
        if duration == "gt_10min" or signs - {"numb_or_tingling"}:
            assert tier is Tier.URGENT
        elif signs:
            assert tier is Tier.SOON
        else:
            assert tier is None


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (("cramp", None, set(), None, set()), {}),
        (("cramp", "gt_10min", set(), None, set()), {"P11": Tier.URGENT}),
        (("cramp", None, {"numb_or_tingling"}, None, set()), {"P11": Tier.SOON}),
        (("cramp", None, set(), "chest", set()), {"P11": Tier.URGENT}),
        (("twitch", None, set(), "chest", set()), {}),
        (("cramp", None, set(), None, {"vomiting_diarrhoea_sweating"}), {"P13": Tier.URGENT}),
        (("cramp", None, set(), None, {"hot_day", "little_fluid"}), {}),
        (("twitch", None, set(), None, {"vomiting_diarrhoea_sweating"}), {}),
        (
            ("cramp", "gt_10min", set(), None, {"vomiting_diarrhoea_sweating"}),
            {"P11": Tier.URGENT, "P13": Tier.URGENT},
        ),
    ],
)
def test_rules_that_one_entry_meets(
    entry: tuple[str, str | None, set[str], str | None, set[str]], found: dict[str, Tier]
) -> None:
    event_type, duration, after_effects, site, triggers = entry
    met = met_at_once(event_type, duration, frozenset(after_effects), site, frozenset(triggers))
    assert met == found
