"""Replies as bytes in an inbox row, so that another process can send them after a kill.

They are pickled. A signature keyed by the bot's token comes first, so that write access to the
database alone is not enough to run code here. Only the classes and functions that replies consist
of are loaded.
"""

import hashlib
import hmac
import io
import pickle
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.telegram.replies import Replies

_SIGNATURE_BYTES = hashlib.sha256().digest_size
_OTHER_MODULES = {
    "builtins": {"set", "frozenset", "bytearray", "range"},
    "collections": {"OrderedDict", "Counter", "defaultdict"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "zoneinfo": {"ZoneInfo"},
    "fractions": {"Fraction"},
    "uuid": {"UUID"},
    "telegram._botcommand": {"BotCommand"},
    "telegram.constants": {"ChatAction", "ReactionEmoji"},
}
"""Names of modules other than the bot's that replies may consist of."""


class UnusableRepliesError(Exception):
    """Stored replies cannot be read, as after an upgrade that changed what they consist of."""


@dataclass(frozen=True)
class Unsent:
    """What is still to be sent of an update's replies, in order."""

    replies: Replies
    sent_id: int | None = None
    """The message that was sent just before."""


class _Pickler(pickle.Pickler):
    def reducer_override(self, part: object) -> Any:
        """Keep the member of an enumeration as its class and value.

        Python 3.11.0 to 3.11.3 (Debian 12 has 3.11.2) would keep it as a call of getattr, which
        must never be loaded.
        """
        return (type(part), (part.value,)) if isinstance(part, Enum) else NotImplemented


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        is_ours = module.startswith("bot.") and "." not in name
        if is_ours or name in _OTHER_MODULES.get(module, ()):
            return super().find_class(module, name)
        raise UnusableRepliesError(f"{module}.{name} is not part of a reply")


class ReplyStore:
    """Turns replies into signed bytes and back.

    Args:
        secret: what the key of the signature is made of, such as the bot's token.
    """

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"stored replies:" + secret.encode()).digest()

    def dump(self, unsent: Unsent) -> bytes:
        """Replies as bytes.

        Raises:
            Exception: whatever pickle raises for a reply that holds something else than plain
                values and functions of modules; that is a bug of the handler that made it.
        """
        content = io.BytesIO()
        _Pickler(content, pickle.HIGHEST_PROTOCOL).dump((tuple(unsent.replies), unsent.sent_id))
        return self._sign(content.getvalue()) + content.getvalue()

    def load(self, stored: bytes) -> Unsent:
        """Replies from bytes.

        Raises:
            UnusableRepliesError: when they cannot be read, or were not signed with this key.
        """
        signature, content = stored[:_SIGNATURE_BYTES], stored[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._sign(content)):
            raise UnusableRepliesError("not signed by this bot")
        try:
            replies, sent_id = _Unpickler(io.BytesIO(content)).load()
        except UnusableRepliesError:
            raise
        except Exception as error:
            raise UnusableRepliesError(type(error).__name__) from error
        return Unsent(replies, sent_id)

    def _sign(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")
