"""The first requests to Telegram: a start logs in, and sets a webhook or refuses to run beside one.

While Telegram is in trouble each request is repeated, so a bot that starts during an outage waits
for its end.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot
from telegram.request import BaseRequest

from bot.config import ConfigError, Settings
from bot.telegram.bot_api_answers import NotReachedError
from bot.telegram.context import Context
from bot.telegram.raw_update import ALLOWED_UPDATES
from bot.telegram.sender import UNREADABLE
from bot.telegram.update_handling import AnyApplication
from bot.trouble_log import TroubleLog

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
Answered = TypeVar("Answered")


def new_application(
    settings: Settings, request: BaseRequest, polling_request: BaseRequest
) -> "Application[ExtBot[None], Any, Any, Any, Any, Any]":
    """The Application of the library, without its own polling and without its job queue.

    Args:
        settings: name the token and the Bot API server.
        request: sends all requests except polling.
        polling_request: sends the polls.

    Raises:
        ConfigError: no token is set.
    """
    return (
        Application.builder()
        .token(settings.token)
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .request(request)
        .get_updates_request(polling_request)
        .context_types(ContextTypes(context=Context))
        .updater(None)
        .job_queue(None)
        .build()
    )


async def log_in(application: AnyApplication) -> None:
    """Call getMe until Telegram answers.

    Raises:
        ConfigError: Telegram does not know the token.
    """
    try:
        await _until_answered(application.initialize)
    except InvalidToken:
        raise ConfigError("BOT_TOKEN: Telegram does not know it") from None


async def refuse_webhook(bot: Bot) -> None:
    """Refuse to poll while a webhook is set, because polling would delete it.

    Raises:
        ConfigError: a webhook is set.
    """
    hook = await _until_answered(bot.get_webhook_info)
    if hook.url:
        host = urlsplit(hook.url).hostname
        raise ConfigError(
            f"WEBHOOK_URL: not set, but Telegram sends updates to {host}; "
            "delete that webhook first if it is no longer in use"
        )


async def set_webhook(bot: Bot, url: str, secret: SecretStr | None) -> None:
    """Tell Telegram where to send updates.

    Raises:
        ConfigError: Telegram refuses the address.
    """
    try:
        await _until_answered(
            lambda: bot.set_webhook(
                url,
                secret_token=secret.get_secret_value() if secret else None,
                allowed_updates=list(ALLOWED_UPDATES),
            )
        )
    except BadRequest as error:
        raise ConfigError(f"WEBHOOK_URL: Telegram refuses it ({error})") from None


async def _until_answered(call: Callable[[], Coroutine[Any, Any, Answered]]) -> Answered:
    """Repeat a request while Telegram is in trouble.

    Raises:
        InvalidToken: Telegram does not know the token.
        BadRequest: Telegram refuses the request for good.
    """
    trouble, pause = TroubleLog(log, "the start"), FIRST_PAUSE_SECONDS
    while True:
        try:
            answer = await call()
        except (InvalidToken, BadRequest):
            raise
        except (TelegramError, *UNREADABLE) as error:
            why = error if isinstance(error, NotReachedError) else type(error).__name__
            trouble.happened(f"Telegram cannot be reached ({why}); waiting")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            trouble.over()
            return answer
