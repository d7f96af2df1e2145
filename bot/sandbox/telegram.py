"""The state of the sandbox: people, their chats with one bot, and the updates that the bot gets.

This module has no HTTP. Tests use ``Telegram`` directly: its methods act as people do in their app
(``people_actions.py``), and what the bot shows can be read and waited for. Everything runs in one
event loop.
"""

import time
from collections import deque
from collections.abc import Callable

from bot.clock import Clock, SystemClock
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Faults
from bot.sandbox.models import (
    Call,
    Json,
    Tap,
    Webhook,
)
from bot.sandbox.people_actions import PeopleActions

EVENT_TIMEOUT_SECONDS = 60.0
"""How long to wait for an expected event: generous, for computers that are busy."""
RECORDED_CALLS = 100_000


class Telegram(PeopleActions):
    """Telegram as one bot and its users see it."""

    def __init__(self, clock: Clock | None = None, token: str = "1:sandbox-token") -> None:  # noqa: S107
        bot_user = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "CalmCalf",
            "username": "calmcalf_sandbox_bot",
        }
        super().__init__(clock or SystemClock(), bot_user, Changes())
        self.token = token
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=RECORDED_CALLS)
        self.webhook: Webhook | None = None
        self.webhook_first_retry_seconds = 1.0
        """The pause after the second failed post to the webhook; it doubles up to a minute."""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """The bot's commands by (scope, language)."""
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by (field, language)."""
        self.menu_button: Json = {"type": "commands"}
        self.closed = False
        self.polling = False
        """Whether a getUpdates is waiting."""
        self.local_folder: str | None = None
        """Where files are, to act as a Bot API server with ``--local`` on a machine of its own."""
        self._requests: dict[int, tuple[str, float]] = {}
        """Requests that are being answered: method, and when it began (monotonic seconds)."""
        self._next_request = 1

    # Trouble for tests --------------------------------------------------------------------------

    def inject(self, raw: Json, *, lane: int = 0) -> int:
        """Queue any object as an update, past every filter; return its id."""
        return self.updates.inject(raw, lane)

    def expire_taps(self) -> None:
        """Let every tap become too old to be delivered or answered."""
        for tap in self.taps.values():
            tap.expired = True
        self.updates.expire("callback_query")

    # Requests of the bot ------------------------------------------------------------------------

    def begin_request(self, method: str) -> int:
        """Count a request as in progress; return its number."""
        number = self._next_request
        self._next_request += 1
        self._requests[number] = (method, time.monotonic())
        self.changes.notify()
        return number

    def end_request(self, number: int) -> None:
        """Count a request as answered or dropped."""
        self._requests.pop(number, None)
        self.changes.notify()

    def is_in_progress(self, method: str) -> bool:
        """Whether a request of this method is in progress."""
        return method.lower() in {name.lower() for name, _ in self._requests.values()}

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        """Return the recorded calls of a method, oldest first; with ``chat_id``, of that chat."""
        name = method.lower()
        return [
            call
            for call in self.calls
            if call.method.lower() == name
            and (chat_id is None or str(call.params.get("chat_id")) == str(chat_id))
        ]

    # Waiting ------------------------------------------------------------------------------------

    async def wait_for(
        self,
        predicate: Callable[[], bool],
        timeout: float = EVENT_TIMEOUT_SECONDS,  # noqa: ASYNC109
    ) -> None:
        """Wait until the predicate holds; it is evaluated after every change.

        Raises:
            TimeoutError: with a summary of what is pending.
        """
        try:
            await self.changes.wait_for(predicate, timeout)
        except TimeoutError:
            raise TimeoutError(f"not so after {timeout} s; {self.pending()}") from None

    async def settled(self, timeout: float = EVENT_TIMEOUT_SECONDS) -> None:  # noqa: ASYNC109
        """Wait until the bot has confirmed every update and none of its requests is in progress.

        Raises:
            TimeoutError: with a summary of what is pending.
        """

        def is_idle() -> bool:
            self.updates.drop_expired()
            return not self.updates.waiting and not self._requests

        await self.wait_for(is_idle, timeout)

    @property
    def is_busy(self) -> bool:
        """Whether updates are not acknowledged yet, or requests are under way."""
        return bool(self.updates.waiting or self._requests)

    async def answered(self, tap: Tap, timeout: float = EVENT_TIMEOUT_SECONDS) -> Json:  # noqa: ASYNC109
        """Wait for the bot's answer to a tap and return it."""
        await self.wait_for(lambda: tap.answer is not None, timeout)
        assert tap.answer is not None  # noqa: S101
        return tap.answer

    def pending(self) -> str:
        """Summarize in one line what waits, what is in progress and what was called last."""
        updates = [f"{update.id} {update.kind}" for update in self.updates.waiting.values()]
        requests = [f"{m} for {time.monotonic() - t:.1f} s" for m, t in self._requests.values()]
        calls = [
            c.method + (f" ({c.error or c.fault})" if c.error or c.fault else "")
            for c in list(self.calls)[-6:]
        ]
        error = self.webhook.last_error if self.webhook else None
        return (
            f"unconfirmed updates: {', '.join(updates[:8]) or 'none'} ({len(updates)}); "
            f"requests in progress: {', '.join(requests) or 'none'}; "
            f"last calls: {', '.join(calls) or 'none'}"
        ) + (f"; webhook error: {error}" if error else "")

    def close(self) -> None:
        """End every long poll, because the server stops."""
        self.closed = True
        self.changes.notify()
