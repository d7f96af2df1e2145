"""Finds listed words that were typed with one wrong letter. Pure.

A word of at least seven letters may differ by one letter from a listed one of at least seven: one
too many, one missing, another one, or two exchanged. The first letter must be right, because
"painting" is "fainting" with another first letter. Real words that are that close to a listed one,
such as "cooking" beside "choking", are kept out by a list of ordinary words. It has those of the
150,000 most frequent words of each language (package wordfreq) that are so close, without endings
of the listed words themselves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

SHORTEST = 7
"""Letters of a word that may be misspelt."""
_PART = 3
"""One wrong letter leaves the first or the last three letters as they are."""


class Misspellings:
    """Listed words, to be found in spite of one wrong letter.

    Args:
        whole: words that must match to their end → what they stand for.
        begun: beginnings of words, with any ending → what they stand for.
        ordinary: words that are not misspelt.
    """

    def __init__(
        self,
        whole: Mapping[str, int],
        begun: Mapping[str, int],
        ordinary: frozenset[str],
    ) -> None:
        self._whole = {word: ids for word, ids in whole.items() if len(word) >= SHORTEST}
        self._begun = {stem: ids for stem, ids in begun.items() if len(stem) >= SHORTEST}
        self._ordinary = ordinary
        self._starts: defaultdict[str, list[str]] = defaultdict(list)
        self._ends: defaultdict[str, list[str]] = defaultdict(list)
        self._stem_starts: defaultdict[str, list[str]] = defaultdict(list)
        self._stem_middles: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._whole:
            self._starts[word[:_PART]].append(word)
            self._ends[word[0] + word[-_PART:]].append(word)
        for stem in self._begun:
            self._stem_starts[stem[:_PART]].append(stem)
            self._stem_middles[stem[0] + stem[_PART : 2 * _PART]].append(stem)

    def meant(self, typed: str) -> Iterator[int]:
        """The values of the listed words that differ from a typed one by one letter."""
        if len(typed) < SHORTEST or typed in self._ordinary:
            return
        for word in self._starts.get(typed[:_PART], ()):
            if is_one_letter_off(typed, word):
                yield self._whole[word]
        for word in self._ends.get(typed[0] + typed[-_PART:], ()):
            if is_one_letter_off(typed, word):
                yield self._whole[word]
        for stem in self._stem_starts.get(typed[:_PART], ()):
            if begins_one_letter_off(typed, stem):
                yield self._begun[stem]
        for at in (_PART - 1, _PART, _PART + 1):
            for stem in self._stem_middles.get(typed[0] + typed[at : at + _PART], ()):
                if begins_one_letter_off(typed, stem):
                    yield self._begun[stem]


def _common(one: str, other: str) -> int:
    """How many first letters two words share."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def is_one_letter_off(typed: str, word: str) -> bool:
    """Whether one letter was added, left out or replaced, or two neighbors were exchanged."""
    if abs(len(typed) - len(word)) > 1 or typed == word:
        return False
    at = _common(typed, word)
    return at > 0 and (
        typed[at + 1 :] == word[at + 1 :]
        or typed[at + 1 :] == word[at:]
        or typed[at:] == word[at + 1 :]
        or (typed[at : at + 2] == word[at : at + 2][::-1] and typed[at + 2 :] == word[at + 2 :])
    )


def begins_one_letter_off(typed: str, stem: str) -> bool:
    """Whether a word begins with the stem, except for one letter.

    The stem's last letter must be there, else any word with a shorter beginning would do.
    """
    at = _common(typed, stem)
    if not 0 < at < len(stem):
        return False
    if typed[at + 1 :].startswith(stem[at:]):
        return True
    return at < len(stem) - 1 and (
        typed[at + 1 :].startswith(stem[at + 1 :])
        or typed[at:].startswith(stem[at + 1 :])
        or (
            typed[at : at + 2] == stem[at : at + 2][::-1]
            and typed[at + 2 :].startswith(stem[at + 2 :])
        )
    )
