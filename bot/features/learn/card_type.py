"""The type of a card to read. Texts are message ids, which are translated when it is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table with aligned columns. All cells are message ids; the first row is the head."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Card:
    """One card. A line is a text, or a bold lead and the text that follows it."""

    title: str
    label: str
    """The label of its button."""
    lines: tuple[str | tuple[str, str], ...]
    sources: tuple[int, ...]
    """Numbers of ``sources.py``."""
    table: Table | None = None
    caution: str | None = None
    """Who should ask a professional first; the last line of the card."""
    is_numbered: bool = False
    has_drawing: bool = False
    names_tiers: bool = False
    """Whether it has a button to each card of warning signs."""
