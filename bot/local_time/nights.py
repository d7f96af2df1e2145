"""Nights: which one a moment belongs to, and when a person is not to be disturbed.

A night goes from the middle of one waking day to the middle of the next, so that one sleep is one
night. For everybody whose sleep noon does not cut, noon is that middle. A night has the date of
its evening: a sleep that begins before noon belongs to the evening before. So a sleep from 08:30
to 16:00 on the 12th is the night of the 11th, whether somebody works on the nights around it or
sleeps in them, and a change of shifts neither doubles nor skips a date.

Pure: standard library only, and no clock is read.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

NIGHT_BEGINS = time(12, 0)
"""When nights begin for everybody whose sleep noon does not cut (local time)."""
MIDDLE_OF_NIGHT = time(3, 0)
"""The local time that stands for such a night when no time of day is known."""
QUIET_FROM, QUIET_UNTIL = time(22, 0), time(7, 0)
"""Local times that replace bed and wake time while these are unknown."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOON = timedelta(hours=12)
LONGEST_SLEEP = timedelta(hours=14)
"""Bed and wake times further apart are a slip, or one of the two is still to be changed."""


class HasSleepTimes(Protocol):
    """A ``User`` row, or anything else with its columns about sleep."""

    @property
    def bed_time(self) -> time | None: ...
    @property
    def wake_time(self) -> time | None: ...


class HasEarlierNights(HasSleepTimes, Protocol):
    """A ``User`` row, or anything else with its columns about sleep and earlier sleep."""

    @property
    def earlier_nights(self) -> str | None: ...


def night_of(local: datetime) -> date:
    """Return the night of a naive local time for nights from noon to noon.

    It also gives the evening of a waking day without a noon in it. Code about one person asks their
    ``Nights`` instead.
    """
    return local.date() if local.time() >= NIGHT_BEGINS else local.date() - DAY


def local_time(instant: datetime, zone: str) -> datetime:
    """Convert an aware instant to naive local time in an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


@dataclass(frozen=True)
class SleepAcrossNoon:
    """A sleep that noon cuts. Its times are counted from midnight of the evening's date."""

    bed: timedelta
    wake: timedelta

    @property
    def night_begins(self) -> timedelta:
        """The middle of the waking day before it: from 12 to 36 hours."""
        return self.middle - NOON

    @property
    def middle(self) -> timedelta:
        """The middle of the sleep."""
        return (self.bed + self.wake) / 2

    @property
    def shift(self) -> timedelta:
        """How many whole hours later than other people this person sleeps."""
        return (self.middle - DAY - 3 * HOUR) // HOUR * HOUR

    def holds(self, local: datetime) -> bool:
        """Whether this person sleeps at a naive local time."""
        since = local - _midnight(night_of(local))
        return any(self.bed <= since + day * DAY < self.wake for day in (0, 1))

    def night_of(self, local: datetime) -> date:
        """The night of a naive local time."""
        return (local - self.night_begins).date()


@lru_cache(maxsize=1024)
def sleep_across_noon(bed: time | None, wake: time | None) -> SleepAcrossNoon | None:
    """The sleep between two local times if noon cuts it; None if it does not or is unknown."""
    if bed is None or wake is None:
        return None
    begins = timedelta(hours=bed.hour, minutes=bed.minute)
    length = (timedelta(hours=wake.hour, minutes=wake.minute) - begins) % DAY
    if begins < NOON:
        begins += DAY
    if length > LONGEST_SLEEP or begins + length <= DAY + NOON:
        return None
    return SleepAcrossNoon(begins, begins + length)


@dataclass(frozen=True)
class Nights:
    """The nights of one person. All times are naive local ones.

    ``Nights()`` are those of everybody who sleeps at night: from noon to noon.
    """

    sleep: SleepAcrossNoon | None = None
    """Their sleep, if noon cuts it."""
    earlier: tuple[tuple[datetime, SleepAcrossNoon | None], ...] = ()
    """What applied until a moment, in the order of time: nights of the past stay as they were."""

    @property
    def is_across_noon(self) -> bool:
        """Whether noon lies in this person's sleep, and not in their waking day."""
        return self.sleep is not None

    def of(self, local: datetime) -> date:
        """The night of a moment, by its evening's date. It never decreases as time goes on."""
        earliest = date.min
        for until, sleep in self.earlier:
            if local < until:
                return max(_night_of(sleep, local), earliest)
            earliest = max(earliest, _night_of(sleep, until))
        return max(_night_of(self.sleep, local), earliest)

    def as_if_by_night(self, local: datetime) -> datetime:
        """The wall-clock time at which somebody who sleeps at night is at this point of their day.

        Rules of thumb such as "in the evening" or "since midnight" are asked of that clock.
        """
        return local if self.sleep is None else local - self.sleep.shift

    def evening_on(self, local: datetime) -> date:
        """The date of the waking day: the calendar's, or that of its evening."""
        return local.date() if self.sleep is None else night_of(local)

    def is_to_come(self, night_on: date, local: datetime) -> bool:
        """Whether the middle of a night has not been reached, so that nothing can be said of it."""
        return night_on >= self.as_if_by_night(local).date()

    def last_night(self, local: datetime) -> date:
        """The night that people mean by "last night": from its midnight on, the current one."""
        return self.as_if_by_night(local).date() - DAY

    def first_unfinished(self, local: datetime) -> date:
        """The first night that is not over. Who sleeps by day ends theirs by getting up."""
        night_on = self.of(local)
        if self.sleep is not None and local >= _midnight(night_on) + self.sleep.wake:
            return night_on + DAY
        return night_on

    def middle_of(self, night_on: date) -> datetime:
        """The moment that stands for a night when no time of day is known."""
        return _middle_of(night_on, self._sleep_in(night_on))

    def span_of(self, night_on: date) -> tuple[datetime, datetime]:
        """When a night begins and ends, by the times of sleep that applied in it."""
        sleep = self._sleep_in(night_on)
        begins = _midnight(night_on) + (NOON if sleep is None else sleep.night_begins)
        return begins, begins + DAY

    def _sleep_in(self, night_on: date) -> SleepAcrossNoon | None:
        times = [self.sleep, *(sleep for _until, sleep in reversed(self.earlier))]
        fitting = (one for one in times if self.of(_middle_of(night_on, one)) == night_on)
        return next(fitting, self.sleep)


