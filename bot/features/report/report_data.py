"""The data that a report is built from, as plain values read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from bot.features.diary.facts import CrampFact, Facts
from bot.features.experiments.design import Arm
from bot.features.experiments.rules import Topic


@dataclass(frozen=True)
class WarningSign:
    """A warning sign that was ticked or met.

    ``rule`` and ``level`` are codes of the warning-sign rules; ``on`` is a local date.
    """

    rule: str
    level: str
    on: date
    shown: bool = True
    """Whether the person has been shown its card."""


@dataclass(frozen=True)
class FairTest:
    """A finished fair test with its counts."""

    uid: str
    topic: Topic
    first_on: date
    last_on: date
    blocks: int
    block_days: int
    with_habit: Arm
    without: Arm


@dataclass(frozen=True)
class ListedMedicine:
    """A medicine in the person's own words; ``uid`` identifies it permanently."""

    uid: str
    words: str
    started_on: date | None = None
    changed_on: date | None = None
    """When its dose or kind was changed last."""
    stopped_on: date | None = None
    worse_after: str | None = None
    """Whether cramps began or got worse after it: yes, no or unsure."""


@dataclass(frozen=True)
class ReportData:
    """Everything that a report is built from. All dates are local dates of the person."""

    facts: Facts
    """The nights of the report. Before them there are those of the baseline, with nothing but
    whether they had cramps."""
    first_on: date
    last_on: date
    created_on: date
    name: str | None = None
    questions: str | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    """What else the person typed for the pages: identifier, tried_before, results, dialysis_days.
    """
    profile: Mapping[str, str] = field(default_factory=dict)
    """Item of the health profile → its value."""
    told_on: Mapping[str, date] = field(default_factory=dict)
    """Item of the health profile → the local date on which its value was told."""
    medicines: Sequence[ListedMedicine] = ()
    warning_signs: Sequence[WarningSign] = ()
    """Signs of the cards that were ticked, or met by a single entry."""
    rules_met: Sequence[WarningSign] = ()
    """Rules over several nights that the diary met in the period, shown to the person or not."""
    sleep: Mapping[date, int] = field(default_factory=dict)
    """Night → how the person slept, 0 (best) to 10 (worst)."""
    exposures: Mapping[str, Mapping[date, bool]] = field(default_factory=dict)
    """What is asked about every night → the nights that were answered, and whether it was so."""
    limited: Sequence[str] = ()
    """One answer for each week in which the person said whether cramps limited them."""
    fair_tests: Sequence[FairTest] = ()
    diary_starts_on: date | None = None
    """The first night of the diary."""
    night_begins: time | None = None
    """When nights begin and end, if that is not noon."""

    @cached_property
    def period_facts(self) -> Facts:
        """The diary between the first and last night of the report."""
        return self.facts.between(self.first_on, self.last_on)


def cramps_with_notes(data: ReportData) -> list[CrampFact]:
    """Entries of the period that have a note, newest first."""
    return sorted(
        (fact for fact in data.period_facts.cramps if fact.note),
        key=lambda fact: (fact.local_at, fact.entry_id),
        reverse=True,
    )


def note_code(fact: CrampFact) -> str:
    """The code by which the note of an entry is included in a report."""
    return f"note.{fact.entry_id}"
