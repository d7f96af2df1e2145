"""Searches typed text for words of danger, of despair, and of some questions. Pure.

The words of all languages are looked for at once, as people write in their own. The lists have a
small pattern language (``patterns.py``): words of one language by their *concepts* (the leg, what
is swollen), and rules made of concepts that hold in all languages. No regular expression is made
of them. The time that a search takes grows with the length of the text, and with nothing else that
a sender could choose.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Any

from bot.features.emergency.lexicon import Lexicon
from bot.features.emergency.lists import concepts, rules, word_lists
from bot.features.emergency.patterns import Group, Pattern, Phrase, patterns_of
from bot.features.emergency.phrases import PhraseTree
from bot.features.emergency.preparation import readings_of
from bot.features.emergency.rules import Context, Rule, Span, Text, Verdict, complete

EMERGENCY, TODAY, SOON, CRISIS, QUESTION = "emergency", "today", "soon", "crisis", "question"
CAUTION = "caution"
ASKING, TOLD = "asking", "told"
HARMLESS = "harmless"
_DANGER = (EMERGENCY, TODAY, SOON, CAUTION, CRISIS)
_SPLIT = 7
"""Letters that a word typed with a space in it has at least ("heart attack" as two, "infar to")."""
_SPLIT_END = 3
"""A part after the space with fewer letters must not be a word of denial: "Atem not" is one word,
"груди не" is not."""
_SHARED = ("fiction", "past", "since", "sick_of_it")
"""Concepts that change a meaning in whatever language they are typed."""
_BETWEEN = "between"
"""The concept of words that may stand inside a phrase: "I cannot really breathe"."""
_DENIED = "denied"
_HARMLESS_SLOT = 0
_DISTINCT_SLOT = 1

Lists = Mapping[str, Mapping[str, str]]
Label = tuple[str, str]
"""The kind of a hit and its category, such as ("emergency", "chest")."""


@dataclass(frozen=True)
class Found:
    """The categories whose words were found in a text, in the order of the lists."""

    crisis: bool = False
    emergency: tuple[str, ...] = ()
    same_day: tuple[str, ...] = ()
    soon: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    """What may forbid stretching, such as a broken bone, or what a doctor has forbidden."""
    perhaps: tuple[Label, ...] = ()
    """Doubtful categories: the words may be about something else, or long ago."""
    questions: tuple[str, ...] = ()
    is_asking: bool = False
    """Whether it has a word of a question, such as "why" or "helps"."""
    is_telling: bool = False
    """Whether it has a word of a diary, such as "woke" or "yesterday"."""


class Matcher:
    """The compiled word lists. Nothing can be looked for before ``steps`` has come to its end.

    Args:
        data: the word lists, as in ``words.json``.
        concepts: language → concept → its words.
        rules: kind → category → what has to be there, in concepts; "doubtful" → category → the
            concepts near which it may mean something else.
    """

    def __init__(self, data: Mapping[str, Any], concepts: Lists, rules: Lists) -> None:
        self._lexicon = Lexicon(frozenset(data["ordinary"].split()))
        self._tree = PhraseTree()
        self._slots = _DISTINCT_SLOT + 1
        self._rules: list[Rule] = []
        self._of_slot: dict[int, tuple[int, ...]] = {}
        self._order: list[Label] = []
        self._concepts: dict[tuple[str, str], int] = {}
        self._of_concepts: frozenset[int] = frozenset()
        self._contexts: dict[str, Context] = {}
        self._doubted_by: dict[str, tuple[int, ...]] = {}
        """Category → slots of concepts, in any language, near which it may be something else."""
        self._between = frozenset(
            word.letters
            for named in concepts.values()
            for phrase in _phrases(named[_BETWEEN])
            for word in phrase
        )
        self._short_denying = frozenset(
            word.letters
            for named in concepts.values()
            for phrase in _phrases(named[_DENIED])
            for word in phrase
            if len(word.letters) < _SPLIT_END
        )
        """Short words of denial such as "не", which never end a word that was typed with a space in
        it."""
        self._misspelt: set[int] = set()
        """Words that may be misspelt: those of harmless phrases and of questions may not."""
        self._is_ready = False
        self.steps = self._compile(data, concepts, rules)
        """Compiles the lists, one after the other, which takes a second in all."""

    # Compiling -----------------------------------------------------------------------------------

    def finish(self) -> None:
        """Take the steps that are left.

        Raises:
            RuntimeError: an earlier step has failed.
        """
        for _ in self.steps:
            pass
        if not self._is_ready:
            raise RuntimeError("the lists of danger could not be compiled")

    def _compile(self, data: Mapping[str, Any], concepts: Lists, rules: Lists) -> Iterator[None]:
        yield from self._compile_dangers(data, concepts, rules)
        yield from self._compile_others(data)
        self._lexicon.finish(self._misspelt)
        yield
        self._tree.finish()
        self._index()
        self._is_ready = True

    def _compile_dangers(
        self, data: Mapping[str, Any], concepts: Lists, rules: Lists
    ) -> Iterator[None]:
        shared = {name: self._new_slot() for name in _SHARED}
        for language, named in concepts.items():
            for name, phrases in named.items():
                if name != _BETWEEN:
                    self._add_concept(name, language, phrases, shared.get(name))
                    yield
            parts = (self._concepts[name, language] for name in Context.__dataclass_fields__)
            self._contexts[language] = Context(*parts)
        for category, names in rules.get("doubtful", {}).items():
            doubting = {name.removeprefix("@") for name in names.split()}
            slots = (slot for (name, _), slot in self._concepts.items() if name in doubting)
            self._doubted_by[category] = tuple(slots)
        for kind in _DANGER:
            by_category = rules.get(kind, {})
            listed = data.get(kind, {}) if kind != CRISIS else {}
            for category in {**listed, **by_category}:
                self._order.append((kind, category))
                for language in concepts:
                    self._add_rules((kind, category), language, by_category.get(category, ""))
                    own = listed.get(category, {}).get(language, "")
                    self._add_rules((kind, category), language, own)
                    yield

    def _compile_others(self, data: Mapping[str, Any]) -> Iterator[None]:
        undoubted = {CRISIS: {CRISIS: data[CRISIS]}, QUESTION: data["questions"]}
        undoubted |= {name: {name: data[name]} for name in (ASKING, TOLD)}
        for kind, categories in undoubted.items():
            for category, languages in categories.items():
                self._order.append((kind, category))
                for patterns in languages.values():
                    self._add_rules((kind, category), None, patterns)
                    yield
        for patterns in data[HARMLESS].values():
            for phrase in _phrases(patterns):
                self._add_phrase(phrase, _HARMLESS_SLOT, is_danger=False)
            yield

    def _add_concept(self, name: str, language: str, phrases: str, shared: int | None) -> None:
        """Add the words of a concept, to a slot of its own unless languages share one."""
        slot = self._concepts[name, language] = self._new_slot() if shared is None else shared
        is_danger = name not in Context.__dataclass_fields__
        for phrase in _phrases(phrases):
            self._add_phrase(phrase, slot, is_danger=is_danger)

    def _add_rules(self, label: Label, language: str | None, patterns: str) -> None:
        """Add the alternatives of a list; phrases that are enough alone share a slot."""
        enough = -1
        for pattern in patterns_of(patterns):
            if pattern.is_phrase:
                if enough < 0:
                    enough = self._new_slot()
                    self._add_rule(label, language, Pattern(()), [(enough,)])
                self._fill(pattern.groups[0], enough, label, is_enough=True)
                continue
            groups = [self._group(one, language, label) for one in pattern.groups]
            if all(groups):
                self._add_rule(label, language, pattern, groups)

    def _group(self, group: Group, language: str | None, label: Label) -> tuple[int, ...]:
        """The slots that match a group; none if a language lacks the concept."""
        slots = [*self._slots_of(group.concepts, language)]
        if group.phrases:
            slots.append(self._new_slot())
            self._fill(group, slots[-1], label)
        return tuple(slots)

    def _add_rule(
        self,
        label: Label,
        language: str | None,
        pattern: Pattern,
        groups: Sequence[tuple[int, ...]],
    ) -> None:
        context = None if language is None else self._contexts[language]
        unless, *others = (
            self._slots_of(one, language)
            for one in (pattern.unless, pattern.never, pattern.outside)
        )
        if label[0] in (EMERGENCY, TODAY):
            unless += self._doubted_by.get(label[1], ())
        told = (label, tuple(groups), context, pattern.is_near, pattern.is_asked)
        self._rules.append(Rule(*told, unless, *others))

    def _slots_of(self, concepts: Sequence[str], language: str | None) -> tuple[int, ...]:
        """The slots of the concepts that a language has."""
        return tuple(
            self._concepts[name, language or ""]
            for name in concepts
            if (name, language) in self._concepts
        )

    def _fill(self, group: Group, slot: int, label: Label, *, is_enough: bool = False) -> None:
        """Add the phrases of a group to a slot.

        Those of several words that are enough alone are in a further slot, too.
        """
        for phrase in group.phrases:
            is_distinct = is_enough and len(phrase) > 1 and label[0] != QUESTION
            slots = (slot, _DISTINCT_SLOT) if is_distinct else (slot,)
            self._add_phrase(phrase, *slots, is_danger=is_distinct or label[0] in _DANGER)

    def _add_phrase(self, phrase: Phrase, *slots: int, is_danger: bool) -> None:
        numbers = [self._lexicon.number(word) for word in phrase]
        self._tree.add(numbers, *slots)
        if is_danger:
            self._misspelt.update(numbers)

    def _new_slot(self) -> int:
        self._slots += 1
        return self._slots - 1

    def _index(self) -> None:
        of_slot: defaultdict[int, list[int]] = defaultdict(list)
        for number, rule in enumerate(self._rules):
            for slot in {slot for group in rule.groups for slot in group}:
                of_slot[slot].append(number)
        self._of_concepts = frozenset(self._concepts.values())
        self._of_slot = {slot: tuple(numbers) for slot, numbers in of_slot.items()}

    # Searching -----------------------------------------------------------------------------------

    def find(self, text: str) -> Found:
        """What a text has words of."""
        sure: set[Label] = set()
        perhaps: set[Label] = set()
        for words, breaks in readings_of(text):
            found = self._found_in(words, breaks)
            rules = complete(self._rules, self._of_slot, found.spans)
            for rule, verdict in found.verdicts(rules):
                match verdict:
                    case Verdict.SURE:
                        sure.add(rule.label)
                    case Verdict.PERHAPS:
                        perhaps.add(rule.label)
        return _found(
            [label for label in self._order if label in sure],
            [label for label in self._order if label in perhaps - sure],
        )

    def _found_in(self, words: Sequence[str], breaks: frozenset[int]) -> Text:
        """The listed phrases in a text, without those in harmless phrases."""
        known: dict[str, tuple[int, ...]] = {}
        for word in words:
            if word not in known:
                known[word] = self._lexicon.meant(word)
        words, breaks = self._apart(words, breaks, known)
        meant = [known[word] if word in known else self._lexicon.meant(word) for word in words]
        fillers = [word in self._between for word in words]
        inside = [is_one and place + 1 not in breaks for place, is_one in enumerate(fillers)]
        found = [
            (start, end, slots)
            for start in range(len(meant))
            if meant[start]
            for end, slots in self._tree.found(meant, start, inside)
        ]
        found += self._split(words)
        passed_over = _passed_over(found)
        places = {place for span in passed_over for place in range(*span)}
        spans: defaultdict[int, list[Span]] = defaultdict(list)
        for start, end, slots in found:
            is_free = places.isdisjoint(range(start, end))
            is_same = end - start > 1 and (start, end) in passed_over
            for slot in slots:
                if is_free or (is_same and slot in self._of_concepts):
                    spans[slot].append((start, end))
        return Text(spans, breaks, fillers)

    def _apart(
        self,
        words: Sequence[str],
        breaks: frozenset[int],
        meant: Mapping[str, tuple[int, ...]],
    ) -> tuple[Sequence[str], frozenset[int]]:
        """Listed words between which no space was typed, taken apart."""
        parts = [self._lexicon.parts(word, meant[word]) for word in words]
        if len(words) == sum(map(len, parts)):
            return words, breaks
        places = [0, *accumulate(map(len, parts))]
        return [*chain.from_iterable(parts)], frozenset(places[place] for place in breaks)

    def _split(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Listed words that were typed with a space in them."""
        for start, (one, other) in enumerate(pairwise(words)):
            if len(one) + len(other) < _SPLIT or other in self._short_denying:
                continue
            meant = tuple(self._lexicon.exactly_joined(one, other))
            if meant:
                for _, slots in self._tree.found([meant], 0):
                    yield start, start + 2, slots


