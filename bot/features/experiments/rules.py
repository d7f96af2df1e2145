"""Who may start a fair test, which words may describe it, and when it is stopped. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.features.experiments.design import Course, Tally

SERIOUS = ("soon", "urgent", "emergency")
"""Levels of warning signs that keep a test from starting, and stop a running one."""
LOOK_BACK = timedelta(weeks=8)
"""How old a warning sign may be to keep a test from starting."""
EMPTY_BELOW = 4
"""A block counts as empty when fewer than one in this many of its nights have an entry."""


class Subject(StrEnum):
    """What can be tested. The values are part of callback data."""

    STRETCH = "stretch"
    CAFFEINE = "caffeine"
    DRINKS = "drinks"
    MEAL = "meal"
    OTHER = "other"


@dataclass(frozen=True)
class Topic:
    """What a test is about."""

    subject: Subject
    words: str | None = None
    """The person's own words, for ``Subject.OTHER``."""


class Refusal(StrEnum):
    """Why a test cannot start."""

    WARNING_SIGN = "warning_sign"
    SIGN_TODAY = "sign_today"
    FLUIDS = "fluids"
    TOO_MANY = "too_many"


class StopReason(StrEnum):
    """Why a test was stopped. The values are stored."""

    WISH = "wish"
    WARNING_SIGN = "warning_sign"
    FLUIDS = "fluids"
    NO_ENTRIES = "no_entries"


@dataclass(frozen=True)
class Sign:
    """A warning sign that was met."""

    rule: str
    level: str
    hit_on: date
    seen_doctor: bool = False
    """Whether the person has answered that they have seen a doctor about it."""
    is_during: bool = False
    """Whether it was met after the test was started."""


def blocking(signs: Iterable[Sign], today: date) -> list[Sign]:
    """Signs of the last eight weeks that no doctor has seen, and all signs of today."""
    return [
        sign
        for sign in signs
        if sign.level in SERIOUS
        and sign.hit_on >= today - LOOK_BACK
        and (not sign.seen_doctor or sign.hit_on >= today)
    ]


def refusal(
    subject: Subject, signs: Iterable[Sign], today: date, *, drinks_are_free: bool
) -> Refusal | None:
    """Why a test of this subject cannot start now; None when it can."""
    found = blocking(signs, today)
    if any(sign.hit_on >= today for sign in found):
        return Refusal.SIGN_TODAY
    if found:
        return Refusal.WARNING_SIGN
    if subject is Subject.DRINKS and not drinks_are_free:
        return Refusal.FLUIDS
    return None


def drinks_are_free(fluids_answer: str | None, profile: Mapping[str, str]) -> bool:
    """Whether the fluid question was answered "free", and the health profile limits no fluids."""
    is_limited = any("fluid" in item and value == "yes" for item, value in profile.items())
    return fluids_answer == "free" and not is_limited


def asks_team_first(subject: Subject, profile: Mapping[str, str]) -> bool:
    """Whether the person should ask their own care team first (health reference, section g).

    This applies to any "yes" in the health profile and to people under 18. It also applies to a
    test of what a clinician advised, because only the clinician can decide whether to leave it out
    for some weeks.
    """
    is_at_risk = any(value == "yes" or value.startswith("under") for value in profile.values())
    return is_at_risk or subject is Subject.OTHER


# Words -------------------------------------------------------------------------------------------

LONGEST_WORDS = 60
"""The most characters of the person's own words."""
# Beginnings of words in several languages. A test in the person's own words must not be about
# something that only a clinician may start, stop or change. False positives are accepted.
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
    """Whether a text seems to name a medicine, a supplement or a dose, judged by a word list."""
    return _MEDICINE.search(words) is not None


def clean(words: str) -> str:
    """Typed words on one line, separated by single spaces."""
    return " ".join(words.split())


# Stopping ----------------------------------------------------------------------------------------


def stopping_sign(signs: Iterable[Sign]) -> Sign | None:
    """The first warning sign that stops a running test.

    A sign of the level "soon" does not stop it if a doctor has seen an earlier sign of the same
    rule: it would end the tests of the people with the most cramps. Urgent signs and emergencies
    always stop it.
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


def has_too_few_entries(course: Course, counts: Sequence[Tally], tonight: date) -> bool:
    """Whether two blocks in a row, both over, have almost no entries."""
    are_empty = [
        tally.covered * EMPTY_BELOW < course.block_days
        for number, tally in enumerate(counts)
        if course.last_of(number) < tonight
    ]
    return any(this and following for this, following in pairwise(are_empty))
