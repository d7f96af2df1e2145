"""Rules for the times of going to bed and getting up. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from itertools import product

from bot.features.free_text.meanings.act_values import BedTonight, SleepTimes
from bot.features.free_text.meanings.further_values import OpenCard, Said, Talk
from bot.features.free_text.meanings.values import Meaning, Page, Pause, Show, Unclear, Why
from bot.features.free_text.understanding.patterns import ANY_DAY, CLOCK, FROM_NOW, NUMBER, SPAN
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)
from bot.i18n.vocabulary.lexer import lex
from bot.local_time.typed_answers import answered_clock
from bot.local_time.typed_sleep import bedtimes, wake_times
from bot.local_time.typed_times import is_half_of_day_stated

_ABOUT = re.compile("BEDTIME|GET_UP|SLEEP|TO_BED")
_NO_PART_OF_TIME = ("AFTER", "ABOUT", "BEDTIME", "GET_UP", "TO_BED")
_CHANGES = ("MOVE", "SOONER", "LATER", "RATHER")
LONGEST_SLEEP = 14
"""Hours; "I sleep from 9 to 4" is said by somebody who works at night."""
_AWAKE_UNTIL = re.compile(rf"UNTIL (?:ABOUT )?(?:{CLOCK.pattern}|[0-9]{{1,2}}) AWAKE")
_AS_BED = {"UNTIL": "AT", "AWAKE": "BEDTIME"}
_TONIGHT = ("TONIGHT", "TODAY", "THIS_NIGHT")
_EVENING_BEFORE = ("YESTERDAY", "LAST_NIGHT", "AFTER", "UNTIL")
_FURTHEST = timedelta(hours=20)
"""The furthest ahead that a bedtime can be tonight's."""
_LONG_SLEEP = 8
"""Who gets up at this hour or later may want no reminders before."""
NOON = 12


def night_shift(rest: Remainder, _situation: Situation) -> Understood:
    """ "I work nights this week", "... until friday": the bedtime is offered to be changed."""
    rest.take("NIGHT_SHIFT", "THIS", "NEXT", "WEEK", "SUMMARY", "NOW", "TODAY", "TONIGHT", "AGAIN")
    list(rest.pull(SPAN))
    list(rest.pull(ANY_DAY))
    rest.take("UNTIL", "SINCE", "AFTER")
    if not rest.is_accounted_for:
        return None
    return Unclear((Show(Page.BEDTIME), Show(Page.GETTING_UP)))


def sleep_times(rest: Remainder, situation: Situation) -> Understood:
    """ "bedtime 23:15", "I get up at 6:30 now"; "should I go to bed earlier" is not an order."""
    rest = _awake_until(rest)
    if not rest.has("ASKING", "HELPING") or not (rest.has(*_CHANGES) or CLOCK.search(str(rest))):
        return _stated(rest, situation)
    rest.take("ASKING", "HELPING", "UNREAL", "?", *_CHANGES)
    found = _stated(rest, situation)
    readings = found.candidates if isinstance(found, Unclear) else (found,)
    pages = [one for one in readings if isinstance(one, SleepTimes | BedTonight | Show)]
    return asked([OpenCard("sleep"), *pages]) if pages else None


def _awake_until(rest: Remainder) -> Remainder:
    """ "I'm up tonight until two": going to bed at two."""
    if not rest.has(*_TONIGHT) or not _AWAKE_UNTIL.search(str(rest)):
        return rest
    found = [one._replace(kind=_AS_BED.get(one.kind, one.kind)) for one in rest.tokens]
    return Remainder(found)


