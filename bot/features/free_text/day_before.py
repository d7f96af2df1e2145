"""What the day was like, told after a cramp of the night: "toe cramp, on my feet all day". Pure."""

import re

from bot.features.cramps.told_codes import Told
from bot.features.free_text.rules import LONGEST_SENTENCE
from bot.i18n.vocabulary.helped import OF_THE_DAY, helped

_LAST_CLAUSE = re.compile(r"(?P<cramp>.+)[,;.] *(?P<day>[^,;.]+)[.!]*")


def without_day(text: str, language: str) -> tuple[str, Told] | None:
    """A text without its last clause, and what that says of the day; None when it says no such.

    "Today" in that clause is when somebody stood for long, and no time of the cramp.
    """
    clauses = _LAST_CLAUSE.fullmatch(text.strip()) if len(text) <= LONGEST_SENTENCE else None
    codes = helped(clauses["day"], language, LONGEST_SENTENCE) if clauses else None
    if clauses is None or not codes or not codes <= OF_THE_DAY:
        return None
    return clauses["cramp"], tuple(("trigger", code) for code in sorted(codes))
