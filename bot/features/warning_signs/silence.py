"""How long a warning sign is not mentioned again after the person was told. Pure.

The rules that say "often" or "strong" (:data:`FREQUENCY`) share one silence, because they say the
same thing. It lasts 4 weeks after the first telling, 8 after the second, and 16 after every further
one. A rise in level starts it anew, and so does the answer "seen a doctor". Every other rule has a
silence of its own, which ends when its level rises.

All days are local dates, so the days of clock changes are days like any others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.features.warning_signs.findings import RANK, Level

FREQUENCY = frozenset({"P1", "P2", "P3", "P4", "P8"})
"""Rules that share one silence."""
SHARED = (timedelta(weeks=4), timedelta(weeks=8), timedelta(weeks=16))
"""The shared silence after the first telling, the second, and every further one."""
OWN: Mapping[str, timedelta] = {"P5": timedelta(weeks=8), "P12": timedelta(weeks=8)}
"""The silence of rules that are remarks rather than warnings."""
OWN_DEFAULT = timedelta(days=14)
MUTED_FOR = timedelta(weeks=8)
"""How long a rule is not mentioned after the person has seen a doctor about it, at the level that
the doctor saw."""
NEVER_MUTED = frozenset({"P11"})
FORGOTTEN_AFTER = timedelta(days=366) + MUTED_FOR
"""How far back tellings and answers are looked at."""


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


def may_tell(rule: str, level: Level, on: date, past: Sequence[Past]) -> bool:
    """Whether a rule that is met may be mentioned on a local date.

    Args:
        rule: P1 to P14.
        level: the level at which it is met.
        on: the date.
        past: earlier hits of any rule, those of the same date included.
    """
    if rule in NEVER_MUTED:
        return True
    if _is_muted(rule, level, on, past):
        return False
    if rule in FREQUENCY:
        return _is_shared_silence_over(level, on, past)
    silence = OWN.get(rule, OWN_DEFAULT)
    return not any(
        one.rule == rule
        and one.shown
        and on - silence < one.hit_on <= on
        and RANK[one.level] >= RANK[level]
        for one in past
    )


def _is_muted(rule: str, level: Level, on: date, past: Iterable[Past]) -> bool:
    return any(
        one.rule == rule
        and one.seen_doctor_on is not None
        and on < one.seen_doctor_on + MUTED_FOR
        and RANK[level] <= RANK[one.level]
        for one in past
    )


def _is_shared_silence_over(level: Level, on: date, past: Iterable[Past]) -> bool:
    since, silence, highest = None, SHARED[0], -1
    for day, is_answer, rank in sorted(_events(on, past)):
        is_anew = since is None or is_answer or rank > highest
        silence = SHARED[0] if is_anew else SHARED[min(SHARED.index(silence) + 1, len(SHARED) - 1)]
        since, highest = day, rank if is_anew and not is_answer else max(rank, highest)
    return since is None or RANK[level] > highest or on >= since + silence


def _events(on: date, past: Iterable[Past]) -> Iterable[tuple[date, bool, int]]:
    """Tellings and answers up to a date: the day, whether it is an answer, and the level's rank."""
    for one in past:
        if one.rule not in FREQUENCY:
            continue
        if one.shown and one.hit_on <= on:
            yield one.hit_on, False, RANK[one.level]
        if one.seen_doctor_on is not None and one.seen_doctor_on <= on:
            yield one.seen_doctor_on, True, RANK[one.level]
