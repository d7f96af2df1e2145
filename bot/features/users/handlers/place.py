"""Setting the time zone: by a button, a typed place or a shared location."""

from datetime import datetime
from zoneinfo import ZoneInfo

from telegram import Update

from bot.database.models import SetupStep
from bot.dispatch.replanning import move_to_zone
from bot.features.cramps import queries as diary
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import advance, ask
from bot.features.users.handlers.settings import home_zone_kept, settings_card, shown_settings
from bot.features.users.handlers.zone_choices import likely_choices, zone_choice, zone_choices
from bot.features.users.messages import place as messages
from bot.local_time.person import FALLBACK_ZONE
from bot.local_time.typed_places import ZoneMatch, find_zones
from bot.local_time.zone_from_position import zone_at
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context, Outside
from bot.telegram.message import Message, Tap
from bot.telegram.replies import Afterwards, Replies, Say, Toast

MOST_SUGGESTIONS = 8
"""How many zones are offered for an ambiguous place."""


def is_zone(name: str) -> bool:
    """Whether callback data names a time zone that tzdata has."""
    try:
        return (ZoneInfo(name).key == name and "/" in name) or name == FALLBACK_ZONE
    except (KeyError, ValueError, OSError):  # unknown; an unsafe path; a directory of zones
        return False


async def on_timezone(_update: Update, context: Context) -> Replies:
    """Show the current zone and the time there, and ask for another one."""
    known = shown_settings(context) if context.person.time_zone else None
    return ask(
        context, "place", lambda tr: messages.zone_question(tr, likely_choices(context), known)
    )


async def on_zone(update: Update, context: Context) -> Replies:
    """Set the zone on the tapped button; a button without one asks for it."""
    zone = context.tap.word(0)
    if zone is None:
        return await on_timezone(update, context)
    if not is_zone(zone):
        return [Toast(context.tr.gettext("I do not know that place."))]
    return await choose_zone(context, zone)


async def on_place(_update: Update, context: Context) -> Replies:
    """Ask for a typed place or a shared location."""
    context.ask("users", "place")
    context.person.keyboard_sent_at = None  # the location button replaces the keyboard
    return [Say(messages.place_question(context.tr))]


async def on_typed_place(context: Context, _question: Tap, text: str) -> Replies:
    """Find the zone of a typed city, country, zone name or offset."""
    return [Afterwards(_search_place, _use_match, (text, context.now))]


async def _search_place(outside: Outside, text: str, now: datetime) -> ZoneMatch:
    return await outside.deps.worker.run(find_zones, text, now)


async def _use_match(context: Context, match: ZoneMatch) -> Replies:
    """Set the zone of an unambiguous place; otherwise ask which one is meant."""
    if match.zone is not None:
        return await choose_zone(context, match.zone)
    choices = zone_choices(context, match.suggestions[:MOST_SUGGESTIONS])
    if not choices:
        return _unknown_place(context)
    return present_with_keyboard(context, messages.unclear_place(context.tr, choices))


def _unknown_place(context: Context) -> Replies:
    shown = messages.unknown_place(context.tr, likely_choices(context))
    return present_with_keyboard(context, shown)


async def on_location(_update: Update, context: Context) -> Replies:
    """Set the zone of a shared location. The location itself is not stored."""
    location = context.message.location if context.message is not None else None
    if location is None:
        return _unknown_place(context)
    position = (location.latitude, location.longitude)
    return [Afterwards(_search_position, _use_position_zone, position)]


async def _search_position(outside: Outside, latitude: float, longitude: float) -> str | None:
    return await outside.deps.worker.run(zone_at, latitude, longitude)


async def _use_position_zone(context: Context, zone: str | None) -> Replies:
    return _unknown_place(context) if zone is None else await choose_zone(context, zone)


async def choose_zone(context: Context, zone: str) -> Replies:
    """Set the zone. If reminders follow another one, ask whether they move along."""
    context.person.awaiting = None
    return present_with_keyboard(context, await _after_choice(context, zone))


async def _after_choice(context: Context, zone: str) -> Message:
    user, tr = context.person, context.tr
    if user.setup_step is not SetupStep.DONE:
        user.time_zone = zone
        await diary.tell_zone(context.session, user.id, zone, context.nights)
        advanced = await advance(context)
        if advanced is not None:
            return advanced
    city = city_name(zone, tr.locale)
    followed = home_zone_kept(context) or context.zone
    if zone != followed:
        home_city = city_name(followed, tr.locale)
        return messages.new_zone_question(tr, zone_choice(context, zone), home_city)
    # Reminders follow this zone already, so only the diary may have to change back to it.
    was_away = user.time_zone != zone
    await follow_zone(context, zone)
    note = messages.zone_set(tr, city) if was_away else messages.zone_same(tr, city)
    return settings_card(context, note)


async def follow_zone(context: Context, zone: str) -> None:
    """Diary and reminders follow this zone from now on."""
    user = context.person
    user.time_zone, user.home_zone, user.home_zone_until_on = zone, None, None
    await move_to_zone(context.session, user, context.now)
