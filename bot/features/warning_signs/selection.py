"""Which of the warning signs that a diary meets is stored, and which one is mentioned. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.features.warning_signs.findings import RANK, Counted, Hit
from bot.features.warning_signs.silence import Past, may_tell

STORED_AGAIN_AFTER = timedelta(days=14)
"""How long after it was stored a rule that is still met is stored again, for the doctor."""
SHOWN_AT_ONCE = frozenset({"P11", "P13"})
"""Rules whose card is shown as soon as the entry is made, so that nothing else mentions them."""
MOST_SERIOUS_FIRST = (
    # What may need an examination comes before what is bothersome.
    ("P11", "P13", "P10", "P6", "P9", "P7", "P4", "P8", "P1", "P3", "P2", "P5", "P14", "P12")
)


@dataclass(frozen=True)
class Nudge:
    """A stored hit as it is mentioned."""

    hit_id: int
    rule: str
    level: str
    answer: str | None = None
    counted: Counted = field(default_factory=Counted)


def is_new(hit: Hit, on: date, past: Sequence[Past]) -> bool:
    """Whether a rule was not stored in the last 14 days, today included, or at a lower level."""
    return not any(
        one.rule == hit.rule
        and on - STORED_AGAIN_AFTER < one.hit_on <= on
        and RANK[one.level] >= RANK[hit.level]
        for one in past
    )


def choose(found: Sequence[Hit], on: date, past: Sequence[Past]) -> Hit | None:
    """The one hit that is mentioned: the most serious one that may be.

    The level decides first, then the rule.
    """
    candidates = [
        hit
        for hit in found
        if hit.rule not in SHOWN_AT_ONCE and may_tell(hit.rule, hit.level, on, past)
    ]
    return min(
        candidates,
        key=lambda hit: (-RANK[hit.level], MOST_SERIOUS_FIRST.index(hit.rule)),
        default=None,
    )
