"""What an entry can say: the value sets of the health reference, section (b). Pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.nights import night_of

EVENT_TYPES = ("cramp", "twitch")
SITES = (
    "calf",
    "foot_sole",
    "toes",
    "shin",
    "thigh_front",
    "thigh_back",
    "thigh_inner",
    "hip_buttock",
)
OTHER_SITES = (
    "hand_forearm",
    "arm",
    "abdomen",
    "chest",
    "back",
    "neck_shoulder",
    "eyelid_face",
)
SIDES = ("left", "right", "both", "unsure")
DURATIONS = ("lt_1min", "1_5min", "5_10min", "gt_10min", "unsure")
WOKE_ME = ("yes", "no_was_awake", "unsure")
AFTER_EFFECTS = (
    "sore_next_day",
    "numb_or_tingling",
    "weak",
    "swollen",
    "warm_or_red",
    "none",
)
NONE = "none"
STRONGEST = 10
MIDDLE_OF_NIGHT = time(3, 0)
EARLY, LATE = time(6, 0), time(20, 0)


class When(StrEnum):
    """The time chips of the first reply; all are reckoned from the tap."""

    NOW = "now"
    QUARTER = "quarter"
    EARLIER = "earlier"
    LAST_NIGHT = "last"


def is_night_time(local: time) -> bool:
    """Whether somebody would say "tonight" at this time of day."""
    return local >= LATE or local < EARLY


def moment(when: When, tapped_local: datetime) -> tuple[datetime, str]:
    """The wall-clock time and precision that a chip stands for.

    Args:
        when: the chip.
        tapped_local: naive wall-clock time of the tap.

    Returns:
        Naive wall-clock time, and ``exact`` or ``night_only``. For ``night_only`` the time only
        says which night.
    """
    if when is When.NOW:
        return tapped_local, "exact"
    if when is When.QUARTER:
        return tapped_local - timedelta(minutes=15), "exact"
    if when is When.EARLIER:
        return tapped_local, "night_only"
    night = night_of(tapped_local)
    is_morning_after = EARLY <= tapped_local.time() < time(12, 0)
    if not is_morning_after:
        night -= timedelta(days=1)
    return datetime.combine(night + timedelta(days=1), MIDDLE_OF_NIGHT), "night_only"


def with_effect(effects: frozenset[str], effect: str, present: bool) -> frozenset[str]:
    """The after-effects with one set or cleared; "none" and the others exclude each other."""
    if not present:
        return effects - {effect}
    if effect == NONE:
        return frozenset({NONE})
    return (effects - {NONE}) | {effect}


def parse_effects(text: str) -> frozenset[str]:
    """The stored form of after-effects."""
    return frozenset(part for part in text.split(",") if part)


def format_effects(effects: frozenset[str]) -> str:
    """After-effects in the form they are stored in."""
    return ",".join(effect for effect in AFTER_EFFECTS if effect in effects)
