"""Rules about how often and how strong cramps are, and on which side: P1 to P5, P8, P12, P14. Pure.

They follow the health reference, sections (e) and (k). All but P4 and P12 count what was logged,
whatever the coverage: a missing night can only hide something.
"""

from datetime import date, timedelta
from math import comb

from bot.features.diary.facts import CrampFact, Facts
from bot.features.diary.trend import Direction, latest_look, trend
from bot.features.warning_signs.findings import (
    EIGHT_WEEKS,
    MONTH,
    NIGHTS,
    Diary,
    Finding,
    Level,
    cramps_of,
    in_all,
    nights_of,
    soon_if,
    span,
    weeks_before,
)

STRETCH = "stretch_done"
STRONG = 7
"""A strength from which on a cramp is strong."""
FEWEST_LOGGED = 5
"""Logged nights below which four weeks are not put beside four others (P12)."""


def _woken(facts: Facts) -> tuple[date, ...]:
    return nights_of(fact for fact in cramps_of(facts) if fact.woke_me == "yes")


def p1(diary: Diary, on: date) -> Finding:
    """Woken by a cramp on 3 or more nights, in at least 2 of the newest 3 weeks.

    A night counts once, when any of its cramps says "woke me". Numbers: such nights in each week,
    the newest first.
    """
    woken = [_woken(week) for week in weeks_before(diary.facts, on, 3)]
    level = soon_if(sum(len(nights) >= 3 for nights in woken) >= 2)
    return Finding(level, tuple(map(len, woken)), in_all(woken))


def p2(diary: Diary, on: date) -> Finding:
    """3 or more cramp nights in each of the newest 3 weeks.

    Numbers: cramp nights of each week, the newest first.
    """
    nights = [week.cramp_nights() for week in weeks_before(diary.facts, on, 3)]
    counts = tuple(map(len, nights))
    return Finding(soon_if(min(counts) >= 3), counts, in_all(nights))


def p3(diary: Diary, on: date) -> Finding:
    """5 or more cramp nights in the newest week; ``soon`` when in the week before as well.

    Numbers: cramp nights of both weeks, the newest first.
    """
    this, before = (week.cramp_nights() for week in weeks_before(diary.facts, on, 2))
    level = None
    if len(this) >= 5:
        level = Level.SOON if len(before) >= 5 else Level.INFO
    counted = [this, before] if level is Level.SOON else [this]
    return Finding(level, (len(this), len(before)), in_all(counted))


def p4(diary: Diary, on: date) -> Finding:
    """Rising: at the latest look, the exact test over twelve weeks says "more", and the newest four
    of them have at least 4 cramp nights.

    A look comes with every fourth weekly summary, so that more frequent looks find no more changes
    that are not real. Numbers: cramp nights and covered nights of the four weeks, then of the eight
    before; empty before the first look.
    """
    weeks = diary.weeks
    if weeks is None:
        return Finding(None)
    last_on = latest_look(on - timedelta(days=1), weeks.first_night_on, weeks.weekday)
    if last_on is None:
        return Finding(None)
    cramps = diary.facts.cramp_nights()
    found = trend(diary.facts.covered_nights(), cramps, last_on, looks=True)
    is_met = found.direction is Direction.MORE and found.recent_cramp_nights >= 4
    numbers = (
        found.recent_cramp_nights,
        found.recent_covered,
        found.earlier_cramp_nights,
        found.earlier_covered,
    )
    newest = (night for night in cramps if last_on - timedelta(days=MONTH) < night <= last_on)
    return Finding(soon_if(is_met), numbers, tuple(sorted(newest)))


def p5(diary: Diary, on: date) -> Finding:
    """One side: of the cramp nights of eight weeks that were on one side only, at least 10, 80 % or
    more were on the same side, and chance explains that in at most 2 of 1,000 such diaries
    (two-sided binomial test).

    Nights count, not cramps: several cramps of one night are one event. A night on both sides
    counts as neither. Numbers: nights on the left, and on the right.
    """
    sides: dict[date, set[str]] = {}
    for fact in cramps_of(span(diary.facts, on, EIGHT_WEEKS)):
        named = {"left", "right"} if fact.side == "both" else {fact.side or ""}
        sides.setdefault(fact.night_on, set()).update(named & {"left", "right"})
    left = [night for night, named in sides.items() if named == {"left"}]
    right = [night for night, named in sides.items() if named == {"right"}]
    more = max(left, right, key=len)
    is_met = _is_one_sided(len(more), len(left) + len(right))
    level = Level.INFO if is_met else None
    return Finding(level, (len(left), len(right)), tuple(sorted(more)))


def _is_one_sided(most: int, nights: int) -> bool:
    """Whether at least 10 nights are one-sided. Computed in whole numbers, without rounding."""
    if nights < 10 or 5 * most < 4 * nights:
        return False
    as_many = sum(comb(nights, number) for number in range(most, nights + 1))
    ways: int = 2**nights
    return 1000 * as_many <= ways  # p = 2 · as_many / ways, at most 0.002


def p8(diary: Diary, on: date) -> Finding:
    """Strong: 12 or more cramp entries of eight weeks have a strength, and three quarters of them
    or more have 7 or more.

    An entry counts once, even if it stands for several cramps. Numbers: entries with 7 or more, and
    entries with a strength.
    """
    told = [
        fact for fact in cramps_of(span(diary.facts, on, EIGHT_WEEKS)) if fact.intensity is not None
    ]
    strong = [fact for fact in told if _is_strong(fact)]
    is_met = len(told) >= 12 and 4 * len(strong) >= 3 * len(told)
    return Finding(soon_if(is_met), (len(strong), len(told)), nights_of(strong))


def _is_strong(fact: CrampFact) -> bool:
    return fact.intensity is not None and fact.intensity >= STRONG


def stretched_nights(facts: Facts, on: date) -> int:
    """The evenings of the newest six weeks with a stretch."""
    return len(span(facts, on, 6 * NIGHTS).habit_nights(STRETCH, done=True))


def has_stretched_enough(evenings: int) -> bool:
    """Whether a person stretched on 70 % or more of six weeks' evenings."""
    return 10 * evenings >= 7 * 6 * NIGHTS


def p12(diary: Diary, on: date) -> Finding:
    """Stretched on 70 % or more of the newest 42 evenings, begun at least that long ago.

    It is a pair of counts without a verdict: the four weeks before the stretching began, and the
    newest four. Numbers: evenings with a stretch; cramp nights and covered nights of the four weeks
    before, then of the newest four.
    """
    evenings, run = stretched_nights(diary.facts, on), diary.stretching
    newest = span(diary.facts, on, MONTH)
    cramps, covered = newest.cramp_nights(), len(newest.covered_nights())
    is_met = (
        run is not None
        and has_stretched_enough(evenings)
        and run.began_on <= on - timedelta(days=6 * NIGHTS)
        and min(run.covered, covered) >= FEWEST_LOGGED
    )
    before = (0, 0) if run is None else (run.cramp_nights, run.covered)
    level = Level.INFO if is_met else None
    return Finding(level, (evenings, *before, len(cramps), covered), tuple(sorted(cramps)))


def p14(diary: Diary, on: date) -> Finding:
    """Pregnant, and 2 or more cramp nights in the newest week. Numbers: those nights."""
    nights = span(diary.facts, on, NIGHTS).cramp_nights()
    level = Level.INFO if diary.pregnant and len(nights) >= 2 else None
    return Finding(level, (len(nights),), tuple(sorted(nights)))
