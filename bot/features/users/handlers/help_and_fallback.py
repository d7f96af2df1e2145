"""/help, and the answer to messages that no feature handles."""

from telegram import Update

from bot.database.models import SetupStep
from bot.features.cramps.health_texts import general_information
from bot.features.emergency_numbers.lookup import number_for
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import (
    await_open_question,
    is_written_before,
    onboarding_question,
    show_question,
)
from bot.features.users.handlers.settings import current_pause
from bot.features.users.handlers.zone_choices import likely_choices, recognized_zone
from bot.features.users.messages.bed_wake_fluids import fluid_question
from bot.features.users.messages.menu_and_help import help_card, not_understood
from bot.features.users.messages.onboarding import asked_again
from bot.features.users.messages.place import zone_question
from bot.features.users.messages.settings import with_way_back
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import NOTHING, Replies


async def on_help(_update: Update, context: Context) -> Replies:
    """Show everything that the bot can do."""
    tr, is_paused = context.tr, current_pause(context) is not None
    information = general_information(tr, number_for(context.person))
    return present_with_keyboard(context, help_card(tr, information, paused=is_paused))


async def on_unknown(_update: Update, context: Context) -> Replies:
    """Repeat the open question, or else show examples of what can be typed."""
    user, tr = context.person, context.tr
    if is_written_before(context):
        return NOTHING  # it answered the question before the newest one, and was read already
    if user.setup_step is not SetupStep.DONE:
        shown = _repeated_question(context)
        await_open_question(user)
        return show_question(context, shown)
    if user.awaiting == pack("users", "fluids"):
        return present_with_keyboard(
            context, asked_again(tr, with_way_back(tr, fluid_question(tr)))
        )
    paused = current_pause(context) is not None
    return present_with_keyboard(context, not_understood(tr, paused=paused))


def _repeated_question(context: Context) -> Message:
    """The question of the onboarding that waits for an answer; for a new person the welcome."""
    user, tr = context.person, context.tr
    if user.awaiting is None and user.setup_step is SetupStep.TIME_ZONE:
        return onboarding_question(context)
    if user.setup_step is not SetupStep.TIME_ZONE or recognized_zone(user) is not None:
        return asked_again(tr, onboarding_question(context))
    return asked_again(tr, zone_question(tr, likely_choices(context)))
