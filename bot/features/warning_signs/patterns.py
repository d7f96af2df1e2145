"""Warning signs that show over several nights: the rules P1 to P14, and when they are told. Pure.

The rules follow the health reference, section (e). Their thresholds are ours unless a rule names a
source. Terms:

- ``on``: the local date on which somebody looks. Only nights before it count, so the newest is
  the one that begins on the evening before.
- A week: seven nights, counted back from the newest; the clocks may change within. "Two weeks"
  are the newest 14 nights, "four weeks" the newest 28.
- A cramp night: a night with at least one entry of a cramp.
- A covered night: a cramp night, or one with "none last night". A night without either is never
  taken as free of cramps. A week has full coverage from five of seven nights on.
- A rate: cramp nights per covered night.

P1 to P3, P5 to P9, P11, P13 and P14 count what was logged whatever the coverage: a missing night
can only hide something. P4 and P12 compare weeks and want full coverage in each; P10 compares
spans that may be shorter than a week, and wants five covered nights in both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from bot.features.cramps.red_flags import Tier, tier_for
from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact, Facts

NIGHTS = 7
FULL_COVERAGE = 5
FORTNIGHT = 2 * NIGHTS
MONTH = 4 * NIGHTS
LOOKS_BACK = 10 * NIGHTS
"""Nights that the rules may look at; the furthest, P10, needs eight weeks."""
AGAIN_AFTER = timedelta(days=14)
MUTED_FOR = timedelta(weeks=8)
WITHIN = timedelta(hours=48)
NEW_MEDICINE = "new_or_changed_medicine"
LOST_FLUID = "vomiting_diarrhoea_sweating"
STRETCH = "stretch_done"
SWELLING = frozenset({"swollen", "warm_or_red"})
NERVES = frozenset({"weak", "numb_or_tingling"})


class Level(StrEnum):
    """How soon somebody should look at it."""

    INFO = "info"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"


RANK = {level.value: rank for rank, level in enumerate(Level)}
"""Level → its place, the most serious last."""


@dataclass(frozen=True)
class Diary:
    """What the rules look at."""

    facts: Facts
    pregnant: bool = False
    medicines_on: tuple[date, ...] = ()
    """The dates from which medicines have been taken, as the person typed them."""


@dataclass(frozen=True)
class Finding:
    """What a rule counted; ``level`` is None when that meets nothing."""

    level: Level | None
    numbers: tuple[float, ...] = ()
    """In the order that the rule's own description gives."""


@dataclass(frozen=True)
class Hit:
    """A rule that is met."""

    rule: str
    level: Level


@dataclass(frozen=True)
class Past:
    """An earlier hit of a rule."""

    rule: str
    level: str
    hit_on: date
    shown: bool
    """Whether the person was told of it."""
    seen_doctor_on: date | None = None
    """The local date on which the person said that a doctor has been seen about it."""


@dataclass(frozen=True)
class Nudge:
    """A stored hit as it is told in a summary."""

    hit_id: int
    rule: str
    level: str
    answer: str | None = None


# Spans of nights ---------------------------------------------------------------------------------


def _span(facts: Facts, on: date, nights: int, skipped: int = 0) -> Facts:
    """The newest nights before ``on``, after passing over the ``skipped`` newest."""
    last_on = on - timedelta(days=skipped + 1)
    return facts.between(last_on - timedelta(days=nights - 1), last_on)


def _weeks(facts: Facts, on: date, number: int) -> list[Facts]:
    """The newest weeks, the newest first."""
    return [_span(facts, on, NIGHTS, week * NIGHTS) for week in range(number)]


def _cramps(facts: Facts) -> list[CrampFact]:
    return [fact for fact in facts.cramps if fact.event_type in COUNTED_CRAMPS]


def _nights(facts: Facts) -> int:
    return len(facts.cramp_nights())


def _covered(facts: Facts) -> int:
    return len(facts.covered_nights())


def _woken(facts: Facts) -> int:
    return len({fact.night_on for fact in _cramps(facts) if fact.woke_me == "yes"})


def _soon_if(met: bool) -> Level | None:
    return Level.SOON if met else None


