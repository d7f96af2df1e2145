"""Time zones as they are offered on buttons."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.database.models import User
from bot.features.users.messages.place import ZoneChoice
from bot.local_time.likely_zones import likely_zones
from bot.local_time.nights import local_time
from bot.local_time.person import FALLBACK_ZONE
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context
from bot.telegram.message import unpack


def is_zone(name: str) -> bool:
    """Whether callback data names a time zone that tzdata has."""
    try:
        return (ZoneInfo(name).key == name and "/" in name) or name == FALLBACK_ZONE
    except (KeyError, ValueError, OSError):  # unknown; an unsafe path; a directory of zones
        return False


def recognized_zone(user: User) -> str | None:
    """The zone that the person is asked to confirm; None when they are not."""
    question = unpack(user.awaiting)
    if question is None or not question.is_for("users", "place"):
        return None
    zone = question.word(0)
    return zone if zone is not None and is_zone(zone) else None


def zone_choice(context: Context, zone: str) -> ZoneChoice:
    """A zone with its city and the time there now."""
    return ZoneChoice(zone, city_name(zone, context.tr.locale), local_time(context.now, zone))


def zone_choices(context: Context, zones: Sequence[str]) -> list[ZoneChoice]:
    """Zones with their cities and the times there now."""
    return [zone_choice(context, zone) for zone in zones]


def likely_choices(context: Context) -> list[ZoneChoice]:
    """The zones where a person with this language most likely lives."""
    return zone_choices(context, likely_zones(context.language_code, context.now))
