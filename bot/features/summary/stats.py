"""The figures of a week. Pure: standard library only, nothing here reads a clock.

Definitions follow the health reference, section (h): a night lasts from noon to noon; coverage is
the number of nights with an entry or a "none last night"; missing nights are never counted as free
of cramps; no trend is drawn from partial weeks.
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
    SENT_STATUSES,
    CrampFact,
    NightFact,
    ReminderFact,
)
from bot.local_time.nights import night_of

NIGHTS = 7
FULL_COVERAGE = 5
"""Below five of seven covered nights a week is called partial (health reference, section h)."""
STRONG = 7
"""Strengths from here on are counted as strong (health reference, section h)."""
EVENING_BEGINS = time(20, 0)
HOURS = ("before_22", "22_24", "00_02", "02_04", "04_06", "06_08", "daytime")
FREE_KINDS = frozenset({"summary", "check_in"})
"""Kinds that ask for no answer, so nothing can be kept."""


class NightState(StrEnum):
    """What is known of a night."""

    BEFORE_START = "before_start"
    CRAMPS = "cramps"
    NONE = "none"
    NO_ENTRY = "no_entry"
    TO_COME = "to_come"


class Kept(StrEnum):
    """How one evening's reminders of a kind were answered."""

    DONE = "done"
    SKIPPED = "skipped"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class CrampMark:
    """A cramp as it is drawn: hours after noon of the evening's date (0 to 24), and strength."""

    hours_after_noon: float
    intensity: int | None
    has_time: bool


@dataclass(frozen=True)
class Night:
    """One night of the week."""

    night_on: date
    state: NightState
    cramps: int = 0
    marks: tuple[CrampMark, ...] = ()


@dataclass(frozen=True)
class KindFigures:
    """How reminders of one kind were answered, in all and night by night (None: none was sent)."""

    kind: str
    delivered: int
    done: int
    skipped: int
    no_answer: int
    by_night: tuple[Kept | None, ...]


@dataclass(frozen=True)
class WeekFigures:
    """Everything that is said or drawn of a week, and nothing else."""

    week_on: date
    nights: tuple[Night, ...]
    covered: int
    finished: int
    """Nights that have begun to count: not before the start, not still to come."""
    cramp_nights: int
    cramps: int
    at_least: bool
    """An entry stood for "4 or more" cramps."""
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

    @property
    def is_partial(self) -> bool:
        """Whether too few nights are covered to compare the week with another."""
        return self.covered < FULL_COVERAGE

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was logged."""
        return self.covered == 0 and self.twitches == 0

    def to_json(self) -> dict[str, Any]:
        """Plain values for storage: dates as ISO text."""
        plain: dict[str, Any] = asdict(self)
        plain["week_on"] = self.week_on.isoformat()
        for night in plain["nights"]:
            night["night_on"] = night["night_on"].isoformat()
            night["marks"] = list(night["marks"])
        plain["nights"] = list(plain["nights"])
        plain["kinds"] = [kind | {"by_night": list(kind["by_night"])} for kind in plain["kinds"]]
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "WeekFigures":
        """The value behind :meth:`to_json`.

        Raises:
            KeyError, ValueError, TypeError: for anything else.
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
                **kind | {"by_night": tuple(Kept(one) if one else None for one in kind["by_night"])}
            )
            for kind in plain["kinds"]
        )
        rest = plain | {
            "week_on": date.fromisoformat(plain["week_on"]),
            "nights": nights,
            "kinds": kinds,
        }
        return cls(**rest)


def week_of(night_on: date, summary_weekday: int) -> date:
    """The first night of the week that a night belongs to.

    Args:
        night_on: the night's evening date.
        summary_weekday: the day on which the summary comes (0 = Monday). A week is the seven nights
            that end with the night before that day, so its first night is on that weekday.
    """
    return night_on - timedelta(days=(night_on.weekday() - summary_weekday) % NIGHTS)


def reference_night(local_now: datetime) -> date:
    """The night that "this week" is about: tonight's from 20:00 on, until then last night's.

    So on the day of the summary the finished week is shown, and a cramp at 23:40 is in the picture.
    """
    tonight = night_of(local_now)
    is_day = local_now.date() == tonight and local_now.time() < EVENING_BEGINS
    return tonight - timedelta(days=1) if is_day else tonight


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
        round(min(max(hours, 0.0), 24.0), 3), fact.intensity, fact.time_precision != "night_only"
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


def _kept(answers: Sequence[str | None]) -> Kept:
    """One mark for an evening that may have had several: done if any was."""
    if "done" in answers:
        return Kept.DONE
    return Kept.SKIPPED if "skipped" in answers else Kept.NO_ANSWER


def _kind_figures(kind: str, facts: Sequence[ReminderFact], nights: Sequence[date]) -> KindFigures:
    answers = Counter(fact.answer or "no_answer" for fact in facts)
    by_night = []
    for night_on in nights:
        tonight = [fact.answer for fact in facts if fact.night_on == night_on]
        by_night.append(_kept(tonight) if tonight else None)
    return KindFigures(
        kind,
        len(facts),
        answers["done"],
        answers["skipped"],
        answers["no_answer"],
        tuple(by_night),
    )


def summarise(
    week_on: date,
    cramps: Iterable[CrampFact],
    checks: Iterable[NightFact],
    reminders: Iterable[ReminderFact],
    *,
    started_on: date,
    local_now: datetime,
) -> WeekFigures:
    """The figures of the seven nights from ``week_on``.

    Args:
        week_on: the first night's evening date.
        cramps: diary entries; those of other nights are left out.
        checks: what was said of whole nights; an entry outdoes "none last night".
        reminders: deliveries; those that were not sent are left out.
        started_on: the night from which the diary is kept; earlier ones without entry are not held
            against it.
        local_now: the person's present wall-clock time (naive); a night that has not ended is
            still to come, unless something is logged in it already.
    """
    dates = [week_on + timedelta(days=number) for number in range(NIGHTS)]
    entries = [fact for fact in cramps if fact.night_on in dates]
    real = [fact for fact in entries if fact.event_type in COUNTED_CRAMPS]
    none = {check.night_on for check in checks if check.status == NONE_LAST_NIGHT}
    current_on = night_of(local_now)
    nights = tuple(
        _night(
            night_on,
            [fact for fact in real if fact.night_on == night_on],
            night_on in none,
            started_on,
            current_on,
        )
        for night_on in dates
    )
    states = Counter(night.state for night in nights)
    strengths = [fact.intensity for fact in real if fact.intensity is not None]
    woke = Counter(fact.woke_me for fact in real)
    sent = [
        fact
        for fact in reminders
        if fact.night_on in dates and fact.status in SENT_STATUSES and fact.kind not in FREE_KINDS
    ]
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
        kinds=tuple(
            _kind_figures(kind, [fact for fact in sent if fact.kind == kind], dates)
            for kind in sorted({fact.kind for fact in sent})
        ),
    )


def _counts(values: Iterable[str | None]) -> dict[str, int]:
    return dict(sorted(Counter(value for value in values if value is not None).items()))