def _is_up(after: Facts, before: Facts) -> bool:
    """Whether the rate has risen by half or more; from nought, anything is a rise.

    In whole numbers: rates of few nights do not round well.
    """
    risen = 2 * _nights(after) * _covered(before) >= 3 * _nights(before) * _covered(after)
    return risen and _nights(after) > 0


# The rules ---------------------------------------------------------------------------------------


def p1(diary: Diary, on: date) -> Finding:
    """Woken by a cramp on 3 or more nights, in at least 2 of the newest 3 weeks.

    A night counts once, when any of its cramps says "woke me". Numbers: such nights in each week,
    the newest first.
    """
    woken = [_woken(week) for week in _weeks(diary.facts, on, 3)]
    return Finding(_soon_if(sum(nights >= 3 for nights in woken) >= 2), tuple(woken))


def p2(diary: Diary, on: date) -> Finding:
    """3 or more cramp nights in each of the newest 3 weeks.

    Numbers: cramp nights of each week, the newest first.
    """
    nights = [_nights(week) for week in _weeks(diary.facts, on, 3)]
    return Finding(_soon_if(min(nights) >= 3), tuple(nights))


def p3(diary: Diary, on: date) -> Finding:
    """5 or more cramp nights in the newest week; ``soon`` when in the week before as well.

    Numbers: cramp nights of both weeks, the newest first.
    """
    this, before = (_nights(week) for week in _weeks(diary.facts, on, 2))
    level = None
    if this >= 5:
        level = Level.SOON if before >= 5 else Level.INFO
    return Finding(level, (this, before))


def p4(diary: Diary, on: date) -> Finding:
    """Rising: at least 4 cramp nights in two weeks, and a rate at least half above the rate of
    the four weeks before; full coverage in each of the six weeks.

    The rates are compared, as a fuller diary alone is no rise. Numbers: cramp nights and covered
    nights of the two weeks, then of the four before.
    """
    now, before = _span(diary.facts, on, FORTNIGHT), _span(diary.facts, on, MONTH, FORTNIGHT)
    is_known = all(_covered(week) >= FULL_COVERAGE for week in _weeks(diary.facts, on, 6))
    met = is_known and _nights(now) >= 4 and _is_up(now, before)
    return Finding(_soon_if(met), (_nights(now), _covered(now), _nights(before), _covered(before)))


def p5(diary: Diary, on: date) -> Finding:
    """One side: at least 5 cramps in four weeks whose side was told (left, right or both), 80 %
    or more of them on the left, or on the right.

    An entry that stands for several cramps counts as so many. ``urgent`` when swelling, warmth or
    redness was ticked with any cramp of the four weeks. Numbers: cramps on the left, on the
    right, with a told side, and entries with such a tick.
    """
    cramps = _cramps(_span(diary.facts, on, MONTH))
    left, right, both = (
        sum(fact.count for fact in cramps if fact.side == side)
        for side in ("left", "right", "both")
    )
    told, noted = left + right + both, sum(bool(fact.after_effects & SWELLING) for fact in cramps)
    level = None
    if told >= 5 and 5 * max(left, right) >= 4 * told:
        level = Level.URGENT if noted else Level.INFO
    return Finding(level, (left, right, told, noted))


def p6(diary: Diary, on: date) -> Finding:
    """Weakness, numbness or tingling ticked in 2 or more entries of two weeks.

    Whether it came suddenly, which would be for the same day, the diary does not know: the text
    says so. Numbers: such entries.
    """
    entries = _span(diary.facts, on, FORTNIGHT).cramps
    ticked = sum(bool(fact.after_effects & NERVES) for fact in entries)
    return Finding(_soon_if(ticked >= 2), (ticked,))


def p7(diary: Diary, on: date) -> Finding:
    """Twitches of the newest four weeks that last, spread, or come with weakness (NHS: two weeks,
    more than one place, weak or stiff).

    Lasting: the first and the last of them are more than 14 nights apart, or an entry says "over
    14 days". Spread: two sites, both sides of one site, or an entry says "elsewhere too".
    Numbers: entries, nights from the first to the last, places told of, entries that say weak or
    stiff.
    """
    found = [f for f in _span(diary.facts, on, MONTH).cramps if f.event_type == "twitch"]
    nights = [fact.night_on for fact in found]
    apart = (max(nights) - min(nights)).days if nights else 0
    places = _places(found)
    weak = sum(fact.twitch_weak_or_stiff == "yes" for fact in found)
    met = (
        apart > FORTNIGHT
        or any(fact.twitch_days == "gt_14days" for fact in found)
        or places >= 2
        or any(fact.twitch_elsewhere == "yes" for fact in found)
        or weak > 0
    )
    return Finding(_soon_if(met), (len(found), apart, places, weak))


