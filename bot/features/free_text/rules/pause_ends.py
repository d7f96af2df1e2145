"""When a pause ends, from the words of a sentence that say so. Pure.

An end that can be meant in several ways, or that a pause which begins at once would not fit, is
asked about.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import product

from bot.features.free_text.meanings.values import Meaning, Pause, Unclear
from bot.features.free_text.rules.reminder_rules import clock_choices, halves
from bot.features.free_text.rules.times_ahead import after, day_of_month, days_later, minutes_of
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)

_TONIGHT = ("TONIGHT", "THIS_NIGHT")
_LAST_HOUR = 24


def holiday_end(piece: Piece, situation: Situation) -> date | None:
    """The next day of a named month on which a holiday may end."""
    day, month = map(int, re.findall("[0-9]+", piece.match["last"]))
    today = situation.local_on
    year = today.year + ((month, day) <= (today.month, today.day))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def until_next(piece: Piece, situation: Situation, *, is_until: bool) -> Understood:
    """ "until next week" ends when that begins; "away next week" when it is over, as is asked."""
    today, unit = situation.local_on, piece.named("a", "b")
    begin = first_after(today, unit or "WEEK")
    return Pause(begin) if is_until else Unclear((Pause(first_after(begin, unit or "WEEK")),))


def first_after(day: date, unit: str) -> date:
    """The first day of the week or month after a day's own."""
    if unit == "WEEK":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def first_of_month(month: int, situation: Situation) -> date:
    """The first day of the next month with this number."""
    today = situation.local_on
    return date(today.year + (month <= today.month), month, 1)


def after_end_of(piece: Piece, situation: Situation) -> date:
    """The first day after the end of a week or month."""
    today, month = situation.local_on, piece.match["month"]
    if month is None:
        unit = piece.match["unit"] or "WEEK"
        end = first_after(today, unit)
        return first_after(end, unit) if piece.match["next"] else end
    year = today.year + (int(month) < today.month)
    return first_after(date(year, int(month), 1), "MONTHS")


def ends_of_spans(starts: Sequence[date | None], spans: Sequence[Piece]) -> list[date | None]:
    """When spans that begin later are over."""
    return [
        None if start is None else days_later(start, int(span.match["number"]), span.match["unit"])
        for start, span in product(starts, spans)
        if span.match["unit"] in ("DAYS", "WEEK", "MONTHS")
    ]


def for_span(span: Piece, situation: Situation) -> Understood:
    """ "for 2 hours", "for a week"; "until 6h" may be six hours or six o'clock, which is asked."""
    end = after(span, situation)
    if end is None:
        return Unclear()
    hour = int(span.match["number"])
    if span.match["unit"] == "H" and not span.match[0].startswith("FOR") and hour < 24:
        return asked([_until(end), _until(_next(situation, time(hour)))])
    return Pause(end.date()) if minutes_of(span) is None else _until(end)


def _until(end: datetime) -> Pause:
    return Pause(end.date(), clock=end.time())


def over_weekend(situation: Situation, *, is_until: bool) -> Understood:
    """Until Monday; a weekend that has not begun is asked about, as the pause begins now."""
    today = situation.local_on
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    monday = today + timedelta(days=7 - today.weekday())
    if is_until:
        return Unclear((Pause(saturday), Pause(monday)) if today < saturday else (Pause(monday),))
    return Pause(monday) if today.weekday() >= 4 else Unclear((Pause(monday),))


def until_number(number: int, situation: Situation, *, is_away: bool) -> Understood:
    """ "until 20": a day of the month, or an hour; a holiday ends on a day."""
    found: list[Meaning] = []
    if number < _LAST_HOUR and not is_away:
        found += _ends([_next(situation, one) for one in halves(number)])
    day = day_of_month(number, situation.local_on) if 0 < number <= 31 else None
    if is_away and day is not None:
        return Pause(day)
    return Unclear((*found, Pause(day)) if day is not None else tuple(found))


def until_hour(
    hour: int, day: date | None, periods: list[str], rest: Remainder, situation: Situation
) -> Unclear:
    """ "until 10 tomorrow": the hour of that day, which is asked."""
    if day is None or hour >= _LAST_HOUR or not rest.is_accounted_for:
        return Unclear()
    clocks = halves(hour, periods[0] if len(periods) == 1 else "")
    moments = [datetime.combine(day, one) for one in clocks]
    return Unclear(tuple(_ends([one for one in moments if one > situation.local])))


def _ends(moments: Sequence[datetime]) -> list[Meaning]:
    return [_until(moment) for moment in sorted(moments)]


def _next(situation: Situation, clock: time) -> datetime:
    """The next moment at which clocks show a time."""
    moment = datetime.combine(situation.local_on, clock)
    return moment if moment > situation.local else moment + timedelta(days=1)


def until_clock(
    clocks: list[Piece], periods: list[str], situation: Situation, *, is_until: bool
) -> Understood:
    """ "pause until 6pm", "pause until the morning"; "pause" alone is asked for how long."""
    if not clocks and not periods:
        week = situation.local_on + timedelta(days=7)
        return Unclear() if is_until else Unclear((Pause(tonight=True), Pause(week), Pause()))
    if not is_until or len(clocks) > 1:
        return Unclear()
    if not clocks:
        return Pause(tonight=True) if periods == ["MORNING"] else Unclear()
    found = _ends([_next(situation, one) for one in clock_choices(clocks[0], situation)])
    return found[0] if len(found) == 1 else asked(found)


def on_day(
    day: date | None,
    words: str,
    clocks: list[Piece],
    periods: list[str],
    situation: Situation,
    *,
    is_until: bool,
) -> Understood:
    """A day, with or without "until", and perhaps an hour.

    Without "until", only "tonight" needs no question.
    """
    if day is None or len(clocks) > 1 or len(periods) > 1:
        return Unclear()
    if clocks:
        if not is_until:
            return Unclear()
        moments = [datetime.combine(day, one) for one in clock_choices(clocks[0], situation)]
        found = _ends([one for one in moments if one > situation.local])
        return found[0] if len(found) == 1 else asked(found)
    if "NEXT" in words and day < first_after(situation.local_on, "WEEK"):
        # "Next friday", said on a Thursday: tomorrow, or the one of the week after.
        return Unclear((Pause(day + timedelta(days=7)), Pause(day)))
    if words in _TONIGHT:
        return Pause(tonight=True)
    if day == situation.local_on:
        return Unclear((Pause(tonight=True),))
    if words == "TOMORROW" and periods == ["MORNING"] and not is_until:
        return Unclear((Pause(day, clock=time(12)),))  # "leave me alone tomorrow morning"
    if words == "TOMORROW" and not is_until:
        return Unclear((Pause(day + timedelta(days=1)),))  # "leave me alone tomorrow"
    if periods not in ([], ["MORNING"]):
        return Unclear((Pause(day),))
    return Pause(day) if is_until else Unclear((Pause(day),))
