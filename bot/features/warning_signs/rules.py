"""Warning signs that show over several nights: the rules P1 to P14. Pure.

The rules follow the health reference, section (e). Thresholds are our own choice unless a rule
names a source. Terms:

- ``on``: the local date of the check. Only nights before it count, so the newest night is the one
  that began on the evening before.
- Week: seven nights, counted back from the newest. "Two weeks" are the newest 14 nights, "four
  weeks" the newest 28.
- Cramp night: a night with at least one entry of a cramp.
- Covered night: a cramp night, or one with "none last night". A night without either is never
  counted as free of cramps. A week with five covered nights or more has full coverage.
- Rate: cramp nights per covered night.

P1 to P3, P5 to P9, P11, P13 and P14 count what was logged, whatever the coverage: a missing night
can only hide something. P4 and P12 compare weeks and need full coverage in each of them. P10
compares spans that may be shorter than a week, and needs five covered nights in each.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from bot.features.cramps.entry_warning_signs import tier_for
from bot.features.cramps.signs import Tier
from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact, Facts

# The texts in explanation_messages.py and nudge_messages.py state these spans in words, such as
# "two weeks": when a span changes, change the texts as well. A test compares them.
NIGHTS = 7
FULL_COVERAGE = 5
"""Covered nights from which on a week has full coverage."""
FORTNIGHT = 2 * NIGHTS
MONTH = 4 * NIGHTS
LOOK_BACK_NIGHTS = 10 * NIGHTS
"""Nights that are loaded for the rules. P10 needs the most, eight weeks."""
CRAMP_WITHIN = timedelta(hours=48)
"""P13: how near a cramp has to be to a loss of fluid."""
NEW_MEDICINE = "new_or_changed_medicine"
LOST_FLUID = "vomiting_diarrhoea_sweating"
STRETCH = "stretch_done"
SWELLING = frozenset({"swollen", "warm_or_red"})
"""After-effects that make P5 urgent."""
NERVES = frozenset({"weak", "numb_or_tingling"})
"""After-effects that P6 counts."""


class Level(StrEnum):
    """How soon a health professional should look at it."""

    INFO = "info"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Diary:
    """What the rules read."""

    facts: Facts
    pregnant: bool = False
    medicines_on: tuple[date, ...] = ()
    """Dates on which the person began to take a medicine, by their own account."""


@dataclass(frozen=True)
class Finding:
    """What a rule counted. ``level`` is None when the rule is not met."""

    level: Level | None
    numbers: tuple[float, ...] = ()
    """In the order that the rule's docstring gives."""


@dataclass(frozen=True)
class Hit:
    """A rule that is met."""

    rule: str
    level: Level


# Spans of nights ---------------------------------------------------------------------------------


def _span(facts: Facts, on: date, nights: int, skipped: int = 0) -> Facts:
    """The newest nights before ``on``, without the ``skipped`` newest ones."""
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
    """Whether the rate has risen by half or more; from zero, any cramp night is a rise.

    Computed in whole numbers, because rates of few nights do not round well.
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

    Rates are compared, because a fuller diary alone is not a rise. Numbers: cramp nights and
    covered nights of the two weeks, then of the four before.
    """
    now, before = _span(diary.facts, on, FORTNIGHT), _span(diary.facts, on, MONTH, FORTNIGHT)
    is_known = all(_covered(week) >= FULL_COVERAGE for week in _weeks(diary.facts, on, 6))
    met = is_known and _nights(now) >= 4 and _is_up(now, before)
    return Finding(_soon_if(met), (_nights(now), _covered(now), _nights(before), _covered(before)))


