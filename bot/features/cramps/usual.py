"""Which places a person's own last entries name most often. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.database.cramp_values import Side, Site
from bot.features.cramps.values import SITES

Place = tuple[Side, Site]
"""A side of the body and a place in the leg or foot."""
LOOKED_AT = 5
"""How many of the newest told places decide which one is the usual one."""
LEAST_TOLD = 2
"""How often a place has to be among them: once is not a habit."""
OFFERED = 4
"""How many places the page of details offers as one chip each."""
MOST_COMMON: tuple[Place, ...] = (
    (Side.LEFT, Site.CALF),
    (Side.RIGHT, Site.CALF),
    (Side.LEFT, Site.FOOT_SOLE),
    (Side.RIGHT, Site.FOOT_SOLE),
)
"""Fills the page of details while the diary names fewer places. Cramps are mostly in the calf or
foot (health reference, section (b))."""

_FROM_THE_LEFT = {Side.LEFT: 0, Side.BOTH: 1, Side.RIGHT: 2}


def told_places(entries: Iterable[tuple[Side | None, Site | None]]) -> list[Place]:
    """The places of entries that name a side and a place in the leg or foot.

    Cramps elsewhere are left out: a chip must not make a chest or a belly look like a habit.
    """
    return [
        (side, site)
        for side, site in entries
        if side is not None and side is not Side.UNSURE and site is not None and site in SITES
    ]


def usual_place(told: Sequence[Place]) -> Place | None:
    """The place that most of the newest entries name; None when there is no habit.

    Args:
        told: the places that were told, the newest first.
    """
    newest = told[:LOOKED_AT]
    counts = Counter(newest)
    # max() returns the first of equals, which is the newest.
    best = max(newest, key=counts.__getitem__, default=None)
    return best if best is not None and counts[best] >= LEAST_TOLD else None


def offered_places(told: Sequence[Place]) -> tuple[Place, ...]:
    """The places to offer as one chip each: the person's own ones first, then the common ones.

    The chips stand two in a row. In each row what is on the left of the body stands on the left:
    whoever is half asleep reads the place of a button, not its words.
    """
    own = sorted(Counter(told).items(), key=lambda item: -item[1])
    candidates = dict.fromkeys([*(place for place, _count in own), *MOST_COMMON])
    offered = list(islice(candidates, OFFERED))
    rows = (offered[start : start + 2] for start in range(0, OFFERED, 2))
    return tuple(
        place for row in rows for place in sorted(row, key=lambda place: _FROM_THE_LEFT[place[0]])
    )
