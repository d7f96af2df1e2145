"""A note in the person's own words: "note: slept badly". Pure."""

import re
from collections.abc import Collection
from functools import lru_cache

from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, phrases_for, split

_LEAD = re.compile(r"(?P<lead>[^:\n]{1,40}?)\s*(?::|\n|\s[-–—]\s)\s*(?P<note>.+)", re.DOTALL)
"""What stands before a colon, a dash or a line break, and what comes after it. With white space
before it, which the lead may have as well, thousands of spaces would take seconds."""


_TRIGGERS = {
    "EXERCISE": "hard_exercise",
    "DISTANCE": "hard_exercise",
    "ALCOHOL": "alcohol_evening",
    "STRESS": "stress",
}
"""Concept → what an entry can have as a possible cause."""
_LEADS_TO_CRAMP = frozenset({*_TRIGGERS, "YESTERDAY", "DAY_BEFORE_YESTERDAY", "SEASON"})
"""Concepts of a day, or of what was done on it."""
_OF_CRAMP = frozenset(
    {
        *(*EVENTS, *SIDES, *SITES, "BOTH", "1", "AGAIN", "ALSO", "OTHER_ONE", "NOW", "AGO"),
        *("LET_GO", "HURTS", "SORE", "WOKE", "AWAKE", "STRENGTH", "WORST", "NIGHT", "LAST_NIGHT"),
        *("DIAL", "OCLOCK", "AM", "PM"),
    }
)
"""Concepts with which words after an entry may tell of another cramp, or more of this one."""
_OF_OTHER = frozenset(
    {
        *("NOT", "NO_CRAMP", "FINE", "QUIET", "SLEPT_WELL", "UNREAL", "WRONG", "MEANT", "RATHER"),
        *("REMIND", "REMINDER", "PAUSE", "MUTE", "SKIP", "UNTIL", "DELETE", "ERASE", "UNDO"),
        *("SHOW", "ENTRY", "ASKING", "WHY", "HELPS_NOW", "HOW_MANY", "HOW_WAS", "?"),
        *("WHEN", "WHICH", "HOW_STRONG", "DID_I", "BEDTIME", "TO_BED", "GET_UP", "DOCTOR"),
    }
)
"""Concepts with which they are about something else."""


def tells_cause(concepts: Collection[str]) -> bool:
    """Whether words right after an entry tell what may have led to it, and nothing about a cramp.

    For example: "all that gardening yesterday".
    """
    has_hour = "AT" in concepts and any(one.isdigit() for one in concepts)
    is_of_day = not _LEADS_TO_CRAMP.isdisjoint(concepts) and not has_hour
    return is_of_day and (_OF_CRAMP | _OF_OTHER).isdisjoint(concepts)


def triggers_of(concepts: Collection[str]) -> list[str]:
    """The possible causes that such words name, as codes of an entry."""
    return list(dict.fromkeys(code for one, code in _TRIGGERS.items() if one in concepts))


def note_of(text: str, language: str) -> str | None:
    """The note that a text asks to keep, word for word; None when it is something else.

    The words for a note have to come first, and a colon, a dash or a line break after them:
    "note the time of my stretch" is not a note.
    """
    found = _LEAD.fullmatch(text.strip())
    if found is None:
        return None
    return found["note"].strip() if _bare(found["lead"]) in _leads(language) else None


def is_lead(text: str, language: str) -> bool:
    """Whether a text is "note:" without a note."""
    lead = text.strip().rstrip(":-–—")
    return lead != text.strip() and _bare(lead) in _leads(language)


@lru_cache(maxsize=16)
def _leads(language: str) -> frozenset[str]:
    return phrases_for("NOTE", language) | phrases_for("NOTE", SOURCE_LANGUAGE)


def _bare(phrase: str) -> str:
    return " ".join(split(phrase))
