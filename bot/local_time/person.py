"""The time zone of a person. Pure: standard library only, and no clock is read."""

from typing import Protocol

FALLBACK_ZONE = "UTC"
"""The time zone of a person who has not set one yet."""


class HasTimeZone(Protocol):
    """A ``User`` row, or anything else with its ``time_zone``."""

    @property
    def time_zone(self) -> str | None: ...


def zone_of(person: HasTimeZone) -> str:
    """Return the IANA name of the person's time zone; UTC until they have set one."""
    return person.time_zone or FALLBACK_ZONE
