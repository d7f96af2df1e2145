"""In another time zone: reminders move to it, or keep the home zone for some time."""

from datetime import date, timedelta

from telegram import Update

from bot.dispatch.replanning import move_to_zone
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.place import follow_zone
from bot.features.users.handlers.questions import ask
from bot.features.users.handlers.settings import home_zone_kept, settings_card
from bot.features.users.handlers.typed_days import LONGEST_AHEAD, day_ahead
from bot.features.users.handlers.zone_choices import is_zone
from bot.features.users.messages import place as messages
from bot.features.users.messages.settings import FOREVER_ON
from bot.local_time.nights import local_time
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, Replies


def _zone_in(tap: Tap) -> str | None:
    """The zone in callback data; None when it is missing or unknown."""
    zone = tap.word(0)
    return zone if zone is not None and is_zone(zone) else None


async def on_move(_update: Update, context: Context) -> Replies:
    """Handle a tap on "move": reminders follow the new zone."""
    zone = _zone_in(context.tap)
    if zone is None:
        return NOTHING
    context.person.awaiting = None
    await follow_zone(context, zone)
    note = messages.zone_set(context.tr, city_name(zone, context.tr.locale))
    return present_with_keyboard(context, settings_card(context, note))


async def on_keep(_update: Update, context: Context) -> Replies:
    """Keep the reminders in the home zone for some days, until a day, or until further notice."""
    zone = _zone_in(context.tap)
    until_on = None if zone is None else _kept_until(context, zone)
    return (
        NOTHING
        if zone is None or until_on is None
        else await _keep_home_zone(context, zone, until_on)
    )


def _kept_until(context: Context, zone: str) -> date | None:
    """The day in callback data: a date, or a number of days from today; 0 is never."""
    days, today = context.tap.number(1), local_time(context.now, zone).date()
    if days == 0:
        return FOREVER_ON
    if days in messages.KEEP_DAYS:
        return today + timedelta(days=days)
    on = context.tap.day(1)
    return on if on is not None and today < on <= today + LONGEST_AHEAD else None


async def _keep_home_zone(context: Context, zone: str, until_on: date) -> Replies:
    """The diary follows the new zone; reminders keep the home zone until a date (excluded)."""
    user, tr = context.person, context.tr
    home = home_zone_kept(context) or context.zone
    is_away = home != zone
    user.time_zone, user.awaiting = zone, None
    user.home_zone = home if is_away else None
    user.home_zone_until_on = until_on if is_away else None
    await move_to_zone(context.session, user, context.now)
    city = city_name(zone, tr.locale)
    note = messages.zone_kept(tr, city) if is_away else messages.zone_set(tr, city)
    return present_with_keyboard(context, settings_card(context, note))


async def on_keep_until(_update: Update, context: Context) -> Replies:
    """Ask until which date reminders keep the home zone."""
    zone = _zone_in(context.tap)
    return (
        NOTHING if zone is None else ask(context, "keepuntil", messages.keep_until_question, zone)
    )


async def on_typed_keep_until(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the typed date until which reminders keep the home zone."""
    zone = _zone_in(question)
    if zone is None:
        return None
    until_on = day_ahead(context, text, zone)
    if until_on is None:
        return present_with_keyboard(context, messages.unclear_day(context.tr))
    return await _keep_home_zone(context, zone, until_on)
