"""The diary as plain values, from which all rules and figures are computed. Pure.

Local dates end in ``_on``; ``local_at`` and ``entered_local`` are naive wall-clock times in the
entry's own zone. Codes are those of the health reference, section (b). Facts have slots, because a
diary may have 20,000 of them in memory at once.
"""

from dataclasses import dataclass
from datetime import date, datetime

COUNTED_CRAMPS = frozenset({"cramp"})
"""Event types that count as cramps."""
NONE_LAST_NIGHT = "none_last_night"
"""The status of a night that the person said was free of cramps."""
SENT_STATUSES = frozenset({"sent", "unknown"})
"""Statuses of deliveries that reached the person, or may have."""
FOUR_OR_MORE = 4
"""The count of an entry that stands for four or more cramps."""


@dataclass(frozen=True, slots=True)
class CrampFact:
    """One diary entry that counts: neither removed nor merged into another one."""

    local_at: datetime
    night_on: date
    event_type: str = "cramp"
    intensity: int | None = None
    duration: str | None = None
    woke_me: str | None = None
    site: str | None = None
    side: str | None = None
    time_precision: str = "exact"
    """exact (to the minute), about (within an hour) or night_only."""
    count: int = 1
    """How many cramps it stands for; 4 means four or more."""
    sleep_disturbance: int | None = None
    back_to_sleep: str | None = None
    context: str | None = None
    possible_triggers: frozenset[str] = frozenset()
    relief_tried: frozenset[str] = frozenset()
    relief_helped: str | None = None
    after_effects: frozenset[str] = frozenset()
    day_impact: str | None = None
    twitch_days: str | None = None
    twitch_elsewhere: str | None = None
    twitch_weak_or_stiff: str | None = None
    twitch_tingling: str | None = None
    fell: str | None = None
    note: str | None = None
    entered_minutes_after: float = 0.0
    """Minutes from the event until it was entered; 0 when the time of the event is unknown."""
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class NightFact:
    """What the person said about a whole night."""

    night_on: date
    status: str
    sleep_quality: int | None = None
    """0, the best, to 10, the worst."""


@dataclass(frozen=True, slots=True)
class ExposureFact:
    """Whether something was so on the day or evening of a night, asked after quiet nights, too."""

    night_on: date
    exposure: str
    present: bool


@dataclass(frozen=True, slots=True)
class ReminderFact:
    """One delivery: its reminder's kind, the night it belongs to, and how it was answered."""

    kind: str
    night_on: date
    status: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class HabitFact:
    """Whether a habit was kept on the evening before a night."""

    night_on: date
    habit: str
    done: bool
    is_stated: bool = False
    """Whether the person said so of the night, not only by answering a reminder."""


@dataclass(frozen=True)
class Facts:
    """Everything in the diary about a span of nights."""

    cramps: tuple[CrampFact, ...] = ()
    checks: tuple[NightFact, ...] = ()
    reminders: tuple[ReminderFact, ...] = ()
    habits: tuple[HabitFact, ...] = ()
    """One per night and habit. What the person said about a night overrides reminder answers."""
    exposures: tuple[ExposureFact, ...] = ()
    """One per night and exposure that was answered."""

    def cramp_nights(self) -> frozenset[date]:
        """Nights with at least one cramp."""
        return frozenset(fact.night_on for fact in self.cramps if fact.event_type in COUNTED_CRAMPS)

    def covered_nights(self) -> frozenset[date]:
        """Nights with a cramp or with "none last night" (health reference, section h)."""
        none = {fact.night_on for fact in self.checks if fact.status == NONE_LAST_NIGHT}
        return self.cramp_nights() | none

    def habit_nights(self, habit: str, done: bool) -> frozenset[date]:
        """Nights before which a habit is known to have been kept, or not."""
        return frozenset(
            fact.night_on for fact in self.habits if fact.habit == habit and fact.done is done
        )

    def between(self, first_on: date, last_on: date) -> "Facts":
        """The facts of a shorter span of nights, both ends included."""

        def is_in(
            fact: CrampFact | NightFact | ReminderFact | HabitFact | ExposureFact,
        ) -> bool:
            return first_on <= fact.night_on <= last_on

        return Facts(
            tuple(filter(is_in, self.cramps)),
            tuple(filter(is_in, self.checks)),
            tuple(filter(is_in, self.reminders)),
            tuple(filter(is_in, self.habits)),
            tuple(filter(is_in, self.exposures)),
        )
