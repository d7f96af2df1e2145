"""What the diary knows, as plain values that every rule and figure is computed from. Pure.

Local dates end in ``_on``; ``local_at`` and ``entered_local`` are naive wall-clock times in the
entry's own zone. Codes are those of the health reference, section (b).
"""

from dataclasses import dataclass
from datetime import date, datetime

COUNTED_CRAMPS = frozenset({"cramp"})
"""Event types that count as cramps."""
NONE_LAST_NIGHT = "none_last_night"
SENT_STATUSES = frozenset({"sent", "unknown"})
FOUR_OR_MORE = 4


@dataclass(frozen=True)
class CrampFact:
    """One diary entry that counts: neither removed nor a second tap for another one."""

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
    """Cramps that it stands for; 4 means four or more."""
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
    note: str | None = None
    entered_minutes_after: float = 0.0
    """Minutes of elapsed time from the event to its entry; 0 when it has no time."""
    entry_id: int = 0


@dataclass(frozen=True)
class NightFact:
    """What the person said of a whole night."""

    night_on: date
    status: str


@dataclass(frozen=True)
class ReminderFact:
    """One delivery: its kind, the evening it belongs to, and how it was answered."""

    kind: str
    night_on: date
    status: str
    answer: str | None = None


@dataclass(frozen=True)
class HabitFact:
    """Whether something was done on the evening that a night begins with."""

    night_on: date
    habit: str
    done: bool


@dataclass(frozen=True)
class Facts:
    """What the diary knows of a span of nights."""

    cramps: tuple[CrampFact, ...] = ()
    checks: tuple[NightFact, ...] = ()
    reminders: tuple[ReminderFact, ...] = ()
    habits: tuple[HabitFact, ...] = ()
    """One for a night and habit, what the person said outranking what reminder answers tell."""

    def cramp_nights(self) -> frozenset[date]:
        """Nights with at least one cramp."""
        return frozenset(fact.night_on for fact in self.cramps if fact.event_type in COUNTED_CRAMPS)

    def covered_nights(self) -> frozenset[date]:
        """Nights with a cramp or a "none last night" (health reference, section h)."""
        none = {fact.night_on for fact in self.checks if fact.status == NONE_LAST_NIGHT}
        return self.cramp_nights() | none

    def habit_nights(self, habit: str, done: bool) -> frozenset[date]:
        """Nights whose evening is known to have gone with (or without) a habit."""
        return frozenset(
            fact.night_on for fact in self.habits if fact.habit == habit and fact.done is done
        )

    def between(self, first_on: date, last_on: date) -> "Facts":
        """The same of fewer nights, both ends included."""

        def is_in(fact: CrampFact | NightFact | ReminderFact | HabitFact) -> bool:
            return first_on <= fact.night_on <= last_on

        return Facts(
            tuple(filter(is_in, self.cramps)),
            tuple(filter(is_in, self.checks)),
            tuple(filter(is_in, self.reminders)),
            tuple(filter(is_in, self.habits)),
        )
