"""Nights in a row with cramps, or without them. Pure.

A night without an entry ends a row: it is never counted as free of cramps (health reference,
section h).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

_NIGHT = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """Nights one after the other that are alike."""

    first_on: date
    last_on: date
    has_cramps: bool

    @property
    def nights(self) -> int:
        return (self.last_on - self.first_on).days + 1


@dataclass(frozen=True)
class NightsInARow:
    """What is told of a diary that has nights in a row."""

    newest: Row
    """The row that ends with the newest night of which something is known."""
    last_free_on: date | None
    """The newest night without cramps."""
    longest_free: Row | None
    """The longest row without cramps, the newest of several."""


def nights_in_a_row(
    covered: Collection[date], cramp_nights: Collection[date]
) -> NightsInARow | None:
    """The rows of a diary; None when nothing is known of any night.

    Args:
        covered: nights with a cramp, or of which the person said that there was none.
        cramp_nights: those of them with a cramp.
    """
    rows = _rows(covered, frozenset(cramp_nights))
    if not rows:
        return None
    free = [row for row in rows if not row.has_cramps]
    return NightsInARow(
        newest=rows[-1],
        last_free_on=free[-1].last_on if free else None,
        longest_free=max(reversed(free), key=lambda row: row.nights, default=None),
    )


def _rows(covered: Collection[date], cramp_nights: frozenset[date]) -> list[Row]:
    """All rows, oldest first."""
    rows: list[Row] = []
    for night_on in sorted(covered):
        has_cramps = night_on in cramp_nights
        last = rows[-1] if rows else None
        if last and last.has_cramps is has_cramps and night_on - last.last_on == _NIGHT:
            rows[-1] = Row(last.first_on, night_on, has_cramps)
        else:
            rows.append(Row(night_on, night_on, has_cramps))
    return rows
