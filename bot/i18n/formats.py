"""Times, dates and words as a language and a country write them, by CLDR."""

from datetime import date, datetime, time

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import format_decimal

from bot.i18n.translator import Translator

UNBROKEN = "\N{NO-BREAK SPACE}"


def clock(tr: Translator, value: time | datetime) -> str:
    """A wall-clock time: "22:15" or "10:15 PM"."""
    if tr.hour_cycle == 24:
        return f"{value:%H:%M}"
    shown = format_time(value.replace(tzinfo=None), "h:mm a", locale=tr.locale)
    return shown.replace(" ", UNBROKEN)


def day(tr: Translator, value: date, skeleton: str = "MMMEd") -> str:
    """A date: "Tue 12 Jan"; other CLDR skeletons give other parts of it."""
    return str(format_skeleton(skeleton, value, locale=tr.locale))


def weekday(tr: Translator, value: date) -> str:
    """The name of its day of the week, in full."""
    return str(format_date(value, "EEEE", locale=tr.locale))


def days(tr: Translator, first: date, last: date, skeleton: str = "MMMd") -> str:
    """From one date to another: "12–18 Jan"."""
    return str(format_interval(first, last, skeleton=skeleton, locale=tr.locale))


def number(tr: Translator, value: float) -> str:
    """A number with at most one decimal: "7.5"."""
    return str(format_decimal(value, format="0.#", locale=tr.locale))


def first_weekday(tr: Translator) -> int:
    """The day that weeks begin with; 0 is Monday."""
    return int(Locale.parse(tr.locale).first_week_day)


def in_sentence(tr: Translator, words: str) -> str:
    """Words that begin a label, as they stand within a sentence.

    German writes nouns with a capital anywhere; there the label stays as it is.
    """
    return words if tr.language == "de" else words[:1].lower() + words[1:]
