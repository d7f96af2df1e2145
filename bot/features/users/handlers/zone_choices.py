"""Time zones as they are offered on buttons."""

from collections.abc import Sequence

from bot.features.users.messages.place import ZoneChoice
from bot.local_time.likely_zones import likely_zones
from bot.local_time.nights import local_time
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context


def zone_choice(context: Context, zone: str) -> ZoneChoice:
    """A zone with its city and the time there now."""
    return ZoneChoice(zone, city_name(zone, context.tr.locale), local_time(context.now, zone))


def zone_choices(context: Context, zones: Sequence[str]) -> list[ZoneChoice]:
    """Zones with their cities and the times there now."""
    return [zone_choice(context, zone) for zone in zones]


def likely_choices(context: Context) -> list[ZoneChoice]:
    """The zones where a person with this language most likely lives."""
    return zone_choices(context, likely_zones(context.language_code, context.now))
