"""Out-take: one Message to Telegram, and its answer as a value. The one place that names errors."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from telegram import (
    Bot,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
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

from bot.telegram.http_client import NotReachedError
from bot.telegram.message import Button, Message, ReplyKeyboard, Rows

log = logging.getLogger(__name__)

# Otherwise python-telegram-bot warns whenever RetryAfter is asked how long.
os.environ.setdefault("PTB_TIMEDELTA", "1")

PATIENCE = (0.2, 0.5, 1.0)
"""Seconds between tries of a reply that surely was not sent."""
UNNAMED_PAUSE = timedelta(seconds=5)
"""How long to wait after "too many requests" that does not say how long."""


@dataclass(frozen=True)
class Sent:
    """Telegram has it (or it was so already)."""

    message_id: int | None = None


@dataclass(frozen=True)
class Blocked:
    """The person has blocked the bot or is gone."""


@dataclass(frozen=True)
class RetryLater:
    """Too many requests: everyone pauses this long."""

    after: timedelta


@dataclass(frozen=True)
class NotSent:
    """It surely did not reach Telegram; sending again cannot double it."""


@dataclass(frozen=True)
class Unknown:
    """It may have arrived; sending again might double it."""


@dataclass(frozen=True)
class Failed:
    """Telegram will never take this message."""

    reason: str


Outcome = Sent | Blocked | RetryLater | NotSent | Unknown | Failed

_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot can't initiate")
_NO_CHANGE = ("message is not modified",)


def classify(error: Exception) -> Outcome:
    """What an exception of python-telegram-bot says about the message.

    Args:
        error: what the call raised; anything but a Telegram error is re-raised.
    """
    text = str(error).casefold()
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return RetryLater(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
    if isinstance(error, Forbidden):
        return Blocked()
    if isinstance(error, BadRequest):  # a NetworkError too, so it must be asked first
        if any(words in text for words in _GONE):
            return Blocked()
        if any(words in text for words in _NO_CHANGE):
            return Sent()
        return Failed(str(error))
    if "too many requests" in text:
        return RetryLater(UNNAMED_PAUSE)
    if isinstance(error, NotReachedError | InvalidToken):
        return NotSent()
    if isinstance(error, TelegramError | KeyError):  # KeyError: an answer without "result"
        return Unknown()
    raise error


async def _attempt(call: Callable[[], Awaitable[TelegramMessage | bool]]) -> Outcome:
    try:
        result = await call()
    except Exception as error:
        outcome = classify(error)
        log.debug("telegram answered %s", type(outcome).__name__)
        return outcome
    return Sent(result.message_id if isinstance(result, TelegramMessage) else None)


def inline_markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Inline rows as Telegram wants them."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    if button.copies is not None:
        copied = CopyTextButton(button.copies)
        return InlineKeyboardButton(button.label, copy_text=copied, style=button.style)
    if button.opens is not None:
        page = WebAppInfo(button.opens)
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


async def send(bot: Bot, chat_id: int, message: Message, *, paid: bool = False) -> Outcome:
    """Send a new message once.

    Args:
        bot: who sends it.
        chat_id: where to.
        message: what to send.
        paid: whether Telegram may charge its price for going beyond its free pace.
    """
    reply_to = None
    if message.reply_to is not None:
        reply_to = ReplyParameters(message.reply_to, allow_sending_without_reply=True)
    if message.document is not None:
        document = message.document
        return await _attempt(
            lambda: bot.send_document(
                chat_id,
                document.content,
                filename=document.name,
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
    """Show something else in a message that was sent before; with a picture, change that too."""
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
    """Change the words and buttons below a picture, and leave the picture."""
    return await _attempt(
        lambda: bot.edit_message_caption(
            chat_id,
            message_id,
            caption=message.text,
            parse_mode=ParseMode.HTML,
            reply_markup=inline_markup(message.rows),
        )
    )


async def delete(bot: Bot, chat_id: int, message_ids: Sequence[int]) -> Outcome:
    """Remove up to 100 messages from the chat; those that are gone or too old are passed over."""
    return await _attempt(lambda: bot.delete_messages(chat_id, list(message_ids)))


async def typing(bot: Bot, chat_id: int, action: ChatAction = ChatAction.TYPING) -> None:
    """Show that something is being made; it ends by itself after five seconds."""
    await _attempt(lambda: bot.send_chat_action(chat_id, action))


async def react(bot: Bot, chat_id: int, message_id: int, emoji: str) -> Outcome:
    """Put a reaction of the bot's on a message: no sound, and no message more in the chat."""
    return await _attempt(lambda: bot.set_message_reaction(chat_id, message_id, emoji))


async def patiently(call: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Try a reply again a few times within two seconds while it surely was not sent.

    Replies to people are few and somebody waits for them; reminders have their own retries.
    """
    for pause in PATIENCE:
        outcome = await call()
        if not isinstance(outcome, NotSent | RetryLater):
            return outcome
        if isinstance(outcome, RetryLater) and outcome.after > timedelta(seconds=5):
            return outcome
        await asyncio.sleep(
            outcome.after.total_seconds() if isinstance(outcome, RetryLater) else pause
        )
    return await call()


async def answer_tap(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Stop the button's spinner. Too late or unreachable is no harm: the effect is stored."""
    outcome = await _attempt(lambda: query.answer(text, show_alert=alert))
    if not isinstance(outcome, Sent):
        log.debug("a tap was answered too late")
