"""The signs on the warning cards: codes, tiers and order. Pure; texts are in ``sign_texts.py``."""

from collections.abc import Collection, Sequence
from enum import StrEnum


class Tier(StrEnum):
    """How soon a sign should be seen by a doctor."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"


SOON_IN_DAYS = (
    "pain_on_walking",
    "rest_pain",
    "sore_foot",
    "new_medicine",
    "alcohol",
    "dialysis",
)
"""Signs to ask a doctor about within one or two days."""
SOON_IN_WEEKS = (
    "sleep_or_tired",
    "numb",
    "both_swollen",
    "weaker",
    "thinner",
    "slow_speech",
    "lasting_twitch",
    "urge",
    "pregnant",
)
"""Signs to ask a doctor about within two weeks."""
SIGNS: dict[Tier, tuple[str, ...]] = {
    Tier.EMERGENCY: (
        "chest",
        "breath",
        "leg_and_breath",
        "face_arm",
        "speech",
        "faint",
        "heart",
        "seizure",
        "fever_confused",
        "allergy",
        "leg_cold",
        "numb_saddle",
        "legs_weak",
        "heatstroke",
    ),
    Tier.URGENT: (
        "one_leg",
        "skin_spreads",
        "dark_urine",
        "over_10_minutes",
        "new_weakness",
        "arms_belly",
        "fluid_loss",
        "heat_cramps",
        "jaw_wound",
        "statin_pain",
        "mouth_tingling",
        "pregnant_signs",
        "pregnant_leg",
        "twitch_weak",
    ),
    Tier.SOON: SOON_IN_DAYS + SOON_IN_WEEKS,
}
"""Tier → the codes of its signs, in the order of its card."""
TIER_OF = {code: tier for tier, codes in SIGNS.items() for code in codes}
OLD_CODES = {
    "swelling_and_breath": "leg_and_breath",
    "leg_cold_or_pale": "leg_cold",
    "numb_between_legs": "numb_saddle",
    "fever_and_confusion": "fever_confused",
    "one_leg_swollen": "one_leg",
    # The old sign named the chest, too, which the emergency card has now.
    "chest_arms_belly": "chest",
    "weak_or_no_feeling": "new_weakness",
    "after_fluid_loss": "fluid_loss",
    "after_toxin_or_wound": "jaw_wound",
    "numb_or_both_swollen": "both_swollen",
    "weaker_or_thinner": "weaker",
}
"""Codes in rows, files and buttons of earlier versions → the sign that took their place. Where an
old sign became several, it is the most serious of them."""


def current_code(code: str | None) -> str | None:
    """The sign that a code, perhaps of an earlier version, stands for; None if there is none."""
    code = OLD_CODES.get(code or "", code)
    return code if code in TIER_OF else None


def in_order(codes: Sequence[str], first: Collection[str]) -> tuple[str, ...]:
    """Codes of one list, those that matter most to a person first; otherwise their order stays.

    Args:
        codes: the signs of a card.
        first: signs that the person typed or ticked, or that their profile makes likelier.
    """
    return tuple(sorted(codes, key=lambda code: code not in first))