def _phrases(patterns: str) -> Iterator[Phrase]:
    """All phrases of a list of alternatives of one group each."""
    for pattern in patterns_of(patterns):
        for group in pattern.groups:
            yield from group.phrases


def _passed_over(found: Sequence[tuple[int, int, tuple[int, ...]]]) -> set[Span]:
    """The harmless phrases.

    A harmless phrase gives way to a phrase of several words that is danger on its own, unless it
    is longer and contains it. Words of a concept that are the very same phrase stay, too.
    """
    harmless = [(start, end) for start, end, slots in found if _HARMLESS_SLOT in slots]
    if not harmless:
        return set()
    danger = [(start, end) for start, end, slots in found if _DISTINCT_SLOT in slots]
    longest = max((end - start for start, end in danger), default=0)
    ends: defaultdict[int, set[int]] = defaultdict(set)
    for start, end in danger:
        ends[start].add(end)
    return {
        (start, end)
        for start, end in harmless
        if not any(
            start < last and not _contains((start, end), (first, last))
            for first in range(start - longest, end)
            for last in ends.get(first, ())
        )
    }


def _contains(longer: Span, other: Span) -> bool:
    """Whether one span of the text contains another one and is longer."""
    return longer != other and longer[0] <= other[0] and other[1] <= longer[1]


def _found(sure: Sequence[Label], perhaps: Sequence[Label]) -> Found:
    def of(kind: str) -> tuple[str, ...]:
        return tuple(category for one, category in sure if one == kind)

    return Found(
        bool(of(CRISIS)),
        of(EMERGENCY),
        of(TODAY),
        of(SOON),
        of(CAUTION),
        tuple(one for one in perhaps if one[0] != CAUTION),
        of(QUESTION),
        bool(of(ASKING)),
        bool(of(TOLD)),
    )


@lru_cache(maxsize=1)
def _matcher() -> Matcher:
    return Matcher(word_lists(), concepts(), rules())


def load() -> Iterator[None]:
    """Compile the word lists step by step; ``find`` takes the steps that are left."""
    return _matcher().steps


def find(text: str) -> Found:
    """What a text has words of."""
    matcher = _matcher()
    matcher.finish()
    return matcher.find(text)
