"""/start."""

from telegram import Update

from bot.database.models import SetupStep
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import await_open_question, onboarding_question
from bot.features.users.handlers.settings import current_pause
from bot.features.users.messages.menu_and_help import menu
from bot.telegram.context import Context
from bot.telegram.replies import Replies


async def on_start(_update: Update, context: Context) -> Replies:
    """Show the open question, or the menu and the keyboard when all are answered."""
    user = context.person
    await_open_question(user)
    if user.setup_step is not SetupStep.DONE:
        return present_with_keyboard(context, onboarding_question(context))
    user.keyboard_sent_at = None
    return present_with_keyboard(context, menu(context.tr, current_pause(context)))
