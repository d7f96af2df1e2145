"""What is wrong with an installation, given its figures. Pure: no clock, no database, no Telegram.

Between "wrong" and "well" lies a span in which what was thought before stays, so that a figure on
the edge does not bring a message every minute.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

AWAY_SECONDS = 60
"""A database that restarts is back before; one that has been back for so long is back."""
LATE_SECONDS, ON_TIME_SECONDS = 300, 60
ENOUGH_ANSWERS = 10
"""Fewer in five minutes say nothing about a rate of errors."""
A_FEW_ANSWERS = 3
"""So many without any error are good news; a bot that polls and has nothing to do gets six."""
MANY_ERRORS, FEW_ERRORS = 0.2, 0.05
LEAST_FREE_BYTES = 500_000_000
ROOMY = 1.2
"""By how much the free space must be above the least to be enough again."""


class Matter(StrEnum):
    """What can be wrong."""

    DATABASE = "database"
    BACKLOG = "backlog"
    TELEGRAM = "telegram"
    DISK = "disk"
    BACKUP = "backup"


@dataclass(frozen=True)
class Figures:
    """How an installation is. None: not known now."""

    away_seconds: float = 0
    """For how long the database has not answered."""
    there_seconds: float = 0
    """For how long it has answered every time; nothing is known of before the first look."""
    oldest_seconds: float | None = None
    """For how long the oldest reminder that waits has been due."""
    answers: int = 0
    """Telegram's, of this process, in the last five minutes."""
    errors: int = 0
    """Those of them that say that Telegram or the way to it is in trouble."""
    free_bytes: int | None = None
    """On the fullest disk that the bot writes to."""
    is_backed_up: bool | None = None
    """Whether the latest nightly backup was made."""


def _database(figures: Figures) -> bool | None:
    if figures.away_seconds >= AWAY_SECONDS:
        return True
    return False if figures.there_seconds >= AWAY_SECONDS else None


def _backlog(figures: Figures) -> bool | None:
    if figures.oldest_seconds is None:
        return None
    if figures.oldest_seconds > LATE_SECONDS:
        return True
    return False if figures.oldest_seconds < ON_TIME_SECONDS else None


def _telegram(figures: Figures) -> bool | None:
    if figures.answers < ENOUGH_ANSWERS:
        is_quiet_and_well = figures.answers >= A_FEW_ANSWERS and not figures.errors
        return False if is_quiet_and_well else None
    rate = figures.errors / figures.answers
    if rate >= MANY_ERRORS:
        return True
    return False if rate <= FEW_ERRORS else None


def _disk(figures: Figures) -> bool | None:
    if figures.free_bytes is None:
        return None
    if figures.free_bytes < LEAST_FREE_BYTES:
        return True
    return False if figures.free_bytes >= LEAST_FREE_BYTES * ROOMY else None


def _backup(figures: Figures) -> bool | None:
    return None if figures.is_backed_up is None else not figures.is_backed_up


RULES: Mapping[Matter, Callable[[Figures], bool | None]] = {
    Matter.DATABASE: _database,
    Matter.BACKLOG: _backlog,
    Matter.TELEGRAM: _telegram,
    Matter.DISK: _disk,
    Matter.BACKUP: _backup,
}
"""Each says True (wrong), False (well) or None (as before)."""


def changes(told: Collection[Matter], figures: Figures) -> list[tuple[Matter, bool]]:
    """What there is to tell to somebody who was told that these are wrong.

    Returns:
        Matters in a fixed order, with True when one has become wrong and False when it is well.
    """
    verdicts = [(matter, rule(figures)) for matter, rule in RULES.items()]
    return [
        (matter, is_wrong)
        for matter, is_wrong in verdicts
        if is_wrong is not None and is_wrong is not (matter in told)
    ]
