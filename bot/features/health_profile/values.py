"""The items of the health profile and their values: health reference, section (b). Pure."""

from datetime import date

AGE_BANDS = ("under_18", "18_39", "40_59", "60_74", "75_plus")
YES_NO = ("yes", "no")
AGE = "age_band"
LIMIT_FLUIDS = "limit_fluids"
ITEMS: dict[str, tuple[str, ...]] = {
    AGE: AGE_BANDS,
    "pregnant": YES_NO,
    "breastfeeding": YES_NO,
    LIMIT_FLUIDS: YES_NO,
    "kidney_disease": YES_NO,
    "heart_failure": YES_NO,
    "liver_disease": YES_NO,
    "diabetes": YES_NO,
    "thyroid_disease": YES_NO,
    "nerve_or_back": YES_NO,
    "artery_or_vein": YES_NO,
    "surgery_or_travel": YES_NO,
    "balance_problem": YES_NO,
}
"""Item → codes of its values, in the order in which they are shown."""
LONGEST_MEDICINE = 120
"""Characters."""
EARLIEST_START = date(1900, 1, 1)
"""An earlier day is taken for a typing error."""
