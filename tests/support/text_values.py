"""Values of every kind that the placeholders of texts can get, in the language of the text."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.database.models import Kind
from bot.features.caregivers.messages import shown_name
from bot.features.cramps.messages.labels import clock_words, code_labels, field_labels, night_name
from bot.features.cramps.values import NUMBERS
from bot.features.emergency_numbers.messages import country_name
from bot.features.experiments.subject_messages import arm_name
from bot.features.experiments.subject_messages import names as subject_names
from bot.features.free_text.reading_labels import reminder_words
from bot.features.history.messages import habit_names
from bot.features.reminders.messages.names import days_words, time_list
from bot.features.reminders.messages.names import names as reminder_names
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.local_time.zone_names import city_name

COUNTS = (0, 1, 2, 3, 5, 11, 21, 22, 25, 100, 101, 1000)
"""Numbers with every plural form of CLDR's rules for our languages."""
DAYS = (date(2027, 1, 3), date(2027, 5, 12), date(2027, 9, 30))
"""Dates with a month that some languages shorten with a period, and one that none does."""
CLOCKS = (time(0, 0), time(3, 10), time(13, 5))
ZONES = ("Europe/Berlin", "America/New_York", "Etc/GMT+5", "UTC", "Asia/Nowhere_At_All")
"""Zones with and without a city in CLDR."""
NIGHTS = tuple(date(2027, 1, day) for day in range(4, 11))
"""A Monday to a Sunday."""


def values(tr: Translator, place: str, files: Sequence[str]) -> list[object]:
    """Values of a placeholder.

    Args:
        tr: the language of the text.
        place: its name.
        files: the files that use the text: what a name stands for depends on them.
    """
    first = files[0].removeprefix("bot/features/")
    found = (
        _by_file(tr, place, first) or _by_name(tr, place) or _examples(tr).get(place) or [*COUNTS]
    )
    return list(found)


def night_words(tr: Translator) -> list[str]:
    """Names of nights, also with a date."""
    names = [night_name(tr, night) for night in NIGHTS]
    dated = tr.gettext("{night}, {day}").format(night=names[0], day=formats.day(tr, DAYS[0]))
    return [*names, dated]


def when_words(tr: Translator) -> list[str]:
    """When an entry was: with a time, with a rough one, by day, and the night alone."""
    night = night_name(tr, NIGHTS[1])
    at = datetime.combine(DAYS[0], CLOCKS[1])
    exact, about = (clock_words(tr, at, is_about=is_about) for is_about in (False, True))
    by_night, by_day = tr.gettext("{time}, {night}"), tr.gettext("{time}, for {night}")
    dated = tr.gettext("{day}, {time}").format(day=formats.day(tr, DAYS[1]), time=exact)
    return [
        *(text.format(time=exact, night=night) for text in (by_night, by_day)),
        *(text.format(time=about, night=night) for text in (by_night, by_day)),
        dated,
        *night_words(tr),
    ]


def _moments(tr: Translator) -> list[str]:
    """Dates with a time of day."""
    return [f"{formats.day(tr, on)}, {formats.clock(tr, CLOCKS[1])}" for on in DAYS]


def _by_file(tr: Translator, place: str, file: str) -> list[object]:
    """Values of a name that stands for different things in different files."""
    if place == "name":
        if file.startswith("caregivers/"):
            return ["Ann", "Ann-Sophie <b> & Co", shown_name(tr, None)]
        if file.startswith(("experiments/", "summary/every_night", "report/sections/habits")):
            return [*subject_names(tr).values(), "“12 × ü?”"]
        if file.startswith(("reminders/", "summary/")):
            return [*reminder_names(tr).values(), "Take a walk"]
        return ["Deutsch", "A. Example"]
    if place == "day" and file.startswith("reminders/messages/sent"):
        return [formats.weekday(tr, DAYS[0]), formats.day(tr, DAYS[0])]
    if place == "days" and file.startswith(("reminders/", "free_text/")):
        return [days_words(tr, mask) for mask in (0b1111111, 0b0011111, 0b1000000, 0b0010101)]
    if place == "number" and file.startswith(("emergency", "cramps/health", "cramps/sign")):
        pair = tr.gettext("{first} or {second}").format(first="15", second="112")
        return ["112", pair, tr.gettext("112, 911 or 999")]
    if place == "count" and file.startswith(("history/", "summary/night", "summary/detail")):
        words = ((tr.ngettext("{count} cramp", "{count} cramps", one), one) for one in COUNTS)
        return [text.format(count=one) for text, one in words]
    if place == "text" and file.startswith("reminders/"):
        return [tr.gettext(one) for one in ("paused", "no time yet", "paused for your fair test")]
    return []


