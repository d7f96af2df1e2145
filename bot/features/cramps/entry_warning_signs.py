"""Rules for warning signs that a single diary entry meets. Pure.

Rules for patterns over several nights are in ``bot.features.warning_signs.rules``.
"""

from bot.features.cramps.signs import Tier

# A cramp of over ten minutes: NHS, Leg cramps.
_URGENT_DURATIONS = frozenset(("gt_10min",))
# Swelling, warmth, redness of a leg: NHS. Weakness: Merck Manual, consumer quick facts. The diary
# does not ask whether one or both legs are swollen, so the more urgent case is assumed.
_URGENT_AFTER_EFFECTS = frozenset(("swollen", "warm_or_red", "weak"))
# Cramps in the chest, arms or belly: Merck Manual, consumer quick facts.
_URGENT_SITES = frozenset(("chest", "arm", "abdomen"))
# Numbness: NHS, Leg cramps. Lost feeling is urgent (Merck Manual), which the card says.
_SOON_AFTER_EFFECTS = frozenset(("numb_or_tingling",))
# Cramps that began after a heavy loss of fluid: Merck Manual, consumer quick facts.
_LOST_FLUID = "vomiting_diarrhoea_sweating"


def tier_for(
    duration: str | None, after_effects: frozenset[str], site: str | None = None
) -> Tier | None:
    """The tier of the signs in one entry, or None when it has none.

    A duration over ten minutes, swelling, warmth or redness (NHS), weakness, and a cramp in the
    chest, an arm or the belly (Merck Manual) are urgent. Numbness or tingling alone is "soon"
    (NHS). Other codes are ignored. An entry has no field for an emergency sign: those are on the
    emergency card, which every entry links to. None does not mean that all is well.

    Args:
        duration: code of the duration.
        after_effects: codes of the after-effects.
        site: code of the site, for cramps only; twitches are rated without it.
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
    """The rules that one entry alone meets, each with its tier.

    ``P11`` is the rule of :func:`tier_for`. ``P13`` is a cramp with vomiting, diarrhoea or heavy
    sweating. It has a message of its own, because advice about drinks depends on the person.
    """
    is_cramp = event_type == "cramp"
    found = {}
    tier = tier_for(duration, after_effects, site if is_cramp else None)
    if tier is not None:
        found["P11"] = tier
    if is_cramp and _LOST_FLUID in triggers:
        found["P13"] = Tier.URGENT
    return found
