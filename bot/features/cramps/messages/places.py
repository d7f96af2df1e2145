"""A side and a place of the leg or foot in words that belong together: "left calf"."""

# TRANSLATORS, ALL: Places of a cramp, on buttons, two in a row; in lower case in lists.

from collections.abc import Mapping
from functools import lru_cache

from bot.features.cramps.entry import Entry
from bot.i18n.translator import Translator


@lru_cache(maxsize=64)
def place_labels(tr: Translator) -> Mapping[tuple[str, str], str]:
    """Side and site → the label of the chip that sets both.

    They are texts of their own, because a place decides the form of its side in many languages.
    Kept for each translator, because every card needs them.
    """
    _ = tr.gettext
    return {
        ("left", "calf"): _("Left calf"),
        ("right", "calf"): _("Right calf"),
        ("both", "calf"): _("Both calves"),
        ("left", "foot_sole"): _("Left sole"),
        ("right", "foot_sole"): _("Right sole"),
        ("both", "foot_sole"): _("Both soles"),
        ("left", "toes"): _("Left toes"),
        ("right", "toes"): _("Right toes"),
        ("both", "toes"): _("Toes, both feet"),
        ("left", "shin"): _("Left shin"),
        ("right", "shin"): _("Right shin"),
        ("both", "shin"): _("Both shins"),
        ("left", "thigh_front"): _("Left front thigh"),
        ("right", "thigh_front"): _("Right front thigh"),
        ("both", "thigh_front"): _("Both front thighs"),
        ("left", "thigh_back"): _("Left back thigh"),
        ("right", "thigh_back"): _("Right back thigh"),
        ("both", "thigh_back"): _("Both back thighs"),
        ("left", "thigh_inner"): _("Left inner thigh"),
        ("right", "thigh_inner"): _("Right inner thigh"),
        ("both", "thigh_inner"): _("Both inner thighs"),
        ("left", "hip_buttock"): _("Left hip, buttock"),
        ("right", "hip_buttock"): _("Right hip, buttock"),
        ("both", "hip_buttock"): _("Both hips, buttocks"),
        ("left", "foot"): _("Left foot"),
        ("right", "foot"): _("Right foot"),
        ("both", "foot"): _("Both feet"),
        ("left", "thigh"): _("Left thigh"),
        ("right", "thigh"): _("Right thigh"),
        ("both", "thigh"): _("Both thighs"),
    }


def place_of(entry: Entry) -> tuple[str, str] | None:
    """The side and the site of an entry; None unless both are told."""
    return None if entry.side is None or entry.site is None else (entry.side, entry.site)
