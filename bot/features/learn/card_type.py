"""The type of a card to read. Texts are message ids, which are translated when it is shown.

Cards know which gates switch which line off: a gate is a code such as ``drinks`` or ``nuts``, and
the set of those that are shut is passed in when a card is shown. A code that ends in ``?`` is a
gate that is shut only because its questions are not answered yet.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

Text = str | tuple[str, str]
"""A text, or a bold lead and the text that follows it."""
Shut = Collection[str]
"""The codes of the gates that are shut for somebody."""


@dataclass(frozen=True)
class Gated:
    """A line that depends on gates."""

    text: Text
    unless: tuple[str, ...] = ()
    """Left out while one of these gates is shut, for whatever reason."""
    only: tuple[str, ...] = ()
    """Shown only while one of these codes is among those that are shut."""

    def is_shown(self, shut: Shut) -> bool:
        """Whether somebody sees it for whom these gates are shut."""
        if any(is_shut(code, shut) for code in self.unless):
            return False
        return not self.only or any(code in shut for code in self.only)


Line = Text | Gated


def is_shut(code: str, shut: Shut) -> bool:
    """Whether a gate is shut, by an answer or for want of one."""
    return code in shut or f"{code}?" in shut


@dataclass(frozen=True)
class Table:
    """A table with aligned columns. All cells are message ids; the first row may be a head."""

    rows: tuple[tuple[str, ...], ...]
    unless: Mapping[str, str] = field(default_factory=dict)
    """First cell of a row → the gate that leaves it out."""

    def shown(self, shut: Shut) -> "Table":
        """The table as somebody sees it for whom these gates are shut."""
        rows = (
            row
            for row in self.rows
            if row[0] not in self.unless or not is_shut(self.unless[row[0]], shut)
        )
        return Table(tuple(rows))


@dataclass(frozen=True)
class Card:
    """One card: three lines at first, and more on a tap."""

    title: str
    label: str
    """The label of its button."""
    lines: tuple[Line, ...]
    sources: tuple[int, ...]
    """Numbers of ``sources.py``."""
    more: tuple[Line, ...] = ()
    """The lines that a tap on "More" adds."""
    table: Table | None = None
    """Shown with ``more``, above its lines."""
    table_unless: str | None = None
    """The gate that leaves the table out."""
    cautions: tuple[Line, ...] = ()
    """Who should ask a professional first; the last lines of the longer card."""
    is_numbered: bool = False
    drawing: str | None = None
    """Its drawing in ``bot/drawing/stretches.py``."""
    names_tiers: bool = False
    """Whether it has a button to each card of warning signs."""
    asks: tuple[str, ...] = ()
    """Gates whose missing answers it asks for, by a button."""

    def shown(self, lines: tuple[Line, ...], shut: Shut) -> list[Text]:
        """Those of the lines that somebody sees for whom these gates are shut."""
        found: list[Text] = []
        for line in lines:
            if not isinstance(line, Gated):
                found.append(line)
            elif line.is_shown(shut):
                found.append(line.text)
        return found
