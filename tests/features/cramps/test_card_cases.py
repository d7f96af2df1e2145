"""A table of cases for the warning cards: what somebody has, and which card has the line for it.

Together with the cases for gates (tests/features/health_profile) these are the cases that a doctor
goes through. Every line is looked for on every card: one thing has one tier.
"""

import re
from typing import NamedTuple

import pytest

from bot.features.cramps.health_texts import warning_card
from bot.features.cramps.sign_texts import notes, sign_lines
from bot.features.cramps.signs import (
    OLD_CODES,
    SIGNS,
    SOON_IN_DAYS,
    SOON_IN_WEEKS,
    TIER_OF,
    Tier,
    current_code,
)
from bot.features.emergency_numbers.lookup import number_to_call
from bot.i18n.translator import translator
from tests.support.cases import check_each
from tests.support.paths import ROOT
from tests.support.wording import visible_text

TR = translator("en")
CALL = number_to_call("112", None)
NOW, TODAY, DAYS, WEEKS = "emergency", "today", "days", "weeks"
LISTS = {
    NOW: SIGNS[Tier.EMERGENCY],
    TODAY: SIGNS[Tier.URGENT],
    DAYS: SOON_IN_DAYS,
    WEEKS: SOON_IN_WEEKS,
}
LINES = sign_lines(TR)
NOTES = notes(TR, CALL)


class Case(NamedTuple):
    """What somebody has, the sign for it, its list, and words that the line or its note has."""

    told: str
    code: str
    when: str
    words: tuple[str, ...]


