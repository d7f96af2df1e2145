"""What typed text is answered with before anything else reads it: which card, which signs. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.features.emergency.matching import Found, find
from bot.i18n.vocabulary.transliteration import spellings

EMERGENCY_SIGNS: Mapping[str, tuple[str, ...]] = {
    "chest": ("chest",),
    "breath": ("breath",),
    "stroke": ("face_arm", "speech"),
    "faint": ("faint",),
    "heart": ("heart",),
    "fit": ("seizure",),
    "fever": ("fever_confused",),
    "allergy": ("allergy",),
    "saddle": ("numb_saddle",),
    "limb": ("leg_cold", "legs_weak"),
    "help": (),
}
"""Category of words → the signs that stand first on the emergency card."""
TODAY_SIGNS: Mapping[str, str] = {
    "clot": "one_leg",
    "urine": "dark_urine",
    "weak": "new_weakness",
    "pregnancy": "pregnant_signs",
    "pregnant_leg": "pregnant_leg",
    "jaw": "jaw_wound",
    "long": "over_10_minutes",
    "mouth": "mouth_tingling",
    "fluid": "fluid_loss",
    "skin": "skin_spreads",
    "statin": "statin_pain",
    "belly": "arms_belly",
}
"""Category of words → the sign of the card for today."""
LABOUR = "labour"
"""The category of contractions: they are a matter for the maternity unit, and no twitch."""
_ORDER = re.compile(
    r"\b(?:remind|recu[eé]rda|av[ií]same|me lembr|me avis|lembrete|erinner|rappel|ricorda"
    r"|напомни|нагада|sag mir (?:morgen|heute|um|in) |d[ií]me ma[ñn]ana|dis[- ]moi demain"
    r"|скажи (?:мне |мені )?завтра)",
    re.IGNORECASE,
)
"""The beginning of an order to remind of something, which asks about nothing."""
SHORT_QUESTION = 3
"""A text of so few words can be a question without a word of asking ("magnesium")."""


@dataclass(frozen=True)
class Crisis:
    """Words of despair."""


@dataclass(frozen=True)
class Emergency:
    """Words of an emergency, with the signs that stand first on the card."""

    signs: tuple[str, ...]


@dataclass(frozen=True)
class Today:
    """Words of what should be seen today, with the signs, or of labour."""

    signs: tuple[str, ...]
    is_labour: bool = False


@dataclass(frozen=True)
class Question:
    """A question that a card of Learn answers; its category."""

    category: str


Reading = Crisis | Emergency | Today | Question


def read(text: str) -> Reading | None:
    """The most serious thing that a text has words of; None when there is nothing to say first."""
    found = find(text)
    serious = _danger(found)
    if serious is not None:
        return serious
    for spelling in spellings(text):  # Russian and Ukrainian in Latin letters
        if (serious := _danger(find(spelling))) is not None:
            return serious
    if found.questions and _is_question(text, found):
        return Question(found.questions[0])
    return None


def _danger(found: Found) -> Crisis | Emergency | Today | None:
    if found.crisis:
        return Crisis()
    if found.emergency:
        return Emergency(_emergency_signs(found))
    return _today(found) if found.same_day else None


def _emergency_signs(found: Found) -> tuple[str, ...]:
    signs = tuple(sign for one in found.emergency for sign in EMERGENCY_SIGNS[one])
    is_leg_and_breath = "breath" in found.emergency and "clot" in found.same_day
    return ("leg_and_breath", *signs) if is_leg_and_breath else signs


def _today(found: Found) -> Today:
    if found.same_day == (LABOUR,):
        return Today((), is_labour=True)
    if {"clot", "pregnancy"} <= set(found.same_day) or "pregnant_leg" in found.same_day:
        return Today(("pregnant_leg",))
    return Today(tuple(TODAY_SIGNS[one] for one in found.same_day if one != LABOUR))


def _is_question(text: str, found: Found) -> bool:
    """Whether a text asks about its subject, and does not tell what happened."""
    if _ORDER.search(text):
        return False
    if "?" in text or found.is_asking:
        return True
    is_telling = found.is_telling and found.questions[0] != "medicine"  # it names cramps, too
    has_figure = any(character.isdigit() for character in text)
    return len(text.split()) <= SHORT_QUESTION and not (has_figure or is_telling)
