"""Answers text that nobody understands: with offers, or else with what can be typed."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from telegram import Update

from bot.database.stored_values import SetupStep
from bot.features.emergency.handlers import card_again
from bot.features.free_text import messages
from bot.features.free_text.acts.calm_acts import but_cramp_nights, without_cramp_nights
from bot.features.free_text.acts.note_acts import as_cause, offered_note, with_note
from bot.features.free_text.meanings.act_values import KeepNote, Shift, own_words
from bot.features.free_text.meanings.further_values import Correct, HadCaffeine, OpenCard
from bot.features.free_text.meanings.offer_values import Offer
from bot.features.free_text.meanings.values import LogCramp, LogTwo, Meaning, Unclear, encode
from bot.features.free_text.offer_messages import labels, offered
from bot.features.free_text.offer_messages import near_commands as command_message
from bot.features.free_text.offers.offers import (
    MOST_OFFERS,
    as_typed,
    likeliest_first,
    near_commands,
    near_labels,
    offers,
)
from bot.features.free_text.reading_cache import reading_of
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.felt_words import felt_words
from bot.features.free_text.rules.note_rules import tells_cause
from bot.features.users.handlers.help_and_fallback import on_unknown
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import is_written_before
from bot.i18n.translator import SOURCE_LANGUAGE, translator
from bot.local_time.nights import local_time
from bot.telegram.context import Context
from bot.telegram.feature import Feature
from bot.telegram.message import Message
from bot.telegram.open_question import says_yes_or_no
from bot.telegram.replies import Content, Replies, Say


async def on_not_understood(update: Update, context: Context) -> Replies:
    """Offer what a text looked like; every other message is answered as unknown.

    Below the emergency card nothing is offered: the card comes again.
    """
    card = await _emergency_card(context)
    if card is not None:
        return [Say(card)]
    shown = await _offered(context)
    if shown is None:
        return await on_unknown(update, context)
    return present_with_keyboard(context, shown)


async def _emergency_card(context: Context) -> Content | None:
    """The card that is on screen, unless the text is nearly understood."""
    text = context.text
    if not text or text.startswith("/") or context.person.awaiting:
        return None
    return None if reading_of(context, text).is_asked else await card_again(context)


async def _offered(context: Context) -> Message | None:
    """The likely meanings of the text; None when there are none, or when a question is open."""
    message, user = context.message, context.person
    if message is None or message.forward_origin is not None or not context.text:
        return None
    if user.setup_step is not SetupStep.DONE or user.awaiting or is_written_before(context):
        return None
    if context.text.startswith("/"):
        return _commands(context)
    return await offer_message(context, await offered_note(context, context.text))


async def offer_message(context: Context, note: KeepNote | None = None) -> Message | None:
    """What a typed text looked like, and its unknown words; None when it has no words at all.

    Args:
        context: who typed it.
        note: right after an entry: the text as its note, which is offered last.
    """
    tr, text = context.tr, context.text
    if says_yes_or_no(context):
        return messages.no_question(tr)
    at, zone = context.written_at, context.zone
    reading = reading_of(context, text)
    unknown = as_typed(text, reading.unknown)
    if isinstance(reading.understood, Unclear) and reading.is_asked:
        understood = with_note(reading.understood, reading.concepts, note)
        understood = await without_cramp_nights(context, understood)
        return question(context, understood, unknown)
    if context.opened("typed", "asked") is not None:
        context.put_on_screen("typed", "choose")
    found = offers(text, tr.language, at, zone, tr.hour_cycle, context.nights, reading)
    found = await but_cramp_nights(context, found)
    for spoken in () if found else (tr, translator(SOURCE_LANGUAGE)):
        found = found or near_labels(text, labels(spoken))
    if note is not None and EVENTS.keys().isdisjoint(reading.concepts):
        found = tuple(_of_entry(one, at) for one in found)
    if note is not None and tells_cause(reading.concepts):
        found = as_cause(note, found, reading.concepts)[:MOST_OFFERS]
    elif note is not None and not any(own_words(one) for one in found):
        is_of_cards = "NOTE" in reading.concepts or all(isinstance(one, OpenCard) for one in found)
        is_of_cards |= _is_cramp_unsaid(found, reading.concepts)
        kept = found[: MOST_OFFERS - 1]  # "it was the wine": said of the entry, hardly a question
        found = (note, *kept) if is_of_cards else (*kept, note)
    if not found and not unknown and not reading.concepts:
        return None
    if found and isinstance(found[0], LogTwo):
        _await_yes_to(context, found[0])
    locals_of = _locals_of(context, found)
    now = LogCramp(at, "exact")
    at, nights = context.local_now, context.nights
    words = _quoted(context, found)
    return offered(tr, found, context.message_id, at, locals_of, unknown, now, nights, words)


def _of_entry(offer: Offer, at: datetime) -> Offer:
    """Right after an entry, details without a cramp are those of the entry: "it was teh left"."""
    if isinstance(offer, LogCramp) and offer.at == at and offer.told:
        return Correct(offer.told)
    return offer


def _is_cramp_unsaid(found: Sequence[object], concepts: Collection[str]) -> bool:
    """Whether the first reading is a new cramp that no word names: "that was a bad one"."""
    is_log = bool(found) and isinstance(found[0], LogCramp)
    return is_log and {*EVENTS, "AGAIN", "AT", "NOW"}.isdisjoint(concepts)


def question(context: Context, understood: Unclear, unknown: Sequence[str] = ()) -> Message:
    """Ask which of several readings is meant, or whether the only one is."""
    carried = [one for one in understood.candidates if messages.has_room(one, context.message_id)]
    likeliest = replace(understood, candidates=likeliest_first(carried))
    if any(isinstance(one, Shift) for one in carried):
        context.clear_screen()  # what was moved before is not what this question's button does
    _await_yes_or_no(context, likeliest)
    return messages.unclear(
        context.tr,
        likeliest,
        context.message_id,
        _locals_of(context, likeliest.candidates),
        context.local_now,
        context.nights,
        unknown,
        _quoted(context, likeliest.candidates),
    )


def _quoted(context: Context, found: Sequence[object]) -> str:
    """The person's own words that the last line of a question has, for what its buttons do."""
    own = next(filter(None, map(own_words, found)), "")
    is_of_cramp = any(isinstance(one, LogCramp | LogTwo) for one in found)
    return own or (felt_words(context.text, context.tr.language) if is_of_cramp else "")


