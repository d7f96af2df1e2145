"""What a button says of cramps that a typed sentence tells: when they were, and what is told."""

# TRANSLATORS, ALL: Buttons that say how a typed sentence was understood. {night} is like "Tuesday
# night".

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.features.cramps.messages.entry_words import count_words
from bot.features.cramps.messages.labels import code_labels, helped_labels, night_until
from bot.features.cramps.messages.places import place_labels
from bot.features.cramps.values import stored
from bot.features.free_text.meanings.further_values import HadCaffeine
from bot.features.free_text.meanings.values import LogCramp, LogTwo
from bot.i18n.formats import clock, day, in_sentence
from bot.i18n.translator import Translator
from bot.local_time.nights import NOON_TO_NOON, Nights

NOW = timedelta(minutes=2)
_LAST = {"relief": 1, "helped": 2}
"""The fields that come last, in their order: what was tried, then whether it helped."""


def time_words(tr: Translator, local_at: datetime, today: date) -> str:
    """A time, with its day unless that is today."""
    time = clock(tr, local_at)
    if local_at.date() == today:
        return time
    return tr.gettext("{day}, {time}").format(day=day(tr, local_at.date()), time=time)


def cramp_words(
    tr: Translator,
    meaning: LogCramp,
    local_at: datetime,
    local_now: datetime,
    nights: Nights = NOON_TO_NOON,
) -> str:
    """All that is known of a cramp: when it was, and what is told of it."""
    _ = tr.gettext
    if meaning.precision == "exact" and local_now - local_at < NOW:
        when = _("Log a cramp now")
    elif meaning.precision == "night_only":
        night = night_until(tr, nights.of(local_at), local_now.date())
        when = _("Log a cramp: {night}").format(night=night)
    elif local_at.date() == local_now.date():
        when = _("Log a cramp at {time}").format(time=clock(tr, local_at))
    else:
        when = _("Log a cramp: {day}, {time}").format(
            day=day(tr, local_at.date()), time=clock(tr, local_at)
        )
    return " · ".join((when, *_told(tr, meaning)))


def two_words(
    tr: Translator,
    meaning: LogTwo,
    locals_of: Mapping[LogCramp | HadCaffeine, datetime],
    local_now: datetime,
    nights: Nights = NOON_TO_NOON,
) -> str:
    """What a button says of two cramps: when they were, what is told of each and of both."""
    told = [_told_of_two(tr, one) for one in (meaning.first, meaning.second)]
    times = [
        " ".join(
            (
                _when_of_two(tr, one, locals_of[one], local_now.date(), nights),
                *(word for word in words if word not in other),
            )
        )
        for one, words, other in zip((meaning.first, meaning.second), told, told[::-1], strict=True)
    ]
    # TRANSLATORS: A button that logs two cramps; the places are their times, such as 01:00.
    text = tr.gettext("Log two cramps: {first} and {second}")
    shared = [word for word in told[0] if word in told[1]]
    return " · ".join((text.format(first=times[0], second=times[1]), *shared))


def _when_of_two(
    tr: Translator, meaning: LogCramp, local_at: datetime, today: date, nights: Nights
) -> str:
    if meaning.precision == "night_only":
        return night_until(tr, nights.of(local_at), today)
    return time_words(tr, local_at, today)


def _told_of_two(tr: Translator, meaning: LogCramp) -> list[str]:
    """What is told of one of two cramps; a side with its place is "left calf"."""
    told = dict(meaning.told)
    place = place_labels(tr).get((told.get("side", ""), told.get("site", "")))
    if place is None:
        return _told(tr, meaning)
    others = tuple(one for one in meaning.told if one[0] not in {"side", "site"})
    return [in_sentence(tr, place), *_told(tr, replace(meaning, told=others))]


def _side_labels(tr: Translator) -> Mapping[str, str]:
    """The sides beside any part of the body: "left" of a foot is another word than of a leg."""
    return {
        # TRANSLATORS: A side beside a part of the body, in words that fit each: "on the left".
        "left": tr.pgettext("of any part", "Left"),
        # TRANSLATORS: A side beside a part of the body, in words that fit each: "on the right".
        "right": tr.pgettext("of any part", "Right"),
        "both": tr.gettext("Both sides"),
        "unsure": tr.gettext("Not sure"),
    }


def _told(tr: Translator, meaning: LogCramp) -> list[str]:
    words = {**code_labels(tr), "side": _side_labels(tr), "helped": helped_labels(tr)}
    told = sorted(meaning.told, key=lambda one: _LAST.get(one[0], 0))
    return [_field_words(tr, name, code, words) for name, code in told]


def _field_words(
    tr: Translator, name: str, code: str, words: Mapping[str, Mapping[str, str]]
) -> str:
    """One thing that is told; a number alone would not say of what it is."""
    if name == "strength":
        return tr.gettext("strength {number}").format(number=code)
    if name == "count":
        return count_words(tr, int(stored(name, code)))
    return words[name][code]
