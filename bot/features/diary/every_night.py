"""Counts answers to what is asked about every night, quiet ones included, and about falls. Pure.

Definitions follow the health reference, sections (b) and (h).
"""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from statistics import median

from bot.features.diary.facts import Facts

ENOUGH_NIGHTS = 10
"""Nights with something, and nights without it, that are needed to put them side by side (health
reference, section h)."""
EXPOSURES = (
    "alcohol_evening",
    "long_standing",
    "long_sitting",
    "hot_day",
    "hard_exercise",
    "caffeine_late",
    "poor_sleep",
    "stress",
)
"""What is asked about every night, in the order of the health reference, section (b)."""


@dataclass(frozen=True)
class ExposureCount:
    """Covered nights with something and without it, and how many of each had cramps."""

    exposure: str
    with_nights: int
    with_cramps: int
    without_nights: int
    without_cramps: int
    not_asked: int
    """Covered nights without an answer."""
    is_told_alike: bool = True
    """See :func:`is_told_alike`."""

    @property
    def is_comparable(self) -> bool:
        """Whether there are ten nights of either sort, told alike, as side by side needs."""
        return min(self.with_nights, self.without_nights) >= ENOUGH_NIGHTS and self.is_told_alike


def is_told_alike(known: Set[date], covered: Set[date], cramps: Set[date]) -> bool:
    """Whether answers are about as frequent for nights with cramps as for quiet nights.

    If they are not, the two counts would differ only because of which nights were asked: a night
    with a logged cramp gets no question in the morning unless the person wants it.

    Args:
        known: covered nights with an answer; others do not count.
        covered: nights with a cramp or with "none last night".
        cramps: nights with a cramp.

    Returns:
        False if the share of one sort of nights is more than twice that of the other, counted from
        the first to the last night with an answer.
    """
    if not known:
        return True
    span = {night for night in covered if min(known) <= night <= max(known)}
    after_cramps, after_quiet = span & cramps, span - cramps
    if not after_cramps or not after_quiet:
        return True
    one = len(known & after_cramps) * len(after_quiet)
    other = len(known & after_quiet) * len(after_cramps)
    return 2 * min(one, other) >= max(one, other)


def exposure_counts(facts: Facts) -> tuple[ExposureCount, ...]:
    """The counts of each exposure that was answered for a covered night.

    What was only noted with a cramp does not count, because quiet nights have no such note. What
    the person said of late caffeine in the morning does, because that is asked of every night.
    """
    covered, cramps = facts.covered_nights(), facts.cramp_nights()
    said = {(fact.night_on, fact.exposure): fact.present for fact in facts.exposures}
    for fact in facts.habits:
        if fact.habit == "caffeine_after_cutoff" and fact.is_stated:
            said.setdefault((fact.night_on, "caffeine_late"), fact.done)
    found = []
    for exposure in EXPOSURES:
        known = {night: said[night, exposure] for night in covered if (night, exposure) in said}
        with_it = {night for night, present in known.items() if present}
        without = known.keys() - with_it
        if known:
            found.append(
                ExposureCount(
                    exposure,
                    len(with_it),
                    len(with_it & cramps),
                    len(without),
                    len(without & cramps),
                    len(covered) - len(known),
                    is_told_alike(known.keys(), covered, cramps),
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class Sleep:
    """The answers to how somebody slept: 0, the best, to 10, the worst."""

    mornings: int
    median: float
    cramp_mornings: int
    cramp_median: float | None
    """The median of mornings after a night with cramps; None without any."""


def sleep(facts: Facts) -> Sleep | None:
    """How the nights were slept; None when that was never answered."""
    cramps = facts.cramp_nights()
    known = {
        fact.night_on: fact.sleep_quality for fact in facts.checks if fact.sleep_quality is not None
    }
    after_cramps = [quality for night, quality in known.items() if night in cramps]
    if not known:
        return None
    return Sleep(
        len(known),
        float(median(known.values())),
        len(after_cramps),
        float(median(after_cramps)) if after_cramps else None,
    )


@dataclass(frozen=True)
class Falls:
    """What was answered to whether the person fell when a cramp came, in entries."""

    hurt: int
    not_hurt: int
    nearly: int
    none: int

    @property
    def fell(self) -> int:
        """Falls, with or without an injury."""
        return self.hurt + self.not_hurt


def falls(facts: Facts) -> Falls | None:
    """The answers about falls; None when there are none."""
    told = Counter(fact.fell for fact in facts.cramps if fact.fell is not None)
    if not told:
        return None
    return Falls(told["yes_hurt"], told["yes_not_hurt"], told["nearly"], told["no"])
