"""What the Bot API's methods do, and what they refuse, in Telegram's words.

The wording follows Telegram's own published server. Parameters come as they stand in the request:
strings (JSON inside strings for objects) or JSON values.
"""

import json
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox import entities
from bot.sandbox.entities import EntityError, utf16_length
from bot.sandbox.telegram import (
    DEFAULT_UPDATES,
    OPTIONAL_UPDATES,
    ApiError,
    ChatState,
    Json,
    Message,
    Person,
    StoredFile,
    Telegram,
    Webhook,
)

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
MAX_BUTTONS_IN_ROW = 8
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
DELETE_WITHIN = timedelta(hours=48)

_STYLES = {"", "default", "primary", "success", "danger"}
_ACTIONS = {
    "cancel", "typing", "record_video", "upload_video", "record_audio", "record_voice",
    "upload_audio", "upload_voice", "upload_photo", "upload_document", "choose_sticker",
    "find_location", "pick_up_location", "record_video_note", "upload_video_note",
}  # fmt: skip
_REACTIONS = set(
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_\-]*")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    mime_type: str
    content: bytes


def _bad(words: str) -> ApiError:
    return ApiError(400, f"Bad Request: {words}")


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG or JPEG; None when it is neither."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in (0x01, *range(0xD0, 0xD9)):
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None


