"""When reminders are due. Pure: standard library only, and the instant is passed in.

An occurrence is identified by its wall-clock time, its *key*. The keys of a reminder only ever
grow, so that travel and clock changes neither double nor lose an occurrence; only a date that is
lived again, after the date line, has its keys again. The instant follows from the key and the
time zone:

- a local time that happens twice (clocks go back): the first time;
- a local time that does not exist (clocks go forward): the first instant after the gap, so
  that two wall-clock times never change their order;
- a whole day that does not exist (a country crossed the date line): no occurrence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.local_time.nights import night_of

DAY = timedelta(days=1)
HORIZON_DAYS = 10
"""A weekly schedule has an occurrence within eight days; a day that does not exist adds one."""

STRETCH_BEFORE_BED = timedelta(minutes=10)
CAFFEINE_BEFORE_BED = timedelta(hours=8)
DINNER_BEFORE_BED = timedelta(hours=4, minutes=30)
FIRST_DRINK_AFTER_WAKING = timedelta(hours=1)
LAST_DRINK_BEFORE_BED = timedelta(hours=4)
NO_DRINK_BEFORE_BED = timedelta(hours=2)
"""Drinks are not suggested in the two hours before bed (health reference, section a)."""
DRINK_NUDGES = 4
DRINK_GAP = timedelta(minutes=90)
MIDDAY = time(12, 30)
MID_AFTERNOON = time(15, 30)
CAFFEINE_USEFUL = timedelta(hours=2)
MEAL_BEFORE_BED = timedelta(hours=6)
"""Leaves time for shopping and cooking. No health source gives a time."""
MEAL_USEFUL = timedelta(hours=3)
CUSTOM_USEFUL = timedelta(hours=4)
CHECK_IN_USEFUL = timedelta(hours=4)
NEXT_DRINK_NEAR = timedelta(minutes=30)
STRETCH_LATEST = timedelta(hours=4)
AT_LEAST_USEFUL = timedelta(minutes=10)
LATER_USEFUL = timedelta(hours=1)


@dataclass(frozen=True)
class ZonePlan:
    """The zone that reminders follow: ``zone``, but ``home`` until ``until`` begins in ``zone``.

    Each date that the person lives in ``zone`` has the reminders of one of them. Where the clock of
    ``home`` is a date ahead, keys of that date come twice: by it, and by the clock of ``zone``.
    """

    zone: str
    home: str | None = None
    until: date | None = None

    def on(self, day: date) -> ZoneInfo:
        """The zone on a local date."""
        if self.home is not None and self.until is not None and day < self.until:
            return ZoneInfo(self.home)
        return ZoneInfo(self.zone)

    @property
    def home_ends_at(self) -> datetime | None:
        """When ``home`` stops to count; None when it does not count at all."""
        if self.home is None or self.until is None:
            return None
        midnight = datetime.combine(self.until, time())
        return midnight.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def by_home(self, key: datetime) -> datetime | None:
        """When a wall-clock time is reached by the clock of home; None once that does not count."""
        ends_at = self.home_ends_at
        if self.home is None or ends_at is None:
            return None
        found = instant_of(key, ZoneInfo(self.home))
        return found if found is not None and found < ends_at else None

    def by_zone(self, key: datetime) -> datetime | None:
        """When a wall-clock time is reached by the clock of ``zone``; None before that counts."""
        if self.home is not None and self.until is not None and key.date() < self.until:
            return None
        return instant_of(key, ZoneInfo(self.zone))

    def comes_twice(self, key: datetime) -> bool:
        """Whether a wall-clock time is reached by the clock of home, and again by the other one."""
        return self.by_home(key) is not None and self.by_zone(key) is not None


@dataclass(frozen=True)
class Schedule:
    """Local times on days of the week (0 = Monday), and an offset that spreads the load."""

    times: tuple[time, ...]
    weekdays: frozenset[int] = frozenset(range(7))
    spread: timedelta = timedelta(0)
    by_night: bool = False
    """Whether a time before noon belongs to the weekday of the evening before: a bedtime at 00:30
    on Saturday is Friday's, and so is the whole waking day of who sleeps across noon."""
    rests: tuple[tuple[date, date], ...] = ()
    """Spans of evenings on which it rests, both ends included."""

    def keys_on(self, day: date) -> Iterator[datetime]:
        """Wall-clock times of this calendar date, in order."""
        for slot in sorted(set(self.times)):
            key = datetime.combine(day, slot)
            counted = night_of(key) if self.by_night else day
            if counted.weekday() in self.weekdays and not self.is_resting(counted):
                yield key

    def is_resting(self, evening_on: date) -> bool:
        """Whether it rests on an evening."""
        return covers(self.rests, evening_on)

    @property
    def horizon_days(self) -> int:
        """The number of days within which an occurrence is found, if there is any at all."""
        return HORIZON_DAYS + sum(
            (last - first).days + 1 for first, last in self.rests if last != date.max
        )


