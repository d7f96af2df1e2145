"""Rules for sentences that tell of a night without any cramp. Pure."""

import re
from collections.abc import Sequence
from datetime import time, timedelta

from bot.features.cramps.entry_times import Unusable
from bot.features.free_text.meanings.further_values import OpenCard
from bot.features.free_text.meanings.values import LogCramp, NoCramps, Unclear, Why
from bot.features.free_text.rules.cramp_times import TimeWords, moment_of_night
from bot.features.free_text.understanding.patterns import ANY_DAY, NIGHT_ALONE
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
    to_confirm,
)
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import NIGHT_BEGINS

_QUIET_NIGHTS = ("THIS_NIGHT", "LAST_NIGHT", "NIGHT")
_TONIGHT = frozenset({"TONIGHT", "ON TONIGHT", "THIS_NIGHT", "ON THIS_NIGHT", "NIGHT"})
_PAST_DAY = re.compile("(?:ON )?(?:LAST )?(?:YESTERDAY|DAY_BEFORE_YESTERDAY|DAY[0-6])(?: LAST)?")
_NIGHTLY = frozenset({"NIGHT", "EVENING", "LAST_NIGHT", "THIS_NIGHT"})
_NIGHTS_RUNNING = re.compile(
    r"(?<!AGO )(?:LAST )?(?P<number>[2-4]) (?:LAST )?(?:NIGHT|DAYS)(?! AGO)"
)
""" "three nights without cramps"; of more nights, each would be a button too many."""
_NIGHT_IS_OVER = time(5, 0)
"""Before this, a cramp may still come: "good that it did not cramp" is asked about."""
WORST_SLEEP = 10
_NAMED = frozenset({"CRAMP", "CRAMPS", "DID_I"})
_HEDGES = frozenset({"MAYBE", "NOT", "FILLER"})
_MOST_TOLD = 2
"""How often one sentence may say that there was no cramp: "quiet night, nothing"."""


def hedged_none(tokens: Sequence[Token], situation: Situation) -> Understood:
    """ "cramps yesterday, I think there were none": no cramps, probably."""
    kinds = [token.kind for token in tokens]
    said = [at for at, kind in enumerate(kinds) if kind in _NAMED]
    if len(said) != 1 or kinds.count("NOT") != 1 or "MAYBE" not in kinds:
        return None
    is_denied_after = kinds.index("NOT") > said[0] or kinds[said[0]] == "DID_I"
    if not is_denied_after:
        return None  # "perhaps that was no cramp"
    plain = [
        token._replace(kind="NO_CRAMP") if token.kind in _NAMED else token
        for token in tokens
        if token.kind not in _HEDGES
    ]
    found = no_cramps(Remainder(plain), situation)
    return Unclear((found,)) if isinstance(found, NoCramps) else found


def _slept_well(days: list[Piece], situation: Situation) -> Understood:
    """ "slept right through": a night without cramps, perhaps, which is asked."""
    last_night = situation.nights.last_night(situation.local)
    is_last = not days or days[0].match[0] in (*_QUIET_NIGHTS, "TONIGHT", "TODAY")
    night = last_night if is_last else situation.night(days[0].source)
    return None if isinstance(night, Unusable) else Unclear((NoCramps(night),))


def _each_of(number: int, situation: Situation) -> Unclear:
    """The last nights, each to be tapped: one of them may have an entry."""
    last_night = situation.nights.last_night(situation.local)
    nights = tuple(NoCramps(last_night - timedelta(days=back)) for back in range(number))
    return Unclear(nights, why=Why.BOTH)


def sleepless(rest: Remainder, situation: Situation) -> Understood:
    """ "didn't sleep at all", "slept badly last night": whether there was a cramp, too, is asked.

    Before five, that night is hardly over.
    """
    is_sleepless = bool(rest.take("NO_SLEEP"))
    rest.take("SLEPT_BADLY", "AGAIN", "HOW_BAD")
    days = list(rest.pull(ANY_DAY)) or list(rest.pull(NIGHT_ALONE))
    is_over = situation.sleep_clock.time() >= _NIGHT_IS_OVER
    if not rest.is_accounted_for or len({one.match[0] for one in days}) > 1 or not is_over:
        return None
    is_last = not days or days[0].match[0] in (*_QUIET_NIGHTS, "TONIGHT", "TODAY", "YESTERDAY")
    last_night = situation.nights.last_night(situation.local)
    night = last_night if is_last else situation.night(days[0].source)
    if isinstance(night, Unusable) or night > last_night:
        return None
    at, precision = moment_of_night(night, situation)
    if not is_sleepless:
        return Unclear((LogCramp(at, precision), NoCramps(night), OpenCard("sleep")), Why.BAD_NIGHT)
    cramp = LogCramp(at, precision, (("woke", "no_was_awake"),))
    return Unclear((cramp, NoCramps(night, WORST_SLEEP)), Why.BAD_NIGHT)


