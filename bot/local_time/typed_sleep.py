"""Reads typed bedtimes and times of getting up.

A twelve-hour clock shows each time twice a day. "11" as a bedtime is in the evening for almost
everybody, but in the morning for somebody who gets up in the afternoon. Then, and whenever a
bedtime would be in the daytime, the person is asked. Pure.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from itertools import product

from bot.i18n.vocabulary.lexer import LONGEST_TEXT, lex
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, is_answer
from bot.local_time.nights import DAY, LONGEST_SLEEP
from bot.local_time.typed_answers import answered_clock, opposite, times_said
from bot.local_time.typed_times import (
    STATED_HALVES,
    clock_of,
    is_half_of_day_stated,
    split_clocks,
)

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
USUAL_WAKE = time(7)
_LEADING_ZERO = re.compile(r"(?<!\d)0\d")
_AROUND_SPAN = frozenset(
    {
        *("AFTER", "OF", "OUT_OF", "AT", "UNTIL", "TO", "AND", "BETWEEN", "NIGHT_SHIFT"),
        *("-", "–", "—", ",", ";"),
    }
)
"""Concepts before, between and after the two times of a sleep: "nights, 8:00 to 15:30"."""
_PARTS: Mapping[str, Sequence[int]] = {
    "AM": range(12),
    "PM": range(12, 24),
    "MORNING": range(3, 12),
    "AFTERNOON": range(12, 19),
    "EVENING": range(16, 24),
    "NIGHT": (*range(19, 24), *range(6)),
}
"""Part of the day → the hours that it may mean."""
_BESIDE_PART = frozenset({"FILLER", "IN", "AT", "ON", "OF", "AND", ",", "."})
_PUT_OFF = frozenset({"SKIP", "LATER", "NEVER_MIND"})


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


def usual_wake_time(bed: time | None) -> time:
    """When somebody gets up who does not say it: at seven, or eight hours after the bedtime."""
    if bed is None or fits(bed, USUAL_WAKE):
        return USUAL_WAKE
    return bed.replace(hour=(bed.hour + 8) % 24)


def sleep_spans(text: str, language: str = SOURCE_LANGUAGE) -> tuple[tuple[time, time], ...]:
    """The bedtime and the time of getting up in a text that states both: "08:00 - 15:30".

    Returns:
        One pair when it is clear, several when the half of the day is not; () for other texts.
    """
    for said in times_said(text, language):
        times = " ".join(word for word in said.split() if word not in _AROUND_SPAN)
        parts = [clock_of(part) for part in split_clocks(times)]
        if len(parts) != 2 or None in parts:
            continue
        first, last = (part for part in parts if part is not None)
        if last in (first, opposite(first)):
            continue  # "half past ten, that is 22:30" is one time
        is_stated = not STATED_HALVES.isdisjoint(said.split())
        is_in_24 = any(one.hour == 0 or one.hour > 12 for one in (first, last))
        is_clear = is_stated or is_in_24 or _LEADING_ZERO.search(text) is not None
        if is_clear and fits(first, last):
            return ((first, last),)
        both = product((first, opposite(first)), (last, opposite(last)))
        found = tuple(one for one in both if fits(*one))
        by_night = tuple(one for one in found if not is_by_day(one[0]))
        is_early = ASKED_FROM <= min(first, opposite(first)) < EVENING_FROM
        return by_night if len(by_night) == 1 and not is_early else found
    return ()


def meant_half(text: str, options: Sequence[time], language: str = SOURCE_LANGUAGE) -> time | None:
    """Which of the two halves of the day is meant by "in the morning", or by 08:00 said again."""
    kinds = {one.kind for one in lex(text, language, LONGEST_TEXT)} - _BESIDE_PART
    if len(kinds) == 1 and (hours := _PARTS.get(kinds.pop())) is not None:
        fitting = [one for one in options if one.hour in hours]
        return fitting[0] if len(fitting) == 1 else None
    clock = answered_clock(text, language)
    is_in_24 = _LEADING_ZERO.search(text) is not None
    return clock if is_in_24 and clock in options else None


def is_put_off(text: str, language: str = SOURCE_LANGUAGE) -> bool:
    """Whether somebody does not want to say a time, or cannot: "skip", "I don't know"."""
    kinds = {one.kind for one in lex(text, language, LONGEST_TEXT)} - {"FILLER", "NOW"}
    return is_answer(text, "unsure", language) or (bool(kinds) and kinds <= _PUT_OFF)
