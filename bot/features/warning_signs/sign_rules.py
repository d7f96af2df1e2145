"""Rules about what cramps, twitches and pain come with: P6, P7, P9 to P11, P13. Pure.

They follow the health reference, section (e), and count what was logged, whatever the coverage: a
missing night can only hide something.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.database.cramp_values import SOME_WEAK_OR_STIFF
from bot.features.cramps.entry_warning_signs import SEVERITY, Told, tier_of
from bot.features.cramps.signs import Tier
from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact
from bot.features.warning_signs.findings import (
    FORTNIGHT,
    LOOK_BACK_NIGHTS,
    MONTH,
    NIGHTS,
    Diary,
    Finding,
    Level,
    nights_of,
    soon_if,
    span,
)

PAINS = frozenset({*COUNTED_CRAMPS, "other_pain"})
CRAMP_WITHIN = timedelta(hours=48)
"""P13: how near a cramp has to be to a loss of fluid."""
LOST_FLUID = "vomiting_diarrhoea_sweating"
NERVES = frozenset({"weak", "numb_or_tingling"})
"""After-effects that P6 counts."""


def p6(diary: Diary, on: date) -> Finding:
    """Weakness, numbness or tingling ticked in 2 or more entries of two weeks.

    The diary does not record whether it came suddenly, which would be a reason to be checked on
    the same day; the text says so instead. Numbers: such entries.
    """
    entries = span(diary.facts, on, FORTNIGHT).cramps
    ticked = [fact for fact in entries if fact.after_effects & NERVES]
    return Finding(soon_if(len(ticked) >= 2), (len(ticked),), nights_of(ticked))


def p7(diary: Diary, on: date) -> Finding:
    """Twitches of the newest four weeks that last, spread, or come with weakness (thresholds of the
    NHS: two weeks, more than one place, weak or stiff).

    Lasting: the first and the last of them are more than 14 nights apart, or an entry says "over
    14 days". Spread: two sites, both sides of one site, or an entry says "elsewhere too".
    Numbers: entries, nights from the first to the last, places, entries that say weak or stiff.
    """
    found = [f for f in span(diary.facts, on, MONTH).cramps if f.event_type == "twitch"]
    nights = nights_of(found)
    apart = (nights[-1] - nights[0]).days if nights else 0
    places = _places(found)
    weak = sum(fact.twitch_weak_or_stiff in SOME_WEAK_OR_STIFF for fact in found)
    met = (
        apart > FORTNIGHT
        or any(fact.twitch_days == "gt_14days" for fact in found)
        or places >= 2
        or any(fact.twitch_elsewhere == "yes" for fact in found)
        or weak > 0
    )
    return Finding(soon_if(met), (len(found), apart, places, weak), nights)


def _places(twitches: Iterable[CrampFact]) -> int:
    """Number of places: a site counts twice when both of its sides are named."""
    sides: dict[str, set[str]] = {}
    for fact in twitches:
        if fact.site is not None:
            named = {"left", "right"} if fact.side == "both" else {fact.side or ""}
            sides.setdefault(fact.site, set()).update(named & {"left", "right"})
    return sum(max(1, len(named)) for named in sides.values())


def p9(diary: Diary, on: date) -> Finding:
    """3 or more entries of two weeks, of cramps or other pain, came while walking.

    Numbers: such entries.
    """
    walking = [
        fact
        for fact in span(diary.facts, on, FORTNIGHT).cramps
        if fact.context == "walking" and fact.event_type in PAINS
    ]
    return Finding(soon_if(len(walking) >= 3), (len(walking),), nights_of(walking))


def p10(diary: Diary, on: date) -> Finding:
    """The person said in the newest four weeks that cramps began or got worse after a medicine that
    is new or was changed. Numbers: such medicines.
    """
    said = [day for day in diary.worse_after if on - timedelta(days=MONTH) <= day <= on]
    return Finding(soon_if(bool(said)), (len(said),))


def told_of(fact: CrampFact) -> Told:
    """What an entry says about warning signs."""
    return Told(
        fact.event_type,
        fact.site,
        fact.side,
        fact.duration,
        fact.after_effects,
        fact.possible_triggers,
        fact.twitch_weak_or_stiff,
    )


def p11(diary: Diary, on: date) -> Finding:
    """An entry of the newest week that needs a card at once on its own.

    Its card is shown as soon as the entry is made (``entry_warning_signs.py``). Numbers: such
    entries.
    """
    rated = [(fact, tier_of(told_of(fact))) for fact in span(diary.facts, on, NIGHTS).cramps]
    found = [(fact, tier) for fact, tier in rated if tier in {Tier.URGENT, Tier.EMERGENCY}]
    worst = max((SEVERITY.index(tier) for _fact, tier in found), default=0)
    level = SEVERITY[worst]
    return Finding(
        None if level is None else Level(level.value),
        (len(found),),
        nights_of(fact for fact, _tier in found),
    )


def p13(diary: Diary, on: date) -> Finding:
    """Vomiting, diarrhoea or heavy sweating ticked in an entry of the newest week, and a cramp or
    other pain at most 48 hours before or after it, in local time.

    Its card is shown as soon as the entry is made. Numbers: such entries.
    """
    week, known = span(diary.facts, on, NIGHTS), span(diary.facts, on, LOOK_BACK_NIGHTS)
    times = [fact.local_at for fact in known.cramps if fact.event_type in PAINS]
    found = [
        fact
        for fact in week.cramps
        if LOST_FLUID in fact.possible_triggers
        and any(abs(fact.local_at - other) <= CRAMP_WITHIN for other in times)
    ]
    return Finding(Level.URGENT if found else None, (len(found),), nights_of(found))
