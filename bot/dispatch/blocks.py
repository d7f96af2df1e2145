"""Detects that "blocked" is answered for too many people to be true. Pure.

Telegram, or something that speaks like it, may answer 403 for everybody. That many people block the
bot within one minute is a fault: nobody is taken for gone then, and those of the last minute come
back.
"""

from collections import deque
from typing import NamedTuple

WINDOW_SECONDS = 60.0
FEWEST = 10
"""Fewer "blocked" than this in the window are always believed."""
SHARE = 0.5
"""The share of answers in the window from which on "blocked" is not believed."""


class SeeminglyGone(NamedTuple):
    """Somebody who seems to have blocked the bot, and the delivery that showed it."""

    user_id: int
    delivery_id: int


class BlockWatch:
    """The answers of the last minute."""

    def __init__(self) -> None:
        self._answers: deque[tuple[float, SeeminglyGone, bool]] = deque()
        self._blocked = 0
        self.is_alarmed = False
        """Whether "blocked" is not believed at present."""

    def record(self, who: SeeminglyGone, *, blocked: bool, at: float) -> list[SeeminglyGone]:
        """Take note of an answer.

        Args:
            who: whom and what was answered.
            blocked: whether the answer was "blocked"; otherwise the message was accepted.
            at: seconds, as of ``time.monotonic``.

        Returns: When the alarm begins: those of the last minute, who are no longer taken for gone.
        """
        self._answers.append((at, who, blocked))
        self._blocked += blocked
        while self._answers[0][0] < at - WINDOW_SECONDS:
            self._blocked -= self._answers.popleft()[2]
        was_alarmed = self.is_alarmed
        self.is_alarmed = self._blocked >= max(FEWEST, SHARE * len(self._answers))
        if self.is_alarmed and not was_alarmed:
            return [one for _, one, is_blocked in self._answers if is_blocked]
        return []
