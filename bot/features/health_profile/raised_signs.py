"""Which warning signs matter more for a person, from what they told of themselves. Pure.

Health reference, section (m): which illness feeds what.
"""

from collections.abc import Mapping

from bot.features.health_profile.gates import clot_risks_of
from bot.features.health_profile.values import is_yes

CLOT_SIGN = "one_leg"
"""The sign under which the card says who is more at risk of a clot."""
RAISED = {
    "artery_or_vein": ("pain_on_walking", "rest_pain"),
    "diabetes": ("sore_foot",),
    "nerve_or_back": ("numb_saddle",),
    "dialysis": ("dialysis",),
    "drinks_heavily": ("alcohol",),
    "pregnant": ("pregnant_signs", "pregnant_leg", "pregnant"),
    "recent_birth": ("pregnant_signs", "pregnant_leg"),
}
"""Item of the profile → the signs that it makes matter more."""


def raised_signs(profile: Mapping[str, str]) -> frozenset[str]:
    """The codes of the signs that a profile makes matter more. "Not sure" counts, too."""
    raised = {sign for item, signs in RAISED.items() if is_yes(profile, item) for sign in signs}
    if clot_risks_of(profile):
        raised.add(CLOT_SIGN)
    return frozenset(raised)
