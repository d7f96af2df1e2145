"""The hours that are offered for a part of the daytime: "this afternoon", "at lunch". Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.features.cramps.entry_times import Unusable
from bot.features.free_text.meanings.values import Unclear, Why
from bot.features.free_text.understanding.sentence import Moment, Piece, Situation
from bot.local_time.nights import NIGHT_BEGINS
from bot.local_time.typed_days import past_day_of

HOURS_BY_DAY: Mapping[str, Sequence[time]] = {
    "AFTERNOON": (time(14), time(16)),
    "LUNCH": (time(13),),
}
"""A part of the day without an hour → the hours that are offered for it."""
_HOURS_OF_TODAY = (time(9), time(13), time(16), time(19))
"""The hours that are offered for "today", said after noon."""
_MORNING = time(8)
"""The hour that is offered for "this morning", said later on that day."""
_SOON = timedelta(hours=1)
"""A part of the day begins so long before its first hour."""


def is_today_alone(day: Piece | None, situation: Situation) -> bool:
    """Whether "today" is all that is said of the time, after noon: hardly the night before."""
    is_today = day is not None and day.match[0].removeprefix("ON ") == "TODAY"
    return is_today and _is_after_noon(situation)


def moments_by_day(day: Piece | None, part: str, situation: Situation) -> list[Moment] | Unclear:
    """The hours that stand for a part of the daytime, of those that have passed, the latest first.

    While that part of the day goes on, the last full hour may be the only one.

    Args:
        day: the words for the day, with or without the part; None: the last day.
        part: of the day; "" for all of it.
        situation: who typed it, and when.
    """
    words = day.match[0].split() if day else []
    said = " ".join(word for word in words if word != part)
    on = past_day_of(said, situation.local_on) if said else situation.local_on
    first, *_ = clocks = HOURS_BY_DAY.get(part, _HOURS_OF_TODAY)
    now = situation.local
    if on is None or (said and datetime.combine(on, first) - _SOON > now):
        return Unclear(why=Why.TO_COME)
    if datetime.combine(on, first) - _SOON > now:
        on -= timedelta(days=1)
    past = [one for one in clocks if datetime.combine(on, one) <= now]
    begun = [*reversed(past)] or [time(now.hour)]
    read = [situation.moment(f"{on} {one:%H:%M}") for one in begun]
    return usable_moments([one if isinstance(one, Unusable) else (one[0], "about") for one in read])


def or_in_the_morning(
    found: list[Moment] | Unclear, day: Piece | None, situation: Situation
) -> list[Moment] | Unclear:
    """The night, and the morning itself if "this morning" is said later on that day."""
    is_said = day is not None and day.match[0] == "THIS_MORNING"
    if isinstance(found, Unclear) or not (is_said and _is_after_noon(situation)):
        return found
    at = situation.moment(f"{situation.local_on} {_MORNING:%H:%M}")
    return found if isinstance(at, Unusable) else [*found, (at[0], "about")]


def _is_after_noon(situation: Situation) -> bool:
    return situation.sleep_clock.time() >= NIGHT_BEGINS


def usable_moments(found: Sequence[Moment | Unusable]) -> list[Moment] | Unclear:
    """The moments that were read; why they cannot be used if one cannot."""
    for one in found:
        if one is Unusable.TO_COME:
            return Unclear(why=Why.TO_COME)
        if one is Unusable.TOO_LONG_AGO:
            return Unclear(why=Why.TOO_LONG_AGO)
        if isinstance(one, Unusable):
            return Unclear()
    return [one for one in found if not isinstance(one, Unusable)]
