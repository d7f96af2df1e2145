"""The local time of a person. Pure: standard library only, nothing here reads a clock."""

from typing import Protocol

FALLBACK_ZONE = "UTC"
"""The time zone of a person who has not told theirs yet."""


class HasTimeZone(Protocol):
    """A row of ``users``, or those of its columns that say where the person is."""

    @property
    def time_zone(self) -> str | None: ...


def zone_of(person: HasTimeZone) -> str:
    """The IANA name of the time zone where the person is; UTC until they have told it."""
    return person.time_zone or FALLBACK_ZONE
