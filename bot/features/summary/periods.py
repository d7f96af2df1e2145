"""The figures of any span of nights: counts, medians, and entries by site, side, hour and so on.

Pure. Definitions follow the health reference, section (h): a night without an entry is never
counted as free of cramps.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from bot.features.diary.adherence import answered_reminders
from bot.features.diary.facts import (
    COUNTED_CRAMPS,
    FOUR_OR_MORE,
    Facts,
    ReminderFact,
)
from bot.features.summary.stats import STRONG, hour_bucket

TYPICAL_SITES = frozenset({"calf", "foot_sole", "toes", "foot"})
"""Calf and foot are counted together (health reference, section h)."""
AT_ONCE_MINUTES = 15
"""An entry made within this many minutes of the cramp counts as made at once."""


@dataclass(frozen=True)
class Adherence:
    """How the delivered reminders of one kind were answered."""

    kind: str
    delivered: int
    done: int
    skipped: int
    no_answer: int


@dataclass(frozen=True)
class PeriodFigures:
    """Everything that is counted over a span of nights, both ends included.

    The dictionaries map codes of the health reference, section (b), to numbers of entries.
    """

    first_on: date
    last_on: date
    nights: int
    covered: int
    cramp_nights: int
    cramps: int
    at_least: bool
    """Whether ``cramps`` is a lower bound, because an entry says "4 or more"."""
    twitches: int
    median_intensity: float | None
    with_intensity: int
    strong: int
    """Entries of strength 7 or more."""
    woke: int
    woke_answered: int
    median_sleep_disturbance: float | None
    with_sleep_disturbance: int
    typical_site: int
    """Entries at calf or foot."""
    other_site: int
    over_ten_minutes: int
    timed: int
    """Entries with a time of day."""
    within_15_minutes: int
    """Entries with a time of day that were made within 15 minutes of the cramp."""
    stretch_nights: int
    durations: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    sides: dict[str, int] = field(default_factory=dict)
    contexts: dict[str, int] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    after_effects: dict[str, int] = field(default_factory=dict)
    triggers: dict[str, int] = field(default_factory=dict)
    reliefs: dict[str, int] = field(default_factory=dict)
    relief_helped: dict[str, int] = field(default_factory=dict)
    back_to_sleep: dict[str, int] = field(default_factory=dict)
    day_impacts: dict[str, int] = field(default_factory=dict)
    adherence: tuple[Adherence, ...] = ()


def period_figures(facts: Facts, first_on: date, last_on: date) -> PeriodFigures:
    """Count the nights from ``first_on`` to ``last_on``, both included."""
    inside = facts.between(first_on, last_on)
    real = [fact for fact in inside.cramps if fact.event_type in COUNTED_CRAMPS]
    strengths = [fact.intensity for fact in real if fact.intensity is not None]
    disturbances = [fact.sleep_disturbance for fact in real if fact.sleep_disturbance is not None]
    woke = Counter(fact.woke_me for fact in real)
    timed = [fact for fact in real if fact.time_precision != "night_only"]
    sites = _counts(fact.site for fact in real)
    typical = sum(number for site, number in sites.items() if site in TYPICAL_SITES)
    durations = _counts(fact.duration for fact in real)
    return PeriodFigures(
        first_on=first_on,
        last_on=last_on,
        nights=(last_on - first_on).days + 1,
        covered=len(inside.covered_nights()),
        cramp_nights=len(inside.cramp_nights()),
        cramps=sum(fact.count for fact in real),
        at_least=any(fact.count >= FOUR_OR_MORE for fact in real),
        twitches=sum(fact.event_type == "twitch" for fact in inside.cramps),
        median_intensity=_median(strengths),
        with_intensity=len(strengths),
        strong=sum(strength >= STRONG for strength in strengths),
        woke=woke["yes"],
        woke_answered=woke["yes"] + woke["no_was_awake"],
        median_sleep_disturbance=_median(disturbances),
        with_sleep_disturbance=len(disturbances),
        typical_site=typical,
        other_site=sum(sites.values()) - typical,
        over_ten_minutes=durations.get("gt_10min", 0),
        timed=len(timed),
        within_15_minutes=sum(fact.entered_minutes_after <= AT_ONCE_MINUTES for fact in timed),
        stretch_nights=len(inside.habit_nights("stretch_done", done=True)),
        durations=durations,
        sites=sites,
        sides=_counts(fact.side for fact in real),
        contexts=_counts(fact.context for fact in real),
        hours=_counts(hour_bucket(fact.local_at) for fact in timed),
        after_effects=_many(fact.after_effects for fact in real),
        triggers=_many(fact.possible_triggers for fact in real),
        reliefs=_many(fact.relief_tried for fact in real),
        relief_helped=_counts(fact.relief_helped for fact in real),
        back_to_sleep=_counts(fact.back_to_sleep for fact in real),
        day_impacts=_counts(fact.day_impact for fact in real),
        adherence=_adherence(answered_reminders(inside.reminders, inside.habits)),
    )


def _median(numbers: Sequence[int]) -> float | None:
    return float(median(numbers)) if numbers else None


def _counts(codes: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(code for code in codes if code is not None).items()))


def _many(codes: Iterable[frozenset[str]]) -> dict[str, int]:
    return dict(sorted(Counter(code for some in codes for code in some).items()))


def _adherence(sent: Sequence[ReminderFact]) -> tuple[Adherence, ...]:
    found = []
    for kind in sorted({fact.kind for fact in sent}):
        answers = Counter(fact.answer or "no_answer" for fact in sent if fact.kind == kind)
        found.append(
            Adherence(
                kind,
                answers.total(),
                answers["done"],
                answers["skipped"],
                answers["no_answer"],
            )
        )
    return tuple(found)
