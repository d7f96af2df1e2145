"""Send and edit messages through the Bot API; the result of each call is an ``Outcome`` value.

This is the only module that interprets python-telegram-bot's exceptions.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from telegram import (
    Bot,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    WebAppInfo,
)
from telegram import Message as TelegramMessage
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.bot_api_answers import NotReachedError, RefusedError
from bot.telegram.message import Button, Document, Message, ReplyKeyboard, Rows

log = logging.getLogger(__name__)

# Makes RetryAfter.retry_after a timedelta; without it every access logs a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")

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
"""In a 400 that speaks of the bot itself: no message is at fault, and all would be refused."""
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What python-telegram-bot raises for an answer that lacks something."""


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
    if isinstance(error, InvalidToken):
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


async def _attempt(call: Callable[[], Awaitable[TelegramMessage | bool]]) -> Outcome:
    try:
        result = await call()
    except Exception as error:
        outcome = classify(error)
        log.debug("telegram request failed: %s", type(outcome).__name__)
        return outcome
    return Sent(result.message_id if isinstance(result, TelegramMessage) else None)


def inline_markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """The Bot API object for rows of inline buttons; None for no rows."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy_text is not None:
        copied = CopyTextButton(button.copy_text)
        return InlineKeyboardButton(button.label, copy_text=copied, style=button.style)
    if button.web_app_url is not None:
        page = WebAppInfo(button.web_app_url)
        return InlineKeyboardButton(button.label, web_app=page, style=button.style)
    return InlineKeyboardButton(button.label, callback_data=button.data, style=button.style)


def _reply_markup(keyboard: ReplyKeyboard) -> ReplyKeyboardMarkup:
    rows = [
        [
            KeyboardButton(label, request_location=label == keyboard.location_label or None)
            for label in row
        ]
        for row in keyboard.rows
    ]
    return ReplyKeyboardMarkup(
        rows,
        resize_keyboard=True,
        is_persistent=keyboard.persistent,
        input_field_placeholder=keyboard.placeholder,
    )


def _markup(
    message: Message,
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    if message.removes_keyboard:
        return ReplyKeyboardRemove()
    if message.reply_keyboard is not None:
        return _reply_markup(message.reply_keyboard)
    return inline_markup(message.rows)


@contextmanager
def _content_of(document: Document) -> Iterator[bytes | InputFile]:
    """The content of a file; one on the disk is sent from there, without a copy in memory."""
    if isinstance(document.content, bytes):
        yield document.content
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
    reply_to = None
    if message.reply_to is not None:
        reply_to = ReplyParameters(message.reply_to, allow_sending_without_reply=True)
    if message.document is not None:
        with _content_of(message.document) as content:
            return await _attempt(
                lambda: bot.send_document(
                    chat_id,
                    content,
                    filename=message.document.name if message.document else None,
                    caption=message.text,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_markup(message),
                    disable_notification=message.silent,
                    allow_paid_broadcast=paid or None,
                    disable_content_type_detection=True,
                )
            )
    if message.picture is not None:
        picture = message.picture
        return await _attempt(
            lambda: bot.send_photo(
                chat_id,
                picture,
                caption=message.text,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(message),
                disable_notification=message.silent,
                allow_paid_broadcast=paid or None,
            )
        )
    return await _attempt(
        lambda: bot.send_message(
            chat_id,
            message.text,
            parse_mode=ParseMode.HTML,
            reply_markup=_markup(message),
            disable_notification=message.silent,
            allow_paid_broadcast=paid or None,
            reply_parameters=reply_to,
        )
    )


async def edit(bot: Bot, chat_id: int, message_id: int, message: Message) -> Outcome:
    """Replace the content of a message that the bot sent: text, buttons and any picture."""
    if message.picture is not None:
        media = InputMediaPhoto(message.picture, caption=message.text, parse_mode=ParseMode.HTML)
        return await _attempt(
            lambda: bot.edit_message_media(
                media, chat_id, message_id, reply_markup=inline_markup(message.rows)
            )
        )
    return await _attempt(
        lambda: bot.edit_message_text(
            message.text,
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=inline_markup(message.rows),
        )
    )


async def edit_caption(bot: Bot, chat_id: int, message_id: int, message: Message) -> Outcome:
    """Replace the caption and buttons of a picture; the picture stays."""
    return await _attempt(
        lambda: bot.edit_message_caption(
            chat_id,
            message_id,
            caption=message.text,
            parse_mode=ParseMode.HTML,
            reply_markup=inline_markup(message.rows),
        )
    )


async def remove_buttons(bot: Bot, chat_id: int, message_id: int) -> Outcome:
    """Remove the buttons below a message that the bot sent; its content stays."""
    return await _attempt(lambda: bot.edit_message_reply_markup(chat_id, message_id))


async def delete(bot: Bot, chat_id: int, message_ids: Sequence[int]) -> Outcome:
    """Delete up to 100 messages; Telegram skips those that are missing or too old."""
    return await _attempt(lambda: bot.delete_messages(chat_id, list(message_ids)))


async def show_action(bot: Bot, chat_id: int, action: ChatAction = ChatAction.TYPING) -> None:
    """Show "typing…" or another action in the chat; Telegram hides it after five seconds."""
    await _attempt(lambda: bot.send_chat_action(chat_id, action))


async def react(bot: Bot, chat_id: int, message_id: int, emoji: str) -> Outcome:
    """Set an emoji reaction on a message. It makes no sound and adds no message to the chat."""
    return await _attempt(lambda: bot.set_message_reaction(chat_id, message_id, emoji))


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
    outcome = await _attempt(lambda: query.answer(text, show_alert=alert))
    if not isinstance(outcome, Sent):
        log.debug("the answer to a tap failed: %s", type(outcome).__name__)
