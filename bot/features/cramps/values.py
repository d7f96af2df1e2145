"""What an entry can say: the value sets of the health reference, section (b). Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.database.cramp_values import (
    Activity,
    AfterEffect,
    BackToSleep,
    DayImpact,
    Duration,
    EventType,
    Relief,
    ReliefHelped,
    Side,
    Site,
    TimePrecision,
    Trigger,
    TwitchDays,
    WokeMe,
    YesNo,
)
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.local_time.nights import NIGHT_BEGINS, local_time, night_of
from bot.local_time.typed_times import parse_ago, parse_clock, parse_night, parse_when, split_about

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
SITES = tuple(site for site in Site if site not in OTHER_SITES)
"""The sites in the leg and foot."""
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
YES_NO = tuple(YesNo)
STRONGEST = 10
NONE_OF_THEM = {"effect": "none", "trigger": "none_known"}
"""Field → the code that excludes all others."""
LONGEST_NOTE = 500
MOST_COUNTED = 4

SINGLE: dict[str, tuple[str, ...]] = {
    "type": EVENT_TYPES,
    "site": SITES + OTHER_SITES,
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
    "weak": YES_NO,
}
"""Fields with one value, by their name in callback data, and their codes."""
MANY: dict[str, tuple[str, ...]] = {
    "effect": AFTER_EFFECTS,
    "trigger": TRIGGERS,
    "relief": RELIEFS,
}
"""Fields with any number of codes."""
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
    "effect": "after_effects",
    "trigger": "possible_triggers",
    "relief": "relief_tried",
}
"""Field → its column, where that has another name."""
NEVER_EMPTY = {"type": "cramp", "count": "1"}
"""Fields that always have a value, and what it is at first."""
NUMBERS = frozenset({"strength", "sleep", "count"})
MIDDLE_OF_NIGHT = time(3, 0)
EARLY, LATE = time(6, 0), time(20, 0)
QUARTER_OF_AN_HOUR = timedelta(minutes=15)
LONGEST_BACK = timedelta(hours=18)
FURTHEST_BACK = timedelta(days=366)
"""How long ago an entry may have been."""


class When(StrEnum):
    """The time chips of the first reply; all are reckoned from the tap."""

    NOW = "now"
    QUARTER = "quarter"
    EARLIER = "earlier"
    LAST_NIGHT = "last"


def is_night_time(local: time) -> bool:
    """Whether somebody would say "tonight" at this time of day."""
    return local >= LATE or local < EARLY


def moment(when: When, tapped_at: datetime, zone: str) -> tuple[datetime, TimePrecision]:
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
        return tapped_at, TimePrecision.EXACT
    if when is When.QUARTER:
        return tapped_at - QUARTER_OF_AN_HOUR, TimePrecision.EXACT
    if when is When.EARLIER:
        return tapped_at, TimePrecision.NIGHT_ONLY
    local = local_time(tapped_at, zone)
    night = night_of(local)
    if not EARLY <= local.time() < NIGHT_BEGINS:
        night -= timedelta(days=1)
    return middle_of(night, zone), TimePrecision.NIGHT_ONLY


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
    TOO_LONG_AGO = "too_long_ago"


def typed_moment(
    text: str, now: datetime, zone: str, language: str = SOURCE_LANGUAGE
) -> datetime | Unusable:
    """The instant that a typed text means, never after ``now``.

    A clock time that was over 18 hours ago is taken for one that is still to come. In the hour
    that clocks repeat it is the later one that has been; in the hour that they skip, the time that
    has really gone by counts.
    """
    back = parse_ago(text, language)
    if back is not None:
        return now - back
    local_now, clock = local_time(now, zone), parse_clock(text, language)
    if clock is None:
        local = parse_when(text, local_now, language)
        if local is None:
            return Unusable.UNCLEAR
        # The first days of the calendar have no instant in the east, so nothing is read that far.
        moment = _latest([max(local, local_now - 2 * FURTHEST_BACK)], now, zone)
        is_far = isinstance(moment, datetime) and now - moment > FURTHEST_BACK
        return Unusable.TOO_LONG_AGO if is_far else moment
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


def typed(
    text: str, now: datetime, zone: str, language: str = SOURCE_LANGUAGE
) -> tuple[datetime, TimePrecision] | Unusable:
    """The instant and the precision that a typed text means: exact, or about (within an hour)."""
    rest, is_about = split_about(text, language)
    moment = typed_moment(rest, now, zone, language)
    if isinstance(moment, Unusable):
        return moment
    return moment, TimePrecision.ABOUT if is_about else TimePrecision.EXACT


def typed_night(
    text: str, now: datetime, zone: str, language: str = SOURCE_LANGUAGE
) -> date | Unusable:
    """The night that a typed text means, such as "last night" or "tuesday night"."""
    local_now = local_time(now, zone)
    night = parse_night(text, local_now, language)
    if night is None:
        return Unusable.UNCLEAR
    is_far = local_now.date() - night > FURTHEST_BACK
    return Unusable.TOO_LONG_AGO if is_far else night


def middle_of(night_on: date, zone: str) -> datetime:
    """The instant that stands for a night whose hour was not told."""
    middle = datetime.combine(night_on + timedelta(days=1), MIDDLE_OF_NIGHT, ZoneInfo(zone))
    return middle.astimezone(UTC)


def moved_to_night(occurred_at: datetime, zone: str, night_on: date) -> datetime:
    """The same time of day in another night, as an instant."""
    local = local_time(occurred_at, zone)
    moved = local + (night_on - night_of(local))
    return moved.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def with_code(field: str, codes: frozenset[str], code: str, *, present: bool) -> frozenset[str]:
    """A field's codes with one set or cleared; "none" and the others exclude each other."""
    none = NONE_OF_THEM.get(field)
    if not present:
        return codes - {code}
    if code == none:
        return frozenset({code})
    return (codes - {none}) | {code}


def parse_codes(text: str) -> frozenset[str]:
    """The codes of a field as they are stored."""
    return frozenset(part for part in text.split(",") if part)


def format_codes(field: str, codes: frozenset[str]) -> str:
    """Codes in the form they are stored in: in the order of their value set."""
    return ",".join(code for code in MANY[field] if code in codes)


def stored(field: str, code: str) -> str | int:
    """The value that a column takes for a code of ``SINGLE``: a number, or the enum's member.

    "4_plus" is stored as 4.
    """
    if field in NUMBERS:
        return int(code.removesuffix("_plus"))
    return next(member for member in SINGLE[field] if member == code)


def code_of(field: str, value: str | int | None) -> str | None:
    """The code behind a stored value."""
    if field == "count" and value is not None:
        return COUNTS[int(value) - 1]
    return None if value is None else str(value)
