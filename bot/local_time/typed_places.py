"""Finds the time zone of a place that a person types, offline.

The names come from ``data/place_index.tsv``. To add a missing place, add it to
``data/place_names.tsv`` and run ``python -m tools.make_place_index``. When a name fits several
places, they are suggested.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.local_time.data_files import population_rank
from bot.local_time.distinct_zones import by_population, distinct_zones
from bot.local_time.place_index import LONGEST_TEXT, fold, zones_by_place
from bot.local_time.slavic_names import nominatives
from bot.local_time.tz_database import UTC_ZONE, country_zones

MOST_SUGGESTIONS = 8

_OFFSET = re.compile(r"(?:utc|gmt|z)?\s?([+-])\s?(\d{1,2})(?:\s?[:.]?\s?(\d{2})|\.(5))?", re.ASCII)
_ETC_ZONE = re.compile(r"etc/gmt([+-])(\d{1,2})", re.ASCII)
_FURTHEST_WEST, _FURTHEST_EAST = timedelta(hours=-12), timedelta(hours=14)
_UTC_NAMES = frozenset(("utc", "uct", "zulu", "etc utc", "universal", "coordinated universal time"))
_LEAST_SIMILARITY = 0.74
"""The least difflib ratio, from 0 to 1, at which a typing error is assumed."""


@dataclass(frozen=True)
class ZoneMatch:
    """What a typed place means.

    Attributes:
        zone: the IANA name when the text is clear, else None.
        suggestions: IANA names to choose from when it is not; may be empty.
    """

    zone: str | None
    suggestions: tuple[str, ...] = ()


def find_zones(text: str, now: datetime) -> ZoneMatch:
    """Find the zone that a typed city, country, zone name, abbreviation or offset means.

    Case, accents, spaces, underscores and hyphens do not matter; typing errors give suggestions.
    An offset such as "UTC+5:30" is clear only when one single place has it at `now`. Any text is
    allowed; only its first 64 characters are read.

    Args:
        text: what was typed.
        now: an aware instant, which decides the offset that each zone has.
    """
    text = text.strip()[:LONGEST_TEXT]
    by_offset = _read_offset(text, now)
    if by_offset is not None:
        return by_offset
    folded = fold(text)
    if folded in _UTC_NAMES:
        return ZoneMatch(UTC_ZONE)
    named = _listed(text, folded)
    if named is not None:
        zones, is_clear = set(zones_by_place()[named]), True
    elif (parts := _read_parts(text)) is not None:
        zones, is_clear = parts
    else:
        return _similar(folded, now)
    distinct = distinct_zones(zones, now)
    if is_clear and len(distinct) == 1:
        return ZoneMatch(distinct[0])
    return ZoneMatch(None, tuple(distinct[:MOST_SUGGESTIONS]))


# Offsets -----------------------------------------------------------------------------------------


def _read_offset(text: str, now: datetime) -> ZoneMatch | None:
    """Read "UTC+3", "+05:30" or "Etc/GMT-3"; None when the text is not an offset."""
    wanted = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().strip()
    wanted = re.sub(r"\s+", " ", wanted).replace("\N{MINUS SIGN}", "-").replace("–", "-")
    if match := _ETC_ZONE.fullmatch(wanted):
        # People mix up the sign of these names, so the choice is shown as an offset.
        offset = _signed("+" if match[1] == "-" else "-", match[2], 0)
        fixed = None if offset is None else _fixed_zone(offset)
        return ZoneMatch(None, (fixed,) if fixed else ())
    if match := _OFFSET.fullmatch(wanted):
        minutes = 30 if match[4] else int(match[3] or 0)
        offset = _signed(match[1], match[2], minutes)
        return ZoneMatch(None) if offset is None else _zones_at_offset(offset, now)
    return None


def _signed(sign: str, hours: str, minutes: int) -> timedelta | None:
    """Return the offset; None when no place on Earth can have it."""
    size = timedelta(hours=int(hours), minutes=minutes)
    offset = -size if sign == "-" else size
    return offset if _FURTHEST_WEST <= offset <= _FURTHEST_EAST and minutes < 60 else None


def _fixed_zone(offset: timedelta) -> str | None:
    """Return the Etc zone of a whole-hour offset, which has the opposite sign.

    UTC+3 is Etc/GMT-3.
    """
    hours, rest = divmod(round(offset.total_seconds()), 3600)
    if rest:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else UTC_ZONE


def _zones_at_offset(offset: timedelta, now: datetime) -> ZoneMatch:
    places = [z for z in country_zones() if now.astimezone(ZoneInfo(z)).utcoffset() == offset]
    fixed = _fixed_zone(offset)
    if len(places) == 1 and fixed is None:
        return ZoneMatch(places[0])
    first = distinct_zones(places, now)
    others = [
        zone for zone in by_population(places) if zone not in first and zone in population_rank()
    ]
    room = MOST_SUGGESTIONS - (fixed is not None)
    chosen = by_population((first + others)[:room])
    return ZoneMatch(None, (*chosen, *((fixed,) if fixed else ())))


# Names -------------------------------------------------------------------------------------------


def _listed(text: str, folded: str) -> str | None:
    """Return the listed name that a text is, or of which it is another grammatical case."""
    index = zones_by_place()
    if folded in index:
        return folded
    lowered = " ".join(text.casefold().replace("-", " ").split())
    return next((name for one in nominatives(lowered) if (name := fold(one)) in index), None)


def _read_parts(text: str) -> tuple[set[str], bool] | None:
    """Return the zones of "city, country" or "city country", and whether every part was found."""
    index = zones_by_place()
    by_comma = [folded for part in re.split(r"[,;()/\n]", text) if (folded := fold(part))]
    words = fold(text).split()
    splits = [by_comma] if len(by_comma) > 1 else []
    splits += [[" ".join(words[:at]), " ".join(words[at:])] for at in range(len(words) - 1, 0, -1)]
    partly: set[str] = set()
    for parts in splits:
        found = [set(index[part]) for part in parts if part in index]
        if len(found) == len(parts):
            shared = set.intersection(*found)
            return (shared, True) if shared else (set.union(*found), False)
        if not partly and found:
            partly = set.union(*found)
    return (partly, False) if partly else None


def _similar(folded: str, now: datetime) -> ZoneMatch:
    """Suggest the zones of names that begin with the text or nearly equal it."""
    if len(folded) < 3:
        return ZoneMatch(None)
    index = zones_by_place()
    names = [key for key in index if key.startswith(folded)]
    names = sorted(names, key=len)[:MOST_SUGGESTIONS]
    names += difflib.get_close_matches(folded, index, n=MOST_SUGGESTIONS, cutoff=_LEAST_SIMILARITY)
    zones = dict.fromkeys(zone for name in names for zone in distinct_zones(index[name], now))
    return ZoneMatch(None, tuple(zones)[:MOST_SUGGESTIONS])
