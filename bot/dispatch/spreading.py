"""How default times are spread, so that not everybody's reminder is due in the same second.

Pure: standard library only. Whoever chose a time gets it to the minute; a time that nobody chose
moves by an offset of one's own. What has to come before bed or before a cutoff moves earlier, the
rest later. The less a minute matters, the wider: a summary may come any time of the early evening.
docs/capacity-sunday.md says what that is worth.

A reminder that was planned with another offset keeps its stored instant until it has come.
"""

from collections.abc import Mapping
from datetime import timedelta

STEPS = 600
"""``users.spread_seconds`` is a number below this: seconds of the narrowest window."""
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
"""Kind → direction and the widest offset (not included). Drinks stay more than three hours before
bed, and further apart than the rule about a near next one; nobody is asked before getting up."""


def offset_of(kind: str, spread_seconds: int) -> timedelta:
    """How far a default time of a kind moves for somebody with this number (0 to 599)."""
    if kind not in WINDOWS:
        return timedelta(0)
    direction, window = WINDOWS[kind]
    return direction * timedelta(seconds=round(window.total_seconds() * spread_seconds / STEPS))
