"""What a zone is called when it is shown to a person."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from bot.local_time.tz_database import UTC_ZONE

_ETC_ZONE = re.compile(r"etc/gmt([+-])(\d{1,2})", re.ASCII)


@lru_cache(maxsize=1)
def _older_names() -> dict[str, str]:
    """Return the older name of renamed zones: CLDR keeps their cities under it."""
    cities = Locale.parse("en").time_zones
    aliases = get_global("zone_aliases")
    return {str(new): str(old) for old, new in aliases.items() if old in cities}


def city_name(zone: str, locale: str = "en") -> str:
    """Return a zone's city in a language, such as "New York"; "UTC+3" for a fixed offset.

    An unknown language falls back to English.
    """
    if zone in (UTC_ZONE, "UTC", "Etc/GMT"):
        return "UTC"
    if match := _ETC_ZONE.fullmatch(zone.casefold()):
        return f"UTC{'+' if match[1] == '-' else '−'}{int(match[2])}"
    try:
        cities = Locale.parse(locale, sep="-" if "-" in locale else "_").time_zones
    except (UnknownLocaleError, ValueError):
        cities = Locale.parse("en").time_zones
    for name in (zone, _older_names().get(zone, zone)):
        if "city" in cities.get(name, {}):
            return str(cities[name]["city"])
    return zone.rpartition("/")[2].replace("_", " ")
