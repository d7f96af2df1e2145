"""Handles typed sentences.

Each can do what several taps do; it is confirmed in words and can be undone.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from html import unescape

from telegram import Update

from bot.database.stored_values import Kind, SetupStep
from bot.features.cramps.entry import entry_of
from bot.features.cramps.entry_times import FURTHEST_BACK
from bot.features.cramps.handlers.entry_card import card_of
from bot.features.cramps.handlers.log import log_at
from bot.features.cramps.handlers.typed import guess_strength
from bot.features.cramps.messages.earlier_entries import ask_backdated
from bot.features.cramps.messages.entry_card import logged
from bot.features.cramps.messages.entry_words import one_line
from bot.features.cramps.queries import behind_message
from bot.features.cramps.told_codes import encode_told, told_or_none
from bot.features.free_text import messages
from bot.features.free_text.acts.acts import do_act
from bot.features.free_text.acts.calm_acts import guess_calm, without_cramp_nights
from bot.features.free_text.acts.correct_acts import maybe_alcohol, on_fix, other_side
from bot.features.free_text.acts.correct_reminder import of_own_reminder, of_reminder
from bot.features.free_text.acts.count_acts import guess_count
from bot.features.free_text.acts.day_acts import maybe_travel
from bot.features.free_text.acts.detail_acts import (
    guess_details,
    guess_ended,
    guess_retold,
    meant_entry,
)
from bot.features.free_text.acts.felt_acts import guess_felt, guess_felt_after
from bot.features.free_text.acts.further_acts import do_further
from bot.features.free_text.acts.helped_acts import guess_helped
from bot.features.free_text.acts.night_acts import no_cramps
from bot.features.free_text.acts.note_acts import guess_note, is_note_question_gone, or_its_note
from bot.features.free_text.acts.pause_acts import end_pause, pause
from bot.features.free_text.acts.reminder_acts import move_reminder, switch_reminder
from bot.features.free_text.acts.somebody_acts import guess_of_somebody
from bot.features.free_text.acts.two_cramps import about_two, instead_of_one, log_two, on_both
from bot.features.free_text.acts.undo_acts import (
    WAYS_BACK,
    after_tap,
    is_done_already,
    naming_undo,
    remember,
)
from bot.features.free_text.answered_choice import pause_said, taps_by_clock
from bot.features.free_text.beside_danger import cramps_beside
from bot.features.free_text.beside_question import is_beside, kept_open
from bot.features.free_text.chip_words import guess_chips
from bot.features.free_text.declined import guess_declined
from bot.features.free_text.during_setup import during_setup
from bot.features.free_text.edited import on_edited
from bot.features.free_text.meanings.act_values import Travel
from bot.features.free_text.meanings.further_values import Correct, FurtherMeaning, LetGo, OpenCard
from bot.features.free_text.meanings.values import (
    LogCramp,
    LogTwo,
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
from bot.features.free_text.offering import forget_question, offer_message, question
from bot.features.free_text.pages import show_page
from bot.features.free_text.quoted_words import felt_of
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.replied import on_reply
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.said_before import (
    may_be_told_again,
    more_told,
    of_its_entry,
    with_told_before,
    without_cramp_again,
)
from bot.features.free_text.understanding.sentence import Situation
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.features.free_text.without_entry import reading_for
from bot.i18n.vocabulary.lexicon import is_answer
from bot.local_time.typed_answers import is_shown_twice
from bot.local_time.typed_times import parse_clock
from bot.telegram import open_question
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Callback, Feature, taps
from bot.telegram.message import Tap
from bot.telegram.replies import NOTHING, Replies, Say, Toast
from bot.telegram.replies import Show as ShowReply

_ASKING = frozenset({"ASKING", "WHY", "HELPING", "?"})
LONGEST_TOAST = 200
"""Characters that Telegram shows over a chat (Bot API, answerCallbackQuery)."""


async def guess(context: Context, text: str) -> Replies | None:
    """Do what a sentence says when it is clear, ask when it is not; None when it says nothing."""
    if context.person.setup_step is not SetupStep.DONE:
        return None
    reading = await reading_for(context, text)
    understood = of_reminder(context, reading.understood)
    if understood is None or not reading.is_exact:
        return None
    if any(
        isinstance(one, LogCramp) and one.at == context.written_at
        for one in readings_of(understood)
    ):
        retold = await guess_retold(context, text)
        if retold is None and EVENTS.keys().isdisjoint(reading.concepts):
            retold = await guess_felt_after(context, text)  # "that one was dreadful"
        if retold is not None:
            return retold
    if LetGo() in readings_of(understood) and (ended := await guess_ended(context, text)):
        return ended
    own = await of_own_reminder(context, understood)
    if own is not None:
        return own
    if context.question is not None and (whole := with_told_before(context, understood)):
        replies = await _do(context, whole, context.message_id)
        return open_question.without_buttons(context.question, replies)
    if isinstance(understood, Unclear):
        if (side := await other_side(context, understood, reading.concepts)) is not None:
            return await _do(context, side, context.message_id)
        match understood.candidates:
            case (Travel() as journey,):
                return await maybe_travel(context, journey)
            case (OpenCard("alcohol"),) if _ASKING.isdisjoint(reading.concepts):
                if await meant_entry(context):  # "it was the wine"
                    return await maybe_alcohol(context)
        understood = await without_cramp_again(context, understood)
        understood = await of_its_entry(context, understood, reading.concepts)
        understood = await or_its_note(context, understood, reading.concepts)
        understood = await without_cramp_nights(context, understood)
        if understood == Unclear():
            return None
        ask = partial(question, context, understood)
        return [Say(await naming_undo(context, understood.candidates, ask))]
    return await _do(context, understood, context.message_id)


async def instead_of_note(context: Context, text: str) -> Replies | None:
    """Do what a sentence says although a note was asked for, hours ago, on a card that is reduced.

    Nobody sees that question any more: "cramp right calf" tells of a new cramp. Every other text
    is still the note of that entry, and the answer names the entry.
    """
    reading = reading_of(context, text) if context.person.awaiting else None
    if reading is None or not reading.is_exact:
        return None
    meanings = readings_of(reading.understood)
    is_clear = reading.is_sure or any(isinstance(one, LogCramp) for one in meanings)
    if not is_clear or not await is_note_question_gone(context):
        return None
    answered = await guess(context, text)
    if answered is not None:
        context.person.awaiting = None
    return answered


async def beside_question(context: Context, text: str) -> Replies | None:
    """Do, or ask about, a cramp or a wish that cannot be the answer to the open question."""
    asked = context.person.awaiting
    if context.person.setup_step is not SetupStep.DONE or not is_beside(context, text):
        return None
    replies = await guess(context, text) or await guess_details(context, text)
    if replies is None and (shown := await offer_message(context)) is not None:
        replies = [Say(shown)]
    return None if replies is None else kept_open(context, asked, replies)


async def about_entry_beside(context: Context, _opened: Tap, text: str) -> Replies | None:
    """Take a number as the strength of the entry that was made while a question was open."""
    replies = await guess_strength(context, text)
    if replies is not None:
        context.put_on_screen("typed", "beside")
    return replies


async def on_yes(_update: Update, context: Context) -> Replies:
    """Apply the chosen reading.

    The callback data has the id of the message with the sentence, and the reading.
    """
    message_id, meaning = context.tap.message_id(0), decode(context.tap.word(1))
    if meaning is None or message_id is None:
        return NOTHING
    if is_done_already(context, meaning) or not _may_be_done(context, meaning, message_id):
        return NOTHING
    forget_question(context)
    asked = context.person.awaiting
    return kept_open(context, asked, await _do(context, meaning, message_id))


def _may_be_done(context: Context, meaning: Meaning, message_id: int) -> bool:
    """Whether a reading may be chosen: before the set-up is done, only what was told during it.

    After an erasure, the buttons from before are still in the chat.
    """
    if context.person.setup_step is SetupStep.DONE:
        return True
    asked = context.person.question_message_id
    is_asked = isinstance(meaning, LogCramp | NoCramps | Pause)
    return is_asked and asked is not None and message_id > asked


async def on_each(update: Update, context: Context) -> Replies:
    """Do one of several things that a sentence asked for; the buttons of the others stay.

    A cramp that has its card is named over the chat: a second card would look like a second cramp.
    """
    message_id = context.tap.number(0)
    if message_id is not None and isinstance(decode(context.tap.word(1)), LogCramp):
        cramp = await behind_message(context.session, context.person.id, message_id)
        if cramp is not None and not cramp.deleted_at and cramp.reply_message_id is not None:
            words = one_line(context.tr, entry_of(cramp, nights=context.nights))
            return [Toast(unescape(words.split("\n")[0])[:LONGEST_TOAST])]  # without its note
    return [open_question.as_said(one) for one in await on_yes(update, context)]


async def about_question(context: Context, opened: Tap, text: str) -> Replies | None:
    """Take a typed "yes" or "no" as the answer to the question that is on screen.

    "Both" answers the question whose first button logs two cramps.
    """
    message_id, meaning = opened.number(0), decode(opened.word(1))
    if meaning is None or message_id is None:
        return None
    if is_answer(text, "no", context.tr.language):
        context.clear_screen()
        return [Say(messages.nothing_changed(context.tr))]
    said = reading_of(context, text).concepts - {"FILLER"}
    is_both = isinstance(meaning, LogTwo) and said == {"BOTH"}
    if is_both or is_answer(text, "yes", context.tr.language):
        context.clear_screen()
        context.quoted = context.question.quoted if context.question is not None else ""
        return await _do(context, meaning, message_id)
    return await more_told(context, text)


async def about_choice(context: Context, _opened: Tap, text: str) -> Replies | None:
    """Take a "no", the time of a button or the end of a pause; a "yes" chooses no button."""
    if is_answer(text, "no", context.tr.language):
        context.clear_screen()
        return [Say(messages.nothing_changed(context.tr))]
    if is_answer(text, "yes", context.tr.language):
        return _choose_one(context)
    opened = context.question
    if opened is None:
        return None
    taps = taps_by_clock(opened, text, context.tr.language, context.zone)
    if taps is not None and len(taps) != 1:
        return _choose_one(context)  # a time beside the question is not that of an entry
    if taps:
        context.clear_screen()
        replies = await open_question.as_tapped(context, taps[0], on_yes, opened.quoted)
        return open_question.without_buttons(opened, replies)
    rest = pause_said(opened, text, _situation(context))
    if rest is None:
        return await more_told(context, text)
    context.clear_screen()
    return open_question.without_buttons(opened, await _do(context, rest, context.message_id))


def _choose_one(context: Context) -> Replies:
    """Say that what was typed chooses none of the buttons; the question stays open."""
    context.put_on_screen("typed", "choose")
    if context.question is not None:
        context.question.keep(context.person)
    return [Say(open_question.choose_one(context.tr))]


def _situation(context: Context) -> Situation:
    tr = context.tr
    return Situation(tr.language, context.written_at, context.zone, tr.hour_cycle, context.nights)


async def about_done(context: Context, opened: Tap, text: str) -> Replies | None:
    """Take a time as that of the reminder which was just changed, and not of an older entry."""
    tr = context.tr
    is_other = text.strip().isdigit() or context.person.awaiting is not None
    clock = None if is_other else parse_clock(text, tr.language)
    if clock is not None:
        said = Correct(clock=clock, is_dial=is_shown_twice(text, tr.language))
        own = await of_own_reminder(context, said)
        if own is not None:
            return own
        moved = of_reminder(context, said)
        if isinstance(moved, Unclear):
            return [Say(question(context, moved))]
        if isinstance(moved, MoveReminder):
            return await _do(context, moved, context.message_id)
    return await about_two(context, opened, text)


async def on_other_time(_update: Update, context: Context) -> Replies:
    """Ask when the cramp was that was understood; the button carries what else was told of it."""
    told = told_or_none(context.tap.word(0))
    if told is None:
        return NOTHING
    context.ask("cramps", "when", *([encode_told(told)] if told else []))
    return [ShowReply(ask_backdated(context.tr))]


async def on_no(_update: Update, context: Context) -> Replies:
    """Handle a tap on "none of these": no reading was meant.

    Another device may have answered meanwhile: then the message is the card of an entry.
    """
    forget_question(context)
    tapped, user_id = context.tapped_message_id, context.person.id
    cramp = await behind_message(context.session, user_id, tapped) if tapped else None
    if cramp is not None:
        return [ShowReply(await card_of(context, cramp, logged))]
    return [ShowReply(messages.nothing_changed(context.tr))]


async def _do(context: Context, meaning: Meaning, message_id: int) -> Replies:
    """Do what a sentence means, and note how it is undone."""
    replies = await _done(context, meaning, message_id)
    remember(context, replies)
    return replies


async def _done(context: Context, meaning: Meaning, message_id: int) -> Replies:
    match meaning:
        case LogCramp(at, precision, told):
            if not timedelta(0) <= context.now - at <= FURTHEST_BACK:
                return NOTHING
            if both := await instead_of_one(context, message_id):
                return both
            note = felt_of(context)
            is_ago = context.query is None and (
                "AGO" in reading_of(context, context.text).concepts
                or await may_be_told_again(context, meaning)
            )
            return await log_at(context, message_id, at, precision, told, is_ago=is_ago, note=note)
        case LogTwo():
            return await log_two(context, message_id, meaning, felt_of(context))
        case MoveReminder(kind, times):
            return await move_reminder(context, Kind(kind), times)
        case TurnReminder(kind, on):
            return await switch_reminder(context, Kind(kind), on=on)
        case Pause():
            return await pause(context, meaning)
        case Resume():
            return await end_pause(context)
        case NoCramps():
            return await no_cramps(context, meaning)
        case Show(page):
            return await show_page(context, page)
    if isinstance(meaning, FurtherMeaning):
        return await do_further(context, meaning)
    return await do_act(context, meaning, message_id)


def _after_setup(callback: Callback) -> Callback:
    """The handler of a button for somebody who is set up; an older button does nothing.

    After an erasure, the buttons from before are still in the chat.
    """

    async def handle(update: Update, context: Context) -> Replies:
        if context.person.setup_step is not SetupStep.DONE:
            return NOTHING
        return await callback(update, context)

    return handle


def _handlers() -> Sequence[AnyHandler]:
    callbacks = {
        "both": on_both,
        "each": on_each,
        "other": on_other_time,
        "fix": on_fix,
        **WAYS_BACK,
    }
    later = {verb: _after_setup(one) for verb, one in callbacks.items()}
    return taps("typed", {"yes": on_yes, "no": on_no, **later})


FEATURE = Feature(
    name="typed",
    handlers=_handlers,
    sooner=(guess_declined, during_setup, instead_of_note, beside_question),
    beside=cramps_beside,
    guesses=(
        guess_note,
        guess_chips,
        guess_helped,
        guess_count,
        guess_of_somebody,
        guess_calm,
        guess,
        guess_details,
        guess_felt,
    ),
    replies=(on_reply,),
    edited=(on_edited,),
    after_tap=after_tap,
    on_sent={open_question.SENT: open_question.on_sent},
    on_screen={
        "asked": about_question,
        "beside": about_entry_beside,
        "choose": about_choice,
        "two": about_done,
        "undo": about_done,
    },
)