def _by_name(tr: Translator, place: str) -> list[object]:
    """Values of a name that stands for the same everywhere."""
    times = [formats.clock(tr, one) for one in CLOCKS]
    dates = [formats.day(tr, one, how) for one in DAYS for how in ("MMMEd", "yMMMd", "MMMd")]
    return list(
        {
            "night": night_words,
            "when": when_words,
            "made": _moments,
            "used": _moments,
            "said": when_words,
            "entry": when_words,
        }.get(place, lambda _tr: [])(tr)
    ) or list(
        {
            "time": [*times, tr.gettext("about {time}").format(time=times[1])],
            "bed": times,
            "times": [time_list(tr, CLOCKS), times[0]],
            "day": dates,
            "first": dates,
            "last": dates,
            "dates": [", ".join(dates[:3])],
            "span": [f"{dates[1]} – {dates[4]}", formats.days(tr, DAYS[0], DAYS[1])],
            "month": [formats.month(tr, one) for one in DAYS],
            "city": [city_name(zone, tr.locale) for zone in ZONES],
            "home": [city_name(zone, tr.locale) for zone in ZONES],
            "country": [country_name(tr, code) for code in ("DE", "US", "CI", "XX")],
        }.get(place, [])
    )


def _examples(tr: Translator) -> dict[str, Sequence[object]]:
    """Placeholder → labels that stand for it."""
    labels = code_labels(tr)
    sites = [*labels["site"].values()]
    lower = [formats.in_sentence(tr, one) for one in sites]
    evening = tr.gettext("evening {number} of {total}").format(number=3, total=7)
    return {
        "place": sites,
        "site": sites,
        "label": [*sites, *subject_names(tr).values(), reminder_words(tr, Kind.STRETCH)],
        "text": lower,
        "list": [f"{lower[0]} 2, {lower[1]} 1"],
        "parts": [tr.ngettext("{count} entry", "{count} entries", 2).format(count=2)],
        "change": [tr.gettext(one) for one in ("note", "note removed", "note changed")],
        "before": [*lower, 5],
        "after": [*lower, 5],
        "field": [formats.in_sentence(tr, field_labels(tr)[one]) for one in NUMBERS],
        "length": [formats.in_sentence(tr, one) for one in labels["duration"].values()],
        "habit": [*habit_names(tr).values()],
        "arm": [arm_name(tr, arm) for arm in ("with", "without")],
        "evening": [evening],
        "what": [tr.gettext("bed covers loose at the foot"), tr.gettext("as before")],
        "answer": [tr.gettext(one) for one in ("done", "skipped", "no answer", "not limited")],
        "names": [", ".join([*reminder_names(tr).values()][:2])],
        "nights": [*COUNTS],
        "words": ["aspirin 100, evenings"],
        "medicine": ["aspirin 100, evenings"],
        "card": sites,
        "title": sites,
        "sign": sites,
        "signs": sites,
        "command": ["/foo"],
        "link": ["t.me/bot"],
        "icon": ["⚖️"],
        "line": ["Samaritans 116 123"],
        "median": [formats.number(tr, 6.5), formats.number(tr, 7)],
        "rate": [formats.number(tr, 6.5)],
        "strength": [formats.number(tr, 6.5), 7],
        "quality": [formats.number(tr, 6.5)],
        "d": [formats.tenths(tr, 1)],
        "e": [formats.tenths(tr, 0.5)],
    }
