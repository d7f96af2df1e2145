"""People, messages, taps and updates: the data that the sandbox keeps."""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]

TAP_LIFE_SECONDS = 150.0
"""For this long after a tap on an inline button, its callback query is delivered and can be
answered."""

Trouble = Literal["blocked", "deactivated", "not_found"]


class ApiError(Exception):
    """An error answer of the Bot API, in Telegram's words."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class NotPossibleError(ValueError):
    """A person tried something that their app would not allow."""


@dataclass
class Person:
    """A user of Telegram."""

    id: int
    first_name: str
    language_code: str
    time_zone: str
    username: str
    position: tuple[float, float] = (52.52, 13.405)
    """Latitude and longitude that the location button sends."""
    blocked: bool = False
    """Whether this person has blocked the bot, in their app."""
    trouble: Trouble | None = None
    """The error with which the Bot API answers every request for this chat; None for no error."""

    def as_user(self) -> Json:
        """Return the ``User`` object of the Bot API."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
        }

    def as_chat(self) -> Json:
        """Return the ``Chat`` object of the Bot API."""
        return {
            "id": self.id,
            "first_name": self.first_name,
            "username": self.username,
            "type": "private",
        }


@dataclass(eq=False)
class StoredFile:
    """An uploaded file."""

    file_id: str
    content: bytes
    name: str
    mime_type: str
    width: int = 0
    height: int = 0

    @property
    def unique_id(self) -> str:
        """A hash of the content."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def path(self) -> str:
        """The path below ``/file/bot{token}/``."""
        return f"files/{self.file_id}-{self.name}"

    def as_json(self) -> Json:
        """Return the fields that ``File``, ``PhotoSize`` and ``Document`` have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }

    def as_field(self, kind: str) -> list[Json] | Json:
        """Return the file as a field of a ``Message``: sizes for "photo", else a document."""
        if kind == "photo":
            return [self.as_json() | {"width": self.width, "height": self.height}]
        return self.as_json() | {"file_name": self.name, "mime_type": self.mime_type}


@dataclass(eq=False)
class Message:
    """A message in a chat; both sides see the same."""

    id: int
    person: Person
    from_bot: bool
    date: datetime
    text: str | None = None
    caption: str | None = None
    entities: list[Json] = field(default_factory=list)
    file: StoredFile | None = None
    kind: str = "text"
    extra: Json = field(default_factory=dict)
    """Further fields of the ``Message`` object, for example ``location``."""
    inline: list[list[Json]] = field(default_factory=list)
    silent: bool = False
    edited_at: datetime | None = None
    reply_to: "Message | None" = None
    reaction: str | None = None
    editable: bool = True
    """False when sent with a reply keyboard or its removal."""
    protected: bool = False
    revision: int = 0
    """The revision of the last change."""

    @property
    def photo(self) -> bytes | None:
        """The content of the picture, if the message is one."""
        return self.file.content if self.file is not None and self.kind == "photo" else None

    @property
    def photo_size(self) -> tuple[int, int] | None:
        """Width and height of the picture, in pixels."""
        if self.file is None or self.kind != "photo":
            return None
        return self.file.width, self.file.height

    @property
    def edited(self) -> bool:
        """Whether the message has been edited."""
        return self.edited_at is not None

    @property
    def words(self) -> str:
        """The text or the caption; empty when there is neither."""
        return self.text or self.caption or ""

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline buttons, in order."""
        return [button["text"] for row in self.inline for button in row]

    def as_json(self, bot_user: Json, *, nested: bool = False) -> Json:
        """Return the ``Message`` object of the Bot API.

        Args:
            bot_user: the ``User`` object of the bot.
            nested: inside another message, where no further reply is nested.
        """
        result: Json = {
            "message_id": self.id,
            "from": bot_user if self.from_bot else self.person.as_user(),
            "chat": self.person.as_chat(),
            "date": int(self.date.timestamp()),
        }
        if self.edited_at is not None:
            result["edit_date"] = int(self.edited_at.timestamp())
        if self.reply_to is not None and not nested:
            result["reply_to_message"] = self.reply_to.as_json(bot_user, nested=True)
        if self.text is not None:
            result["text"] = self.text
            if self.entities:
                result["entities"] = self.entities
        if self.file is not None:
            result[self.kind] = self.file.as_field(self.kind)
        if self.caption:
            result["caption"] = self.caption
            if self.entities:
                result["caption_entities"] = self.entities
        if self.inline:
            result["reply_markup"] = {"inline_keyboard": self.inline}
        if self.protected:
            result["has_protected_content"] = True
        return result | self.extra


@dataclass(eq=False)
class Tap:
    """A tap on an inline button."""

    id: str
    person: Person
    message_id: int
    data: str
    born: float
    """Monotonic seconds."""
    answer: Json | None = None
    """``text`` and ``show_alert`` of the bot's answer."""
    expired: bool = False

    def is_late(self) -> bool:
        """Return whether the tap can no longer be answered."""
        return self.expired or time.monotonic() - self.born > TAP_LIFE_SECONDS


@dataclass(eq=False)
class ChatState:
    """A person's chat with the bot."""

    person: Person
    started: bool = False
    """Whether the person has ever written: a bot cannot write first."""
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)
    deleted: OrderedDict[int, int] = field(default_factory=OrderedDict)
    """Ids of deleted messages, each with the revision of its deletion."""
    markup: Json | None = None
    """The ``ReplyKeyboardMarkup`` that is shown now."""
    typing_until: float = 0.0
    """Monotonic seconds."""
    menu_button: Json | None = None


@dataclass(frozen=True)
class Call:
    """A recorded request of the bot to the Bot API."""

    method: str
    params: Json
    at: datetime
    result: Any = None
    error: str | None = None
    fault: str | None = None


@dataclass(eq=False)
class QueuedUpdate:
    """An update that waits for the bot."""

    id: int
    payload: Json
    lane: int
    """Updates of one lane are posted to a webhook one at a time and in order."""
    born: float
    """Monotonic seconds."""
    life: float
    """Seconds after which the update is dropped."""
    in_flight: bool = False
    tries: int = 0
    not_before: float = 0.0
    """Monotonic seconds; the next try."""

    @property
    def kind(self) -> str:
        """The kind of the update, such as "message"."""
        return next((key for key in self.payload if key != "update_id"), "?")


@dataclass
class Webhook:
    """The address that updates are posted to."""

    url: str
    secret: str
    max_connections: int
    last_error_at: datetime | None = None
    last_error: str | None = None

    def settings(self) -> tuple[str, str, int]:
        """Return the values that setWebhook sets."""
        return self.url, self.secret, self.max_connections
