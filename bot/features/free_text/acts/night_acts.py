"""A night without cramps, as a typed sentence says."""

from datetime import date, timedelta

from telegram import Update

from bot.database.stored_values import NightStatus
from bot.features.check_in.more_questions import SLEEP_QUALITIES
from bot.features.check_in.queries import Known, known_of, set_sleep_quality
from bot.features.cramps.entry_times import FURTHEST_BACK
from bot.features.diary.queries import set_status
from bot.features.free_text import messages
from bot.features.free_text.acts.reminder_acts import ABSENT
from bot.features.free_text.meanings.values import NoCramps
from bot.features.summary.queries import set_none
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Show


def _is_past_night(context: Context, night_on: date) -> bool:
    """Whether a night is over and not too long ago to be corrected."""
    return timedelta(0) < context.today - night_on <= FURTHEST_BACK


async def no_cramps(context: Context, meaning: NoCramps) -> Replies:
    """Record a night without cramps, unless the diary has cramps in it, and how it was slept."""
    night_on, sleep = meaning.night_on, meaning.sleep
    session, user = context.session, context.person
    if not _is_past_night(context, night_on):
        return NOTHING
    known = await known_of(session, user.id, night_on)
    before = ABSENT if known.status in (None, NightStatus.NONE_LAST_NIGHT) else known.status
    undo = pack("typed", "night", night_on, before, *_slept_before(known, sleep))
    if not known.cramp_entries:
        await set_none(session, user.id, night_on, True, context.now)
        shown = messages.no_cramps(context.tr, night_on, undo, sleep)
    elif sleep is None:
        shown = messages.night_has_cramps(context.tr, night_on)
    else:
        shown = messages.only_slept(context.tr, night_on, undo, sleep)
    if sleep is not None:
        await set_sleep_quality(session, user.id, night_on, sleep, known, context.now)
    return [*present_with_keyboard(context, shown), DiaryChanged({night_on})]


def _slept_before(known: Known, sleep: int | None) -> tuple[str, ...]:
    """How the night was slept before this was said, for the undo; () when nothing is said of it."""
    if sleep is None:
        return ()
    return (ABSENT if known.sleep_quality is None else str(known.sleep_quality),)


async def on_night(_update: Update, context: Context) -> Replies:
    """Undo the record of a night. The callback data has the previous record, if any."""
    night_on, word = context.tap.day(0), context.tap.word(1)
    if night_on is None or word not in {*NightStatus, ABSENT}:
        return NOTHING
    if not _is_past_night(context, night_on):
        return NOTHING
    session, user_id = context.session, context.person.id
    if (slept := context.tap.word(2)) is not None:
        quality = context.tap.number(2)
        if slept != ABSENT and quality not in SLEEP_QUALITIES:
            return NOTHING
        known = await known_of(session, user_id, night_on)
        await set_sleep_quality(session, user_id, night_on, quality, known, context.now)
    if word == ABSENT:
        await set_none(session, user_id, night_on, False, context.now)
    else:
        await set_status(session, user_id, night_on, NightStatus(word or ""), context.now)
    shown = messages.no_cramps_taken_back(context.tr, night_on)
    return [Show(shown), DiaryChanged({night_on})]
