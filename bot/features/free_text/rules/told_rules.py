"""Rules for what people tell of their evening, and for friendly words. Pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.features.cramps.entry_times import is_night_time
from bot.features.free_text.meanings.further_values import (
    DidHabit,
    HadCaffeine,
    OpenCard,
    Said,
    Talk,
)
from bot.features.free_text.meanings.values import Meaning, Unclear
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.cramp_times import TimeWords
from bot.features.free_text.understanding.patterns import ANY_DAY
from bot.features.free_text.understanding.sentence import (
    Moment,
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)
from bot.local_time.nights import NIGHT_BEGINS, local_time

CAFFEINE = ("CAFFEINE", "TEA")
TALK = {
    "LOOKS": Talk.LOOKS,
    "VOICE": Talk.VOICE,
    "GOOD_NIGHT": Talk.GOOD_NIGHT,
    "THANKS": Talk.THANKS,
    "BYE": Talk.BYE,
    "HELLO": Talk.HELLO,
    "FINE": Talk.FINE,
}
"""Concept → the friendly word, the one that is answered first."""
HABITS = {"STRETCHED": "stretch_done", "DRANK_WATER": "hydration_done"}
_CUPS = re.compile(r"(?<!AT )[0-9]{1,2}(?= (?:DRANK|CAFFEINE|TEA))")
_WATER = re.compile(r"DRANK (?:[0-9]{1,2} )?DRINK|(?:[0-9]{1,2} )?DRINK DRANK")
_GLASSES = re.compile(r"(?<!AT )[0-9]{1,2}(?= (?:DRANK |OF )*ALCOHOL)")
_PIECES = re.compile(r"(?<!AT )[0-9]{1,2}(?= (?:MEDICINE|MAGNESIUM))")
_BEFORE_PET = frozenset({"FILLER", "ALSO", "SOMEONE", "CAREGIVER", "HELLO", "MAYBE"})
_ENDS_CLAUSE = frozenset({",", ";", ".", "AND"})
_UNTIL_TOMORROW = re.compile("UNTIL TOMORROW")
"""A goodbye beside another friendly word: "danke, bis morgen"."""
_RECENT = timedelta(hours=14)
_LAST_EVENING = ("LAST_NIGHT", "YESTERDAY", "YESTERDAY EVENING", "YESTERDAY NIGHT")
_PRESENT_EVENING = (
    *("TONIGHT", "THIS_NIGHT", "TODAY", "TODAY EVENING", "TODAY NIGHT", "TODAY AFTERNOON"),
)


def caffeine(rest: Remainder, situation: Situation) -> Understood:
    """ "had a coffee at 5pm", "drank tea this evening".

    Without a word for having drunk it, the reminder or the card may be meant, so it is asked.
    """
    list(rest.pull(_CUPS))  # how many cups is not stored
    is_told = bool(rest.take("DRANK"))
    said = rest.take(*CAFFEINE)
    is_free = bool(rest.take("CAFFEINE_FREE"))
    is_again = bool(rest.take("AGAIN"))
    when = TimeWords.pulled(rest)
    parts = rest.take("EVENING", "NIGHT", "AFTERNOON")
    rest.take(*(("THIS",) if parts else ()))
    if when is None or not rest.is_accounted_for or bool(said) == is_free:
        return None
    if is_free:
        return Said(Talk.FINE)
    if parts:
        is_plain = len(parts) == 1 and not when.is_stated
        return _some_time(f"TODAY {parts[0]}", situation, is_told=is_told) if is_plain else None
    if when.day is not None and not when.has_clock:
        return _some_time(when.day.match[0], situation, is_told=is_told)
    moments = when.moments(situation, False)
    if isinstance(moments, Unclear):
        return moments if is_told else None
    if when.clock is not None and not when.is_by_night and _is_double(when.clock, situation):
        moments = _either_half(moments, situation)
    found: list[Meaning] = [HadCaffeine(at) for at, _precision in moments]
    if is_told and not is_again:
        return found[0] if len(found) == 1 else asked(found)
    recent = [one for one in found if isinstance(one, HadCaffeine) and _is_recent(one, situation)]
    return asked(recent if when.is_stated else [*recent, OpenCard("caffeine")]) if recent else None


def alcohol(rest: Remainder, _situation: Situation) -> Understood:
    """ "had 2 glasses of wine": it may be noted with a cramp."""
    is_told = bool(list(rest.pull(_GLASSES))) | bool(rest.take("DRANK"))
    rest.take("ALCOHOL", "FOR", "AND", "MEAL", "FOOD", "AGAIN", "EVENING", "NIGHT", "AFTERNOON")
    when = TimeWords.pulled(rest)
    rest.take(*(("AFTER",) if is_told else ()))  # "after a glass of wine"
    if when is None or not rest.is_accounted_for:
        return None
    return Said(Talk.ALCOHOL) if is_told or when.has_clock else None


def medicine(rest: Remainder, _situation: Situation) -> Understood:
    """ "took my magnesium": the diary keeps no medicines, which is said; nobody is advised.

    So is "my doctor put me on water tablets last week".
    """
    is_told = bool(rest.take("TOOK", "DRANK", "DID"))
    rest.take(*(("DOCTOR", "LAST", "WEEK", "MONTHS") if is_told else ()))
    said = rest.take("MEDICINE", "MAGNESIUM")
    list(rest.pull(_PIECES))
    rest.take("FOR", "AND", "EVENING", "NIGHT", "MORNING", "DAILY", "AGAIN", "FINE", "NOW", "DRINK")
    when = TimeWords.pulled(rest)
    return Said(Talk.MEDICINE) if is_told and said and when and rest.is_accounted_for else None


def _either_half(moments: list[Moment], situation: Situation) -> list[Moment]:
    """Add the hour twelve hours before one at night, when few people drink coffee."""
    hours = [local_time(at, situation.zone) for at, _precision in moments]
    if len(moments) != 1 or not is_night_time(situation.nights.as_if_by_night(hours[0]).time()):
        return moments
    (at, precision) = moments[0]
    return [(at, precision), (at - timedelta(hours=12), precision)]


def _is_double(clock: Piece, situation: Situation) -> bool:
    """Whether a time may be in either half of the day: "4", "half past four"."""
    is_spoken = clock.dial is not None or "DIAL" in clock.match[0].split()
    return is_spoken or (situation.hours == 12 and clock.is_early)


def _is_recent(meaning: HadCaffeine, situation: Situation) -> bool:
    """Whether something was drunk so recently that it may be meant without a word for drinking."""
    return situation.said_at - meaning.at <= _RECENT


def _some_time(name: str, situation: Situation, *, is_told: bool) -> Understood:
    """Caffeine on a day without a time; it is certainly late only in the evening."""
    evening_on = _evening(name, situation)
    if evening_on is None:
        return None
    late = DidHabit("caffeine_after_cutoff", evening_on)
    is_late = name.rsplit(maxsplit=1)[-1] in ("EVENING", "NIGHT", "LAST_NIGHT", "TONIGHT")
    return late if is_told and is_late else asked([late])


def habit(rest: Remainder, situation: Situation) -> Understood:
    """ "stretched", "did my stretches last night"; "of course I drank" is asked."""
    said = [HABITS[kind] for kind in rest.take(*HABITS)]
    said += ["hydration_done" for _piece in rest.pull(_WATER)]
    if not said and rest.take("DRANK"):
        rest.take("FINE")
        is_all = rest.is_accounted_for
        return asked([DidHabit("hydration_done", present_evening(situation))]) if is_all else None
    days = [piece.match[0] for piece in rest.pull(ANY_DAY)]
    evenings = {_evening(name, situation) for name in days or ("TONIGHT",)}
    when = TimeWords.pulled(rest)  # at what hour of the evening makes no difference
    rest.take("DID", "STRETCH", "DAILY", *(("FOR",) if days else ()))
    if len(said) != 1 or len(evenings) > 1 or when is None or not rest.is_accounted_for:
        return None
    (evening_on,) = evenings
    return None if evening_on is None else DidHabit(said[0], evening_on)


def _evening(name: str, situation: Situation) -> date | None:
    """The evening that the name of a day means; before noon the one before. None: unknown."""
    if name in _LAST_EVENING:
        return situation.nights.last_night(situation.local)
    return present_evening(situation) if name in _PRESENT_EVENING else None


def present_evening(situation: Situation) -> date:
    """The evening that "I have stretched" is about; before noon the one before."""
    last_on = situation.nights.last_night(situation.local)
    is_morning = situation.sleep_clock.time() < NIGHT_BEGINS
    return last_on if is_morning else last_on + timedelta(days=1)


def pet(rest: Remainder, _situation: Situation) -> Understood:
    """ "my dog had a cramp in his leg": the diary is of people. "…, the dog woke me" is of one."""
    is_of_pet = is_told_of_pet(rest.kinds)
    rest.take(*_BEFORE_PET, "PET", *SITES, *SIDES, "NOW", "AGAIN", "HOW_BAD")
    rest.take("NIGHT", "MORNING", "EVENING")
    told = rest.take(*EVENTS, "HURTS")
    when = TimeWords.pulled(rest)
    return Said(Talk.PET) if is_of_pet and told and when and rest.is_accounted_for else None


def is_told_of_pet(kinds: Sequence[str]) -> bool:
    """Whether a sentence begins with a pet, which had the cramp in the same clause."""
    said = [kind for kind in kinds if kind not in _BEFORE_PET]
    event = next((at for at, kind in enumerate(said) if kind in EVENTS), 0)
    clause = said[:event]
    return clause[:1] == ["PET"] and _ENDS_CLAUSE.isdisjoint(clause) and "WOKE" not in said


def talk(rest: Remainder, _situation: Situation) -> Understood:
    """ "hello", "thank you", "good night"."""
    said = rest.take(*TALK)
    if "GOOD_NIGHT" in said:
        rest.take("BEDTIME", "NOW")  # "off to bed, good night"
    list(rest.pull(_UNTIL_TOMORROW))
    if said == ["THANKS"] * len(said):
        rest.take("CAREGIVER", "SOMEONE")  # "thanks, my friend"
    if not said or not rest.is_accounted_for:
        return None
    return Said(next(meant for concept, meant in TALK.items() if concept in said))
