"""Errors in handlers: logged first, then the person gets one plain sentence."""

# TRANSLATORS, ALL: After an error of the bot.

import logging

from telegram import Bot, Update
from telegram.ext import CallbackContext

from bot.database.errors import is_database_unreachable
from bot.i18n.translator import translator
from bot.telegram import sender
from bot.telegram.current_update import NotHeldError, current_update
from bot.telegram.message import Message
from bot.trouble_log import NO_MORE_FILES, is_out_of_file_descriptors

log = logging.getLogger(__name__)


async def on_error(update: object, context: CallbackContext) -> None:  # type: ignore[type-arg]
    """The Application's error handler. It must be blocking, so that the intake sees the failure."""
    current = current_update.get()
    if current is not None:
        current.error = context.error
    if isinstance(context.error, NotHeldError):
        return
    number = update.update_id if isinstance(update, Update) else None
    if is_database_unreachable(context.error):
        log.debug("the database cannot be reached (update %s waits)", number)
        return
    if is_out_of_file_descriptors(context.error):
        log.warning("updates wait: %s", NO_MORE_FILES)
        return
    log.error("a handler failed on update %s", number, exc_info=context.error)


async def apologise(bot: Bot, chat_id: int, language_code: str | None) -> None:
    """Tell the person that something went wrong; failing to tell is only logged."""
    _ = translator(language_code).gettext
    text = _("Sorry, something went wrong on my side. What you logged before is safe.")
    outcome = await sender.send(bot, chat_id, Message(text, silent=True))
    log.info("apologised: %s", type(outcome).__name__)
