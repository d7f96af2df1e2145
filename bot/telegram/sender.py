"""Send and edit messages through the Bot API; the result of each call is an ``Outcome`` value.

This is the only module that interprets python-telegram-bot's exceptions.
"""

import asyncio
import logging
import os
import warnings
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram import Bot, CallbackQuery, InputFile, InputMediaPhoto
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.telegram.bot_api_answers import NotReachedError, RefusedError
from bot.telegram.http_client import plain
from bot.telegram.markup import inline_keyboard, reply_markup
from bot.telegram.message import Document, Message

log = logging.getLogger(__name__)

# Makes RetryAfter.retry_after a timedelta; without it every access logs a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# The raw method is called on purpose: see _attempt.
warnings.filterwarnings("ignore", message="Please use 'Bot")

RETRY_PAUSES = (0.2, 0.5, 1.0)
"""Seconds to wait before each retry of a request that did not reach Telegram."""
DEFAULT_RETRY_AFTER = timedelta(seconds=5)
"""How long to wait after "too many requests" without a ``retry_after``."""
LONGEST_RETRY_PAUSE = timedelta(seconds=5)
"""A reply that Telegram wants delayed for longer than this is not retried."""


@dataclass(frozen=True)
class Sent:
    """Telegram accepted the request, or an edit would have changed nothing."""

    message_id: int | None = None


@dataclass(frozen=True)
class Blocked:
    """The person has blocked the bot, or their account or chat no longer exists."""


@dataclass(frozen=True)
class RetryLater:
    """Too many requests: retry after this pause."""

    after: timedelta


@dataclass(frozen=True)
class NotSent:
    """The request did not reach Telegram, or was refused: a retry cannot cause a duplicate."""

    why: str = field(default="", compare=False)
    """For the log."""


@dataclass(frozen=True)
class Unknown:
    """The request may have been carried out: a retry might cause a duplicate."""

    why: str = field(default="", compare=False)
    """For the log."""


@dataclass(frozen=True)
class Failed:
    """Telegram rejected the request permanently; a retry would fail again."""

    reason: str


Outcome = Sent | Blocked | RetryLater | NotSent | Unknown | Failed

