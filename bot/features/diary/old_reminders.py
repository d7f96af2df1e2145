"""What is kept of the reminders of a night after 400 days, as text. Pure.

``hydration:dd-s stretch:d`` says that four reminders to drink and one to stretch reached the
person: d was answered with done, s with skipped, - not at all.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from bot.features.diary.facts import SENT_STATUSES, ReminderFact

KINDS_WITHOUT_ANSWER = frozenset({"summary", "check_in"})
"""Kinds that no figure counts, because they are not answered with done or skipped."""
CODES = {"done": "d", "skipped": "s"}
ANSWERS = {code: answer for answer, code in CODES.items()}
NO_ANSWER = "-"
SENT = "sent"


def pack(reminders: Iterable[ReminderFact]) -> str:
    """The text for the reminders of one night; those that did not reach the person are left out."""
    codes: defaultdict[str, str] = defaultdict(str)
    for fact in reminders:
        if fact.status in SENT_STATUSES and fact.kind not in KINDS_WITHOUT_ANSWER:
            codes[fact.kind] += CODES.get(fact.answer or "", NO_ANSWER)
    return " ".join(f"{kind}:{''.join(sorted(of_kind))}" for kind, of_kind in sorted(codes.items()))


def unpack(night_on: date, text: str) -> Iterable[ReminderFact]:
    """The reminders of a night from their text."""
    for part in text.split():
        kind, _, codes = part.partition(":")
        for code in codes:
            yield ReminderFact(kind, night_on, SENT, ANSWERS.get(code))
