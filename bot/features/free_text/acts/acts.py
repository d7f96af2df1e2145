"""Does what a sentence asks of reminders and of the day's plan (see ``act_values.py``)."""

from bot.database.stored_values import Kind
from bot.features.free_text.acts import act_messages as messages
from bot.features.free_text.acts.answer_acts import answer, on_unanswer, snooze
from bot.features.free_text.acts.bed_tonight import move_tonight, on_usual
from bot.features.free_text.acts.day_acts import come_home, on_sleep, set_sleep_times, travel
from bot.features.free_text.acts.note_acts import keep_note
from bot.features.free_text.acts.own_reminder_acts import (
    on_own,
    on_unown,
    remind_daily,
    remind_once,
    turn_own,
)
from bot.features.free_text.acts.reminder_acts import (
    keep,
    mute,
    on_unmute,
    reset,
    set_days,
    set_sound,
    shift_times,
)
from bot.features.free_text.meanings.act_values import (
    Act,
    Answered,
    AskPlace,
    BedTonight,
    ComeHome,
    Keep,
    KeepNote,
    Mute,
    RemindDaily,
    RemindOnce,
    Reset,
    SetDays,
    SetSound,
    Shift,
    SleepTimes,
    Snooze,
    Travel,
    TurnOwn,
    needs_words,
    with_own_words,
)
from bot.features.free_text.quoted_words import quoted_words
from bot.telegram.context import Context
from bot.telegram.replies import Replies

UNDO = {
    "unown": on_unown,
    "own": on_own,
    "unanswer": on_unanswer,
    "sleep": on_sleep,
    "usual": on_usual,
    "unmute": on_unmute,
}
"""Verb of callback data → what undoes an act."""


async def do_act(context: Context, act: Act, message_id: int) -> Replies:
    """Do an act that was understood, or chosen on a button.

    Args:
        context: whose act it is.
        act: what to do.
        message_id: of the message with the sentence.
    """
    if needs_words(act):
        act = with_own_words(act, quoted_words(context))
        if needs_words(act):
            return context.refuse(messages.no_words(context.tr))
    match act:
        case RemindOnce():
            return await remind_once(context, act, message_id)
        case RemindDaily():
            return await remind_daily(context, act, message_id)
        case TurnOwn():
            return await turn_own(context, act)
        case SetDays(kind, weekdays):
            return await set_days(context, Kind(kind), weekdays)
        case SetSound(kind, on):
            return await set_sound(context, Kind(kind), on=on)
        case Shift(kind, minutes):
            return await shift_times(context, Kind(kind), minutes)
        case Reset(kind):
            return await reset(context, Kind(kind))
        case Mute(kind, until_on):
            return await mute(context, Kind(kind), until_on)
        case Snooze():
            return await snooze(context, act)
        case Answered():
            return await answer(context, act)
        case SleepTimes():
            return await set_sleep_times(context, act)
        case BedTonight(at):
            return await move_tonight(context, at, message_id)
        case Travel():
            return await travel(context, act)
        case AskPlace(at, place):
            words = messages.asks_place(context.tr, place)
            return await remind_once(context, RemindOnce(at, words), message_id)
        case ComeHome():
            return await come_home(context)
        case KeepNote():
            return await keep_note(context, act, message_id)
        case Keep(kind):
            return await keep(context, kind)