class Params:
    """The parameters of one request."""

    def __init__(self, values: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
        self.values = values
        self.uploads = uploads

    def text(self, name: str) -> str:
        """A string; empty when missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise _bad("strings must be encoded in UTF-8") from None
        return text

    def flag(self, name: str) -> bool:
        """A boolean, as Telegram reads it."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def number(self, name: str, default: int = 0) -> int:
        """An integer; the default when missing or unreadable."""
        try:
            return int(self.text(name).strip())
        except ValueError:
            return default

    def between(self, name: str, default: int, low: int, high: int) -> int:
        """An integer drawn into a range."""
        return max(low, min(high, self.number(name, default)))

    def parsed(self, name: str, failure: str) -> Any:
        """A JSON value; None when missing."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise _bad(failure) from None


class BotApi:
    """The methods of the Bot API on a ``Telegram``; all but getUpdates, which waits."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self._methods: dict[str, Callable[[Params], Any]] = {
            name.removeprefix("do_").replace("_", ""): getattr(self, name)
            for name in dir(self)
            if name.startswith("do_")
        }

    def knows(self, method: str) -> bool:
        """Whether there is such a method; letter case does not matter."""
        return method.lower() in self._methods

    def call(self, method: str, params: Params) -> Any:
        """Do it.

        Returns:
            The ``result`` of the answer.

        Raises:
            ApiError: the refusal.
        """
        handler = self._methods.get(method.lower())
        if handler is None:
            raise ApiError(404, "Not Found: method not found")
        return handler(params)

    # Finding things -----------------------------------------------------------------------------

    def _state(self, params: Params) -> ChatState:
        chat = params.text("chat_id")
        if not chat:
            raise _bad("chat_id is empty")
        try:
            state = self.telegram.chats.get(int(chat))
        except ValueError:
            state = None
        if state is None or not state.started or state.person.trouble == "not_found":
            raise _bad("chat not found")
        return state

    @staticmethod
    def _may_write(person: Person) -> None:
        if person.trouble == "deactivated":
            raise ApiError(403, "Forbidden: user is deactivated")
        if person.blocked or person.trouble == "blocked":
            raise ApiError(403, "Forbidden: bot was blocked by the user")

    @staticmethod
    def _message(state: ChatState, params: Params, what: str) -> Message:
        number = params.number("message_id")
        if number <= 0:
            raise _bad("message identifier is not specified")
        message = state.messages.get(number)
        if message is None:
            raise _bad(f"{what} not found")
        return message

    def _to_edit(self, params: Params) -> tuple[ChatState, Message]:
        if params.text("inline_message_id"):
            raise _bad("MESSAGE_ID_INVALID")
        state = self._state(params)
        self._may_write(state.person)
        message = self._message(state, params, "message to edit")
        if not message.from_bot or not message.editable:
            raise _bad("message can't be edited")
        return state, message

    # Reading what is sent -----------------------------------------------------------------------

    def _formatted(
        self, source: str, mode: str, explicit: Any, limit: int, too_long: str
    ) -> tuple[str, list[Json]]:
        if len(source.encode()) > 1 << 15:
            raise _bad("text is too long")
        mode = mode.lower()
        if mode in ("", "none"):
            text, marked = self._explicit(source, explicit)
        elif mode == "html":
            try:
                text, marked = entities.parse_html(source)
            except EntityError as error:
                raise _bad(f"can't parse entities: {error}") from None
        elif mode in ("markdown", "markdownv2"):
            raise _bad("the sandbox reads HTML parse mode only")
        else:
            raise _bad("unsupported parse_mode")
        if utf16_length(text) > limit:
            raise _bad(too_long)
        return text, entities.with_found(text, marked)

    @staticmethod
    def _explicit(source: str, explicit: Any) -> tuple[str, list[Json]]:
        text = entities.clean(source).rstrip()
        if not explicit:
            return text.lstrip(), []
        if not isinstance(explicit, list) or not all(isinstance(e, dict) for e in explicit):
            raise _bad("can't parse entities: MessageEntity must be an Object")
        length = utf16_length(text)
        kept = []
        for entity in explicit:
            if not isinstance(entity.get("offset"), int) or not isinstance(
                entity.get("length"), int
            ):
                raise _bad("can't parse entities: Can't find field \"offset\"")
            if entity["offset"] >= 0 and 0 < entity["length"] <= length - entity["offset"]:
                kept.append(entity)
        return text, kept

    def _body(self, params: Params) -> tuple[str, list[Json]]:
        source = params.text("text")
        if not source:
            raise _bad("message text is empty")
        explicit = params.parsed("entities", "can't parse entities JSON object")
        text, marked = self._formatted(
            source, params.text("parse_mode"), explicit, MAX_TEXT, "message is too long"
        )
        if not text:
            raise _bad("text must be non-empty")
        return text, marked

    def _caption(self, source: str, mode: str, explicit: Any) -> tuple[str | None, list[Json]]:
        if not source:
            return None, []
        words = "message caption is too long"
        text, marked = self._formatted(source, mode, explicit, MAX_CAPTION, words)
        return text or None, marked

    def _caption_of(self, params: Params) -> tuple[str | None, list[Json]]:
        explicit = params.parsed("caption_entities", "can't parse entities JSON object")
        return self._caption(params.text("caption"), params.text("parse_mode"), explicit)

    def _markup(self, params: Params) -> Json:
        """The checked reply markup; empty when there is none."""
        markup = params.parsed("reply_markup", "can't parse reply keyboard markup JSON object")
        if markup is None:
            return {}
        if not isinstance(markup, dict):
            raise _bad("object expected as reply markup")
        if "keyboard" in markup:
            rows = _rows(markup["keyboard"], 'field "keyboard" must be an Array of Arrays')
            checked = [[_keyboard_button(button) for button in row] for row in rows]
            placeholder = markup.get("input_field_placeholder") or ""
            if not isinstance(placeholder, str) or len(placeholder) > 64:
                raise _bad("REPLY_MARKUP_PLACEHOLDER_INVALID")
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

    def _inline(self, params: Params) -> list[list[Json]]:
        """The inline keyboard for an edit, where no other kind may stand."""
        markup = self._markup(params)
        if markup and "inline_keyboard" not in markup:
            raise _bad("inline keyboard expected")
        rows: list[list[Json]] = markup.get("inline_keyboard", [])
        return rows

    def _reply(self, params: Params, state: ChatState) -> Message | None:
        given = params.parsed("reply_parameters", "can't parse reply parameters JSON object")
        if given is not None and not isinstance(given, dict):
            raise _bad("object expected as reply parameters")
        asked = given or {}
        number = asked.get("message_id") or params.number("reply_to_message_id")
        if not number:
            return None
        message = state.messages.get(number) if isinstance(number, int) else None
        lenient = asked.get("allow_sending_without_reply") or params.flag(
            "allow_sending_without_reply"
        )
        if message is None and not lenient:
            raise _bad("message to be replied not found")
        return message

    def _file(self, params: Params, value: Any, kind: str) -> StoredFile:
        """A file given by a new upload or by the id of an old one."""
        upload = None
        if isinstance(value, str) and value.startswith("attach://"):
            upload = params.uploads.get(value.removeprefix("attach://"))
        elif value is None or value == "":
            upload = params.uploads.get(kind)
        if upload is None:
            known = self.telegram.files.get(value) if isinstance(value, str) else None
            if known is not None:
                return known
            if not value or str(value).startswith("attach://"):
                raise _bad(f"there is no {kind} in the request")
            if str(value).startswith(("http://", "https://")):
                raise _bad("failed to get HTTP URL content")
            raise _bad("wrong file identifier/HTTP URL specified")
        content = upload.content
        if not content:
            raise _bad("file must be non-empty")
        if kind != "photo":
            if len(content) > MAX_FILE_BYTES:
                raise ApiError(413, "Request Entity Too Large")
            return self.telegram.store(content, upload.name, upload.mime_type)
        if len(content) > MAX_PHOTO_BYTES:
            limit, size = MAX_PHOTO_BYTES, len(content)
            raise _bad(
                f"file of size {size} bytes is too big for a photo; the maximum size is"
                f" {limit} bytes"
            )
        measured = picture_size(content)
        if measured is None:
            raise _bad("IMAGE_PROCESS_FAILED")
        width, height = measured
        if width + height > 10_000 or not width or not height or max(measured) > 20 * min(measured):
            raise _bad("PHOTO_INVALID_DIMENSIONS")
        return self.telegram.store(content, upload.name, upload.mime_type, measured)

    # Sending ------------------------------------------------------------------------------------

    def _send(self, params: Params, fields: Callable[[], Json]) -> Json:
        markup = self._markup(params)
        content = fields()
        state = self._state(params)
        self._may_write(state.person)
        message = self.telegram.add_message(
            state.person,
            from_bot=True,
            inline=markup.get("inline_keyboard", []),
            editable=not markup or "inline_keyboard" in markup,
            silent=params.flag("disable_notification"),
            protected=params.flag("protect_content"),
            reply_to=self._reply(params, state),
            **content,
        )
        if markup:
            self.telegram.show_keyboard(state, markup)
        return self.telegram.as_json(message)

    def do_send_message(self, params: Params) -> Json:
        def fields() -> Json:
            text, marked = self._body(params)
            return {"text": text, "entities": marked}

        return self._send(params, fields)

    def do_send_photo(self, params: Params) -> Json:
        def fields() -> Json:
            caption, marked = self._caption_of(params)
            file = self._file(params, params.values.get("photo"), "photo")
            return {"caption": caption, "entities": marked, "file": file, "kind": "photo"}

        return self._send(params, fields)

    def do_send_document(self, params: Params) -> Json:
        def fields() -> Json:
            caption, marked = self._caption_of(params)
            file = self._file(params, params.values.get("document"), "document")
            return {"caption": caption, "entities": marked, "file": file, "kind": "document"}

        return self._send(params, fields)

    def do_send_location(self, params: Params) -> Json:
        def fields() -> Json:
            place: Json = {}
            for name in ("latitude", "longitude"):
                if not params.text(name):
                    raise _bad(f"{name} is empty")
                place[name] = float(params.text(name))
            return {"kind": "location", "extra": {"location": place}}

        return self._send(params, fields)

    def do_send_chat_action(self, params: Params) -> bool:
        action = params.text("action")
        if action not in _ACTIONS:
            raise _bad("wrong parameter action in request")
        state = self._state(params)
        self._may_write(state.person)
        self.telegram.show_typing(state, action)
        return True

    # Editing ------------------------------------------------------------------------------------

    def _edited(self, message: Message, inline: list[list[Json]], **fields: Any) -> Json:
        same = message.inline == inline
        same = same and all(getattr(message, name) == value for name, value in fields.items())
        if same:
            raise _bad(
                "message is not modified: specified new message content and reply markup are"
                " exactly the same as a current content and reply markup of the message"
            )
        only_buttons = not fields
        for name, value in fields.items():
            setattr(message, name, value)
        message.inline = inline
        if not only_buttons:
            message.edited_at = self.telegram.whole_second()
        self.telegram.touch(message)
        return self.telegram.as_json(message)

    def do_edit_message_text(self, params: Params) -> Json:
        text, marked = self._body(params)
        inline = self._inline(params)
        _, message = self._to_edit(params)
        if message.text is None:
            raise _bad("there is no text in the message to edit")
        return self._edited(message, inline, text=text, entities=marked)

    def do_edit_message_caption(self, params: Params) -> Json:
        caption, marked = self._caption_of(params)
        inline = self._inline(params)
        _, message = self._to_edit(params)
        if message.file is None:
            raise _bad("there is no caption in the message to edit")
        return self._edited(message, inline, caption=caption, entities=marked)

    def do_edit_message_media(self, params: Params) -> Json:
        media = params.parsed("media", "can't parse input media JSON object")
        if not isinstance(media, dict):
            raise _bad("object expected as InputMedia")
        kind = media.get("type")
        if kind not in ("photo", "document"):
            raise _bad(f'type of InputMedia "{kind}" is not supported by the sandbox')
        caption, marked = self._caption(
            str(media.get("caption") or ""),
            str(media.get("parse_mode") or ""),
            media.get("caption_entities"),
        )
        file = self._file(params, media.get("media"), kind)
        inline = self._inline(params)
        _, message = self._to_edit(params)
        return self._edited(
            message, inline, text=None, file=file, kind=kind, caption=caption, entities=marked
        )

    def do_edit_message_reply_markup(self, params: Params) -> Json:
        inline = self._inline(params)
        _, message = self._to_edit(params)
        return self._edited(message, inline)

    def do_delete_message(self, params: Params) -> bool:
        state = self._state(params)
        message = self._message(state, params, "message to delete")
        self._may_delete(message)
        self.telegram.remove_message(state, message.id)
        return True

    def _may_delete(self, message: Message) -> None:
        if self.telegram.clock.now() - message.date > DELETE_WITHIN:
            raise _bad("message can't be deleted for everyone")

    def do_delete_messages(self, params: Params) -> bool:
        numbers = params.parsed("message_ids", "can't parse message identifiers JSON object")
        if not numbers:
            raise _bad("message identifiers are not specified")
        if not isinstance(numbers, list):
            raise _bad("expected an Array of message identifiers")
        if len(numbers) > 100:
            raise _bad("too many message identifiers specified")
        if not all(isinstance(number, int) and number > 0 for number in numbers):
            raise _bad("invalid message identifier specified")
        state = self._state(params)
        found = [state.messages[number] for number in set(numbers) if number in state.messages]
        for message in found:
            self._may_delete(message)
        for message in found:
            self.telegram.remove_message(state, message.id)
        return True

    def do_set_message_reaction(self, params: Params) -> bool:
        given = params.parsed("reaction", "can't parse reaction types JSON object") or []
        if not isinstance(given, list):
            raise _bad("expected an Array of ReactionType")
        if len(given) > 1:
            raise _bad("REACTIONS_TOO_MANY")
        emoji = None
        for reaction in given:
            if not isinstance(reaction, dict) or reaction.get("type") != "emoji":
                raise _bad("can't parse ReactionType: invalid reaction type specified")
            emoji = str(reaction.get("emoji", "")).replace("\ufe0f", "")
            if emoji not in _REACTIONS:
                raise _bad("REACTION_INVALID")
        state = self._state(params)
        self._may_write(state.person)
        message = self._message(state, params, "message to react")
        message.reaction = emoji
        self.telegram.touch(message)
        return True

    # Answers to taps ----------------------------------------------------------------------------

    def do_answer_callback_query(self, params: Params) -> bool:
        text = params.text("text")
        if utf16_length(text) > 200:
            raise _bad("MESSAGE_TOO_LONG")
        tap = self.telegram.taps.get(params.text("callback_query_id"))
        if tap is None or tap.is_late():
            raise _bad("query is too old and response timeout expired or query ID is invalid")
        if tap.answer is None:
            tap.answer = {"text": text, "show_alert": params.flag("show_alert")}
        self.telegram.changed()
        return True

    # The bot itself -----------------------------------------------------------------------------

    def do_get_me(self, params: Params) -> Json:  # noqa: ARG002
        return self.telegram.bot_user | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def do_get_chat(self, params: Params) -> Json:
        return self._state(params).person.as_chat() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": False,
                "limited_gifts": False,
                "unique_gifts": False,
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }

    def do_get_file(self, params: Params) -> Json:
        file_id = params.text("file_id")
        if not file_id:
            raise _bad("file_id not specified")
        file = self.telegram.files.get(file_id)
        if file is None:
            raise _bad("wrong file_id or the file is temporarily unavailable")
        if len(file.content) > MAX_DOWNLOAD_BYTES:
            raise _bad("file is too big")
        return file.as_json() | {"file_path": file.path}

    def _scope(self, params: Params) -> tuple[str, str]:
        scope = params.parsed("scope", "can't parse BotCommandScope JSON object")
        language = params.text("language_code")
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise _bad("invalid language code specified")
        if scope is None:
            return "default", language
        if not isinstance(scope, dict):
            raise _bad("can't parse BotCommandScope: BotCommandScope must be an Object")
        kind = scope.get("type")
        if kind == "chat":
            return f"chat {scope.get('chat_id')}", language
        if kind not in (
            "default",
            "all_private_chats",
            "all_group_chats",
            "all_chat_administrators",
        ):
            raise _bad("can't parse BotCommandScope: unsupported type specified")
        return str(kind), language

    def do_set_my_commands(self, params: Params) -> bool:
        given = params.parsed("commands", "can't parse commands JSON object")
        if not isinstance(given, list):
            raise _bad("expected an Array of BotCommand")
        if len(given) > 100:
            raise _bad("BOT_COMMANDS_TOO_MUCH")
        kept = []
        for item in given:
            if not isinstance(item, dict):
                raise _bad("can't parse BotCommand: expected an Object")
            name = str(item.get("command", "")).removeprefix("/")
            description = str(item.get("description", "")).strip()
            if not _COMMAND.fullmatch(name):
                raise _bad("BOT_COMMAND_INVALID")
            if not 1 <= utf16_length(description) <= 256:
                raise _bad("BOT_COMMAND_DESCRIPTION_INVALID")
            kept.append({"command": name, "description": description})
        self.telegram.commands[self._scope(params)] = kept
        self.telegram.changed()
        return True

    def do_get_my_commands(self, params: Params) -> list[Json]:
        return self.telegram.commands.get(self._scope(params), [])

    def do_delete_my_commands(self, params: Params) -> bool:
        self.telegram.commands.pop(self._scope(params), None)
        self.telegram.changed()
        return True

    def _set_profile(self, params: Params, field: str, limit: int) -> bool:
        language = params.text("language_code")
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise _bad("invalid language code specified")
        text = params.text(field)
        if utf16_length(text) > limit:
            raise _bad(f"{field.replace('_', ' ')} is too long")
        self.telegram.profile[field, language] = text
        self.telegram.changed()
        return True

    def _profile(self, params: Params, field: str) -> Json:
        profile = self.telegram.profile
        default = self.telegram.bot_user["first_name"] if field == "name" else ""
        text = profile.get((field, params.text("language_code"))) or profile.get((field, ""))
        return {field: text or default}

    def do_set_my_name(self, params: Params) -> bool:
        return self._set_profile(params, "name", 64)

    def do_get_my_name(self, params: Params) -> Json:
        return self._profile(params, "name")

    def do_set_my_description(self, params: Params) -> bool:
        return self._set_profile(params, "description", 512)

    def do_get_my_description(self, params: Params) -> Json:
        return self._profile(params, "description")

    def do_set_my_short_description(self, params: Params) -> bool:
        return self._set_profile(params, "short_description", 120)

    def do_get_my_short_description(self, params: Params) -> Json:
        return self._profile(params, "short_description")

    def do_set_chat_menu_button(self, params: Params) -> bool:
        button = params.parsed("menu_button", "can't parse menu button JSON object")
        button = {"type": "default"} if button is None else button
        if not isinstance(button, dict) or button.get("type") not in (
            "commands",
            "default",
            "web_app",
        ):
            raise _bad("can't parse menu button: MenuButton has unsupported type")
        if params.text("chat_id"):
            self._state(params).menu_button = button
        else:
            self.telegram.menu_button = button
        self.telegram.changed()
        return True

    def do_get_chat_menu_button(self, params: Params) -> Json:
        if params.text("chat_id"):
            return self._state(params).menu_button or self.telegram.menu_button
        return self.telegram.menu_button

    def do_log_out(self, params: Params) -> bool:  # noqa: ARG002
        return True

    def do_close(self, params: Params) -> bool:  # noqa: ARG002
        return True

    # How updates are delivered ------------------------------------------------------------------

    def allow(self, params: Params) -> list[str] | None:
        """Take over ``allowed_updates``, when given; it counts for updates from now on."""
        given = params.parsed("allowed_updates", "can't parse allowed_updates JSON object")
        if not isinstance(given, list):
            return None
        known = [name for name in given if name in DEFAULT_UPDATES | OPTIONAL_UPDATES]
        self.telegram.allowed = frozenset(known) or DEFAULT_UPDATES
        return known

    def do_set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        if not url:
            return self.do_delete_webhook(params)
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname:
            raise _bad("invalid webhook URL specified")
        if not local:
            if parts.scheme != "https":
                raise _bad("bad webhook: An HTTPS URL must be provided for webhook")
            raise _bad("bad webhook: the sandbox posts to addresses on this computer only")
        secret = params.text("secret_token")
        if len(secret) > 256:
            raise _bad("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise _bad("secret token contains unallowed characters")
        if params.flag("drop_pending_updates"):
            self.telegram.confirm_before(2**62)
        connections = params.between("max_connections", 40, 1, 100)
        self.allow(params)
        present = self.telegram.webhook
        wanted = Webhook(url, secret, connections)
        if present is None or present.address() != wanted.address():
            self.telegram.webhook = wanted
        self.telegram.changed()
        return True

    def do_delete_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.telegram.confirm_before(2**62)
        self.telegram.webhook = None
        self.telegram.changed()
        return True

    def do_get_webhook_info(self, params: Params) -> Json:  # noqa: ARG002
        self.telegram.drop_expired()
        webhook = self.telegram.webhook
        info: Json = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.telegram.queue),
        }
        if webhook is not None:
            info["max_connections"] = webhook.max_connections
            if webhook.last_error_at is not None:
                info["last_error_date"] = int(webhook.last_error_at.timestamp())
                info["last_error_message"] = webhook.last_error
        if self.telegram.allowed != DEFAULT_UPDATES:
            info["allowed_updates"] = sorted(self.telegram.allowed)
        return info


