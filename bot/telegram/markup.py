"""Buttons and keyboards as the Bot API takes them.

Plain values, not python-telegram-bot's classes: to build those and to encode them as JSON takes
longer than everything else that is done to send a message.
"""

from typing import Any

from bot.telegram.message import Button, Message, ReplyKeyboard, Rows

Json = dict[str, Any]


def reply_markup(message: Message) -> Json | None:
    """``reply_markup`` of a new message."""
    if message.removes_keyboard:
        return {"remove_keyboard": True}
    if message.reply_keyboard is not None:
        return _reply_keyboard(message.reply_keyboard)
    return inline_keyboard(message.rows)


def inline_keyboard(rows: Rows) -> Json | None:
    """``InlineKeyboardMarkup``; None for no rows."""
    if not rows:
        return None
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> Json:
    made: Json = {"text": button.label}
    if button.style is not None:
        made["style"] = button.style
    if button.copy_text is not None:
        made["copy_text"] = {"text": button.copy_text}
    elif button.web_app_url is not None:
        made["web_app"] = {"url": button.web_app_url}
    else:
        made["callback_data"] = button.data
    return made


def _reply_keyboard(keyboard: ReplyKeyboard) -> Json:
    made: Json = {
        "keyboard": [[_key(label, keyboard) for label in row] for row in keyboard.rows],
        "resize_keyboard": True,
        "is_persistent": keyboard.persistent,
    }
    if keyboard.placeholder is not None:
        made["input_field_placeholder"] = keyboard.placeholder
    return made


def _key(label: str, keyboard: ReplyKeyboard) -> Json:
    if label == keyboard.location_label:
        return {"text": label, "request_location": True}
    return {"text": label}
