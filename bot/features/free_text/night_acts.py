"""A night without cramps, as a typed sentence says."""

from datetime import date, timedelta

from telegram import Update

from bot.database.stored_values import NightStatus
from bot.features.cramps.entry_times import FURTHEST_BACK
from bot.features.cramps.queries import entries_between
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.diary.queries import set_status, status_of
from bot.features.free_text import messages
from bot.features.free_text.reminder_acts import ABSENT
from bot.features.free_text.values import NoCramps
from bot.features.summary.queries import set_none
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show


def _is_past_night(context: Context, night_on: date) -> bool:
    """Whether a night is over and not too long ago to be corrected."""
    return timedelta(0) < context.today - night_on <= FURTHEST_BACK


async def no_cramps(context: Context, meaning: NoCramps) -> Replies:
    """Record a night without cramps, unless the diary has cramps in it."""
    night_on, session, user = meaning.night_on, context.session, context.person
    if not _is_past_night(context, night_on):
        return NOTHING
    entries = await entries_between(session, user.id, night_on, night_on)
    if any(entry.event_type in COUNTED_CRAMPS for entry in entries):
        shown = messages.night_has_cramps(context.tr, night_on)
    else:
        earlier = await status_of(session, user.id, night_on)
        before = ABSENT if earlier in (None, NightStatus.NONE_LAST_NIGHT) else earlier
        await set_none(session, user.id, night_on, True, context.now)
        undo = pack("typed", "night", night_on, before)
        shown = messages.no_cramps(context.tr, night_on, undo)
    return [*present_with_keyboard(context, shown), DiaryChanged({night_on})]


async def on_night(_update: Update, context: Context) -> Replies:
    """Undo the record of a night. The callback data has the previous record, if any."""
    night_on, word = context.tap.day(0), context.tap.word(1)
    if night_on is None or word not in {*NightStatus, ABSENT}:
        return NOTHING
    if not _is_past_night(context, night_on):
        return NOTHING
    session, user_id = context.session, context.person.id
    if word == ABSENT:
        await set_none(session, user_id, night_on, False, context.now)
    else:
        await set_status(session, user_id, night_on, NightStatus(word or ""), context.now)
    shown = messages.no_cramps_taken_back(context.tr, night_on)
    return [Show(shown), DiaryChanged({night_on})]
