"""What can be read from a raw update without python-telegram-bot, and how it becomes an update."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    Update,
    User,
)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates that are asked for."""


def parsed(raw: Mapping[str, Any], bot: Bot) -> Update:
    """The update as python-telegram-bot gives it, whose own method looks for all other kinds, too.

    Raises:
        Exception: it cannot be read.
    """
    message, edited = raw.get("message"), raw.get("edited_message")
    query, membership = raw.get("callback_query"), raw.get("my_chat_member")
    update = Update(
        raw["update_id"],
        message=_message(message, bot) if message else None,
        edited_message=Message.de_json(edited, bot) if edited else None,
        callback_query=CallbackQuery.de_json(query, bot) if query else None,
        my_chat_member=ChatMemberUpdated.de_json(membership, bot) if membership else None,
    )
    update.set_bot(bot)
    return update


_WORDS_ONLY = frozenset({"message_id", "date", "from", "chat", "text", "entities"})
"""What a message has that is nothing but typed words, a command or a button of the keyboard."""


def _message(raw: Mapping[str, Any], bot: Bot) -> Message:
    """A message. In one of words only the library would look for a hundred other things."""
    if not raw.keys() <= _WORDS_ONLY:
        return Message.de_json(dict(raw), bot)
    message = Message(
        raw["message_id"],
        datetime.fromtimestamp(raw["date"], UTC),
        Chat.de_json(raw["chat"], bot),
        User.de_json(raw["from"], bot) if "from" in raw else None,
        text=raw.get("text"),
        entities=MessageEntity.de_list(raw.get("entities", ()), bot),
    )
    message.set_bot(bot)
    return message


def kind_of(raw: Mapping[str, Any]) -> str:
    """Which kind of update it is; ``other`` for one that is not asked for."""
    return next((kind for kind in ALLOWED_UPDATES if kind in raw), "other")


def is_read(raw: Mapping[str, Any]) -> bool:
    """Whether anything reads the update: an edited message only if it has words.

    A position that somebody shares for hours comes as an edited message every few seconds.
    """
    edited = raw.get("edited_message")
    return not isinstance(edited, dict) or bool(edited.get("text") or edited.get("caption"))


def sender_of(raw: Mapping[str, Any]) -> int | None:
    """The id of the person behind an update of a kind that is asked for."""
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
