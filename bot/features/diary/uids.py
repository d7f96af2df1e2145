"""Permanent ids (uids) of diary rows, by which an import recognizes exported rows. Pure.

A uid stands in exported files, so it must not lead back to a Telegram account. Earlier versions
made it from nothing but the ids of the account and the message, so whoever has a file could find
the account by trying all ids. Such a uid is made private with a key that only the installation has.
"""

import hashlib
import hmac
from uuid import UUID, uuid5

PURPOSE = "exported ids"
"""What the key is for; see ``bot/database/installation_secret.py``."""
_NAMESPACE = UUID("6f0c1d0e-52a1-4f0a-9a44-0b6f3a7f7c51")
VERSION_AT = 12
"""Where the version of a UUID stands among its 32 hexadecimal digits."""
TRACEABLE = "5"
"""The version of uids that were made of Telegram's ids."""
PRIVATE = "8"
"""The version of the uids that replace such ones; RFC 9562 reserves it for custom use."""


def uid_of(user_id: int, what: str, key: object) -> str:
    """The uid that earlier versions gave a row: 32 hexadecimal digits. It must not leave the bot.

    Args:
        user_id: whose row it is.
        what: the kind of row, such as ``cramp``.
        key: identifies the row among the person's rows of that kind, such as a message id.
    """
    return uuid5(_NAMESPACE, f"{user_id}/{what}/{key}").hex


def is_traceable(uid: str) -> bool:
    """Whether a uid may have been made of a Telegram id."""
    return uid[VERSION_AT] == TRACEABLE


def is_private(uid: str) -> bool:
    """Whether a uid may stand for one that was made of Telegram's ids."""
    return uid[VERSION_AT] == PRIVATE


def private_uid(key: bytes, uid: str) -> str:
    """The uid that replaces a traceable one in files; any other stays as it is.

    The same key and uid always give the same, so that files of before are recognized.
    """
    if not is_traceable(uid):
        return uid
    digits = hmac.digest(key, uid.encode(), hashlib.sha256).hex()
    return f"{digits[:VERSION_AT]}{PRIVATE}{digits[VERSION_AT + 1 : 32]}"
