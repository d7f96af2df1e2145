"""A note in the person's own words: "note: slept badly". Pure."""

import re
from functools import lru_cache

from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, phrases_for, split

_LEAD = re.compile(r"(?P<lead>[^:\n]{1,40}?)\s*(?::|\n|\s[-–—]\s)\s*(?P<note>.+)", re.DOTALL)
"""What stands before a colon, a dash or a line break, and what comes after it. With white space
before it, which the lead may have as well, thousands of spaces would take seconds."""


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
