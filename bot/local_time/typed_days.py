"""A parser for the days, nights and past moments that people type, in all their languages.

As in ``typed_times.py``, patterns match concepts, and an unclear text has no result.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE
from bot.local_time.typed_times import PERIODS, STATED_HALVES, clock_of, parse_in_either

_AGO = re.compile(r"(AGO )?(?:ABOUT )?([0-9]{1,3}) (MIN|HOUR|HRS|H)( AGO)?")
_DAYS_BACK = {"TODAY": 0, "THIS_MORNING": 0, "YESTERDAY": 1, "DAY_BEFORE_YESTERDAY": 2}
_BACK = re.compile(r"(?:AGO )?([0-9]{1,2}) (DAYS|NIGHT|WEEK)(?: AGO)?")
"""Days, nights or weeks ago."""
_MOST_BACK = 31
_DAYS_AHEAD = {"TOMORROW": 1, "DAY_AFTER_TOMORROW": 2}
_NOON = time(12, 0)
"""Of a night, times before noon are on the day after its evening: "last night 03:10" was today,
"last night 23:00" was yesterday."""
_FURTHEST_BACK = timedelta(hours=48)
_DAY_AND_PERIOD = re.compile(rf"(.+?)(?: ({PERIODS}))?")

_WEEKDAY = re.compile(r"DAY([0-6])")
_DAY_OF_LAST_WEEK = re.compile(
    "DAY([0-6])(?: (?:OF|ON|IN))? (?:LAST WEEK|WEEK LAST)"
    "|(?:LAST WEEK|WEEK LAST)(?: ON)? DAY([0-6])"
)
_ISO_DAY = re.compile(r"([0-9]{4}) - ([0-9]{1,2}) - ([0-9]{1,2})")
_DOTTED_DAY = re.compile(r"([0-9]{1,2}) \. ([0-9]{1,2})(?: \.)?(?: ([0-9]{4}))?")
_DAY_MONTH = re.compile(
    r"([0-9]{1,2})(?: ORDINAL)?(?: \.)?(?: OF)? MONTH([0-9]+)(?: OF)?(?: ([0-9]{4}))?"
)
_MONTH_DAY = re.compile(r"MONTH([0-9]+) ([0-9]{1,2})(?: ORDINAL)?(?: \.)?(?: ([0-9]{4}))?")
_YEARS_AHEAD = 8
"""29 February may be eight years away (1896 to 1904, 2096 to 2104)."""


# The past ----------------------------------------------------------------------------------------


def _parse_ago(concepts: str) -> timedelta | None:
    match = _AGO.fullmatch(concepts)
    if match is None or not (match[1] or match[4]):
        return None
    back = int(match[2]) * (timedelta(minutes=1) if match[3] == "MIN" else timedelta(hours=1))
    return back if back <= _FURTHEST_BACK else None


def parse_ago(text: str, language: str = SOURCE_LANGUAGE) -> timedelta | None:
    """Parse "15 min ago" or "an hour ago"; None when unclear or over 48 hours."""
    return parse_in_either(_parse_ago, text, language)


def _earlier(moment: datetime, by: timedelta) -> datetime | None:
    try:
        return moment - by
    except OverflowError:
        return None


def _later(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _on_past_day(concepts: str, local_now: datetime) -> datetime | None:
    """Parse a clock time after or before the name of a day: "tue 02:40", "3am on 12 jan"."""
    words = concepts.replace(",", " ").split()
    for length in range(len(words) - 1, 0, -1):  # "tuesday night" before "tuesday"
        for day_words, clock_words in (
            (words[:length], words[length:]),
            (words[-length:], words[:-length]),
        ):
            match = _DAY_AND_PERIOD.fullmatch(" ".join(day_words))
            if match is None:
                continue
            name, period = match[1].removeprefix("ON "), match[2]
            if name in ("LAST_NIGHT", "TONIGHT", "THIS_NIGHT") or "NIGHT" in name.split():
                period = "NIGHT"
            said = " ".join(clock_words)
            clock = clock_of(said, period) or clock_of(said)
            if clock is not None and (found := _on_day(name, period, clock, local_now)):
                return found
    return None


def _on_day(name: str, period: str | None, clock: time, local_now: datetime) -> datetime | None:
    """Return the latest moment until now at a clock time of a named day or of that day's night."""
    if name in ("LAST_NIGHT", "TONIGHT", "THIS_NIGHT"):
        days = _evenings(name, local_now)
    else:
        days = _past_days(name, local_now.date())
    further = 1 if period == "NIGHT" and clock < _NOON else 0
    for day in days:
        there = _later(day, further)
        if there is not None and (moment := datetime.combine(there, clock)) <= local_now:
            return moment
    return None


