"""Sending the reply keyboard again when it may no longer be on the screen."""

from datetime import timedelta

from bot.database.stored_values import SetupStep
from bot.features.users.messages.keyboard import keyboard_message
from bot.telegram.context import Context
from bot.telegram.message import pack
from bot.telegram.replies import NOTHING, Content, OnSent, Replies, Say

KEYBOARD_SENT = "users.keyboard_sent"
KEYBOARD_LIFETIME = timedelta(days=30)
"""How long the keyboard is taken to be on the screen. A new phone does not show it, for example."""


def present_with_keyboard(context: Context, content: Content) -> Replies:
    """Show content in place of the tapped message or say it, then send the keyboard if due."""
    return with_keyboard(context, context.present(content))


def with_keyboard(context: Context, replies: Replies) -> Replies:
    """The replies, with the keyboard at the end if it is due."""
    return [*replies, send_keyboard(context)] if _is_keyboard_due(context) else replies


def send_keyboard(context: Context) -> Say:
    """The message with the keyboard.

    The time is stored only after delivery: if the process is killed in between, the same update
    sends the keyboard once more.
    """
    return Say(keyboard_message(context.tr), on_sent=OnSent(KEYBOARD_SENT))


def _is_keyboard_due(context: Context) -> bool:
    """Whether the keyboard is to be sent. Not while the location button is on the screen."""
    user = context.person
    if user.setup_step is not SetupStep.DONE or user.awaiting == pack("users", "place"):
        return False
    sent_at = user.keyboard_sent_at
    return sent_at is None or context.now - sent_at > KEYBOARD_LIFETIME


async def on_keyboard_sent(context: Context, _key: str, _message_id: int) -> Replies:
    """Store when the keyboard was sent."""
    context.person.keyboard_sent_at = context.now
    return NOTHING