def forget_question(context: Context) -> None:
    """Close a question of which a button was tapped, so that a typed "yes" does not answer it."""
    if context.opened("typed", "asked") or context.opened("typed", "choose"):
        context.clear_screen()


def _await_yes_or_no(context: Context, asked: Unclear) -> None:
    """Take a typed "yes" or "no" that comes next as an answer to a question with one reading.

    So it is where the first of several readings is all that was said: two cramps. To every other
    question a "yes" is not an answer, and never one to an older question.
    """
    if asked.candidates:
        context.put_on_screen("typed", "choose")
    meaning = asked.candidates[0] if asked.candidates else None
    if meaning is None or (len(asked.candidates) != 1 and not isinstance(meaning, LogTwo)):
        return
    if not own_words(meaning):  # a button does not carry them
        _await_yes_to(context, meaning)


def _await_yes_to(context: Context, meaning: Meaning) -> None:
    with suppress(ValueError):  # what fits no button can only be tapped
        context.put_on_screen("typed", "asked", context.message_id, encode(meaning))


def _locals_of(context: Context, found: Sequence[object]) -> dict[LogCramp | HadCaffeine, datetime]:
    """The local time of each cramp and each drink."""
    told = [one for one in found if isinstance(one, LogCramp | HadCaffeine)]
    for both in (one for one in found if isinstance(one, LogTwo)):
        told += [both.first, both.second]
    return {one: local_time(one.at, context.zone) for one in told}


def _commands(context: Context) -> Message | None:
    typed = context.text.split()[0].partition("@")[0][1:33]
    names = tuple(one.command for one in context.deps.command_menu(context.tr))
    found = near_commands(typed, names, context.tr.language)
    return command_message(context.tr, f"/{typed}", found) if found else None


FEATURE = Feature(name="typed_offers", fallback=on_not_understood)
