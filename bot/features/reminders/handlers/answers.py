"""Answers to a reminder."""

from telegram import Update

from bot.database.stored_values import Answer
from bot.features.reminders import queries
from bot.features.reminders.handlers.sent import answers_again, current_state, gone, tapped
from bot.telegram.context import Context
from bot.telegram.replies import DiaryChanged, Occasion, Replies, Show


async def on_done(_update: Update, context: Context) -> Replies:
    """Store that it was done."""
    return await _answer(context, Answer.DONE)


async def on_skip(_update: Update, context: Context) -> Replies:
    """Store that it was skipped."""
    return await _answer(context, Answer.SKIPPED)


async def _answer(context: Context, answer: Answer) -> Replies:
    """Store an answer and show it. Weekly summaries count answers, so the diary has changed."""
    sent = await tapped(context)
    if sent is None:
        return gone(context)
    queries.set_answer(context.session, sent.delivery, answer, context.now)
    changed = DiaryChanged({sent.delivery.night_on}, occasion=Occasion.ANSWERED)
    return [Show(current_state(context, sent)), changed]


async def on_ask(_update: Update, context: Context) -> Replies:
    """Show the answers again, to change one."""
    sent = await tapped(context)
    return gone(context) if sent is None else [Show(answers_again(context, sent))]


async def on_back(_update: Update, context: Context) -> Replies:
    """Go back to the reminder as it is now."""
    sent = await tapped(context)
    return gone(context) if sent is None else [Show(current_state(context, sent))]