def _stated(rest: Remainder, situation: Situation) -> Understood:
    """ "bedtime 23:15", "I get up at 6:30 now", "bed at 11, up at 7"."""
    is_span = rest.has("UNTIL") and not rest.has("GET_UP")  # "I sleep from 11 to 7"
    is_for_now = bool(rest.take("SUMMARY", "THIS", "WEEK", "DAYS"))  # "by day, this week"
    abouts = sorted(rest.pull(_ABOUT), key=lambda piece: piece.at)
    clocks = sorted([*rest.pull(CLOCK), *rest.pull(NUMBER)], key=lambda piece: piece.at)
    list(rest.pull(FROM_NOW))
    if clocks and any(piece.match[0] == "TO_BED" for piece in abouts):
        rest.take("LATER")  # "off to bed later, at about midnight"
    tonight = rest.take(*_TONIGHT) if clocks and not rest.has("DAILY", *_EVENING_BEFORE) else []
    if tonight:
        rest.take("ONCE", "LATER")
    is_tomorrow = bool(clocks) and not tonight and bool(rest.take("TOMORROW"))
    if is_tomorrow:
        rest.take("ONCE", "MORNING")
    rest.take("NOW", "MOVE", "DAILY", "TO", "SHOW", *(("H", "HRS") if clocks else ()))
    is_going = not clocks and {piece.match[0] for piece in abouts} == {"TO_BED"}
    if is_going:
        rest.take("THANKS", "GOOD_NIGHT", "FINE", "TODAY", "TONIGHT", "HELLO")
        return Said(Talk.GOOD_NIGHT) if rest.is_accounted_for else None
    kinds = ["BEDTIME" if (about := piece.match[0]) == "TO_BED" else about for piece in abouts]
    is_loose = not is_span and kinds == ["BEDTIME"]  # "de 9h à 16h"
    if (is_span or is_loose) and len(kinds) == 1 and len(clocks) == 2:
        rest.take("UNTIL", "OUT_OF")
        kinds = ["BEDTIME", "GET_UP"]
    if not rest.is_accounted_for or len(kinds) != len(set(kinds)):
        return None
    if "SLEEP" in kinds:
        return None
    if not clocks and len(kinds) == 1:
        return Show(Page.BEDTIME if kinds == ["BEDTIME"] else Page.GETTING_UP)
    if len(clocks) != len(kinds):
        return Unclear()
    said = dict(zip(kinds, clocks, strict=True))
    beds = _times(said.get("BEDTIME"), situation, bedtimes)
    wakes = _times(said.get("GET_UP"), situation, wake_times)
    if not beds or not wakes:
        return Unclear()
    if tonight:
        return _tonight(tonight, beds, situation) if list(said) == ["BEDTIME"] else None
    if is_tomorrow:
        return _tomorrow(wakes, situation) if list(said) == ["GET_UP"] else None
    found = [SleepTimes(_by_day(bed, wake), wake) for bed, wake in product(beds, wakes)]
    is_sure = len(found) == 1 and not is_for_now and not (is_loose and len(clocks) > 1)
    return found[0] if is_sure else asked(found)


def _tonight(said: Sequence[str], beds: Sequence[time | None], situation: Situation) -> Understood:
    """ "tonight I go to bed at 23:15": every other night stays as it is."""
    local = situation.local
    if "THIS_NIGHT" in said and situation.sleep_clock.hour < NOON:
        return None  # it may be the night that is over
    days = [datetime.combine(local.date(), bed) for bed in beds if bed is not None]
    found = [day if day > local else day + timedelta(days=1) for day in days]
    to_come = [BedTonight(bed) for bed in found if bed - local <= _FURTHEST]
    return to_come[0] if len(to_come) == len(beds) == 1 else asked(to_come)


def _tomorrow(wakes: Sequence[time | None], situation: Situation) -> Unclear:
    """ "tomorrow I sleep in until 10": every day from now on, or no reminders before."""
    day = situation.local_on + timedelta(days=1)
    late = [one for one in wakes if one is not None and _LONG_SLEEP <= one.hour < NOON]
    found: list[Meaning] = [Pause(day, clock=one) for one in late]
    return Unclear((*found, *(SleepTimes(None, one) for one in wakes)), Why.ONE_DAY)


def _by_day(bed: time | None, wake: time | None) -> time | None:
    """The bedtime in the half of the day that gives a sleep of a likely length."""
    if bed is None or wake is None:
        return bed
    asleep = (wake.hour - bed.hour) % 24
    return bed.replace(hour=(bed.hour + 12) % 24) if asleep > LONGEST_SLEEP else bed


def _times(
    clock: Piece | None, situation: Situation, read: Callable[[str, str], tuple[time, ...]]
) -> Sequence[time | None]:
    """The times that words can mean, the likelier first; (None,) where nothing is said."""
    if clock is None:
        return (None,)
    tokens = lex(clock.source, situation.language)
    words = " ".join(one.source for one in tokens if one.kind not in _NO_PART_OF_TIME)
    found = read(words, situation.language)
    if len(found) == 2 and is_half_of_day_stated(words, situation.language):
        stated = answered_clock(words, situation.language)  # "to bed at nine in the morning"
        found = tuple(sorted(found, key=lambda one: one != stated))
    if found or "hour" not in clock.match.re.groupindex or clock.on_dial is None:
        return found  # a bare number was read as it stands
    hour, minute = clock.on_dial  # "una" alone is an article
    return read(f"{hour}:{minute:02}", situation.language)
