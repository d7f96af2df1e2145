"""Setting the time zone: by a button, a typed place or a shared location."""

# TRANSLATORS, ALL: Answers that can be typed to "Berlin, 20:14. Right?", in lower case.

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from telegram import Update

from bot.database.stored_values import SetupStep
from bot.dispatch.replanning import move_to_zone
from bot.features.cramps import queries as diary
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import (
    advance,
    ask,
    is_of_the_past,
    is_written_before,
    onboarding_question,
    show_question,
    with_step_back,
)
from bot.features.users.handlers.settings import (
    answered_before,
    home_zone_kept,
    settings_card,
    shown_settings,
)
from bot.features.users.handlers.zone_choices import (
    is_zone,
    likely_choices,
    recognized_zone,
    zone_choice,
    zone_choices,
)
from bot.features.users.messages import place as messages
from bot.features.users.messages.settings import with_way_back
from bot.i18n.vocabulary.folding import fold
from bot.local_time.typed_clocks import find_places
from bot.local_time.typed_places import ZoneMatch
from bot.local_time.zone_from_position import zone_at
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context, Outside
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Afterwards, Replies, Say, Toast

MOST_SUGGESTIONS = 8
"""How many zones are offered for an ambiguous place."""


async def on_timezone(_update: Update, context: Context) -> Replies:
    """Show the current zone and the time there, and ask for another one."""
    known = shown_settings(context) if context.person.time_zone else None
    return ask(
        context, "place", lambda tr: messages.zone_question(tr, likely_choices(context), known)
    )


async def on_zone(update: Update, context: Context) -> Replies:
    """Set the zone on the tapped button; a button without one asks for it."""
    zone = context.tap.word(0)
    if is_of_the_past(context):
        return answered_before(context)
    if zone is None:
        return await on_timezone(update, context)
    if not is_zone(zone):
        return [Toast(context.tr.gettext("I do not know that place."))]
    return await choose_zone(context, zone)


async def on_place(_update: Update, context: Context) -> Replies:
    """Ask for a typed place or a shared location."""
    if is_of_the_past(context):
        return answered_before(context)
    user, tr = context.person, context.tr
    context.ask("users", "place")
    user.keyboard_sent_at = None  # the location button replaces the keyboard
    question, offer = messages.place_question(tr), Say(messages.location_offer(tr))
    if user.setup_step is SetupStep.DONE:
        return [*context.present(with_way_back(tr, question)), offer]
    user.setup_step = SetupStep.TIME_ZONE
    return [*show_question(context, with_step_back(context, question)), offer]


async def on_typed_place(context: Context, _question: Tap, text: str) -> Replies:
    """Find the zone of a typed place, offset or clock time, or confirm the one that was found."""
    found, answer = recognized_zone(context.person), fold(text).rstrip(".!")
    _ = context.tr.gettext
    if found is not None and answer == fold(_("yes")):
        return await choose_zone(context, found)
    if found is not None and answer == fold(_("no")):
        return await on_place(context.telegram_update, context)
    return search_place(context, text, use_match)


def search_place(
    context: Context, text: str, use: Callable[[Context, ZoneMatch], Awaitable[Replies]]
) -> Replies:
    """Look up a typed place, offset or clock time outside of the transaction.

    Args:
        context: who typed it.
        text: what was typed.
        use: is called with what was found, in a transaction of its own.
    """
    return [Afterwards(match_place, use, place_arguments(context, text))]


def place_arguments(context: Context, text: str) -> tuple[str, str, str, datetime, datetime]:
    """What :func:`match_place` has to know of a typed place."""
    code = context.language_code or context.person.language
    return (text, context.tr.language, code, context.now, context.written_at)


async def match_place(
    outside: Outside, text: str, language: str, code: str, now: datetime, typed_at: datetime
) -> ZoneMatch:
    """Look up a typed place, offset or clock time."""
    return await outside.deps.worker.run(find_places, text, language, code, now, typed_at)


async def use_match(context: Context, match: ZoneMatch) -> Replies:
    """Ask to confirm the place that was found, or which of several is meant."""
    if match.zone is not None:
        return await _use_found(context, match.zone)
    choices = zone_choices(context, match.suggestions[:MOST_SUGGESTIONS])
    if not choices:
        return _unknown_place(context)
    return _ask_place(context, messages.unclear_place(context.tr, choices))


async def _use_found(context: Context, zone: str) -> Replies:
    """Ask to confirm a zone during the onboarding; later, the answer to it says what it means."""
    if context.person.setup_step is SetupStep.DONE:
        return await choose_zone(context, zone)
    if recognized_zone(context.person) == zone and is_written_before(context):
        return NOTHING  # it was found already, and the question about it is below this text
    context.person.setup_step = SetupStep.TIME_ZONE
    context.ask("users", "place", zone)
    return show_question(context, onboarding_question(context), is_answer=True)


def _ask_place(context: Context, shown: Message) -> Replies:
    """Show a question about the place; during the onboarding, one can go back."""
    if context.person.setup_step is SetupStep.DONE:
        return present_with_keyboard(context, shown)
    context.person.setup_step = SetupStep.TIME_ZONE
    context.ask("users", "place")
    return show_question(context, with_step_back(context, shown), is_answer=True)


def _unknown_place(context: Context) -> Replies:
    return _ask_place(context, messages.unknown_place(context.tr, likely_choices(context)))


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
    return _unknown_place(context) if zone is None else await _use_found(context, zone)


async def choose_zone(context: Context, zone: str, until_on: date | None = None) -> Replies:
    """Set the zone. If reminders follow another one, ask whether they move along.

    Args:
        context: whose zone it is.
        zone: the name of the time zone.
        until_on: the day on which the person is home again, if they said so.
    """
    user = context.person
    user.awaiting = None
    if user.setup_step is not SetupStep.DONE:
        user.time_zone = zone
        await diary.tell_zone(context.session, user.id, zone, context.nights)
        asked = await advance(context)
        if asked is not None:
            return show_question(context, asked, is_answer=True)
    return present_with_keyboard(context, await _after_choice(context, zone, until_on))


async def _after_choice(context: Context, zone: str, until_on: date | None) -> Message:
    user, tr = context.person, context.tr
    city = city_name(zone, tr.locale)
    followed = home_zone_kept(context) or context.zone
    if zone != followed:
        home_city = city_name(followed, tr.locale)
        return messages.new_zone_question(tr, zone_choice(context, zone), home_city, until_on)
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
