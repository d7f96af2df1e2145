"""A tree of phrases, kept in a few arrays so that tens of thousands of them take little memory.

Pure.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

MOST_FILLERS = 3
"""The most words such as "really" inside a phrase."""
_WORD_BITS = 20
"""Bits that the number of a word has in the key of a branch; the rest is its node."""


class PhraseTree:
    """Phrases as sequences of words' numbers, each with what it stands for."""

    def __init__(self) -> None:
        self._growing: dict[int, int] = {}
        """Node and next word → the node that follows; only while phrases are added."""
        self._growing_ends: dict[int, tuple[int, ...]] = {}
        """Node → what ends there."""
        self._same: dict[tuple[int, ...], tuple[int, ...]] = {}
        """Every distinct tuple of meanings once, because thousands are equal."""
        self._branches = array("q")
        self._nodes = array("i")
        self._ends = array("i")
        """Node → the index in ``_meanings`` of what ends there."""
        self._meanings: list[tuple[int, ...]] = [()]

    def add(self, words: Iterable[int], *meanings: int) -> None:
        """Add a phrase that stands for something, or for several things."""
        node, growing = 0, self._growing
        for word in words:
            key = node << _WORD_BITS | word
            node = growing.setdefault(key, len(growing) + 1)
        known = self._growing_ends.get(node, ())
        if not known or not set(meanings).issubset(known):
            both = (*known, *(one for one in meanings if one not in known))
            self._growing_ends[node] = self._same.setdefault(both, both)

    def finish(self) -> None:
        """Put everything into arrays; nothing can be added afterwards."""
        self._branches = array("q", sorted(self._growing))
        self._nodes = array("i", map(self._growing.__getitem__, self._branches))
        known: dict[tuple[int, ...], int] = {(): 0}
        self._ends = array("i", bytes(4 * (len(self._growing) + 1)))
        for node, meanings in self._growing_ends.items():
            if meanings not in known:
                known[meanings] = len(self._meanings)
                self._meanings.append(meanings)
            self._ends[node] = known[meanings]
        self._growing.clear()
        self._growing_ends.clear()
        self._same.clear()

    def found(
        self, words: Sequence[Sequence[int]], start: int, fillers: Sequence[bool] = ()
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Where phrases end that begin at a place, and what they stand for.

        Args:
            words: for each place the numbers of the words that it may be.
            start: the place where the phrases begin.
            fillers: for each place whether its word may stand inside any phrase.
        """
        reached = {0: 0}  # node → fillers that were passed over on the way to it
        for place in range(start, len(words)):
            following: dict[int, int] = {}
            for node, passed in reached.items():
                for after in self._after(node, words[place]):
                    following[after] = min(passed, following.get(after, passed))
            for node in following:
                if self._ends[node]:
                    yield place + 1, self._meanings[self._ends[node]]
            if place > start and place < len(fillers) and fillers[place]:
                for node, passed in reached.items():
                    if passed < MOST_FILLERS:
                        following.setdefault(node, passed + 1)
            if not following:
                return
            reached = following

    def _after(self, node: int, words: Sequence[int]) -> Iterator[int]:
        for word in words:
            key = node << _WORD_BITS | word
            at = bisect_left(self._branches, key)
            if at < len(self._branches) and self._branches[at] == key:
                yield self._nodes[at]
