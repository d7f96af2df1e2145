"""The plan of a report: plain values that the pages only set.

It stands apart from what the report says (``contents``), so that the process that sets the pages
need not load the whole diary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.i18n.translator import Translator

PARTIAL, OR_MORE = "*", "+"
"""Signs behind a number of the table, explained below it."""


@dataclass(frozen=True)
class Line:
    """One line; ``code`` names it when it is left out."""

    code: str
    text: str
    label: str = ""
    """What the text tells of, set before it."""
    is_remark: bool = False
    """It explains a table and is set small."""

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.label} {self.text}" if self.label else self.text


class NightMark(StrEnum):
    """What is known of a night, as the strip draws it."""

    CRAMPS = "cramps"
    NONE = "none"
    NO_ENTRY = "no_entry"


@dataclass(frozen=True)
class Strip:
    """The nights of every week as small squares, one column a weekday."""

    code: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[NightMark, ...], ...]
    legend: tuple[tuple[NightMark, str], ...]


@dataclass(frozen=True)
class Table:
    """A small table; the first column is set left, the others right."""

    code: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strip: Strip | None = None
    """Drawn beside the rows."""


@dataclass(frozen=True)
class Counts:
    """Named numbers of entries, drawn as bars or as a list."""

    code: str
    title: str
    pairs: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    code: str
    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    histogram: Counts | None = None
    counts: tuple[Counts, ...] = ()
    is_narrow: bool = False
    """Its lines are short: two fit side by side."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing below the heading."""
        return not (self.lines or self.table or self.histogram or self.counts)


@dataclass(frozen=True)
class Report:
    """A whole report, ready to be set."""

    title: str
    who: tuple[Line, ...]
    period: str
    statement: str
    sections: tuple[Section, ...]
    information: str
    made: str
    page_words: str
    """ "Page {number} of {total}", with its placeholders."""
    missing: str
    """What the sign for an unprintable character means; shown when there is one."""
    language: str


def shortened(tr: Translator, whole: Report, most: Mapping[str, int]) -> Report:
    """The same with fewer lines in some sections; it says how many are left away.

    Args:
        tr: for the words that say so.
        whole: the report.
        most: code of a section → the most lines that it may have, or names of a list of counts.
    """

    def shorten(section: Section) -> Section:
        number = most.get(section.code)
        if number is None:
            return section
        section = replace(
            section, counts=tuple(_fewer(tr, counts, number) for counts in section.counts)
        )
        more = len(section.lines) - number
        if more <= 0:
            return section
        words = tr.ngettext("and {count} more entry", "and {count} more entries", more)
        rest = Line(f"{section.code}.more", words.format(count=more))
        return replace(section, lines=(*section.lines[:number], rest))

    return replace(whole, sections=tuple(shorten(section) for section in whole.sections))


def _fewer(tr: Translator, counts: Counts, most: int) -> Counts:
    """At most so many names; the rest are counted together."""
    if len(counts.pairs) <= most:
        return counts
    rest = sum(count for _name, count in counts.pairs[most - 1 :])
    return replace(counts, pairs=(*counts.pairs[: most - 1], (tr.gettext("Others"), rest)))
