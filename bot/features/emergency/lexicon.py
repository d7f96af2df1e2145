"""The words of the lists, and which of them a typed word can be. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.features.emergency.misspellings import SHORTEST, Misspellings
from bot.features.emergency.patterns import Word
from bot.features.emergency.preparation import single_letters, without_umlauts

NUMBER = "#"
_RANGE = re.compile(r"#(\d+)-(\d+)")
"""Any number from one to another, such as "#130-220"."""
_DIGITS = 4
"""The most digits of a number in a range, enough for a year."""

_START = 3
"""The fewest letters of a listed beginning of a word: with fewer, too many words would match."""
_DOUBLED = 6
"""The fewest letters of a word in which a double letter may be typed once, or a single one
twice."""
_EMPHASIZED = 4
"""The fewest letters of a word whose last letter may be typed twice ("chestt")."""
_UMLAUT = 5
"""The fewest letters of a word in which ae may stand for ä."""
_JOINED_STEM = 7
"""The fewest letters of a beginning that may be typed with a space in it."""
_GLUED = 7
"""The fewest letters of several words that are typed without a space ("chestpain")."""
_GLUED_PART = 2
"""The fewest letters of each of these words."""
_ENDING = 6
"""The most letters of an ending, if only the beginning of the word is listed."""
_GLUED_LONG = 4
"""Words with this many letters have to make up most of what was typed without spaces."""
_GLUED_WORDS = 4
"""The most words that are recognized in one that was typed without spaces."""


_SOUNDING = 5
"""Letters of a word that is looked for by its sound."""
_SOUNDS = (
    *(("s", "z"), ("z", "s"), ("s", "c"), ("c", "s"), ("b", "v"), ("v", "b"), ("y", "ll")),
    *(("g", "j"), ("j", "g"), ("k", "c"), ("k", "qu"), ("ss", "c"), ("x", "ch"), ("h", "")),
)
"""Letters that are taken for each other by ear in Spanish and Portuguese."""


class Lexicon:
    """Words by number: whole ones, and beginnings that any ending may follow.

    Args:
        ordinary: words that are not misspellings of listed ones.
    """

    def __init__(self, ordinary: frozenset[str]) -> None:
        self._ordinary = ordinary
        self._whole: dict[str, int] = {}
        self._begun: dict[str, int] = {}
        self._ranges: list[tuple[int, int, int]] = []
        """The first and last number of each range, and the number of its word."""
        self._count = 0
        self._longest_stem = _START
        self._single: dict[str, tuple[int, ...]] = {}
        """The word with single letters → the listed words that have double ones."""
        self._single_begun: dict[str, tuple[int, ...]] = {}
        self._misspellings = Misspellings({}, {}, ordinary)

    def number(self, word: Word) -> int:
        """The number of a listed word.

        Raises:
            ValueError: a beginning is too short.
        """
        if word.is_begun and len(word.letters) < _START:
            raise ValueError(f"{word.letters}* is the beginning of too many words")
        known = self._begun if word.is_begun else self._whole
        if word.letters not in known:
            self._count += 1
            known[word.letters] = self._count
            if given := _RANGE.fullmatch(word.letters):
                self._ranges.append((int(given[1]), int(given[2]), self._count))
        return known[word.letters]

    def finish(self, misspelt: set[int]) -> None:
        """Prepare for reading; no word can be added afterwards.

        Args:
            misspelt: the words that are also found with one wrong letter.
        """
        self._longest_stem = max(map(len, self._begun), default=_START)
        single: defaultdict[str, list[int]] = defaultdict(list)
        for letters, number in self._whole.items():
            if len(letters) >= _DOUBLED and single_letters(letters) != letters:
                single[single_letters(letters)].append(number)
        self._single = {letters: tuple(numbers) for letters, numbers in single.items()}
        begun: defaultdict[str, list[int]] = defaultdict(list)
        for stem, number in self._begun.items():
            if len(stem) >= SHORTEST:
                begun[single_letters(stem)].append(number)
        self._single_begun = {stem: tuple(numbers) for stem, numbers in begun.items()}
        self._misspellings = Misspellings(
            {word: number for word, number in self._whole.items() if number in misspelt},
            {stem: number for stem, number in self._begun.items() if number in misspelt},
            self._ordinary,
        )

    def meant(self, typed: str) -> tuple[int, ...]:
        """The numbers of the words that a typed word is, or is a misspelling of."""
        return tuple(dict.fromkeys(self._meant(typed)))

    def _meant(self, typed: str) -> Iterator[int]:
        found = False
        for number in self._as_written(typed):
            found = True
            yield number
        if not found and len(typed) >= _SOUNDING and typed not in self._ordinary:
            for spelling in _same_sound(typed):
                yield from self._listed(spelling, _SOUNDING)

    def _as_written(self, typed: str) -> Iterator[int]:
        if typed.isdecimal():
            yield from self._of_number(typed)
        yield from self.exactly(typed)
        if len(typed) >= _UMLAUT:
            plain = without_umlauts(typed)
            if plain != typed:
                yield from self.exactly(plain)
        if typed in self._ordinary:
            return
        if len(typed) > _EMPHASIZED and typed[-1] == typed[-2]:
            yield from self.exactly(typed[:-1])
        if len(typed) < _DOUBLED:
            return
        single = single_letters(typed)
        yield from self._single.get(single, ())
        if len(single) >= _DOUBLED and single in self._whole:
            yield self._whole[single]
        for end in range(_START, min(len(single), self._longest_stem) + 1):
            yield from self._single_begun.get(single[:end], ())
        yield from self._misspellings.meant(typed)

    def _of_number(self, typed: str) -> Iterator[int]:
        """The words that match a typed number: "#" for any, and the ranges that contain it."""
        if NUMBER in self._whole:
            yield self._whole[NUMBER]
        if len(typed) <= _DIGITS:
            yield from (one for least, most, one in self._ranges if least <= int(typed) <= most)

    def exactly(self, typed: str) -> Iterator[int]:
        """The listed words that a typed word is, letter by letter."""
        yield from self._listed(typed, _START)

    def exactly_joined(self, one: str, other: str) -> Iterator[int]:
        """The listed words that two typed words make together."""
        yield from self._listed(one + other, max(_JOINED_STEM, len(one) + 1))

    def _listed(self, letters: str, shortest: int) -> Iterator[int]:
        """The listed word of these letters, and its listed beginnings of ``shortest`` or more."""
        if letters in self._whole:
            yield self._whole[letters]
        for end in range(shortest, min(len(letters), self._longest_stem) + 1):
            number = self._begun.get(letters[:end])
            if number is not None:
                yield number

    def parts(self, typed: str, meant: Sequence[int]) -> list[str]:
        """The listed words that were typed without spaces, if a word is nothing else.

        Args:
            typed: the word.
            meant: what it means as one word.
        """
        if len(typed) < _GLUED or typed in self._ordinary or typed in self._whole:
            return [typed]
        if meant and not 0 < self._known_letters(typed) <= len(typed) - _ENDING:
            return [typed]
        found = next(filter(_is_plausible, self._parts(typed, _GLUED_WORDS)), [typed])
        if len(found[0]) < _START and any(self._misspellings.meant(typed)):
            return [typed]  # "paracetemol" is not "pa racetemol"
        return found

    def _known_letters(self, typed: str) -> int:
        """Letters of the longest listed beginning that a word has."""
        ends = range(min(len(typed), self._longest_stem), _START - 1, -1)
        return next((end for end in ends if typed[:end] in self._begun), 0)

    def _parts(self, rest: str, most: int) -> Iterator[list[str]]:
        is_first = most == _GLUED_WORDS
        if not is_first and len(rest) >= _GLUED_PART and any(self.exactly(rest)):
            yield [rest]
        if most == 1:
            return
        for at in range(len(rest) - _GLUED_PART, _GLUED_PART - 1 if is_first else 0, -1):
            if rest[:at] in self._whole:
                for others in self._parts(rest[at:], most - 1):
                    yield [rest[:at], *others]


def _same_sound(word: str) -> Iterator[str]:
    """Words that sound like one in Spanish or Portuguese: "braso" is "brazo", "vrazo" too."""
    for one, other in _SOUNDS:
        at = word.find(one)
        while at >= 0:
            yield word[:at] + other + word[at + len(one) :]
            at = word.find(one, at + 1)


def _is_plausible(parts: Sequence[str]) -> bool:
    """Whether most letters are in words of some length: "atlantic" is not "at la n tic"."""
    long = sum(len(part) for part in parts if len(part) >= _GLUED_LONG)
    return long * 2 >= sum(map(len, parts))
