"""Typed sentences: one does what several taps do, is confirmed in words, and can be undone."""

from collections.abc import Sequence
from datetime import date, timedelta

from telegram import Update

from bot.database.models import Kind, NightStatus, SetupStep
from bot.features.cramps.handlers.log import log_at
from bot.features.cramps.messages.earlier_entries import ask_backdated
from bot.features.cramps.queries import entries_between
from bot.features.cramps.told_codes import encode_told, told_or_none
from bot.features.cramps.values import FURTHEST_BACK
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.diary.queries import set_status, status_of
from bot.features.free_text import messages
from bot.features.free_text.act_values import Travel
from bot.features.free_text.acts import UNDO, do_act
from bot.features.free_text.day_acts import maybe_travel
from bot.features.free_text.details import guess_details
from bot.features.free_text.edited import on_edited
from bot.features.free_text.meanings import FurtherMeaning
from bot.features.free_text.offering import question
from bot.features.free_text.pages import show_page
from bot.features.free_text.pause_acts import end_pause, on_rest, pause
from bot.features.free_text.reminder_acts import ABSENT, move_reminder, on_back, switch_reminder
from bot.features.free_text.understanding import understand
from bot.features.free_text.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    NoCramps,
    Pause,
    Resume,
    Show,
    TurnReminder,
    Unclear,
    decode,
)
from bot.features.summary.queries import set_none
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, taps
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say
from bot.telegram.replies import Show as ShowReply


async def guess(context: Context, text: str) -> Replies | None:
    """Do what a sentence says when it is clear, ask when it is not; None when it says nothing."""
    if context.person.setup_step is not SetupStep.DONE:
        return None
    tr = context.tr
    reading = understand(
        text, tr.language, context.written_at, context.zone, tr.hour_cycle, context.nights
    )
    understood = reading.understood
    if understood is None or not reading.is_exact:
        return None
    if isinstance(understood, Unclear):
        match understood.candidates:
            case (Travel(place),):
                return await maybe_travel(context, place)
        return [Say(question(context, understood))] if reading.is_asked else None
    return await _do(context, understood, context.message_id)


async def on_yes(_update: Update, context: Context) -> Replies:
    """Apply the chosen reading.

    The callback data has the id of the message with the sentence, and the reading.
    """
    message_id, meaning = context.tap.number(0), decode(context.tap.word(1))
    if meaning is None or message_id is None or not 0 < message_id < 2**31:
        return NOTHING
    return await _do(context, meaning, message_id)


async def on_other_time(_update: Update, context: Context) -> Replies:
    """Ask when the cramp was that was understood; the button carries what else was told of it."""
    told = told_or_none(context.tap.word(0))
    if told is None:
        return NOTHING
    context.ask("cramps", "when", *([encode_told(told)] if told else []))
    return [ShowReply(ask_backdated(context.tr))]


async def on_no(_update: Update, context: Context) -> Replies:
    """Handle a tap on "none of these": no reading was meant."""
    return [ShowReply(messages.nothing_changed(context.tr))]


async def _do(context: Context, meaning: Meaning, message_id: int) -> Replies:
    match meaning:
        case LogCramp(at, precision, told):
            if not timedelta(0) <= context.now - at <= FURTHEST_BACK:
                return NOTHING
            return await log_at(context, message_id, at, precision, told)
        case MoveReminder(kind, times):
            return await move_reminder(context, Kind(kind), times)
        case TurnReminder(kind, on):
            return await switch_reminder(context, Kind(kind), on=on)
        case Pause():
            return await pause(context, meaning)
        case Resume():
            return await end_pause(context)
        case NoCramps():
            return await _no_cramps(context, meaning)
        case Show(page):
            return await show_page(context, page)
    if isinstance(meaning, FurtherMeaning):
        return NOTHING
    return await do_act(context, meaning, message_id)


# A night without cramps --------------------------------------------------------------------------


def _is_past_night(context: Context, night_on: date) -> bool:
    """Whether a night is over and not too long ago to be corrected."""
    return timedelta(0) < context.today - night_on <= FURTHEST_BACK


async def _no_cramps(context: Context, meaning: NoCramps) -> Replies:
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
    return [ShowReply(shown), DiaryChanged({night_on})]


def _handlers() -> Sequence[AnyHandler]:
    return taps(
        "typed",
        {
            "yes": on_yes,
            "no": on_no,
            "other": on_other_time,
            "back": on_back,
            "rest": on_rest,
            "night": on_night,
            **UNDO,
        },
    )


FEATURE = Feature(
    name="typed", handlers=_handlers, guesses=(guess, guess_details), edited=(on_edited,)
)