_UNREACHABLE_CHAT = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot can't initiate",
)
_NOT_MODIFIED = "message is not modified"
_ABOUT_THE_BOT = ("logged out", "bot was")
"""Words in a 400 that is about the bot itself: the message is not at fault, and all are refused."""
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What python-telegram-bot raises for an answer that lacks a field."""


def classify(error: Exception) -> Outcome:
    """Translate an exception of a Bot API call into an outcome.

    Args:
        error: The exception. One that python-telegram-bot does not raise is raised again.
    """
    text = str(error).casefold()
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return RetryLater(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
    if isinstance(error, Forbidden):
        return Blocked()
    if isinstance(error, BadRequest):  # before NetworkError, which is its base class
        if any(words in text for words in _UNREACHABLE_CHAT):
            return Blocked()
        if _NOT_MODIFIED in text:
            return Sent()
        if any(words in text for words in _ABOUT_THE_BOT):
            return NotSent(f"it says of the bot: {error}")
        return Failed(str(error))
    if "too many requests" in text:
        return RetryLater(DEFAULT_RETRY_AFTER)
    if isinstance(error, InvalidToken | EndPointNotFound):  # the same, of the raw method
        return NotSent("it does not know the token (BOT_TOKEN)")
    if isinstance(error, RefusedError):
        return NotSent(f"it answers {error}")
    if isinstance(error, NotReachedError):
        return NotSent(f"it cannot be reached ({error})")
    if isinstance(error, TelegramError):
        return Unknown(f"no readable answer ({type(error).__name__})")
    if isinstance(error, UNREADABLE):
        return Unknown(f"an answer that lacks something ({type(error).__name__})")
    raise error


async def _attempt(bot: Bot, method: str, **parameters: Any) -> Outcome:
    """Call a method of the Bot API without files; parameters that are None are left out.

    The raw method is used because only the id in the answer is needed: to make one of
    python-telegram-bot's messages of it takes as long as the request.
    """
    return await _outcome(bot.request.post(f"{bot.base_url}/{method}", plain(parameters)))


async def _upload(bot: Bot, method: str, **parameters: Any) -> Outcome:
    """Call a method of the Bot API with files, as ``_attempt`` does without."""
    return await _outcome(bot.do_api_request(method, parameters))


async def _outcome(request: Awaitable[object]) -> Outcome:
    try:
        return _accepted(await request)
    except Exception as error:
        outcome = classify(error)
        log.debug("telegram request failed: %s", type(outcome).__name__)
        return outcome


def _accepted(result: object) -> Outcome:
    """The outcome of a request that succeeded, whose result is a message or ``true``."""
    if not isinstance(result, dict):
        return Sent()
    message_id = result["message_id"]
    if not isinstance(message_id, int):
        raise TypeError("a message without a number")
    return Sent(message_id)


@contextmanager
def _content_of(document: Document) -> Iterator[InputFile]:
    """The content of a file; one on the disk is sent from there, without a copy in memory."""
    if isinstance(document.content, bytes):
        yield InputFile(document.content, document.name)
        return
    with document.content.open("rb") as file:
        yield InputFile(file, document.name, read_file_handle=False)


async def send(bot: Bot, chat_id: int, message: Message, *, paid: bool = False) -> Outcome:
    """Send a new message, without retries.

    Args:
        bot: The bot that sends it.
        chat_id: The chat that receives it.
        message: The content.
        paid: Whether Telegram may charge for a broadcast above its free rate limit
            (``allow_paid_broadcast``).
    """
    parameters: dict[str, Any] = {
        "chat_id": chat_id,
        "parse_mode": ParseMode.HTML,
        "reply_markup": reply_markup(message),
        "disable_notification": message.silent or None,
        "allow_paid_broadcast": paid or None,
    }
    if message.document is not None:
        with _content_of(message.document) as content:
            return await _upload(
                bot,
                "sendDocument",
                document=content,
                caption=message.text,
                disable_content_type_detection=True,
                **parameters,
            )
    if message.picture is not None:
        picture = InputFile(message.picture)
        return await _upload(bot, "sendPhoto", photo=picture, caption=message.text, **parameters)
    if message.reply_to is not None:
        parameters["reply_parameters"] = {
            "message_id": message.reply_to,
            "allow_sending_without_reply": True,
        }
    return await _attempt(bot, "sendMessage", text=message.text, **parameters)


async def edit(bot: Bot, chat_id: int, message_id: int, message: Message) -> Outcome:
    """Replace the content of a message that the bot sent: text, buttons and any picture."""
    parameters = {
        "chat_id": chat_id,
        "message_id": message_id,
        "reply_markup": inline_keyboard(message.rows),
    }
    if message.picture is not None:
        media = InputMediaPhoto(message.picture, caption=message.text, parse_mode=ParseMode.HTML)
        return await _upload(bot, "editMessageMedia", media=media, **parameters)
    return await _attempt(
        bot, "editMessageText", text=message.text, parse_mode=ParseMode.HTML, **parameters
    )


async def edit_caption(bot: Bot, chat_id: int, message_id: int, message: Message) -> Outcome:
    """Replace the caption and buttons of a picture; the picture stays."""
    return await _attempt(
        bot,
        "editMessageCaption",
        chat_id=chat_id,
        message_id=message_id,
        caption=message.text,
        parse_mode=ParseMode.HTML,
        reply_markup=inline_keyboard(message.rows),
    )


async def remove_buttons(bot: Bot, chat_id: int, message_id: int) -> Outcome:
    """Remove the buttons below a message that the bot sent; its content stays."""
    return await _attempt(bot, "editMessageReplyMarkup", chat_id=chat_id, message_id=message_id)


async def delete(bot: Bot, chat_id: int, message_ids: Sequence[int]) -> Outcome:
    """Delete up to 100 messages; Telegram skips those that are missing or too old."""
    return await _attempt(bot, "deleteMessages", chat_id=chat_id, message_ids=list(message_ids))


async def show_action(bot: Bot, chat_id: int, action: ChatAction = ChatAction.TYPING) -> None:
    """Show "typing…" or another action in the chat; Telegram hides it after five seconds."""
    await _attempt(bot, "sendChatAction", chat_id=chat_id, action=action)


async def react(bot: Bot, chat_id: int, message_id: int, emoji: str) -> Outcome:
    """Set an emoji reaction on a message. It makes no sound and adds no message to the chat."""
    reaction = [{"type": "emoji", "emoji": emoji}]
    return await _attempt(
        bot, "setMessageReaction", chat_id=chat_id, message_id=message_id, reaction=reaction
    )


async def with_retries(call: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Call and retry up to three times, as long as a retry cannot cause a duplicate.

    Replies are retried here because a person is waiting for them. Reminders are not: the
    dispatcher has its own retries.

    Args:
        call: Makes one request.

    Returns:
        The outcome of the last request.
    """
    for pause in RETRY_PAUSES:
        outcome = await call()
        if not isinstance(outcome, NotSent | RetryLater):
            return outcome
        if isinstance(outcome, RetryLater) and outcome.after > LONGEST_RETRY_PAUSE:
            return outcome
        await asyncio.sleep(
            outcome.after.total_seconds() if isinstance(outcome, RetryLater) else pause
        )
    return await call()


async def answer_tap(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Stop the spinner of a tapped button, and show a text if there is one.

    A failure is only logged, because what the tap changed is already committed.

    Args:
        query: The tap.
        text: Shown over the chat for a moment.
        alert: Whether the text is shown in a box that the person has to dismiss.
    """
    outcome = await _attempt(
        query.get_bot(),
        "answerCallbackQuery",
        callback_query_id=query.id,
        text=text,
        show_alert=alert or None,
    )
    if not isinstance(outcome, Sent):
        log.debug("the answer to a tap failed: %s", type(outcome).__name__)
