"""A report as plain data, ready to be typeset.

It is separate from ``builder`` so that the worker process, which typesets the pages, does not have
to import the code that reads and words the diary.
"""

# TRANSLATORS, ALL: Pages for a doctor: the last row of a list that is cut.

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.i18n.translator import Translator

REPORT_ITEMS = (
    "who",
    "headline",
    "medicines",
    "conditions",
    "warning",
    "pattern",
    "twitch",
    "urge",
    "sleep",
    "noted",
    "relief",
    "habits",
    "tests",
    "results",
    "rules",
    "notes",
    "questions",
)
"""Codes of what a report can say, in its order (health reference, section h)."""
PARTIAL, OR_MORE = "*", "+"
"""Signs after a number in the table; remarks below the table explain them."""


class Told(StrEnum):
    """What the person said about an item: "no" is not the same as nothing."""

    YES = "yes"
    NO = "no"
    NOT_TOLD = "not_told"


@dataclass(frozen=True)
class Line:
    """One line of a section; ``code`` is what the person leaves out or includes."""

    code: str
    text: str
    label: str = ""
    """Printed in front of the text."""
    is_remark: bool = False
    """Whether it explains a table; remarks are printed small."""
    is_short: bool = False
    """Whether it fits beside another short one."""
    told: Told = Told.YES
    """Whether the line says that something is so, that it is not so, or that it is not known."""

    @property
    def words(self) -> str:
        """The label, if there is one, and the text."""
        return f"{self.label} {self.text}" if self.label else self.text


class NightMark(StrEnum):
    """What the diary says about a night."""

    CRAMPS = "cramps"
    NONE = "none"
    NO_ENTRY = "no_entry"


@dataclass(frozen=True)
class NightStrip:
    """A mark for each night: one row per week, one column per weekday."""

    code: str
    title: str
    label: str
    """The title with a colon, as the language writes it."""
    heads: tuple[str, ...]
    rows: tuple[tuple[NightMark, ...], ...]
    legend: tuple[tuple[NightMark, str], ...]


@dataclass(frozen=True)
class Table:
    """A small table; the first column is left-aligned, the others are right-aligned."""

    code: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strip: NightStrip | None = None
    """Drawn between the first column and the others."""


@dataclass(frozen=True)
class Counts:
    """Names with numbers of entries, drawn as a histogram or as a list."""

    code: str
    title: str
    label: str
    """The title with a colon, as the language writes it."""
    pairs: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Section:
    """A heading and the content below it."""

    code: str
    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    histogram: Counts | None = None
    counts: tuple[Counts, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing below the heading."""
        return not (self.lines or self.table or self.histogram or self.counts)

    @property
    def told(self) -> Told:
        """What the section says as a whole."""
        said = {line.told for line in self.lines if not line.is_remark}
        if Told.YES in said or self.table or self.histogram or self.counts:
            return Told.YES
        return Told.NO if Told.NO in said else Told.NOT_TOLD


@dataclass(frozen=True)
class Report:
    """A complete report."""

    title: str
    who: tuple[Line, ...]
    """Name, date of birth or number, and age, printed below the title."""
    period: str
    """The nights of the report, and the day on which it was made."""
    statement: str
    """Where the data comes from, what a night is, and the ends of the scales."""
    sections: tuple[Section, ...]
    titles: Mapping[str, str]
    """The title of every code of ``REPORT_ITEMS``, with or without content."""
    told: Mapping[str, Told]
    """Every code of ``REPORT_ITEMS``; what was left out counts as not told."""
    continued: str
    """ "{title} (continued)": the heading of a section that runs over the page."""
    information: str
    """What the pages are not, and that nobody reads what is written to the bot."""
    created: str
    """When and with what the report was made, for the footer."""
    page_number: str
    """ "Page {number} of {total}" with its placeholders, for the footer."""
    missing_characters: str
    """What the replacement sign means, with ``{sign}``; printed only when one is used."""
    language: str


def shortened(tr: Translator, report: Report, limits: Mapping[str, int]) -> Report:
    """The report with fewer lines in some sections; each cut section says how many are missing.

    Args:
        tr: The language of the report.
        report: The complete report.
        limits: Code of a section → how many lines, and names per list of counts, it may have.
    """

    def shorten(section: Section) -> Section:
        limit = limits.get(section.code)
        if limit is None:
            return section
        section = replace(
            section, counts=tuple(_merge_rest(tr, counts, limit) for counts in section.counts)
        )
        more = len(section.lines) - limit
        if more <= 0:
            return section
        words = tr.ngettext("and {count} more entry", "and {count} more entries", more)
        rest = Line(f"{section.code}.more", words.format(count=more))
        return replace(section, lines=(*section.lines[:limit], rest))

    return replace(report, sections=tuple(shorten(section) for section in report.sections))


def _merge_rest(tr: Translator, counts: Counts, limit: int) -> Counts:
    """At most ``limit`` names; the last one stands for all others together."""
    if len(counts.pairs) <= limit:
        return counts
    rest = sum(count for _name, count in counts.pairs[limit - 1 :])
    return replace(counts, pairs=(*counts.pairs[: limit - 1], (tr.gettext("Others"), rest)))
