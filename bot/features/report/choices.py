"""A draft with its data, and what can be left out of it. Plain values, no Telegram, no SQL."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.features.diary.facts import CrampFact
from bot.features.report import messages
from bot.features.report.builder import WHO, build_report
from bot.features.report.messages import Choice, ChoiceGroup
from bot.features.report.model import Line, Report, Section
from bot.features.report.report_data import ReportData, cramps_with_notes, note_code
from bot.i18n.translator import Translator


@dataclass(frozen=True)
class LoadedDraft:
    """A draft with all data that its pages need."""

    tr: Translator
    data: ReportData
    left_out: frozenset[str]
    included_notes: frozenset[str]
    weeks: int
    now: datetime

    def with_cramps(self, cramps: Iterable[CrampFact]) -> "LoadedDraft":
        """The draft with further entries, which were read apart because there may be many."""
        facts = self.data.facts
        facts = replace(facts, cramps=(*facts.cramps, *cramps))
        return replace(self, data=replace(self.data, facts=facts))

    @cached_property
    def report(self) -> Report:
        """The report with the choices of the draft."""
        return build_report(self.tr, self.data, self.left_out, self.included_notes)

    @cached_property
    def groups(self) -> list[ChoiceGroup]:
        """Everything that can be left out, by section, except notes: they have their own list."""
        whole = build_report(self.tr, self.data, frozenset(), frozenset())
        who = messages.who_title(self.tr)
        groups = [self._group(WHO, who, _line_parts(whole.who))] if whole.who else []
        groups += [self._group(one.code, one.title, _parts(self.tr, one)) for one in whole.sections]
        return groups

    def _group(self, code: str, title: str, parts: Iterable[tuple[str, str]]) -> ChoiceGroup:
        is_included = code not in self.left_out
        choices = (
            Choice(part, words, is_included and part not in self.left_out) for part, words in parts
        )
        return ChoiceGroup(code, title, is_included, tuple(choices))

    def group_of(self, code: str) -> ChoiceGroup | None:
        """The section that has a code or is named by it; None when there is none."""
        for group in self.groups:
            if code == group.code or any(code == choice.code for choice in group.choices):
                return group
        return None

    @cached_property
    def notes(self) -> list[Choice]:
        """Every note of the period, newest first."""
        return [
            Choice(note_code(fact), fact.note or "", note_code(fact) in self.included_notes)
            for fact in cramps_with_notes(self.data)
        ]


def _line_parts(lines: Iterable[Line]) -> Iterable[tuple[str, str]]:
    return ((line.code, line.words) for line in lines)


def _parts(tr: Translator, section: Section) -> Iterable[tuple[str, str]]:
    """The code and the label of each part of a section."""
    table = section.table
    if table is not None:
        yield table.code, messages.table_title(tr)
        if table.strip is not None:
            yield table.strip.code, table.strip.title
    yield from _line_parts(section.lines)
    for counts in (*([section.histogram] if section.histogram else []), *section.counts):
        yield counts.code, counts.title
