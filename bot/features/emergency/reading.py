"""Decides which card and which signs answer a typed text before anything else reads it. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.features.emergency.matching import EMERGENCY, TODAY, Found, find
from bot.i18n.vocabulary.transliteration import spellings

TOO_MUCH = "too_much"
"""Stands for a sign when more of a medicine was taken than usual, or is asked about."""
EMERGENCY_SIGNS: Mapping[str, tuple[str, ...]] = {
    "chest": ("chest",),
    "chest_and_more": ("chest",),
    "breath": ("breath",),
    "stroke": ("face_arm", "speech"),
    "faint": ("faint",),
    "heart": ("heart",),
    "fit": ("seizure",),
    "fever": ("fever_confused",),
    "allergy": ("allergy",),
    "saddle": ("numb_saddle",),
    "limb": ("leg_cold", "legs_weak"),
    "leg_breath": ("leg_and_breath",),
    "cold_leg": ("leg_cold",),
    "weak_legs": ("legs_weak",),
    "heatstroke": ("heatstroke",),
    "help": (),
    "overdose": (TOO_MUCH,),
}
"""Category of words → the signs that stand first on the emergency card, or ``TOO_MUCH``."""
TODAY_SIGNS: Mapping[str, str] = {
    "clot": "one_leg",
    "urine": "dark_urine",
    "weak": "new_weakness",
    "pregnancy": "pregnant_signs",
    "pregnancy_face": "pregnant_signs",
    "pregnant_leg": "pregnant_leg",
    "jaw": "jaw_wound",
    "long": "over_10_minutes",
    "mouth": "mouth_tingling",
    "fluid": "fluid_loss",
    "skin": "skin_spreads",
    "statin": "statin_pain",
    "belly": "arms_belly",
    "heat": "heat_cramps",
    "twitch": "twitch_weak",
}
"""Category of words → the sign of the card for today."""
LABOUR = "labour"
"""The category of contractions: they are a matter for the maternity unit, and no twitch."""
ORDER = re.compile(
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
    """Words of an emergency, with the signs that stand first on the card, or ``TOO_MUCH``."""

    signs: tuple[str, ...]


@dataclass(frozen=True)
class Today:
    """Words of what should be seen today, with the signs, or of labour."""

    signs: tuple[str, ...]
    is_labour: bool = False


@dataclass(frozen=True)
class Soon:
    """Words of what a doctor should hear of in the next days, with the signs."""

    signs: tuple[str, ...]


@dataclass(frozen=True)
class Treated:
    """Words of an injury, surgery or a plaster cast beside a cramp, or of being told not to
    stretch, not to drink more, or to leave magnesium."""

    gate: str = "stretch"
    """What must not be suggested then: "stretch", "drinks" or "food"."""


@dataclass(frozen=True)
class Doubt:
    """Words of danger that may be about something else, or long ago; the sign to ask about,
    or ``TOO_MUCH``."""

    sign: str


@dataclass(frozen=True)
class Question:
    """A question that a card of Learn answers; its category."""

    category: str


Danger = Crisis | Emergency | Today | Soon | Treated | Doubt
Reading = Danger | Question


def read(text: str) -> Reading | None:
    """The most serious thing that a text speaks of; None when nothing has to be said first."""
    found = find(text)
    if found.cautions and ORDER.search(text):
        found = replace(found, cautions=())
    serious = _danger(found)
    if serious is not None and not isinstance(serious, Doubt):
        return serious
    for spelling in spellings(text):  # Russian and Ukrainian in Latin letters
        spelt = _danger(find(spelling))
        if spelt is not None and not _is_same(serious, spelt):
            return spelt
    if serious is not None:
        return serious
    if found.questions and _is_question(text, found):
        return Question(found.questions[0])
    return None


def _danger(found: Found) -> Danger | None:
    if found.crisis:
        return Crisis()
    emergency = [one for one in found.emergency if not _is_other(one, found)]
    if emergency:
        return Emergency(_emergency_signs(emergency, found))
    today = [one for one in found.same_day if not _is_less(one, found)]
    if today:
        return _today(today)
    if found.soon:
        return Soon(found.soon)
    doubt = next(map(Doubt, _doubted(found)), None)
    if doubt is None and found.cautions:
        return Treated(found.cautions[0])
    return doubt


def _is_same(doubt: Doubt | None, danger: Danger) -> bool:
    """Whether a doubtful word, such as "trombosi", is the whole danger in Latin letters, too."""
    return doubt is not None and getattr(danger, "signs", ()) == (doubt.sign,)


def _is_other(category: str, found: Found) -> bool:
    """Whether words tell of speech that changes over weeks, or of a face swollen in pregnancy."""
    return (category == "stroke" and "slow_speech" in found.soon) or (
        category == "allergy" and "pregnancy_face" in found.same_day
    )


_LESS = {"clot": {"both_swollen"}, "weak": {"numb", "rest_pain"}}
"""Category for today → the signs for the next days that say the same with less haste."""


def _is_less(category: str, found: Found) -> bool:
    """Whether words of what should be seen today tell of something less urgent."""
    return not _LESS.get(category, set()).isdisjoint(found.soon)


def _doubted(found: Found) -> Iterator[str]:
    """The signs that a text may speak of."""
    for kind, category in found.perhaps:
        if kind == EMERGENCY:
            yield from EMERGENCY_SIGNS[category]
        elif kind == TODAY and category != LABOUR:
            yield TODAY_SIGNS[category]


def _emergency_signs(categories: Sequence[str], found: Found) -> tuple[str, ...]:
    told = (sign for one in categories for sign in EMERGENCY_SIGNS[one])
    signs = tuple(dict.fromkeys(told))
    is_leg_and_breath = "breath" in categories and "clot" in found.same_day
    return tuple(dict.fromkeys(("leg_and_breath", *signs))) if is_leg_and_breath else signs


def _today(categories: Sequence[str]) -> Today:
    if set(categories) == {LABOUR}:
        return Today((), is_labour=True)
    if {"clot", "pregnancy"} <= set(categories) or "pregnant_leg" in categories:
        return Today(("pregnant_leg",))
    told = (TODAY_SIGNS[one] for one in categories if one != LABOUR)
    return Today(tuple(dict.fromkeys(told)))


def _is_question(text: str, found: Found) -> bool:
    """Whether a text asks about its subject, and does not tell what happened."""
    if ORDER.search(text):
        return False
    if "?" in text or found.is_asking:
        return True
    is_telling = found.is_telling and found.questions[0] != "medicine"  # it names cramps, too
    has_figure = any(character.isdigit() for character in text)
    return len(text.split()) <= SHORT_QUESTION and not (has_figure or is_telling)