def _evenings(name: str, local_now: datetime) -> list[date]:
    """Return the dates of the evenings that "last night", "tonight" or "this night" may mean."""
    today = local_now.date()
    yesterday = _later(today, -1)
    if name == "LAST_NIGHT" or local_now.time() < _NOON:
        return _valid_days([yesterday])
    return _valid_days([today] if name == "TONIGHT" else [today, yesterday])


def _past_days(name: str, today: date) -> list[date]:
    """Return the days until today that a name may mean, latest first."""
    if match := _DAY_OF_LAST_WEEK.fullmatch(name):
        weekday = int(match[1] or match[2])
        return _valid_days([_later(today, weekday - today.weekday() - 7)])
    if match := _WEEKDAY.fullmatch(name.removeprefix("LAST ").removesuffix(" LAST")):
        back = (today.weekday() - int(match[1])) % 7
        if back == 0 and "LAST" in name.split():
            back = 7  # "last thursday", said on a Thursday
        return _valid_days(_later(today, -days) for days in (back, back + 7))
    if (days := _DAYS_BACK.get(name)) is not None:
        return _valid_days([_later(today, -days)])
    if (ago := _days_ago(name)) is not None:
        return _valid_days([_later(today, -ago)])
    if match := _ISO_DAY.fullmatch(name):
        return _valid_days([_day(int(match[1]), int(match[2]), int(match[3]))])
    parts = _day_and_month(name)
    if parts is None:
        return []
    day, month, year = parts
    years = [year] if year is not None else [today.year, today.year - 1]
    return _valid_days(_day(year, month, day) for year in years)


def _days_ago(name: str) -> int | None:
    """How many days ago "2 days ago" or "two nights ago" is; None for other words."""
    match = _BACK.fullmatch(name)
    if match is None or "AGO" not in name.split():
        return None
    days = int(match[1]) * (7 if match[2] == "WEEK" else 1)
    return days if 0 < days <= _MOST_BACK else None


def _valid_days(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day is not None]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_and_month(name: str) -> tuple[int, int, int | None] | None:
    """Parse day, month and, if given, year of "12 jan", "jan 12", "12.1." or "12 jan 2027"."""
    wanted = name.replace(" ,", "")
    if match := _DOTTED_DAY.fullmatch(wanted) or _DAY_MONTH.fullmatch(wanted):
        return int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    if match := _MONTH_DAY.fullmatch(wanted):
        return int(match[2]), int(match[1]), int(match[3]) if match[3] else None
    return None


def parse_past_day(text: str, today: date, language: str = SOURCE_LANGUAGE) -> date | None:
    """Parse a day until today: "yesterday", "tue", "12 jan" or "2027-01-12".

    A day that occurs again and again is its latest occurrence. None when unclear or in the future.
    """

    return parse_in_either(lambda concepts: past_day_of(concepts, today), text, language)


def past_day_of(concepts: str, today: date) -> date | None:
    """Read a day until today from concepts of nothing else; None when unclear or in the future."""
    days = _past_days(concepts.removeprefix("ON "), today)
    return next((day for day in days if day <= today), None)


def parse_night(text: str, local_now: datetime, language: str = SOURCE_LANGUAGE) -> date | None:
    """Parse "last night", "tuesday night" or "12 jan night"; return the evening's date.

    None when unclear, or when the night begins after ``local_now`` (naive local time).
    """
    return parse_in_either(lambda concepts: _night_of(concepts, local_now), text, language)


def _night_of(concepts: str, local_now: datetime) -> date | None:
    """Read a night from concepts of nothing else; see :func:`parse_night`."""
    today = local_now.date()
    latest = today if local_now.time() >= _NOON else _later(today, -1)
    wanted = concepts.removesuffix(" FILLER").removesuffix(" .")
    if wanted in ("LAST_NIGHT", "TONIGHT"):
        return next(iter(_evenings(wanted, local_now)), None)
    if wanted == "THIS_NIGHT":  # after noon it may also mean the coming night
        return _later(today, -1) if local_now.time() < _NOON else None
    if "NIGHT" in wanted.split() and (back := _days_ago(wanted)) is not None:
        return _later(today, -back)  # "two nights ago": last night was one night ago
    if not wanted.endswith(" NIGHT"):
        return None
    days = _past_days(wanted.removesuffix(" NIGHT").removeprefix("ON "), today)
    return next((day for day in days if latest is not None and day <= latest), None)


