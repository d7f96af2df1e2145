"""The texts of the health cards: wording, size and markup."""

import re

import pytest

from bot.features.cramps.health_texts import (
    general_information,
    lost_fluid_card,
    warning_card,
)
from bot.features.cramps.relief import relief_card
from bot.features.cramps.short_signs import sign_labels
from bot.features.cramps.sign_texts import notes, sign_lines
from bot.features.cramps.signs import OLD_CODES, SIGNS, TIER_OF, Tier, current_code, in_order
from bot.features.emergency_numbers.lookup import number_to_call
from bot.features.health_profile.raised_signs import RAISED, raised_signs
from bot.i18n.translator import translator
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
CALL = number_to_call("112", None)
CARDS = {
    "relief": relief_card(TR),
    **{tier.value: warning_card(TR, tier, CALL, in_full=True) for tier in Tier},
    "emergency, short": warning_card(TR, Tier.EMERGENCY, CALL),
    "lost fluid": lost_fluid_card(TR, CALL, drinks_are_free=True),
    "lost fluid, drinks limited": lost_fluid_card(TR, CALL, drinks_are_free=False),
    "general": general_information(TR, CALL),
}
ALLOWED = {
    "emergency": ("you have", "stroke"),
    "emergency, short": ("you have",),
    "urgent": ("cancer", "clot"),
}
"""Words of the reference's own lines: "if you have any of these", and who is more at risk."""


@pytest.mark.parametrize("name", CARDS)
def test_card_is_well_formed_short_and_kind(name: str) -> None:
    text = visible_text(CARDS[name])
    assert_kind_words(text, ALLOWED.get(name, ()))
    assert "{" not in text
    assert len(text) <= 2000
    assert text.count("\n") <= 30


@pytest.mark.parametrize(
    "name", ["relief", "lost fluid", "lost fluid, drinks limited", "urgent", "soon"]
)
def test_last_line_names_the_source(name: str) -> None:
    last = visible_text(CARDS[name]).splitlines()[-1]
    assert last.startswith("Sources: ")
    assert "NHS" in last


def test_relief_has_the_lines_of_the_reference() -> None:
    lines = visible_text(CARDS["relief"]).splitlines()
    assert [line[:2] for line in lines[1:-2]] == [f"{number}." for number in range(1, 7)]
    assert "towel" in lines[3]
    assert "10 minutes" in lines[6]
    assert lines[-2] == "Do not stretch or rub a leg that is swollen, hot or red."
    # What the reference marks as not confirmed: the thigh, and the sole of the foot.
    assert not re.search(r"buttock|toes|wall", CARDS["relief"])


def test_general_information_says_what_the_bot_is_not() -> None:
    for words in (
        "not medical advice",
        "not a diagnosis",
        "not an emergency service",
        "Nobody reads what you write here, day or night.",
        "In an emergency call 112.",
    ):
        assert words in CARDS["general"]


def test_every_sign_has_one_code_and_is_on_the_card_of_its_tier() -> None:
    lines = sign_lines(TR)
    assert list(lines) == [code for codes in SIGNS.values() for code in codes] == list(TIER_OF)
    for code, line in lines.items():
        assert len(code) <= 40
        assert len(line.split()) <= 12, line
        on_cards = [tier for tier in Tier if f"• {line}" in visible_text(CARDS[tier])]
        assert on_cards == [TIER_OF[code]]
    assert set(notes(TR, CALL)) <= set(lines)


def test_the_emergency_card_has_a_short_row_for_each_sign_in_the_same_order() -> None:
    labels = sign_labels(TR)
    lines = [line for line in CARDS["emergency, short"].splitlines() if line.startswith("•")]
    assert lines == [f"• {labels[code]}" for code in SIGNS[Tier.EMERGENCY]]
    # What tells a sign of this card from one of another tier.
    for code in ("face_arm", "speech", "leg_cold", "legs_weak"):
        assert "sudden" in labels[code].casefold(), code


def test_codes_of_earlier_versions_stand_for_signs_of_today() -> None:
    assert all(current_code(old) in TIER_OF for old in OLD_CODES)
    assert [current_code(code) for code in TIER_OF] == list(TIER_OF)
    assert not OLD_CODES.keys() & TIER_OF.keys()
    assert (current_code("P11"), current_code(None), current_code("")) == (None, None, None)


def test_what_matters_most_to_a_person_stands_first_and_is_bold() -> None:
    assert in_order(("a", "b", "c", "d"), ("d", "b")) == ("b", "d", "a", "c")
    card = warning_card(TR, Tier.EMERGENCY, CALL, first=("heart", "one_leg"))
    signs = [line for line in card.splitlines() if line.startswith("•")]
    assert signs[0] == f"• <b>{sign_lines(TR)['heart']}</b>"
    assert signs[1] == f"• {sign_labels(TR)['chest']}"
    assert len(signs) == len(SIGNS[Tier.EMERGENCY])


def test_drinks_are_suggested_only_to_people_who_need_not_limit_them() -> None:
    assert "glad of a drink" in CARDS["lost fluid"]
    assert "glad of a drink" not in CARDS["lost fluid, drinks limited"]
    assert "Ask them about drinks" in CARDS["lost fluid, drinks limited"]


def test_what_a_person_told_of_themselves_makes_signs_bold_where_they_stand() -> None:
    raised = raised_signs({"artery_or_vein": "yes", "nerve_or_back": "unsure", "cancer": "no"})
    assert raised == {"pain_on_walking", "rest_pain", "one_leg", "numb_saddle"}
    for tier in Tier:
        card = warning_card(TR, tier, CALL, raised=raised, in_full=True)
        bold = [code for code, line in sign_lines(TR).items() if f"• <b>{line}</b>" in card]
        assert set(bold) == raised & set(SIGNS[tier])
        assert visible_text(card) == visible_text(CARDS[tier])


@pytest.mark.parametrize(
    "risk",
    [
        *("leg_surgery", "broken_bone", "plaster", "clot_before", "long_travel", "cancer"),
        *("pill_or_hrt", "pregnant", "recent_birth", "artery_or_vein", "surgery_or_travel"),
    ],
)
def test_every_risk_of_a_clot_raises_the_clot_line(risk: str) -> None:
    for answer, is_raised in (("yes", True), ("unsure", True), ("no", False)):
        assert ("one_leg" in raised_signs({risk: answer})) == is_raised


def test_only_signs_of_the_cards_are_raised() -> None:
    assert raised_signs(dict.fromkeys(RAISED, "yes")) <= set(TIER_OF)
    assert raised_signs({}) == frozenset()
