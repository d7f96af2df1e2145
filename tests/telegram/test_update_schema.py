"""What must be so of an update before anything looks into it."""

import copy
from typing import Any

import pytest

from bot.telegram.update_schema import LAST_AT, fault_of

PERSON = {"id": 5_000_000_001, "is_bot": False, "first_name": "Ann", "language_code": "en"}
CHAT = {"id": 5_000_000_001, "type": "private"}
MESSAGE = {"message_id": 7, "date": 1_800_000_000, "from": PERSON, "chat": CHAT, "text": "hello"}
RAW: dict[str, Any] = {
    "update_id": 1,
    "message": MESSAGE
    | {
        "location": {"latitude": 52, "longitude": 13.4},
        "document": {"file_id": "f", "file_unique_id": "u", "file_size": 10},
        "reply_to_message": MESSAGE,
        "something_new": {"of": "tomorrow"},
    },
    "callback_query": {
        "id": "9",
        "from": PERSON,
        "chat_instance": "1",
        "data": "users:help",
        "message": {"message_id": 7, "date": 0, "chat": CHAT},
    },
    "my_chat_member": {
        "chat": CHAT,
        "from": PERSON,
        "date": 1_800_000_000,
        "new_chat_member": {"status": "kicked", "user": PERSON},
        "old_chat_member": {"status": "member", "user": PERSON},
    },
}


def changed(way: str, value: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    holder: Any = raw
    *steps, last = way.split(".")
    for step in steps:
        holder = holder[step]
    holder[last] = value
    return raw


def test_what_telegram_sends_is_taken() -> None:
    assert fault_of(RAW) is None
    for kind in ("message", "callback_query", "my_chat_member"):
        assert fault_of({"update_id": 1, kind: RAW[kind]}) is None
    assert fault_of({"update_id": 1, "a_kind_of_tomorrow": [1]}) is None
    assert fault_of(changed("callback_query.message", None)) is None
    assert fault_of(changed("message.from", None)) is None


@pytest.mark.parametrize(
    ("way", "value"),
    [
        ("update_id", "1"),
        ("update_id", -1),
        ("update_id", 2**63),
        ("message", []),
        ("message.chat.id", {"id": 1}),
        ("message.chat.id", 2**53),
        ("message.chat.type", None),
        ("message.from.id", True),
        ("message.from.id", 5_000_000_001.0),
        ("message.from.id", 2**63),
        ("message.from.id", 0),
        ("message.from.language_code", "a\x00b"),
        ("message.message_id", 2**31),
        ("message.message_id", None),
        ("message.date", 0),
        ("message.date", -1),
        ("message.date", LAST_AT + 1),
        ("message.text", 5),
        ("message.entities", {"length": 5}),
        ("message.text", "\ud800"),
        ("message.location.latitude", "52"),
        ("message.document.file_id", "x\udfff"),
        ("message.document.file_size", "10"),
        ("message.reply_to_message.message_id", "7"),
        ("callback_query.from", None),
        ("callback_query.data", ["users:help"]),
        ("callback_query.data", "\ud800"),
        ("callback_query.message.chat", 5_000_000_001),
        ("my_chat_member.new_chat_member", None),
        ("my_chat_member.new_chat_member.status", 1),
    ],
)
def test_what_cannot_be_is_named(way: str, value: Any) -> None:
    assert fault_of(changed(way, value)) == way


def test_replies_to_replies_without_end_are_refused() -> None:
    message: dict[str, Any] = dict(MESSAGE)
    for _ in range(100_000):
        message = MESSAGE | {"reply_to_message": message}
    fault = fault_of({"update_id": 1, "message": message})
    assert fault is not None
    assert len(fault) < 100
    while "reply_to_message" in message:  # or Python's own end of it would be too deep
        message = message.pop("reply_to_message")
