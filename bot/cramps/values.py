"""What an entry can say: the value sets of the health reference, section (b). Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.nights import NIGHT_BEGINS, local_time, night_of
from bot.users.times import parse_ago, parse_clock, parse_when

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
QUARTER_OF_AN_HOUR = timedelta(minutes=15)
LONGEST_BACK = timedelta(hours=18)


class When(StrEnum):
    """The time chips of the first reply; all are reckoned from the tap."""

    NOW = "now"
    QUARTER = "quarter"
    EARLIER = "earlier"
    LAST_NIGHT = "last"


def is_night_time(local: time) -> bool:
    """Whether somebody would say "tonight" at this time of day."""
    return local >= LATE or local < EARLY


def moment(when: When, tapped_at: datetime, zone: str) -> tuple[datetime, str]:
    """The instant and precision that a chip stands for.

    Args:
        when: the chip.
        tapped_at: the instant of the tap that logged the entry.
        zone: the entry's IANA zone.

    Returns:
        An aware instant, and ``exact`` or ``night_only``. For ``night_only`` it only says which
        night. "Last night" said in the morning is the night just gone by.
    """
    if when is When.NOW:
        return tapped_at, "exact"
    if when is When.QUARTER:
        return tapped_at - QUARTER_OF_AN_HOUR, "exact"
    if when is When.EARLIER:
        return tapped_at, "night_only"
    local = local_time(tapped_at, zone)
    night = night_of(local)
    if not EARLY <= local.time() < NIGHT_BEGINS:
        night -= timedelta(days=1)
    middle = datetime.combine(night + timedelta(days=1), MIDDLE_OF_NIGHT, ZoneInfo(zone))
    return middle.astimezone(UTC), "night_only"


def chosen_moment(
    tapped_at: datetime, occurred_at: datetime, precision: str, zone: str
) -> When | None:
    """The chip that an entry's time came from; None for a typed time."""
    return next(
        (when for when in When if moment(when, tapped_at, zone) == (occurred_at, precision)), None
    )


class Unusable(StrEnum):
    """Why a typed text is no time of an entry."""

    UNCLEAR = "unclear"
    TO_COME = "to_come"


def typed_moment(text: str, now: datetime, zone: str) -> datetime | Unusable:
    """The instant that a typed text means, never after ``now``.

    A clock time that was over 18 hours ago is taken for one that is still to come. In the hour
    that clocks repeat it is the later one that has been; in the hour that they skip, the time that
    has really gone by counts.
    """
    back = parse_ago(text)
    if back is not None:
        return now - back
    local_now, clock = local_time(now, zone), parse_clock(text)
    if clock is None:
        local = parse_when(text, local_now)
        return Unusable.UNCLEAR if local is None else _latest([local], now, zone)
    today = local_now.date()
    found = _latest(
        [datetime.combine(day, clock) for day in (today, today - timedelta(days=1))], now, zone
    )
    is_recent = isinstance(found, datetime) and now - found <= LONGEST_BACK
    return found if is_recent else Unusable.TO_COME


def _latest(readings: Iterable[datetime], now: datetime, zone: str) -> datetime | Unusable:
    """The latest instant, up to now, at which clocks showed one of these wall-clock times."""
    instants = (
        local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
        for local in readings
        for fold in (0, 1)
    )
    return max((instant for instant in instants if instant <= now), default=Unusable.TO_COME)


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
