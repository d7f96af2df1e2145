"""Which warning card, if any, one diary entry calls for at once. Pure.

Patterns over several nights are another matter and belong to the weekly summary.
"""

from enum import StrEnum


class Tier(StrEnum):
    """How soon somebody should look at it."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"


SIGNS: dict[Tier, tuple[str, ...]] = {
    Tier.EMERGENCY: (
        "swelling_and_breath",
        "leg_cold_or_pale",
        "numb_between_legs",
        "dark_urine",
        "fever_and_confusion",
        "seizure",
    ),
    Tier.URGENT: (
        "over_10_minutes",
        "one_leg_swollen",
        "chest_arms_belly",
        "weak_or_no_feeling",
        "after_fluid_loss",
        "after_toxin_or_wound",
    ),
    Tier.SOON: (
        "sleep_or_tired",
        "numb_or_both_swollen",
        "weaker_or_thinner",
        "lasting_twitch",
        "pain_on_walking",
        "new_medicine",
        "alcohol",
        "pregnant",
    ),
}
"""The signs of the warning cards by their codes, in the cards' order; words in ``cards.py``."""
TIER_OF = {code: tier for tier, codes in SIGNS.items() for code in codes}

# A cramp of over ten minutes: NHS, Leg cramps.
_URGENT_DURATIONS = frozenset(("gt_10min",))
# Swelling, warmth, redness of a leg: NHS. Weakness: Merck Manual, consumer quick facts. The diary
# does not ask whether one leg or both are swollen, so the more careful reading is taken.
_URGENT_AFTER_EFFECTS = frozenset(("swollen", "warm_or_red", "weak"))
# Cramps in the chest, arms or belly: Merck Manual, consumer quick facts.
_URGENT_SITES = frozenset(("chest", "arm", "abdomen"))
# Numbness: NHS, Leg cramps. Lost feeling is for the same day (Merck), which the card says.
_SOON_AFTER_EFFECTS = frozenset(("numb_or_tingling",))
# Cramps that began after heavy loss of fluid: Merck Manual, consumer quick facts.
_LOST_FLUID = "vomiting_diarrhoea_sweating"


def tier_for(
    duration: str | None, after_effects: frozenset[str], site: str | None = None
) -> Tier | None:
    """The tier of one entry by its duration, after-effect and site codes, or None.

    Over ten minutes, swelling, warmth or redness (NHS), weakness and a cramp in the chest, an arm
    or the belly (Merck Manual) are urgent; numbness or tingling alone is for soon (NHS). The site
    is that of a cramp: twitches are passed without. Codes that mean nothing here are passed over.
    Nothing that an entry can hold is an emergency by itself: those signs are on the emergency
    card, which stays within reach of every entry. None is no reassurance.
    """
    if (
        duration in _URGENT_DURATIONS
        or after_effects & _URGENT_AFTER_EFFECTS
        or site in _URGENT_SITES
    ):
        return Tier.URGENT
    if after_effects & _SOON_AFTER_EFFECTS:
        return Tier.SOON
    return None


def met_at_once(
    event_type: str,
    duration: str | None,
    after_effects: frozenset[str],
    site: str | None,
    triggers: frozenset[str],
) -> dict[str, Tier]:
    """The rules that one entry meets by itself, and how serious each is.

    ``P11`` is what :func:`tier_for` says. ``P13`` is a cramp with vomiting, diarrhoea or heavy
    sweating: it has a message of its own, as advice on drinks depends on the person.
    """
    is_cramp = event_type == "cramp"
    found = {}
    tier = tier_for(duration, after_effects, site if is_cramp else None)
    if tier is not None:
        found["P11"] = tier
    if is_cramp and _LOST_FLUID in triggers:
        found["P13"] = Tier.URGENT
    return found
