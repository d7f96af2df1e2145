"""Which values each field of an entry offers, and how they are stored. Pure.

The values themselves, as the database stores them, are the enums in
``bot/database/cramp_values.py``. This module groups and orders them for the buttons, and checks
what people type or a tap contains.
"""

from bot.database.cramp_values import (
    Activity,
    AfterEffect,
    BackToSleep,
    DayImpact,
    Duration,
    EventType,
    Fell,
    Relief,
    ReliefHelped,
    Side,
    Site,
    Trigger,
    TwitchDays,
    WeakOrStiff,
    WokeMe,
    YesNo,
)

EVENT_TYPES = tuple(EventType)
OTHER_SITES = (
    Site.HAND_FOREARM,
    Site.ARM,
    Site.ABDOMEN,
    Site.CHEST,
    Site.BACK,
    Site.NECK_SHOULDER,
    Site.EYELID_FACE,
)
WHOLE_SITES = (Site.FOOT, Site.THIGH)
"""Sites whose exact part is not known. They are only typed: the buttons name the parts."""
SITES = tuple(site for site in Site if site not in OTHER_SITES + WHOLE_SITES)
"""The parts of the leg and foot."""
SIDES = tuple(Side)
DURATIONS = tuple(Duration)
WOKE_ME = tuple(WokeMe)
AFTER_EFFECTS = tuple(AfterEffect)
COUNTS = ("1", "2", "3", "4_plus")
BACK_TO_SLEEP = tuple(BackToSleep)
CONTEXTS = tuple(Activity)
TRIGGERS = tuple(Trigger)
RELIEFS = tuple(Relief)
RELIEF_HELPED = tuple(ReliefHelped)
DAY_IMPACTS = tuple(DayImpact)
TWITCH_DAYS = tuple(TwitchDays)
"""How long a twitch has been going on. The NHS says to see a doctor after two weeks."""
YES_NO = tuple(YesNo)
WEAK_OR_STIFF = tuple(WeakOrStiff)
FELL = tuple(Fell)
STRONGEST = 10
NONE_OF_THEM = {"effect": "none", "trigger": "none_known"}
"""Multiple-value field → the code that excludes all others."""
LONGEST_NOTE = 500
"""Characters of a note."""
MOST_COUNTED = 4
"""The highest count of an entry; it means four or more."""

SINGLE: dict[str, tuple[str, ...]] = {
    "type": EVENT_TYPES,
    "site": SITES + OTHER_SITES + WHOLE_SITES,
    "side": SIDES,
    "strength": tuple(str(number) for number in range(STRONGEST + 1)),
    "woke": WOKE_ME,
    "duration": DURATIONS,
    "count": COUNTS,
    "context": CONTEXTS,
    "sleep": tuple(str(number) for number in range(STRONGEST + 1)),
    "back": BACK_TO_SLEEP,
    "helped": RELIEF_HELPED,
    "impact": DAY_IMPACTS,
    "days": TWITCH_DAYS,
    "elsewhere": YES_NO,
    "weak": WEAK_OR_STIFF,
    "tingling": YES_NO,
    "fell": FELL,
}
"""Single-value field, by its name in callback data → its codes."""
MANY: dict[str, tuple[str, ...]] = {
    "effect": AFTER_EFFECTS,
    "trigger": TRIGGERS,
    "relief": RELIEFS,
}
"""Multiple-value field → its codes."""
COLUMNS = {
    "type": "event_type",
    "strength": "intensity",
    "woke": "woke_me",
    "count": "count_tonight",
    "sleep": "sleep_disturbance",
    "back": "back_to_sleep",
    "helped": "relief_helped",
    "impact": "day_impact",
    "days": "twitch_days",
    "elsewhere": "twitch_elsewhere",
    "weak": "twitch_weak_or_stiff",
    "tingling": "twitch_tingling",
    "effect": "after_effects",
    "trigger": "possible_triggers",
    "relief": "relief_tried",
}
"""Field → its column, where the two have different names."""
NEVER_EMPTY = {"type": "cramp", "count": "1"}
"""Field that always has a value → the one that a new entry has."""
NUMBERS = frozenset({"strength", "sleep", "count"})
"""Fields that are stored as integers."""


def with_code(field: str, codes: frozenset[str], code: str, *, present: bool) -> frozenset[str]:
    """Add a code to a field's codes, or take it out.

    "None of these" and the other codes exclude each other.
    """
    none = NONE_OF_THEM.get(field)
    if not present:
        return codes - {code}
    if code == none:
        return frozenset({code})
    return (codes - {none}) | {code}


def parse_codes(text: str) -> frozenset[str]:
    """Read a field's codes from the form they are stored in, separated by commas."""
    return frozenset(part for part in text.split(",") if part)


def format_codes(field: str, codes: frozenset[str]) -> str:
    """Write codes in the form they are stored in, in the order of their value set."""
    return ",".join(code for code in MANY[field] if code in codes)


def column_of(field: str) -> str:
    """The column that stores a field."""
    return COLUMNS.get(field, field)


def stored(field: str, code: str) -> str | int:
    """Convert a code of a single-value field to what its column takes: an integer or an enum.

    "4_plus" is stored as 4.
    """
    if field in NUMBERS:
        return int(code.removesuffix("_plus"))
    return next(member for member in SINGLE[field] if member == code)


def code_of(field: str, value: str | int | None) -> str | None:
    """Convert a stored value to its code."""
    if field == "count" and value is not None:
        return COUNTS[int(value) - 1]
    return None if value is None else str(value)
