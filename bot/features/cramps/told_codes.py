"""How callback data carries what a typed sentence tells of a cramp. Pure."""

import re
from collections.abc import Iterable

from bot.database.cramp_values import TimePrecision
from bot.features.cramps.values import MANY, SINGLE

LETTER_OF = {
    TimePrecision.EXACT: "e",
    TimePrecision.ABOUT: "a",
    TimePrecision.NIGHT_ONLY: "n",
}
PRECISION_OF = {letter: precision for precision, letter in LETTER_OF.items()}
Told = tuple[tuple[str, str], ...]
"""Fields and their codes of :mod:`bot.features.cramps.values`, ordered by field."""

_LETTERS = {
    "t": "type",
    "s": "site",
    "d": "side",
    "i": "strength",
    "l": "duration",
    "w": "woke",
    "n": "count",
    "h": "helped",
    "r": "relief",
    "b": "back",
    "g": "trigger",
}
"""The fields of a cramp that a sentence can state, by their letter in callback data."""
_FIELD = {name: letter for letter, name in _LETTERS.items()}
_CODES = {name: (SINGLE | MANY)[name] for name in _FIELD}
_TOLD = re.compile(r"([a-z])([0-9]{1,2})")


def encode_told(told: Iterable[tuple[str, str]]) -> str:
    """Fields and codes as one part of callback data, such as "d0i7"."""
    return "".join(f"{_FIELD[name]}{_CODES[name].index(code)}" for name, code in told)


def decode_told(text: str) -> Told:
    """The fields and codes of a part of callback data.

    Raises:
        KeyError: for an unknown letter.
        IndexError: for an unknown code.
    """
    return tuple(
        (_LETTERS[letter], _CODES[_LETTERS[letter]][int(number)])
        for letter, number in _TOLD.findall(text)
    )


def told_or_none(text: str | None) -> Told | None:
    """The fields and codes of a part of callback data; None if no button of ours has it."""
    try:
        told = decode_told(text or "")
        return told if encode_told(told) == (text or "") else None
    except (KeyError, IndexError):
        return None
