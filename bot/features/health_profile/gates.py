"""Gates: what an answer about health switches off; health reference, section (m). Pure.

"Not sure" counts as "yes". A gate is open only if every question behind it was answered "no", so an
answer that is missing keeps it shut, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.features.health_profile.medicine_words import (
    BLOOD_THINNER_NAMES,
    POTASSIUM_NAMES,
    WARFARIN_NAMES,
    WATER_TABLET_NAMES,
    has_name_of,
)
from bot.features.health_profile.values import (
    BLOOD_THINNER,
    FOOD_CHECK,
    LIMIT_FLUIDS,
    OLD_SURGERY_OR_TRAVEL,
    STRETCH_CHECK,
    is_yes,
)

FLUIDS = "fluids"
"""The fluid question of the setup, which asks for all of ``DRINKS`` at once."""
LEG_SIGN = "leg_sign"
"""A warning sign of one leg, such as swelling, that nobody has seen yet."""
LEG = "leg"
"""The code of a leg that was swollen, hot or sore, and that nobody has seen."""
WARFARIN = "medicine_warfarin"
WATER_TABLET_MEDICINE = "medicine_water_tablet"
POTASSIUM_MEDICINE = "medicine_potassium"
"""Reasons that come from the words of a medicine."""
PREGNANT = ("pregnant", "breastfeeding")

DRINKS = (
    LIMIT_FLUIDS,
    "heart_failure",
    "kidney_disease",
    "dialysis",
    "liver_disease",
    "low_sodium",
    "water_tablets",
)
FOOD = ("kidney_disease", "dialysis", "limit_potassium", BLOOD_THINNER)
NUTS = ("nut_allergy",)
SURGERY = ("leg_surgery", "broken_bone", "clot_now")
STRETCH = (*SURGERY, "plaster", "told_not_to_stretch")
STANDING = (*STRETCH, "balance_problem")
WALK = ("heart_failure", "breathless_on_effort")
WARMTH = ("numb_skin", "broken_skin")
ALCOHOL = ("drinks_heavily",)
POTASSIUM = ("kidney_disease", "dialysis", "heart_failure", "diabetes", "limit_potassium")
CLOT_RISKS = (
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
)


@dataclass(frozen=True)
class Gate:
    """One gate: what keeps it shut."""

    reasons: tuple[str, ...] = ()
    """Items that were answered "yes" or "not sure", and other reasons of this module."""
    missing: tuple[str, ...] = ()
    """Items without an answer."""

    @property
    def is_open(self) -> bool:
        """Whether every question was answered "no"."""
        return not self.reasons and not self.missing

    @property
    def is_unasked(self) -> bool:
        """Whether it is shut only because an answer is missing."""
        return not self.reasons and bool(self.missing)


@dataclass(frozen=True)
class Gates:
    """All gates of a person."""

    drinks: Gate
    """Drink reminders, tips and tests, and the line about drinks after lost fluid."""
    food: Gate
    """Magnesium-rich meal ideas, the list of foods and the test of a meal."""
    greens: Gate
    """Spinach, kale, chard and broccoli among the foods."""
    nuts: Gate
    """Nuts and seeds among the foods."""
    potassium: Gate
    """Salt substitutes are never suggested; with reasons, their line of caution is said."""
    stretch: Gate
    """The stretch reminder and the test of stretching."""
    standing: Gate
    """The standing stretches."""
    seated: Gate
    """The seated and the lying stretches."""
    walk: Gate
    """The test of an evening walk."""
    warmth: Gate
    """Warm packs, hot-water bottles and ice."""
    alcohol: Gate
    """The advice and the test to leave out alcohol."""
    is_on_dialysis: bool = False
    """Whether "Tell the unit about cramps." is added where drinks are mentioned."""
    needs_company: bool = False
    """Whether there is a balance problem: a suggested walk is an easy one, with company."""
    has_caffeine_limit: bool = False
    """Whether "up to 200 mg a day" is said where caffeine is mentioned: pregnant or
    breastfeeding."""
    is_pregnant: bool = False
    """Whether warmth is described as warm, not hot."""
    clot_risks: tuple[str, ...] = ()
    """Items that make a clot more likely; if there are any, cards begin with the line about
    clots."""

    def shut_codes(self) -> str:
        """The codes of what is switched off now, as ``users.shut_gates`` stores them."""
        gates = {"drinks": self.drinks, "food": self.food, "stretch": self.stretch}
        codes = [name for name, gate in gates.items() if gate.reasons]
        codes += [f"{name}?" for name, gate in gates.items() if gate.is_unasked]
        extra = {
            "greens": self.greens,
            "nuts": self.nuts,
            "standing": self.standing,
            "seated": self.seated,
            "warmth": self.warmth,
            "alcohol": self.alcohol,
        }
        codes += [name for name, gate in extra.items() if gate.reasons]
        if self.nuts.is_unasked:
            codes.append("nuts?")
        return ",".join(codes)


def gates_of(
    profile: Mapping[str, str],
    medicines: Iterable[str] = (),
    fluids: str | None = None,
    *,
    has_leg_sign: bool = False,
) -> Gates:
    """All gates of a person.

    Args:
        profile: item → stored value.
        medicines: the words of the medicines that are taken now; what was stopped is left out.
        fluids: the answer to the fluid question (``free``, ``limited`` or ``unsure``), or None.
        has_leg_sign: whether the sign of one leg that may be a clot was shown and not seen by
            anybody since.
    """
    told = _with_implied(profile, fluids)
    words = tuple(medicines)
    on_warfarin = told.get(BLOOD_THINNER) == "warfarin" or has_name_of(words, WARFARIN_NAMES)
    on_water_tablets = has_name_of(words, WATER_TABLET_NAMES)
    on_potassium = on_water_tablets or has_name_of(words, POTASSIUM_NAMES)
    leg = (LEG_SIGN,) if has_leg_sign else ()
    stretch_check = _check(profile, STRETCH_CHECK, STRETCH)
    drinks = _gate(told, DRINKS, _drinks_reasons(fluids, on_water_tablets))
    return Gates(
        drinks=drinks if fluids is not None else Gate(drinks.reasons, (FLUIDS,)),
        food=_food(told, words, _check(profile, FOOD_CHECK, FOOD)),
        greens=Gate((BLOOD_THINNER if BLOOD_THINNER in told else WARFARIN,) if on_warfarin else ()),
        nuts=_gate(told, NUTS),
        potassium=_gate(told, POTASSIUM, (POTASSIUM_MEDICINE,) if on_potassium else ()),
        stretch=_gate(told, STRETCH, stretch_check + leg),
        standing=_gate(told, STANDING, stretch_check + leg),
        seated=_gate(told, (*SURGERY, "told_not_to_stretch"), stretch_check + leg),
        walk=_gate(told, WALK, leg),
        warmth=_gate(told, WARMTH),
        alcohol=_gate(told, ALCOHOL),
        is_on_dialysis=is_yes(told, "dialysis"),
        needs_company=is_yes(told, "balance_problem"),
        has_caffeine_limit=any(is_yes(told, item) for item in PREGNANT),
        is_pregnant=is_yes(told, "pregnant"),
        clot_risks=clot_risks_of(profile),
    )


def clot_risks_of(profile: Mapping[str, str]) -> tuple[str, ...]:
    """The items of a profile that make a clot more likely. "Not sure" counts, too."""
    found = tuple(item for item in CLOT_RISKS if is_yes(profile, item))
    return (*found, OLD_SURGERY_OR_TRAVEL) if is_yes(profile, OLD_SURGERY_OR_TRAVEL) else found


def _with_implied(profile: Mapping[str, str], fluids: str | None) -> dict[str, str]:
    """The profile, with what other answers say: each given answer comes before an implied one."""
    implied: dict[str, str] = {}
    if fluids == "free":
        implied |= dict.fromkeys(DRINKS, "no")
    if profile.get("kidney_disease") == "no":
        implied["dialysis"] = "no"
    if profile.get(STRETCH_CHECK) == "no":
        implied |= dict.fromkeys(STRETCH, "no")
    if profile.get(FOOD_CHECK) == "no":
        implied |= dict.fromkeys(FOOD, "no")
    if is_yes(profile, OLD_SURGERY_OR_TRAVEL):
        implied["leg_surgery"] = profile[OLD_SURGERY_OR_TRAVEL]
    return implied | dict(profile)


def _drinks_reasons(fluids: str | None, on_water_tablets: bool) -> tuple[str, ...]:
    answered = (FLUIDS,) if fluids in {"limited", "unsure"} else ()
    return (*answered, WATER_TABLET_MEDICINE) if on_water_tablets else answered


def _check(profile: Mapping[str, str], check: str, items: tuple[str, ...]) -> tuple[str, ...]:
    """The combined item of a question, as a reason, until each of its single items is answered."""
    is_explained = all(item in profile for item in items if item != "dialysis")
    return () if is_explained or not is_yes(profile, check) else (check,)


def _food(told: Mapping[str, str], medicines: tuple[str, ...], reasons: tuple[str, ...]) -> Gate:
    """The food gate: warfarin alone shuts only greens, and a known blood thinner nothing."""
    gate = _gate(told, tuple(item for item in FOOD if item != BLOOD_THINNER), reasons)
    thinner = told.get(BLOOD_THINNER)
    is_named = has_name_of(medicines, BLOOD_THINNER_NAMES)
    if thinner in {"unknown", "unsure"} and not is_named:
        return Gate((*gate.reasons, BLOOD_THINNER), gate.missing)
    if thinner is None and not is_named:
        return Gate(gate.reasons, (*gate.missing, BLOOD_THINNER))
    return gate


def _gate(told: Mapping[str, str], items: tuple[str, ...], reasons: tuple[str, ...] = ()) -> Gate:
    return Gate(
        (*(item for item in items if is_yes(told, item)), *reasons),
        tuple(item for item in items if item not in told),
    )
