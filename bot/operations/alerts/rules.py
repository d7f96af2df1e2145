"""Which alerts fire for given measurements. Pure: no clock, no database, no Telegram.

Each alert has two thresholds, one to fire and one to resolve (hysteresis). Between them it stays
as it was, so that a value near a threshold does not send a message every minute. The thresholds
that ``check --deep`` and Prometheus use as well are in ``bot/operations/alert_thresholds.py``.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.operations.alert_thresholds import (
    DISK_FREE_BYTES,
    REMINDER_LATE_SECONDS,
    TELEGRAM_ERROR_RATE,
    UNLED_SECONDS,
    UNPOLLED_SECONDS,
    UPDATE_LATE_SECONDS,
)

DATABASE_SECONDS = 60
"""Down or up for this long before the alert fires or resolves. A restart takes less."""
BACKLOG_RESOLVED_SECONDS = 60
ANSWERS_NEEDED_FOR_RATE = 10
"""With fewer answers in five minutes, the share of errors says nothing."""
ANSWERS_NEEDED_TO_RESOLVE = 3
"""With fewer than ten answers, this many without any error resolve the alert. A bot that polls
and has nothing else to do gets about six in five minutes."""
ERROR_RATE_RESOLVED = 0.05
DISK_RESOLVED_FACTOR = 1.2
"""The alert is resolved when this many times the limit is free."""


class Alert(StrEnum):
    """What can be wrong with an installation."""

    DATABASE = "database"
    BACKLOG = "backlog"
    TELEGRAM = "telegram"
    DISK = "disk"
    BACKUP = "backup"
    SET_ASIDE = "set_aside"
    INBOX = "inbox"
    BLOCKS = "blocks"
    POLLING = "polling"
    LEADER = "leader"
    CLOCK = "clock"


@dataclass(frozen=True)
class Measurements:
    """The state of an installation at one instant. None: not known."""

    database_down_seconds: float = 0
    """For how long the database has not answered."""
    database_up_seconds: float = 0
    """For how long the database has answered without a failure, as far as this process knows."""
    oldest_due_seconds: float | None = None
    """For how long the oldest unsent reminder has been due."""
    telegram_answers: int = 0
    """Requests of this process to Telegram in the last five minutes, failed ones included."""
    telegram_errors: int = 0
    """How many of these requests failed; see ``alert_thresholds.is_telegram_error``."""
    free_disk_bytes: int | None = None
    """The free space of the fullest disk that the bot writes to."""
    is_backed_up: bool | None = None
    """Whether the latest nightly backup was made."""
    set_aside: int | None = None
    """Updates that were set aside because of a bug, and jobs that were given up."""
    oldest_update_seconds: float | None = None
    """For how long the oldest update has waited that is not finished."""
    are_blocks_doubted: bool | None = None
    """Whether too many people seem to have blocked the bot for that to be believed."""
    unpolled_seconds: float | None = None
    """How long ago Telegram has answered a poll; None when updates come by webhook."""
    unled_seconds: float | None = None
    """For how long no replica has led."""
    is_clock_off: bool | None = None
    """Whether the clock of this process's computer is wrong; None if nobody checks it."""


def _database(measured: Measurements) -> bool | None:
    if measured.database_down_seconds >= DATABASE_SECONDS:
        return True
    return False if measured.database_up_seconds >= DATABASE_SECONDS else None


def _backlog(measured: Measurements) -> bool | None:
    if measured.oldest_due_seconds is None:
        return None
    if measured.oldest_due_seconds > REMINDER_LATE_SECONDS:
        return True
    return False if measured.oldest_due_seconds < BACKLOG_RESOLVED_SECONDS else None


def _telegram(measured: Measurements) -> bool | None:
    answers, errors = measured.telegram_answers, measured.telegram_errors
    if answers < ANSWERS_NEEDED_FOR_RATE:
        return False if answers >= ANSWERS_NEEDED_TO_RESOLVE and not errors else None
    rate = errors / answers
    if rate >= TELEGRAM_ERROR_RATE:
        return True
    return False if rate <= ERROR_RATE_RESOLVED else None


def _disk(measured: Measurements) -> bool | None:
    if measured.free_disk_bytes is None:
        return None
    if measured.free_disk_bytes < DISK_FREE_BYTES:
        return True
    enough = DISK_FREE_BYTES * DISK_RESOLVED_FACTOR
    return False if measured.free_disk_bytes >= enough else None


def _backup(measured: Measurements) -> bool | None:
    return None if measured.is_backed_up is None else not measured.is_backed_up


def _set_aside(measured: Measurements) -> bool | None:
    return None if measured.set_aside is None else measured.set_aside > 0


def _inbox(measured: Measurements) -> bool | None:
    if measured.oldest_update_seconds is None:
        return None
    if measured.oldest_update_seconds > UPDATE_LATE_SECONDS:
        return True
    return False if measured.oldest_update_seconds < BACKLOG_RESOLVED_SECONDS else None


def _blocks(measured: Measurements) -> bool | None:
    return measured.are_blocks_doubted


def _polling(measured: Measurements) -> bool | None:
    if measured.unpolled_seconds is None:
        return None
    return measured.unpolled_seconds > UNPOLLED_SECONDS


def _leader(measured: Measurements) -> bool | None:
    return None if measured.unled_seconds is None else measured.unled_seconds >= UNLED_SECONDS


def _clock(measured: Measurements) -> bool | None:
    return measured.is_clock_off


RULES: Mapping[Alert, Callable[[Measurements], bool | None]] = {
    Alert.DATABASE: _database,
    Alert.BACKLOG: _backlog,
    Alert.TELEGRAM: _telegram,
    Alert.DISK: _disk,
    Alert.BACKUP: _backup,
    Alert.SET_ASIDE: _set_aside,
    Alert.INBOX: _inbox,
    Alert.BLOCKS: _blocks,
    Alert.POLLING: _polling,
    Alert.LEADER: _leader,
    Alert.CLOCK: _clock,
}
"""Each returns True (fires), False (resolved) or None (stays as it was)."""


def changes(firing: Collection[Alert], measured: Measurements) -> list[tuple[Alert, bool]]:
    """The alerts that start to fire (True) or are resolved (False), in a fixed order.

    Args:
        firing: the alerts that an operator was notified of and that are not resolved yet.
        measured: the state of the installation now.
    """
    verdicts = [(alert, rule(measured)) for alert, rule in RULES.items()]
    return [
        (alert, fires)
        for alert, fires in verdicts
        if fires is not None and fires is not (alert in firing)
    ]
