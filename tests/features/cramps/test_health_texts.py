"""The texts of the health cards: wording, size and markup."""

import pytest

from bot.features.cramps.entry_warning_signs import SIGNS, TIER_OF, Tier
from bot.features.cramps.health_texts import (
    general_information,
    lost_fluid_card,
    relief_card,
    sign_lines,
    warning_card,
)
from bot.i18n.translator import translator
from tests.support.wording import assert_kind_words, visible_text

TR = translator("en")
CARDS = {
    "relief": relief_card(TR),
    **{tier.value: warning_card(TR, tier, "112") for tier in Tier},
    "lost fluid": lost_fluid_card(TR, drinks_are_free=True),
    "lost fluid, drinks limited": lost_fluid_card(TR, drinks_are_free=False),
    "general": general_information(TR),
}


@pytest.mark.parametrize("name", CARDS)
def test_card_is_well_formed_short_and_kind(name: str) -> None:
    text = visible_text(CARDS[name])
    assert_kind_words(text)
    assert "{" not in text
    assert len(CARDS[name]) <= 900
    assert text.count("\n") <= 10


@pytest.mark.parametrize("name", ["relief", "lost fluid", "lost fluid, drinks limited", *Tier])
def test_last_line_names_the_source(name: str) -> None:
    last = visible_text(CARDS[name]).splitlines()[-1]
    assert last.startswith("Sources: ")
    assert "NHS" in last


def test_relief_has_six_lines_and_no_unsourced_advice() -> None:
    lines = visible_text(CARDS["relief"]).splitlines()
    assert [line[:2] for line in lines[1:-1]] == [f"{number}." for number in range(1, 7)]
    assert "towel" not in CARDS["relief"]
    assert "10 minutes" in lines[6]


def test_emergency_card_says_which_number() -> None:
    assert "call 112" in CARDS["emergency"]
    assert "your local emergency number" in warning_card(TR, Tier.EMERGENCY)
    assert visible_text(warning_card(TR, Tier.EMERGENCY, "<b>&")).splitlines()[0].count("<b>&") == 1


def test_each_tier_says_what_to_do() -> None:
    assert CARDS["emergency"].startswith("<b>Get help now")
    assert CARDS["urgent"].startswith("<b>Be checked today")
    assert CARDS["soon"].startswith("<b>Be checked soon")
    assert "Do not stop it without advice" in CARDS["soon"]


@pytest.mark.parametrize("words", ["over 10 minutes", "swollen", "warm, red", "Weakness"])
def test_the_urgent_card_names_every_sign_that_shows_it(words: str) -> None:
    assert words in CARDS["urgent"]


def test_the_soon_card_names_the_sign_that_shows_it() -> None:
    assert "Numbness" in CARDS["soon"]


def test_general_information_says_what_the_bot_is_not() -> None:
    for words in ("not medical advice", "not a diagnosis", "not an emergency service", "at night"):
        assert words in CARDS["general"]


def test_every_sign_has_one_code_and_is_on_the_card_of_its_tier() -> None:
    lines = sign_lines(TR)
    assert list(lines) == [code for codes in SIGNS.values() for code in codes] == list(TIER_OF)
    for code, line in lines.items():
        assert len(code) <= 40
        on_cards = [tier for tier in Tier if f"• {line}" in visible_text(CARDS[tier])]
        assert on_cards == [TIER_OF[code]]


def test_drinks_are_suggested_only_to_people_who_need_not_limit_them() -> None:
    assert "glad of a drink" in CARDS["lost fluid"]
    assert "glad of a drink" not in CARDS["lost fluid, drinks limited"]
    assert "Ask them about drinks" in CARDS["lost fluid, drinks limited"]
