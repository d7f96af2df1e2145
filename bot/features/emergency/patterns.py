"""The small pattern language of the word lists (``words.json``). Pure.

* ``a; b``: one of them is enough.
* ``a + b``: both, anywhere in the message.
* ``(x|y)``: one of them.
* ``pain*``: any word that begins so. Without the star it must be the whole word.
* ``short of breath``: these words in a row. ``#`` stands for any number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

_GLUED = 8
"""Letters that words typed without a space have at least ("chestpain")."""
_GLUED_WORDS = 3
"""Words of the longest phrase that is also known without its spaces: more would take memory."""
_GLUED_PAIRS = 12
"""Pairs of a pattern up to which those of several words are glued, too: they take memory."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a pattern."""

    letters: str
    is_begun: bool = False
    """Whether any ending may follow."""


Phrase = tuple[Word, ...]


def alternatives_of(patterns: str) -> Iterator[list[list[Phrase]]]:
    """The alternatives of a pattern; each is a list of groups, a group a list of phrases."""
    for alternative in patterns.split(";"):
        groups = [
            [_phrase(option) for option in _options(group) if option.strip()]
            for group in alternative.split(" + ")
        ]
        if any(groups):
            yield groups


def _options(group: str) -> Iterator[str]:
    """Every text that a group with brackets stands for."""
    parts = [part.strip("()").split("|") for part in re.findall(r"\([^()]*\)|[^()]+", group)]
    return ("".join(chosen) for chosen in product(*parts))


def _phrase(text: str) -> Phrase:
    return tuple(Word(one.rstrip("*"), one.endswith("*")) for one in text.split())


def glued_of(groups: Sequence[Sequence[Phrase]]) -> Iterator[Phrase]:
    """What a pattern of one phrase, or of two words, is when its spaces are left out."""
    if len(groups) == 1:
        made = [phrase for phrase in groups[0] if 1 < len(phrase) <= _GLUED_WORDS]
    elif len(groups) == 2:
        is_short = len(groups[0]) * len(groups[1]) <= _GLUED_PAIRS
        made = [
            (*one, *other)
            for one in groups[0]
            for other in groups[1]
            if (is_short or len(one) == len(other) == 1)
            and min(len(word.letters) for word in (*one, *other)) > 1
        ]
    else:
        return
    for phrase in made:
        if any(word.is_begun for word in phrase[:-1]):
            continue
        letters = "".join(word.letters for word in phrase)
        if len(letters) >= _GLUED:
            yield (Word(letters, phrase[-1].is_begun),)