@dataclass(frozen=True, order=True)
class Occurrence:
    """One due instant: ``key`` is naive wall-clock time, ``due_at`` aware UTC."""

    key: datetime
    due_at: datetime


@lru_cache(maxsize=2048)
def instant_of(key: datetime, zone: ZoneInfo) -> datetime | None:
    """The UTC instant at which a naive wall-clock time is reached in a zone.

    None when the whole day does not exist there. Cached, because what many people have at the same
    time of day is claimed together.
    """
    first = key.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == key:
        return first
    # In a gap, fold 0 takes the offset before it and fold 1 the one after it; the clock change
    # lies between the two instants, and is searched for by bisection.
    low = int(key.replace(tzinfo=zone, fold=1).timestamp())
    high = int(first.timestamp())
    if high - low >= DAY.total_seconds():
        return None
    before = datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def occurrences_after(schedule: Schedule, plan: ZonePlan, key: datetime) -> Iterator[Occurrence]:
    """Occurrences with a greater key, in order, within ``horizon_days`` after the key."""
    for instant_by in (plan.by_home, plan.by_zone) if plan.home else (plan.by_zone,):
        for offset in range(schedule.horizon_days + 1):
            for candidate in schedule.keys_on(key.date() + offset * DAY):
                instant = instant_by(candidate) if candidate > key else None
                if instant is not None:
                    yield Occurrence(candidate, instant + schedule.spread)


def following(schedule: Schedule, plan: ZonePlan, previous: Occurrence) -> Occurrence | None:
    """The occurrence after this one, even if its instant is past.

    Two keys in the same clock-change gap have the same instant and count as one occurrence.
    """
    if plan.comes_twice(previous.key):
        return first_after(schedule, plan, previous.due_at)
    return next(
        (
            occurrence
            for occurrence in occurrences_after(schedule, plan, previous.key)
            if occurrence.due_at != previous.due_at
        ),
        None,
    )


def first_after(
    schedule: Schedule, plan: ZonePlan, now: datetime, last_key: datetime | None = None
) -> Occurrence | None:
    """The first occurrence due after ``now`` (UTC) whose key comes after ``last_key``.

    A key that comes twice may come for the second time.
    """
    start = now.astimezone(plan.on(now.date())).replace(tzinfo=None) - 2 * DAY
    if last_key is not None and not plan.comes_twice(last_key):
        start = max(start, last_key)
    while True:
        found = list(occurrences_after(schedule, plan, start))
        for occurrence in found:
            if occurrence.due_at > now:
                return occurrence
        if not found:
            return None
        start = found[-1].key


def moved(
    schedule: Schedule, plan: ZonePlan, key: datetime, near: datetime | None = None
) -> Occurrence | None:
    """The planned occurrence with its instant in a new time zone; its key stays.

    When its day does not exist in the new zone, the result is the next occurrence. When it comes
    twice, the result is the one nearest to ``near``, the instant that was planned before.
    """
    instants = [one for one in (plan.by_home(key), plan.by_zone(key)) if one is not None]
    if not instants:
        return next(occurrences_after(schedule, plan, key), None)
    instant = instants[0] if near is None else min(instants, key=lambda one: abs(one - near))
    return Occurrence(key, instant + schedule.spread)


# Default local times, computed from bed and wake time -------------------------------------------


def shift(clock: time, by: timedelta) -> time:
    """A local time moved by a duration; it wraps around midnight."""
    return (datetime.combine(date(2000, 1, 2), clock) + by).time()


def day_length(bed: time, wake: time) -> timedelta:
    """How long the waking day is between these local times (24 h if they are equal)."""
    anchor = date(2000, 1, 1)
    length = (datetime.combine(anchor, bed) - datetime.combine(anchor, wake)) % DAY
    return length or DAY


def stretch_times(bed: time) -> tuple[time, ...]:
    """Ten minutes before bedtime."""
    return (shift(bed, -STRETCH_BEFORE_BED),)


def caffeine_times(bed: time) -> tuple[time, ...]:
    """Eight hours before bedtime."""
    return (shift(bed, -CAFFEINE_BEFORE_BED),)


def dinner_caffeine_times(bed: time) -> tuple[time, ...]:
    """The early evening: four and a half hours before bedtime."""
    return (shift(bed, -DINNER_BEFORE_BED),)


def meal_times(bed: time) -> tuple[time, ...]:
    """Six hours before bedtime."""
    return (shift(bed, -MEAL_BEFORE_BED),)


