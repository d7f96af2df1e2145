"""What a night is. Pure: standard library only, nothing here reads a clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NIGHT_BEGINS = time(12, 0)
"""A night lasts from noon to noon of local time and bears the evening's date."""
QUIET_FROM, QUIET_UNTIL = time(22, 0), time(7, 0)
"""Stand in for bed and wake time before these are known."""


def night_of(local: datetime) -> date:
    """The night that a local wall-clock time (naive) belongs to, named after the evening's date."""
    return local.date() if local.time() >= NIGHT_BEGINS else local.date() - timedelta(days=1)


def local_time(instant: datetime, zone: str) -> datetime:
    """An aware instant as naive wall-clock time of an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_quiet(local: time, bed: time | None, wake: time | None) -> bool:
    """Whether a local time lies between bed and wake time, when everything is sent silently.

    Before the person has told both times, from 22:00 to 07:00.
    """
    start, end = bed or QUIET_FROM, wake or QUIET_UNTIL
    if start <= end:
        return start <= local < end
    return local >= start or local < end
