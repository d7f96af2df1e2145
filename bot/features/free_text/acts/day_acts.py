"""Typed sentences change the bedtime, the time of getting up, or where the person is."""

from datetime import time

from telegram import Update

from bot.dispatch.replanning import replan
from bot.features.free_text.acts import act_messages as messages
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.meanings.act_values import SleepTimes
from bot.features.free_text.offering import on_not_understood
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.place import on_timezone, search_place, use_match
from bot.features.users.handlers.questions import ask
from bot.features.users.handlers.settings import current_pause, home_zone_kept
from bot.features.users.messages import bed_wake_fluids
from bot.identity import people
from bot.local_time.typed_answers import opposite
from bot.local_time.typed_places import ZoneMatch
from bot.local_time.typed_sleep import fits
from bot.local_time.zone_names import city_name
from bot.telegram.context import Context
from bot.telegram.message import pack, parse_time
from bot.telegram.replies import NOTHING, Replies


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


async def travel(context: Context, place: str) -> Replies:
    """Look the place up; what it means for diary and reminders is asked."""
    return search_place(context, place, _use_match)


async def maybe_travel(context: Context, place: str) -> Replies:
    """Look up what may be no place: "I'm in trouble". Only the name of one is taken for it."""
    return search_place(context, place, _use_exact)


async def _use_exact(context: Context, match: ZoneMatch) -> Replies:
    if match.zone is None:
        return await on_not_understood(context.telegram_update, context)
    return await _use_match(context, match)


async def _use_match(context: Context, match: ZoneMatch) -> Replies:
    home = _home_elsewhere(context)
    if home is not None and match.zone == home:
        return _ask_home(context, home)
    return await use_match(context, match)


async def come_home(context: Context) -> Replies:
    """Ask whether diary and reminders follow the time at home again, or whether a pause ends.

    Where home is, is not known when reminders moved along; then the place is asked for.
    """
    home = _home_elsewhere(context)
    if home is not None:
        return _ask_home(context, home)
    if current_pause(context) is not None:
        return present_with_keyboard(context, messages.shall_go_on(context.tr))
    return await on_timezone(context.telegram_update, context)


def _home_elsewhere(context: Context) -> str | None:
    """The zone that reminders keep while the diary follows another one."""
    home = home_zone_kept(context)
    return home if home != context.zone else None


def _ask_home(context: Context, home: str) -> Replies:
    city = city_name(home, context.tr.locale)
    return present_with_keyboard(context, messages.home_again(context.tr, home, city))
