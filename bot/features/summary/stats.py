"""The figures of a week. Pure.

Definitions follow the health reference, section (h): a night lasts from noon to noon; coverage is
the number of nights with an entry or a "none last night"; nights without either are never counted
as free of cramps; no trend is computed from partial weeks.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from bot.features.diary.facts import (
    COUNTED_CRAMPS,
    FOUR_OR_MORE,
    NONE_LAST_NIGHT,
    CrampFact,
    HabitFact,
    NightFact,
    ReminderFact,
)
from bot.features.summary.reminder_figures import KindFigures, ReminderOutcome, all_kinds
from bot.local_time.nights import NOON_TO_NOON, Nights

NIGHTS = 7
FULL_COVERAGE = 5
"""Below five of seven covered nights a week is called partial (health reference, section h)."""
STRONG = 7
"""The lowest strength, of 10, that counts as strong (health reference, section h)."""
EARLIEST, LATEST = 0.0, 48.0
"""Hours after noon between which an entry is drawn; a journey can bring others."""
HOURS = ("before_22", "22_24", "00_02", "02_04", "04_06", "06_08", "daytime")
"""Parts of the night that entries are counted by (see :func:`hour_bucket`), in their order."""


class NightState(StrEnum):
    """What the diary says about a night."""

    BEFORE_START = "before_start"
    """Before the diary began."""
    CRAMPS = "cramps"
    NONE = "none"
    """The person said that there were no cramps."""
    NO_ENTRY = "no_entry"
    TO_COME = "to_come"
    """Not over yet, and nothing is logged in it so far."""


AHEAD = frozenset({NightState.TO_COME, NightState.BEFORE_START})
"""Nights of which nothing can be known."""


@dataclass(frozen=True)
class CrampMark:
    """A cramp as the picture shows it."""

    hours_after_noon: float
    """Hours after noon of the evening's date: 0 to 24 for who sleeps at night."""
    intensity: int | None
    """0 to 10, or None when no strength was entered."""
    has_time: bool


@dataclass(frozen=True)
class Night:
    """One night of the week."""

    night_on: date
    state: NightState
    cramps: int = 0
    marks: tuple[CrampMark, ...] = ()


@dataclass(frozen=True)
class WeekFigures:
    """Everything that a weekly summary says and draws. Stored with each summary as JSON."""

    week_on: date
    nights: tuple[Night, ...]
    covered: int
    finished: int
    """Nights since the diary began that are over or logged."""
    cramp_nights: int
    cramps: int
    at_least: bool
    """Whether ``cramps`` is a lower bound, because an entry says "4 or more"."""
    twitches: int
    median_intensity: float | None
    with_intensity: int
    strong: int
    woke: int
    woke_answered: int
    durations: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    sides: dict[str, int] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    kinds: tuple[KindFigures, ...] = ()
    sleep_quality: float | None = None
    """The median of how the nights were slept: 0, the best, to 10, the worst."""
    sleep_mornings: int = 0
    """Nights with an answer to that."""

    @property
    def is_partial(self) -> bool:
        """Whether too few nights are covered to compare the week with another."""
        return self.covered < FULL_COVERAGE

    @property
    def is_empty(self) -> bool:
        """Whether nothing was logged."""
        return self.covered == 0 and self.twitches == 0

    def to_json(self) -> dict[str, Any]:
        """Plain values for storage: dates as ISO text."""
        plain: dict[str, Any] = asdict(self)
        plain["week_on"] = self.week_on.isoformat()
        for night in plain["nights"]:
            night["night_on"] = night["night_on"].isoformat()
            night["marks"] = list(night["marks"])
        plain["nights"] = list(plain["nights"])
        plain["kinds"] = [
            kind
            | {
                "by_night": list(kind["by_night"]),
                "counts": [None if one is None else list(one) for one in kind["counts"]],
            }
            for kind in plain["kinds"]
        ]
        return plain

    def is_same_as(self, stored: dict[str, Any]) -> bool:
        """Whether stored figures say the same; what they did not count yet is passed over."""
        plain = self.to_json()
        old = {kind["kind"]: kind for kind in stored.get("kinds", ())}
        for kind in plain["kinds"]:
            if "counts" not in old.get(kind["kind"], kind):
                del kind["counts"]
        return plain == stored

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "WeekFigures":
        """The inverse of :meth:`to_json`.

        Raises:
            KeyError, ValueError, TypeError: ``plain`` was not made by :meth:`to_json`.
        """
        nights = tuple(
            Night(
                date.fromisoformat(night["night_on"]),
                NightState(night["state"]),
                night["cramps"],
                tuple(CrampMark(**mark) for mark in night["marks"]),
            )
            for night in plain["nights"]
        )
        kinds = tuple(
            KindFigures(
                **kind
                | {
                    "by_night": tuple(
                        ReminderOutcome(one) if one else None for one in kind["by_night"]
                    ),
                    "counts": tuple(
                        None if one is None else (one[0], one[1]) for one in kind.get("counts", ())
                    ),
                }
            )
            for kind in plain["kinds"]
        )
        rest = plain | {
            "week_on": date.fromisoformat(plain["week_on"]),
            "nights": nights,
            "kinds": kinds,
        }
        return cls(**rest)


