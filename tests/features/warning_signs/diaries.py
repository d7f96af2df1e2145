"""Diaries as facts, night by night back from a date."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.features.diary.facts import NONE_LAST_NIGHT, CrampFact, Facts, HabitFact, NightFact

ON = date(2027, 1, 17)
"""A Sunday; the newest night is Saturday's."""
AT_THREE = time(3, 0)


def night(back: int, on: date = ON) -> date:
    """The date of a night, counted back; 0 is the newest."""
    return on - timedelta(days=back + 1)


def cramp(back: int, on: date = ON, clock: time = AT_THREE, **told: Any) -> CrampFact:
    """A cramp after midnight."""
    night_on = night(back, on)
    return CrampFact(datetime.combine(night_on + timedelta(days=1), clock), night_on, **told)


def cramps(backs: Iterable[int], on: date = ON, **told: Any) -> list[CrampFact]:
    """One such cramp in each night."""
    return [cramp(back, on, **told) for back in backs]


def quiet(*backs: int, on: date = ON) -> list[NightFact]:
    """Nights with the answer "none last night"."""
    return [NightFact(night(back, on), NONE_LAST_NIGHT) for back in backs]


def stretched(backs: Iterable[int], on: date = ON, *, done: bool = True) -> list[HabitFact]:
    """Evenings with a stretch, or known to be without."""
    return [HabitFact(night(back, on), "stretch_done", done, is_stated=True) for back in backs]


def facts(
    told: Sequence[CrampFact] = (),
    checks: Sequence[NightFact] = (),
    habits: Sequence[HabitFact] = (),
) -> Facts:
    return Facts(tuple(told), tuple(checks), (), tuple(habits))


def first_nights(counts: Sequence[int]) -> list[int]:
    """The given number of nights of each week, newest week first, from its newest night back."""
    return [7 * week + back for week, count in enumerate(counts) for back in range(count)]


def weeks(
    counts: Sequence[int], covered: Sequence[int] | None = None, on: date = ON, **told: Any
) -> Facts:
    """Cramp nights and covered nights of each week, newest first; by default all are covered."""
    known = covered or [7] * len(counts)
    return facts(
        cramps(first_nights(counts), on, **told),
        quiet(
            *(
                7 * week + back
                for week, (count, total) in enumerate(zip(counts, known, strict=True))
                for back in range(count, total)
            ),
            on=on,
        ),
    )
