"""The zones that are offered before a person has set their time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.local_time.data_files import zones_by_language
from bot.local_time.distinct_zones import distinct_zones
from bot.local_time.tz_database import zones_by_country

_ENOUGH = 5
"""Fewer suggestions than this are filled up with zones of other parts of the world."""
_MOST = 6
_AROUND_THE_WORLD = (
    *("America/New_York", "Europe/London", "Asia/Kolkata", "Europe/Berlin"),
    *("America/Los_Angeles", "America/Sao_Paulo"),
)


def likely_zones(language_code: str | None, now: datetime) -> list[str]:
    """Return four to six zones where a person with this Telegram language code is likely to live.

    A region in the code ("pt-br") comes first, then the zones with most speakers of the language,
    then zones of other parts of the world whose clocks at `now` show something else.
    """
    zones = zones_of_language(language_code, now)
    for zone in _AROUND_THE_WORLD:
        shown = {now.astimezone(ZoneInfo(name)).utcoffset() for name in zones}
        if len(zones) < _ENOUGH and now.astimezone(ZoneInfo(zone)).utcoffset() not in shown:
            zones.append(zone)
    return zones[:_MOST]


def zones_of_language(language_code: str | None, now: datetime) -> list[str]:
    """Return the zones of the country in a language code, then those of the language's speakers."""
    language, _, region = (language_code or "").replace("_", "-").casefold().partition("-")
    zones = distinct_zones(zones_by_country().get(region.upper(), ()), now)[:3]
    return zones + [zone for zone in zones_by_language().get(language, ()) if zone not in zones]
