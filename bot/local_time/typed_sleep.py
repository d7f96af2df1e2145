"""Reads typed bedtimes and times of getting up.

A twelve-hour clock shows each time twice a day. "11" as a bedtime is in the evening for almost
everybody, but in the morning for somebody who gets up in the afternoon. Then, and whenever a
bedtime would be in the daytime, the person is asked. Pure.
"""

import re
from datetime import time, timedelta

from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.local_time.nights import DAY, LONGEST_SLEEP
from bot.local_time.typed_answers import answered_clock, opposite
from bot.local_time.typed_times import is_half_of_day_stated

SHORTEST_SLEEP = timedelta(hours=3)
LATEST_BED, EARLIEST_BED = time(5), time(18)
"""A bedtime in these hours is believed only after the person was asked."""
ASKED_FROM = time(6)
"""Bedtimes from six to nine can be of the early evening, or of the morning after a night shift."""
EVENING_FROM = time(9)
MORNING = (time(3), time(13))
"""The hours in which people get up who sleep at night."""
USUAL_MORNING = time(5)
"""From this hour to noon, a time of getting up is in the morning while the bedtime is unknown."""
_LEADING_ZERO = re.compile(r"(?<!\d)0\d")


def _is_of_one_half(clock: time, text: str, language: str) -> bool:
    """Whether a typed time states the half of the day."""
    return clock.hour == 0 or clock.hour > 12 or is_half_of_day_stated(text, language)


def fits(bed: time | None, wake: time | None) -> bool:
    """Whether somebody can sleep between two local times."""
    if bed is None or wake is None:
        return False
    minutes = (wake.hour - bed.hour) * 60 + wake.minute - bed.minute
    return SHORTEST_SLEEP <= timedelta(minutes=minutes) % DAY <= LONGEST_SLEEP


def is_by_day(bed: time) -> bool:
    """Whether a bedtime is so unusual that the person is asked about it."""
    return LATEST_BED <= bed < EARLIEST_BED


def bedtimes(
    text: str, language: str = SOURCE_LANGUAGE, wake: time | None = None, *, is_sure: bool = False
) -> tuple[time, ...]:
    """The bedtimes that a typed text can mean.

    Args:
        text: what was typed.
        language: of the text; English is understood as well.
        wake: when the person gets up, if that is known.
        is_sure: whether the person was asked already: what they say of the half of the day counts.

    Returns:
        One when it is clear, two to ask about (the likelier first), none if the text is not a time.
    """
    clock = answered_clock(text, language)
    if clock is None:
        return ()
    other = opposite(clock)
    if _is_of_one_half(clock, text, language):
        is_meant = is_sure or not is_by_day(clock) or fits(clock, wake)
        return (clock,) if is_meant else _by_day_last(clock, other)
    evening, day = _by_day_last(clock, other)
    is_early = ASKED_FROM <= min(clock, other) < EVENING_FROM
    is_written_in_24 = _LEADING_ZERO.search(text) is not None and is_by_day(clock)
    if is_by_day(evening) or is_early or is_written_in_24 or fits(day, wake):
        return evening, day
    return (evening,)


def _by_day_last(clock: time, other: time) -> tuple[time, time]:
    return (other, clock) if is_by_day(clock) else (clock, other)


def wake_times(
    text: str, language: str = SOURCE_LANGUAGE, bed: time | None = None
) -> tuple[time, ...]:
    """The times of getting up that a typed text can mean; the rest is as in :func:`bedtimes`."""
    clock = answered_clock(text, language)
    if clock is None:
        return ()
    if _is_of_one_half(clock, text, language):
        return (clock,)
    early, late = sorted((clock, opposite(clock)))
    if bed is None:
        return (early,) if early >= USUAL_MORNING else (early, late)
    fitting = [one for one in (early, late) if fits(bed, one)]
    if len(fitting) == 1:
        (found,) = fitting
        is_usual = MORNING[0] <= found < MORNING[1]
        is_written_otherwise = found != clock and _LEADING_ZERO.search(text) is not None
        if (is_usual or is_by_day(bed)) and not is_written_otherwise:
            return (found,)
        return found, opposite(found)
    return early, late