NOON_TO_NOON = Nights()
"""The nights of everybody who sleeps at night."""


def _night_of(sleep: SleepAcrossNoon | None, local: datetime) -> date:
    return night_of(local) if sleep is None else sleep.night_of(local)


def _middle_of(night_on: date, sleep: SleepAcrossNoon | None) -> datetime:
    if sleep is None:
        return datetime.combine(night_on + DAY, MIDDLE_OF_NIGHT)
    return _midnight(night_on) + sleep.middle


def nights_of(person: HasEarlierNights) -> Nights:
    """The nights of a person, by their bed and wake time."""
    sleep = sleep_across_noon(person.bed_time, person.wake_time)
    if sleep is None and person.earlier_nights is None:
        return NOON_TO_NOON
    return Nights(sleep, parse_earlier(person.earlier_nights))


def morning_ends(local: datetime, bed: time | None, wake: time | None) -> datetime:
    """When a morning is over on which somebody gets up at a local time: as the night ends."""
    sleep = sleep_across_noon(bed, wake)
    if sleep is None:
        return datetime.combine(local.date(), NIGHT_BEGINS)
    return _midnight(sleep.night_of(local)) + sleep.night_begins + DAY


def slept_night(local: datetime, bed: time, wake: time) -> date:
    """The night of the latest sleep whose middle has passed at a local time."""
    sleep = sleep_across_noon(bed, wake)
    begins = datetime.combine(local.date(), bed)
    length = (datetime.combine(local.date(), wake) - begins) % DAY
    middle = begins + length / 2
    while middle > local:
        middle -= DAY
    if sleep is not None:
        return sleep.night_of(middle)
    return night_of(middle - timedelta.resolution)


# A change of bed or wake time --------------------------------------------------------------------

MOST_CHANGES = 40
"""How many changes are remembered. Somebody on shifts makes about two a week."""
ONE_CHANGE = timedelta(hours=1)
"""Bed and wake time are set one after the other; both are one change."""


def parse_earlier(text: str | None) -> tuple[tuple[datetime, SleepAcrossNoon | None], ...]:
    """What applied before, from its stored form (``2027-01-12T16:00=08:30-16:00,…``).

    A change without times after "=" is one from nights that go from noon to noon.
    """
    found = []
    for part in (text or "").split(","):
        until, _, times = part.partition("=")
        bed, _, wake = times.partition("-")
        if until:
            times_of = (time.fromisoformat(bed), time.fromisoformat(wake)) if wake else (None, None)
            found.append((datetime.fromisoformat(until), sleep_across_noon(*times_of)))
    return tuple(found)


def earlier_after_change(
    person: HasEarlierNights, bed: time | None, wake: time | None, local: datetime
) -> str | None:
    """The stored form of what applied before, when bed and wake time are changed to these.

    A sleep that is under way is not cut: the change counts from its end, and from the beginning of
    the new sleep if somebody makes it in bed. Nights that were entered stay as they are.
    """
    before = sleep_across_noon(person.bed_time, person.wake_time)
    after = sleep_across_noon(bed, wake)
    stored = person.earlier_nights
    if before == after or person.bed_time is None or person.wake_time is None:
        return stored
    parts = stored.split(",") if stored else []
    latest = parse_earlier(stored)[-1][0] if stored else None
    until = _change_at(before, after, local)
    if latest is not None and (latest > local - ONE_CHANGE or latest >= until):
        return stored  # what applied before the first of the two times was set
    times = f"{person.bed_time:%H:%M}-{person.wake_time:%H:%M}" if before else ""
    return ",".join([*parts, f"{until:%Y-%m-%dT%H:%M}={times}"][-MOST_CHANGES:])


def _change_at(
    before: SleepAcrossNoon | None, after: SleepAcrossNoon | None, local: datetime
) -> datetime:
    if after is not None and after.holds(local):
        return _midnight(after.night_of(local)) + after.bed
    if before is not None and before.holds(local):
        return _midnight(before.night_of(local)) + before.wake
    return local


# Quiet hours -------------------------------------------------------------------------------------


def is_quiet(local: time, bed: time | None, wake: time | None) -> bool:
    """Return whether a local time is between bed and wake time, when messages are silent.

    A time that the person has not set is 22:00 or 07:00.
    """
    start, end = bed or QUIET_FROM, wake or QUIET_UNTIL
    if start <= end:
        return start <= local < end
    return local >= start or local < end
