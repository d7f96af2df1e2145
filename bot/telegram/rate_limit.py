"""How much one person may send before the rest is left unread. Pure: the instant comes in.

A cramp is never left unread: in a flood only the answer to it may be left out.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum


@dataclass(frozen=True)
class Rate:
    """So many at once, and no more than so many again in each span of as many seconds."""

    most: int
    seconds: float


@dataclass(frozen=True)
class Bucket:
    """What is left of a rate at an instant (in seconds, of any clock)."""

    left: float
    at: float


def refilled(bucket: Bucket, rate: Rate, at: float) -> Bucket:
    """The bucket at a later instant; a clock that is put back refills nothing and stops nothing."""
    gained = max(0.0, at - bucket.at) * rate.most / rate.seconds
    return Bucket(min(float(rate.most), bucket.left + gained), at)


def draw(bucket: Bucket | None, rate: Rate, at: float) -> tuple[Bucket, bool]:
    """Take one out of the bucket; None is a full one.

    Returns:
        The bucket afterwards, and whether there was one to take.
    """
    filled = Bucket(rate.most, at) if bucket is None else refilled(bucket, rate, at)
    if filled.left < 1:
        return filled, False
    return Bucket(filled.left - 1, at), True


class Sort(Enum):
    """What is counted apart."""

    MESSAGE = "message"
    TAP = "tap"
    CRAMP = "cramp"
    """The one-tap log: what runs out is not the log but the answers."""


class Verdict(Enum):
    """What to do with an update."""

    TAKE = "take"
    SAY_SO = "say so"
    """Too many, and nobody has said so yet in this flood."""
    LEAVE_OUT = "leave out"


RATES: Mapping[Sort, Rate] = {
    Sort.MESSAGE: Rate(30, 60),
    Sort.TAP: Rate(120, 60),
    Sort.CRAMP: Rate(5, 60),
}
MOST_METERS = 20_000
"""Kept in memory at a time: those used least recently are forgotten first, as are all at a stop."""


@dataclass
class _Meter:
    bucket: Bucket
    newest: int
    """The highest update that was counted: one that comes again is not counted again."""
    is_said: bool = False


class RateLimiter:
    """Counts what people send. A flood ends when its bucket is full again."""

    def __init__(self, rates: Mapping[Sort, Rate] = RATES, most_meters: int = MOST_METERS) -> None:
        self._rates = rates
        self._most_meters = most_meters
        self._meters: OrderedDict[tuple[int, Sort], _Meter] = OrderedDict()

    def judge(self, user_id: int, sort: Sort, update_id: int, at: float) -> Verdict:
        """Count an update.

        An update that comes again (nothing was committed the first time, say) is always taken:
        counting it twice would lose what was never read.

        Args:
            user_id: who sent it.
            sort: what it is.
            update_id: its number; Telegram's numbers grow.
            at: when it was sent, in seconds. For a message that is Telegram's own time of it, so
                that what was written over an hour while the bot was down is no flood.
        """
        rate = self._rates[sort]
        key = (user_id, sort)
        meter = self._meters.get(key)
        if meter is None:
            meter = self._meters[key] = _Meter(Bucket(rate.most, at), update_id - 1)
        self._meters.move_to_end(key)
        if len(self._meters) > self._most_meters:
            self._meters.popitem(last=False)
        if update_id <= meter.newest:
            return Verdict.TAKE
        meter.newest = update_id
        if refilled(meter.bucket, rate, at).left >= rate.most:
            meter.is_said = False
        meter.bucket, is_left = draw(meter.bucket, rate, at)
        if is_left:
            return Verdict.TAKE
        if meter.is_said:
            return Verdict.LEAVE_OUT
        meter.is_said = True
        return Verdict.SAY_SO

    def put_back(self, user_id: int, sort: Sort) -> None:
        """What was counted last came to nothing, through no fault of theirs."""
        meter = self._meters.get((user_id, sort))
        if meter is not None:
            left = min(float(self._rates[sort].most), meter.bucket.left + 1)
            meter.bucket = replace(meter.bucket, left=left)
