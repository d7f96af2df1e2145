"""How default times are spread, so that not all reminders are due in the same second.

Pure: standard library only. A time that a person chose is kept to the minute. A default time moves
by an offset that is fixed for each person: earlier for what must come before bed or before a
cutoff, later for the rest. The less a minute matters, the wider the window; a weekly summary may
come at any time of the early evening. docs/capacity-sunday.md shows what this saves.

A changed offset applies from the next planning on: the stored instant of a reminder stays.
"""

from collections.abc import Mapping
from datetime import timedelta

STEPS = 600
"""``users.spread_seconds`` is below this number, the seconds of the narrowest window."""
EARLIER, LATER = -1, 1
WINDOWS: Mapping[str, tuple[int, timedelta]] = {
    "stretch": (EARLIER, timedelta(minutes=10)),
    "caffeine": (EARLIER, timedelta(minutes=20)),
    "dinner_caffeine": (EARLIER, timedelta(minutes=20)),
    "check_in": (LATER, timedelta(minutes=10)),
    "hydration": (LATER, timedelta(minutes=45)),
    "meal": (LATER, timedelta(minutes=45)),
    "summary": (LATER, timedelta(hours=2)),
}
"""Kind → direction and length of the window (its end is excluded). With these, drinks stay more
than three hours before bed and are never dropped because the next one is near, and nobody is asked
about the night before getting up."""


def offset_of(kind: str, spread_seconds: int) -> timedelta:
    """How far a default time of a kind moves for a person with this ``spread_seconds``."""
    if kind not in WINDOWS:
        return timedelta(0)
    direction, window = WINDOWS[kind]
    return direction * timedelta(seconds=round(window.total_seconds() * spread_seconds / STEPS))