def parse_night_and_clock(
    text: str, local_now: datetime, language: str = SOURCE_LANGUAGE
) -> tuple[date, frozenset[time]] | None:
    """Parse "last night 10:15" or "at 3 tuesday night": the night's evening, and the times.

    Nothing is concluded from the word "night" for the half of the day: for who sleeps by day,
    10:15 is in the middle of it. So there are two times unless the half is stated otherwise, as in
    "10:15 pm". None for other texts.

    Args:
        text: what was typed.
        local_now: what the clock shows when somebody who sleeps at night is at this point of
            their day.
        language: of the text; English is understood as well.
    """

    def parse(concepts: str) -> tuple[date, frozenset[time]] | None:
        words = concepts.replace(",", " ").split()
        for cut in range(len(words) - 1, 0, -1):  # "tuesday night" before "tuesday"
            for night_words, clock_words in (
                (words[:cut], words[cut:]),
                (words[-cut:], words[:-cut]),
            ):
                night_on = _night_of(" ".join(night_words).removeprefix("ON "), local_now)
                clock = clock_of(" ".join(clock_words))
                if night_on is not None and clock is not None:
                    is_open = clock.hour <= 12 and STATED_HALVES.isdisjoint(clock_words)
                    later = clock.replace(hour=(clock.hour + 12) % 24)
                    return night_on, frozenset({clock, later} if is_open else {clock})
        return None

    return parse_in_either(parse, text, language)


def parse_when(text: str, local_now: datetime, language: str = SOURCE_LANGUAGE) -> datetime | None:
    """Parse a past moment; return it as naive local time to the minute.

    Understood are "now", "15 min ago", "an hour ago", "yesterday 3am", "last night 23:30",
    "this morning 4:00", "Tue 02:40", "12 Jan 3am", "tuesday night 02:40" and a bare clock time,
    which is its latest occurrence until now. A day without a year is its latest occurrence.
    Durations are subtracted in local time: a caller who needs elapsed time across a clock change
    calls :func:`parse_ago` first. None when unclear or in the future, and for a duration of over
    48 hours.

    Args:
        text: what was typed.
        local_now: the present local time of the person, naive.
        language: of the text; English is understood as well.
    """
    minute_now = local_now.replace(second=0, microsecond=0)

    def parse(concepts: str) -> datetime | None:
        if concepts == "NOW":
            return minute_now
        if (back := _parse_ago(concepts)) is not None:
            return _earlier(minute_now, back)
        if (moment := _on_past_day(concepts, minute_now)) is not None:
            return moment
        clock = clock_of(concepts)
        if clock is None:
            return None
        moment = datetime.combine(minute_now.date(), clock)
        return moment if moment <= minute_now else _earlier(moment, timedelta(days=1))

    return parse_in_either(parse, text, language)


# The future --------------------------------------------------------------------------------------


def _next_on(month: int, day: int, year: int | None, today: date) -> date | None:
    if year is not None:
        return _day(year, month, day)
    candidates = (_day(today.year + ahead, month, day) for ahead in range(_YEARS_AHEAD + 1))
    return next((found for found in candidates if found is not None and found > today), None)


def _weekday(name: str, today: date) -> date | None:
    match = _WEEKDAY.fullmatch(name.removeprefix("NEXT ").removesuffix(" NEXT"))
    return None if match is None else _later(today, (int(match[1]) - today.weekday() - 1) % 7 + 1)


def _calendar_day(name: str, today: date) -> date | None:
    if match := _ISO_DAY.fullmatch(name):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    parts = _day_and_month(name)
    if parts is None:
        return None
    day, month, year = parts
    return _next_on(month, day, year, today)


def parse_day(text: str, today: date, language: str = SOURCE_LANGUAGE) -> date | None:
    """Parse a day after today: "tomorrow", "monday", "5 Jan", "Jan 5", "5.1." or "2027-01-05".

    A weekday is its next occurrence, never today; a day without a year is its next occurrence.
    "5/1" means different days in different countries and is unclear. None when past or unclear.
    """

    def parse(concepts: str) -> date | None:
        wanted = concepts.removeprefix("UNTIL ").removeprefix("ON ")
        if wanted in _DAYS_AHEAD:
            return _later(today, _DAYS_AHEAD[wanted])
        found = _weekday(wanted, today) or _calendar_day(wanted, today)
        return found if found is not None and found > today else None

    return parse_in_either(parse, text, language)
