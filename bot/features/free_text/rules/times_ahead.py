"""Times and days to come, from the words of a sentence. Pure: the instant is passed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.features.free_text.rules.reminder_rules import clock_choices
from bot.features.free_text.understanding.patterns import CLOCK, DAY
from bot.features.free_text.understanding.sentence import Piece, Remainder, Situation
from bot.local_time.typed_days import parse_day
from bot.local_time.typed_times import PERIODS

_UNITS = "MIN|HOUR|HRS|H|DAYS|WEEK|MONTHS"
IN_SPAN = re.compile(rf"(?:IN|ON) (?:ABOUT )?(?P<number>[0-9]{{1,3}}) (?P<unit>{_UNITS})")
"""A span of time after which something is to be: "in 2 hours"."""
FOR_SPAN = re.compile(rf"(?:FOR |ABOUT |NEXT )*(?P<number>[0-9]{{1,3}}) (?P<unit>{_UNITS})")
"""A span of time that something lasts: "for 2 hours", "2 hours", "the next 3 days"."""
DAY_OF_MONTH = re.compile(r"(?:ON )?(?P<number>[0-9]{1,2}) (?:ORDINAL|\.)")
"""A day without its month: "the 20th", "20."."""
_DEFAULTS = {
    "MORNING": (time(9),),
    "AFTERNOON": (time(15),),
    "EVENING": (time(19),),
    "NIGHT": (time(21),),
}
"""Times that are offered where a sentence names a part of the day, but no hour."""
_TODAY = frozenset({"TODAY", "TONIGHT", "THIS_NIGHT", "THIS_MORNING"})
_AHEAD = {"TOMORROW": 1, "DAY_AFTER_TOMORROW": 2}
_MINUTES = {"MIN": 1, "HOUR": 60, "HRS": 60, "H": 60}
_EACH = re.compile("DAILY(?: ON)? DAY[0-6](?:(?: AND| ,)*(?: DAILY| ON)* DAY[0-6])*")
_LISTED = re.compile("(?:ON )?DAY[0-6](?:(?: AND| ,| ON)* DAY[0-6])+")
_WEEKDAYS = {"WORKDAYS": 0b0011111, "WEEKEND": 0b1100000, "DAILY": 0b1111111}
FURTHEST = timedelta(days=300)
"""A day further ahead is probably a typing error."""


@dataclass(frozen=True)
class Ahead:
    """The words of a sentence that say when something is to be."""

    days: Sequence[date | None] = ()
    """None for a day that is past or too far ahead."""
    clocks: Sequence[Piece] = ()
    spans: Sequence[Piece] = ()
    periods: Sequence[str] = ()
    """Parts of the day, such as EVENING."""

    @classmethod
    def pulled(cls, rest: Remainder, situation: Situation) -> "Ahead":
        """Remove them from a sentence. The same day said twice is one: "today at 9, just today"."""
        spans = list(rest.pull(IN_SPAN))
        clocks = list(rest.pull(CLOCK))
        periods: list[str] = []
        days: list[date | None] = []
        for piece in rest.pull(DAY):
            days.append(day_of(piece, situation))
            if piece.match[0] in ("TONIGHT", "THIS_NIGHT"):
                periods.append("NIGHT")
        days += [
            day_of_month(int(piece.match["number"]), situation.local_on)
            for piece in rest.pull(DAY_OF_MONTH)
        ]
        periods += rest.take(*PERIODS.split("|"))
        return cls(list(dict.fromkeys(days)), clocks, spans, list(dict.fromkeys(periods)))

    @property
    def is_dated(self) -> bool:
        """Whether it is on one day, and not on every day."""
        return bool(self.days or self.spans)

    @property
    def has_hour(self) -> bool:
        """Whether an hour, a part of the day or a span until then is said."""
        return bool(self.clocks or self.spans or self.periods)

    @property
    def is_stated(self) -> bool:
        return bool(self.days or self.spans or self.clocks or self.periods)

    def moments(self, situation: Situation) -> list[datetime]:
        """The local times to come that can be meant, to the minute; none when it is not one time.

        There are several when the hour can be in either half of the day, or is not said.
        """
        most = max(map(len, (self.days, self.clocks, self.spans, self.periods)))
        if most > 1 or (self.spans and (self.days or self.clocks or self.periods)):
            return []
        if self.spans:
            at = after(self.spans[0], situation)
            return [] if at is None else [at]
        times = self._times(situation)
        local = situation.local
        if not self.days:
            found = [datetime.combine(local.date(), one) for one in times]
            return sorted(at if at > local else at + timedelta(days=1) for at in found)
        day = self.days[0]
        found = [] if day is None else [datetime.combine(day, one) for one in times]
        return [at for at in found if at > local]

    def _times(self, situation: Situation) -> Sequence[time]:
        period = self.periods[0] if self.periods else ""
        if not self.clocks:
            return _DEFAULTS.get(period, (time(9), time(19)) if self.days else ())
        choices = clock_choices(self.clocks[0], situation)
        later = [one.replace(hour=one.hour + 12) for one in choices if one.hour < 12]
        for found in (choices, later):  # "10:30 tonight" is said of 22:30
            if any(_is_in(one, period) for one in found):
                return [one for one in found if _is_in(one, period)]
        return choices


def _is_in(clock: time, period: str) -> bool:
    """Whether a time can be in a part of the day; any time can be in none."""
    if period in ("AM", "MORNING", "SMALL_HOURS"):
        return clock < time(12)
    if period in ("PM", "AFTERNOON", "EVENING"):
        return clock >= time(12)
    return period != "NIGHT" or clock >= time(17)


def weekdays(rest: Remainder) -> int | None:
    """Remove the words of weekdays; a bit mask whose bit 0 is Monday. None when there are none."""
    mask = 0
    for piece in rest.pull(_EACH):
        for day in re.findall("DAY([0-6])", piece.match[0]):
            mask |= 1 << int(day)
    for kind in rest.take(*_WEEKDAYS):
        mask |= _WEEKDAYS[kind]
    return mask or None


def listed_weekdays(rest: Remainder) -> int | None:
    """Remove a list of weekdays ("Mon, Wed, Fri"); a bit mask as of :func:`weekdays`, or None."""
    mask = 0
    for piece in rest.pull(_LISTED):
        for day in re.findall("DAY([0-6])", piece.match[0]):
            mask |= 1 << int(day)
    return mask or None


def minutes_of(span: Piece) -> int | None:
    """The minutes of a span; None when it is one of days."""
    unit = _MINUTES.get(span.match["unit"])
    return None if unit is None else int(span.match["number"]) * unit


def after(span: Piece, situation: Situation) -> datetime | None:
    """The local time after a span, to the minute; None when the span is nothing or too long."""
    number, unit = int(span.match["number"]), span.match["unit"]
    now = situation.local.replace(second=0, microsecond=0)
    if number == 0:
        return None
    if unit in _MINUTES:
        found = now + timedelta(minutes=number * _MINUTES[unit])
    else:
        day = days_later(now.date(), number, unit)
        found = now if day is None else datetime.combine(day, now.time())
    return found if timedelta(0) < found - now <= FURTHEST else None


def days_later(day: date, number: int, unit: str) -> date | None:
    """A date some days, weeks or months later; of a shorter month, its last day."""
    if unit != "MONTHS":
        return day + timedelta(days=number * (7 if unit == "WEEK" else 1))
    if not 0 < number <= 12:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return next(found for last in range(day.day, 0, -1) if (found := _date(year, month + 1, last)))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_of(piece: Piece, situation: Situation) -> date | None:
    """The day, today or to come, that words mean; None when it is past or too far ahead."""
    name = piece.match[0].removeprefix("ON ")
    if name in _TODAY:
        return situation.local_on
    if name in _AHEAD:
        return situation.local_on + timedelta(days=_AHEAD[name])
    found = parse_day(piece.source, situation.local_on, situation.language)
    if found is None and name[:-1] == "DAY":  # of words that say more: "Sonntagabend"
        days = (int(name[-1]) - situation.local_on.weekday()) % 7
        found = situation.local_on + timedelta(days=days or 7)
    return found if found is not None and found - situation.local_on <= FURTHEST else None


def day_of_month(number: int, today: date) -> date | None:
    """The next day with this number, after today."""
    months = ((today.month - 1 + ahead) for ahead in range(4))
    days = (_date(today.year + month // 12, month % 12 + 1, number) for month in months)
    return next((day for day in days if day is not None and day > today), None)
