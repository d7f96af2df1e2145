"""What can be tested, who may start a fair test, and what pauses or ends a running one. Pure.

The closed list, the gates and the signs are those of the health reference, section (l).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.features.experiments.design import Course, Tally
from bot.features.health_profile.gates import LEG_SIGN, Gate, Gates

LOOK_BACK = timedelta(weeks=8)
"""How old a warning sign may be to keep a test from starting."""
EMPTY_BELOW = 4
"""A block counts as empty when fewer than one in this many of its nights have an entry."""
LONGEST_PAUSE = timedelta(days=14)
"""A paused test that no doctor has seen within this time ends."""
UNDO_WITHIN = timedelta(days=14)
"""How long the end of a test can be undone, while its counts were not looked at."""


class Subject(StrEnum):
    """What can be tested. The values are part of callback data."""

    STRETCH = "stretch"
    CAFFEINE = "caffeine"
    COVERS = "covers"
    PILLOW = "pillow"
    WALK = "walk"
    WARMTH = "warmth"
    SHOES = "shoes"
    BREAKS = "breaks"
    SCREEN_OFF = "screen_off"
    DRINK_WITH_MEALS = "drink_with_meals"
    MG_MEAL = "mg_meal"
    ALCOHOL = "alcohol"
    DRINKS = "drinks"
    """Drinks by amount: only tests of earlier versions."""
    OTHER = "other"
    """The person's own words: only tests of earlier versions."""


CLOSED_LIST = tuple(one for one in Subject if one not in {Subject.DRINKS, Subject.OTHER})
"""Everything that a test can be started for, in the order of its buttons."""
EVERYDAY_REMINDERS = frozenset(
    {Subject.STRETCH, Subject.CAFFEINE, Subject.MG_MEAL, Subject.DRINKS, Subject.OTHER}
)
"""Subjects whose reminder is there without the test, and comes every day again after it."""


@dataclass(frozen=True)
class Topic:
    """What a test is about."""

    subject: Subject
    words: str | None = None
    """The person's own words, for ``Subject.OTHER``."""


def subject_of_code(code: str | None) -> Subject | None:
    """The subject of a button; None for everything that is not on the closed list."""
    return next((one for one in CLOSED_LIST if one.value == code), None)


# Gates -------------------------------------------------------------------------------------------


class Care(StrEnum):
    """What an answer about health changes in how a habit is tested."""

    SEATED = "seated"
    """Only the seated or lying stretches."""
    CAFFEINE_LIMIT = "caffeine_limit"
    EASY_WALK = "easy_walk"
    SOCKS_ONLY = "socks_only"
    WARM_NOT_HOT = "warm_not_hot"
    NO_NUTS = "no_nuts"
    STEADY_GREENS = "steady_greens"


def gate_of(subject: Subject, gates: Gates) -> Gate:
    """The gate that has to be open for a test of this subject; an open one if it has none."""
    needed: Mapping[Subject, Gate] = {
        Subject.STRETCH: gates.stretch,
        Subject.WALK: gates.walk,
        Subject.DRINK_WITH_MEALS: gates.drinks,
        Subject.MG_MEAL: gates.food,
        Subject.ALCOHOL: gates.alcohol,
    }
    return needed.get(subject, Gate())


def questions(subject: Subject, gates: Gates) -> tuple[str, ...]:
    """The items of the health profile that have to be answered before a test, and are not yet.

    Beside those of the gate they are the items that change how the habit is tested.
    """
    also: Mapping[Subject, Gate] = {
        Subject.STRETCH: gates.standing,
        Subject.WARMTH: gates.warmth,
        Subject.MG_MEAL: gates.nuts,
    }
    missing = (*gate_of(subject, gates).missing, *also.get(subject, Gate()).missing)
    return tuple(dict.fromkeys(missing))


def cares(subject: Subject, gates: Gates) -> tuple[Care, ...]:
    """What a person with these answers has to be told about the habit."""
    found: Mapping[Subject, Mapping[Care, bool]] = {
        Subject.STRETCH: {Care.SEATED: not gates.standing.is_open},
        Subject.CAFFEINE: {Care.CAFFEINE_LIMIT: gates.has_caffeine_limit},
        Subject.WALK: {Care.EASY_WALK: gates.needs_company},
        Subject.WARMTH: {
            Care.SOCKS_ONLY: not gates.warmth.is_open,
            Care.WARM_NOT_HOT: gates.is_pregnant,
        },
        Subject.MG_MEAL: {
            Care.NO_NUTS: not gates.nuts.is_open,
            Care.STEADY_GREENS: not gates.greens.is_open,
        },
    }
    return tuple(care for care, applies in found.get(subject, {}).items() if applies)


def is_closed_by_answer(subject: Subject, gates: Gates) -> bool:
    """Whether an answer about health ends a running test of this subject.

    A test of drinks needs every answer. A shown sign of a leg also shuts the gate of the stretch,
    but it is not an answer: it pauses the test like every serious sign.
    """
    gate = gate_of(subject, gates)
    if subject is Subject.DRINK_WITH_MEALS:
        return not gate.is_open
    return any(reason != LEG_SIGN for reason in gate.reasons)


# Warning signs -----------------------------------------------------------------------------------

