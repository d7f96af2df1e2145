"""The tables in ``data/``: plain text, one record a line, ``#`` begins a comment line."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def _lines(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def place_names() -> Iterator[tuple[str, str]]:
    """Yield names of places (cities, countries, abbreviations), each with a zone it may mean."""
    for line in _lines("place_names.tsv"):
        zone, names = line.split("\t")
        for name in names.split(", "):
            yield name, zone


def place_index() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield folded names of places, each with the zones it may mean, the most populous first."""
    for line in _lines("place_index.tsv"):
        zones, *names = line.split("\t")
        several = tuple(zones.split())
        for name in names:
            yield name, several


@lru_cache(maxsize=1)
def population_rank() -> dict[str, int]:
    """Return the rank of populous zones by the number of people who live in them; 0 is first."""
    return {zone: rank for rank, zone in enumerate(_lines("populous_zones.txt"))}


@lru_cache(maxsize=1)
def zones_by_language() -> dict[str, list[str]]:
    """Return, for each Telegram language code, the zones where most of its speakers live."""
    rows = (line.split("\t") for line in _lines("zones_by_language.tsv"))
    return {language: zones.split() for language, zones in rows}
