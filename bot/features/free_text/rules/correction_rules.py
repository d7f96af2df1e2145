"""Rules for corrections of an entry: "no, the right leg", "not 3, 4 o'clock". Pure.

These rules do not know which entry is meant, nor what it says so far.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from bot.features.cramps.entry_times import is_night_time
from bot.features.cramps.values import STRONGEST
from bot.features.free_text.meanings.further_values import Correct, WasWrong
from bot.features.free_text.meanings.values import LogCramp, Unclear
from bot.features.free_text.rules.correction_words import (
    NOT_PLACE_BUT,
    PLACES,
    SAID_NO,
    Denied,
    Right,
)
from bot.features.free_text.rules.cramp_fields import (
    SIDES,
    SITES,
    is_unambiguous,
    known_of,
    stated_fields,
    stated_sites,
)
from bot.features.free_text.rules.cramp_rules import cramp
from bot.features.free_text.understanding.patterns import AGO, ANY_DAY, CLOCK, NUMBER
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
    to_confirm,
)
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.nights import local_time
from bot.local_time.typed_times import PERIODS, parse_clock

CORRECTIONS = frozenset({"NO", "NOT", "WRONG", "MEANT", "RATHER", "OTHER_ONE"})
"""Concepts of which one makes :func:`correction` a candidate."""
_NOT_NOW = frozenset(
    {
        *("not now", "nicht jetzt", "jetzt nicht", "ahora no", "no ahora", "pas maintenant"),
        *("non adesso", "non ora", "agora nao", "nao agora", "не сеичас", "не зараз"),
    }
)
"""Words, after folding, that put a reminder off, and beside an hour deny "now"."""
_IT_WAS = frozenset({"это было", "це було", "то було"})
_NO_OR_NOT = frozenset({"no", "nao", "нет", "ні"})
"""Words that are both the answer no, and "not" before what they deny."""
_STATES = re.compile(rf"(?<!\S)(?:[0-9]+|NOON|MIDNIGHT|{PLACES})(?!\S)")
_NOT_PART = re.compile(r"NOT (?:(?:AT|ON|IN) )?(?:THIS_MORNING|MORNING|AFTERNOON|EVENING)")
""" "it was at night, not in the morning": the right hour is not said."""
_REPLACED = re.compile(
    r"(?:MOVE|MEANT) (?:STRENGTH )?[0-9]{1,2}"
    r" (?:(?:FOR|AT|ON|IN|TO|UNTIL|AND|STRENGTH) )*(?P<right>[0-9]{1,2})"
)
_EITHER = re.compile(
    "(?:STRENGTH )?([0-9]{1,2}) (?:OR|UNTIL) ([0-9]{1,2})"
    "|BETWEEN (?:STRENGTH )?([0-9]{1,2}) (?:AND |DIAL 0)?(?:STRENGTH )?([0-9]{1,2})"
)
"""Two numbers of which one is the strength."""
_OF_TEN = re.compile("(?P<said>[0-9]|10) (?:OUT_OF|OF|/) 10")
_SPAN_AGO = re.compile("(?P<number>[0-9]{1,3}) (?P<unit>MIN|HOUR|HRS|H)")
_OTHER = {"LEFT": "right", "RIGHT": "left"}


def correction(rest: Remainder, situation: Situation) -> Understood:
    """ "no, the right leg", "not 3, 4 o'clock", "I meant the left calf".

    "Rather at 10" may as well be a wish for a reminder, so it is asked.
    """
    if (strength := _it_was(rest)) is not None:
        return strength
    rest = _with_not_now(rest)
    is_marked = rest.has("NOT", "NO", "WRONG", "MEANT")
    if "NOT OTHER_ONE" in str(rest) and rest.has(*SIDES):
        return None
    is_other = bool(rest.take("OTHER_ONE"))
    if is_other and rest.has("AGAIN"):
        return None  # "another one right after, on the other side": a new one
    if is_other and rest.has(*SIDES):
        rest = rest.joined_by("MEANT")  # "wrong leg, it was the right one"
    elif is_other:
        rest.take("NO", "WRONG", "MEANT", "RATHER", "CRAMP", "LATER")  # "no wait, the other one"
        list(rest.pull(SAID_NO))
        is_no = bool(rest.take("NOT"))  # Italian "no": which is "not", too
        if not rest.is_accounted_for:
            return None
        other = Correct(is_other_side=True)
        return Unclear((other,)) if is_no else other
    is_rather, is_new = rest.has("RATHER") and not is_marked, rest.has("CRAMP")
    is_but = NOT_PLACE_BUT.search(str(rest)) is not None  # perhaps of another cramp
    right = _after_no(rest, situation)
    found = _correction(rest, situation)
    if right is not None and found is not None:  # "4:15 no 5:15"
        both = (right, found)
        if _is_denied(rest, situation):
            both = (found, right)
        either = [one.candidates if isinstance(one, Unclear) else (one,) for one in both]
        return asked([meaning for meanings in either for meaning in meanings])
    if is_but and isinstance(found, Correct):
        return Unclear((found,))
    if is_rather and isinstance(found, Correct) and found.clock is not None:
        return None if is_new else Unclear((found,))  # "it was at 3, the cramp": a new one
    return found


def _it_was(rest: Remainder) -> Correct | None:
    """ "it was 7": a number without an "at" is no hour, but how strong it was."""
    said = [token for token in rest.tokens if token.kind != "FILLER"]
    if len(said) != 2 or said[0].source not in _IT_WAS or not said[1].kind.isdigit():
        return None
    number = int(said[1].kind)
    return Correct((("strength", str(number)),)) if number <= STRONGEST else None


def _with_not_now(rest: Remainder) -> Remainder:
    """ "quarter to 5, not now": the words that put a reminder off deny that it is happening now."""
    if not rest.has("LATER") or CLOCK.search(str(rest)) is None:
        return rest
    denied = [Token("NOT", ""), Token("NOW", "")]
    found = [denied if one.source in _NOT_NOW else [one] for one in rest.tokens]
    return Remainder([token for tokens in found for token in tokens])


def _after_no(rest: Remainder, situation: Situation) -> Understood:
    """ "4:15 no 5:15" when the word is the answer no, and not what denies the second time."""
    tokens = rest.tokens
    places = (at for at, one in enumerate(tokens) if one.kind == "NO" or one.source in _NO_OR_NOT)
    at = next((at for at in places if at), None)
    if at is None or tokens[at + 1 : at + 2] == [Token(",", ",")]:
        return None  # "el gemelo no, el pie"
    if not _STATES.search(" ".join(one.kind for one in tokens[:at])):
        return None
    return _correction(Remainder([Token("NO", ""), *tokens[at + 1 :]]), situation)


def _is_denied(rest: Remainder, situation: Situation) -> bool:
    """ "foi no pé, não na panturrilha": the word is rather the "not" of what follows it."""
    denying = {"pt_BR": "nao", "es": "no"}.get(situation.language)
    tokens = [Token(",", ","), *rest.tokens, Token("", "")]
    return any(
        no.source == denying and (before.kind == "," or after.kind in {"ON", "IN"})
        for before, no, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def vaguely(rest: Remainder, situation: Situation) -> Understood:
    """ "about a 4", "5 or 6", "more the thigh": nothing but what is not exact, which is asked."""
    is_hour = rest.has("AT")  # "saranno state le due"
    hedges = rest.take("ABOUT", "SOONER", "MAYBE")
    agos = list(rest.pull(AGO))
    if agos:  # "it was 10 minutes ago"
        return _ago(agos, situation) if rest.is_accounted_for else None
    either = [piece.match for piece in rest.pull(_EITHER)]
    of_ten = [piece.match["said"] for piece in rest.pull(_OF_TEN)]
    numbers = [int(piece.match[0]) for piece in rest.pull(NUMBER)]
    if either or (numbers and "MAYBE" in hedges):
        rest.take("STRENGTH")  # "eight points, maybe"
    stated, sites = stated_fields(rest), stated_sites(rest)
    if not rest.is_accounted_for or sites is None or not is_unambiguous(stated):
        return None
    known = known_of(stated) | ({"strength": of_ten[0]} if of_ten else {})
    if either and not (numbers or known or sites or len(either) > 1):
        both = [number for number in either[0].groups() if number is not None]
        strengths = [
            Correct((("strength", str(int(number))),))
            for number in both
            if int(number) <= STRONGEST
        ]
        is_vague = bool(hedges) or "BETWEEN" in either[0][0]
        hours = _in_the_night(both, situation) if is_vague else []
        if "BETWEEN" in either[0][0] and len(hours) < len(both):
            hours = []  # "between six and eight", told in the morning
        return asked([*strengths, *hours])
    if either or len(numbers) + bool(known or sites) != 1:
        return None
    found = _corrected(known, sites, [], numbers, situation)
    if is_hour and isinstance(found, Unclear):
        found = asked([one for one in found.candidates if isinstance(one, Correct) and one.clock])
    return Unclear((found,)) if isinstance(found, Correct) else found


def _in_the_night(hours: Sequence[str], situation: Situation) -> list[LogCramp]:
    """ "around 2 or 3": a cramp at each of these hours, if people sleep then."""
    found: list[LogCramp] = []
    for hour in hours:
        read = cramp(Remainder([Token("AT", ""), Token(hour, hour), Token("CRAMP", "")]), situation)
        logs = read.candidates if isinstance(read, Unclear) else (read,)
        found += [
            one
            for one in logs
            if isinstance(one, LogCramp)
            and is_night_time(local_time(one.at, situation.zone).time())
        ]
    return found


def time_alone(rest: Remainder, situation: Situation) -> Understood:
    """ "it was quarter to 4": of the entry on screen, or of a cramp that is not logged."""
    besides = rest.joined_by("CRAMP")
    clocks = list(rest.pull(CLOCK))
    if len(clocks) != 1 or not rest.is_accounted_for or clocks[0].match["after"]:
        return None
    found = _clock(clocks[0], situation)
    cramps = cramp(besides, situation)
    logs = cramps.candidates if isinstance(cramps, Unclear) else (cramps,)
    told = [one for one in logs if isinstance(one, LogCramp)]
    return None if found is None else asked([Correct((), *found), *told])


def replaced(rest: Remainder, situation: Situation) -> Understood:
    """ "change the 7 to a 5", "change it to right": asked, as it may be about a reminder."""
    said = [int(piece.match["right"]) for piece in rest.pull(_REPLACED)]
    if not said and rest.take("MOVE"):
        rest.take("HURTS")  # Portuguese "aí", which is "there", too
        found = _correction(rest.joined_by("MEANT"), situation)
        return Unclear((found,)) if isinstance(found, Correct) else found
    if len(said) != 1 or said[0] > STRONGEST or not rest.is_accounted_for:
        return None
    return Unclear((Correct((("strength", str(said[0])),)),))


def _correction(rest: Remainder, situation: Situation) -> Understood:
    """What an entry should say, or that it is wrong; None when a sentence corrects nothing."""
    denied, rest = Denied.pulled(rest)
    is_part = _NOT_PART.search(str(rest)) is not None
    if rest.kinds.count("NOT") > len(_NOT_PART.findall(str(rest))):
        return None
    if not (denied.is_marked or is_part or denied.places or denied.has_time or denied.has_event):
        return None
    if list(rest.pull(_NOT_PART)):
        rest.take(*PERIODS.split("|"), "THIS_NIGHT", "LAST_NIGHT", "THIS_MORNING")
        return Unclear((WasWrong(),)) if rest.is_accounted_for else None
    is_twitch = bool(rest.take("TWITCH"))
    if denied.has_event and not is_twitch:
        return None
    rest.take("CRAMP", "ENTRY")
    days = [piece.match[0] for piece in rest.pull(ANY_DAY)]
    if days and not (denied.has_time and set(days) <= {"LAST_NIGHT", "THIS_NIGHT"}):
        return Unclear((WasWrong(),)) if rest.is_accounted_for else None
    right = Right.pulled(rest, has_denied_time=denied.has_time)
    if right is None:
        return None
    found = _as_right(right, denied, situation, is_twitch=is_twitch)
    is_doubtful = bool(days) or right.is_that_one  # "no, the first one was right"
    return to_confirm(found) if is_doubtful and not right.hours else found


def _as_right(right: Right, denied: Denied, situation: Situation, *, is_twitch: bool) -> Understood:
    """The correction of an entry that a sentence states."""
    known, sites, clocks, numbers = right.known, right.sites, right.clocks, right.numbers
    if not _denied_sites(denied.places).isdisjoint(sites):
        return Unclear((WasWrong(),))  # "not the toes of the foot"
    if right.agos:
        is_more_said = bool(clocks or numbers or right.hours or known)
        return None if is_more_said else _ago(right.agos, situation)
    is_twice = len(clocks) + len(numbers) + len(right.hours) > 1
    if is_twice or (is_twitch and (numbers or "strength" in known)):
        return Unclear()
    if is_twitch:
        known = {**known, "type": "twitch"}
    if right.hours:
        (hour,) = right.hours
        is_hour = hour < 24 and not sites
        return _at_hour(known, hour) if is_hour else None
    if not (known or sites or clocks or numbers):
        return _only_denied(denied)
    if any(piece.match["after"] for piece in clocks):
        return None
    return _corrected(known, sites, clocks, numbers, situation)


def _at_hour(known: Mapping[str, str], hour: int) -> Correct:
    return Correct(tuple(sorted(known.items())), time(hour), 1 <= hour <= 12)


def _ago(agos: list[Piece], situation: Situation) -> Understood:
    """ "it was an hour ago": the time on the clock then, which is asked."""
    said = _SPAN_AGO.search(agos[0].match[0])
    if len(agos) > 1 or said is None:
        return Unclear()
    minutes = int(said["number"]) * (1 if said["unit"] == "MIN" else 60)
    at = situation.local - timedelta(minutes=minutes)
    return Unclear((Correct((), time(at.hour, at.minute), False),))


def _denied_sites(places: Sequence[Sequence[str]]) -> set[str]:
    """The sites that are wrong on either side."""
    of_no_side = (words for words in places if SIDES.keys().isdisjoint(words))
    return {site for words in of_no_side for word in words for site in SITES.get(word, ())}


def _only_denied(denied: Denied) -> Understood:
    """ "not the left one": the other side may be meant; "no right leg" may mean this one."""
    sides = {word for words in denied.places for word in words if word in _OTHER}
    if len(sides) != 1:
        return Unclear((WasWrong(),)) if denied.places else None
    (said,) = sides
    either = (_side(_OTHER[said]), _side(SIDES[said]))
    return Unclear(either[::-1] if denied.is_answer else either)


def _side(code: str) -> Correct:
    return Correct((("side", code),))


def _corrected(
    known: Mapping[str, str],
    sites: tuple[str, ...],
    clocks: list[Piece],
    numbers: list[int],
    situation: Situation,
) -> Understood:
    readings: list[tuple[dict[str, str], time | None, bool]] = []
    if clocks:
        found = _clock(clocks[0], situation)
        if found is None:
            return Unclear()
        readings = [(dict(known), *found)]
    elif numbers:
        (number,) = numbers
        if "strength" in known:
            return Unclear()
        if number <= STRONGEST:
            readings.append(({**known, "strength": str(number)}, None, False))
        if number < 24 and not known:
            readings.append((dict(known), time(number), 1 <= number <= 12))
    else:
        readings = [(dict(known), None, False)]
    return _one_or_asked(
        [
            Correct(tuple(sorted({**told, **({"site": site} if site else {})}.items())), at, dial)
            for told, at, dial in readings
            for site in sites or ("",)
        ]
    )


def _one_or_asked(found: list[Correct]) -> Understood:
    return found[0] if len(found) == 1 else asked(found)


def _clock(piece: Piece, situation: Situation) -> tuple[time, bool] | None:
    """A time of day, and whether it may also be twelve hours later; None when there is none."""
    if piece.on_dial is not None:
        hour, minute = piece.on_dial
        return time(hour % 12, minute), True
    words = piece.source
    at = parse_clock(words, situation.language)
    return None if at is None else (at, situation.hours == 12 and piece.is_early)
