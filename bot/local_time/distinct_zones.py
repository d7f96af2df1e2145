"""Sorts suggested zones by population, and drops zones whose clocks always show the same."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.local_time.data_files import population_rank


def by_population(zones: Iterable[str]) -> list[str]:
    """Sort zones, the most populous first; zones without a rank follow by name."""
    rank = population_rank()
    return sorted(zones, key=lambda zone: (rank.get(zone, len(rank)), zone))


def _offsets_of_a_year(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    rules = ZoneInfo(zone)
    return tuple(
        (now + timedelta(days=15 * step)).astimezone(rules).utcoffset() for step in range(25)
    )


def distinct_zones(zones: Iterable[str], now: datetime) -> list[str]:
    """Drop zones whose clocks show the same all year; of those, the most populous stays.

    Offsets are compared every 15 days for the year after ``now``, an aware instant.
    """
    chosen: dict[tuple[timedelta | None, ...], str] = {}
    for zone in by_population(zones):
        chosen.setdefault(_offsets_of_a_year(zone, now), zone)
    return list(chosen.values())
