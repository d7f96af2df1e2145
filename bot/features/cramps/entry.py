"""A diary entry as plain data for its messages, made from its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from bot.database.cramp_values import TimePrecision
from bot.features.cramps import entry_times, values
from bot.features.cramps.entry_times import When
from bot.features.cramps.told_together import message_of
from bot.features.cramps.usual import MOST_COMMON, Place
from bot.local_time.nights import NOON_TO_NOON, Nights, is_quiet, local_time

if TYPE_CHECKING:
    # The worker process, which words entries, needs no database library.
    from bot.database.models import Cramp


@dataclass(frozen=True)
class Surroundings:
    """What the buttons on an entry's card depend on, apart from the entry itself."""

    is_fresh: bool = True
    """Whether it was logged so recently that what is typed is about it."""
    usual: Place | None = None
    """The place that the person's own last entries name most often."""
    places: tuple[Place, ...] = MOST_COMMON
    """The places that are offered as one chip each."""
    bed_time: time | None = None
    """The person's, in local time; None while it is not known."""
    wake_time: time | None = None


@dataclass(frozen=True)
class Entry:
    """One diary entry as its messages show it.

    ``local_at`` and ``tapped_local`` are naive wall-clock times in the entry's own time zone.
    """

    id: int
    local_at: datetime
    """When it happened; if ``has_time`` is false, it only says in which night."""
    tapped_local: datetime
    """When it was entered."""
    night_on: date
    """The night's date: that of its evening."""
    has_time: bool
    event_type: str = "cramp"
    site: str | None = None
    side: str | None = None
    intensity: int | None = None
    """0 to 10."""
    duration: str | None = None
    woke_me: str | None = None
    after_effects: frozenset[str] = frozenset()
    details: Mapping[str, str] = field(default_factory=dict)
    """Field → code, for every single-value field that has a value."""
    many: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Field → codes, for every multiple-value field except after-effects."""
    count: int = 1
    """How many cramps the entry stands for; 4 means four or more."""
    note: str | None = None
    is_about: bool = False
    """Whether its time is only correct to within an hour."""
    chip: When | None = When.NOW
    """The time chip that gave its time; None for a typed time."""
    number: int = 1
    """Its position among the entries of its type and night, in the order they were entered."""
    needs_zone: bool = False
    """Whether the person has not set a time zone yet."""
    takes_typed: bool = True
    """Whether a time typed now would be taken for this entry."""
    told_in: int | None = None
    """The message that told this cramp and another one; None for one that was told alone."""
    relief_shut: frozenset[str] | None = None
    """For a cramp that may still hold: the gates that are shut, on which the lines about what may
    help depend. None: the card has no such lines."""
    nights: Nights = NOON_TO_NOON
    """The nights of the person whose diary it is."""
    surroundings: Surroundings = Surroundings()
    """What the buttons depend on, apart from the entry."""

    @property
    def entered_on(self) -> date:
        """The night in which it was entered."""
        return self.nights.of(self.tapped_local)

    def code(self, name: str) -> str | None:
        """The code of a single-value field, or None when it has no value."""
        return self._codes.get(name)

    @cached_property
    def _codes(self) -> Mapping[str, str | None]:
        return {
            **self.details,
            "type": self.event_type,
            "site": self.site,
            "side": self.side,
            "strength": None if self.intensity is None else str(self.intensity),
            "woke": self.woke_me,
            "duration": self.duration,
            "count": values.code_of("count", self.count),
        }

    def codes(self, name: str) -> frozenset[str]:
        """The codes of a multiple-value field."""
        return self.after_effects if name == "effect" else self.many.get(name, frozenset())

    @property
    def is_fresh(self) -> bool:
        """Whether it was logged so recently that what is typed is about it."""
        return self.surroundings.is_fresh

    @property
    def plainly_woke(self) -> bool:
        """Whether the hour alone shows that the cramp woke the person, so that nobody has to ask.

        Nothing is stored, because nobody has answered.
        """
        around = self.surroundings
        return self.has_time and is_quiet(self.local_at.time(), around.bed_time, around.wake_time)

    def is_answered(self, name: str) -> bool:
        """Whether a field has another value than in a new entry."""
        if name in values.MANY:
            return bool(self.codes(name))
        return self.code(name) != values.NEVER_EMPTY.get(name)


def entry_of(
    cramp: "Cramp",
    number: int = 1,
    *,
    needs_zone: bool = False,
    takes_typed: bool = False,
    relief_shut: frozenset[str] | None = None,
    nights: Nights = NOON_TO_NOON,
    surroundings: Surroundings | None = None,
) -> Entry:
    """Make the plain data of a stored entry.

    Args:
        cramp: the row.
        number: its position among the entries of its type and night.
        needs_zone: whether the person has not set a time zone yet.
        takes_typed: whether a time typed now would be taken for this entry.
        relief_shut: see :class:`Entry`.
        nights: the person's nights.
        surroundings: what decides about the buttons of its card.
    """
    return Entry(
        id=cramp.id or 0,
        local_at=local_time(cramp.occurred_at, cramp.time_zone),
        tapped_local=local_time(cramp.tapped_at, cramp.time_zone),
        nights=nights,
        night_on=cramp.night_on,
        has_time=cramp.time_precision is not TimePrecision.NIGHT_ONLY,
        is_about=cramp.time_precision is TimePrecision.ABOUT,
        event_type=cramp.event_type,
        site=cramp.site,
        side=cramp.side,
        intensity=cramp.intensity,
        duration=cramp.duration,
        woke_me=cramp.woke_me,
        after_effects=values.parse_codes(cramp.after_effects),
        details=_single_values(cramp),
        many={
            name: values.parse_codes(getattr(cramp, values.COLUMNS[name]))
            for name in ("trigger", "relief")
        },
        count=cramp.count_tonight,
        note=cramp.note,
        told_in=message_of(cramp.message_id),
        chip=entry_times.chosen_moment(
            cramp.tapped_at, cramp.occurred_at, cramp.time_precision, cramp.time_zone, nights
        ),
        number=number,
        needs_zone=needs_zone,
        takes_typed=takes_typed,
        relief_shut=relief_shut,
        surroundings=surroundings or Surroundings(),
    )


_SINGLE_COLUMNS = tuple((name, values.column_of(name)) for name in values.SINGLE)


def _single_values(cramp: "Cramp") -> dict[str, str]:
    """Field → code, for every single-value field that has a value."""
    codes = {}
    for name, column in _SINGLE_COLUMNS:
        value = getattr(cramp, column)
        if value is not None:
            codes[name] = str(values.code_of(name, value))
    return codes
