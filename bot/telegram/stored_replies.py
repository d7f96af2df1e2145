"""Replies as bytes in an inbox row, so that a killed process's successor can still say them.

They are pickled, and unpickled only from this bot's own database and only into what the bot itself
puts there: any other class or function is refused.
"""

import io
import pickle
from typing import Any

from bot.telegram.replies import Replies

_STANDARD = {
    "builtins": {"set", "frozenset", "list", "tuple", "dict", "bytes", "bytearray", "range"},
    "collections": {"OrderedDict", "Counter", "defaultdict"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "zoneinfo": {"ZoneInfo"},
    "fractions": {"Fraction"},
    "uuid": {"UUID"},
    "telegram._botcommand": {"BotCommand"},
    "telegram.constants": {"ChatAction", "ReactionEmoji"},
}
"""Names of other modules that replies may consist of."""


class UnusableRepliesError(Exception):
    """Stored replies cannot be read, as after an upgrade that changed what they consist of."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("bot.") or name in _STANDARD.get(module, ()):
            return super().find_class(module, name)
        raise UnusableRepliesError(f"{module}.{name} is not part of a reply")


def dump(replies: Replies) -> bytes:
    """Replies as bytes.

    Raises:
        Exception: whatever pickle raises for a reply that holds something else than plain values
            and functions of modules; that is a bug of the handler that made it.
    """
    return pickle.dumps(tuple(replies), protocol=pickle.HIGHEST_PROTOCOL)


def load(stored: bytes) -> Replies:
    """Replies from bytes.

    Raises:
        UnusableRepliesError: when they cannot be read.
    """
    try:
        replies = _Unpickler(io.BytesIO(stored)).load()
    except UnusableRepliesError:
        raise
    except Exception as error:
        raise UnusableRepliesError(type(error).__name__) from error
    if not isinstance(replies, tuple):
        raise UnusableRepliesError("not a sequence of replies")
    return replies
