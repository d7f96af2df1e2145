"""Limits how often each person may send something to the bot: token buckets in memory. Pure.

A cramp is always logged; over the limit, only the reply to it is left out. How fast the bot itself
sends reminders is limited in ``bot/dispatch/pace.py``.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum


@dataclass(frozen=True)
class Rate:
    """A bucket holds up to ``most`` tokens and gains as many in every ``seconds``."""

    most: int
    seconds: float


@dataclass(frozen=True)
class Bucket:
    """A token bucket at one instant, in seconds of any clock."""

    tokens: float
    at: float


def refilled(bucket: Bucket, rate: Rate, at: float) -> Bucket:
    """The bucket at another instant. A clock that was set back adds and removes no tokens."""
    gained = max(0.0, at - bucket.at) * rate.most / rate.seconds
    return Bucket(min(float(rate.most), bucket.tokens + gained), at)


def take_token(bucket: Bucket | None, rate: Rate, at: float) -> tuple[Bucket, bool]:
    """Take one token, if there is one.

    Args:
        bucket: None is a full bucket.
        rate: The size of the bucket and how fast it is refilled.
        at: The instant, in seconds.

    Returns:
        The bucket afterwards, and whether a token was taken.
    """
    bucket = Bucket(rate.most, at) if bucket is None else refilled(bucket, rate, at)
    if bucket.tokens < 1:
        return bucket, False
    return Bucket(bucket.tokens - 1, at), True


class UpdateKind(Enum):
    """The kinds of updates; each person has a separate bucket for each kind."""

    MESSAGE = "message"
    TAP = "tap"
    CRAMP = "cramp"
    """A one-tap log. Over the limit it is still logged, but not answered."""


class Decision(Enum):
    """What to do with an update."""

    ACCEPT = "accept"
    REJECT_WITH_NOTICE = "reject with notice"
    """Ignore it and notify the person: it is the first one over the limit."""
    REJECT = "reject"
    """Ignore it silently: the person has already been notified."""


RATES: Mapping[UpdateKind, Rate] = {
    UpdateKind.MESSAGE: Rate(30, 60),
    UpdateKind.TAP: Rate(120, 60),
    UpdateKind.CRAMP: Rate(5, 60),
}
DECISIONS_KEPT = 8
"""Decisions that are kept of each person. They send one update after another, so the one that is
handled again is among the newest."""
MAX_COUNTERS = 20_000
"""How many counters are kept in memory; beyond that the least recently used is dropped."""


@dataclass
class _Counter:
    bucket: Bucket
    decisions: dict[int, Decision] = field(default_factory=dict)
    """Update id → the decision about it, for the newest few: an update that is handled again is not
    counted again. Ids are not compared, because Telegram may begin with lower ones again."""
    is_notified: bool = False


class RateLimiter:
    """Counts the updates of each person. The limit is over when the bucket is full again.

    Args:
        rates: The limit for each kind of update.
        max_counters: How many counters are kept; the least recently used is dropped first.
    """

    def __init__(
        self, rates: Mapping[UpdateKind, Rate] = RATES, max_counters: int = MAX_COUNTERS
    ) -> None:
        self._rates = rates
        self._max_counters = max_counters
        self._counters: OrderedDict[tuple[int, UpdateKind], _Counter] = OrderedDict()

    def count(self, user_id: int, kind: UpdateKind, update_id: int, at: float) -> Decision:
        """Count an update and decide what to do with it.

        A repeated update is not counted again: it was not committed the first time.

        Args:
            user_id: The sender.
            kind: The kind of update.
            update_id: Telegram's number of the update.
            at: When it was sent, in seconds. For a message this is its ``date``, so messages
                that waited for hours while the bot was down are not over the limit.
        """
        rate = self._rates[kind]
        key = (user_id, kind)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = _Counter(Bucket(rate.most, at))
        self._counters.move_to_end(key)
        if len(self._counters) > self._max_counters:
            self._counters.popitem(last=False)
        known = counter.decisions.get(update_id)
        if known is not None:
            return known
        decision = counter.decisions[update_id] = _decide(counter, rate, at)
        if len(counter.decisions) > DECISIONS_KEPT:
            del counter.decisions[next(iter(counter.decisions))]
        return decision

    def accepts_request(self, user_id: int, kind: UpdateKind, at: float) -> bool:
        """Count a request over HTTP, which has no id, and say whether it is within the limit.

        A number that grows with time takes the place of an update id.

        Args:
            user_id: The sender.
            kind: The kind of update that it stands for.
            at: When it was sent, in seconds.
        """
        return self.count(user_id, kind, int(at * 1_000_000), at) is Decision.ACCEPT

    def refund(self, user_id: int, kind: UpdateKind) -> None:
        """Return the last token, because the bot failed to handle what was counted."""
        counter = self._counters.get((user_id, kind))
        if counter is not None:
            tokens = min(float(self._rates[kind].most), counter.bucket.tokens + 1)
            counter.bucket = replace(counter.bucket, tokens=tokens)


def _decide(counter: _Counter, rate: Rate, at: float) -> Decision:
    """Count one update."""
    if refilled(counter.bucket, rate, at).tokens >= rate.most:
        counter.is_notified = False
    counter.bucket, is_taken = take_token(counter.bucket, rate, at)
    if is_taken:
        return Decision.ACCEPT
    if counter.is_notified:
        return Decision.REJECT
    counter.is_notified = True
    return Decision.REJECT_WITH_NOTICE
