"""Handlers of reminders in the person's own words: add, rename and remove them."""

from telegram import Update

from bot.database.models import Kind, Reminder
from bot.features.diary.limits import REMINDERS
from bot.features.health_profile.medicine_words import speaks_of_medicine
from bot.features.reminders import queries
from bot.features.reminders.handlers.callback_reference import MOST_DIGITS, Reference
from bot.features.reminders.handlers.sent import gone
from bot.features.reminders.handlers.settings import change_reminder, on_list, unchanged
from bot.features.reminders.messages import own_words as messages
from bot.features.reminders.messages.names import LONGEST_WORDS
from bot.features.reminders.messages.settings import own_medicine_card, reminder_card
from bot.telegram.context import Context
from bot.telegram.message import Tap
from bot.telegram.replies import Replies, Say, Show


async def _tapped(context: Context) -> Reminder | None:
    """The reminder whose slot is in the callback data."""
    slot = context.tap.number(0)
    if slot is None or not 0 < slot < 10**MOST_DIGITS:
        return None
    return await queries.reminder_of(context.session, context.person.id, Kind.CUSTOM, slot)


async def on_new(_update: Update, context: Context) -> Replies:
    """Ask for the words of a new reminder."""
    count = len(await queries.reminders_of(context.session, context.person.id))
    if count >= REMINDERS:
        return [Show(messages.too_many(context.tr, REMINDERS))]
    context.ask("reminders", "words")
    return [Show(messages.ask_words(context.tr))]


async def on_words(_update: Update, context: Context) -> Replies:
    """Ask for other words."""
    reminder = await _tapped(context)
    if reminder is None:
        return gone(context)
    context.ask("reminders", "words", reminder.slot)
    return [Show(messages.ask_words(context.tr, reminder.slot))]


async def on_typed_words(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the words of a new reminder, or other words of an existing one.

    A new one gets the id of the typed message as its slot, so that the same message received
    twice adds one reminder.
    """
    words = " ".join(text.split())
    is_new = question.word(0) is None
    slot = context.message_id if is_new else question.number(0) or 0
    reminder = await queries.reminder_of(context.session, context.person.id, Kind.CUSTOM, slot)
    if not is_new and reminder is None:
        return None
    if not 0 < len(words) <= LONGEST_WORDS:
        return [Say(messages.unusable_words(context.tr))]
    if reminder is None:
        return await _add(context, words, slot)
    reminder.words = words
    card = own_medicine_card if speaks_of_medicine(words) else reminder_card
    return await change_reminder(context, Reference(Kind.CUSTOM, slot), unchanged, card)


async def _add(context: Context, words: str, slot: int) -> Replies:
    """Add a reminder without a time, and ask for its times."""
    added = await queries.add_custom(context.session, context.person, words, (), context.now, slot)
    if added is None:
        return [Say(messages.too_many(context.tr, REMINDERS))]
    context.ask("reminders", "times", Reference(Kind.CUSTOM, slot))
    return [Say(messages.ask_first_times(context.tr, words))]


async def on_remove(_update: Update, context: Context) -> Replies:
    """Ask for confirmation before a reminder is deleted."""
    reminder = await _tapped(context)
    if reminder is None:
        return gone(context)
    return [Show(messages.remove_question(context.tr, reminder.slot, reminder.words or ""))]


async def on_removed(update: Update, context: Context) -> Replies:
    """Delete a reminder and show the list."""
    reminder = await _tapped(context)
    if reminder is not None:
        await queries.remove_custom(context.session, context.person.id, reminder.slot)
    return await on_list(update, context)