def hydration_times(bed: time, wake: time) -> tuple[time, ...]:
    """Wake + 1 h, midday, mid-afternoon and 4 h before bed (health reference, section a).

    When midday and mid-afternoon do not fit into the waking day, the times lie in even steps
    instead. A short day has fewer of them, at least two hours apart. None lies in the two hours
    before bed.
    """
    first = shift(wake, FIRST_DRINK_AFTER_WAKING)
    last = shift(bed, -LAST_DRINK_BEFORE_BED)
    span = day_length(bed, wake) - FIRST_DRINK_AFTER_WAKING - LAST_DRINK_BEFORE_BED
    if span < timedelta(0):
        return (first,) if _fits(bed, wake) else ()
    if shift(first, DRINK_GAP) <= MIDDAY and MID_AFTERNOON <= shift(last, -DRINK_GAP) < bed:
        return (first, MIDDAY, MID_AFTERNOON, last)
    steps = min(DRINK_NUDGES - 1, int(span / timedelta(hours=2)))
    quarter = timedelta(minutes=15)
    return (
        first,
        *tuple(
            shift(first, span * number / steps // quarter * quarter)
            for number in range(1, steps + 1)
        ),
    )


def _fits(bed: time, wake: time) -> bool:
    return day_length(bed, wake) >= FIRST_DRINK_AFTER_WAKING + NO_DRINK_BEFORE_BED


# Late rules: until when an occurrence is worth sending ------------------------------------------


def bedtime_after(key: datetime, bed: time) -> datetime:
    """The first bedtime (naive wall-clock time) at or after a wall-clock time."""
    tonight = datetime.combine(key.date(), bed)
    return tonight if tonight >= key else tonight + DAY


def hydration_useful_until(
    due: Occurrence, next_due_at: datetime | None, bed_at: datetime | None
) -> datetime:
    """When a drink reminder becomes useless.

    Three hours after it was due, when the next one is near, or two hours before bedtime; a time
    that the person chose within those two hours stays useful for ten minutes.
    """
    limits = [due.due_at + timedelta(hours=3)]
    if next_due_at is not None:
        limits.append(next_due_at - NEXT_DRINK_NEAR)
    if bed_at is not None:
        limits.append(bed_at - NO_DRINK_BEFORE_BED)
    return max(min(limits), due.due_at + AT_LEAST_USEFUL)


def stretch_useful_until(due: Occurrence, bed_at: datetime | None) -> datetime:
    """When a stretch reminder becomes useless: at bedtime, and after four hours at the latest."""
    latest = due.due_at + STRETCH_LATEST
    if bed_at is None:
        return latest
    return max(min(bed_at, latest), due.due_at + AT_LEAST_USEFUL)


def caffeine_useful_until(due: Occurrence) -> datetime:
    """When a last call for caffeine becomes useless: after two hours."""
    return due.due_at + CAFFEINE_USEFUL


def check_in_useful_until(due: Occurrence, noon_at: datetime | None) -> datetime:
    """When a check-in becomes useless: at noon of its day, but not within four hours."""
    latest = due.due_at + CHECK_IN_USEFUL
    return latest if noon_at is None else max(noon_at, latest)


@lru_cache(maxsize=1024)
def parse_times(text: str) -> tuple[time, ...]:
    """Local times from their stored form (``08:00,12:30``)."""
    return tuple(time.fromisoformat(part) for part in text.split(","))


def format_times(times: tuple[time, ...]) -> str:
    """Local times in their stored form: sorted, without duplicates."""
    return ",".join(slot.strftime("%H:%M") for slot in sorted(set(times)))


def parse_rests(text: str | None) -> tuple[tuple[date, date], ...]:
    """Spans of dates from their stored form (``2027-01-10/2027-01-16,…``)."""
    spans = (part.split("/") for part in (text or "").split(",") if part)
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in spans)


def covers(spans: Iterable[tuple[date, date]], day: date) -> bool:
    """Whether a date is in one of the spans, whose ends are included."""
    return any(first <= day <= last for first, last in spans)


def only_on(day: date, today: date) -> tuple[tuple[date, date], ...]:
    """The rests of a reminder that comes once: all evenings from the day before today but one."""
    return (today - 2 * DAY, day - DAY), (day + DAY, date.max)


def only_day(rests: Iterable[tuple[date, date]]) -> date | None:
    """The day of a reminder that comes once, from its rests; None for every other reminder."""
    return next((first - DAY for first, last in rests if last == date.max), None)


def format_rests(spans: Iterable[tuple[date, date]]) -> str | None:
    """Spans of dates in their stored form; None when there are none."""
    return ",".join(f"{first}/{last}" for first, last in sorted(spans)) or None
