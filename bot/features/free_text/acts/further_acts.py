"""Carries out the meanings of ``further_values.py``: look at the diary, correct it, tell, talk."""

from telegram.constants import ReactionEmoji

from bot.features.data_export.export_jobs import queue_file
from bot.features.data_export.handlers import FORMATS
from bot.features.free_text.acts import further_messages as messages
from bot.features.free_text.acts.answer_acts import answer_own
from bot.features.free_text.acts.correct_acts import correct, maybe_alcohol, move_to_night
from bot.features.free_text.acts.language_acts import set_hours, set_language
from bot.features.free_text.acts.question_answers import (
    answer_helped,
    answer_in_a_row,
    answer_last,
    answer_nights,
    answer_trend,
    answer_worst,
)
from bot.features.free_text.acts.told_acts import did_habit, had_caffeine
from bot.features.free_text.acts.undo_acts import ask_what_is_wrong, remove_entry, undo_last
from bot.features.free_text.meanings.further_values import (
    AskHelped,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    Correct,
    DidHabit,
    FurtherMeaning,
    HadCaffeine,
    LetGo,
    MoveToNight,
    OpenCard,
    RemoveEntry,
    Said,
    SendFile,
    SetHours,
    SetLanguage,
    Talk,
    Undo,
    WasWrong,
)
from bot.features.learn.cards import card_named
from bot.features.learn.handlers import card_content
from bot.features.relief.handlers import let_go_of_running
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, React, Replies, Say


async def do_further(context: Context, meaning: FurtherMeaning) -> Replies:
    """Do what a sentence means, or what was chosen on a button."""
    match meaning:
        case Undo():
            return await undo_last(context)
        case RemoveEntry():
            return await remove_entry(context)
        case WasWrong():
            return await ask_what_is_wrong(context)
        case Correct():
            return await correct(context, meaning)
        case MoveToNight():
            return await move_to_night(context, meaning) or await ask_what_is_wrong(context)
        case LetGo():
            replies = await let_go_of_running(context)
            return [Say(messages.has_let_go(context.tr))] if replies is None else replies
        case AskNights():
            return await answer_nights(context, meaning)
        case AskLast():
            return await answer_last(context, meaning)
        case AskWorst():
            return await answer_worst(context, meaning)
        case AskTrend():
            return await answer_trend(context)
        case AskHelped():
            return await answer_helped(context)
        case AskInARow():
            return await answer_in_a_row(context)
        case OpenCard(name):
            known = card_named(name)
            return NOTHING if known is None else [Say(await card_content(context, known))]
        case SetLanguage():
            return await set_language(context, meaning)
        case SetHours():
            return await set_hours(context, meaning)
        case SendFile(file_format):
            return await queue_file(context, file_format) if file_format in FORMATS else NOTHING
        case HadCaffeine():
            return await had_caffeine(context, meaning)
        case DidHabit():
            return await did_habit(context, meaning)
        case Said(talk):
            return await _answer(context, talk)


async def _answer(context: Context, talk: Talk) -> Replies:
    """Answer a friendly word with one."""
    match talk:
        case Talk.HELLO:
            return [Say(messages.hello(context.tr))]
        case Talk.THANKS:
            return [Say(messages.welcome(context.tr))]
        case Talk.BYE:
            return [Say(messages.bye(context.tr))]
        case Talk.GOOD_NIGHT:
            return [Say(messages.good_night(context.tr))]
        case Talk.ALCOHOL:
            return await maybe_alcohol(context)
        case Talk.MEDICINE:
            return await answer_own(context) or [Say(messages.medicines_are_not_kept(context.tr))]
        case Talk.PET:
            return [Say(messages.diary_of_people(context.tr))]
        case Talk.SORE:
            return [Say(messages.sore_after_cramp(context.tr, context.message_id))]
        case Talk.LOOKS:
            return [Say(messages.looks_are_of_telegram(context.tr))]
        case Talk.VOICE:
            return [Say(messages.only_writes(context.tr))]
        case Talk.FINE:
            return [React(ReactionEmoji.THUMBS_UP)]
