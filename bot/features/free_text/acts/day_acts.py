"""Typed sentences change the bedtime, the time of getting up, or where the person is."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time

from telegram import Update

from bot.dispatch.replanning import replan
from bot.features.free_text.acts import act_messages as messages
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.meanings.act_values import SleepTimes, Travel
from bot.features.free_text.offering import on_not_understood
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.place import (
    choose_zone,
    match_place,
    place_arguments,
    use_match,
)
from bot.features.users.handlers.questions import ask
from bot.features.users.handlers.settings import current_pause, home_zone_kept
from bot.features.users.handlers.zone_choices import zone_choice
from bot.features.users.messages import bed_wake_fluids
from bot.identity import people
from bot.local_time.typed_answers import opposite
from bot.local_time.typed_places import ZoneMatch
from bot.local_time.typed_sleep import fits
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context, Outside
from bot.telegram.message import pack, parse_time
from bot.telegram.replies import NOTHING, Afterwards, Replies

_Found = tuple[ZoneMatch, date | None]
"""The place of a journey that was looked up, and the day on which it ends, if that was said."""


async def set_sleep_times(context: Context, act: SleepTimes) -> Replies:
    """Set the bedtime or the time of getting up; a sleep that is hardly possible is asked about."""
    user = context.person
    bed, wake = act.bed or user.bed_time, act.wake or user.wake_time
    if bed is not None and wake is not None and not fits(bed, wake):
        return _which(context, act)
    before = user.bed_time, user.wake_time
    await _store(context, bed, wake)
    undo = pack("typed", "sleep", *map(_packed, before))
    return present_with_keyboard(
        context, messages.sleep_changed(context.tr, act.bed, act.wake, undo)
    )


def _which(context: Context, act: SleepTimes) -> Replies:
    """Ask which half of the day is meant. Both times at once are asked one after the other."""
    verb, said = ("wake", act.wake) if act.bed is None else ("bed", act.bed)
    if said is None:
        return NOTHING
    options = (said, opposite(said))
    return ask(context, verb, lambda tr: bed_wake_fluids.which_half(tr, verb, options), "sure")


async def _store(context: Context, bed: time | None, wake: time | None) -> None:
    people.set_sleep_times(context.person, bed, wake, context.local_now)
    await replan(context.session, context.person, context.now)


def _packed(clock: time | None) -> str:
    return ABSENT if clock is None else f"{clock:%H%M}"


async def on_sleep(_update: Update, context: Context) -> Replies:
    """Undo: the callback data has the bedtime and the time of getting up before."""
    words = context.tap.word(0), context.tap.word(1)
    bed, wake = (parse_time(word) for word in words)
    if any(
        clock is None and word != ABSENT for clock, word in zip((bed, wake), words, strict=True)
    ):
        return NOTHING
    await _store(context, bed, wake)
    return present_with_keyboard(context, messages.sleep_put_back(context.tr, bed, wake))


async def travel(context: Context, journey: Travel) -> Replies:
    """Look the place up; what it means for diary and reminders is asked."""
    return _search_journey(context, journey, _use_journey)


async def maybe_travel(context: Context, journey: Travel) -> Replies:
    """Look up what may be no place: "I'm in trouble". Only the name of one is taken for it."""
    return _search_journey(context, journey, _use_exact)


def _search_journey(
    context: Context, journey: Travel, use: Callable[[Context, _Found], Awaitable[Replies]]
) -> Replies:
    said = place_arguments(context, journey.place)
    return [Afterwards(_match_journey, use, (journey.until_on, *said))]


async def _match_journey(
    outside: Outside, until_on: date | None, *said: *tuple[str, str, str, datetime, datetime]
) -> _Found:
    return await match_place(outside, *said), until_on


async def _use_exact(context: Context, found: _Found) -> Replies:
    if found[0].zone is None:
        return await on_not_understood(context.telegram_update, context)
    return await _use_journey(context, found)


async def _use_journey(context: Context, found: _Found) -> Replies:
    match, until_on = found
    home = _home_elsewhere(context)
    if home is not None and match.zone == home:
        return _ask_home(context, home)
    if match.zone is not None:
        return await choose_zone(context, match.zone, until_on)
    return await use_match(context, match)


async def come_home(context: Context) -> Replies:
    """Ask whether diary and reminders follow the time at home again, or whether a pause ends.

    Where home is, is not known when reminders moved along; then the place is named, to be changed.
    """
    home = _home_elsewhere(context)
    if home is not None:
        return _ask_home(context, home)
    if current_pause(context) is not None:
        return present_with_keyboard(context, messages.shall_go_on(context.tr))
    here = zone_choice(context, context.zone)
    return present_with_keyboard(context, messages.at_home_already(context.tr, here))


def _home_elsewhere(context: Context) -> str | None:
    """The zone that reminders keep while the diary follows another one."""
    home = home_zone_kept(context)
    return home if home != context.zone else None


def _ask_home(context: Context, home: str) -> Replies:
    city = city_name(home, context.tr.locale)
    return present_with_keyboard(context, messages.home_again(context.tr, home, city))
