"""The small pattern language of the word lists (``words.json``). Pure.

* ``a; b``: one of them is enough.
* ``a + b``: both, near each other. ``a & b``: both, anywhere in the message.
* ``(x|y)``: one of them. Brackets may stand within brackets.
* ``pain*``: any word that begins so. Without the star it must be the whole word.
* ``short of breath``: these words in a row. ``#`` stands for any number,
  ``#130-220`` for any from 130 to 220.
* ``@leg``: any word of the concept "leg" in the same language.
* ``? a + b``: it may also mean something else, so the person is asked.
* ``a + b ! @effort``: asked, too, when a word of the last concept is near.
* ``a + b !! @effort``: nothing at all then.
* ``a + b !!! @effort``: words that begin within those of the last concept do not
  count.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

_DOUBTS = re.compile(r" (?=!{1,3} @)")
_AND = re.compile(r" [+&] ")
_INNERMOST = re.compile(r"\(([^()]*)\)")
_FIRST_MARK = 0xE000
_MARK = re.compile("([\\ue000-\\uf8ff])")
"""Stands for a bracket whose texts are known: a letter that nobody types."""


# Named tuples, because tens of thousands of these are made at every start, and made faster so.


class Word(NamedTuple):
    """One word of a pattern."""

    letters: str
    is_begun: bool = False
    """Whether any ending may follow."""


Phrase = tuple[Word, ...]


class Group(NamedTuple):
    """What one part of a pattern may be."""

    phrases: tuple[Phrase, ...]
    concepts: tuple[str, ...] = ()


class Pattern(NamedTuple):
    """One alternative of a list: all its groups have to be there."""

    groups: tuple[Group, ...]
    is_near: bool = True
    """Whether the groups have to be near each other."""
    is_asked: bool = False
    """Whether it may also mean something else."""
    unless: tuple[str, ...] = ()
    """Concepts that make it doubtful when they are near."""
    never: tuple[str, ...] = ()
    """Concepts that make it mean something else when they are near."""
    outside: tuple[str, ...] = ()
    """Concepts within which words that begin there do not count."""

    @property
    def is_phrase(self) -> bool:
        """Whether one phrase is enough, and nothing makes it doubtful."""
        is_alone = len(self.groups) == 1 and not self.groups[0].concepts
        return is_alone and not (self.is_asked or self.unless or self.never or self.outside)


class _Words(dict[str, Word]):
    """The words of a list by how they are written there, each made once."""

    def __missing__(self, written: str) -> Word:
        word = self[written] = Word(written.rstrip("*"), written.endswith("*"))
        return word


def patterns_of(text: str) -> Iterator[Pattern]:
    """The alternatives of a list."""
    words = _Words()
    for alternative in text.split(";"):
        told, *marked = _DOUBTS.split(alternative.strip())
        is_asked, told = told.startswith("? "), told.removeprefix("? ")
        groups = [_group(one, words) for one in _AND.split(told) if one.strip()]
        if groups:
            unless = tuple(one.removeprefix("! @") for one in marked if one.startswith("! "))
            never = tuple(one.removeprefix("!! @") for one in marked if one.startswith("!! "))
            outside = tuple(one.removeprefix("!!! @") for one in marked if one.startswith("!!! "))
            is_near = " & " not in told
            yield Pattern(tuple(groups), is_near, is_asked, unless, never, outside)


def _group(text: str, words: _Words) -> Group:
    phrases: list[Phrase] = []
    concepts: list[str] = []
    for option in _options(text):
        written = option.split()
        if written and written[0].startswith("@"):
            concepts.append(option.strip().removeprefix("@"))
        elif written:
            phrases.append(tuple([words[one] for one in written]))
    return Group(tuple(phrases), tuple(concepts))


def _options(group: str) -> Sequence[str]:
    """Every text that a group stands for; brackets may stand within brackets."""
    insides: dict[str, Sequence[str]] = {}

    def texts(alternatives: str) -> Sequence[str]:
        if not insides:
            return alternatives.split("|")
        return [
            "".join(chosen)
            for one in alternatives.split("|")
            for chosen in product(*(insides.get(part, (part,)) for part in _MARK.split(one)))
        ]

    while bracket := _INNERMOST.search(group):
        mark = chr(_FIRST_MARK + len(insides))
        insides[mark] = texts(bracket[1])
        group = group[: bracket.start()] + mark + group[bracket.end() :]
    return texts(group)
