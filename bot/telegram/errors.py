"""What happens when something breaks: log first, then say one plain sentence."""

import logging
from contextvars import ContextVar

from telegram import Bot, Update
from telegram.ext import CallbackContext

from bot.database.errors import is_database_unreachable
from bot.i18n.translator import translator
from bot.telegram import sender
from bot.telegram.message import Message

log = logging.getLogger(__name__)

failure: ContextVar[BaseException | None] = ContextVar("failure", default=None)
"""What the handler of the update in hand raised. ``Application.process_update`` swallows it, and
without it the intake would acknowledge an update whose effect was never committed."""


class TakenOverError(Exception):
    """The transaction of an update was rolled back: its effect is there already, another process
    has the update, or an earlier update of the same person comes first."""


async def on_error(update: object, context: CallbackContext) -> None:  # type: ignore[type-arg]
    """The Application's error handler; it must be blocking, so that the intake sees the failure."""
    failure.set(context.error)
    if isinstance(context.error, TakenOverError):
        return
    number = update.update_id if isinstance(update, Update) else None
    if is_database_unreachable(context.error):
        log.error("the database cannot be reached (update %s waits)", number)
        return
    log.error("a handler failed on update %s", number, exc_info=context.error)


async def apologise(bot: Bot, chat_id: int, language_code: str | None) -> None:
    """Tell the person that something went wrong; failing to tell is only logged."""
    _ = translator(language_code).gettext
    text = _("Sorry, something went wrong on my side. What you logged before is safe.")
    outcome = await sender.send(bot, chat_id, Message(text, silent=True))
    log.info("apologised: %s", type(outcome).__name__)
