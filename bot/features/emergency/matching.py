"""Searches typed text for words of danger, of despair, and of some questions. Pure.

The words of all languages are looked for at once, as people write in their own. The lists have a
small pattern language (``patterns.py``). No regular expression is made of them. The time that a
search takes grows with the length of the text, and with nothing else that a sender could choose.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.features.emergency.misspellings import SHORTEST, Misspellings
from bot.features.emergency.patterns import Phrase, Word, alternatives_of, glued_of
from bot.features.emergency.preparation import (
    readings_of,
    single_letters,
    without_umlauts,
)

WORDS = Path(__file__).with_name("words.json")
EMERGENCY, TODAY, CRISIS, QUESTION = "emergency", "today", "crisis", "question"
ASKING, TOLD = "asking", "told"
HARMLESS = "harmless"
_URGENT = (EMERGENCY, CRISIS)
NUMBER = "#"

_START = 3
"""Letters by which beginnings of words are looked up; none may be shorter."""
_SPLIT = 7
"""Letters that a word typed with a space in it has at least ("heart attack" as two, "infar to")."""
_DOUBLED = 6
"""Letters of a word in which a double letter may be typed once, or a single one twice."""
_EMPHASIZED = 4
"""Letters of a word that is left when its last letter was typed twice ("chestt")."""
_UMLAUT = 5
"""Letters of a word in which ae may stand for ä."""

Label = tuple[str, str]
"""The kind of a hit and its category, such as ("emergency", "chest")."""


@dataclass(frozen=True)
class Found:
    """What a text has words of: categories in the order of the lists."""

    crisis: bool = False
    emergency: tuple[str, ...] = ()
    same_day: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    is_asking: bool = False
    """Whether there is a word of a question, such as "why" or "helps"."""
    is_telling: bool = False
    """Whether there is a word of a diary, such as "woke" or "yesterday"."""


class Matcher:
    """The compiled word lists.

    Args:
        lists: kind → category → language → patterns.
        harmless: patterns of one group each that are passed over, such as "faint cramp".
        ordinary: words that are no misspellings of listed ones.
    """

    def __init__(
        self,
        lists: Mapping[str, Mapping[str, Mapping[str, str]]],
        harmless: Iterable[str],
        ordinary: Iterable[str],
    ) -> None:
        self._ids: dict[Word, int] = {}
        self._longest = 1
        """Words of the longest phrase."""
        self._phrases: dict[tuple[int, ...], int] = {}
        """Phrases of several words."""
        self._alone: dict[int, int] = {}
        """Word → the phrase of this one word."""
        self._by_first_two: defaultdict[tuple[int, int], list[tuple[tuple[int, ...], int]]]
        self._by_first_two = defaultdict(list)
        """The first two words of a phrase → its further words, and the phrase."""
        self._members: dict[int, tuple[tuple[int, int], ...]] = {}
        """Phrase → the alternatives, and the bit of the group in them, that it belongs to."""
        self._enough: dict[Label, tuple[tuple[int, int], ...]] = {}
        """Label → the one alternative of all phrases that are enough on their own."""
        self._needed: list[int] = []
        self._labels: list[Label] = []
        self._order: list[Label] = []
        self._dangerous: set[Word] = set()
        """Words that may be misspelt: those of harmless phrases and of questions may not."""
        self._distinct: set[int] = set()
        """Phrases of several words that are danger on their own. A harmless phrase gives way to
        one, unless it is longer and contains it."""
        self._harmless: set[int] = set()
        for kind, categories in lists.items():
            for category, languages in categories.items():
                self._order.append((kind, category))
                for patterns in languages.values():
                    self._add((kind, category), patterns)
        for patterns in harmless:
            for groups in alternatives_of(patterns):
                self._harmless |= {self._known(one) for group in groups for one in group}
        self._index(frozenset(ordinary))

    # Compiling -----------------------------------------------------------------------------------

    def _add(self, label: Label, patterns: str) -> None:
        for groups in alternatives_of(patterns):
            if label[0] in (*_URGENT, TODAY):
                self._dangerous.update(word for group in groups for one in group for word in one)
            if len(groups) == 1:
                self._add_group(groups[0], self._enough_for(label))
                self._distinct |= {self._known(one) for one in groups[0] if len(one) > 1}
            else:
                number = self._new_alternative(label, len(groups))
                for place, group in enumerate(groups):
                    self._add_group(group, ((number, 1 << place),))
            if label[0] in _URGENT:
                glued = list(glued_of(groups))
                self._add_group(glued, self._enough_for(label))

    def _add_group(self, phrases: Iterable[Phrase], member: tuple[tuple[int, int], ...]) -> None:
        for phrase in phrases:
            identity = self._known(phrase)
            others = self._members.get(identity, ())
            self._members[identity] = (*others, *member) if others else member

    def _enough_for(self, label: Label) -> tuple[tuple[int, int], ...]:
        """One tuple for thousands of phrases, which is kept once."""
        if label not in self._enough:
            self._enough[label] = ((self._new_alternative(label, 1), 1),)
        return self._enough[label]

    def _new_alternative(self, label: Label, groups: int) -> int:
        self._needed.append((1 << groups) - 1)
        self._labels.append(label)
        return len(self._needed) - 1

    def _known(self, phrase: Phrase) -> int:
        key = tuple(self._ids.setdefault(word, len(self._ids)) for word in phrase)
        following = len(self._phrases) + len(self._alone)
        if len(key) == 1:
            return self._alone.setdefault(key[0], following)
        if key not in self._phrases:
            self._phrases[key] = following
            self._by_first_two[key[0], key[1]].append((key[2:], following))
            self._longest = max(self._longest, len(key))
        return self._phrases[key]

    def _index(self, ordinary: frozenset[str]) -> None:
        whole: defaultdict[str, list[int]] = defaultdict(list)
        begun: defaultdict[str, list[int]] = defaultdict(list)
        for word, identity in self._ids.items():
            (begun if word.is_begun else whole)[word.letters].append(identity)
        self._whole = {word: tuple(ids) for word, ids in whole.items()}
        self._begun = {stem: tuple(ids) for stem, ids in begun.items()}
        self._single: defaultdict[str, list[int]] = defaultdict(list)
        for letters, ids in self._whole.items():
            if len(letters) >= _DOUBLED and (single := single_letters(letters)) != letters:
                self._single[single] += ids
        self._single_begun: defaultdict[str, list[int]] = defaultdict(list)
        for stem, ids in self._begun.items():
            if len(stem) >= SHORTEST:
                self._single_begun[single_letters(stem)] += ids
        self._stems = _by_start(self._begun)
        self._single_stems = _by_start(self._single_begun)
        self._split_starts = {
            word[:_START] for word in (*self._whole, *self._begun) if len(word) >= _SPLIT
        }
        self._ordinary = ordinary
        danger = {identity for identity, word in enumerate(self._ids) if word in self._dangerous}
        self._misspellings = Misspellings(
            {word: ids for word, ids in self._whole.items() if danger.issuperset(ids)},
            {stem: ids for stem, ids in self._begun.items() if danger.issuperset(ids)},
            ordinary,
        )
        self._number = self._ids.get(Word(NUMBER))
        del (
            self._ids,
            self._phrases,
            self._dangerous,
            self._enough,
        )  # they take memory, and searching needs none

    # Searching -----------------------------------------------------------------------------------

    def find(self, text: str) -> Found:
        """What a text has words of."""
        labels: set[Label] = set()
        for words in readings_of(text):
            labels |= self._labels_of(words)
        return _found([label for label in self._order if label in labels])

    def _labels_of(self, words: Sequence[str]) -> set[Label]:
        known: dict[str, frozenset[int]] = {}
        for word in words:
            if word not in known:
                known[word] = frozenset(self._meanings(word))
        present = self._present([known[word] for word in words], words)
        groups: defaultdict[int, int] = defaultdict(int)
        for phrase in present:
            for number, bit in self._members.get(phrase, ()):
                groups[number] |= bit
        return {
            self._labels[number] for number, bits in groups.items() if bits == self._needed[number]
        }

    def _meanings(self, word: str) -> Iterator[int]:
        """The listed words that a typed word is, or is a misspelling of."""
        if self._number is not None and word.isdigit():
            yield self._number
        yield from self._exact(word)
        if len(word) >= _UMLAUT:
            plain = without_umlauts(word)
            if plain != word:
                yield from self._exact(plain)
        if word in self._ordinary:
            return
        if len(word) > _EMPHASIZED and word[-1] == word[-2]:
            yield from self._exact(word[:-1])
        if len(word) < _DOUBLED:
            return
        single = single_letters(word)
        yield from self._single.get(single, ())
        if len(single) >= _DOUBLED:
            yield from self._whole.get(single, ())
        for stem, ids in self._single_stems.get(single[:_START], ()):
            if single.startswith(stem):
                yield from ids
        yield from self._misspellings.meant(word)

    def _exact(self, word: str) -> Iterator[int]:
        yield from self._whole.get(word, ())
        for stem, ids in self._stems.get(word[:_START], ()):
            if word.startswith(stem):
                yield from ids

    def _present(self, meanings: Sequence[frozenset[int]], words: Sequence[str]) -> set[int]:
        """The phrases that the text has, without what is harmless."""
        found: list[tuple[int, int, int]] = []
        last = len(meanings) - 1
        for start, ids in enumerate(meanings):
            for identity in ids:
                if identity in self._alone:
                    found.append((start, start + 1, self._alone[identity]))
                if start == last:
                    continue
                for following in meanings[start + 1]:
                    for further, phrase in self._by_first_two.get((identity, following), ()):
                        end = start + 2 + len(further)
                        if _are_there(meanings[start + 2 : end], further):
                            found.append((start, end, phrase))
        found += self._split(words)
        passed_over = self._passed_over(found)
        if not passed_over:
            return {phrase for _, _, phrase in found}
        return {phrase for start, end, phrase in found if passed_over.isdisjoint(range(start, end))}

    def _split(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Listed words that were typed with a space in them."""
        for start, (one, other) in enumerate(pairwise(words)):
            joined = one + other
            if len(joined) < _SPLIT or joined[:_START] not in self._split_starts:
                continue
            meant = list(self._whole.get(joined, ()))
            for stem, ids in self._stems.get(joined[:_START], ()):
                if len(stem) > max(_SPLIT - 1, len(one)) and joined.startswith(stem):
                    meant += ids
            for identity in meant:
                if identity in self._alone:
                    yield start, start + 2, self._alone[identity]

    def _passed_over(self, found: Sequence[tuple[int, int, int]]) -> set[int]:
        """The places of words in harmless phrases."""
        danger: defaultdict[int, set[int]] = defaultdict(set)
        for start, end, phrase in found:
            if phrase in self._distinct:
                danger[start].add(end)
        places: set[int] = set()
        for start, end, phrase in found:
            if phrase in self._harmless and not any(
                start < last and not _contains((start, end), (first, last))
                for first in range(start - self._longest, end)
                for last in danger.get(first, ())
            ):
                places.update(range(start, end))
        return places


