"""Who may start a fair test, in which words, and when one stops by itself. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.features.experiments.design import Course, Tally

SERIOUS = ("soon", "urgent", "emergency")
"""Levels of warning signs that keep a test from starting and stop one, mildest first."""
LOOKS_BACK = timedelta(weeks=8)
SILENT_SHARE = 4
"""A block with entries for fewer than a quarter of its nights is as good as empty."""


class Subject(StrEnum):
    """What can be tested; the value names it in callback data."""

    STRETCH = "stretch"
    CAFFEINE = "caffeine"
    DRINKS = "drinks"
    MEAL = "meal"
    OTHER = "other"


class Refusal(StrEnum):
    """Why a test cannot start."""

    WARNING_SIGN = "warning_sign"
    SIGN_TODAY = "sign_today"
    FLUIDS = "fluids"


class Why(StrEnum):
    """Why a test was stopped."""

    WISH = "wish"
    WARNING_SIGN = "warning_sign"
    FLUIDS = "fluids"
    NO_ENTRIES = "no_entries"


@dataclass(frozen=True)
class Sign:
    """A warning sign that was met, and whether its owner said that a doctor has seen it."""

    rule: str
    level: str
    hit_on: date
    seen_doctor: bool = False
    is_during: bool = False
    """Met after the test began."""


def blocking(signs: Iterable[Sign], today: date) -> list[Sign]:
    """Signs of the last eight weeks that no doctor has seen, and any that was met today."""
    return [
        sign
        for sign in signs
        if sign.level in SERIOUS
        and sign.hit_on >= today - LOOKS_BACK
        and (not sign.seen_doctor or sign.hit_on >= today)
    ]


def refusal(
    subject: Subject, signs: Iterable[Sign], today: date, *, drinks_are_free: bool
) -> Refusal | None:
    """Why this person cannot test this now; None: they can."""
    found = blocking(signs, today)
    if any(sign.hit_on >= today for sign in found):
        return Refusal.SIGN_TODAY
    if found:
        return Refusal.WARNING_SIGN
    if subject is Subject.DRINKS and not drinks_are_free:
        return Refusal.FLUIDS
    return None


def drinks_are_free(fluids_answer: str | None, profile: Mapping[str, str]) -> bool:
    """Whether nobody has limited this person's drinks, by the fluid question and the profile."""
    is_told = any("fluid" in item and value == "yes" for item, value in profile.items())
    return fluids_answer == "free" and not is_told


def asks_team_first(subject: Subject, profile: Mapping[str, str]) -> bool:
    """Whether somebody's own team is to be asked first (health reference, section g).

    For anything told with "yes" in the profile, under 18, and for what a clinician advised: only
    they can say whether it may be left out for some weeks.
    """
    is_told = any(value == "yes" or value.startswith("under") for value in profile.values())
    return is_told or subject is Subject.OTHER


# Words -------------------------------------------------------------------------------------------

LONGEST_WORDS = 60
# Beginnings of words in several languages; a test of one's own words must not be about what a
# clinician alone may start, stop or change. It errs on the side of refusing.
_MEDICINE = re.compile(
    r"""
      \d\s*(?:mgs?|mcg|[µμ]g|g|gr|grams?|ml|cc|iu|ie|ui|%)\b
    | \b(?:mgs?|mcg|milligram\w*|microgram\w*|milliliter\w*|millilitre\w*)\b
    | \b(?:tablet|pill(?!ow)|dos(?:e|es|ed|age|ages|ing|is|ierung)\b|capsul|kapsel|caplet|supplement
        |suplement|suppl[eé]ment|medic(?!al)|m[eé]dic(?!al)|medik|medizin|arznei|drug|prescri|remed
        |syrup|inject|infusion|suppositor|inhal|puffer|patch|ointment|gel\b|spray|droplet|tropfen
        |gotas|gouttes|pastilla|comprim|tabl\b|pille|painkiller|analges|antibio|herbal|homeo
        |magnesium(?!.?(?:-|\s)?(?:rich|food|in\ food))|potassium|kalium|calcium|sodium|zinc|iron\b
        |vitamin|electrolyte|salt|quinin|chinin|tonic|statin|\w+statin\b|diuretic|water\ tab|insulin
        |ibuprofen|paracetamol|acetaminophen|aspirin|naproxen|diclofenac|gabapentin|pregabalin
        |baclofen|diltiazem|verapamil|nifedipine|levodopa|steroid|cortison|cannabi|cbd\b|hemp|epsom
        |glycinate|citrate|oxide)
    | (?<!heel\ )\bdrops?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_about_medicine(words: str) -> bool:
    """Whether words name a medicine, a supplement or a dose, as far as a list can tell."""
    return _MEDICINE.search(words) is not None


def clean(words: str) -> str:
    """Typed words in one line."""
    return " ".join(words.split())


# Stopping ----------------------------------------------------------------------------------------


def stopping_sign(signs: Iterable[Sign]) -> Sign | None:
    """The first warning sign that stops a running test.

    A pattern of the level "soon" that a doctor has seen does not: it is known, and would end the
    tests of those who have most cramps. Urgent signs and emergencies always do.
    """
    signs = list(signs)
    known = {sign.rule for sign in signs if sign.seen_doctor}
    found = [
        sign
        for sign in signs
        if sign.is_during
        and sign.level in SERIOUS
        and not (sign.level == "soon" and sign.rule in known)
    ]
    return min(found, key=lambda sign: sign.hit_on, default=None)


def fell_silent(course: Course, counts: Sequence[Tally], tonight: date) -> bool:
    """Whether blocks that are over have almost no entries, two in a row."""
    over = [
        tally.covered * SILENT_SHARE < course.block_days
        for number, tally in enumerate(counts)
        if course.last_of(number) < tonight
    ]
    return any(this and following for this, following in pairwise(over))
