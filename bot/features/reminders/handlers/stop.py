"""/stop: pause everything with one tap, stop one kind, or open the pages for anything else."""

from telegram import Update

from bot.database.models import Reminder, SetupStep
from bot.features.reminders.handlers.callback_reference import Reference, reference_in
from bot.features.reminders.handlers.sent import gone
from bot.features.reminders.handlers.settings import all_states, change_row
from bot.features.reminders.messages import stop as messages
from bot.features.users.handlers.pause import BACK, pause_until, resume
from bot.telegram.context import Context
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say, Show


async def on_stop(_update: Update, context: Context) -> Replies:
    """Ask what shall stop."""
    return [Say(await _card(context))]


async def on_stopping(_update: Update, context: Context) -> Replies:
    """Go back to the question."""
    return [Show(await _card(context))]


async def _card(context: Context) -> Message:
    user = context.person
    context.stop_asking("reminders")
    states = await all_states(context) if user.setup_step is SetupStep.DONE else []
    until = user.paused_until_at
    is_paused = user.paused and (until is None or until > context.now)
    return messages.stop_card(context.tr, states, is_paused=is_paused)


async def on_rest(_update: Update, context: Context) -> Replies:
    """Pause all reminders until they are resumed."""
    await pause_until(context, None)
    return [Show(messages.resting(context.tr))]


async def on_unrest(_update: Update, context: Context) -> Replies:
    """Take that pause back."""
    await resume(context)
    return [Show(await _card(context)), BACK]


async def on_off(_update: Update, context: Context) -> Replies:
    """Switch one reminder off."""
    reference = reference_in(context.tap)
    if not await _switch(context, reference, enabled=False):
        return gone(context)
    for state in await all_states(context):
        if state.reference == str(reference):
            return [Show(messages.kind_stopped(context.tr, state))]
    return gone(context)


async def on_unoff(_update: Update, context: Context) -> Replies:
    """Switch one reminder on again."""
    if not await _switch(context, reference_in(context.tap), enabled=True):
        return gone(context)
    return [Show(await _card(context))]


async def _switch(context: Context, reference: Reference | None, *, enabled: bool) -> bool:
    """Switch a reminder on or off; False when there is none."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = enabled

    return reference is not None and await change_row(context, reference, change)
