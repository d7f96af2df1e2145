"""/start, and the way back to an earlier question."""

from telegram import Update

from bot.database.models import SetupStep
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import (
    advance,
    await_open_question,
    onboarding_question,
    show_question,
)
from bot.features.users.handlers.settings import answered_before, current_pause
from bot.features.users.messages.menu_and_help import menu
from bot.telegram.context import Context
from bot.telegram.replies import Replies


async def on_start(_update: Update, context: Context) -> Replies:
    """Show the first question without an answer, or the menu and the keyboard after all."""
    user = context.person
    asked = await advance(context)
    if asked is not None:
        return show_question(context, asked)
    await_open_question(user)
    user.keyboard_sent_at = None
    return present_with_keyboard(context, menu(context.tr, current_pause(context)))


async def on_step_back(_update: Update, context: Context) -> Replies:
    """Show an earlier question again; what is answered after it is not asked again."""
    user, step = context.person, context.tap.word(0)
    if user.setup_step is SetupStep.DONE:
        return answered_before(context)
    user.awaiting = None
    if step in set(SetupStep) - {SetupStep.DONE}:
        user.setup_step = SetupStep(step or "")
    await_open_question(user)
    return show_question(context, onboarding_question(context))