def _are_there(meanings: Sequence[frozenset[int]], words: Sequence[int]) -> bool:
    return len(meanings) == len(words) and all(
        word in meant for word, meant in zip(words, meanings, strict=True)
    )


def _by_start(begun: Mapping[str, Sequence[int]]) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    """Beginnings of words by their own first letters, so that few have to be compared.

    Raises:
        ValueError: one is too short: it would be the beginning of too many words.
    """
    found: defaultdict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for stem, ids in begun.items():
        if len(stem) < _START:
            raise ValueError(f"{stem}* is the beginning of too many words")
        found[stem[:_START]].append((stem, tuple(ids)))
    return dict(found)


def _contains(longer: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a place in the text contains another one, and more."""
    return longer != other and longer[0] <= other[0] and other[1] <= longer[1]


def _found(labels: Sequence[Label]) -> Found:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(category for one, category in labels if one == kind)

    return Found(
        bool(of(CRISIS)),
        of(EMERGENCY),
        of(TODAY),
        of(QUESTION),
        bool(of(ASKING)),
        bool(of(TOLD)),
    )


def words() -> dict[str, Any]:
    """The word lists."""
    loaded: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def matcher() -> Matcher:
    """The compiled word lists."""
    data = words()
    lists = {
        EMERGENCY: data[EMERGENCY],
        TODAY: data[TODAY],
        CRISIS: {CRISIS: data[CRISIS]},
        QUESTION: data["questions"],
        ASKING: {ASKING: data[ASKING]},
        TOLD: {TOLD: data[TOLD]},
    }
    return Matcher(lists, data[HARMLESS].values(), data["ordinary"].split())


def find(text: str) -> Found:
    """What a text has words of."""
    return matcher().find(text)
