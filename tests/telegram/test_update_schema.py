"""Validation of raw updates."""

import copy
from typing import Any

import pytest

from bot.telegram.update_schema import MAX_TIMESTAMP, invalid_path

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
        "unknown_field": {"added": "later"},
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


def changed(path: str, value: Any) -> dict[str, Any]:
    """A valid update with another value at a path such as ``message.chat.id``."""
    raw = copy.deepcopy(RAW)
    parent: Any = raw
    *keys, last = path.split(".")
    for key in keys:
        parent = parent[key]
    parent[last] = value
    return raw


def test_valid_updates_are_accepted() -> None:
    assert invalid_path(RAW) is None
    for kind in ("message", "callback_query", "my_chat_member"):
        assert invalid_path({"update_id": 1, kind: RAW[kind]}) is None
    assert invalid_path({"update_id": 1, "unknown_kind": [1]}) is None
    assert invalid_path(changed("callback_query.message", None)) is None
    assert invalid_path(changed("message.from", None)) is None


@pytest.mark.parametrize(
    ("path", "value"),
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
        ("message.date", MAX_TIMESTAMP + 1),
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
def test_the_path_of_an_invalid_value_is_reported(path: str, value: Any) -> None:
    assert invalid_path(changed(path, value)) == path


def test_endlessly_nested_replies_are_refused() -> None:
    message: dict[str, Any] = dict(MESSAGE)
    for _ in range(100_000):
        message = MESSAGE | {"reply_to_message": message}
    fault = invalid_path({"update_id": 1, "message": message})
    assert fault is not None
    assert len(fault) < 100
    while "reply_to_message" in message:  # take it apart, or deallocation would recurse too deep
        message = message.pop("reply_to_message")
