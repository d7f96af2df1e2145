"""A text of which a part is understood: "night shift, in bed at 8, no messages until 3". Pure."""

import re
from collections.abc import Sequence

from bot.features.free_text.meanings.values import LogCramp, Meaning
from bot.features.free_text.rules.somebody_rules import SOMEBODY
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.sentence import Situation
from bot.features.free_text.understanding.two_wishes import SAFE
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE, readings_of
from bot.i18n.vocabulary.lexer import lex

_BETWEEN = re.compile(r"[,;.!…]+\s|\s[-–—]\s")
MOST_MEANINGS = 2
"""A part with more meanings than this is not clear by itself."""
_CHANGES_ALL = frozenset({*SOMEBODY, "NOT", "UNREAL", "WRONG", "MEANT", "UNDO", "NEVER_MIND", "?"})
"""With one of these concepts in one part, another part alone may say the opposite."""


def of_parts(text: str, situation: Situation) -> Sequence[Meaning]:
    """What the parts of a text mean that are clear by themselves, each to be asked.

    A cramp is read from all of a text: its hour may be in another part.
    """
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) < 2:
        return ()
    found: list[Meaning] = []
    for at, part in enumerate(parts):
        others = " ".join((*parts[:at], *parts[at + 1 :]))
        kinds = {one.kind for one in lex(others, situation.language, LONGEST_SENTENCE)}
        if kinds.isdisjoint(_CHANGES_ALL):
            found += _readings(part, situation)
    return found


def _readings(part: str, situation: Situation) -> list[Meaning]:
    where = (situation.language, situation.said_at, situation.zone)
    reading = understand(part, *where, situation.hours, situation.nights)
    found = readings_of(reading.understood) if reading.is_exact else ()
    is_clear = len(found) <= MOST_MEANINGS and all(
        isinstance(one, SAFE) and not isinstance(one, LogCramp) for one in found
    )
    return [*found] if is_clear else []
