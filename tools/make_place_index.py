"""Write bot/local_time/data/place_index.tsv: ``python -m tools.make_place_index``.

Names of places come from the tzdata package, from CLDR (by Babel, in the languages of
``data/zones_by_language.tsv``) and from ``data/place_names.tsv``. The index is made anew when one
of these changes.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from babel import Locale

from bot.local_time.data_files import DATA, place_names, zones_by_language
from bot.local_time.distinct_zones import by_population
from bot.local_time.place_index import fold
from bot.local_time.tz_database import (
    country_zones,
    english_country_names,
    links,
    zones_by_country,
)

FILE = DATA / "place_index.tsv"
HEADER = (
    "# Made by tools/make_place_index.py. Time zones, the most populous first, then names of"
    " places that mean them.\n"
)
_COUNTRY_NICKNAMES = (("US", "usa"), ("US", "us"), ("US", "america"), ("KR", "south korea"))


def index() -> dict[str, tuple[str, ...]]:
    """Return the zones that each folded name may mean, the most populous first."""
    found: dict[str, set[str]] = {}
    for name, zones in _names():
        folded = fold(name)
        if folded:
            for key in (folded, folded.replace(" ", "")):
                found.setdefault(key, set()).update(zones)
    return {key: tuple(by_population(zones)) for key, zones in found.items() if zones}


def index_text() -> str:
    """Return the content of the file; the order of the names decides that of suggestions."""
    lines = [
        "\t".join([" ".join(zones), *(name for name, _ in rows)]) + "\n"
        for zones, rows in groupby(index().items(), key=lambda row: row[1])
    ]
    return HEADER + "".join(lines)


def _names() -> Iterator[tuple[str, Iterable[str]]]:
    yield from _zone_names()
    yield from _city_names()
    yield from _country_names()
    for name, zone in place_names():
        yield name, (zone,)


def _zone_names() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield "America/Argentina/Salta" as itself, "Argentina Salta" and "Salta"."""
    for name, zone in (*((zone, zone) for zone in sorted(country_zones())), *links().items()):
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


if __name__ == "__main__":
    FILE.write_text(index_text(), encoding="utf-8")
