"""Replies in an inbox row: what they may consist of, and who may have written them."""

from enum import Enum
from typing import Any

import pytest

from bot.telegram.message import Message
from bot.telegram.replies import DiaryChanged, Occasion, Say, rendering
from bot.telegram.stored_replies import ReplyStore, Unsent, UnusableRepliesError

STORE = ReplyStore("1:token")
UNSENT = Unsent((Say(Message("Logged")), DiaryChanged(occasion=Occasion.LOOKED)), sent_id=7)


def _reduced_by_name(member: Enum, _protocol: int) -> tuple[Any, ...]:
    """How Python 3.11.0 to 3.11.3 pickle the member of an enumeration."""
    return getattr, (type(member), member.name)


@pytest.mark.parametrize("is_reduced_by_name", [False, True])
def test_what_is_stored_is_loaded_again_on_every_python(
    monkeypatch: pytest.MonkeyPatch, is_reduced_by_name: bool
) -> None:
    if is_reduced_by_name:
        monkeypatch.setattr(Enum, "__reduce_ex__", _reduced_by_name)
    loaded = STORE.load(STORE.dump(UNSENT))
    assert loaded == UNSENT
    assert loaded.replies[1].occasion is Occasion.LOOKED  # type: ignore[union-attr]


def test_what_somebody_else_signed_is_not_loaded() -> None:
    with pytest.raises(UnusableRepliesError, match="not signed by this bot"):
        ReplyStore("2:token").load(STORE.dump(UNSENT))


def test_functions_of_others_are_not_loaded() -> None:
    foreign: Any = print
    with pytest.raises(UnusableRepliesError, match=r"builtins\.print is not part of a reply"):
        STORE.load(STORE.dump(Unsent((Say(rendering(foreign)),))))
