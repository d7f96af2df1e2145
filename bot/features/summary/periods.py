"""The figures of longer spans: trend, splits, side by side, baseline, month. Pure.

Definitions follow the health reference, section (h). Rates are cramp nights per covered night, as
exact fractions; a night without entry is never counted as free of cramps.
"""

import calendar
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from statistics import median

from bot.features.diary.facts import (
    COUNTED_CRAMPS,
    FOUR_OR_MORE,
    SENT_STATUSES,
    CrampFact,
    Facts,
    ReminderFact,
)
from bot.features.summary.stats import (
    FREE_KINDS,
    FULL_COVERAGE,
    NIGHTS,
    STRONG,
    Night,
    NightState,
    hour_bucket,
    summarise,
)

TYPICAL_SITES = frozenset({"calf", "foot_sole", "toes"})
"""Calf and foot are counted together (health reference, section h)."""
AT_ONCE_MINUTES = 15
RECENT_WEEKS, EARLIER_WEEKS = 2, 4
BAND = Fraction(1, 4)
"""A change of less than a quarter is "about the same"; a quarter is the responder line of a
Cochrane review (Magnesium for skeletal muscle cramps, 2020)."""
ENOUGH_NIGHTS = 10
"""Side by side is shown only with so many nights on either side (health reference, section h)."""
BASELINE_NIGHTS = 14


@dataclass(frozen=True)
class Adherence:
    """How the reminders of one kind that arrived were answered."""

    kind: str
    delivered: int
    done: int
    skipped: int
    no_answer: int


@dataclass(frozen=True)
class PeriodFigures:
    """Everything that is said of a span of nights, both ends included.

    Dictionaries map codes of the health reference, section (b), to numbers of entries.
    """

    first_on: date
    last_on: date
    nights: int
    covered: int
    cramp_nights: int
    cramps: int
    at_least: bool
    """An entry stood for "4 or more" cramps."""
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
    """Entries whose time is known."""
    within_15_minutes: int
    """Those of them that were entered within a quarter of an hour of the event."""
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
    """The figures of the nights from ``first_on`` to ``last_on``, both included."""
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
        adherence=_adherence(inside.reminders),
    )


def _median(numbers: Sequence[int]) -> float | None:
    return float(median(numbers)) if numbers else None


def _counts(codes: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(code for code in codes if code is not None).items()))


def _many(codes: Iterable[frozenset[str]]) -> dict[str, int]:
    return dict(sorted(Counter(code for some in codes for code in some).items()))


def _adherence(reminders: Iterable[ReminderFact]) -> tuple[Adherence, ...]:
    sent = [
        fact for fact in reminders if fact.status in SENT_STATUSES and fact.kind not in FREE_KINDS
    ]
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


# Weeks and trend ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class WeekRow:
    """One week of a longer span."""

    week_on: date
    covered: int
    cramp_nights: int
    cramps: int
    at_least: bool
    median_intensity: float | None
    woke: int
    woke_answered: int

    @property
    def is_partial(self) -> bool:
        """Fewer than five of its seven nights are covered."""
        return self.covered < FULL_COVERAGE


def week_rows(facts: Facts, first_on: date, last_on: date) -> tuple[WeekRow, ...]:
    """Weeks of seven nights counted back from ``last_on`` as far as ``first_on``, oldest first."""
    number = ((last_on - first_on).days + 1) // NIGHTS
    ends = [last_on - timedelta(days=NIGHTS * back) for back in range(number)]
    return tuple(_week_row(facts, end) for end in reversed(ends))


def _week_row(facts: Facts, last_on: date) -> WeekRow:
    figures = period_figures(facts, last_on - timedelta(days=NIGHTS - 1), last_on)
    return WeekRow(
        figures.first_on,
        figures.covered,
        figures.cramp_nights,
        figures.cramps,
        figures.at_least,
        figures.median_intensity,
        figures.woke,
        figures.woke_answered,
    )


class Direction(StrEnum):
    """How the last two weeks compare with the four before."""

    FEWER = "fewer"
    SAME = "same"
    MORE = "more"


@dataclass(frozen=True)
class Trend:
    """Cramp nights of the last two weeks against the four before."""

    direction: Direction
    recent_cramp_nights: int
    recent_covered: int
    earlier_cramp_nights: int
    earlier_covered: int


def trend(facts: Facts, last_on: date) -> Trend | None:
    """The trend of the six weeks that end with ``last_on``; None when one of them is partial."""
    weeks = RECENT_WEEKS + EARLIER_WEEKS
    rows = week_rows(facts, last_on - timedelta(days=weeks * NIGHTS - 1), last_on)
    if any(row.is_partial for row in rows):
        return None
    earlier, recent = rows[:EARLIER_WEEKS], rows[EARLIER_WEEKS:]
    found = (
        sum(row.cramp_nights for row in recent),
        sum(row.covered for row in recent),
        sum(row.cramp_nights for row in earlier),
        sum(row.covered for row in earlier),
    )
    return Trend(_direction(*found), *found)


