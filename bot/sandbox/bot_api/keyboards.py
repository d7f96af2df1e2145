"""Inline and reply keyboards that the bot sends, checked as Telegram does."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.bot_api.params import Params, bad_request
from bot.sandbox.entities import utf16_length
from bot.sandbox.models import Json

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
MAX_BUTTONS_IN_ROW = 8
_STYLES = {"", "default", "primary", "success", "danger"}


def reply_markup(params: Params) -> Json:
    """Check the reply markup of a request and return it; {} when there is none."""
    markup = params.parsed("reply_markup", "can't parse reply keyboard markup JSON object")
    if markup is None:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], 'field "keyboard" must be an Array of Arrays')
        checked = [[_keyboard_button(button) for button in row] for row in rows]
        placeholder = markup.get("input_field_placeholder") or ""
        if not isinstance(placeholder, str) or len(placeholder) > 64:
            raise bad_request("REPLY_MARKUP_PLACEHOLDER_INVALID")
        if any(checked):
            return markup | {"keyboard": [row for row in checked if row]}
    if "inline_keyboard" in markup:
        words = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        rows = _rows(markup["inline_keyboard"], words)
        inline = [[_inline_button(button) for button in row] for row in rows]
        return {"inline_keyboard": [row for row in inline if row]}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    return {}


def inline_keyboard(params: Params) -> list[list[Json]]:
    """Return the inline keyboard of an edit, which accepts no other reply markup."""
    markup = reply_markup(params)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    rows: list[list[Json]] = markup.get("inline_keyboard", [])
    return rows


def _rows(value: Any, words: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request(words)
    if any(len(row) > MAX_BUTTONS_IN_ROW for row in value):
        raise bad_request("reply markup is too long")
    if sum(len(row) for row in value) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return value


def _label(button: Json, failure: str) -> str:
    text = button.get("text")
    if not isinstance(text, str):
        raise bad_request(f'{failure}: Can\'t find field "text"')
    if not text.strip():
        raise bad_request(
            "BUTTON_TEXT_EMPTY" if "inline" in failure else "keyboard button text must be non-empty"
        )
    style = button.get("style") or ""
    if not isinstance(style, str) or style.lower() not in _STYLES:
        raise bad_request(f"{failure}: invalid button style specified")
    return text


def _keyboard_button(button: Any) -> Json:
    failure = "can't parse keyboard button"
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request(f"{failure}: KeyboardButton must be a String or an Object")
    _label(button, failure)
    return button


def _inline_button(button: Any) -> Json:
    failure = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{failure}: InlineKeyboardButton must be an Object")
    _label(button, failure)
    data = button.get("callback_data")
    if button.get("url"):
        address = urlsplit(str(button["url"]))
        if address.scheme not in ("http", "https", "tg") or not address.netloc:
            raise bad_request(
                f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            )
    elif data:
        if not isinstance(data, str) or len(data.encode()) > MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif "copy_text" in button:
        copied = button["copy_text"]
        text = copied.get("text") if isinstance(copied, dict) else None
        if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif data == "":
        raise bad_request("BUTTON_DATA_INVALID")
    elif not button.keys() & {"web_app", "login_url", "switch_inline_query", "pay"}:
        raise bad_request(f"{failure}: Text buttons are unallowed in the inline keyboard")
    return button
