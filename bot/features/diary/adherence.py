"""How the delivered reminders were answered, with what the person said in the morning. Pure.

A tick in the morning ("Stretched") is an answer about the evening, so it counts for the reminder of
that evening, too: it fills in a missing answer and overrides a given one (health reference,
sections a and h).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.features.diary.facts import SENT_STATUSES, HabitFact, ReminderFact
from bot.features.diary.old_reminders import KINDS_WITHOUT_ANSWER

DONE, SKIPPED, NO_ANSWER = "done", "skipped", "no_answer"
HABIT_OF_KIND: Mapping[str, tuple[str, bool]] = {
    "stretch": ("stretch_done", True),
    "caffeine": ("caffeine_after_cutoff", False),
    "dinner_caffeine": ("caffeine_after_cutoff", False),
    "meal": ("magnesium_rich_meal", True),
}
"""Kind of reminder → the habit it is about, and which answer about the habit means done.

Drinks are left out: one answer about a day says nothing about each of its reminders."""


def answered_reminders(
    reminders: Iterable[ReminderFact], habits: Iterable[HabitFact]
) -> tuple[ReminderFact, ...]:
    """The reminders that reached the person and can be answered, with the answers that count.

    Args:
        reminders: all deliveries; those that were not sent, or ask for no answer, are left out.
        habits: only those that the person stated about a night are used.
    """
    stated = {(fact.night_on, fact.habit): fact.done for fact in habits if fact.is_stated}
    by_evening: defaultdict[tuple[date, str], list[ReminderFact]] = defaultdict(list)
    for fact in reminders:
        if fact.status in SENT_STATUSES and fact.kind not in KINDS_WITHOUT_ANSWER:
            by_evening[fact.night_on, fact.kind].append(fact)
    found: list[ReminderFact] = []
    for (night_on, kind), evening in by_evening.items():
        habit, means_done = HABIT_OF_KIND.get(kind, ("", True))
        said = stated.get((night_on, habit))
        found += evening if said is None else _overridden(evening, said is means_done)
    return tuple(found)


def _overridden(evening: list[ReminderFact], is_done: bool) -> list[ReminderFact]:
    """The reminders of one kind and evening. If it was done, one of them counts as done."""
    if not is_done:
        return [replace(fact, answer=SKIPPED) for fact in evening]
    if any(fact.answer == DONE for fact in evening):
        return evening
    return [*evening[:-1], replace(evening[-1], answer=DONE)]