CASES = [
    Case("a band round the chest since an hour", "chest", NOW, ("pressure", "chest")),
    Case("a cramp in the chest", "chest", NOW, ("Pain", "chest")),
    Case("cannot get air, out of nothing", "breath", NOW, ("Sudden", "breathing")),
    Case("blood in what was coughed up", "breath", NOW, ("coughing up blood",)),
    Case("a fat calf and panting", "leg_and_breath", NOW, ("swollen", "short of breath")),
    Case("the mouth hangs on one side", "face_arm", NOW, ("Face drooping",)),
    Case("the cup fell from a hand that went weak", "face_arm", NOW, ("arm suddenly weak",)),
    Case("words come out wrong since breakfast", "speech", NOW, ("Sudden", "speaking")),
    Case("food sticks since this morning", "speech", NOW, ("Sudden", "swallowing")),
    Case("half of what I see is gone", "speech", NOW, ("Sudden", "seeing")),
    Case("passed out, awake again", "faint", NOW, ("Fainting",)),
    Case("the heart stumbles and the room turns", "heart", NOW, ("uneven heartbeat", "faint")),
    Case("shook all over, did not answer", "seizure", NOW, ("fit", "seizure")),
    Case("39.5 and talking nonsense", "fever_confused", NOW, ("Fever", "confused")),
    Case("shivering with blotches on the skin", "fever_confused", NOW, ("shivering", "blotchy")),
    Case("the lips swell after a nut", "allergy", NOW, ("Swollen", "lips")),
    Case("a white, icy leg that hurts", "leg_cold", NOW, ("One leg", "cold, pale or numb")),
    Case("cannot feel the saddle of the bike", "numb_saddle", NOW, ("between the legs",)),
    Case("wet trousers without noticing", "numb_saddle", NOW, ("no control of pee",)),
    Case("both legs gave way today", "legs_weak", NOW, ("Both legs suddenly weak",)),
    Case("weak feet yesterday, weak knees now", "legs_weak", NOW, ("climbing up the body",)),
    Case("a hot day, confused in the shade", "heatstroke", NOW, ("Too hot", "confused")),
    Case("the calf is still fat next day", "one_leg", TODAY, ("stays swollen",)),
    Case("one leg darker than the other", "one_leg", TODAY, ("darker", "dark skin")),
    Case("a sore calf after a long flight", "one_leg", TODAY, ("long journey",)),
    Case("a swollen leg in a plaster", "one_leg", TODAY, ("plaster cast",)),
    Case("a swollen leg on the pill", "one_leg", TODAY, ("on the pill",)),
    Case("a red patch that grows", "skin_spreads", TODAY, ("red, hot", "spreading")),
    Case("a red patch, and very ill", "skin_spreads", TODAY, ("Very ill with it? Call 112.",)),
    Case("cola in the toilet after a run", "dark_urine", TODAY, ("cola", "Go today")),
    Case("fifteen minutes and no end", "over_10_minutes", TODAY, ("over 10 minutes",)),
    Case("the foot slaps since Tuesday", "new_weakness", TODAY, ("New", "foot that drops")),
    Case("the shin feels like wood", "new_weakness", TODAY, ("lost feeling",)),
    Case("the belly cramps as hard as the legs", "arms_belly", TODAY, ("arms or belly",)),
    Case("cramps after two days of diarrhoea", "fluid_loss", TODAY, ("diarrhoea",)),
    Case("cramps at the harvest, for two hours", "heat_cramps", TODAY, ("over an hour",)),
    Case("cramps in the heat, with a weak heart", "heat_cramps", TODAY, ("heart disease",)),
    Case("the jaw does not open", "jaw_wound", TODAY, ("stiff jaw",)),
    Case("a rusty nail went in", "jaw_wound", TODAY, ("dirty wound",)),
    Case("sore all over since the statin", "statin_pain", TODAY, ("New", "statin", "Ask today")),
    Case("fingers curl by themselves", "mouth_tingling", TODAY, ("hands that cramp shut",)),
    Case("34 weeks, and stars before the eyes", "pregnant_signs", TODAY, ("maternity unit",)),
    Case(
        "three weeks after birth, a fat leg", "pregnant_leg", TODAY, ("just gave birth", "midwife")
    ),
    Case("it twitches and has no strength", "twitch_weak", TODAY, ("twitch", "weak")),
    Case("stops at every shop window", "pain_on_walking", DAYS, ("walking", "when you rest")),
    Case("hangs the foot out of bed", "rest_pain", DAYS, ("hangs down",)),
    Case("a heel that will not close", "sore_foot", DAYS, ("does not heal",)),
    Case("since the new water tablet", "new_medicine", DAYS, ("Do not stop it yourself",)),
    Case("a bottle of wine a day", "alcohol", DAYS, ("alcohol most days",)),
    Case("cramps on the machine", "dialysis", DAYS, ("every cramp",)),
    Case("tired at work", "sleep_or_tired", WEEKS, ("days tired",)),
    Case("the toes fall asleep, again and again", "numb", WEEKS, ("comes back",)),
    Case("sock marks on both sides", "both_swollen", WEEKS, ("some days", "Call 112 now.")),
    Case("trips over the carpet more and more", "weaker", WEEKS, ("Over weeks", "trip")),
    Case("one thigh is thinner", "thinner", WEEKS, ("thinner",)),
    Case("people ask again since spring", "slow_speech", WEEKS, ("Over weeks", "Sudden? Call 112")),
    Case("an eyelid for a month", "lasting_twitch", WEEKS, ("over 2 weeks",)),
    Case("must walk about each evening", "urge", WEEKS, ("most evenings",)),
    Case("five months, a cramp at night", "pregnant", WEEKS, ("next visit",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.told)
def test_a_case_finds_its_line_on_one_card(case: Case) -> None:
    said = " ".join((LINES[case.code], *NOTES.get(case.code, ())))
    assert all(words in said for words in case.words), said
    assert [when for when, codes in LISTS.items() if case.code in codes] == [case.when]
    cards = {tier: visible_text(warning_card(TR, tier, CALL, in_full=True)) for tier in Tier}
    shown = [tier for tier, text in cards.items() if f"• {LINES[case.code]}\n" in text]
    assert shown == [TIER_OF[case.code]]


def test_every_sign_has_a_case() -> None:
    assert {case.code for case in CASES} == set(TIER_OF)
    assert len(CASES) >= 59


def test_the_docs_have_every_line_with_its_source() -> None:
    text = (ROOT / "docs" / "warning-signs.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| ([\d, ]+) \|$", text, re.MULTILINE)
    assert [(code, line) for code, line, _ in rows] == list(LINES.items())
    sources = set(re.findall(r"^(\d+)\. ", text, re.MULTILINE))
    assert {number for *_, numbers in rows for number in numbers.split(", ")} == sources


def test_the_order_is_that_of_the_reference() -> None:
    assert SIGNS[Tier.EMERGENCY][:2] == ("chest", "breath")
    assert SIGNS[Tier.URGENT][0] == "one_leg"  # with a risk of a clot it stands first, so always
    assert [len(codes) for codes in LISTS.values()] == [14, 14, 6, 9]


WEAKNESS = re.compile(r"weak|grip|trip|drops|give way", re.IGNORECASE)


def test_every_line_about_weakness_says_which_weakness_it_means() -> None:
    """Sudden is now, new is today, slow is two weeks; the review found three answers."""
    means = {
        NOW: r"sudden|climbing",
        TODAY: r"new\b|twitch",
        WEEKS: r"over weeks",
    }

    def check(code: str) -> str | None:
        (when,) = (when for when, codes in LISTS.items() if code in codes)
        if WEAKNESS.search(LINES[code]) is None or re.search(
            means[when], LINES[code], re.IGNORECASE
        ):
            return None
        return f"{code}: {LINES[code]}"

    check_each(TIER_OF, check)


@pytest.mark.parametrize("words", ["bends up", "agitation", "mottled", "genitals", "urine"])
def test_words_that_the_review_found_are_gone(words: str) -> None:
    cards = [visible_text(warning_card(TR, tier, CALL, in_full=True)) for tier in Tier]
    assert not any(words in text for text in cards)


@pytest.mark.parametrize(("old", "new"), OLD_CODES.items())
def test_a_sign_of_an_earlier_version_is_never_milder_now(old: str, new: str) -> None:
    emergencies = {"swelling_and_breath", "leg_cold_or_pale", "numb_between_legs"}
    urgent = {"one_leg_swollen", "chest_arms_belly", "weak_or_no_feeling", "after_fluid_loss"}
    was = (
        Tier.EMERGENCY
        if old in emergencies | {"fever_and_confusion"}
        else Tier.URGENT
        if old in urgent | {"after_toxin_or_wound"}
        else Tier.SOON
    )
    order = list(Tier)
    assert current_code(old) == new
    assert order.index(TIER_OF[new]) <= order.index(was)
