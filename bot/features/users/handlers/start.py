"""/start, and the way back to an earlier question."""

from telegram import Update

from bot.database.stored_values import SetupStep
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import (
    advance,
    await_open_question,
    onboarding_question,
    show_question,
    step_before,
)
from bot.features.users.handlers.settings import answered_before, current_pause
from bot.features.users.messages.menu_and_help import menu
from bot.i18n.vocabulary.folding import fold
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
    step = context.tap.word(0)
    if context.person.setup_step is SetupStep.DONE:
        return answered_before(context)
    is_known = step in set(SetupStep) - {SetupStep.DONE}
    return _ask_again(context, SetupStep(step or "") if is_known else context.person.setup_step)


async def typed_back(context: Context, text: str) -> Replies | None:
    """Show the question before the open one when the words of the button back are typed."""
    label, step = context.tr.gettext("◀ Back"), context.person.setup_step
    is_back = fold(text).strip(" ◀.!") == fold(label).strip(" ◀")
    if not is_back or step is SetupStep.DONE or context.person.question_message_id is None:
        return None
    return _ask_again(context, step_before(step))


def _ask_again(context: Context, step: SetupStep) -> Replies:
    context.person.awaiting, context.person.setup_step = None, step
    await_open_question(context.person)
    return show_question(context, onboarding_question(context))
