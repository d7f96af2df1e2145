"""How many cramps there were, where that is not clear: "two or three", "about three". Pure."""

import re
from collections.abc import Sequence

from bot.features.free_text.meanings.values import LogCramp, Meaning, Unclear
from bot.features.free_text.rules.cramp_fields import SIDES, SITES
from bot.features.free_text.understanding.sentence import Situation, asked
from bot.features.free_text.understanding.whole_sentence import read_tokens, readings_of
from bot.i18n.vocabulary.tokens import Token

_EITHER_COUNT = re.compile(
    r"(?<!\S)(?<!AT )(?:ABOUT )?[0-9]{1,2} OR [0-9]{1,2}(?= (?:HOW_BAD )?CRAMPS(?!\S))"
)
NIGHTS = frozenset({"LAST_NIGHT", "THIS_NIGHT", "NIGHT", "YESTERDAY", "SMALL_HOURS"})
_BESIDE_COUNT = frozenset({"FILLER", "FINE", "MAYBE", "ABOUT", ",", "."})
_ONE_OR_TWO = "1 OR 2"
_FEW = re.compile(
    rf"(?<!AT )(?<!\S)(?:{_ONE_OR_TWO}|[23] OR [34])(?!\S)(?! (?:AT|OCLOCK|H|HRS|AM|PM))"
)
_SO_OFTEN = re.compile(r"(?<!AT )(?<!\S)[2-9](?!\S)")
_MORE = frozenset({"3", "4"})
_ARTICLES = frozenset(
    {"ein", "einer", "einen", "eins", "oaner", "un", "une", "una", "uno", "um", "uma"}
)
_OR_TWO = re.compile(r"(?: ,)?(?: (?:OR|MAYBE))+(?= 2(?: |$)) 2")
_OF_PLACES = frozenset({*SITES, *SIDES, "LEG", "WOKE", "ON", "IN", "OF"})
_COUNTED_NIGHTS = NIGHTS | {"TODAY", "TONIGHT", "THIS_MORNING"}
_COUNT_OR_HOUR = re.compile(r"(?<!AT )(?<!\S)ABOUT [2-9] CRAMPS?(?!\S)")


def two_or_three(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "two or three last night, I don't know", "three times last night": it is asked."""
    said = [token for token in _one_or_two(tokens) if token.kind not in _BESIDE_COUNT]
    is_times = any(token.kind == "TIMES" for token in said)
    said = _with_or([token for token in said if token.kind != "TIMES"])
    kinds = " ".join(token.kind for token in said)
    few = _FEW.search(kinds) or (_SO_OFTEN.search(kinds) if is_times else None)
    if few is None:
        return None
    besides = set(kinds.replace(few[0], "", 1).split())
    is_guess = few[0] == _ONE_OR_TWO and any(token.kind == "MAYBE" for token in tokens)
    is_of_night = bool(besides) or is_guess or (is_times and " OR " in few[0])  # "2 or 3 times"
    if not is_of_night or not besides <= _COUNTED_NIGHTS | _OF_PLACES:
        return None
    if _COUNTED_NIGHTS.isdisjoint(besides):
        said.append(Token("NIGHT", ""))
    last = kinds[: few.end()].count(" ") + 1
    counted = [*said[:last], Token("CRAMPS", ""), *said[last:]]
    if " OR " in few[0]:
        return either_count(counted, situation)
    found = [one for one in readings_of(read_tokens(counted, situation)) if _is_log(one)]
    return Unclear((found[0],)) if len(found) == 1 else None


def _one_or_two(tokens: Sequence[Token]) -> list[Token]:
    """Read "einer, vielleicht auch zwei" as one or two, where the word for one is an article."""
    said = [token for token in tokens if token.kind != "ALSO"]
    kinds = [token.kind for token in said]
    for at, token in enumerate(said):
        is_one = token.kind == "1" or (token.kind == "FILLER" and token.source in _ARTICLES)
        between = "".join(" " + kind for kind in kinds[at + 1 :])
        if is_one and (found := _OR_TWO.match(between)) is not None:
            two = at + found[0].count(" ")
            return [*said[:at], Token("1", token.source), Token("OR", ""), *said[two:]]
    return list(tokens)


def _with_or(said: Sequence[Token]) -> list[Token]:
    """Put an "or" between two numbers if the second is greater by one: "две-три"."""
    found: list[Token] = []
    for token in said:
        before = found[-1].kind if found else ""
        if token.kind in _MORE and before.isdigit() and int(before) == int(token.kind) - 1:
            found.append(Token("OR", ""))
        found.append(token)
    return found


def _is_log(meaning: Meaning) -> bool:
    return isinstance(meaning, LogCramp)


def either_count(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "three or four cramps last night": both numbers are asked."""
    said = _without_pause([one for one in tokens if one.kind not in ("FILLER", "MAYBE")])
    either = _EITHER_COUNT.search(kinds := " ".join(token.kind for token in said))
    if either is None:
        return None
    if either[0] + " CRAMPS" == kinds:
        said.append(Token("NIGHT", ""))  # several cramps are hardly of this moment
    first = kinds[: either.start()].count(" ")
    after = said[first + either[0].count(" ") :]
    fewer, _or, *_rest = said[first + ("ABOUT" in either[0]) :]
    found = [
        meaning
        for number in (fewer, after[0])
        for meaning in readings_of(read_tokens([*said[:first], number, *after[1:]], situation))
    ]
    is_of_cramps = bool(found) and all(isinstance(one, LogCramp) for one in found)
    return asked(found) if is_of_cramps else None


def _without_pause(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without a comma before "cramps": "three or four, I lost count"."""
    pairs = zip(tokens, [*tokens[1:], None], strict=False)
    return [
        one for one, after in pairs if not (one.kind == "," and after and after.kind == "CRAMPS")
    ]


def count_or_hour(tokens: Sequence[Token], situation: Situation) -> Unclear | None:
    """ "about three cramp last night": three of them, or at three, which is asked."""
    said = [token for token in tokens if token.kind != "FILLER"]
    found = _COUNT_OR_HOUR.search(kinds := " ".join(token.kind for token in said))
    if found is None:
        return None
    at = kinds[: found.start()].count(" ")
    before, (about, number, one), after = said[:at], said[at : at + 3], said[at + 3 :]
    counted = [*before, number, Token("CRAMPS", one.source), *after]
    timed = [*before, about, Token("AT", ""), number, Token("CRAMP", one.source), *after]
    meanings = [readings_of(read_tokens(each, situation)) for each in (counted, timed)]
    is_of_cramps = all(each and isinstance(each[0], LogCramp) for each in meanings)
    return asked([*meanings[0], *meanings[1]]) if is_of_cramps else None
