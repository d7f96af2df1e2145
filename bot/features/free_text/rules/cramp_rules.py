"""Rules for sentences that log cramps. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from bot.features.cramps.told_codes import Told
from bot.features.cramps.values import STRONGEST
from bot.features.free_text.meanings.values import LogCramp, LogTwo, Meaning, Unclear, Why
from bot.features.free_text.rules.counted_cramps import beside_counts
from bot.features.free_text.rules.cramp_fields import (
    EVENTS,
    SIDES,
    SITES,
    WHOLE,
    count_code,
    duration_code,
    is_unambiguous,
    known_of,
    stated_fields,
    stated_sites,
    whole_site,
    with_site,
)
from bot.features.free_text.rules.cramp_times import TimeWords
from bot.features.free_text.understanding.patterns import (
    ABOUT_STRENGTH,
    AHEAD,
    ANY_DAY,
    CLOCK,
    COUNT,
    DAY_OF_LAST_WEEK,
    GONE_AFTER,
    NUMBER,
    TIMES,
    TWO_NUMBERS,
)
from bot.features.free_text.understanding.sentence import (
    MOST_CANDIDATES,
    Moment,
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)
from bot.local_time.nights import local_time

_COMMAS = frozenset({",", ";"})
_LENGTH_IN_WORDS = re.compile("(?:(?:FOR|ABOUT|AND) )*(?:LONG|SHORT)")
_FROM_A_DAY = re.compile(rf"AFTER(?= {ANY_DAY.pattern})")
""" "one from two nights ago"."""
BAD_ONE = re.compile(r"(?<=\bHOW_BAD )1(?! (?:[0-9]{2}(?! [AP]M)|DIAL|AM|PM|OCLOCK|HRS|H|/))(?!\S)")
"""A cramp that is called "one": "a bad one"."""
_ONE = re.compile(
    r"(?<!AT )(?<!\S)1(?= (?:(?:LEFT|RIGHT|BOTH) )?"
    rf"(?:HOW_BAD|NOW|LAST_NIGHT|THIS_NIGHT|THIS_MORNING|YESTERDAY|{'|'.join(SITES)})\b)"
)
""" "one in my calf", "uno malo", "just had one now"."""

_HURTS_AFTER = re.compile(r"(?<!\S)(?:HURTS|SORE)(?: [A-Z_]+)* OF(?: THIS)? CRAMPS?(?!\S)")
""" "my calf still hurts from last night's cramp", which may be in the diary already."""
_HEDGED = re.compile("(?<=[,;] )(?:ABOUT|SINCE)(?= (?:10|[0-9])$)")
"""What comes before the number that ends a sentence: "…, about a 6", Italian "…, da otto"."""
_LIKE = frozenset({"like", "tipo", "genre", "como", "так на", "где-то", "где то", "десь на"})
"""Words, after folding, that compare: after a place, the number is rather a strength."""


def cramp(rest: Remainder, situation: Situation) -> Understood:
    """ "cramp left calf 7, 10 min", "woke at 3 with a cramp".

    "10 min ago a cramp, about a 6": after another time, the 6 is the strength, which is asked.
    """
    rest = Remainder(beside_counts(rest.tokens))
    if (felt := _felt_about(rest, situation)) is not None:
        return felt
    plain = Remainder(rest.tokens)
    is_hedged = bool(list(plain.pull(_HEDGED)))
    is_rest = _HURTS_AFTER.search(str(rest)) is not None
    is_hedged &= plain.has("AGO", "NOW") or bool(list(Remainder(plain.tokens).pull(CLOCK)))
    if not (is_hedged or is_rest):
        return _cramp(rest, situation)
    found = _cramp(Remainder(plain.tokens) if is_hedged else rest, situation)
    return Unclear((found,)) if isinstance(found, LogCramp) else found


def _felt_about(rest: Remainder, situation: Situation) -> Understood:
    """ "right calf, like 9": how strong it was, or the hour; None for other sentences.

    After a word for how bad it was, "awful, like 9", it is how strong.
    """
    as_strength = Remainder(rest.tokens)
    abouts = list(as_strength.pull(ABOUT_STRENGTH))
    is_like = len(abouts) == 1 and abouts[0].at > 0 and abouts[0].source in _LIKE
    if not is_like or not rest.has("HOW_BAD", "WORST", *SITES, *SIDES):
        return None
    is_felt = rest.kinds[abouts[0].at - 1] == "HOW_BAD"
    found = [
        one
        for one in _readings(_cramp(Remainder(as_strength.tokens), situation))
        if "strength" in dict(one.told) and one.at == situation.said_at
    ]
    if is_felt or not found:
        return asked(found) if len(found) > 1 else next(iter(found), None)
    hours = _readings(_cramp(Remainder(rest.tokens), situation))
    if len(found) + len(hours) > MOST_CANDIDATES:  # which part it was, the entry asks
        found, hours = without_sites(found), without_sites(hours)
    return asked([*found, *hours])


def _readings(found: Understood) -> list[LogCramp]:
    every = found.candidates if isinstance(found, Unclear) else (found,)
    return [one for one in every if isinstance(one, LogCramp)]


def without_sites(found: list[LogCramp]) -> list[LogCramp]:
    """Cramps of which the exact place is not asked, each once."""
    sites = dict.fromkeys(dict(one.told).get("site", "") for one in found)
    whole = whole_site([one for one in sites if one not in WHOLE.values()])
    return list(dict.fromkeys(replace(one, told=with_site(one.told, whole)) for one in found))


def _cramp(rest: Remainder, situation: Situation) -> Understood:
    """The cramp that a sentence tells of, or every reading when there are several."""
    said = rest.kinds
    gone = tuple(duration_code(piece) for piece in rest.pull(GONE_AFTER))
    is_after_span = AHEAD.search(str(rest)) is not None  # "at 4, in 5 minutes I was fine"
    if is_after_span and CLOCK.search(str(rest)) is None:
        return Unclear(why=Why.TO_COME)
    told = _Told.pulled(rest, said, gone)
    if told is None:
        return Unclear()
    when, number, known = told.when, told.number, told.known
    if told.pair is not None:
        return _at_pair(told.pair, when, known, told.sites, situation)
    if told.is_twitch:
        if number is not None or known.keys() - {"side"}:
            return Unclear()  # of a twitch only the place and the time are stored
        known = {**known, "type": "twitch"}
    if told.is_counted and number is not None and number.is_joined and when.clock is not None:
        return Unclear()  # "two cramps, 1:30 and 4", see ``several_cramps.py``
    found = _cramps_at(when, number, known, told.sites, situation)
    if isinstance(found, Unclear):
        return found
    if len(found) > MOST_CANDIDATES:  # the hour is asked now, and the exact place afterwards
        found = without_sites(found)
    if when.is_range and not when.is_between and (both := two_of(found)) is not None:
        return asked([both, *found])  # "at 1 and at 4"
    is_bare = number is not None and not number.is_marked
    is_rough = when.is_range or when.by_day != "" or bool(gone) or when.is_night_before(situation)
    is_doubtful = told.is_plural or is_bare or told.is_mixed or is_after_span
    return found[0] if len(found) == 1 and not (is_rough or is_doubtful) else asked(found)


@dataclass(frozen=True)
class _Told:
    """What a sentence tells of a cramp."""

    when: TimeWords
    known: dict[str, str]
    """Fields and codes."""
    sites: tuple[str, ...]
    """The sites that can be meant; "" alone for none."""
    number: "_Number | None"
    """A number without a unit."""
    pair: Piece | None
    """Two numbers that may be a time: "3 10"."""
    is_twitch: bool
    is_counted: bool
    """Whether it says how many cramps there were."""
    is_plural: bool
    is_mixed: bool
    """Whether it says that the night was good, too."""

    @classmethod
    def pulled(cls, rest: Remainder, said: list[str], gone: tuple[str, ...]) -> "_Told | None":
        """Read a sentence; None when it says anything twice, or something else, too.

        Args:
            rest: the sentence.
            said: all of its concepts.
            gone: codes of what it says about when the cramp was gone, which is in ``rest`` no more.
        """
        list(rest.pull(_LENGTH_IN_WORDS))  # the entry asks how long it was
        rest.take("HOW_BAD", "WORST", "THIS")
        is_mixed = bool(rest.take("SLEPT_WELL"))
        list(rest.pull(_FROM_A_DAY))
        count = [count_code(piece) for piece in rest.pull(COUNT)]
        if count and rest.has("LEFT", "RIGHT"):
            rest.take("BOTH")  # "two cramps, both on the left"
        events = rest.take(*EVENTS)
        times = [count_code(piece) for piece in rest.pull(TIMES)] if events and not count else []
        when = TimeWords.pulled(rest, with_parts=True)
        if when is not None and when.is_stated and not when.is_now:
            rest.take("HURTS", "SORE", "LET_GO")  # how bad it was, how it ended
        stated, sites = {"count": (*count, *times), **stated_fields(rest)}, stated_sites(rest)
        stated["duration"] += gone
        if stated["strength"] or stated["duration"]:
            rest.take("HURTS", "SORE")
        pairs = list(rest.pull(TWO_NUMBERS))
        numbers = [_Number.among(said, one) for one in rest.pull(NUMBER) if not one.is_spelt_one]
        if when is None or sites is None or not rest.is_accounted_for:
            return None
        is_said_once = len(events) + len(count) == 1 and len(numbers) + len(pairs) <= 1
        if not (is_said_once and is_unambiguous(stated)) or (pairs and when.has_clock):
            return None
        known = known_of(stated)
        is_bare_plural = events == ["CRAMPS"] and not (known or sites or when.is_stated)
        return cls(
            when,
            known,
            sites or ("",),
            numbers[0] if numbers else None,
            pairs[0] if pairs else None,
            is_twitch=events == ["TWITCH"],
            is_counted=bool(count),
            is_plural=bool(count or times) or is_bare_plural,
            is_mixed=is_mixed,
        )


def two_of(found: Sequence[Meaning]) -> LogTwo | None:
    """Two cramps at two times; None for anything else."""
    cramps = [one for one in found if isinstance(one, LogCramp)]
    if len(cramps) != len(found) or len({one.at for one in cramps}) != 2 or len(cramps) != 2:
        return None
    first, second = sorted(
        (replace(one, told=_without_count(one.told)) for one in cramps), key=lambda one: one.at
    )
    return LogTwo(first, second)


def _without_count(told: Told) -> Told:
    return tuple(one for one in told if one[0] != "count")


def unnamed(rest: Remainder, situation: Situation) -> Understood:
    """ "left calf at 3am, 7/10", "a bad one at 3", "again, left leg, awful": a cramp, asked.

    So is a day of last week with an hour and nothing else.
    """
    is_one = rest.take_spelt_ones(BAD_ONE) | rest.take_spelt_ones(_ONE)
    is_felt = rest.has(*SIDES) and rest.has("AGAIN", "HURTS", "HOW_BAD")
    is_past = DAY_OF_LAST_WEEK.search(str(rest)) is not None and CLOCK.search(str(rest)) is not None
    if not (is_one or is_felt or is_past or rest.has(*SITES)):
        return None
    rest.take("AGAIN", "RATHER")
    found = cramp(rest.joined_by("CRAMP"), situation)
    when = TimeWords.pulled(rest)
    if when is None or rest.has(*EVENTS) or not (is_one or (when.is_stated and not when.is_now)):
        return None
    if isinstance(found, LogCramp):
        return Unclear((found,))
    return found if isinstance(found, Unclear) and found.candidates else None


@dataclass(frozen=True)
class _Number:
    """A number without a unit, and whether a comma marks it as a strength."""

    value: int
    is_marked: bool
    is_joined: bool
    """Whether an "and" is before it."""

    @classmethod
    def among(cls, said: list[str], piece: Piece) -> "_Number":
        """A number of a sentence: "calf, 7" and "calf 7, …" are marked, "cramp 7" is not."""
        before = said[piece.at - 1] if piece.at else ""
        after = said[piece.at + 1] if piece.at + 1 < len(said) else ""
        is_after_place = before in SITES or before in SIDES
        is_marked = before in _COMMAS or (is_after_place and after in _COMMAS)
        return cls(int(piece.match[0]), is_marked, before == "AND")


def _cramps_at(
    when: TimeWords,
    number: _Number | None,
    known: dict[str, str],
    sites: tuple[str, ...],
    situation: Situation,
) -> list[LogCramp] | Unclear:
    """Every reading of a cramp. A number that nothing marks can be a strength or an hour."""
    if number is not None and "strength" in known:
        return Unclear()
    is_asleep = known.get("woke") == "yes"
    is_strength = number is not None and number.value <= STRONGEST
    readings: list[tuple[Moment, dict[str, str]]] = []
    if number is None or is_strength:
        moments = when.moments(situation, is_asleep)
        if isinstance(moments, Unclear):
            return moments
        told = {**known, "strength": str(number.value)} if number is not None else known
        readings += [(moment, told) for moment in moments]
    if number is not None and _is_hour(number, when, known, sites, is_strength=is_strength):
        hours = when.at_hour(number.value, 0, situation, is_asleep)
        readings += [(moment, known) for moment in hours]
    if len(readings) * len(sites) > MOST_CANDIDATES:
        sites = (whole_site(sites),)  # the time is asked; which of the sites, the entry asks
    elif len(readings) == 1 < len(sites):
        sites = (*sites, whole_site(sites))  # a cramp in the instep is one all the same
    return [_log(moment, fields, site) for (moment, fields), site in product(readings, sites)]


def _is_hour(
    number: _Number,
    when: TimeWords,
    known: Mapping[str, str],
    sites: tuple[str, ...],
    *,
    is_strength: bool,
) -> bool:
    """Whether a number without a unit may be the hour of a cramp."""
    if number.value >= 24 or when.has_clock or (number.is_marked and is_strength):
        return False
    has_details = bool(sites[0] or known.keys() & {"side", "duration"})
    return when.is_stated or not has_details


def _at_pair(
    pair: Piece,
    when: TimeWords,
    known: Mapping[str, str],
    sites: tuple[str, ...],
    situation: Situation,
) -> Understood:
    """ "cramp 3 10", "cramp 4h": probably a time, which is asked."""
    hour, minute = int(pair.named("hour", "alone") or 0), int(pair.match["minute"] or 0)
    if hour >= 24:
        return Unclear()
    found = when.at_hour(hour, minute, situation, known.get("woke") == "yes")
    if pair.match[0].endswith(" H"):  # of the 24-hour clock
        found = [one for one in found if local_time(one[0], situation.zone).hour == hour]
    return asked([_log(moment, known, site) for moment, site in product(found, sites)])


def _log(moment: Moment, fields: Mapping[str, str], site: str) -> LogCramp:
    stated = {**fields, **({"site": site} if site else {})}
    return LogCramp(*moment, tuple(sorted(stated.items())))
