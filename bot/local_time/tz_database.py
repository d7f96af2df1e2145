"""The IANA time zone database, as the installed tzdata package ships it.

Besides the rules themselves it has tables of countries (``iso3166.tab``), of the zones in each
country (``zone.tab``) and of links from old zone names to present ones (``tzdata.zi``).
"""

import importlib.metadata
import zoneinfo
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

UTC_ZONE = "Etc/UTC"


def use_pinned_rules() -> None:
    """Make the tzdata package the only source of rules, for the whole process.

    The operating system's own copy may be older or newer than the one other replicas use.
    """
    zoneinfo.reset_tzpath(())
    ZoneInfo.clear_cache()


def rules_version() -> str:
    """Return the version of the tzdata package, such as "2026.1"."""
    return importlib.metadata.version("tzdata")


def _rows(table: str) -> Iterator[list[str]]:
    text = (files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=1)
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """Return the zones of each country, by ISO 3166 code.

    They come from ``zone.tab``, which lists zones for every country: ``zone1970.tab`` merges
    countries with equal rules, but people look for a city in their own country.
    """
    zones: dict[str, list[str]] = {}
    for row in _rows("zone.tab"):
        zones.setdefault(row[0], []).append(row[2])
    return {country: tuple(names) for country, names in zones.items()}


@lru_cache(maxsize=1)
def _country_by_zone() -> dict[str, str]:
    return {zone: country for country, zones in zones_by_country().items() for zone in zones}


def territory_of(zone: str | None) -> str | None:
    """Return the ISO 3166 code of a zone's country; None for no zone, an offset or a sea zone."""
    return _country_by_zone().get(links().get(zone, zone)) if zone else None


def english_country_names() -> list[tuple[str, str]]:
    """Return every country's ISO 3166 code and English name."""
    return [(code, name) for code, name in _rows("iso3166.tab")]


@lru_cache(maxsize=1)
def country_zones() -> frozenset[str]:
    """Return the zones that belong to a country: no offsets, sea zones or old names."""
    return frozenset(_country_by_zone())


@lru_cache(maxsize=1)
def links() -> dict[str, str]:
    """Return old zone names and other links, each with the country's zone that it stands for."""
    targets = {}
    for (line,) in _rows("tzdata.zi"):
        if line.startswith("L "):
            _, target, link = line.split()
            targets[link] = target
    resolved = {}
    for link, target in targets.items():
        while target not in country_zones() and target in targets:
            target = targets[target]  # noqa: PLW2901 - a link may point to another link
        if link not in country_zones() and target in country_zones() and "/" in link:
            resolved[link] = target
    return resolved
