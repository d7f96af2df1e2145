"""Recognizes distances such as "10 km" or "10k", whose number is no strength, hour or duration.

Pure.
"""

import re
from collections.abc import Sequence

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.tokens import Token

_THOUSANDS = re.compile(r"(?<![0-9.,:])[0-9]{1,2}k\b")
"""How runners write kilometres, without a space: "10k"."""

_SPLIT = re.compile(r"(?<![0-9.,:] )\b([0-9]{1,2}) k\b")


def with_thousands(pieces: str) -> str:
    """Join numbers and "k" in a text that was split into pieces: "10 k" becomes "10k"."""
    return _SPLIT.sub(r"\1k", pieces)


def with_distances(tokens: Sequence[Token], text: str) -> list[Token]:
    """Make one token of a number and the unit of a distance that follows it."""
    written = set(_THOUSANDS.findall(fold(text)))
    found = list(tokens)
    for at in range(len(found) - 2, -1, -1):
        number, unit = found[at : at + 2]
        is_unit = unit.kind == "DISTANCE" or f"{number.source}{unit.source}" in written
        if number.kind.isdigit() and is_unit:
            found[at : at + 2] = [Token("DISTANCE", f"{number.source} {unit.source}")]
    return found
