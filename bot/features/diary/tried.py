"""What was tried against cramps, and how often it is noted as having helped. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact

_HELPED = ("a_lot", "a_bit")
_NOT_CLEAR = "unsure"


@dataclass(frozen=True)
class Tried:
    """One thing that was tried.

    An entry has one answer, however many things were tried.
    """

    code: str
    entries: int
    answers: Mapping[str, int]
    """How far it helped → on how many entries that is said."""

    @property
    def helped(self) -> int:
        """On how many entries it helped, a lot or a bit."""
        return sum(self.answers.get(code, 0) for code in _HELPED)

    @property
    def answered(self) -> int:
        """On how many entries it is said whether it helped."""
        return sum(count for code, count in self.answers.items() if code != _NOT_CLEAR)


def tried_against(cramps: Iterable[CrampFact]) -> tuple[Tried, ...]:
    """Each thing that was tried against these cramps, the most frequent first."""
    real = [one for one in cramps if one.event_type in COUNTED_CRAMPS]
    counts = Counter(code for one in real for code in one.relief_tried)
    found = (
        Tried(
            code,
            count,
            Counter(
                one.relief_helped for one in real if code in one.relief_tried and one.relief_helped
            ),
        )
        for code, count in sorted(counts.items())
    )
    return tuple(sorted(found, key=lambda one: -one.entries))
