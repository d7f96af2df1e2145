"""What can be read from a raw update without python-telegram-bot."""

from collections.abc import Mapping
from typing import Any

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
"""The kinds of updates that are asked for."""


def kind_of(raw: Mapping[str, Any]) -> str:
    """Which kind of update it is; ``other`` for one that is not asked for."""
    return next((kind for kind in ALLOWED_UPDATES if kind in raw), "other")


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
