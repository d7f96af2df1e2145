"""Whether cramp nights became more or fewer: an exact test over whole weeks. Pure.

The rule is that of the health reference, section (k). The newest 4 weeks are compared with the 8
before by cramp nights per covered night. Which 4 of the 12 weeks are "newest" is shuffled in all
495 ways; the share of ways whose difference is at least as large as the true one is p. Whole weeks
are shuffled, because cramp nights come in runs: a test that treats nights as independent names a
direction in a quarter to a half of diaries in which nothing changed.

A direction is looked for in every fourth weekly summary only (:func:`is_look`). More looks would
find more changes that are not real. ``benchmarks/trend.py`` measures how often that happens.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

NIGHTS = 7
"""Nights of a week."""
RECENT_WEEKS, EARLIER_WEEKS = 4, 8
WEEKS = RECENT_WEEKS + EARLIER_WEEKS
TREND_NIGHTS = WEEKS * NIGHTS
"""Nights that a trend counts."""
LOOK_EVERY = 4
"""Weekly summaries from one look for a direction to the next."""
FEWEST_COVERED = 5
"""Covered nights that each of the 12 weeks must have at least."""
MOST_WAYS = 4
"""Of the 495 ways, as many may differ as much as the true one: p is at most 4/495."""
FEWEST_IN_SPAN, FEWEST_IN_ALL = 5, 10
"""Logged nights in each span, and in both together, below which nothing is compared."""
_WAYS = tuple(combinations(range(WEEKS), RECENT_WEEKS))


class Direction(StrEnum):
    """How the newest 4 weeks differ from the 8 before, by more than chance explains."""

    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True)
class WeekCount:
    """The counts of one week that the test needs."""

    covered: int
    cramp_nights: int


@dataclass(frozen=True)
class Trend:
    """The counts of the newest 4 weeks and of the 8 before, and the direction if there is one."""

    recent_cramp_nights: int
    recent_covered: int
    earlier_cramp_nights: int
    earlier_covered: int
    direction: Direction | None = None
    is_look: bool = False
    """Whether a direction was looked for. If not, nothing is said of a change at all."""
    is_partial: bool = False
    """Whether the newest week has fewer than five covered nights. Then nothing is compared."""

    @property
    def is_too_early(self) -> bool:
        """Fewer than ten nights were logged in all."""
        return self.recent_covered + self.earlier_covered < FEWEST_IN_ALL

    @property
    def is_comparable(self) -> bool:
        """Whether both spans have enough logged nights to be put beside each other."""
        fewest = min(self.recent_covered, self.earlier_covered)
        return fewest >= FEWEST_IN_SPAN and not self.is_too_early and not self.is_partial

    @property
    def is_within_one_night(self) -> bool:
        """Whether the newest weeks have as many cramp nights as before, give or take one."""
        expected = self.earlier_cramp_nights * self.recent_covered
        difference = self.recent_cramp_nights * self.earlier_covered - expected
        return abs(difference) <= self.earlier_covered


# When to look ------------------------------------------------------------------------------------


def is_look(week_on: date, first_night_on: date) -> bool:
    """Whether a week's summary is one that looks for a direction.

    The 12th week of a diary does, and every fourth one after it. Weeks are counted from the one
    that has the diary's first night, so the answer does not depend on today, and not on the weekday
    that weeks begin with now.

    Args:
        week_on: the week's first night.
        first_night_on: the first night of the diary.
    """
    number = week_number(week_on, first_night_on)
    return number >= WEEKS and number % LOOK_EVERY == 0


def week_number(week_on: date, first_night_on: date) -> int:
    """The number of a week in a diary: 1 for the week with its first night."""
    return (week_on - first_night_on + timedelta(days=NIGHTS - 1)).days // NIGHTS + 1


def latest_look(last_on: date, first_night_on: date, weekday: int) -> date | None:
    """The last night of the newest whole week whose summary looks for a direction.

    For what is not bound to one summary, such as a warning sign or the picture of 13 weeks: it says
    what the latest look found until the next one.

    Args:
        last_on: the newest night that is over.
        first_night_on: the first night of the diary.
        weekday: the weekday of the weeks' first nights (0 = Monday).

    Returns:
        The last night of that week, or None while the diary has no such week.
    """
    newest = last_on - timedelta(days=NIGHTS - 1)
    newest -= timedelta(days=(newest.weekday() - weekday) % NIGHTS)
    for back in range(LOOK_EVERY):
        week_on = newest - timedelta(days=NIGHTS * back)
        if is_look(week_on, first_night_on):
            return week_on + timedelta(days=NIGHTS - 1)
    return None


# The counts --------------------------------------------------------------------------------------


def week_counts(
    covered: Collection[date], cramps: Collection[date], last_on: date
) -> tuple[WeekCount, ...]:
    """The counts of the 12 weeks that end with a night, oldest first.

    Args:
        covered: nights with a cramp or with "none last night".
        cramps: nights with a cramp.
        last_on: the last night of the newest week.
    """
    covered_in, cramps_in = [0] * WEEKS, [0] * WEEKS
    for nights, counts in ((covered, covered_in), (cramps, cramps_in)):
        for night in set(nights):
            back = (last_on - night).days
            if 0 <= back < TREND_NIGHTS:
                counts[WEEKS - 1 - back // NIGHTS] += 1
    return tuple(map(WeekCount, covered_in, cramps_in))


def trend(
    covered: Collection[date], cramps: Collection[date], last_on: date, *, looks: bool
) -> Trend:
    """The trend of the 12 weeks that end with a night.

    Args:
        covered: nights with a cramp or with "none last night".
        cramps: nights with a cramp; a part of ``covered``.
        last_on: the last night of the newest week, which must be over.
        looks: whether this is a look for a direction (:func:`is_look`, :func:`latest_look`).
    """
    weeks = week_counts(covered, cramps, last_on)
    earlier, recent = weeks[:EARLIER_WEEKS], weeks[EARLIER_WEEKS:]
    return Trend(
        sum(week.cramp_nights for week in recent),
        sum(week.covered for week in recent),
        sum(week.cramp_nights for week in earlier),
        sum(week.covered for week in earlier),
        find_direction(weeks) if looks else None,
        looks,
        recent[-1].covered < FEWEST_COVERED,
    )


# The test ----------------------------------------------------------------------------------------


def find_direction(weeks: Sequence[WeekCount]) -> Direction | None:
    """The direction in which 12 weeks changed, or None when chance explains the difference.

    The counts must allow a direction, and the test must find it twice: among the covered nights,
    and when each night without an entry is counted as free of cramps.

    Args:
        weeks: the 12 weeks, oldest first.

    Raises:
        ValueError: there are more or fewer weeks.
    """
    if len(weeks) != WEEKS:
        raise ValueError(f"a trend needs {WEEKS} weeks, not {len(weeks)}")
    if not _is_covered_alike(weeks):
        return None
    cramps = [week.cramp_nights for week in weeks]
    found = _tested(cramps, [week.covered for week in weeks])
    if found is None or _tested(cramps, [NIGHTS] * WEEKS) is not found:
        return None
    return found


def _is_covered_alike(weeks: Sequence[WeekCount]) -> bool:
    """Each week has five covered nights, and the means of both spans differ by one at most."""
    if any(week.covered < FEWEST_COVERED for week in weeks):
        return False
    earlier = sum(week.covered for week in weeks[:EARLIER_WEEKS])
    recent = sum(week.covered for week in weeks[EARLIER_WEEKS:])
    return abs(recent * EARLIER_WEEKS - earlier * RECENT_WEEKS) <= RECENT_WEEKS * EARLIER_WEEKS


def _tested(cramps: Sequence[int], covered: Sequence[int]) -> Direction | None:
    at_least, at_most = ways(cramps, covered, up_to=MOST_WAYS)
    if at_least <= MOST_WAYS:
        return Direction.MORE
    return Direction.FEWER if at_most <= MOST_WAYS else None


def ways(
    cramps: Sequence[int], covered: Sequence[int], *, up_to: int = len(_WAYS)
) -> tuple[int, int]:
    """How many of the 495 ways differ at least, and at most, as much as the true one.

    The true one is among both. A difference is ``a/n - b/m``: cramp nights per covered night of
    the 4 weeks that were chosen, less that of the other 8. As ``a + b`` and ``n + m`` are the same
    in all ways, it is ``(a·(n + m) - (a + b)·n) / (n·m)``, and two of them are compared as
    integers, without rounding.

    Args:
        cramps: cramp nights of the 12 weeks, oldest first.
        covered: covered nights of the same weeks, each more than 0.
        up_to: stop counting as soon as both numbers are higher than this.
    """
    all_cramps, all_covered = sum(cramps), sum(covered)

    recent, n = sum(cramps[EARLIER_WEEKS:]), sum(covered[EARLIER_WEEKS:])
    top, bottom = recent * all_covered - all_cramps * n, n * (all_covered - n)
    at_least = at_most = 0
    for w, x, y, z in _WAYS:
        a = cramps[w] + cramps[x] + cramps[y] + cramps[z]
        n = covered[w] + covered[x] + covered[y] + covered[z]
        sign = (a * all_covered - all_cramps * n) * bottom - top * n * (all_covered - n)
        at_least += sign >= 0
        at_most += sign <= 0
        if at_least > up_to and at_most > up_to:
            break
    return at_least, at_most
