"""Updates become the same objects that python-telegram-bot itself makes of them."""

from copy import deepcopy
from typing import Any

import pytest
from telegram import Bot, TelegramObject, Update

from bot.telegram.raw_update import parsed

PERSON = {"id": 5, "is_bot": False, "first_name": "Ann", "language_code": "en"}
CHAT = {"id": 5, "type": "private", "first_name": "Ann"}
MESSAGE: dict[str, Any] = {"message_id": 3, "date": 1_800_000_000, "chat": CHAT, "from": PERSON}
COMMAND = {"type": "bot_command", "offset": 0, "length": 6}
MEMBER = {"user": PERSON, "status": "member"}
UPDATES: list[dict[str, Any]] = [
    {"message": {**MESSAGE, "text": "🦵 Log cramp"}},
    {"message": {**MESSAGE, "text": "/cramp", "entities": [COMMAND]}},
    {"message": {**MESSAGE, "text": "what the library does not know", "to_come": 1}},
    {"message": {**MESSAGE, "text": "/cramp", "from": {**PERSON, "to_come": 1}}},
    {"message": {**MESSAGE, "text": "/cramp", "chat": {"id": -5, "type": "group", "title": "T"}}},
    {"message": {**MESSAGE, "text": "yes", "reply_to_message": {**MESSAGE, "text": "Really?"}}},
    {"message": {**MESSAGE, "location": {"latitude": 1.0, "longitude": 2.0}}},
    {"edited_message": {**MESSAGE, "edit_date": 1_800_000_001, "text": "more"}},
    {
        "callback_query": {
            "id": "1",
            "from": PERSON,
            "chat_instance": "1",
            "data": "cramps:undo:1",
            "message": {**MESSAGE, "text": "Cramp logged"},
        }
    },
    {
        "my_chat_member": {
            "chat": CHAT,
            "from": PERSON,
            "date": 1_800_000_000,
            "old_chat_member": MEMBER,
            "new_chat_member": {**MEMBER, "status": "kicked", "until_date": 0},
        }
    },
]


def everything(value: Any) -> Any:
    """All attributes of one of the library's objects, and of those in it, but for the bot."""
    if not isinstance(value, TelegramObject):
        return value
    names = {name for base in type(value).__mro__ for name in getattr(base, "__slots__", ())}
    found = {name: everything(getattr(value, name)) for name in names - {"_bot"}}
    return type(value), found


@pytest.mark.parametrize("sent", UPDATES, ids=" ".join)
def test_an_update_is_what_the_library_makes_of_it(sent: dict[str, Any]) -> None:
    raw, bot = {"update_id": 7, **sent}, Bot("1:token")
    kept = deepcopy(raw)
    update, theirs = parsed(raw, bot), Update.de_json(deepcopy(raw), bot)
    assert update.to_dict() == theirs.to_dict()
    assert everything(update) == everything(theirs)
    assert update.effective_user is not None
    assert update.effective_user.get_bot() is bot
    assert update.effective_message is None or update.effective_message.get_bot() is bot
    assert raw == kept
