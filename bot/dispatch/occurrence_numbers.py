"""Which occurrence of its schedule a reminder is, counted from a fixed day. Pure.

Neighbors in a schedule have neighboring numbers, whatever its times and weekdays are. So whatever
takes turns by the number (the lines of a reminder) takes turns over all occurrences.
"""

from datetime import date, datetime, time, timedelta

from bot.dispatch.schedule import DAY, Schedule
from bot.local_time.nights import night_of

A_MONDAY = date(2001, 1, 1)
WEEK_DAYS = 7
NOON = time(12)


def occurrence_number(schedule: Schedule, due_local: datetime) -> int:
    """The number of an occurrence in its schedule.

    Args:
        schedule: the schedule in force.
        due_local: when it is due, as wall-clock time; a clock change may have moved it.
    """
    key = due_local - schedule.spread
    day = night_of(key) if schedule.by_night else key.date()
    weeks, weekday = divmod((day - A_MONDAY).days, WEEK_DAYS)
    days = weeks * len(schedule.weekdays) + sum(one < weekday for one in schedule.weekdays)
    slots = _in_order(schedule)
    nearest = min(range(len(slots)), key=lambda place: _apart(slots[place], key.time()), default=0)
    return days * max(1, len(slots)) + nearest


def _in_order(schedule: Schedule) -> list[time]:
    """The times of one day, in order; a night begins with its evening."""
    slots = sorted(set(schedule.times))
    if not schedule.by_night:
        return slots
    return [one for one in slots if one >= NOON] + [one for one in slots if one < NOON]


def _apart(one: time, other: time) -> timedelta:
    """How far apart two times of day are, over midnight if that is shorter."""
    between = datetime.combine(A_MONDAY, one) - datetime.combine(A_MONDAY, other)
    return min(between % DAY, -between % DAY)
