"""What sentences mean: short ways to say it for the tables of each language.

It is Wednesday, 13 January 2027, 07:30 in Berlin.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.features.free_text.values import (
    LogCramp,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Show,
    TurnReminder,
)

ZONE = "Europe/Berlin"
NOW = datetime(2027, 1, 13, 6, 30, tzinfo=UTC)
TONIGHT = Pause(tonight=True)
OPEN = Pause()
WEEK = Pause(date(2027, 1, 20))
LAST_NIGHT = date(2027, 1, 12)
NONE_LAST_NIGHT = NoCramps(LAST_NIGHT)
SUMMARY, HISTORY = Show(Page.SUMMARY), Show(Page.HISTORY)
REMINDERS, HELP = Show(Page.REMINDERS), Show(Page.HELP)
CALF_7 = {"side": "left", "site": "calf", "strength": "7"}


def at(clock: str, day: int = 13) -> datetime:
    """A local time of January."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(2027, 1, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def _told(told: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(told.items()))


def cramp(clock: str | None = None, day: int = 13, /, **told: str) -> LogCramp:
    """A cramp now, or at a local time."""
    return LogCramp(NOW if clock is None else at(clock, day), "exact", _told(told))


def about(clock: str, day: int = 13, /, **told: str) -> LogCramp:
    """A cramp at about a local time."""
    return LogCramp(at(clock, day), "about", _told(told))


def in_night(evening: int = 12, /, **told: str) -> LogCramp:
    """A cramp of the night that begins on the evening of that day, without an hour."""
    return LogCramp(min(at("03:00", evening + 1), NOW), "night_only", _told(told))


def move(kind: str, *clocks: str) -> MoveReminder:
    """A reminder at these times."""
    return MoveReminder(kind, tuple(time.fromisoformat(clock) for clock in clocks))


def on(kind: str) -> TurnReminder:
    return TurnReminder(kind, True)


def off(kind: str) -> TurnReminder:
    return TurnReminder(kind, False)


def until(day: int, month: int = 1) -> Pause:
    """A pause until a day of 2027."""
    return Pause(date(2027, month, day))
