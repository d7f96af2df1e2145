"""Rules for the times of going to bed and getting up. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import time
from itertools import product

from bot.features.free_text.act_values import SleepTimes
from bot.features.free_text.meanings import Said, Talk
from bot.features.free_text.patterns import ANY_DAY, CLOCK, NUMBER
from bot.features.free_text.sentence import Piece, Remainder, Situation, Understood, asked
from bot.features.free_text.values import Page, Show, Unclear
from bot.i18n.vocabulary.lexicon import lex
from bot.local_time.typed_sleep import bedtimes, wake_times

_ABOUT = re.compile("BEDTIME|GET_UP|SLEEP|TO_BED")
_NO_PART_OF_TIME = ("AFTER", "ABOUT", "BEDTIME", "GET_UP", "TO_BED")
_FROM_NOW = re.compile("(?:AFTER|SINCE) (?:TODAY|TOMORROW|NOW|TONIGHT)")


def night_shift(rest: Remainder, _situation: Situation) -> Understood:
    """ "I work nights this week": the bedtime is offered to be changed."""
    rest.take("NIGHT_SHIFT", "THIS", "NEXT", "WEEK", "SUMMARY", "NOW", "TODAY", "TONIGHT", "AGAIN")
    list(rest.pull(ANY_DAY))
    if not rest.is_accounted_for:
        return None
    return Unclear((Show(Page.BEDTIME), Show(Page.GETTING_UP)))


def sleep_times(rest: Remainder, situation: Situation) -> Understood:
    """ "bedtime 23:15", "I get up at 6:30 now", "bed at 11, up at 7"."""
    is_span = rest.has("UNTIL") and not rest.has("GET_UP")  # "I sleep from 11 to 7"
    abouts = sorted(rest.pull(_ABOUT), key=lambda piece: piece.at)
    clocks = sorted([*rest.pull(CLOCK), *rest.pull(NUMBER)], key=lambda piece: piece.at)
    list(rest.pull(_FROM_NOW))
    rest.take("NOW", "MOVE", "DAILY", "TO", "SHOW", *(("H", "HRS") if clocks else ()))
    is_going = not clocks and {piece.match[0] for piece in abouts} == {"TO_BED"}
    if is_going:
        rest.take("THANKS", "GOOD_NIGHT", "FINE", "TODAY", "TONIGHT", "HELLO")
        return Said(Talk.GOOD_NIGHT) if rest.is_accounted_for else None
    kinds = ["BEDTIME" if (about := piece.match[0]) == "TO_BED" else about for piece in abouts]
    if is_span and len(kinds) == 1 and len(clocks) == 2:
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
    found = [SleepTimes(bed, wake) for bed, wake in product(beds, wakes)]
    return found[0] if len(found) == 1 else asked(found)


def _times(
    clock: Piece | None, situation: Situation, read: Callable[[str, str], tuple[time, ...]]
) -> Sequence[time | None]:
    """The times that words can mean, the likelier first; (None,) where nothing is said."""
    if clock is None:
        return (None,)
    tokens = lex(clock.source, situation.language)
    words = " ".join(one.source for one in tokens if one.kind not in _NO_PART_OF_TIME)
    return read(words, situation.language)