def _places(twitches: Iterable[CrampFact]) -> int:
    """Places told of: a site counts twice when both its sides are named."""
    sides: dict[str, set[str]] = {}
    for fact in twitches:
        if fact.site is not None:
            named = {"left", "right"} if fact.side == "both" else {fact.side or ""}
            sides.setdefault(fact.site, set()).update(named & {"left", "right"})
    return sum(max(1, len(named)) for named in sides.values())


def p8(diary: Diary, on: date) -> Finding:
    """Strong: at least 4 cramp entries of two weeks tell their strength, and its median is 7 or
    more.

    An entry counts once, however many cramps it stands for. Numbers: the median (0 when there is
    none), and the entries with a strength.
    """
    strengths = [
        fact.intensity
        for fact in _cramps(_span(diary.facts, on, FORTNIGHT))
        if fact.intensity is not None
    ]
    middle = median(strengths) if strengths else 0
    return Finding(_soon_if(len(strengths) >= 4 and middle >= 7), (middle, len(strengths)))


def p9(diary: Diary, on: date) -> Finding:
    """3 or more entries of two weeks, of cramps or other pain, came while walking.

    Numbers: such entries.
    """
    walking = sum(
        fact.context == "walking" and fact.event_type in {*COUNTED_CRAMPS, "other_pain"}
        for fact in _span(diary.facts, on, FORTNIGHT).cramps
    )
    return Finding(_soon_if(walking >= 3), (walking,))


def p10(diary: Diary, on: date) -> Finding:
    """More cramps since a new or changed medicine, begun or ticked within the newest four weeks.

    From its night on, up to four weeks, the rate is at least half above that of the four weeks
    before it, on at least 3 cramp nights; five covered nights or more on both sides. Of several
    medicines one is enough. Numbers: cramp nights and covered nights since, then before, for the
    one that meets this, else for the latest; none without a medicine.
    """
    known = _span(diary.facts, on, LOOKS_BACK)
    ticked = {fact.night_on for fact in known.cramps if NEW_MEDICINE in fact.possible_triggers}
    begun = {night for night in ticked | set(diary.medicines_on) if 1 <= (on - night).days <= MONTH}
    finding = Finding(None)
    for night in sorted(begun):
        last_on = min(night + timedelta(days=MONTH - 1), on - timedelta(days=1))
        after = known.between(night, last_on)
        before = known.between(night - timedelta(days=MONTH), night - timedelta(days=1))
        is_known = min(_covered(after), _covered(before)) >= FULL_COVERAGE
        met = is_known and _nights(after) >= 3 and _is_up(after, before)
        if met or finding.level is None:
            numbers = (_nights(after), _covered(after), _nights(before), _covered(before))
            finding = Finding(_soon_if(met), numbers)
    return finding


def p11(diary: Diary, on: date) -> Finding:
    """An entry of the newest week that calls for the urgent card by itself.

    It is shown at once, when it is told; see ``cramps/red_flags.py``. Numbers: such
    entries.
    """
    found = sum(
        tier_for(
            fact.duration,
            fact.after_effects,
            fact.site if fact.event_type in COUNTED_CRAMPS else None,
        )
        is Tier.URGENT
        for fact in _span(diary.facts, on, NIGHTS).cramps
    )
    return Finding(Level.URGENT if found else None, (found,))


def p12(diary: Diary, on: date) -> Finding:
    """No clear change after a fair try: stretching known to be done on 70 % or more of the 42
    nights of six weeks, and a rate in the newest two that is not a quarter or more below that of
    the first two; full coverage in each of the six weeks.

    Six weeks is how long a trial stretched before judging; a quarter is the line of a Cochrane
    review. Numbers: nights with a stretch; cramp nights and covered nights of the first two weeks,
    then of the newest two.
    """
    six = _span(diary.facts, on, 6 * NIGHTS)
    first = _span(diary.facts, on, FORTNIGHT, MONTH)
    newest = _span(diary.facts, on, FORTNIGHT)
    stretched = len(six.habit_nights(STRETCH, done=True))
    is_known = all(_covered(week) >= FULL_COVERAGE for week in _weeks(diary.facts, on, 6))
    fell = 4 * _nights(newest) * _covered(first) <= 3 * _nights(first) * _covered(newest)
    met = is_known and 10 * stretched >= 7 * 6 * NIGHTS and _nights(first) > 0 and not fell
    numbers = (stretched, _nights(first), _covered(first), _nights(newest), _covered(newest))
    return Finding(Level.INFO if met else None, numbers)


