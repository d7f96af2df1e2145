"""What must be so of a raw update before anything looks into it.

python-telegram-bot takes what it is given: with a list for a chat's id it parses, and fails where
no error handler sees it, so the same update would come again for ever. Telegram never sends such a
one, but whoever knows the webhook's secret may, and so may a Bot API server of one's own.

Only what this bot reads is looked at. It takes a few microseconds.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError

LAST_ID = 2**52 - 1
"""Ids of people and chats have at most 52 significant bits (Bot API, ``User`` and ``Chat``)."""
LAST_MESSAGE = 2**31 - 1
"""Messages are numbered with 32 bits; so are the columns that keep these numbers."""
FIRST_AT = int(datetime(2013, 1, 1, tzinfo=UTC).timestamp())
"""Nothing in Telegram is older."""
LAST_AT = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) - 1

NAMED = 4
"""Parts of the way to a fault that are named; a reply to a reply to a reply is no longer way."""


def _whole(text: str) -> str:
    """The text, if it is Unicode: no database takes half of a surrogate pair.

    Raises:
        UnicodeEncodeError: when it is not.
    """
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_whole)]
PersonId = Annotated[int, Strict(), Field(ge=1, le=LAST_ID)]
ChatId = Annotated[int, Strict(), Field(ge=-LAST_ID, le=LAST_ID)]
MessageId = Annotated[int, Strict(), Field(ge=0, le=LAST_MESSAGE)]
Instant = Annotated[int, Strict(), Field(ge=FIRST_AT, le=LAST_AT)]
InstantOrNone = Annotated[int, Strict(), Field(ge=0, le=LAST_AT)]
"""0 stands for a message that can no longer be had."""
Number = Annotated[float, Strict()]
Flag = Annotated[bool, Strict()]
Language = Annotated[str, Field(pattern=r"^[ -~]{0,64}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Person(_Shape):
    id: PersonId
    is_bot: Flag
    language_code: Language | None = None


class _Chat(_Shape):
    id: ChatId
    type: str


class _Location(_Shape):
    latitude: Number
    longitude: Number


class _Document(_Shape):
    file_id: Text
    file_name: Text | None = None
    mime_type: Text | None = None
    file_size: Annotated[int, Strict()] | None = None


class _Entity(_Shape):
    type: str
    offset: Annotated[int, Strict(), Field(ge=0)]
    length: Annotated[int, Strict(), Field(ge=0)]


class _OldMessage(_Shape):
    message_id: MessageId
    chat: _Chat
    date: InstantOrNone
    from_: _Person | None = Field(default=None, alias="from")
    text: Text | None = None
    entities: tuple[_Entity, ...] = ()
    """The library's handlers of commands read them."""
    location: _Location | None = None
    document: _Document | None = None
    reply_to_message: "_OldMessage | None" = None


class _Message(_OldMessage):
    date: Instant


class _Tap(_Shape):
    id: Text
    from_: _Person = Field(alias="from")
    message: _OldMessage | None = None
    data: Text | None = None


class _Member(_Shape):
    status: str


class _Membership(_Shape):
    chat: _Chat
    from_: _Person = Field(alias="from")
    date: Instant
    new_chat_member: _Member


class _Update(_Shape):
    update_id: Annotated[int, Strict(), Field(ge=0, lt=2**63)]
    message: _Message | None = None
    callback_query: _Tap | None = None
    my_chat_member: _Membership | None = None


def fault_of(raw: Mapping[str, Any]) -> str | None:
    """The first place of a raw update where there is what cannot be; None when it can be read."""
    try:
        _Update.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return ".".join(str(part) for part in first["loc"][:NAMED]) or "update"
    return None
