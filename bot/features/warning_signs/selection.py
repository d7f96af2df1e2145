"""Which of the warning signs that a diary meets is mentioned in its summary. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.features.warning_signs.rules import Hit, Level

AGAIN_AFTER = timedelta(days=14)
"""How long after it was mentioned a rule may be mentioned again."""
MUTED_FOR = timedelta(weeks=8)
"""How long a rule is not mentioned after the person has seen a doctor about it."""
RANK = {level.value: rank for rank, level in enumerate(Level)}
"""Level → rank; the most serious has the highest."""
SHOWN_AT_ONCE = frozenset({"P11", "P13"})
"""Rules whose card is shown as soon as the entry is made, so that no summary mentions them."""
NEVER_MUTED = frozenset({"P11"})
MOST_SERIOUS_FIRST = (
    # What may need an examination comes before what is bothersome.
    ("P11", "P13", "P5", "P6", "P9", "P7", "P10", "P4", "P8", "P1", "P3", "P2", "P14", "P12")
)


@dataclass(frozen=True)
class Past:
    """An earlier hit of a rule, from the stored rows."""

    rule: str
    level: str
    hit_on: date
    shown: bool
    """Whether it was mentioned to the person."""
    seen_doctor_on: date | None = None
    """The local date on which the person answered that they have seen a doctor about it."""


@dataclass(frozen=True)
class Nudge:
    """A stored hit as a summary mentions it."""

    hit_id: int
    rule: str
    level: str
    answer: str | None = None


def is_new(hit: Hit, on: date, past: Sequence[Past], *, shown_only: bool) -> bool:
    """Whether a rule was not met in the 13 days before, or only at a lower level.

    Args:
        hit: what is met now.
        on: today's local date.
        past: earlier hits of any rule. Those of today are ignored, so that a second check on the
            same day has the same result.
        shown_only: ignore earlier hits that were not mentioned to the person.
    """
    return not any(
        one.rule == hit.rule
        and on - AGAIN_AFTER < one.hit_on < on
        and RANK.get(one.level, 0) >= RANK[hit.level]
        and (one.shown or not shown_only)
        for one in past
    )


def is_muted(rule: str, on: date, past: Sequence[Past]) -> bool:
    """Whether the person has answered in the last 8 weeks that they have seen a doctor about it."""
    return rule not in NEVER_MUTED and any(
        one.rule == rule and one.seen_doctor_on is not None and on < one.seen_doctor_on + MUTED_FOR
        for one in past
    )


def choose(found: Sequence[Hit], on: date, past: Sequence[Past]) -> Hit | None:
    """The one hit that a summary mentions: the most serious one that is new and not muted.

    The level decides first, then the rule.
    """
    candidates = [
        hit
        for hit in found
        if hit.rule not in SHOWN_AT_ONCE
        and is_new(hit, on, past, shown_only=True)
        and not is_muted(hit.rule, on, past)
    ]
    return min(
        candidates,
        key=lambda hit: (-RANK[hit.level], MOST_SERIOUS_FIRST.index(hit.rule)),
        default=None,
    )
