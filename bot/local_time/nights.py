"""Nights: which one a moment belongs to, and when a person is not to be disturbed.

Pure: standard library only, and no clock is read.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NIGHT_BEGINS = time(12, 0)
"""A night lasts from noon to noon in local time and is named after the evening's date."""
QUIET_FROM, QUIET_UNTIL = time(22, 0), time(7, 0)
"""Local times that replace bed and wake time while these are unknown."""


def night_of(local: datetime) -> date:
    """Return the night that a naive local time belongs to, by the evening's date."""
    return local.date() if local.time() >= NIGHT_BEGINS else local.date() - timedelta(days=1)


def local_time(instant: datetime, zone: str) -> datetime:
    """Convert an aware instant to naive local time in an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_quiet(local: time, bed: time | None, wake: time | None) -> bool:
    """Return whether a local time is between bed and wake time, when messages are silent.

    A time that the person has not set is 22:00 or 07:00.
    """
    start, end = bed or QUIET_FROM, wake or QUIET_UNTIL
    if start <= end:
        return start <= local < end
    return local >= start or local < end