def p13(diary: Diary, on: date) -> Finding:
    """Vomiting, diarrhoea or heavy sweating ticked in an entry of the newest week, and a cramp at
    most 48 hours before or after it, by the clock on the wall.

    It is shown at once, when it is told. Numbers: such entries.
    """
    week, known = _span(diary.facts, on, NIGHTS), _span(diary.facts, on, LOOKS_BACK)
    times = [fact.local_at for fact in _cramps(known)]
    found = sum(
        LOST_FLUID in fact.possible_triggers
        and any(abs(fact.local_at - other) <= WITHIN for other in times)
        for fact in week.cramps
    )
    return Finding(Level.URGENT if found else None, (found,))


def p14(diary: Diary, on: date) -> Finding:
    """Pregnant, and 2 or more cramp nights in the newest week. Numbers: those nights."""
    nights = _nights(_span(diary.facts, on, NIGHTS))
    return Finding(Level.INFO if diary.pregnant and nights >= 2 else None, (nights,))


RULES: dict[str, Callable[[Diary, date], Finding]] = {
    "P1": p1,
    "P2": p2,
    "P3": p3,
    "P4": p4,
    "P5": p5,
    "P6": p6,
    "P7": p7,
    "P8": p8,
    "P9": p9,
    "P10": p10,
    "P11": p11,
    "P12": p12,
    "P13": p13,
    "P14": p14,
}
AT_ONCE = frozenset({"P11", "P13"})
"""Shown when it is told, never in a summary."""
NEVER_MUTED = frozenset({"P11"})
MOST_SERIOUS_FIRST = (
    # What may need hands and eyes on it comes before what bothers, the frequent before the rare.
    ("P11", "P13", "P5", "P6", "P9", "P7", "P10", "P4", "P8", "P1", "P3", "P2", "P14", "P12")
)


def hits(diary: Diary, on: date) -> tuple[Hit, ...]:
    """Every rule that is met, in the order of their numbers."""
    found = ((rule, look(diary, on).level) for rule, look in RULES.items())
    return tuple(Hit(rule, level) for rule, level in found if level is not None)


# What is told ------------------------------------------------------------------------------------


def is_new(hit: Hit, on: date, past: Sequence[Past], *, told: bool) -> bool:
    """Whether a rule was not met on the 13 days before, or at a lower level only.

    Args:
        hit: what is met now.
        on: today's local date.
        past: earlier hits, of any rule; those of today do not count, so that a second look on the
            same day says the same.
        told: whether only hits count that the person was told of.
    """
    return not any(
        one.rule == hit.rule
        and on - AGAIN_AFTER < one.hit_on < on
        and RANK.get(one.level, 0) >= RANK[hit.level]
        and (one.shown or not told)
        for one in past
    )


def is_muted(rule: str, on: date, past: Sequence[Past]) -> bool:
    """Whether the person said within the last 8 weeks that they have seen a doctor about it."""
    return rule not in NEVER_MUTED and any(
        one.rule == rule and one.seen_doctor_on is not None and on < one.seen_doctor_on + MUTED_FOR
        for one in past
    )


def choose(found: Sequence[Hit], on: date, past: Sequence[Past]) -> Hit | None:
    """The one thing that a summary tells: the most serious that is new and not muted.

    The level decides first, then the rule.
    """
    worth_telling = [
        hit
        for hit in found
        if hit.rule not in AT_ONCE
        and is_new(hit, on, past, told=True)
        and not is_muted(hit.rule, on, past)
    ]
    return min(
        worth_telling,
        key=lambda hit: (-RANK[hit.level], MOST_SERIOUS_FIRST.index(hit.rule)),
        default=None,
    )