def p5(diary: Diary, on: date) -> Finding:
    """One side: at least 5 cramps in four weeks with a side (left, right or both), 80 % or more of
    them on the left, or on the right.

    An entry that stands for several cramps counts that many times. ``urgent`` when swelling,
    warmth or redness was ticked with any cramp of the four weeks. Numbers: cramps on the left, on
    the right, with a side, and entries with such a tick.
    """
    cramps = _cramps(_span(diary.facts, on, MONTH))
    left, right, both = (
        sum(fact.count for fact in cramps if fact.side == side)
        for side in ("left", "right", "both")
    )
    sided = left + right + both
    swollen = sum(bool(fact.after_effects & SWELLING) for fact in cramps)
    level = None
    if sided >= 5 and 5 * max(left, right) >= 4 * sided:
        level = Level.URGENT if swollen else Level.INFO
    return Finding(level, (left, right, sided, swollen))


def p6(diary: Diary, on: date) -> Finding:
    """Weakness, numbness or tingling ticked in 2 or more entries of two weeks.

    The diary does not record whether it came suddenly, which would be a reason to be checked on
    the same day; the text says so instead. Numbers: such entries.
    """
    entries = _span(diary.facts, on, FORTNIGHT).cramps
    ticked = sum(bool(fact.after_effects & NERVES) for fact in entries)
    return Finding(_soon_if(ticked >= 2), (ticked,))


def p7(diary: Diary, on: date) -> Finding:
    """Twitches of the newest four weeks that last, spread, or come with weakness (thresholds of the
    NHS: two weeks, more than one place, weak or stiff).

    Lasting: the first and the last of them are more than 14 nights apart, or an entry says "over
    14 days". Spread: two sites, both sides of one site, or an entry says "elsewhere too".
    Numbers: entries, nights from the first to the last, places, entries that say weak or stiff.
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
    """Number of places: a site counts twice when both of its sides are named."""
    sides: dict[str, set[str]] = {}
    for fact in twitches:
        if fact.site is not None:
            named = {"left", "right"} if fact.side == "both" else {fact.side or ""}
            sides.setdefault(fact.site, set()).update(named & {"left", "right"})
    return sum(max(1, len(named)) for named in sides.values())


def p8(diary: Diary, on: date) -> Finding:
    """Strong: at least 4 cramp entries of two weeks have a strength, and its median is 7 or more.

    An entry counts once, even if it stands for several cramps. Numbers: the median (0 when there is
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

    The rate from its night on, over up to four weeks, is at least half above the rate of the four
    weeks before it, on at least 3 cramp nights; five covered nights or more in both spans. Of
    several medicines, one is enough. Numbers: cramp nights and covered nights since, then before,
    for the medicine that meets this, else for the latest; empty without a medicine.
    """
    known = _span(diary.facts, on, LOOK_BACK_NIGHTS)
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
    """An entry of the newest week that is urgent on its own, without any other entry.

    Its card is shown as soon as the entry is made (``entry_warning_signs.py``).
    Numbers: such entries.
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
    """No clear change after stretching for six weeks: done on 70 % or more of the 42 nights, and
    the rate of the newest two weeks is not a quarter or more below the rate of the first two; full
    coverage in each of the six weeks.

    A trial of stretching lasted six weeks (Hallegraeff 2012); a quarter is the threshold of a
    Cochrane review (2020). Numbers: nights with a stretch; cramp nights and covered nights of the
    first two weeks, then of the newest two.
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
    most 48 hours before or after it, in local time.

    Its card is shown as soon as the entry is made. Numbers: such entries.
    """
    week, known = _span(diary.facts, on, NIGHTS), _span(diary.facts, on, LOOK_BACK_NIGHTS)
    times = [fact.local_at for fact in _cramps(known)]
    found = sum(
        LOST_FLUID in fact.possible_triggers
        and any(abs(fact.local_at - other) <= CRAMP_WITHIN for other in times)
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


def hits(diary: Diary, on: date) -> tuple[Hit, ...]:
    """Every rule that is met on a local date, from P1 to P14."""
    found = ((name, rule(diary, on).level) for name, rule in RULES.items())
    return tuple(Hit(name, level) for name, level in found if level is not None)