def _direction(recent: int, recent_covered: int, earlier: int, earlier_covered: int) -> Direction:
    now, before = Fraction(recent, recent_covered), Fraction(earlier, earlier_covered)
    if now <= before * (1 - BAND) and now < before:
        return Direction.FEWER
    if now >= before * (1 + BAND) and now > before:
        return Direction.MORE
    return Direction.SAME


# Side by side, baseline --------------------------------------------------------------------------


@dataclass(frozen=True)
class SideBySide:
    """Nights with and without a habit, and how many of each had cramps: two plain counts."""

    habit: str
    with_nights: int
    with_cramps: int
    without_nights: int
    without_cramps: int


def side_by_side(facts: Facts, habit: str) -> SideBySide | None:
    """Covered nights whose habit is known; None with fewer than ten on either side."""
    covered, cramps = facts.covered_nights(), facts.cramp_nights()
    done = facts.habit_nights(habit, done=True) & covered
    left_out = facts.habit_nights(habit, done=False) & covered
    if min(len(done), len(left_out)) < ENOUGH_NIGHTS:
        return None
    return SideBySide(habit, len(done), len(done & cramps), len(left_out), len(left_out & cramps))


@dataclass(frozen=True)
class Baseline:
    """The first 14 covered nights of a diary."""

    first_on: date
    last_on: date
    covered: int
    cramp_nights: int


def baseline(facts: Facts) -> Baseline | None:
    """The baseline of a whole diary; None before it has 14 covered nights."""
    nights = sorted(facts.covered_nights())[:BASELINE_NIGHTS]
    if len(nights) < BASELINE_NIGHTS:
        return None
    return Baseline(
        nights[0], nights[-1], len(nights), len(facts.cramp_nights().intersection(nights))
    )


# Month -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthFigures:
    """A calendar month, night by night."""

    year: int
    month: int
    nights: tuple[Night, ...]
    strongest: tuple[int | None, ...]
    """The highest strength of each night's cramps; None when none was told."""
    figures: PeriodFigures

    @property
    def known_nights(self) -> int:
        """Nights that are over, or logged, since the diary began."""
        ahead = {NightState.BEFORE_START, NightState.TO_COME}
        return sum(night.state not in ahead for night in self.nights)


def month_figures(
    facts: Facts, year: int, month: int, *, started_on: date, local_now: datetime
) -> MonthFigures:
    """The nights whose evenings are in a calendar month.

    Args:
        facts: at least those of the month.
        year: of the month.
        month: 1 to 12.
        started_on: the night from which the diary is kept.
        local_now: the person's present wall-clock time (naive).
    """
    days = calendar.monthrange(year, month)[1]
    first_on, last_on = date(year, month, 1), date(year, month, days)
    nights: list[Night] = []
    for offset in range(0, days, NIGHTS):
        week = summarise(
            first_on + timedelta(days=offset),
            facts.cramps,
            facts.checks,
            (),
            started_on=started_on,
            local_now=local_now,
        )
        nights += week.nights
    return MonthFigures(
        year,
        month,
        tuple(nights[:days]),
        tuple(_strongest(facts.cramps, night.night_on) for night in nights[:days]),
        period_figures(facts, first_on, last_on),
    )


def _strongest(cramps: Iterable[CrampFact], night_on: date) -> int | None:
    strengths = [
        fact.intensity
        for fact in cramps
        if fact.night_on == night_on
        and fact.event_type in COUNTED_CRAMPS
        and fact.intensity is not None
    ]
    return max(strengths, default=None)


# Three months ------------------------------------------------------------------------------------

QUARTER_WEEKS = 13


@dataclass(frozen=True)
class QuarterFigures:
    """Thirteen weeks, and the baseline beside them."""

    weeks: tuple[WeekRow, ...]
    baseline: Baseline | None
    figures: PeriodFigures
    begun_on: date
    """The first night of the diary."""

    @property
    def known_nights(self) -> int:
        """Nights of the span since the diary began."""
        first_on = max(self.figures.first_on, self.begun_on)
        return max((self.figures.last_on - first_on).days + 1, self.figures.covered)


def quarter_figures(facts: Facts, last_on: date, begun_on: date) -> QuarterFigures:
    """The 13 weeks that end with a night.

    Args:
        facts: of the whole diary, as the baseline is its beginning.
        last_on: the last night.
        begun_on: the first night of the diary.
    """
    first_on = last_on - timedelta(days=QUARTER_WEEKS * NIGHTS - 1)
    return QuarterFigures(
        week_rows(facts, first_on, last_on),
        baseline(facts),
        period_figures(facts, first_on, last_on),
        begun_on,
    )
