"""Which times an answer to a question about a reminder means. Pure."""

from collections.abc import Sequence
from datetime import time

from bot.local_time.typed_answers import answered_times, is_shown_twice, opposite

_DAY = 24 * 60


def times_meant(text: str, language: str, usual: Sequence[time]) -> tuple[time, ...]:
    """The times that a typed answer means; () when it is unclear.

    "Half past nine" is in the evening for a reminder that comes in the evening.

    Args:
        text: what was typed.
        language: such as ``pt_BR``; English is understood as well.
        usual: the times at which the reminder comes unless the person chooses others.
    """
    times = tuple(answered_times(text, language))
    if len(times) != 1 or not usual or not is_shown_twice(text, language):
        return times
    return (min(halves(times[0]), key=lambda one: min(_apart(one, other) for other in usual)),)


def halves(clock: time) -> tuple[time, time]:
    """The two times of day at which a clock with twelve hours shows the same."""
    return clock, opposite(clock)


def _apart(one: time, other: time) -> int:
    """Minutes between two times of day, over midnight if that is shorter."""
    minutes = abs((one.hour - other.hour) * 60 + one.minute - other.minute)
    return min(minutes, _DAY - minutes)
