"""Finds the time zone of a shared position, offline."""

import math
import zoneinfo

from bot.local_time.tz_database import UTC_ZONE


def zone_at(latitude: float, longitude: float) -> str | None:
    """Return the zone of a position in degrees; at sea the nautical one.

    None when the numbers are not a position on Earth, or when tzdata has no such zone.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    import tzfpy  # noqa: PLC0415 - loads the borders of all zones, and few people share a position

    name = tzfpy.get_tz(longitude, latitude)
    if name in ("Etc/GMT", "Etc/UTC"):
        return UTC_ZONE
    return name if name in zoneinfo.available_timezones() else None
