"""Validation of raw updates, before python-telegram-bot parses them.

The library does not check types: it parses an update whose chat id is a list, and then raises
where no error handler catches it, so the same update would be fetched again and again. Telegram
sends no such updates, but anybody with the webhook's secret or a self-hosted Bot API server can.

Only the fields that this bot reads are validated, which takes a few microseconds per update.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError

from bot.telegram.message import MAX_MESSAGE_ID

MAX_ID = 2**52 - 1
"""Ids of users and chats have at most 52 significant bits (Bot API, ``User`` and ``Chat``)."""
MIN_TIMESTAMP = int(datetime(2013, 1, 1, tzinfo=UTC).timestamp())
"""Telegram was launched in 2013. Seconds since 1970, UTC."""
MAX_TIMESTAMP = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) - 1

MAX_PATH_PARTS = 4
"""How much of the path to an invalid value is reported; nested replies could make it endless."""


def _valid_unicode(text: str) -> str:
    """Return the text, unless it contains a lone surrogate, which no database can store.

    Raises:
        UnicodeEncodeError: It contains one.
    """
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_valid_unicode)]
UserId = Annotated[int, Strict(), Field(ge=1, le=MAX_ID)]
ChatId = Annotated[int, Strict(), Field(ge=-MAX_ID, le=MAX_ID)]
MessageId = Annotated[int, Strict(), Field(ge=0, le=MAX_MESSAGE_ID)]
Timestamp = Annotated[int, Strict(), Field(ge=MIN_TIMESTAMP, le=MAX_TIMESTAMP)]
TimestampOrZero = Annotated[int, Strict(), Field(ge=0, le=MAX_TIMESTAMP)]
"""0 means that the message is no longer accessible."""
Number = Annotated[float, Strict()]
Flag = Annotated[bool, Strict()]
Language = Annotated[str, Field(pattern=r"^[ -~]{0,64}$")]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _User(_Schema):
    id: UserId
    is_bot: Flag
    language_code: Language | None = None


class _Chat(_Schema):
    id: ChatId
    type: str


class _Location(_Schema):
    latitude: Number
    longitude: Number


class _Document(_Schema):
    file_id: Text
    file_name: Text | None = None
    mime_type: Text | None = None
    file_size: Annotated[int, Strict()] | None = None


class _Entity(_Schema):
    type: str
    offset: Annotated[int, Strict(), Field(ge=0)]
    length: Annotated[int, Strict(), Field(ge=0)]


class _MaybeInaccessibleMessage(_Schema):
    message_id: MessageId
    chat: _Chat
    date: TimestampOrZero
    from_: _User | None = Field(default=None, alias="from")
    text: Text | None = None
    caption: Text | None = None
    entities: tuple[_Entity, ...] = ()
    """Read by the library's CommandHandler."""
    location: _Location | None = None
    document: _Document | None = None
    reply_to_message: "_MaybeInaccessibleMessage | None" = None


class _Message(_MaybeInaccessibleMessage):
    date: Timestamp


class _CallbackQuery(_Schema):
    id: Text
    from_: _User = Field(alias="from")
    message: _MaybeInaccessibleMessage | None = None
    data: Text | None = None


class _ChatMember(_Schema):
    status: str


class _ChatMemberUpdated(_Schema):
    chat: _Chat
    from_: _User = Field(alias="from")
    date: Timestamp
    new_chat_member: _ChatMember


class _Update(_Schema):
    update_id: Annotated[int, Strict(), Field(ge=0, lt=2**63)]
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _CallbackQuery | None = None
    my_chat_member: _ChatMemberUpdated | None = None


def invalid_path(raw: Mapping[str, Any]) -> str | None:
    """Validate a raw update.

    Returns:
        None if it is valid, else the path of the first invalid value, such as
        ``message.chat.id``. The value itself is left out, as it may be private.
    """
    try:
        _Update.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return ".".join(str(part) for part in first["loc"][:MAX_PATH_PARTS]) or "update"
    return None