def hour_bucket(local_at: datetime) -> str:
    """The part of the night (one of ``HOURS``) that a wall-clock time falls into."""
    hour = local_at.hour
    if 18 <= hour < 22:
        return "before_22"
    if hour >= 22:
        return "22_24"
    if hour < 8:
        return HOURS[2 + hour // 2]
    return "daytime"


def _mark(fact: CrampFact) -> CrampMark:
    noon = datetime.combine(fact.night_on, time(12, 0))
    hours = (fact.local_at - noon) / timedelta(hours=1)
    return CrampMark(
        round(min(max(hours, EARLIEST), LATEST), 3),
        fact.intensity,
        fact.time_precision != "night_only",
    )


def _night(
    night_on: date,
    cramps: Sequence[CrampFact],
    said_none: bool,
    started_on: date,
    current_on: date,
) -> Night:
    marks = tuple(
        sorted((_mark(fact) for fact in cramps), key=lambda m: (m.hours_after_noon, str(m)))
    )
    count = sum(fact.count for fact in cramps)
    if cramps:
        return Night(night_on, NightState.CRAMPS, count, marks)
    if said_none:
        return Night(night_on, NightState.NONE)
    if night_on >= current_on:
        return Night(night_on, NightState.TO_COME)
    if night_on < started_on:
        return Night(night_on, NightState.BEFORE_START)
    return Night(night_on, NightState.NO_ENTRY)


def summarise(
    week_on: date,
    cramps: Iterable[CrampFact],
    checks: Sequence[NightFact],
    reminders: Iterable[ReminderFact],
    *,
    started_on: date,
    local_now: datetime,
    nights_of_person: Nights = NOON_TO_NOON,
    habits: Sequence[HabitFact] = (),
) -> WeekFigures:
    """Count the seven nights from ``week_on``.

    Args:
        week_on: the first night's evening date.
        cramps: diary entries; those of other nights are ignored.
        checks: answers about whole nights; an entry takes precedence over "none last night".
        reminders: deliveries; those that were not sent are ignored.
        started_on: the night with which the diary begins; an earlier night without an entry does
            not count as a missing one.
        local_now: the person's current wall-clock time (naive); a night that has not ended is
            in the future, unless something is logged in it already.
        nights_of_person: when their nights begin and end.
        habits: what is known of the evenings, from reminders and from the mornings after.
    """
    dates = [week_on + timedelta(days=number) for number in range(NIGHTS)]
    entries = [fact for fact in cramps if fact.night_on in dates]
    real = [fact for fact in entries if fact.event_type in COUNTED_CRAMPS]
    current_on = nights_of_person.first_unfinished(local_now)
    nights = _nights(dates, real, checks, started_on, current_on)
    states = Counter(night.state for night in nights)
    slept = _sleep_qualities(checks, dates)
    strengths = [fact.intensity for fact in real if fact.intensity is not None]
    woke = Counter(fact.woke_me for fact in real)
    return WeekFigures(
        week_on=week_on,
        nights=nights,
        covered=states[NightState.CRAMPS] + states[NightState.NONE],
        finished=NIGHTS - states[NightState.TO_COME] - states[NightState.BEFORE_START],
        cramp_nights=states[NightState.CRAMPS],
        cramps=sum(fact.count for fact in real),
        at_least=any(fact.count >= FOUR_OR_MORE for fact in real),
        twitches=sum(fact.event_type == "twitch" for fact in entries),
        median_intensity=float(median(strengths)) if strengths else None,
        with_intensity=len(strengths),
        strong=sum(strength >= STRONG for strength in strengths),
        woke=woke["yes"],
        woke_answered=woke["yes"] + woke["no_was_awake"],
        durations=_counts(fact.duration for fact in real),
        sites=_counts(fact.site for fact in real),
        sides=_counts(fact.side for fact in real),
        hours=_counts(
            hour_bucket(fact.local_at) for fact in real if fact.time_precision != "night_only"
        ),
        kinds=all_kinds(reminders, habits, dates),
        sleep_quality=float(median(slept)) if slept else None,
        sleep_mornings=len(slept),
    )


def _nights(
    dates: Sequence[date],
    cramps: Sequence[CrampFact],
    checks: Sequence[NightFact],
    started_on: date,
    current_on: date,
) -> tuple[Night, ...]:
    """The nights of these dates; ``current_on`` is the first one that has not ended."""
    none = {check.night_on for check in checks if check.status == NONE_LAST_NIGHT}
    return tuple(
        _night(
            night_on,
            [fact for fact in cramps if fact.night_on == night_on],
            night_on in none,
            started_on,
            current_on,
        )
        for night_on in dates
    )


def _sleep_qualities(checks: Sequence[NightFact], dates: Sequence[date]) -> list[int]:
    return [
        check.sleep_quality
        for check in checks
        if check.night_on in dates and check.sleep_quality is not None
    ]


def _counts(values: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value is not None).items()))
