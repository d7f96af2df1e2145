"""Reads raw updates without python-telegram-bot, and builds its ``Update`` objects faster."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    TelegramObject,
    Update,
    User,
)
from telegram.constants import ChatType

Made = TypeVar("Made", bound=TelegramObject)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that the bot asks Telegram for."""


def parsed(raw: Mapping[str, Any], bot: Bot) -> Update:
    """Build the ``Update`` of a raw one.

    The library's own ``de_json`` looks for every kind of update.

    Raises:
        Exception: it cannot be read.
    """
    message, edited = raw.get("message"), raw.get("edited_message")
    query, membership = raw.get("callback_query"), raw.get("my_chat_member")
    number = raw["update_id"]
    return _made(
        _UPDATE,
        bot,
        (number,),
        update_id=number,
        message=_message(message, bot) if message else None,
        edited_message=Message.de_json(edited, bot) if edited else None,
        callback_query=CallbackQuery.de_json(query, bot) if query else None,
        my_chat_member=ChatMemberUpdated.de_json(membership, bot) if membership else None,
    )


_WORDS_ONLY = frozenset({"message_id", "date", "from", "chat", "text", "entities"})
"""The fields of a message that is only text: typed words, a command or a button of the keyboard."""


def _message(raw: Mapping[str, Any], bot: Bot) -> Message:
    """Build a message.

    For one that is only text, ``de_json`` would look for a hundred other fields.
    """
    if not raw.keys() <= _WORDS_ONLY:
        return Message.de_json(dict(raw), bot)
    number, chat = raw["message_id"], _chat(raw["chat"], bot)
    return _made(
        _MESSAGE,
        bot,
        (number, chat),
        message_id=number,
        date=datetime.fromtimestamp(raw["date"], UTC),
        chat=chat,
        from_user=_user(raw["from"], bot) if "from" in raw else None,
        text=raw.get("text"),
        entities=MessageEntity.de_list(raw.get("entities", ()), bot),
    )


_USER_FIELDS = frozenset({"id", "is_bot", "first_name", "last_name", "username", "language_code"})
_CHAT_FIELDS = frozenset({"id", "type", "first_name", "last_name", "username"})


def _user(raw: Mapping[str, Any], bot: Bot) -> User:
    is_usual = _USER_FIELDS.issuperset(raw)
    return _made(_USER, bot, (raw["id"],), **raw) if is_usual else User.de_json(dict(raw), bot)


def _chat(raw: Mapping[str, Any], bot: Bot) -> Chat:
    if raw["type"] != ChatType.PRIVATE or not _CHAT_FIELDS.issuperset(raw):
        return Chat.de_json(dict(raw), bot)
    return _made(_PRIVATE_CHAT, bot, (raw["id"],), **{**raw, "type": ChatType.PRIVATE})


# The library's constructors set a hundred attributes one by one in Python, which ``_made`` avoids.


class _Blank(Generic[Made]):
    """The slots of a nearly empty object of a library's class, as its constructor sets them."""

    def __init__(self, example: Made) -> None:
        self.kind = type(example)
        slots = (
            (base.__dict__[name].__set__, getattr(example, name))
            for base in self.kind.__mro__
            for name in base.__dict__.get("__slots__", ())
        )
        self.slots = tuple(slots)


_PRIVATE_CHAT = _Blank(Chat(0, ChatType.PRIVATE))
_USER = _Blank(User(0, "", is_bot=False))
_MESSAGE = _Blank(Message(0, datetime.fromtimestamp(0, UTC), Chat(0, ChatType.PRIVATE)))
_UPDATE = _Blank(Update(0))


def _made(blank: _Blank[Made], bot: Bot, identity: tuple[object, ...], **known: Any) -> Made:
    """Make an object as the library's constructor would, by copying the slots of a blank one.

    Args:
        blank: the blank of its class.
        bot: the bot that its shortcut methods use.
        identity: the values by which the library compares objects.
        known: the attributes to set; all others keep the values of the blank.
    """
    made = blank.kind.__new__(blank.kind)
    for put, value in blank.slots:
        put(made, value)
    put = object.__setattr__
    for name, value in known.items():
        put(made, name, value)
    put(made, "_bot", bot)
    put(made, "_id_attrs", identity)
    return made


def kind_of(raw: Mapping[str, Any]) -> str:
    """The kind of an update; ``other`` for one that the bot does not ask for."""
    return next((kind for kind in ALLOWED_UPDATES if kind in raw), "other")


def is_read(raw: Mapping[str, Any]) -> bool:
    """Whether any handler reads the update: an edited message only if it has text.

    A position that somebody shares for hours comes as an edited message every few seconds.
    """
    edited = raw.get("edited_message")
    return not isinstance(edited, dict) or bool(edited.get("text") or edited.get("caption"))


def sender_of(raw: Mapping[str, Any]) -> int | None:
    """The id of the person who sent an update; None for kinds that the bot does not ask for."""
    identity = _from(raw).get("id")
    return identity if isinstance(identity, int) else None


def language_of(raw: Mapping[str, Any]) -> str | None:
    """What an update says about the language of the person's app."""
    code = _from(raw).get("language_code")
    return code if isinstance(code, str) else None


def _from(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    sent = raw.get(kind_of(raw))
    person = sent.get("from") if isinstance(sent, dict) else None
    return person if isinstance(person, dict) else {}