def _rows(value: Any, words: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise _bad(words)
    if any(len(row) > MAX_BUTTONS_IN_ROW for row in value):
        raise _bad("reply markup is too long")
    if sum(len(row) for row in value) > MAX_BUTTONS:
        raise _bad("reply markup is too long")
    return value


def _label(button: Json, failure: str) -> str:
    text = button.get("text")
    if not isinstance(text, str):
        raise _bad(f'{failure}: Can\'t find field "text"')
    if not text.strip():
        raise _bad(
            "BUTTON_TEXT_EMPTY" if "inline" in failure else "keyboard button text must be non-empty"
        )
    style = button.get("style") or ""
    if not isinstance(style, str) or style.lower() not in _STYLES:
        raise _bad(f"{failure}: invalid button style specified")
    return text


def _keyboard_button(button: Any) -> Json:
    failure = "can't parse keyboard button"
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise _bad(f"{failure}: KeyboardButton must be a String or an Object")
    _label(button, failure)
    return button


def _inline_button(button: Any) -> Json:
    failure = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise _bad(f"{failure}: InlineKeyboardButton must be an Object")
    _label(button, failure)
    data = button.get("callback_data")
    if button.get("url"):
        address = urlsplit(str(button["url"]))
        if address.scheme not in ("http", "https", "tg") or not address.netloc:
            raise _bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif data:
        if not isinstance(data, str) or len(data.encode()) > MAX_CALLBACK_BYTES:
            raise _bad("BUTTON_DATA_INVALID")
    elif "copy_text" in button:
        copied = button["copy_text"]
        text = copied.get("text") if isinstance(copied, dict) else None
        if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
            raise _bad("BUTTON_COPY_TEXT_INVALID")
    elif data == "":
        raise _bad("BUTTON_DATA_INVALID")
    elif not button.keys() & {"web_app", "login_url", "switch_inline_query", "pay"}:
        raise _bad(f"{failure}: Text buttons are unallowed in the inline keyboard")
    return button