ONLY_INFORM = frozenset({"P1", "P2", "P3", "P4", "P5", "P8", "P12", "P14"})
"""Rules of the diary that never touch a test, whatever their level."""
PATTERNS_THAT_PAUSE = frozenset({"P6", "P7", "P9", "P10"})
SERIOUS = ("urgent", "emergency")
"""Levels of the signs for today and for at once."""
RANK = {"info": 0, "soon": 1, "urgent": 2, "emergency": 3}


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


def is_serious(sign: Sign) -> bool:
    """Whether a sign pauses a running test and keeps one from starting."""
    if sign.rule in ONLY_INFORM:
        return False
    return sign.level in SERIOUS or sign.rule in PATTERNS_THAT_PAUSE or sign.rule == "P13"


def _was_seen(sign: Sign, others: Iterable[Sign]) -> bool:
    """Whether a doctor has seen this sign, or for a pattern an earlier one of eight weeks.

    A pattern stays in the diary for weeks and is found again. An entry or a tick is a new event.
    """
    return sign.seen_doctor or (
        sign.rule in PATTERNS_THAT_PAUSE
        and any(
            other.rule == sign.rule
            and other.seen_doctor
            and sign.hit_on - LOOK_BACK <= other.hit_on <= sign.hit_on
            and RANK.get(other.level, 0) >= RANK.get(sign.level, 0)
            for other in others
        )
    )


def pausing(signs: Iterable[Sign], last_on: date) -> list[Sign]:
    """The signs that pause a running test, the most serious first.

    Args:
        signs: those since eight weeks before its first night.
        last_on: its last night; a sign after it changes nothing.
    """
    signs = list(signs)
    found = [
        sign
        for sign in signs
        if sign.is_during
        and is_serious(sign)
        and sign.hit_on <= last_on + timedelta(days=1)
        and not _was_seen(sign, signs)
    ]
    return sorted(found, key=lambda sign: (-RANK.get(sign.level, 0), sign.hit_on, sign.rule))


def blocking(signs: Iterable[Sign], today: date) -> list[Sign]:
    """The signs that keep a test from starting: serious ones of the last eight weeks.

    One that a doctor has seen counts only on its own day.
    """
    signs = list(signs)
    return [
        sign
        for sign in signs
        if is_serious(sign)
        and sign.hit_on >= today - LOOK_BACK
        and (not _was_seen(sign, signs) or sign.hit_on >= today)
    ]


# Starting and ending -----------------------------------------------------------------------------


class Refusal(StrEnum):
    """Why a test cannot start."""

    WARNING_SIGN = "warning_sign"
    SIGN_TODAY = "sign_today"
    GATE = "gate"
    TOO_MANY = "too_many"


class StopReason(StrEnum):
    """Why a test was stopped. The values are stored."""

    WISH = "wish"
    WARNING_SIGN = "warning_sign"
    """A sign paused it, and no doctor's word came, or the person said no."""
    FLUIDS = "fluids"
    """Drinks became limited: only in tests of earlier versions."""
    GATE = "gate"
    """An answer about health shut the gate of the habit."""
    NO_ENTRIES = "no_entries"
    OFF_LIST = "off_list"
    """It is not on the closed list."""
    IMPORTED = "imported"
    """It came with a file, and something forbade it to go on: another test, a sign, a gate."""


def refusal(subject: Subject, signs: Iterable[Sign], today: date, gates: Gates) -> Refusal | None:
    """Why a test of this subject cannot start now; None when it can, or when answers are missing.

    Missing answers are asked for; see ``questions``.
    """
    found = blocking(signs, today)
    if any(sign.hit_on >= today for sign in found):
        return Refusal.SIGN_TODAY
    if found:
        return Refusal.WARNING_SIGN
    return Refusal.GATE if gate_of(subject, gates).reasons else None


_ILLNESSES = frozenset(
    {
        "pregnant",
        "recent_birth",
        "breastfeeding",
        "heart_failure",
        "kidney_disease",
        "dialysis",
        "liver_disease",
        "low_sodium",
        "water_tablets",
        "blood_thinner",
        "bowel_disease",
        "low_calcium_potassium",
        "leg_surgery",
        "broken_bone",
        "clot_now",
        "cancer",
        "artery_or_vein",
        "diabetes",
        "numb_skin",
        "nerve_or_back",
        "parkinson_or_stroke",
        "thyroid_disease",
        "surgery_or_travel",
    }
)
SEVERAL_MEDICINES = 3
"""From this many medicines on, a doctor or pharmacist is asked first."""


def asks_doctor_first(profile: Mapping[str, str], medicines: int) -> bool:
    """Whether the person should ask a doctor or pharmacist first (health reference, section g).

    This applies in pregnancy, under 18, with a long-term illness and with several medicines.

    Args:
        profile: item of the health profile → its value.
        medicines: how many medicines are taken now.
    """
    is_ill = any(profile.get(item, "no") != "no" for item in _ILLNESSES)
    is_young = any(value.startswith("under") for value in profile.values())
    return is_ill or is_young or medicines >= SEVERAL_MEDICINES


def has_too_few_entries(course: Course, counts: Sequence[Tally], tonight: date) -> bool:
    """Whether two blocks in a row, both over, have almost no entries."""
    are_empty = [
        tally.covered * EMPTY_BELOW < course.block_days
        for number, tally in enumerate(counts)
        if course.last_of(number) < tonight
    ]
    return any(this and following for this, following in pairwise(are_empty))
