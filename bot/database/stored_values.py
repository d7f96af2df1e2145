"""The value sets of people's reminders, nights and findings, as stored. Pure.

They are apart from the tables, so that the worker process, which words and draws a diary, needs no
database library. The value sets of a cramp entry are in ``cramp_values``.

The values are stored in the database, in exported files and in the buttons of sent messages: a
member may be added, but no value may change.
"""

from enum import StrEnum

EVERY_DAY = 0b1111111
"""All weekdays, as ``reminders.weekdays`` stores them: bit 0 is Monday, bit 6 Sunday."""


class SetupStep(StrEnum):
    """The question that the setup has reached."""

    TIME_ZONE = "time_zone"
    BED = "bed"
    WAKE = "wake"
    FLUIDS = "fluids"
    DONE = "done"


class Fluids(StrEnum):
    """The answer to the fluid question; only ``FREE`` allows drink reminders."""

    FREE = "free"
    LIMITED = "limited"
    UNSURE = "unsure"


class Kind(StrEnum):
    """The kinds of reminders."""

    STRETCH = "stretch"
    CAFFEINE = "caffeine"
    DINNER_CAFFEINE = "dinner_caffeine"
    HYDRATION = "hydration"
    MEAL = "meal"
    CUSTOM = "custom"
    CHECK_IN = "check_in"
    SUMMARY = "summary"


class DeliveryStatus(StrEnum):
    """How far the delivery of one occurrence has come."""

    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    MISSED = "missed"
    FAILED = "failed"
    NOT_NEEDED = "not_needed"
    """There was nothing to say, for example no morning question about a night that is logged."""


class Answer(StrEnum):
    """How the person answered a delivery."""

    DONE = "done"
    SKIPPED = "skipped"
    NO_ANSWER = "no_answer"


class NightStatus(StrEnum):
    """What a person said about a whole night."""

    NONE_LAST_NIGHT = "none_last_night"
    HAD_CRAMPS = "had_cramps"
    SKIP = "skip"


class Habit(StrEnum):
    """Something that a person may do in the evening. A day without a row is unanswered."""

    STRETCH_DONE = "stretch_done"
    CAFFEINE_AFTER_CUTOFF = "caffeine_after_cutoff"
    HYDRATION_DONE = "hydration_done"
    MAGNESIUM_RICH_MEAL = "magnesium_rich_meal"
    COVERS = "covers"
    PILLOW = "pillow"
    WALK = "walk"
    WARMTH = "warmth"
    SHOES = "shoes"
    BREAKS = "breaks"
    SCREEN_OFF = "screen_off"
    DRINK_WITH_MEALS = "drink_with_meals"
    NO_ALCOHOL = "no_alcohol"
    OTHER = "other"
    """The subject of an old fair test, in the person's own words; none is started any more."""


class Exposure(StrEnum):
    """Something about a day that is asked in the morning, after quiet nights, too.

    A night without a row was not asked about or not answered.
    """

    ALCOHOL_EVENING = "alcohol_evening"
    LONG_STANDING = "long_standing"
    LONG_SITTING = "long_sitting"
    HOT_DAY = "hot_day"
    HARD_EXERCISE = "hard_exercise"
    CAFFEINE_LATE = "caffeine_late"
    POOR_SLEEP = "poor_sleep"
    STRESS = "stress"


class HitAnswer(StrEnum):
    """How a person answered a message about a warning sign."""

    SEEN_DOCTOR = "seen_doctor"
    NOT_NOW = "not_now"


class TrialStatus(StrEnum):
    """The state of a fair test."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
