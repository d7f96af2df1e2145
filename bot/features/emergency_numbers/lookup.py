"""Looks up the emergency number that a message tells a person to call. Pure.

A number that the person typed comes first. Without one, the country of their time zone gives a
likely number: people travel, and some zones span borders, so messages say that it is a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from bot.local_time.tz_database import territory_of

TABLE = Path(__file__).parent / "numbers.tsv"


@dataclass(frozen=True)
class NumberToCall:
    """What to call, and how sure that is. Without numbers, messages name 112, 911 and 999."""

    numbers: tuple[str, ...] = ()
    """The person's own number; else those of the country, any of which may be called."""
    country: str | None = None
    """ISO 3166 code of the country that the numbers are for; None: own number, or unknown."""
    also_112: bool = False
    """Whether 112 is an emergency number in the country."""
    is_probable: bool = False
    """Whether the country's numbers were found in a list only, not in a page about the country."""


UNKNOWN = NumberToCall()
"""Nothing is known about where the person is."""


class Caller(Protocol):
    """A ``User`` row, or anything else that says what is known about whom to call."""

    @property
    def emergency_number(self) -> str | None: ...
    @property
    def time_zone(self) -> str | None: ...


def rows() -> Iterator[tuple[tuple[str, ...], NumberToCall]]:
    """Yield the rows of the table: the country codes that share one, and its numbers."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            codes, numbers, has_112, checked, _source = line.split("\t")
            listed = checked == "listed"
            yield (
                tuple(codes.split()),
                NumberToCall(tuple(numbers.split()), None, has_112 == "yes", listed),
            )


@lru_cache(maxsize=1)
def by_country() -> dict[str, NumberToCall]:
    """Return the number of each country in the table, by ISO 3166 code."""
    return {
        code: NumberToCall(row.numbers, code, row.also_112, row.is_probable)
        for codes, row in rows()
        for code in codes
    }


def every_number() -> frozenset[str]:
    """Return the numbers of all countries in the table."""
    return frozenset(number for call in by_country().values() for number in call.numbers)


def number_to_call(own_number: str | None, time_zone: str | None) -> NumberToCall:
    """The number to name.

    Args:
        own_number: what the person typed; None if nothing.
        time_zone: IANA name of the zone where the person is; None if they have told none. Its
            country comes from the time zone database, not from its name.
    """
    if own_number:
        return NumberToCall((own_number,))
    return by_country().get(territory_of(time_zone) or "", UNKNOWN)


def number_for(person: Caller) -> NumberToCall:
    """The number to name to a person."""
    return number_to_call(person.emergency_number, person.time_zone)
