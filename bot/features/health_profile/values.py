"""The items of the health profile and their values: health reference, sections (b) and (m). Pure.

Every item is used by a gate, a card or the pages for a doctor; nothing else is asked.
"""

from collections.abc import Mapping
from datetime import date, timedelta

AGE_BANDS = ("under_18", "18_39", "40_59", "60_74", "75_plus")
YES_NO_UNSURE = ("yes", "no", "unsure")
"""A gate takes "unsure" for "yes"."""
BLOOD_THINNERS = ("no", "warfarin", "other", "unknown")
"""``unknown`` is a blood thinner whose name is not known; "not sure" is stored as that."""
WEEKS = tuple(str(week) for week in range(1, 43))
AGE = "age_band"
LIMIT_FLUIDS = "limit_fluids"
"""Told to limit drinks or salt."""
BLOOD_THINNER = "blood_thinner"
PREGNANCY_WEEK = "pregnancy_week"
MEDICINES = "medicines"
"""Whether medicines are taken. It only has "no", for people who said that they take none."""
STRETCH_CHECK = "stretch_check"
FOOD_CHECK = "food_check"
"""The questions of two gates, each asked all at once: "no" stands for every item of the gate."""
OLD_SURGERY_OR_TRAVEL = "surgery_or_travel"
"""An item of earlier versions: what is stored stays readable, and is not asked any more."""
URGE = ("urge_feelings", "urge_at_rest", "urge_moving", "urge_evening")
"""Four questions about an urge to move the legs (Allen and others, 2014); not a diagnosis."""
BOTHER, GLOBAL_CHANGE = "bother", "global_change"
BOTHERS = tuple(str(number) for number in range(11))
"""0 not at all, 10 as much as can be."""
CHANGES = (
    "much_better",
    "better",
    "a_bit_better",
    "same",
    "a_bit_worse",
    "worse",
    "much_worse",
)
ITEMS: dict[str, tuple[str, ...]] = {
    AGE: AGE_BANDS,
    "pregnant": YES_NO_UNSURE,
    PREGNANCY_WEEK: WEEKS,
    "recent_birth": YES_NO_UNSURE,
    "breastfeeding": YES_NO_UNSURE,
    LIMIT_FLUIDS: YES_NO_UNSURE,
    "heart_failure": YES_NO_UNSURE,
    "kidney_disease": YES_NO_UNSURE,
    "dialysis": YES_NO_UNSURE,
    "liver_disease": YES_NO_UNSURE,
    "low_sodium": YES_NO_UNSURE,
    "water_tablets": YES_NO_UNSURE,
    BLOOD_THINNER: BLOOD_THINNERS,
    "limit_potassium": YES_NO_UNSURE,
    "nut_allergy": YES_NO_UNSURE,
    "bowel_disease": YES_NO_UNSURE,
    "low_calcium_potassium": YES_NO_UNSURE,
    "drinks_heavily": YES_NO_UNSURE,
    "leg_surgery": YES_NO_UNSURE,
    "broken_bone": YES_NO_UNSURE,
    "plaster": YES_NO_UNSURE,
    "told_not_to_stretch": YES_NO_UNSURE,
    "balance_problem": YES_NO_UNSURE,
    "breathless_on_effort": YES_NO_UNSURE,
    "clot_now": YES_NO_UNSURE,
    "clot_before": YES_NO_UNSURE,
    "long_travel": YES_NO_UNSURE,
    "cancer": YES_NO_UNSURE,
    "pill_or_hrt": YES_NO_UNSURE,
    "artery_or_vein": YES_NO_UNSURE,
    "diabetes": YES_NO_UNSURE,
    "numb_skin": YES_NO_UNSURE,
    "broken_skin": YES_NO_UNSURE,
    "nerve_or_back": YES_NO_UNSURE,
    "parkinson_or_stroke": YES_NO_UNSURE,
    "thyroid_disease": YES_NO_UNSURE,
    **dict.fromkeys(URGE, YES_NO_UNSURE),
    BOTHER: BOTHERS,
    GLOBAL_CHANGE: CHANGES,
    MEDICINES: ("no",),
    STRETCH_CHECK: YES_NO_UNSURE,
    FOOD_CHECK: YES_NO_UNSURE,
    OLD_SURGERY_OR_TRAVEL: YES_NO_UNSURE,
}
"""Item → codes of its values, in the order in which they are shown. ``leg_surgery`` is surgery or
injury of a leg, hip or the back in the last three months, ``recent_birth`` a birth in the last six
weeks, ``plaster`` also bed rest."""
PAGES: dict[str, tuple[str, ...]] = {
    "person": (AGE, "pregnant", PREGNANCY_WEEK, "recent_birth", "breastfeeding"),
    "drinks": (
        LIMIT_FLUIDS,
        "heart_failure",
        "kidney_disease",
        "dialysis",
        "liver_disease",
        "low_sodium",
        "water_tablets",
    ),
    "food": (
        BLOOD_THINNER,
        "limit_potassium",
        "nut_allergy",
        "bowel_disease",
        "low_calcium_potassium",
        "drinks_heavily",
    ),
    "legs": (
        "leg_surgery",
        "broken_bone",
        "plaster",
        "told_not_to_stretch",
        "balance_problem",
        "breathless_on_effort",
    ),
    "blood": ("clot_now", "clot_before", "long_travel", "cancer", "pill_or_hrt", "artery_or_vein"),
    "nerves": (
        "diabetes",
        "numb_skin",
        "broken_skin",
        "nerve_or_back",
        "parkinson_or_stroke",
        "thyroid_disease",
    ),
    "urge": (*URGE, BOTHER, GLOBAL_CHANGE),
}
"""Topic → items on its page, in the order in which they are shown."""
ONLY_IF_TOLD: dict[str, tuple[str, ...]] = {
    "person": (MEDICINES,),
    "legs": (STRETCH_CHECK, OLD_SURGERY_OR_TRAVEL),
    "food": (FOOD_CHECK,),
}
"""Topic → items that its page shows only when they were told."""
STALE_AFTER = timedelta(days=183)
"""Answers that are older are asked for once more."""
LONGEST_MEDICINE = 120
"""Characters."""
EARLIEST_START = date(1900, 1, 1)
"""An earlier day is taken for a typing error."""


def page_of(item: str) -> str:
    """The topic on whose page an item is."""
    shown = {topic: (*items, *ONLY_IF_TOLD.get(topic, ())) for topic, items in PAGES.items()}
    return next(topic for topic, items in shown.items() if item in items)


def is_yes(profile: Mapping[str, str], item: str) -> bool:
    """Whether an item counts as "yes": "unsure" and every answer but "no" do."""
    return profile.get(item, "no") != "no"
