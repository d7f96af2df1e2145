"""Finds the time zone of a person who says what their clock shows: "20:14", "it is 8.14 pm".

Offsets from UTC are multiples of a quarter of an hour, so a clock time to the minute leaves one
offset, even when the clock is some minutes off. Of the places with that offset, those come first
where people with the person's language and country live.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.local_time.distinct_zones import by_population, distinct_zones
from bot.local_time.likely_zones import zones_of_language
from bot.local_time.typed_places import ZoneMatch, find_zones
from bot.local_time.typed_times import parse_clock
from bot.local_time.tz_database import country_zones

MOST_OFFERED = 6
"""Zones that are offered when a clock time fits several."""
FAST_OR_SLOW = 7
"""Minutes by which a clock may differ; half of the step between two offsets, rounded down."""
MOST_WORDS_BESIDE = 4
"""Words beside a clock time that are no name of a place: "it is 20:14 here now"."""

_HALF_DAY, _DAY = 12 * 60, 24 * 60
_CLOCK = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?!\d)(?:\s?[ap]\.?\s?m\b\.?)?|(?<!\d)\d{1,2}\s?[ap]\.?m\b\.?",
    re.IGNORECASE | re.ASCII,
)


_OFFSET = re.compile(r"[-+\N{MINUS SIGN}–]\s?\d")


@dataclass(frozen=True)
class _Shown:
    """The time on a clock in minutes after midnight; two times if the half of the day is open."""

    minutes: tuple[int, ...]
    is_whole_hour: bool

    def fits(self, local: datetime) -> bool:
        """Whether a clock in a zone may show this."""
        here = local.hour * 60 + local.minute
        return any(self._is_near((here - shown) % _DAY) for shown in self.minutes)

    def _is_near(self, later: int) -> bool:
        """Whether it may be this many minutes later than what was typed."""
        latest = 60 if self.is_whole_hour else FAST_OR_SLOW
        return later <= latest or later >= _DAY - FAST_OR_SLOW


def find_places(
    text: str, language: str, language_code: str | None, now: datetime, typed_at: datetime
) -> ZoneMatch:
    """Find the zone that a typed place or the time on the person's clock means.

    Args:
        text: what was typed.
        language: the language of typed times, such as ``pt_BR``.
        language_code: what Telegram says about the language, perhaps with a country.
        now: an aware instant, which decides the offset that each zone has.
        typed_at: when it was typed, which the clock showed.
    """
    if _OFFSET.search(text):
        return find_zones(text, now)
    shown = _read_clock(text, language)
    if shown is not None:
        return _zones_showing(shown, language_code, typed_at)
    found = _CLOCK.search(text)
    if found is None:
        return find_zones(text, now)
    shown = _read_clock(found[0], language)
    beside = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,.;")
    match = find_zones(beside, now)
    is_exact = match.zone is not None and len(beside) > 2
    if is_exact or shown is None:
        return match
    fitting = tuple(zone for zone in match.suggestions if _fits(shown, zone, typed_at))
    if fitting and len(beside) > 2:
        return _match(fitting)
    if len(beside.split()) > MOST_WORDS_BESIDE:
        return ZoneMatch(None)
    return _zones_showing(shown, language_code, typed_at)


def _read_clock(text: str, language: str) -> _Shown | None:
    clock = parse_clock(text, language)
    if clock is None:
        return None
    numbers = re.findall(r"\d+", text)
    is_whole_hour = len(numbers) == 1 and len(numbers[0]) <= 2
    minutes = clock.hour * 60 + clock.minute
    if _is_of_either_half(clock, text, numbers):
        return _Shown((minutes, (minutes + _HALF_DAY) % _DAY), is_whole_hour)
    return _Shown((minutes,), is_whole_hour)


def _is_of_either_half(clock: time, text: str, numbers: list[str]) -> bool:
    """Whether a clock that counts to twelve may show this, so that it may be afternoon."""
    has_words = re.search(r"[^\W\d_]{2,}", text) is not None  # "8 pm", "8 in the evening"
    is_short = bool(numbers) and not numbers[0].startswith("0") and 1 <= clock.hour <= 12
    return is_short and not has_words


def _fits(shown: _Shown, zone: str, at: datetime) -> bool:
    return shown.fits(at.astimezone(ZoneInfo(zone)))


def _zones_showing(shown: _Shown, language_code: str | None, at: datetime) -> ZoneMatch:
    """The zones in which a clock shows this; likely ones alone, if there are any."""
    likely = [zone for zone in zones_of_language(language_code, at) if _fits(shown, zone, at)]
    if likely:
        return _match(tuple(likely))
    zones = [zone for zone in country_zones() if _fits(shown, zone, at)]
    first = distinct_zones(zones, at)
    others = [zone for zone in by_population(zones) if zone not in first]
    return _match(tuple(by_population((first + others)[:MOST_OFFERED])))


def _match(zones: tuple[str, ...]) -> ZoneMatch:
    return ZoneMatch(zones[0]) if len(zones) == 1 else ZoneMatch(None, zones[:MOST_OFFERED])
