"""Separates a cramp from what the day before was like: "toe cramp, on my feet all day". Pure."""

import re
from collections.abc import Sequence

from bot.features.cramps.told_codes import Told
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.vocabulary.helped import OF_THE_DAY, helped
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.typed_times import PERIODS

_BETWEEN = frozenset({",", ";", ".", "AND"})
_NO_DAY = frozenset(
    {
        *("AT", "NIGHT", "REMIND", "NO_CRAMP", "QUIET"),
        *("STRETCHED", "DRANK", "DRANK_WATER", "CAFFEINE", "ALCOHOL"),
    }
)
"""With these concepts a clause is about the night, or tells something that is kept."""
_DONE = frozenset({"EXERCISE", "DISTANCE", "COMMON", "STRESS", "SEASON", "AWAY", "PET", "ALSO"})
"""Concepts that say what was done on a day; unknown words count as such, too."""
_OF_CRAMP = frozenset(
    {
        *(*EVENTS, *SIDES, *SITES, *PERIODS.split("|"), "BOTH", "WOKE", "HURTS", "NOW", "AGAIN"),
        *("MEANT", "WRONG", "RATHER", "ENTRY", "NOTE", "DELETE", "UNDO", "NO", "AFTER", "?"),
    }
)
"""With these concepts a clause after a cramp is about the cramp, or puts it right."""
_SPANS = re.compile(r"(?:[0-9]+ )+(?:DISTANCE|HOUR|MIN)(?!\S)")
"""How far or how long somebody walked: no hour."""
_LIKE = frozenset(
    {
        *("like", "same as", "as", "wie", "come", "uguale", "como", "igual", "comme", "pareil"),
        *("nem", "как", "як"),
    }
)
"""Words, after folding, that compare, and those that may stand between them and "yesterday"."""
_LINKS = frozenset({"que", "a", "и", "і", "й"})
_OF_HOUR = frozenset({"H", "HRS", "OCLOCK", "DIAL", "ABOUT", *PERIODS.split("|")})
_LAST_CLAUSE = re.compile(
    r"(?P<cramp>.+)(?:[,;.] *| (?:e|and|und|y|et|и|а|та|і) )(?P<day>[^,;.]+)[.!]*"
)


def without_day(text: str, language: str, *, is_night: bool) -> tuple[str, Told] | None:
    """A text without its last clause, and what that clause says about the day; else None.

    A "today" or "yesterday" in that clause says when somebody stood for long, not when the cramp
    was.

    Args:
        text: what was typed.
        language: the person's.
        is_night: whether it was typed at night: by day, "today" is not the day before the cramp.
    """
    clauses = _LAST_CLAUSE.fullmatch(text.strip()) if len(text) <= LONGEST_SENTENCE else None
    codes = helped(clauses["day"], language, LONGEST_SENTENCE) if clauses else None
    if clauses is None or not codes or not codes <= OF_THE_DAY:
        return None
    if not is_night:
        day, night = (
            [token.kind for token in lex(clauses[name], language, LONGEST_SENTENCE)]
            for name in ("day", "cramp")
        )
        if "YESTERDAY" not in day or not _is_timed(night):
            return None
    return clauses["cramp"], tuple(("trigger", code) for code in sorted(codes))


_HOUR = (
    r"(?:ABOUT )?(?:AT )?(?:ABOUT )?(?:MIDNIGHT|[0-9]{1,2}(?: (?:DIAL|[:.]) [0-9]{2})?)"
    r"(?: (?:OCLOCK|HRS|H))?(?: (?:EVENING|PM|NIGHT))?"
)
_WENT_TO_BED = re.compile(
    r"(?:(?:YESTERDAY|TODAY|FILLER) )*"
    rf"(?:(?:BEDTIME|TO_BED)(?: MAYBE)? {_HOUR}|{_HOUR} (?:BEDTIME|TO_BED))"
    r"(?: (?:AND|FILLER|,|;|\.))+ (?P<night>.*[0-9].*)"
)
"""Matches a clause about going to bed with an hour, before another clause with an hour."""


_WORK_AND_SLEEP = frozenset({"NIGHT_SHIFT", "BEDTIME", "TO_BED", "TURN_OFF", "SLEEP"})
"""Concepts of a clause about when somebody worked or went to bed: "came off shift at 8"."""


def after_bedtime(tokens: Sequence[Token]) -> list[Token] | None:
    """A cramp without the hour at which somebody went to bed: "to bed at 11, woke at 3, cramp".

    None when the sentence is not like that.
    """
    kinds = " ".join(token.kind for token in tokens)
    found = _WENT_TO_BED.match(kinds)
    if found is None or EVENTS.keys().isdisjoint(found["night"].split()):
        return _after_work(tokens)
    return list(tokens[kinds[: found.start("night")].count(" ") :])


