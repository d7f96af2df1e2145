"""Rules for which words have to be near each other so that a text speaks of danger. Pure."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

NEAR = 11
"""Words between the beginnings of the first and the last part of a pattern, at most."""
AROUND = 6
"""Words before and behind a pattern in which it is looked for what changes its meaning."""

FAR = 12
"""How many words before a pattern are searched for a word such as "film"."""
REACH = 2
"""Words such as "really" that may stand between "not" and what it denies inside a pattern."""

Span = tuple[int, int]
"""The first word of something in a text, and the one behind its last."""
Part = tuple[int, int, int]
"""The span of a part of a pattern, and the number of its group."""


class Verdict(Enum):
    """The result of a pattern for a text."""

    NOTHING = 0
    """It is denied, or something else."""
    PERHAPS = 1
    """It may be about something else, a film or a fear, or long ago."""
    SURE = 2


@dataclass(frozen=True, slots=True)
class Context:
    """The slots of words that change what a pattern of the same language means."""

    denied: int
    """Words before it such as "no", "without"."""
    denied_behind: int
    """Words behind it such as Russian "нет"."""
    denied_inside: int
    """Words before a part of it such as "not": "the chest does not hurt"."""
    gone: int
    """Words behind it such as "went away"."""
    past: int
    """Words such as "years ago"."""
    since: int
    """Words before those such as "since": then it lasts."""
    fiction: int
    """Words before it such as "film", "dreamt"."""
    only: int
    """Words such as "just": what follows them is not denied."""
    joined: int
    """Words such as "or": what follows them is denied like what stands before them."""
    but: int
    """Words such as "but" and "now": what follows them is not as long ago as what stands before."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of a list.

    A *slot* is the number of what a group of a pattern may be.
    """

    label: tuple[str, str]
    groups: tuple[tuple[int, ...], ...]
    """For each group, the slots that match it."""
    context: Context | None
    """The words of its language that change meanings; None for a rule that nothing can change."""
    is_near: bool = True
    is_asked: bool = False
    unless: tuple[int, ...] = ()
    never: tuple[int, ...] = ()
    outside: tuple[int, ...] = ()


@dataclass(slots=True)
class Text:
    """What was found in one text, for the rules to be asked about.

    Args:
        spans: slot → where it was found.
        breaks: the words before which a sentence or a part of one ends.
        fillers: for each word whether it may stand inside a phrase.
    """

    spans: Mapping[int, Sequence[Span]]
    breaks: Collection[int]
    fillers: Sequence[bool] = ()
    _denied: set[int] = field(default_factory=set)
    """The positions of words that are denied."""
    _partly_denied: set[int] = field(default_factory=set)
    """The positions of words of which a part is denied: "my chest, it does not feel right"."""
    _joined: dict[Context, Mapping[int, set[int]]] = field(default_factory=dict)
    _starts: dict[int, frozenset[int]] = field(default_factory=dict)
    _ends: dict[int, frozenset[int]] = field(default_factory=dict)
    _around: dict[tuple[int, int, bool], frozenset[int]] = field(default_factory=dict)

    def verdicts(self, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Verdict]]:
        """The verdicts of rules whose groups were all found somewhere in the text."""
        found = [(rule, tuple(self._places(rule))) for rule in rules]
        denied = {
            (rule.label, span)
            for rule, spans in found
            for span in spans
            if rule.context is not None and self._is_denied(rule.context, span)
        }
        self._denied.update(place for _, span in denied for place in range(*span))
        for rule, spans in found:
            # A word such as "palpitations" is of several languages, and denied in one of them.
            is_word = len(rule.groups) == 1 or not rule.is_near
            said = {
                self._at(rule, span)
                for span in spans
                if not (is_word and (rule.label, span) in denied)
            }
            yield rule, max(said, key=lambda one: one.value, default=Verdict.NOTHING)

    def _places(self, rule: Rule) -> Iterator[Span]:
        """The spans in which all groups of a rule are near each other.

        If they need not be, those of the first group.
        """
        events = sorted(
            (start, end, group)
            for group, slots in enumerate(rule.groups)
            for slot in slots
            for start, end in self.spans.get(slot, ())
            if not self._is_within(rule.outside, (start, end))
        )
        if len(rule.groups) == 1 or not rule.is_near:
            if self._is_free(rule, events):
                yield from ((start, end) for start, end, group in events if group == 0)
            return
        window: deque[Part] = deque()
        for event in events:
            window.append(event)
            while event[0] - window[0][0] > NEAR:
                window.popleft()
            spans = {(start, end) for start, end, _ in window}
            if len({group for _, _, group in window}) == len(rule.groups) <= len(spans):
                if rule.context is not None and self._is_denied_inside(rule.context, window):
                    self._partly_denied.update(place for span in spans for place in range(*span))
                    continue
                while True:
                    yield window[0][0], max(end for _, end, _ in window)
                    if all(group != window[0][2] for _, _, group in [*window][1:]):
                        break
                    window.popleft()  # the same words again, nearer: "kein Schmerz, aber …"

    def _is_within(self, slots: Iterable[int], span: Span) -> bool:
        """Whether words begin within those of a slot: "huge" in "a huge cramp" swells no leg, and
        "22 aspirin" behind "at" is no number of tablets."""
        return any(
            start <= span[0] < end for slot in slots for start, end in self.spans.get(slot, ())
        )

    def _is_free(self, rule: Rule, events: Collection[Part]) -> bool:
        """Whether each group after the first has a match that is not denied.

        A "no" that is a word of the pattern itself denies nothing.
        """
        if rule.context is None or len(rule.groups) == 1:
            return True
        own = {place for start, end, _ in events for place in range(start, end)}
        free = {
            group
            for start, end, group in events
            if group == 0 or not self._is_denied(rule.context, (start, end), own)
        }
        return len(free) == len(rule.groups)

    def _at(self, rule: Rule, span: Span) -> Verdict:
        context = rule.context
        if context is None:
            return Verdict.SURE
        if self._is_denied(context, span) or self._goes_on_from(self._denied, context, span):
            return Verdict.NOTHING
        if any(self._is_near(one, span) for one in rule.never):
            return Verdict.NOTHING
        is_doubtful = (
            rule.is_asked
            or self._goes_on_from(self._partly_denied, context, span)
            or span[1] in self._starts_of(context.gone)
            or self._is_near(context.fiction, span, before=FAR, behind=0)
            or self._is_past(context, span)
            or any(self._is_near(one, span, denied_in=context) for one in rule.unless)
        )
        return Verdict.PERHAPS if is_doubtful else Verdict.SURE

    def _is_denied(self, context: Context, span: Span, own: Collection[int] = ()) -> bool:
        start, end = span
        is_before = start not in self.breaks and start in self._ends_of(context.denied)
        return (
            (is_before and start - 1 not in own)
            or self._is_denied_behind(context, end, own)
            or self._is_joined_to_denied(context, start, own)
        )

    def _is_denied_behind(self, context: Context, end: int, own: Collection[int]) -> bool:
        """Whether a word such as Russian "нет" follows."""
        is_behind = end not in self.breaks and end in self._starts_of(context.denied_behind)
        return is_behind and end not in own

    def _is_joined_to_denied(self, context: Context, place: int, own: Collection[int]) -> bool:
        """Whether "or" joins the words at a position to denied ones: "no pain or swelling"."""
        if context not in self._joined:
            joined: defaultdict[int, set[int]] = defaultdict(set)
            for start, denying in self._joined_starts(context):
                joined[start].add(denying)
            self._joined[context] = joined
        # A sign may have its own "not": "I can neither walk nor breathe".
        found = self._joined[context].get(place, set())
        return bool(found) and found.isdisjoint(own)

    def _joined_starts(self, context: Context) -> Iterator[tuple[int, int]]:
        """Positions that "or" joins to denied words, each with the position of the denying word."""
        ends = dict(self.spans.get(context.joined, ()))
        if not ends:
            return
        listed = {place for spans in self.spans.values() for one in spans for place in range(*one)}
        for first in self._ends_of(context.denied):
            place = first
            while place < len(self.fillers):
                if place > first and place in ends:
                    place = ends[place]
                    yield place, first - 1
                elif place in self.breaks or not (self.fillers[place] or place in listed):
                    break
                else:
                    place += 1

    def _is_denied_inside(self, context: Context, parts: Collection[Part]) -> bool:
        """Whether every match of a group has a "not" before it: "the chest does not hurt".

        A "not" that is a word of the pattern itself denies nothing: "I do not feel the leg".
        """
        own = {place for start, end, _ in parts for place in range(start, end)}
        first = min(start for start, _, _ in parts)
        free = {
            group
            for start, end, group in parts
            if not self._is_denied_behind(context, end, own)
            and (
                start == first
                or not (
                    self._follows(context.denied_inside, start, own)
                    or self._is_joined_to_denied(context, start, own)
                )
            )
        }
        return len(free) < len({group for _, _, group in parts})

    def _follows(self, slot: int, place: int, own: Collection[int]) -> bool:
        """Whether words of a slot stand before a place, apart from fillers."""
        for at in range(place, max(place - REACH, 0) - 1, -1):
            if at in self.breaks:
                return False
            if at in self._ends_of(slot):
                return at - 1 not in own
            if at == 0 or not self.fillers[at - 1]:
                return False
        return False

    def _is_not(self, context: Context, place: int) -> bool:
        """Whether a "no" or "without" stands before a place, apart from fillers."""
        return any(self._follows(one, place, ()) for one in (context.denied, context.denied_inside))

    def _goes_on_from(self, denied: Collection[int], context: Context, span: Span) -> bool:
        """Whether it begins in what is denied and ends in the next part of the sentence."""
        start, end = span
        if start not in denied:
            return False
        return any(start < one < end for one in (*self.breaks, *self._starts_of(context.only)))

    def _is_past(self, context: Context, span: Span) -> bool:
        """Whether words such as "years ago" are near, and no "but" between them and the span."""
        if not self._is_near(context.past, span, since=context.since):
            return False
        turns = self._starts_of(context.but)
        told = [
            one
            for one in self.spans.get(context.past, ())
            if one[0] not in self._ends_of(context.since)
        ]
        return any(
            start - AROUND < span[1]
            and span[0] < end + AROUND
            and not any(end <= turn < span[0] for turn in turns)
            for start, end in told
        )

    def _starts_of(self, slot: int) -> frozenset[int]:
        if slot not in self._starts:
            self._starts[slot] = frozenset(start for start, _ in self.spans.get(slot, ()))
        return self._starts[slot]

    def _ends_of(self, slot: int) -> frozenset[int]:
        if slot not in self._ends:
            self._ends[slot] = frozenset(
                end
                for start, end in self.spans.get(slot, ())
                if not any(start < one < end for one in self.breaks)  # "No, I have": no denial
            )
        return self._ends[slot]

    def _is_near(
        self,
        slot: int,
        span: Span,
        *,
        before: int = AROUND,
        behind: int = AROUND,
        since: int = -1,
        denied_in: Context | None = None,
    ) -> bool:
        """Whether words of a slot are near a place in the text.

        Args:
            slot: the slot.
            span: the place.
            before: words before the place in which to look.
            behind: words behind it in which to look.
            since: the slot of words that take back those that follow them.
            denied_in: the words of a language that deny: what they deny does not count ("pulse 180,
                no sport").
        """
        key = (slot, behind, denied_in is not None)
        if key not in self._around:
            self._around[key] = frozenset(
                place
                for start, end in self.spans.get(slot, ())
                if start not in self._ends_of(since)
                and not (denied_in is not None and self._is_not(denied_in, start))
                for place in range(start - behind, end + before)
            )
        return not self._around[key].isdisjoint(range(*span))


def complete(
    rules: Sequence[Rule], of_slot: Mapping[int, Sequence[int]], slots: Collection[int]
) -> Iterator[Rule]:
    """The rules all groups of which were found.

    Args:
        rules: all rules.
        of_slot: slot → the numbers of the rules that it is in.
        slots: the slots that were found.
    """
    filled: defaultdict[int, int] = defaultdict(int)
    for slot in slots:
        for number in of_slot.get(slot, ()):
            filled[number] += 1
    for number in filled:
        rule = rules[number]
        if filled[number] >= len(rule.groups) and all(
            any(slot in slots for slot in group) for group in rule.groups
        ):
            yield rule