def none_in_night(rest: Remainder, situation: Situation) -> Understood:
    """ "none on sunday night": no cramp, probably."""
    nights = list(rest.pull(ANY_DAY))
    nots = len(rest.take("NOT"))
    if nots != len(nights) or not 1 <= nots <= _MOST_TOLD or not rest.is_accounted_for:
        return None
    each = [_none_in(one, situation) for one in nights]  # "none last night nor the night before"
    found = [one.candidates for one in each if isinstance(one, Unclear)]
    return asked([one for some in found for one in some]) if len(found) == nots else None


def _none_in(night_said: Piece, situation: Situation) -> Understood:
    if not _NIGHTLY.intersection(night_said.match[0].split()):
        return _none_on(night_said, situation)
    night = situation.night(night_said.source)
    if night_said.match[0].split()[-1] in _QUIET_NIGHTS[:2]:
        night = situation.nights.last_night(situation.local)
    if isinstance(night, Unusable) or situation.nights.is_to_come(night, situation.local):
        return None
    return Unclear((NoCramps(night),))


def _none_on(day: Piece, situation: Situation) -> Understood:
    """ "yesterday nothing": one of the nights of a day that is past."""
    if _PAST_DAY.fullmatch(day.match[0]) is None:
        return None
    nights = TimeWords(None, day, None, False).nights(situation)
    last_night = situation.nights.last_night(situation.local)
    if isinstance(nights, Unclear):
        return None
    return asked([NoCramps(one) for one in nights if one <= last_night])


_WITHOUT = frozenset({"without", "ohne", "sin", "sem", "sans", "senza", "без"})


def _is_denied_twice(tokens: Sequence[Token]) -> bool:
    """Whether no night was without cramps: "not one night without cramps"."""
    said = [at for at, token in enumerate(tokens) if token.kind in {"NO_CRAMP", "NOT"}]
    if len(said) != _MOST_TOLD or _WITHOUT.isdisjoint(tokens[said[1]].source.split()):
        return False
    between = {token.kind for token in tokens[said[0] + 1 : said[1]]}
    return between <= {"NIGHT", "MAYBE", "FILLER"}


def no_cramps(rest: Remainder, situation: Situation) -> Understood:
    """ "no cramps last night".

    In the evening the coming night can be meant, the night may not be over, and a day alone has two
    nights, so the person is asked.
    """
    if _is_denied_twice(rest.tokens):
        last_night = situation.nights.last_night(situation.local)
        return Unclear((LogCramp(*moment_of_night(last_night, situation)),))
    rest.take("FINE", "THANKS", *(("GOOD_NIGHT",) if rest.has("NO_CRAMP") else ()))
    if rest.take("NO"):  # in some languages it is a "not"
        return to_confirm(no_cramps(rest, situation))
    rest.take("AGAIN")
    said = rest.take("NO_CRAMP")
    is_quiet = bool(rest.take("QUIET"))
    has_slept = bool(rest.take("SLEPT_WELL"))
    if 1 < len(said) > rest.kinds.count("MAYBE"):
        rest.take("MAYBE")  # "slept like a log, no cramps": the second is not a guess
    running = list(rest.pull(_NIGHTS_RUNNING)) if said else []
    days = list(rest.pull(ANY_DAY)) or list(rest.pull(NIGHT_ALONE))
    if len(running) == 1 and not days:
        rest.take("MAYBE", "SINCE", "FOR", "NOW")
        number = int(running[0].match["number"])
        return _each_of(number, situation) if rest.is_accounted_for else None
    if len(said) > _MOST_TOLD or len(days) > 1 or not rest.is_accounted_for:
        return Unclear() if said else None
    if not said and has_slept:
        return _slept_well(days, situation)
    if not said and is_quiet:
        last_night = situation.nights.last_night(situation.local)
        is_night = bool(days) and days[0].match[0] in _QUIET_NIGHTS
        return Unclear((NoCramps(last_night),)) if is_night else None
    return _in_night_of(days[0] if days else None, situation)


def _in_night_of(day: Piece | None, situation: Situation) -> Understood:
    """A night without cramps, by the day or night that is said; without one, the last night."""
    last_night = situation.nights.last_night(situation.local)
    if day is None or day.match[0] in _TONIGHT:
        is_over = _NIGHT_IS_OVER <= situation.sleep_clock.time() < NIGHT_BEGINS
        return NoCramps(last_night) if is_over else Unclear((NoCramps(last_night),))
    is_last = day.match[0] == "LAST_NIGHT"  # one phrase may say both: "anoche nada"
    night = last_night if is_last else situation.night(day.source)
    if isinstance(night, Unusable):
        nights = TimeWords(None, day, None, False).nights(situation)
        if isinstance(nights, Unclear):
            return nights
        return asked([NoCramps(one) for one in nights if one <= last_night])
    if situation.nights.is_to_come(night, situation.local):
        return Unclear((NoCramps(last_night),))
    return NoCramps(night)
