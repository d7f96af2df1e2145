"""Separates a cramp from what the day before was like: "toe cramp, on my feet all day". Pure."""

import re
from collections.abc import Sequence

from bot.features.cramps.told_codes import Told
from bot.features.free_text.cramp_rules import EVENTS
from bot.features.free_text.rules import LONGEST_SENTENCE
from bot.i18n.vocabulary.helped import OF_THE_DAY, helped
from bot.i18n.vocabulary.tokens import Token

_BETWEEN = frozenset({",", ";", ".", "AND"})
_NO_DAY = frozenset(
    {
        *("AT", "NIGHT", "REMIND", "NO_CRAMP", "QUIET"),
        *("STRETCHED", "DRANK", "DRANK_WATER", "CAFFEINE", "ALCOHOL"),
    }
)
"""With these concepts a clause is about the night, or tells something that is kept."""
_LAST_CLAUSE = re.compile(r"(?P<cramp>.+)[,;.] *(?P<day>[^,;.]+)[.!]*")


def without_day(text: str, language: str) -> tuple[str, Told] | None:
    """A text without its last clause, and what that clause says about the day; else None.

    A "today" in that clause says when somebody stood for long, not when the cramp was.
    """
    clauses = _LAST_CLAUSE.fullmatch(text.strip()) if len(text) <= LONGEST_SENTENCE else None
    codes = helped(clauses["day"], language, LONGEST_SENTENCE) if clauses else None
    if clauses is None or not codes or not codes <= OF_THE_DAY:
        return None
    return clauses["cramp"], tuple(("trigger", code) for code in sorted(codes))


def of_the_night_after(tokens: Sequence[Token]) -> list[Token] | None:
    """A sentence without the clause about what was done "yesterday", before the night of a cramp.

    "Half marathon yesterday, cramp at 1": a clause has the day and no hour, and the last one has
    the cramp and its hour. None when the sentence is not like that.
    """
    kinds = [token.kind for token in tokens]
    ends = [at for at, kind in enumerate(kinds) if kind in _BETWEEN]
    if kinds.count("YESTERDAY") != 1 or not ends:
        return None
    before, night = kinds[: ends[-1]], kinds[ends[-1] :]
    day = kinds.index("YESTERDAY")
    start = max((end for end in ends if end < day), default=-1) + 1
    end = min((end for end in ends if end > day), default=len(kinds))
    of_day = [kind for kind in kinds[start:end] if kind != "FILLER"]
    is_of_day = len(of_day) > 1 and not any(kind.isdigit() or kind in _NO_DAY for kind in of_day)
    is_of_night = not EVENTS.keys().isdisjoint(night) and any(kind.isdigit() for kind in night)
    if not (is_of_day and is_of_night and EVENTS.keys().isdisjoint(before)):
        return None
    rest = [*tokens[:start], *tokens[end + 1 :]]
    first = next(at for at, token in enumerate(rest) if token.kind != "FILLER")
    if rest[first].kind == "NIGHT":  # "yesterday 15k, and at night a cramp, at 4 in the morning"
        rest[first] = rest[first]._replace(kind="LAST_NIGHT")
    return rest
