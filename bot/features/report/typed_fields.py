"""What a person can type for the pages only, and how long it may be. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TypedField:
    """A text for the pages: a number of lines of limited length."""

    characters: int
    """The most characters of a line."""
    lines: int = 1


NAME, QUESTIONS = "name", "questions"
TYPED_FIELDS = {
    "identifier": TypedField(40),
    "tried_before": TypedField(180, lines=5),
    "dialysis_days": TypedField(80),
    "results": TypedField(90, lines=10),
}
"""Column of the draft → what it takes, besides the name and the questions."""
ALL_FIELDS = {NAME: TypedField(80), QUESTIONS: TypedField(180, lines=5)} | TYPED_FIELDS


def tidied(field: str, text: str) -> str | None:
    """The text as it is stored, one line below the other; None when it does not fit."""
    limits = ALL_FIELDS[field]
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if limits.lines == 1:
        lines = [" ".join(lines)] if lines else []
    fits = 0 < len(lines) <= limits.lines and all(len(one) <= limits.characters for one in lines)
    return "\n".join(lines) if fits else None
