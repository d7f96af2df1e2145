"""The value sets of a cramp entry, as stored (health reference, section b). Pure.

Which of them a field offers is in ``bot/features/cramps/values.py``.

The values are stored in the database, in exported files and in the buttons of sent messages: a
member may be added, but no value may change.
"""

from enum import StrEnum


class EventType(StrEnum):
    """What an entry is about."""

    CRAMP = "cramp"
    TWITCH = "twitch"
    URGE_TO_MOVE = "urge_to_move"
    OTHER_PAIN = "other_pain"


class TimePrecision(StrEnum):
    """How well the time of an entry is known."""

    EXACT = "exact"
    ABOUT = "about"
    """Within an hour."""
    NIGHT_ONLY = "night_only"
    """Only the night is known; the time stands for its middle."""


class Site(StrEnum):
    """Where in the body it was: the leg and foot first, then the rest."""

    CALF = "calf"
    FOOT_SOLE = "foot_sole"
    TOES = "toes"
    SHIN = "shin"
    THIGH_FRONT = "thigh_front"
    THIGH_BACK = "thigh_back"
    THIGH_INNER = "thigh_inner"
    HIP_BUTTOCK = "hip_buttock"
    HAND_FOREARM = "hand_forearm"
    ARM = "arm"
    ABDOMEN = "abdomen"
    CHEST = "chest"
    BACK = "back"
    NECK_SHOULDER = "neck_shoulder"
    EYELID_FACE = "eyelid_face"
    FOOT = "foot"
    """The exact part is not known."""
    THIGH = "thigh"


class Side(StrEnum):
    """The side of the body."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    UNSURE = "unsure"


class Duration(StrEnum):
    """How long it lasted."""

    UNDER_1_MIN = "lt_1min"
    FROM_1_TO_5_MIN = "1_5min"
    FROM_5_TO_10_MIN = "5_10min"
    OVER_10_MIN = "gt_10min"
    UNSURE = "unsure"


class WokeMe(StrEnum):
    """Whether it woke the person."""

    YES = "yes"
    NO_WAS_AWAKE = "no_was_awake"
    UNSURE = "unsure"


class AfterEffect(StrEnum):
    """What was left of it afterwards; ``NONE`` excludes the others."""

    SORE_NEXT_DAY = "sore_next_day"
    NUMB_OR_TINGLING = "numb_or_tingling"
    WEAK = "weak"
    SWOLLEN = "swollen"
    WARM_OR_RED = "warm_or_red"
    NONE = "none"


class BackToSleep(StrEnum):
    """How long it took to fall asleep again."""

    UNDER_15_MIN = "lt_15min"
    FROM_15_TO_60_MIN = "15_60min"
    OVER_60_MIN = "gt_60min"
    NOT_AGAIN = "not_again"


class Activity(StrEnum):
    """What the person was doing when it began (column ``context``)."""

    ASLEEP = "asleep"
    LYING_AWAKE = "lying_awake"
    SITTING = "sitting"
    AFTER_LONG_SITTING = "after_long_sitting"
    AFTER_LONG_STANDING = "after_long_standing"
    DURING_EXERCISE = "during_exercise"
    AFTER_EXERCISE_SAME_DAY = "after_exercise_same_day"
    WALKING = "walking"
    AFTER_MEAL = "after_meal"
    OTHER = "other"


class Trigger(StrEnum):
    """What may have led to it; ``NONE_KNOWN`` excludes the others."""

    HARD_EXERCISE = "hard_exercise"
    LONG_SITTING_OR_DRIVING = "long_sitting_or_driving"
    LONG_STANDING = "long_standing"
    HOT_DAY = "hot_day"
    LITTLE_FLUID = "little_fluid"
    VOMITING_DIARRHOEA_SWEATING = "vomiting_diarrhoea_sweating"
    CAFFEINE_AFTER_CUTOFF = "caffeine_after_cutoff"
    ALCOHOL_EVENING = "alcohol_evening"
    POOR_SLEEP = "poor_sleep"
    STRESS = "stress"
    NEW_OR_CHANGED_MEDICINE = "new_or_changed_medicine"
    DIET_CHANGE = "diet_change"
    TIGHT_BEDDING = "tight_bedding"
    FOOT_POINTED_DOWN = "foot_pointed_down"
    NONE_KNOWN = "none_known"


class Relief(StrEnum):
    """What the person tried against it."""

    STRETCHED = "stretched"
    STOOD_ON_IT = "stood_on_it"
    WALKED = "walked"
    MASSAGED = "massaged"
    HEAT = "heat"
    COLD = "cold"
    SHOOK_LEG = "shook_leg"
    WAITED = "waited"
    OTHER = "other"


class ReliefHelped(StrEnum):
    """How far what was tried helped."""

    NOT_AT_ALL = "not_at_all"
    A_BIT = "a_bit"
    A_LOT = "a_lot"
    UNSURE = "unsure"


class DayImpact(StrEnum):
    """How it affected the following day."""

    NONE = "none"
    TIRED = "tired"
    LIMITED_ACTIVITY = "limited_activity"


class TwitchDays(StrEnum):
    """For how long a twitch has been going on; two weeks is the line that the NHS draws."""

    UNDER_1_DAY = "lt_1day"
    FROM_1_TO_3_DAYS = "1_3days"
    FROM_4_TO_14_DAYS = "4_14days"
    OVER_14_DAYS = "gt_14days"
    UNSURE = "unsure"


class YesNo(StrEnum):
    """An answer to a question about a twitch or a medicine."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class WeakOrStiff(StrEnum):
    """Whether the muscle that twitches is weak or stiff."""

    WEAK = "weak"
    STIFF = "stiff"
    BOTH = "both"
    YES = "yes"
    """One or the other: older versions asked about both together."""
    NO = "no"
    UNSURE = "unsure"


SOME_WEAK_OR_STIFF = frozenset(
    {WeakOrStiff.WEAK, WeakOrStiff.STIFF, WeakOrStiff.BOTH, WeakOrStiff.YES}
)
"""Answers that say that the muscle is weak or stiff."""


class Fell(StrEnum):
    """Whether the person fell when they jumped out of bed."""

    NO = "no"
    NEARLY = "nearly"
    YES_HURT = "yes_hurt"
    YES_NOT_HURT = "yes_not_hurt"
