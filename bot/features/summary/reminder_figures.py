"""How the reminders of a week were answered, by kind and evening. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.features.diary.adherence import answered_reminders
from bot.features.diary.facts import HabitFact, ReminderFact

STRETCH = "stretch"
"""The kind of reminder whose evenings are counted also when none was sent."""


class ReminderOutcome(StrEnum):
    """How the reminders of one kind were answered on one evening."""

    DONE = "done"
    SKIPPED = "skipped"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class KindFigures:
    """How reminders of one kind were answered."""

    kind: str
    delivered: int
    done: int
    skipped: int
    no_answer: int
    by_night: tuple[ReminderOutcome | None, ...]
    """One for each night; None when none was sent and nothing is known of the evening."""
    counts: tuple[tuple[int, int] | None, ...] = ()
    """For each night how many were done, and how many were sent; None when none was sent. Empty in
    figures that were stored before these were counted."""

    def several(self, number: int) -> tuple[int, int] | None:
        """How many of an evening's reminders were done and sent, if there were several."""
        count = self.counts[number] if number < len(self.counts) else None
        return count if count is not None and count[1] > 1 else None

    @property
    def nights_done(self) -> int:
        """Evenings on which it was done, also those without a reminder."""
        return self.by_night.count(ReminderOutcome.DONE)


def _outcome(answers: Sequence[str | None]) -> ReminderOutcome:
    """The outcome of an evening that may have had several reminders: done if any was done."""
    if "done" in answers:
        return ReminderOutcome.DONE
    return ReminderOutcome.SKIPPED if "skipped" in answers else ReminderOutcome.NO_ANSWER


def _kind_figures(
    kind: str,
    facts: Sequence[ReminderFact],
    nights: Sequence[date],
    stretched: Mapping[date, bool],
) -> KindFigures:
    """The figures of one kind; what is known of evenings without a reminder is drawn, too."""
    answers = Counter(fact.answer or "no_answer" for fact in facts)
    by_night, counts = [], []
    for night_on in nights:
        tonight = [fact.answer for fact in facts if fact.night_on == night_on]
        if not tonight and night_on in stretched:
            tonight = ["done" if stretched[night_on] else "skipped"]
        by_night.append(_outcome(tonight) if tonight else None)
        sent = sum(fact.night_on == night_on for fact in facts)
        counts.append((tonight.count("done"), sent) if sent else None)
    return KindFigures(
        kind,
        len(facts),
        answers["done"],
        answers["skipped"],
        answers["no_answer"],
        tuple(by_night),
        tuple(counts),
    )


def all_kinds(
    reminders: Iterable[ReminderFact], habits: Sequence[HabitFact], dates: Sequence[date]
) -> tuple[KindFigures, ...]:
    """The figures of each kind that was sent; of the stretch also if an evening had one."""
    sent = [fact for fact in answered_reminders(reminders, habits) if fact.night_on in dates]
    stretched = {
        fact.night_on: fact.done
        for fact in habits
        if fact.habit == "stretch_done" and fact.night_on in dates
    }
    kinds = {fact.kind for fact in sent} | ({STRETCH} if stretched else set())
    return tuple(
        _kind_figures(
            kind,
            [fact for fact in sent if fact.kind == kind],
            dates,
            stretched if kind == STRETCH else {},
        )
        for kind in sorted(kinds)
    )
