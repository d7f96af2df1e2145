"""The times that an entry can have: from chips, from what people type, and within a night. Pure.

All instants are aware UTC; local times are those of the entry's IANA zone.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.database.cramp_values import TimePrecision
from bot.dispatch.schedule import instant_of
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.local_time.nights import NIGHT_BEGINS, NOON_TO_NOON, Nights, local_time
from bot.local_time.typed_about import split_about
from bot.local_time.typed_days import parse_ago, parse_night, parse_night_and_clock, parse_when
from bot.local_time.typed_times import is_spoken_on_dial, parse_clock

EARLY, LATE = time(6, 0), time(20, 0)
"""Local times at which people stop and start saying "tonight"."""
QUARTER_OF_AN_HOUR = timedelta(minutes=15)
LONGEST_BACK = timedelta(hours=18)
"""A typed time of day is taken as past if it was at most this long ago."""
FURTHEST_BACK = timedelta(days=366)
"""The oldest an entry may be when it is logged."""
Moment = tuple[datetime, TimePrecision]
"""An aware instant, and how well it is known."""


class When(StrEnum):
    """The time chips of a card. All are counted back from the tap that logged the entry."""

    NOW = "now"
    QUARTER = "quarter"
    EARLIER = "earlier"
    LAST_NIGHT = "last"


def is_night_time(local: time) -> bool:
    """Whether people say "tonight" at this local time."""
    return local >= LATE or local < EARLY


def moment(when: When, tapped_at: datetime, zone: str, nights: Nights = NOON_TO_NOON) -> Moment:
    """The instant and precision that a chip stands for.

    Args:
        when: the chip.
        tapped_at: the instant of the tap that logged the entry.
        zone: the entry's IANA zone.
        nights: the person's nights.

    Returns:
        An aware instant, and ``exact`` or ``night_only``. With ``night_only`` the instant only
        says which night. "Last night" tapped in the morning means the night that just ended.
    """
    if when is When.NOW:
        return tapped_at, TimePrecision.EXACT
    if when is When.QUARTER:
        return tapped_at - QUARTER_OF_AN_HOUR, TimePrecision.EXACT
    if when is When.EARLIER:
        return tapped_at, TimePrecision.NIGHT_ONLY
    local = local_time(tapped_at, zone)
    night = nights.of(local)
    if not EARLY <= nights.as_if_by_night(local).time() < NIGHT_BEGINS:
        night -= timedelta(days=1)
    return middle_of(night, zone, nights), TimePrecision.NIGHT_ONLY


def chosen_moment(
    tapped_at: datetime,
    occurred_at: datetime,
    precision: str,
    zone: str,
    nights: Nights = NOON_TO_NOON,
) -> When | None:
    """The chip that gives an entry's time; None for a time that no chip gives."""
    wanted = (occurred_at, precision)
    return next((one for one in When if moment(one, tapped_at, zone, nights) == wanted), None)


DAY_FROM = time(10, 0)
"""From this hour on, the time of a twelve-hour clock can also be 12 hours later."""


class Unusable(StrEnum):
    """Why a typed text cannot be used as the time of an entry."""

    UNCLEAR = "unclear"
    TO_COME = "to_come"
    TOO_LONG_AGO = "too_long_ago"


def typed_instant(
    text: str, now: datetime, zone: str, language: str = SOURCE_LANGUAGE
) -> datetime | Unusable:
    """Find the instant that a typed text means; it is never after ``now``.

    A time of day that was over 18 hours ago counts as one in the future. "Half past ten" may be in
    the evening, too. In the hour that clocks repeat in autumn, the later of the two instants that
    is not after ``now`` is meant. A time in the hour that they skip in spring is the end of that
    hour.

    Args:
        text: what the person typed.
        now: when they sent it, an aware instant.
        zone: their IANA time zone.
        language: the language they write in.
    """
    back = parse_ago(text, language)
    if back is not None:
        return now - back
    local_now, clock = local_time(now, zone), parse_clock(text, language)
    if clock is None:
        local = parse_when(text, local_now, language)
        if local is None:
            return Unusable.UNCLEAR
        # datetime raises OverflowError for the first days of year 1 in eastern zones.
        instant = _latest([max(local, local_now - 2 * FURTHEST_BACK)], now, zone)
        is_far = isinstance(instant, datetime) and now - instant > FURTHEST_BACK
        return Unusable.TOO_LONG_AGO if is_far else instant
    today = local_now.date()
    clocks = (clock, _by_night(clock)) if is_spoken_on_dial(text, language) else (clock,)
    found = _latest(
        [
            datetime.combine(day, one)
            for day in (today, today - timedelta(days=1))
            for one in clocks
        ],
        now,
        zone,
    )
    is_recent = isinstance(found, datetime) and now - found <= LONGEST_BACK
    return found if is_recent else Unusable.TO_COME


def _latest(readings: Iterable[datetime], now: datetime, zone: str) -> datetime | Unusable:
    """The latest instant up to ``now`` at which a clock showed one of these local times."""
    instants = (instant for local in readings for instant in _instants_of(local, zone))
    return max((instant for instant in instants if instant <= now), default=Unusable.TO_COME)


