"""The queue of updates that wait for the bot, by getUpdates or a webhook."""

import time
from collections import OrderedDict

from bot.sandbox.changes import Changes
from bot.sandbox.models import Json, QueuedUpdate

MESSAGE_LIFE_SECONDS = 86_400.0
"""How long an update waits for a bot that is down."""
DEFAULT_UPDATES = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
"""The kinds of update that a bot gets when it has not set ``allowed_updates``."""
OPTIONAL_UPDATES = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class UpdateQueue:
    """Updates in the order of their ids, until the bot confirms them or they expire."""

    def __init__(self, changes: Changes) -> None:
        self.waiting: OrderedDict[int, QueuedUpdate] = OrderedDict()
        self.allowed: frozenset[str] = DEFAULT_UPDATES
        self._changes = changes
        self._next_id = 700_000_001

    def add(self, kind: str, content: Json, lane: int, life: float = MESSAGE_LIFE_SECONDS) -> None:
        """Queue an update, unless the bot has not allowed its kind.

        Args:
            kind: the field of the ``Update`` object, such as "message".
            content: the value of that field.
            lane: see ``QueuedUpdate``.
            life: seconds until it expires.
        """
        if kind not in self.allowed:
            self._changes.notify()
            return
        number = self._next_id
        self._next_id += 1
        self._put(number, {"update_id": number, kind: content}, lane, life)

    def inject(self, raw: Json, lane: int) -> int:
        """Queue any object as an update, allowed or not; return its id, added when missing."""
        payload = dict(raw)
        number = int(payload.setdefault("update_id", self._next_id))
        self._next_id = max(self._next_id, number) + 1
        self._put(number, payload, lane, MESSAGE_LIFE_SECONDS)
        return number

    def _put(self, number: int, payload: Json, lane: int, life: float) -> None:
        self.waiting[number] = QueuedUpdate(number, payload, lane, time.monotonic(), life)
        self._changes.notify()

    def next_for_polling(self, offset: int, limit: int) -> list[Json]:
        """Return the payloads that getUpdates answers, from an offset on and up to a limit."""
        self.drop_expired()
        found: list[Json] = []
        for number, update in self.waiting.items():
            if len(found) >= limit:
                break
            if offset < 0 or number >= offset:
                found.append(update.payload)
        return found

    def confirm_before(self, offset: int) -> None:
        """Drop the updates with smaller ids; a negative offset keeps that many of the newest."""
        ids = list(self.waiting)
        confirmed = [n for n in ids if n < offset] if offset >= 0 else ids[:offset]
        self._drop(confirmed)

    def confirm(self, number: int) -> None:
        """Drop one update that the webhook has taken."""
        self._drop([number])

    def clear(self) -> None:
        """Drop every update."""
        self._drop(list(self.waiting))

    def drop_expired(self) -> None:
        """Drop updates that have waited too long."""
        now = time.monotonic()
        self._drop(
            [u.id for u in self.waiting.values() if now - u.born > u.life and not u.in_flight]
        )

    def expire(self, kind: str | None = None) -> None:
        """Let all updates, or those of one kind, expire now."""
        for update in self.waiting.values():
            if kind is None or kind in update.payload:
                update.life = -1.0
        self.drop_expired()

    def _drop(self, numbers: list[int]) -> None:
        dropped = [self.waiting.pop(number, None) for number in numbers]
        if any(dropped):
            self._changes.notify()
