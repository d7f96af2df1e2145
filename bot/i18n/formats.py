"""Times, dates and numbers as a language and a country write them, from CLDR (by Babel)."""

from datetime import date, datetime, time, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
)
from babel.numbers import format_decimal

from bot.i18n.translator import Translator

MONDAY = 0
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def clock(tr: Translator, value: time | datetime) -> str:
    """Format a wall-clock time: "22:15" or "10:15 PM"."""
    if tr.hour_cycle == 24:
        return f"{value:%H:%M}"
    return _half_of_day(format_time(value.replace(tzinfo=None), "h:mm a", locale=tr.locale))


def day(tr: Translator, value: date, skeleton: str = "MMMEd") -> str:
    """Format a date: "Tue 12 Jan"; other CLDR skeletons give other parts of it."""
    return str(format_skeleton(skeleton, value, locale=tr.locale))


def weekday(tr: Translator, value: date) -> str:
    """Return the full name of a date's weekday: "Tuesday"."""
    return str(format_date(value, "EEEE", locale=tr.locale))


def month(tr: Translator, value: date) -> str:
    """Return the name of a date's month, to stand before days: "January"."""
    return str(format_date(value, "LLLL", locale=tr.locale))


def days(tr: Translator, first: date, last: date, skeleton: str = "MMMd") -> str:
    """Format a range of dates: "12–18 Jan"."""
    return str(format_interval(first, last, skeleton=skeleton, locale=tr.locale))


def number(tr: Translator, value: float) -> str:
    """Format a number with at most one decimal: "7.5"."""
    return str(format_decimal(value, format="0.#", locale=tr.locale))


def tenths(tr: Translator, value: float) -> str:
    """Format a number with exactly one decimal: "1.0"."""
    return str(format_decimal(value, format="0.0", locale=tr.locale))


def count(tr: Translator, value: int) -> str:
    """Format a number of things, with separators of thousands: "12,400"."""
    return str(format_decimal(value, format="#,##0", locale=tr.locale))


def hour(tr: Translator, value: time | datetime) -> str:
    """Format a whole hour of the wall clock: "22:00" or "10 PM"."""
    if tr.hour_cycle == 24:
        return f"{value:%H:%M}"
    return _half_of_day(format_time(value.replace(tzinfo=None), "h a", locale=tr.locale))


def _half_of_day(shown: str) -> str:
    """Keep a time in one line, and write "am" instead of "a.m." or "a. m.".

    A time often ends a sentence, which would have two periods otherwise.
    """
    time_words, _space, half = shown.replace("\N{NARROW NO-BREAK SPACE}", " ").partition(" ")
    half = half.replace(".", "").replace(" ", "").replace(NO_BREAK_SPACE, "")
    return f"{time_words}{NO_BREAK_SPACE}{half}"


def duration(tr: Translator, value: timedelta) -> str:
    """Format a duration roughly, in its largest unit: "3 hours"."""
    return str(format_timedelta(value, locale=tr.locale))


def first_weekday(territory: str | None) -> int:
    """Return the weekday on which weeks begin in a country, from CLDR; 0 is Monday.

    Args:
        territory: the country's ISO 3166 code; None or an unknown one gives Monday.
    """
    try:
        return int(Locale.parse(f"und_{territory}").first_week_day) if territory else MONDAY
    except (UnknownLocaleError, ValueError):
        return MONDAY


def in_sentence(tr: Translator, words: str) -> str:
    """Lower the first letter of a label that is put inside a sentence.

    German capitalizes nouns everywhere, so German labels stay as they are, as does the English "I".
    """
    is_capital = tr.language == "de" or (tr.language == "en" and words.startswith("I "))
    return words if is_capital else words[:1].lower() + words[1:]