def _instants_of(local: datetime, zone: str) -> list[datetime]:
    """The instants at which a clock showed a local time, or the end of the gap that skipped it."""
    known = ZoneInfo(zone)
    found = [local.replace(tzinfo=known, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if local_time(found[0], zone) == local:
        return found
    end = instant_of(local, known)
    return found if end is None else [end]


def typed_moment(
    text: str,
    now: datetime,
    zone: str,
    language: str = SOURCE_LANGUAGE,
    nights: Nights = NOON_TO_NOON,
) -> Moment | Unusable:
    """Find the instant and the precision (``exact`` or ``about``) that a typed text means."""
    rest, precision = _without_about(text, language)
    in_sleep = _in_sleep_by_day(rest, now, zone, language, nights)
    instant = in_sleep or typed_instant(rest, now, zone, language)
    return instant if isinstance(instant, Unusable) else (instant, precision)


def _in_sleep_by_day(
    text: str, now: datetime, zone: str, language: str, nights: Nights
) -> datetime | None:
    """The instant that "last night 10:15" means for who slept at that time of the day.

    Of the two times that a clock with twelve hours shows alike, the one in the sleep is meant.
    None for who sleeps at night, and when none or both are in it.
    """
    sleep = nights.sleep
    if sleep is None:
        return None
    local_now = local_time(now, zone)
    said = parse_night_and_clock(text, nights.as_if_by_night(local_now), language)
    if said is None:
        return None
    night_on, clocks = said
    moments = [in_night(one, night_on, zone, nights) for one in clocks]
    found = [
        one
        for one in moments
        if one is not None and one <= now and sleep.holds(local_time(one, zone))
    ]
    return found[0] if len(found) == 1 else None


def typed_clock(text: str, language: str = SOURCE_LANGUAGE) -> tuple[time, TimePrecision] | None:
    """The time of day that a typed text is, and whether it is ``exact`` or ``about``.

    None for all other text.
    """
    rest, precision = _without_about(text, language)
    clock = parse_clock(rest, language)
    if clock is None:
        return None
    return (_by_night(clock) if is_spoken_on_dial(rest, language) else clock), precision


def _by_night(clock: time) -> time:
    """The time by night at which a clock with twelve hours shows the same: 10:30 is 22:30."""
    return clock if clock.hour < DAY_FROM.hour else clock.replace(hour=(clock.hour + 12) % 24)


def _without_about(text: str, language: str) -> tuple[str, TimePrecision]:
    rest, is_about = split_about(text, language)
    return rest, TimePrecision.ABOUT if is_about else TimePrecision.EXACT


def typed_night(
    text: str,
    now: datetime,
    zone: str,
    language: str = SOURCE_LANGUAGE,
    nights: Nights = NOON_TO_NOON,
) -> date | Unusable:
    """Find the night that a typed text means, such as "last night" or "tuesday night"."""
    local_now = local_time(now, zone)
    night = parse_night(text, nights.as_if_by_night(local_now), language)
    if night is None:
        return Unusable.UNCLEAR
    is_far = local_now.date() - night > FURTHEST_BACK
    return Unusable.TOO_LONG_AGO if is_far else night


def middle_of(night_on: date, zone: str, nights: Nights = NOON_TO_NOON) -> datetime:
    """The instant stored for an entry of a night whose time of day is unknown.

    It is 03:00 local time, or the middle of a sleep that noon cuts.
    """
    middle = nights.middle_of(night_on).replace(tzinfo=ZoneInfo(zone))
    return middle.astimezone(UTC)


EVENING, MORNING = time(22, 0), time(7, 0)
"""Local times that stand for the evening and the morning of a night, while the person's bedtime
and wake time are unknown."""


def in_night(
    clock: time, night_on: date, zone: str, nights: Nights = NOON_TO_NOON
) -> datetime | None:
    """The instant at which a clock showed a local time in a night; None if it did not.

    A night that a change of sleep made short has not every time of day. Of an hour that clocks
    repeat in autumn the first is meant.
    """
    readings = (datetime.combine(night_on + timedelta(days=later), clock) for later in range(3))
    local = next((one for one in readings if nights.of(one) == night_on), None)
    if local is None:
        return None
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def parts_of(
    night_on: date, zone: str, bed: time | None, wake: time | None, nights: Nights = NOON_TO_NOON
) -> dict[str, Moment]:
    """The parts of a night that its entries can be moved to: evening, night and morning.

    Somebody who sleeps by day has only the night as a whole.
    """
    parts = {"night": (middle_of(night_on, zone, nights), TimePrecision.NIGHT_ONLY)}
    clocks = {"evening": bed or EVENING, "morning": wake or MORNING}
    is_usual = is_night_time(clocks["evening"]) and EARLY <= clocks["morning"] < NIGHT_BEGINS
    for name, clock in clocks.items() if is_usual else ():
        moment = in_night(clock, night_on, zone, nights)
        if moment is not None:
            parts[name] = moment, TimePrecision.ABOUT
    return parts


def typed_or_night(
    text: str,
    now: datetime,
    zone: str,
    language: str = SOURCE_LANGUAGE,
    nights: Nights = NOON_TO_NOON,
) -> Moment | Unusable:
    """The instant and the precision that a typed time or a typed night means."""
    found = typed_moment(text, now, zone, language, nights)
    if found is not Unusable.UNCLEAR:
        return found
    night = typed_night(text, now, zone, language, nights)
    if isinstance(night, Unusable):
        return night
    return min(middle_of(night, zone, nights), now), TimePrecision.NIGHT_ONLY


def moved_to_night(
    occurred_at: datetime, zone: str, night_on: date, nights: Nights = NOON_TO_NOON
) -> datetime:
    """The instant of the same local time in another night."""
    local = local_time(occurred_at, zone)
    moved = local + (night_on - nights.of(local))
    return moved.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
