"""Reading the clock times and days that people type. English words only, so far.

A text that could mean two things is not guessed at: the answer is then None (or an empty list) and
the person is asked again.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

# Longer texts are no time. It also bounds the work that a stranger's text can cause.
LONGEST_TEXT = 64

_NAMED_TIMES = {"midnight": time(0, 0), "noon": time(12, 0), "midday": time(12, 0)}
_CLOCK = re.compile(r"(\d{1,2})(?:\s?[:.h]\s?(\d{2}))?\s?(am|pm)?", re.ASCII)
_COMPACT = re.compile(r"(\d{1,2})(\d{2})\s?(am|pm)?", re.ASCII)
_HOUR_WITH_LETTER = re.compile(r"(\d{1,2})\s?h", re.ASCII)
_MERIDIEM_DOTS = re.compile(r"\b([ap])\.\s?m\b\.?")
# A comma stands between two times; "and" and "&" do too.
_BETWEEN_TIMES = re.compile(r"\s*(?:,\s*and\b|\band\b|[,;&+/\n])\s*")

_NUMBER_WORDS = {
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "ten": 10.0,
    "fifteen": 15.0,
    "twenty": 20.0,
    "thirty": 30.0,
    "half an": 0.5,
    "half a": 0.5,
}
_AMOUNT = "|".join(sorted(_NUMBER_WORDS, key=len, reverse=True))
_AGO = re.compile(
    rf"(?:about\s)?(?:(\d{{1,3}})\s?|({_AMOUNT})\s)(minutes?|mins?|m|hours?|hrs?|h)\sago",
    re.ASCII,
)
_ABOUT = re.compile(r"(?:~\s?|\b(?:about|around|roughly)\s)|\s(?:or so|ish)\b")
_DAY_WORDS_BACK = {
    "yesterday": 1,
    "last night": 1,
    "today": 0,
    "this morning": 0,
}
# "Last night 03:10" was this morning's small hours; "last night 23:00" was yesterday's evening.
_NOON = time(12, 0)
_FURTHEST_BACK = timedelta(hours=48)

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?", re.ASCII)
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?\s(?:of\s)?([a-z]+)\.?,?(?:\s(\d{4}))?", re.ASCII
)
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s(\d{1,2})(?:st|nd|rd|th)?,?(?:\s(\d{4}))?", re.ASCII)
# 29 February may be eight years away (1896 to 1904, 2096 to 2104).
_YEARS_AHEAD = 8


def _tidy(text: str) -> str:
    """Fold case, full-width forms, odd spaces and the dots of "p.m."; "" when too long."""
    if len(text) > LONGEST_TEXT:
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Format characters such as direction marks are invisible; the person did not mean them.
    visible = "".join(
        " " if unicodedata.category(character) in ("Cc", "Zs", "Zl", "Zp") else character
        for character in folded
        if unicodedata.category(character) != "Cf"
    )
    return _MERIDIEM_DOTS.sub(r"\1m", " ".join(visible.split()))


def _clock(hour: int, minute: int, meridiem: str | None) -> time | None:
    if meridiem is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if meridiem == "pm" else 0)
    if hour > 23 or minute > 59:
        return None
    return time(hour, minute)


def parse_clock(text: str) -> time | None:
    """A local clock time to the minute, such as "22:45", "10.30 pm", "2245", "22h" or "noon".

    A bare number is an hour of the 24-hour clock. None when the text is no time or not a clear one.
    """
    wanted = _tidy(text).removeprefix("at ").rstrip(".!")
    if wanted in _NAMED_TIMES:
        return _NAMED_TIMES[wanted]
    if match := _HOUR_WITH_LETTER.fullmatch(wanted):
        return _clock(int(match[1]), 0, None)
    if match := _CLOCK.fullmatch(wanted) or _COMPACT.fullmatch(wanted):
        return _clock(int(match[1]), int(match[2] or 0), match[3])
    return None


def parse_times(text: str) -> list[time]:
    """Several clock times, sorted and without repeats; [] when any part of the text is unclear."""
    # A list may be longer than one time; each part is bounded again.
    if len(text) > 4 * LONGEST_TEXT:
        return []
    parts = [part for part in _BETWEEN_TIMES.split(text.casefold().strip().rstrip(",;")) if part]
    if len(parts) == 1 and parse_clock(parts[0]) is None:
        parts = parts[0].split()
    times = {parse_clock(part) for part in parts}
    clear = {moment for moment in times if moment is not None}
    return sorted(clear) if len(clear) == len(times) else []


def parse_ago(text: str) -> timedelta | None:
    """How long ago "15 min ago" or "an hour ago" was; None when unclear or over 48 hours."""
    match = _AGO.fullmatch(_tidy(text))
    if match is None:
        return None
    amount = float(match[1]) if match[1] else _NUMBER_WORDS[match[2]]
    back = amount * (timedelta(minutes=1) if match[3].startswith("m") else timedelta(hours=1))
    return back if back <= _FURTHEST_BACK else None


def split_about(text: str) -> tuple[str, bool]:
    """The text without a word such as "about" or "~", and whether it had one."""
    wanted = _tidy(text)
    rest = _ABOUT.sub("", wanted)
    return (text, False) if rest == wanted else (rest, True)


def _ago(text: str, local_now: datetime) -> datetime | None:
    back = parse_ago(text)
    return None if back is None else _earlier(local_now, back)


def _earlier(moment: datetime, by: timedelta) -> datetime | None:
    try:
        return moment - by
    except OverflowError:
        return None


def _on_named_day(text: str, local_now: datetime) -> datetime | None:
    for words, days_back in _DAY_WORDS_BACK.items():
        if text.startswith(words + " "):
            clock = parse_clock(text[len(words) :])
        elif text.endswith(" " + words):
            clock = parse_clock(text[: -len(words)])
        else:
            continue
        if clock is None:
            return None
        in_small_hours = words == "last night" and clock < _NOON
        there = datetime.combine(local_now.date(), clock)
        moment = _earlier(there, timedelta(days=0 if in_small_hours else days_back))
        return moment if moment is not None and moment <= local_now else None
    return None


def _on_past_day(text: str, local_now: datetime) -> datetime | None:
    """A clock time after or before the name of a day: "tue 02:40", "3am on 12 jan"."""
    words = text.replace(",", " ").split()
    for cut in range(1, len(words)):
        for day_words, clock_words in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            clock = parse_clock(" ".join(clock_words))
            name = " ".join(day_words).removesuffix(" at").removeprefix("on ")
            if clock is not None and (moment := _on_day(name, clock, local_now)) is not None:
                return moment
    return None


def _on_day(name: str, clock: time, local_now: datetime) -> datetime | None:
    """The latest moment up to now at a clock time of a named day, or of the night of that day."""
    in_night = name.endswith(" night")
    name = name.removesuffix(" night")
    further = 1 if in_night and clock < _NOON else 0
    for day in _past_days(name, local_now.date()):
        there = _later(day, further)
        if there is not None and (moment := datetime.combine(there, clock)) <= local_now:
            return moment
    return None


def _past_days(name: str, today: date) -> list[date]:
    """The days up to today that a name may mean, latest first."""
    index = _index_of_name(name.removeprefix("last "), _WEEKDAYS)
    if index is not None:
        back = (today.weekday() - index) % 7
        return _existing(_later(today, -days) for days in (back, back + 7))
    if (days := _DAY_WORDS_BACK.get(name)) is not None and name != "last night":
        return _existing([_later(today, -days)])
    if match := _ISO_DAY.fullmatch(name):
        return _existing([_day(int(match[1]), int(match[2]), int(match[3]))])
    parts = _day_and_month(name)
    if parts is None:
        return []
    day, month, year = parts
    years = [year] if year is not None else [today.year, today.year - 1]
    return _existing(_day(year, month, day) for year in years)


def _existing(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day is not None]


def _day_and_month(name: str) -> tuple[int, int, int | None] | None:
    """Day, month and, if given, year of "12 jan", "jan 12", "12.1." or "12 jan 2027"."""
    if match := _DOTTED_DAY.fullmatch(name):
        return int(match[1]), int(match[2]), int(match[3]) if match[3] else None
    if match := _DAY_MONTH.fullmatch(name):
        day, month_name, year = match[1], match[2], match[3]
    elif match := _MONTH_DAY.fullmatch(name):
        month_name, day, year = match[1], match[2], match[3]
    else:
        return None
    month = _index_of_name(month_name, _MONTHS)
    if month is None:
        return None
    return int(day), month + 1, int(year) if year else None


def parse_past_day(text: str, today: date) -> date | None:
    """A day up to today: "yesterday", "tue", "12 jan", "2027-01-12"; its latest occurrence."""
    days = _past_days(_tidy(text), today)
    return next((day for day in days if day <= today), None)


def parse_night(text: str, local_now: datetime) -> date | None:
    """The night that "last night", "tuesday night" or "12 jan night" means, by its evening's date.

    Only nights that have begun before ``local_now`` (naive wall-clock time).
    """
    wanted = _tidy(text).rstrip(".!")
    today = local_now.date()
    if wanted in ("last night", "tonight"):
        evening = today if wanted == "tonight" and local_now.time() >= _NOON else None
        return evening or _later(today, -1)
    if not wanted.endswith(" night"):
        return None
    latest = today if local_now.time() >= _NOON else _later(today, -1)
    days = _past_days(wanted.removesuffix(" night"), today)
    return next((day for day in days if latest is not None and day <= latest), None)


def parse_when(text: str, local_now: datetime) -> datetime | None:
    """The past moment that a typed text means, as naive local wall time to the minute.

    Understood are "now", "15 min ago", "an hour ago", "yesterday 3am", "last night 23:30",
    "this morning 4:00", "Tue 02:40", "12 Jan 3am", "tuesday night 02:40" and a bare clock time,
    which is its last occurrence at or before now. A day without a year is its latest occurrence.
    Durations are subtracted on the wall clock: the caller who needs elapsed time across a clock
    change asks :func:`parse_ago` first. None when unclear or in the future, and for a duration of
    over 48 hours.

    Args:
        text: what was typed.
        local_now: the present wall-clock time where the person is, naive.
    """
    wanted = _tidy(text)
    minute_now = local_now.replace(second=0, microsecond=0)
    if wanted in ("now", "just now"):
        return minute_now
    for reading in (_ago, _on_named_day, _on_past_day):
        if (moment := reading(wanted, minute_now)) is not None:
            return moment
    clock = parse_clock(wanted)
    if clock is None:
        return None
    moment = datetime.combine(minute_now.date(), clock)
    return moment if moment <= minute_now else _earlier(moment, timedelta(days=1))


def _index_of_name(name: str, names: Iterable[str]) -> int | None:
    """The place of a name given in full or by at least three of its first letters."""
    if len(name) < 3:
        return None
    return next((index for index, full in enumerate(names) if full.startswith(name)), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_on(month: int, day: int, year_text: str | None, today: date) -> date | None:
    if year_text is not None:
        return _day(int(year_text), month, day)
    candidates = (_day(today.year + ahead, month, day) for ahead in range(_YEARS_AHEAD + 1))
    return next((found for found in candidates if found is not None and found > today), None)


def _weekday(text: str, today: date) -> date | None:
    index = _index_of_name(text.removeprefix("next ").removeprefix("on "), _WEEKDAYS)
    if index is None:
        return None
    return _later(today, (index - today.weekday() - 1) % 7 + 1)


def _later(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _calendar_day(text: str, today: date) -> date | None:
    if match := _ISO_DAY.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED_DAY.fullmatch(text):
        return _next_on(int(match[2]), int(match[1]), match[3], today)
    if match := _DAY_MONTH.fullmatch(text):
        day, name, year = match[1], match[2], match[3]
    elif match := _MONTH_DAY.fullmatch(text):
        name, day, year = match[1], match[2], match[3]
    else:
        return None
    month = _index_of_name(name, _MONTHS)
    return None if month is None else _next_on(month + 1, int(day), year, today)


def parse_day(text: str, today: date) -> date | None:
    """A day after today: "tomorrow", "monday", "5 Jan", "Jan 5", "5.1.", "2027-01-05".

    A weekday is its next occurrence, never today; a day without a year is its next occurrence.
    "5/1" means different days in different countries and is not read. None when past or unclear.
    """
    wanted = _tidy(text).removeprefix("until ")
    if wanted == "tomorrow":
        return _later(today, 1)
    found = _weekday(wanted, today) or _calendar_day(wanted, today)
    return found if found is not None and found > today else None