def _after_work(tokens: Sequence[Token]) -> list[Token] | None:
    """ "Nachtdienst bis acht, um neun ins Bett, und um halb zwölf ein Krampf": the last clause."""
    kinds = [token.kind for token in tokens]
    ends = [at for at, kind in enumerate(kinds) if kind in _BETWEEN]
    for end in reversed(ends):
        before, after = kinds[:end], kinds[end + 1 :]
        is_of_day = not _WORK_AND_SLEEP.isdisjoint(before) and _OF_CRAMP.isdisjoint(before)
        if _is_timed(after) and is_of_day and any(kind.isdigit() for kind in before):
            return list(tokens[end + 1 :])
    return None


def of_the_night_after(tokens: Sequence[Token]) -> list[Token] | None:
    """A sentence without the clause about what was done "yesterday", before the night of a cramp.

    "Half marathon yesterday, cramp at 1", and "cramp at 1, ran a half marathon yesterday": one
    clause has the day, the other one the cramp and its hour. None when the sentence is not like
    that.
    """
    kinds = [token.kind for token in tokens]
    if kinds.count("YESTERDAY") != 1:
        return None
    day = kinds.index("YESTERDAY")
    if (compared := _as_yesterday(tokens, day)) is not None:
        return compared
    ends = [at for at, kind in enumerate(kinds) if kind in _BETWEEN]
    start = max((end for end in ends if end < day), default=-1) + 1
    end = min((end for end in ends if end > day), default=len(kinds))
    if end >= len(kinds) - 1:
        start = start or _after_hour(kinds)
        return _before_its_day(tokens[:start], tokens[start:end])
    is_of_day = _tells_of_day(kinds[start:end])
    if not (is_of_day and _is_timed(kinds[end:]) and EVENTS.keys().isdisjoint(kinds[:end])):
        return None
    rest = [*tokens[:start], *tokens[end + 1 :]]
    first = next(at for at, token in enumerate(rest) if token.kind != "FILLER")
    if rest[first].kind == "NIGHT":  # "yesterday 15k, and at night a cramp, at 4 in the morning"
        rest[first] = rest[first]._replace(kind="LAST_NIGHT")
    return rest


def _as_yesterday(tokens: Sequence[Token], day: int) -> list[Token] | None:
    """A cramp with its hour, without "same as yesterday": there was one then, too."""
    first = day
    while first and tokens[first - 1].source in _LIKE | _LINKS:
        first -= 1
    said = " ".join(token.source for token in tokens[first : day + 1]).split()
    rest = [*tokens[:first], *tokens[day + 1 :]]
    is_alike = not _LIKE.isdisjoint({*said, " ".join(said[:2])})
    return rest if is_alike and _is_timed([token.kind for token in rest]) else None


def _before_its_day(night: Sequence[Token], day: Sequence[Token]) -> list[Token] | None:
    """The cramp before a clause about what was done "yesterday"; None if it was yesterday itself.

    So a word for a time of the day, a side or a place after the "yesterday" is the cramp's.
    """
    kinds = [token.kind for token in day]
    is_apart = bool(night) and night[-1].kind in _BETWEEN
    is_done = any(token.kind in _DONE or (is_apart and not token.is_known) for token in day)
    is_of_day = is_done and _tells_of_day(kinds) and _OF_CRAMP.isdisjoint(kinds)
    kept = list(night)
    while kept and kept[-1].kind in _BETWEEN:
        kept.pop()
    return kept if is_of_day and _is_timed([token.kind for token in kept]) else None


def _after_hour(kinds: Sequence[str]) -> int:
    """Where what is said after an hour begins, in a sentence without a comma; 0 for none."""
    hours = [at for at, kind in enumerate(kinds) if kind.isdigit()]
    at = hours[-1] + 1 if hours else 0
    while 0 < at < len(kinds) and kinds[at] in _OF_HOUR:
        at += 1
    is_day_first = at < len(kinds) and kinds[at] == "YESTERDAY"  # "at 3 yesterday I …" is either
    return 0 if is_day_first else at


def _tells_of_day(clause: Sequence[str]) -> bool:
    """Whether a clause says more than "yesterday", but names neither an hour nor a night."""
    said = [kind for kind in _SPANS.sub("", " ".join(clause)).split() if kind != "FILLER"]
    return len(said) > 1 and not any(kind.isdigit() or kind in _NO_DAY for kind in said)


def _is_timed(clause: Sequence[str]) -> bool:
    """Whether a clause has an hour, and a cramp or where it was."""
    return not {*EVENTS, *SITES}.isdisjoint(clause) and any(kind.isdigit() for kind in clause)
