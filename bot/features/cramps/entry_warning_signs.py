"""Rules for warning signs that a single diary entry meets. Pure.

Rules for patterns over several nights are in ``bot.features.warning_signs.rules``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.database.cramp_values import SOME_WEAK_OR_STIFF
from bot.features.cramps.signs import Tier

AT_ONCE = "P11"
"""The rule for an entry that needs a card at once."""
LOST_FLUID = "P13"
"""The rule for a loss of fluid. It has a card of its own, because advice about drinks depends on
the person."""
ONE_LEG = "one_leg"
"""The sign of one leg that is swollen, warm or red. Until somebody has seen the leg, no stretches
are suggested."""
BOTH_LEGS = "both_legs"
"""The sign of both legs: it is on no card, but no stretches are suggested either."""
SEVERITY = (None, Tier.SOON, Tier.URGENT, Tier.EMERGENCY)
"""Tiers from mild to severe; None means that there is no sign."""
_PAINS = frozenset(("cramp", "other_pain"))
"""Event types whose place, length and after-effects can be signs."""
_SWELLING = frozenset(("swollen", "warm_or_red"))
"""After-effects that may be a clot (NHS)."""
_VOMITING = "vomiting_diarrhoea_sweating"


@dataclass(frozen=True)
class Told:
    """What one entry says about warning signs, as codes of the health reference, section (b)."""

    event_type: str = "cramp"
    site: str | None = None
    side: str | None = None
    duration: str | None = None
    after_effects: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()
    weak_or_stiff: str | None = None
    """Of the muscle that twitches."""


def tier_of(told: Told) -> Tier | None:
    """The tier of the signs in one entry, or None when it has none.

    The table is that of the health reference, section (e), "What an entry must do at once". Cramps
    and other pain: the chest is an emergency, whatever the strength and age (NHS; HSE Ireland).
    Swelling, warmth or redness, over ten minutes (NHS), an arm or the belly, and weakness (Merck
    Manual) are for today. Numb or tingling skin is for the next two weeks (NHS). A twitch of a
    muscle that is weak or stiff is for today. None does not mean that all is well.
    """
    if told.event_type == "twitch":
        return Tier.URGENT if told.weak_or_stiff in SOME_WEAK_OR_STIFF else None
    if told.event_type not in _PAINS:
        return None
    if told.site == "chest":
        return Tier.EMERGENCY
    is_for_today = (
        bool(told.after_effects & (_SWELLING | {"weak"}))
        or told.duration == "gt_10min"
        or told.site in {"arm", "abdomen"}
    )
    if is_for_today:
        return Tier.URGENT
    return Tier.SOON if "numb_or_tingling" in told.after_effects else None


def signs_of(told: Told) -> tuple[str, ...]:
    """The signs of the warning cards that one entry says, which stand first on its card."""
    if told.event_type == "twitch":
        return ("twitch_weak",)
    is_met = {
        "chest": told.site == "chest",
        ONE_LEG: bool(told.after_effects & _SWELLING) and told.side != "both",
        "new_weakness": "weak" in told.after_effects,
        "over_10_minutes": told.duration == "gt_10min",
        "arms_belly": told.site in {"arm", "abdomen"},
    }
    return tuple(code for code, applies in is_met.items() if applies)


def leg_sign_of(told: Told) -> str | None:
    """The sign of an entry after which no stretches are suggested: a leg swollen, warm or red."""
    if told.event_type not in _PAINS or not told.after_effects & _SWELLING:
        return None
    return BOTH_LEGS if told.side == "both" else ONE_LEG


def met_at_once(told: Told) -> dict[str, Tier]:
    """The rules that one entry alone meets, each with its tier: :data:`AT_ONCE` is the rule of
    :func:`tier_of`, and :data:`LOST_FLUID` is a cramp or pain with vomiting, diarrhoea or heavy
    sweating (Merck Manual).
    """
    found = {}
    tier = tier_of(told)
    if tier is not None:
        found[AT_ONCE] = tier
    if told.event_type in _PAINS and _VOMITING in told.triggers:
        found[LOST_FLUID] = Tier.URGENT
    return found


def asks_side(told: Told) -> bool:
    """Whether to ask for the side: a leg may have a clot, and it is not told which one."""
    is_told = told.side in {"left", "right", "both"}
    return leg_sign_of(told) is not None and not is_told


def risen(met: Mapping[str, Tier], before: Mapping[str, Tier]) -> dict[str, Tier]:
    """The rules that are newly met, or at a more serious tier than before."""
    return {
        rule: tier
        for rule, tier in met.items()
        if SEVERITY.index(tier) > SEVERITY.index(before.get(rule))
    }


def format_signs(met: Mapping[str, Tier]) -> str | None:
    """Met rules in the form in which an entry stores them, such as ``P11:urgent``."""
    return ",".join(f"{rule}:{tier.value}" for rule, tier in met.items()) or None


def parse_signs(stored: str | None) -> dict[str, Tier]:
    """Read what :func:`format_signs` wrote."""
    parts = (one.split(":") for one in (stored or "").split(",") if one)
    return {rule: Tier(tier) for rule, tier in parts}
