"""An index from the names of places, in many languages, to time zones.

Names come from the tzdata package, from CLDR (by Babel, in the languages of
``data/zones_by_language.tsv``) and from ``data/place_names.tsv``.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from babel import Locale

from bot.local_time.data_files import place_names, zones_by_language
from bot.local_time.tz_database import (
    country_zones,
    english_country_names,
    links,
    zones_by_country,
)
from bot.local_time.zone_ranking import by_population

LONGEST_TEXT = 64
"""Characters that are read. It bounds the work that a stranger's text can cause."""
_COUNTRY_NICKNAMES = (("US", "usa"), ("US", "us"), ("US", "america"), ("KR", "south korea"))
_NOT_DECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_APOSTROPHES = str.maketrans("", "", "'’‘ʼʻ`´.")


def fold(text: str) -> str:
    """Normalize text for look-up: no case, accents or punctuation, words separated by a space."""
    lowered = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()
    plain = unicodedata.normalize("NFKD", lowered.translate(_NOT_DECOMPOSED))
    letters = "".join(
        character if character.isalnum() else " "
        for character in plain.translate(_APOSTROPHES)
        if not unicodedata.combining(character) and unicodedata.category(character) != "Cf"
    )
    return " ".join(letters.split())[:LONGEST_TEXT].strip()


@lru_cache(maxsize=1)
def zones_by_place() -> dict[str, tuple[str, ...]]:
    """Return the zones that each folded name may mean, the most populous first.

    The index is built at the first look-up, which takes some tenths of a second.
    """
    index: dict[str, set[str]] = {}
    for name, zones in _names():
        folded = fold(name)
        if folded:
            for key in {folded, folded.replace(" ", "")}:
                index.setdefault(key, set()).update(zones)
    return {key: tuple(by_population(zones)) for key, zones in index.items() if zones}


def _names() -> Iterator[tuple[str, Iterable[str]]]:
    yield from _zone_names()
    yield from _city_names()
    yield from _country_names()
    for name, zone in place_names():
        yield name, (zone,)


def _zone_names() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield "America/Argentina/Salta" as itself, "Argentina Salta" and "Salta"."""
    for name, zone in (*((zone, zone) for zone in country_zones()), *links().items()):
        parts = name.split("/")
        for start in range(len(parts)):
            yield " ".join(parts[start:]), (zone,)


def _city_names() -> Iterator[tuple[str, Iterable[str]]]:
    for language in zones_by_language():
        for name, details in Locale.parse(language).time_zones.items():
            zone = links().get(name, name)
            if zone in country_zones() and "city" in details:
                yield details["city"], (zone,)


def _country_names() -> Iterator[tuple[str, Iterable[str]]]:
    zones = zones_by_country()
    for code, name in (*english_country_names(), *_COUNTRY_NICKNAMES):
        yield name, zones.get(code, ())
    for language in zones_by_language():
        for code, name in Locale.parse(language).territories.items():
            yield name, zones.get(code, ())
