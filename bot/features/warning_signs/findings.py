"""What the rules about several nights read and return, and spans of nights. Pure.

Terms:

- ``on``: only nights before this local date count, so the newest night is the one that began on
  the evening before.
- Week: seven nights, counted back from the newest. "Two weeks" are the newest 14 nights, "four
  weeks" the newest 28, "eight weeks" the newest 56.
- Cramp night: a night with at least one entry of a cramp.
- Covered night: a cramp night, or one with "none last night". A night without either is never
  counted as free of cramps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact, Facts
from bot.features.diary.trend import TREND_NIGHTS

# The texts in explanation_messages.py and nudge_messages.py state these spans in words, such as
# "two weeks": when a span changes, change the texts as well. A test compares them.
NIGHTS = 7
FORTNIGHT = 2 * NIGHTS
MONTH = 4 * NIGHTS
EIGHT_WEEKS = 8 * NIGHTS
LOOK_BACK_NIGHTS = TREND_NIGHTS + MONTH
"""Nights that are loaded for the rules. P4 needs the most: the twelve weeks of the latest look,
which can be up to four weeks ago."""


class Level(StrEnum):
    """How soon a health professional should look at it."""

    INFO = "info"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"


RANK = {level.value: rank for rank, level in enumerate(Level)}
"""Level → rank; the most serious has the highest."""


@dataclass(frozen=True)
class Weeks:
    """What the weeks of a diary are counted from."""

    first_night_on: date
    weekday: int
    """The weekday of the weeks' first nights (0 = Monday)."""


@dataclass(frozen=True)
class StretchRun:
    """Since when a person has stretched, and the four weeks before it."""

    began_on: date
    cramp_nights: int
    covered: int


@dataclass(frozen=True)
class Diary:
    """What the rules read."""

    facts: Facts
    pregnant: bool = False
    worse_after: tuple[date, ...] = ()
    """Dates on which the person said that cramps began or got worse after a medicine."""
    weeks: Weeks | None = None
    """The trend of the latest look; None: P4 is not checked."""
    stretching: StretchRun | None = None


@dataclass(frozen=True)
class Finding:
    """What a rule counted. ``level`` is None when the rule is not met."""

    level: Level | None
    numbers: tuple[float, ...] = ()
    """In the order that the rule's docstring gives."""
    nights: tuple[date, ...] = ()
    """The nights that it counted, oldest first."""


@dataclass(frozen=True)
class Counted:
    """What a rule counted when it was met."""

    numbers: tuple[float, ...] = ()
    nights: tuple[date, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A rule that is met."""

    rule: str
    level: Level
    counted: Counted = Counted()


Rule = Callable[[Diary, date], Finding]


# Spans of nights ---------------------------------------------------------------------------------


def span(facts: Facts, on: date, nights: int, skipped: int = 0) -> Facts:
    """The newest nights before ``on``, without the ``skipped`` newest ones."""
    last_on = on - timedelta(days=skipped + 1)
    return facts.between(last_on - timedelta(days=nights - 1), last_on)


def weeks_before(facts: Facts, on: date, number: int) -> list[Facts]:
    """The newest weeks, the newest first."""
    return [span(facts, on, NIGHTS, week * NIGHTS) for week in range(number)]


def cramps_of(facts: Facts) -> list[CrampFact]:
    """The entries that are cramps."""
    return [fact for fact in facts.cramps if fact.event_type in COUNTED_CRAMPS]


def nights_of(entries: Iterable[CrampFact]) -> tuple[date, ...]:
    """The nights of some entries, each once, oldest first."""
    return tuple(sorted({fact.night_on for fact in entries}))


def in_all(found: Iterable[Iterable[date]]) -> tuple[date, ...]:
    """Nights of several spans together, each once, oldest first."""
    return tuple(sorted({night for nights in found for night in nights}))


def soon_if(met: bool) -> Level | None:
    """``SOON`` when a rule is met."""
    return Level.SOON if met else None
